"""Stored gaps: objectives of a cycle with the result of a run beside each."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from objectives.domain.catalogue import CATALOGUE, Metric
from pipeline.models import Stage
from reporting.models import GapResult
from reporting.queries.gap_sql import BELOW, LINES, NAMES, OWNER, OWNERS, SHARE, STANDINGS, STORED, TOP
from tenants.reading import made, rows

REVENUE = "revenue_won"
ROWS = 50
OWN = 11  # how many columns of LINES are the objective's own


class Aim(NamedTuple):
    """An objective, as far as its line is shown. Fields are named as those of the objective; `owner` and `stage` are
    names, "" without."""

    id: UUID
    parent_id: UUID | None
    metric: str
    segment: str = ""
    target: Decimal | None = None
    computed_target: Decimal | None = None
    reason: str = ""
    state: str = ""
    team_id: UUID | None = None
    person_id: UUID | None = None
    engagement_id: UUID | None = None
    owner: str = ""
    stage: str = ""
    stage_position: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """An objective and its stored result; gap None: not computed (a draft, or no run for the day)."""

    objective: Aim
    gap: GapResult | None
    has_children: bool = False

    @property
    def metric(self) -> Metric:
        return CATALOGUE[self.objective.metric]

    @property
    def target(self) -> float | None:
        """As it was in the run, else as it is now."""
        if self.gap is not None:
            return self.gap.target
        return None if self.objective.target is None else float(self.objective.target)

    @property
    def actual(self) -> float | None:
        return self.gap.actual if self.gap else None

    @property
    def path(self) -> float | None:
        return self.gap.path if self.gap else None

    @property
    def gap_to_path(self) -> float | None:
        return self.gap.gap_to_path if self.gap else None

    @property
    def gap_to_target(self) -> float | None:
        return self.gap.gap_to_target if self.gap else None

    @property
    def state(self) -> str:
        return self.gap.state if self.gap else "none"

    @property
    def levers(self) -> list[dict[str, Any]]:
        return self.gap.levers if self.gap else []

    @property
    def is_company(self) -> bool:
        one = self.objective
        return one.team_id is None and one.person_id is None and one.engagement_id is None

    def is_whole(self, metric: str) -> bool:
        """Whether it is about all of a metric, and not about one segment."""
        return self.objective.metric == metric and not self.objective.segment


@dataclass(frozen=True, slots=True)
class Series:
    """The stored points of a path: cumulative values at the end of each date; actual None after the day."""

    dates: list[date]
    path: list[float | None]
    actual: list[float | None]

    @classmethod
    def of(cls, gap: GapResult | None) -> "Series":
        stored = gap.series if gap is not None else {}
        return cls(
            dates=[date.fromisoformat(day) for day in stored.get("dates", [])],
            path=stored.get("path", []),
            actual=stored.get("actual", []),
        )


Named = Mapping[UUID | None, tuple[str, int]]
NOBODY = ("", 0)


def _lines(which: str, *, run_id: UUID | None, named: Named, **given: Any) -> list[Line]:
    """The lines of some objectives, with the results of the run; none without a run. One query."""
    found = []
    for row in rows(f"{LINES} {which}", run=run_id, revenue=REVENUE, **given):
        own, (stage, has_children), values = row[:OWN], row[OWN : OWN + 2], row[OWN + 2 :]
        owner, _place = named.get(own[8] or own[9] or own[10], NOBODY)
        aim = Aim._make((*own, owner, *named.get(stage, NOBODY)))
        found.append(Line(aim, made(GapResult, values) if values[0] else None, has_children))
    return found


def _names() -> Named:
    """The names of owners and stages, with the places of stages. One query."""
    return {key: (name, position) for key, name, position in rows(NAMES)}


def _stages(stages: Iterable[Stage]) -> Named:
    return {stage.id: (stage.name, stage.position) for stage in stages}


METRIC_ORDER = {key: index for index, key in enumerate(CATALOGUE)}


def _chain_order(line: Line) -> tuple[int, int, str]:
    """Metrics in the catalogue's order, rates in that of the stages, the whole before its segments."""
    one = line.objective
    return METRIC_ORDER[one.metric], one.stage_position, one.segment.casefold()


def in_order(lines: Iterable[Line]) -> list[Line]:
    """Company first, then teams, people, partners, by name: never by result. Then in the order of the chain."""

    def key(line: Line) -> tuple[Any, ...]:
        one = line.objective
        kind = 0 if line.is_company else 1 if one.team_id else 2 if one.person_id else 3
        return kind, one.owner.casefold(), *_chain_order(line)

    return sorted(lines, key=key)


@dataclass(frozen=True, slots=True)
class Top:
    """The top of the tree: the objectives without a parent or of the company, and those right under the revenue."""

    lines: list[Line]
    under_revenue: list[Line]  # empty when they are too many to be read at once

    @property
    def revenue(self) -> Line | None:
        """The company's revenue objective."""
        found = (line for line in self.lines if line.is_company and line.is_whole(REVENUE))
        return next(found, None)


def tree_top(*, cycle_id: UUID, run_id: UUID | None) -> Top:
    """At most ROWS objectives. Two queries."""
    found = _lines(TOP, run_id=run_id, named=_names(), cycle=cycle_id, rows=ROWS + 1)
    first = {one.objective.id for one in found if one.objective.parent_id is None or one.is_company}
    if len(found) > ROWS:
        found = [one for one in found if one.objective.id in first][:ROWS]
    lines = in_order(found)
    return Top(
        [line for line in lines if line.objective.id in first],
        [line for line in lines if line.objective.id not in first],
    )


def children(*, parent_id: UUID, run_id: UUID | None, page: int = 1) -> tuple[list[Line], bool]:
    """One page of the objectives under another by name of their owner, and whether there are more. Two queries."""
    skip = (page - 1) * ROWS
    found = _lines(BELOW, run_id=run_id, named=_names(), parent=parent_id, rows=ROWS + 1, skip=skip)
    return found[:ROWS], len(found) > ROWS


def of_owners(
    *,
    run_id: UUID,
    metrics: Collection[str],
    company: bool,
    team_ids: Collection[UUID],
    person_ids: Collection[UUID],
) -> list[Line]:
    """The results of these owners on some metrics. Two queries."""
    given = {"teams": list(team_ids), "people": list(person_ids), "company": company}
    which = f"{STORED} AND o.metric = ANY(%(metrics)s) AND {OWNERS}"
    return in_order(_lines(which, run_id=run_id, named=_names(), metrics=list(metrics), **given))


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an owner stands on one metric: the figures of GapResult that tables show."""

    target: float | None
    path: float | None
    actual: float | None
    gap_to_path: float | None
    state: str
    levers: list[dict[str, Any]]


def standings(
    *, run_id: UUID, metric: str, company: bool, team_ids: Collection[UUID], person_ids: Collection[UUID]
) -> dict[UUID | None, Standing]:
    """By owner (None: the company). One query."""
    given = {"teams": list(team_ids), "people": list(person_ids), "company": company}
    return {
        person or team: Standing(*[*figures, json.loads(levers)])
        for person, team, *figures, levers in rows(STANDINGS, run=run_id, metric=metric, **given)
    }


def of_owner(
    *,
    run_id: UUID,
    stages: Iterable[Stage] = (),
    team_id: UUID | None = None,
    person_id: UUID | None = None,
    engagement_id: UUID | None = None,
) -> list[Line]:
    """Every result of a person, a team, an engagement, or with none of the company, without the owner's name. One query.

    stages: those that rates are named after.
    """
    given = {"team": team_id, "person": person_id, "engagement": engagement_id}
    found = _lines(STORED + OWNER, run_id=run_id, named=_stages(stages), **given)
    return sorted(found, key=_chain_order)


def of_engagements(*, run_id: UUID) -> list[Line]:
    """Every result of the engagements of partners, by name. Two queries."""
    which = f"{STORED} AND o.engagement_id IS NOT NULL"
    return in_order(_lines(which, run_id=run_id, named=_names()))


@dataclass(frozen=True, slots=True)
class Share:
    """Why a target is what it is: the objective above with the name of its owner ("" for the company), and the sum of
    the targets below it."""

    objective_id: UUID
    team_id: UUID | None
    owner: str
    target: float | None
    siblings_target: float

    @property
    def cover(self) -> float | None:
        return self.siblings_target / self.target if self.target else None


def share_of(objective: Aim) -> Share | None:
    """The objective above this one with the sum of the targets below it; None at the top. One query."""
    if objective.parent_id is None:
        return None
    ((key, team, target, below, owner),) = rows(SHARE, objective=objective.parent_id)
    return Share(key, team, owner, None if target is None else float(target), float(below or 0))
