"""What the landing would have said in past cycles, each week knowing what was known then, and what came of it (F6)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import numpy as np

from objectives.models import Cycle, Objective
from objectives.queries.calibrating_scopes import COMPANY, Key
from objectives.queries.history import promised_on
from pipeline.actions import passages
from pipeline.domain.landing_counts import Counts
from pipeline.queries import stays as stay_queries
from reporting.actions import facts
from reporting.actions.landing import REVENUE, outlook, revenue_objectives, targets_of
from reporting.models import DailyFact, LandingCheck
from reporting.queries.landing_counts import landing_counts
from tenants.access import Actor
from tenants.actions import audit, jobs
from tenants.domain.roles import Permission
from tenants.models import Job, Organisation
from tenants.queries import TeamTree, team_tree

ENGINE = "2026.11"
WEEKS = (1, 4, 8, 12)
MOST_CYCLES = 12
YEAR, DAY = timedelta(days=365), timedelta(days=1)

Progress = Callable[[str, int, int], None]


def ask(*, organisation: Organisation, as_of: date, by: Actor) -> Job:
    """Queue the work; asked for again while it waits, it is done once. Raises PermissionDenied."""
    by.require(Permission.RECOMPUTE)
    job = jobs.enqueue(
        organisation_id=organisation.id, kind=jobs.LANDING_CHECKS, key=as_of.isoformat(), task=jobs.LANDING_CHECKS_TASK
    )  # fmt: skip
    audit.record(by=by, verb="landing_checks.ask", detail={"as_of": as_of.isoformat()})
    return job


@dataclass(frozen=True, slots=True)
class _Came:
    """What was won by day and leaf, as it is known today."""

    counts: Counts
    leaves: list[tuple[UUID, UUID, str]]
    tree: TeamTree

    def scopes(self) -> list[tuple[Key, UUID | None]]:
        """The company and the teams of today."""
        return [(COMPANY, None), *((("team", team, ""), team) for team in self.tree.teams)]

    def between(self, first: date, last: date, team: UUID | None) -> float:
        """Of the company, or of a team and those below it; both days included."""
        won = self.counts.won
        inside = (won.day >= first.toordinal()) & (won.day <= last.toordinal())
        if team is not None:
            below = self.tree.descendants(team)
            own = [number for number, (_owner, of, _segment) in enumerate(self.leaves) if of in below]
            inside &= np.isin(won.leaf, own)
        return float(won.amount[inside].sum())


def run(*, organisation: Organisation, now: datetime, progress: Progress | None = None) -> int:
    """Work everything out again and replace what is stored; how many rows.

    The cycles that ended by the frontier of the stored counts, and before the first of them periods as long, from a year of
    history on; the latest twelve. Nothing is looked at when nothing was ever computed.
    """
    frontier = stay_queries.frontier()
    if frontier is None:
        LandingCheck.objects.all().delete()
        return 0
    tell = progress or (lambda step, done, total: None)
    counts, hands = landing_counts(stay_queries.stays(as_of=frontier.as_of), DailyFact._meta.db_table)
    came = _Came(counts, list(hands.leaves), team_tree(frontier.as_of))
    windows = list(_windows(organisation, frontier.as_of, counts))
    days = [(cycle, week) for cycle in windows for week in WEEKS if _day(cycle, week) < cycle.end_on]
    rows: list[LandingCheck] = []
    for done, (cycle, week) in enumerate(days):
        tell("landing", done, len(days))
        rows += _said(cycle, week, came, now)
    LandingCheck.objects.all().delete()
    return len(LandingCheck.objects.bulk_create(rows, batch_size=1000))


def _day(cycle: Cycle, week: int) -> date:
    """The last day of a week of the cycle."""
    return cycle.start_on + timedelta(days=7 * week - 1)


def _windows(organisation: Organisation, frontier: date, counts: Counts) -> Iterator[Cycle]:
    """Past cycles, latest first; unsaved ones where there was none yet."""
    if not counts.opened.day.size:
        return
    known = date.fromordinal(int(counts.opened.day.min())) + YEAR
    ended = Cycle.objects.filter(end_on__lte=frontier, start_on__gte=known).select_related("organisation")
    cycles = list(ended.exclude(state=Cycle.State.DRAFT).order_by("-start_on")[:MOST_CYCLES])
    yield from cycles
    first = cycles[-1] if cycles else Cycle.objects.order_by("start_on").first()
    end, length = (first.start_on, first.end_on - first.start_on) if first else (frontier, timedelta(days=91))
    for _number in range(MOST_CYCLES - len(cycles)):
        start = end - length
        if start < known:
            return
        if end <= frontier:
            yield Cycle(organisation=organisation, name="", start_on=start, end_on=end)
        end = start


def _said(cycle: Cycle, week: int, came: _Came, now: datetime) -> list[LandingCheck]:
    """The company's and the teams' rows of one week."""
    as_of = _day(cycle, week)
    refresh = passages.refresh(as_of=as_of)
    table = facts.store(refresh=refresh, as_of=as_of)
    stays = stay_queries.stays(as_of=as_of, table=refresh.stays)
    objectives = _promised(cycle, as_of)
    promised = targets_of(objectives)
    targets = _stand_ins(cycle, came) | promised
    found = outlook(cycle=cycle, stays=stays, table=table, objectives=objectives, targets=targets)
    if found is None:
        return []
    told = found.told
    return [
        LandingCheck(
            start_on=cycle.start_on, end_on=cycle.end_on, week=week, as_of=as_of, scope_kind=key[0], team_id=team,
            metric=REVENUE, target=targets.get(key), is_stand_in=key in targets and key not in promised,
            mean=float(told.mean[row]), low=float(told.low[row]), high=float(told.high[row]),
            probability=float(told.probability[row]) if key in targets else None, weighted=float(found.weighted[row]),
            actual=came.between(cycle.start_on, cycle.end_on - DAY, team), engine=ENGINE, computed_at=now,
        )
        for key, team in came.scopes()
        if (row := found.scopes.row.get(key)) is not None
    ]  # fmt: skip


def _stand_ins(cycle: Cycle, came: _Came) -> dict[Key, float]:
    """Where nothing was promised: as much as the year before made in the same time, which was known by then."""
    first = cycle.start_on - YEAR
    share = (cycle.end_on - cycle.start_on) / YEAR
    made = ((key, came.between(first, cycle.start_on - DAY, team) * share) for key, team in came.scopes())
    return {key: value for key, value in made if value > 0}


def _promised(cycle: Cycle, as_of: date) -> list[Objective]:
    """The objectives on revenue that the cycle had on the day."""
    if cycle._state.adding:
        return []
    rows = list(Objective.objects.filter(cycle=cycle).exclude(state=Objective.State.DRAFT))
    return revenue_objectives(promised_on(rows, cycle, as_of).objectives)
