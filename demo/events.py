"""What happens in the present quarter: a shared deal, somebody who joins, a revision that waits, a late correction."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pandas as pd

from demo.quarters import NIGHT, House, correction_of
from objectives.actions import revisions
from objectives.models import Cycle, Objective, Revision
from objectives.queries.effects import digest
from objectives.queries.revisions import effect_of
from pipeline.actions import credits, passages
from pipeline.models import CreditShare, Opportunity
from reporting.actions import facts, recompute
from reporting.models import Run
from tenants.actions import people
from tenants.models import Person, Team
from tenants.scope import tenant_scope

JOINS_AFTER = timedelta(days=30)
WEEK_BEFORE = timedelta(days=9)
LESS = Decimal("0.9")
HELPERS_PART = Decimal("0.30")

Import = Callable[[str, pd.DataFrame], None]


def happen(house: House, *, import_table: Import) -> None:
    """Each step commits by itself; one that was done is not done again."""
    if not house.story.orientations:
        return
    with tenant_scope(house.organisation.id):
        _correct(house, import_table)
    with tenant_scope(house.organisation.id):
        _share_credit(house)
        _join(house)
    with tenant_scope(house.organisation.id):
        _propose_revision(house)
    with tenant_scope(house.organisation.id):
        _look_back(house)


def _look_back(house: House) -> None:
    """The figures of a day of the week before last: against them the landing tells how it moved, and why."""
    day = house.today - WEEK_BEFORE
    if day >= house.starts[-1] and not Run.objects.filter(as_of=day).exists():
        recompute.run(as_of=day, started_at=house.at(house.today, NIGHT))


def _correct(house: House, import_table: Import) -> None:
    """A deal of the last closed quarter was entered too large: found out after the closing, shown as a difference."""
    row = correction_of(house)
    if row.empty:
        return
    import_table("opportunities", row)
    # A past day knows what the last night knew: first the stays and the facts come to know of it.
    yesterday = house.today - timedelta(days=1)
    facts.store(refresh=passages.refresh(as_of=yesterday), as_of=yesterday)
    last = house.starts[-1] - timedelta(days=1)
    recompute.run(as_of=last, started_at=house.at(house.today, NIGHT))


def _share_credit(house: House) -> None:
    """Two people made the largest open deal of a team together."""
    if CreditShare.objects.exists():
        return
    deal = (
        Opportunity.objects.filter(stage__kind="open").exclude(owner=None).order_by("-amount_minor").first()
    )
    if deal is None or deal.team_id is None:
        return
    here = Person.objects.filter(team_memberships__team=deal.team_id, end_on=None).exclude(id=deal.owner_id)
    helper = here.order_by("name").first()
    if helper is not None:
        credits.share(opportunity=deal, shares={helper: HELPERS_PART}, on=house.today, by=house.by)


def _join(house: House) -> None:
    """Somebody starts in the middle of the quarter: the re-share waits as a proposal of the pages."""
    name, email, team = house.story.joiner
    start = min(house.starts[-1] + JOINS_AFTER, house.today)
    if not name or Person.objects.filter(name=name).exists():
        return
    people.create(
        name=name, email=email, fte=Decimal(1), profile="ramping", start_on=start, end_on=None,
        team=Team.objects.get(name=team), by=house.by,
    )  # fmt: skip


def _propose_revision(house: House) -> None:
    """A change of scope in one team, waiting for the director."""
    cycle = Cycle.objects.get(start_on=house.starts[-1])
    if Revision.objects.filter(cycle=cycle).exists():
        return
    _name, _email, team = house.story.joiner
    share = Objective.objects.select_related("cycle__organisation", "team", "person").get(
        cycle=cycle, metric="revenue_won", team__name=team
    )
    target = (Decimal(share.target or 0) * LESS / 100_000).to_integral_value() * 100_000
    shown, _wanted = effect_of(
        objective=share, target=target, effective_on=house.today, below=True, above=False
    )
    revisions.propose(
        objective=share, target=target, kind=Revision.Kind.SCOPE, text=house.story.revision, effective_on=house.today,
        below=True, above=False, seen=digest(shown), by=house.by, now=house.at(house.today, NIGHT),
    )  # fmt: skip
