"""The quarters of a demo organisation, set, activated and closed in the order in which a director would have done it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd

from demo import talks
from demo.generator import Company, Tables
from demo.stories import Story
from objectives.actions import (
    activation,
    contexts,
    cycles,
    drafts,
    edits,
    justifications,
    plans,
    profiles,
    strategies,
)
from objectives.actions import calibrations as calibration_actions
from objectives.actions.strategies import MixRow, Version
from objectives.models import Cycle, Plan
from objectives.queries.strategies import latest_strategy, mix_inputs, strategy_on
from objectives.wording_reasons import reason_text
from prospecting.models import Engagement
from reporting.actions import closing, recompute
from reporting.models import Run
from tenants.access import Actor
from tenants.actions.jobs import RECOMPUTE
from tenants.domain.roles import Role
from tenants.models import Job, Membership, Organisation, Person, Team, TeamMembership
from tenants.money import to_minor
from tenants.scope import tenant_scope

NIGHT = time(2, 4)
MORNING = time(9, 0)
SET_BEFORE = timedelta(days=5)  # a quarter is activated in the week before it
CLOSED_AFTER = timedelta(days=4)
HORIZON = timedelta(days=3 * 365)
# What a full-time salesperson is to do in a quarter; a partner, a month, beside the accepted meetings that it promised.
CONTACTED, CONVERSATIONS, HELD_FOR_ONE_ACCEPTED = 90, 16, 1.25
OWN_ACCEPTED = 30  # meetings of the own prospecting, of the house in a quarter


@dataclass(frozen=True, slots=True)
class House:
    """A demo organisation while it is loaded. by: its director."""

    organisation: Organisation
    company: Company
    tables: Tables
    today: date
    by: Actor
    story: Story

    @property
    def starts(self) -> list[date]:
        """First days of the quarters to set, oldest first, the present one last; only this one without a past year."""
        this = date(self.today.year, 3 * ((self.today.month - 1) // 3) + 1, 1)
        count = len(self.story.growth) if self.company.months >= 12 else 1
        return [_quarters_before(this, ago) for ago in reversed(range(count))]

    def at(self, day: date, moment: time) -> datetime:
        """A moment where the organisation is, in UTC."""
        return datetime.combine(day, moment, self.organisation.zone).astimezone(UTC)


def set_quarters(house: House) -> None:
    """Strategies, then every quarter, each in its own transaction; what is there already is left as it is."""
    with tenant_scope(house.organisation.id):
        _write_strategies(house)
        for start in house.starts:
            _create(house, start)
    with tenant_scope(house.organisation.id):
        # Once, with all cycles known: the past days that follow are counted aside.
        recompute.run(as_of=house.today - timedelta(days=1), started_at=house.at(house.today, NIGHT))
    for start, growth in zip(house.starts, house.story.growth[-len(house.starts) :], strict=True):
        with tenant_scope(house.organisation.id):
            cycle = Cycle.objects.select_related("organisation").get(start_on=start)
            if cycle.state == Cycle.State.DRAFT:
                _set(house, cycle, growth)
            if cycle.end_on <= house.today and cycle.state == Cycle.State.ACTIVE:
                _close(house, cycle)


def _write_strategies(house: House) -> None:
    this = house.starts[-1]
    for number, one in enumerate(house.story.orientations):
        latest = latest_strategy()
        if latest is not None and latest.number > number:
            continue
        starts_on = _quarters_before(this, one.quarters_ago)
        version = Version(
            starts_on=starts_on,
            horizon_on=starts_on + HORIZON,
            statement=one.statement,
            ambition_minor=to_minor(Decimal(one.ambition), house.organisation.currency),
            weights={
                "growth": one.growth,
                "profitability": one.profitability,
                "new_markets": one.new_markets,
                "retention": one.retention,
            },
        )
        strategies.write(version=version, after=number, by=house.by)


def _create(house: House, start: date) -> None:
    if Cycle.objects.filter(start_on=start).exists():
        return
    end = _quarters_before(start, -1)
    name = f"{'T' if 'Gagné' in house.company.stages else 'Q'}{(start.month + 2) // 3} {start.year}"
    cycles.create(name=name, first_day=start, last_day=end - timedelta(days=1), by=house.by)


def _set(house: House, cycle: Cycle, growth: float) -> None:
    """What the guided setting does: the draft, in one step, since activation forgets its steps; then activation."""
    now = house.at(cycle.start_on - SET_BEFORE, MORNING)
    with drafts.remembered(cycle, "plan.ambition", house.by):
        _draft(house, cycle, growth, now)
    activation.activate(cycle=cycle, by=house.by, now=now)
    # It asks for the figures of the day before it: nobody wants them now, and the night's are asked for by the imports.
    eve = (cycle.start_on - SET_BEFORE - timedelta(days=1)).isoformat()
    Job.objects.filter(organisation=house.organisation, kind=RECOMPUTE, key=eve).delete()
    cycle.refresh_from_db()


def _draft(house: House, cycle: Cycle, growth: float, now: datetime) -> None:
    """Ambition, cascade, mix and profiles, clarity, calibration."""
    is_present = cycle.start_on == house.starts[-1]
    ambition = _ambition(cycle.start_on, house, growth)
    plans.set_ambition(cycle=cycle, revenue_minor=ambition, version=0, by=house.by)
    strategy = strategy_on(cycle.start_on)
    if is_present and strategy is not None:
        inputs = mix_inputs(cycle, Plan.objects.get(cycle=cycle))
        mix = inputs.mix(strategy.weights, inputs.new_segments)
        rows = [
            MixRow(
                metric=one.metric,
                segment=one.segment,
                is_taken=True,
                target=_decimal(one.target),
                computed=_decimal(one.target),
                orientation=one.orientation.value,
                why=reason_text(one.reason),
                importance=one.importance,
                priority=one.priority,
            )
            for one in mix.proposals
        ]
        strategies.take(cycle=cycle, rows=rows, by=house.by)
        _set_prospecting(house, cycle)
        profiles.take(cycle=cycle, rows=[], by=house.by)
        talks.hold(house.organisation, cycle, house.story, director=house.by, now=now)
    contexts.accept(cycle=cycle, by=house.by)
    if house.story.kept_because:
        calibration_actions.calibrate(cycle=cycle, by=house.by)
        justifications.justify_all(cycle=cycle, text=house.story.kept_because, by=house.by)


def _set_prospecting(house: House, cycle: Cycle) -> None:
    """What is wanted of contacts, conversations and meetings: of every team, of one team's people, of each engagement."""
    engagements = list(Engagement.objects.order_by("name"))
    if not engagements:
        return
    paces = {one.name: one.fte * one.pace for one in house.company.sellers}
    sellers = list(Person.objects.filter(name__in=paces, end_on=None).order_by("name"))
    teams = dict(
        TeamMembership.objects.filter(end_on=None, person__in=sellers).values_list("person_id", "team_id")
    )
    promised = {one.id: 3 * (one.monthly_accepted or 0) for one in engagements}
    wanted: list[tuple[str, dict[str, Any], float]] = [
        ("meetings_accepted", {}, sum(promised.values()) + OWN_ACCEPTED)
    ]
    for team in Team.objects.filter(id__in=teams.values()).order_by("name"):
        pace = sum(paces[one.name] for one in sellers if teams[one.id] == team.id)
        wanted.append(("prospects_contacted", {"team_id": team.id}, CONTACTED * pace))
        wanted.append(("conversations", {"team_id": team.id}, CONVERSATIONS * pace))
    login = Membership.objects.filter(organisation=house.organisation, role=Role.REP).first()
    own = next((teams.get(one.id) for one in sellers if login and one.membership_id == login.id), None)
    for one in sellers:
        if own is not None and teams.get(one.id) == own:
            pace = paces[one.name]
            wanted.append(("prospects_contacted", {"person_id": one.id}, CONTACTED * pace))
            wanted.append(("conversations", {"person_id": one.id}, CONVERSATIONS * pace))
    for engagement in engagements:
        accepted, whose = promised[engagement.id], {"engagement_id": engagement.id}
        wanted += [
            ("meetings_accepted", whose, accepted),
            ("meetings_held", whose, accepted * HELD_FOR_ONE_ACCEPTED),
        ]
    for metric, whose, target in wanted:
        values = {"metric": metric, "target": Decimal(round(target)), **whose}
        edits.add(cycle=cycle, by=house.by, values=values)


def _close(house: House, cycle: Cycle) -> None:
    """The night of the last day, then the closing, as they would have been at the time."""
    last = cycle.end_on - timedelta(days=1)
    night = house.at(cycle.end_on, NIGHT)
    recompute.run(as_of=last, started_at=night)
    Run.objects.filter(as_of=last).update(finished_at=night)
    closed = house.at(cycle.end_on + CLOSED_AFTER, MORNING)
    closing.close(cycle=cycle, seen=night, by=house.by, now=closed)


def _ambition(start: date, house: House, growth: float) -> int:
    """Minor units: what the four quarters before brought on average, and growth, to the round ten thousand."""
    deals = house.tables.opportunities
    won = deals[(deals["stage"] == house.company.stages[-2]) & (deals["closed_on"] < start.isoformat())]
    since = max(date.fromisoformat(deals["created_on"].min()), start - timedelta(days=365))
    recent = won[won["closed_on"] >= since.isoformat()]["amount"].astype(float).sum()
    quarters = max((start - since).days / 91.0, 0.5)
    return max(round(recent / quarters * growth / 10_000), 2) * 10_000 * 100


def correction_of(house: House) -> pd.DataFrame:
    """The largest deal won in the last closed quarter, as it should have been entered; empty without one."""
    deals = house.tables.opportunities
    if len(house.starts) < 2 or not house.story.correction:
        return deals.iloc[:0]
    first, after = house.starts[-2].isoformat(), house.starts[-1].isoformat()
    won = deals[deals["stage"] == house.company.stages[-2]]
    won = won[(won["closed_on"] >= first) & (won["closed_on"] < after)]
    amount = won["amount"].astype(float)
    row = won.loc[[amount.idxmax()]].copy()
    smaller = amount.max() * (1 - house.story.correction)
    row["amount"] = f"{round(smaller, -1):.2f}"
    return row


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(round(value, 6)))


def _quarters_before(start: date, count: int) -> date:
    """The first day of the quarter `count` quarters before the one that begins on `start`."""
    months = start.year * 12 + start.month - 1 - 3 * count
    return date(months // 12, months % 12 + 1, 1)
