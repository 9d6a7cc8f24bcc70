"""A quarter of deals to analyse: North works as planned, South loses what it has engaged, all in Retail less than in Industry."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from pipeline.models import Company, Opportunity, OpportunityEvent, Stage
from reporting.actions import recompute
from reporting.models import Run
from tenants.models import Person, Team
from tests import factories
from tests.reporting.builders import AS_OF, NIGHT, Quarter

WEEKS = 14
EARLIER = date(2026, 1, 12)  # the first three deals of the quarter are won
CHAIN = ("Prospecting", "Engaging")


def plan(quarter: Quarter) -> None:
    """Ten deals opened a week, half of them engaged, half of these won; 50 000 of the target of 500 000 carried in."""
    with factories.scope_of(quarter.organisation):
        stages = {stage.name: stage for stage in Stage.objects.all()}
        result = {
            "chain": [str(stages[name].id) for name in CHAIN], "rates": [0.5, 0.5], "average_value": 2_000_000.0,
            "open": 5_000_000.0, "weeks": [{"starts": 10.0}] * WEEKS,
        }  # fmt: skip
        factories.plan(quarter.cycle, revenue_minor=50_000_000, result=result, inputs={"transitions": []})
        top = factories.objective(quarter.cycle, team=quarter.south, target=20_000_000, state="active")
        factories.objective(
            quarter.cycle, person=quarter.sofia, parent=top, target=20_000_000, state="active"
        )


def deals(quarter: Quarter) -> None:
    """This quarter and the one before; two deals carried in."""
    with factories.scope_of(quarter.organisation):
        stages = {stage.name: stage for stage in Stage.objects.all()}
        company = factories.company(quarter.organisation)
        rows = [*_lives(quarter, date(2025, 10, 6)), *_lives(quarter, date(2026, 1, 2), weak=True)]
        before = date(2025, 12, 1)
        won = [("Prospecting", before), ("Engaging", before), ("Won", date(2026, 1, 20))]
        rows += [(quarter.carol, quarter.north, "Industry", won, 3_000_000)] * 2
        made, events = [], []
        for number, (person, team, segment, steps, amount) in enumerate(rows):
            deal = Opportunity(
                organisation=quarter.organisation, external_id=f"W{number}", name=f"Deal {number}", owner=person, team=team,
                segment=segment, channel="Web" if number % 2 else "Phone", stage=stages[steps[-1][0]], company=company,
                amount_minor=amount, margin_minor=amount // 2, created_on=steps[0][1],
            )  # fmt: skip
            made.append(deal)
            events += [
                OpportunityEvent(
                    organisation=quarter.organisation, opportunity=deal, kind="stage", source="history", stage=stages[name],
                    occurred_on=day, owner=person, team=team, amount_minor=amount, margin_minor=amount // 2,
                )
                for name, day in steps
            ]  # fmt: skip
        Opportunity.objects.bulk_create(made)
        OpportunityEvent.objects.bulk_create(events)
        Company.objects.filter(pk=company.pk).update(industry="Industry")


def _lives(quarter: Quarter, start: date, *, weak: bool = False) -> Iterator[tuple[Any, ...]]:
    """40 deals of each team: half are engaged, and half of these won, or one in five of South's when it is weak."""
    hands: tuple[tuple[Person, Team], ...] = ((quarter.carol, quarter.north), (quarter.sofia, quarter.south))
    for person, team in hands:
        every = 10 if weak and team == quarter.south else 4
        for number in range(40):
            day = start + timedelta(days=number % 28)
            steps = [("Prospecting", day)]
            if number % 2 == 0:
                steps.append(("Engaging", day + timedelta(days=3)))
                steps.append(("Won" if number % every == 0 else "Lost", day + timedelta(days=9)))
            yield person, team, "Retail" if number % 4 < 2 else "Industry", steps, 2_000_000


def night(quarter: Quarter, as_of: date = AS_OF) -> Run:
    """A real run over what is there, in place of the stored figures."""
    with factories.scope_of(quarter.organisation):
        return recompute.run(as_of=as_of, started_at=NIGHT)
