"""Stored landings of a run, and what was said of past cycles."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import numpy as np

from pipeline.domain.many_cells import flag_cells
from pipeline.domain.small_samples import CERTAINTY, State
from reporting.models import LandingCheck, LandingResult
from tenants.reading import all_of

REVENUE = "revenue_won"
OF_RUNS = """
AND t.run_id = ANY(%(runs)s::uuid[]) AND t.metric = %(metric)s
AND (t.team_id = ANY(%(teams)s::uuid[]) OR t.person_id = ANY(%(people)s::uuid[])
     OR (%(company)s AND t.team_id IS NULL AND t.person_id IS NULL))
"""


@dataclass(frozen=True, slots=True)
class Landing:
    """A stored landing and what may be said of it: state by the rule for many cells, after two nights."""

    row: LandingResult
    state: State

    @property
    def scope_id(self) -> UUID | None:
        return self.row.person_id or self.row.team_id

    @property
    def mean_before(self) -> float | None:
        """That of the run that the flow compares with."""
        return self.row.mean - self.moved if self.row.since else None

    @property
    def moved(self) -> float:
        return float(sum(line["amount"] for line in self.row.flow))


def landings(
    *,
    run_id: UUID,
    before_id: UUID | None,
    company: bool,
    team_ids: Collection[UUID],
    person_ids: Collection[UUID],
    metric: str = REVENUE,
) -> dict[UUID | None, Landing]:
    """By scope (None: the company), those of one table. `before_id`: the run of the night before. One query.

    Behind, or on and above, from a probability of 90 % on, in decreasing order as long as one in twenty of the coloured ones
    is expected to be wrong; and only what the night before said too, when there was one.
    """
    runs = [run_id] if before_id is None else [run_id, before_id]
    rows = all_of(
        LandingResult, OF_RUNS,
        runs=runs, metric=metric, teams=list(team_ids), people=list(person_ids), company=company,
    )  # fmt: skip
    tonight = [row for row in rows if row.run_id == run_id]
    last = {row.person_id or row.team_id: _alone(row.probability) for row in rows if row.run_id != run_id}
    kinds = np.array([row.scope_kind for row in tonight])
    sure = np.array(
        [np.nan if row.probability is None else max(row.probability, 1 - row.probability) for row in tonight]
    )
    coloured = np.zeros(len(tonight), dtype=np.bool_)
    for kind in set(kinds.tolist()):
        coloured[kinds == kind] = flag_cells(sure[kinds == kind])
    found = {}
    for row, colour in zip(tonight, coloured, strict=True):
        state, scope = _alone(row.probability), row.person_id or row.team_id
        if state not in (State.NONE, State.CANNOT_TELL) and (not colour or last.get(scope, state) != state):
            state = State.CANNOT_TELL
        found[scope] = Landing(row, state)
    return found


def landing_of_company(*, run_id: UUID, before_id: UUID | None) -> Landing | None:
    """One query."""
    return landings(run_id=run_id, before_id=before_id, company=True, team_ids=(), person_ids=()).get(None)


def _alone(probability: float | None) -> State:
    """What one landing says by itself."""
    if probability is None:
        return State.NONE
    if probability >= CERTAINTY:
        return State.ON_OR_ABOVE
    return State.BEHIND if probability <= 1 - CERTAINTY else State.CANNOT_TELL


@dataclass(frozen=True, slots=True)
class PastCycle:
    """What would have been said of one past cycle: the company's rows, by week."""

    start_on: date
    end_on: date
    rows: Sequence[LandingCheck]


def checks(metric: str = REVENUE) -> list[LandingCheck]:
    """Everything that was said of past cycles, oldest first. One query."""
    rows = LandingCheck.objects.filter(metric=metric).select_related("team")
    return list(rows.order_by("start_on", "week", "scope_kind", "team__name"))


def past_cycles(rows: Sequence[LandingCheck]) -> list[PastCycle]:
    """The company's rows by cycle, latest first."""
    found: dict[date, list[LandingCheck]] = {}
    for row in rows:
        if row.scope_kind == "company":
            found.setdefault(row.start_on, []).append(row)
    return [PastCycle(start, own[0].end_on, own) for start, own in sorted(found.items(), reverse=True)]
