"""What a page looks at: a cycle, a day, and the run that was stored for that day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from objectives.models import Cycle
from tenants.reading import all_of, rows

MARKS = """
SELECT as_of, id, finished_at, engine FROM reporting_run
WHERE organisation_id = %(org)s AND as_of BETWEEN %(first)s AND %(last)s ORDER BY as_of
"""
RUNS = """
SELECT c.id FROM objectives_cycle c WHERE c.organisation_id = %(org)s AND EXISTS (
    SELECT FROM reporting_run r
    WHERE r.organisation_id = c.organisation_id AND r.as_of >= c.start_on AND r.as_of < c.end_on)
"""


@dataclass(frozen=True, slots=True)
class RunMark:
    """A stored run, as pages name it."""

    as_of: date
    id: UUID
    finished_at: datetime
    engine: str


@dataclass(frozen=True, slots=True)
class Looking:
    """cycle None: the organisation has no cycle. run None: nothing is stored for the day. marks: oldest first.
    to_come: the day asked for, when it lies ahead and `as_of` stands in for it."""

    cycles: list[Cycle]
    cycle: Cycle | None
    as_of: date
    marks: list[RunMark]
    to_come: date | None = None

    @property
    def run(self) -> RunMark | None:
        return next((mark for mark in self.marks if mark.as_of == self.as_of), None)

    @property
    def nearest(self) -> RunMark | None:
        """The computed day that is closest to the one asked for; of two, the later."""
        return min(reversed(self.marks), key=lambda mark: abs(mark.as_of - self.as_of), default=None)

    @property
    def before(self) -> RunMark | None:
        return next((mark for mark in reversed(self.marks) if mark.as_of < self.as_of), None)

    @property
    def after(self) -> RunMark | None:
        return next((mark for mark in self.marks if mark.as_of > self.as_of), None)

    @property
    def begins_later(self) -> bool:
        return self.cycle is not None and self.as_of < self.cycle.start_on


def final_day(cycle: Cycle) -> date:
    return cycle.end_on - timedelta(days=1)


def last_day(cycle: Cycle, yesterday: date) -> date:
    """The latest day that a page of this cycle can show."""
    return min(yesterday, final_day(cycle))


def look(*, yesterday: date, cycle_id: UUID | None, as_of: date | None) -> Looking:
    """Resolve what was asked into what can be shown. Two queries; three when no cycle holds yesterday and none is asked for.

    A day outside the cycle, or to come, gives way to the default: min(yesterday, last day of the cycle). Without a
    cycle asked for: the one that holds yesterday, else the latest with a run, else the latest. Raises
    Cycle.DoesNotExist for an unknown id.
    """
    cycles = all_of(Cycle, "ORDER BY t.start_on DESC")
    cycle = _chosen(cycles, cycle_id, yesterday)
    if cycle is None:
        return Looking(cycles, None, as_of or yesterday, _marks(yesterday, yesterday))
    latest = last_day(cycle, yesterday)
    to_come = as_of if as_of is not None and as_of > yesterday else None
    if as_of is None or not cycle.start_on <= as_of <= latest:
        as_of = latest
    return Looking(cycles, cycle, as_of, _marks(min(cycle.start_on, as_of), latest), to_come)


def _chosen(cycles: list[Cycle], cycle_id: UUID | None, yesterday: date) -> Cycle | None:
    if cycle_id is not None:
        for cycle in cycles:
            if cycle.id == cycle_id:
                return cycle
        raise Cycle.DoesNotExist
    for cycle in cycles:
        if cycle.start_on <= yesterday < cycle.end_on:
            return cycle
    computed = {key for (key,) in rows(RUNS)} if cycles else set()
    return next((cycle for cycle in cycles if cycle.id in computed), cycles[0] if cycles else None)


def _marks(first: date, last: date) -> list[RunMark]:
    return [RunMark(*row) for row in rows(MARKS, first=first, last=last)]
