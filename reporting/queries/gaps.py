"""Stored gaps: objectives of a cycle with the result of a run beside each."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum

from objectives.domain.catalogue import CATALOGUE, Metric
from objectives.models import Objective
from reporting.models import GapResult

REVENUE = "revenue_won"
ROWS = 50


@dataclass(frozen=True, slots=True)
class Line:
    """An objective and its stored result; gap None: not computed (a draft, or no run for the day)."""

    objective: Objective
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


def _objectives() -> QuerySet[Objective]:
    below = Objective.objects.filter(parent_id=OuterRef("id"))
    objectives: QuerySet[Objective] = Objective.objects.select_related(
        "team", "person", "engagement", "stage"
    )
    return objectives.annotate(has_children=Exists(below))


def _lines(objectives: Iterable[Objective], run_id: UUID | None) -> list[Line]:
    """With the results of the run, one query; none without a run."""
    found = list(objectives)
    gaps: dict[UUID, GapResult] = {}
    if run_id is not None and found:
        stored = GapResult.objects.filter(run_id=run_id, objective__in=[one.id for one in found])
        gaps = {gap.objective_id: gap for gap in stored}
    return [Line(one, gaps.get(one.id), one.has_children) for one in found]  # type: ignore[attr-defined]


METRIC_ORDER = {key: index for index, key in enumerate(CATALOGUE)}


def _chain_order(line: Line) -> tuple[int, int, str]:
    """Metrics in the catalogue's order, rates in that of the stages, the whole before its segments."""
    stage = line.objective.stage
    return (
        METRIC_ORDER[line.objective.metric],
        stage.position if stage else 0,
        line.objective.segment.casefold(),
    )


def in_order(lines: Iterable[Line]) -> list[Line]:
    """Company first, then teams, people, partners, by name: never by result. Then in the order of the chain."""

    def key(line: Line) -> tuple[Any, ...]:
        one = line.objective
        kind = 0 if line.is_company else 1 if one.team_id else 2 if one.person_id else 3
        return kind, str(one.team or one.person or one.engagement or "").casefold(), *_chain_order(line)

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
    top = Q(parent=None) | Q(team=None, person=None, engagement=None)
    under = Q(parent__metric=REVENUE, parent__team=None, parent__person=None, parent__engagement=None)
    objectives = _objectives().filter(top | under, cycle_id=cycle_id)
    found = list(objectives.order_by(F("parent").asc(nulls_first=True), "id")[: ROWS + 1])
    first = {
        one.id
        for one in found
        if one.parent_id is None or not (one.team_id or one.person_id or one.engagement_id)
    }
    if len(found) > ROWS:
        found = [one for one in found if one.id in first][:ROWS]
    lines = in_order(_lines(found, run_id))
    return Top(
        [line for line in lines if line.objective.id in first],
        [line for line in lines if line.objective.id not in first],
    )


def children(*, parent_id: UUID, run_id: UUID | None, page: int = 1) -> tuple[list[Line], bool]:
    """One page of the objectives under another by name of their owner, and whether there are more. Two queries."""
    below = _objectives().filter(parent_id=parent_id).order_by("team__name", "person__name", "metric", "id")
    first = (page - 1) * ROWS
    found = list(below[first : first + ROWS + 1])
    return _lines(found[:ROWS], run_id), len(found) > ROWS


def of_owners(
    *,
    run_id: UUID,
    metrics: Collection[str],
    company: bool,
    team_ids: Collection[UUID],
    person_ids: Collection[UUID],
) -> list[Line]:
    """The results of these owners on some metrics, without the points of their paths. One query."""
    owners = Q(objective__team_id__in=list(team_ids)) | Q(objective__person_id__in=list(person_ids))
    if company:
        owners |= Q(objective__team=None, objective__person=None, objective__engagement=None)
    found = _gaps(run_id).filter(owners, objective__metric__in=list(metrics)).defer("series")
    return in_order(Line(gap.objective, gap) for gap in found)


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
    """By owner (None: the company). One query, without building models."""
    owners = Q(objective__team_id__in=list(team_ids)) | Q(objective__person_id__in=list(person_ids))
    if company:
        owners |= Q(objective__team=None, objective__person=None, objective__engagement=None)
    whole = GapResult.objects.filter(owners, run_id=run_id, objective__metric=metric, objective__segment="")
    rows = whole.values_list(
        "objective__person_id",
        "objective__team_id",
        "target",
        "path",
        "actual",
        "gap_to_path",
        "state",
        "levers",
    )
    return {person or team: Standing(*figures) for person, team, *figures in rows}


def of_owner(
    *,
    run_id: UUID,
    team_id: UUID | None = None,
    person_id: UUID | None = None,
    engagement_id: UUID | None = None,
) -> list[Line]:
    """Every result of a person, a team, an engagement, or with none of the company. One query; the owner is not read again."""
    gaps = GapResult.objects.filter(
        run_id=run_id,
        objective__person_id=person_id,
        objective__team_id=team_id,
        objective__engagement_id=engagement_id,
    )
    found = [Line(gap.objective, gap) for gap in gaps.select_related("objective__stage")]
    return sorted(found, key=_chain_order)


def of_engagements(*, run_id: UUID) -> list[Line]:
    """Every result of the engagements of partners, by name. One query."""
    return in_order(Line(gap.objective, gap) for gap in _gaps(run_id).exclude(objective__engagement=None))


def _gaps(run_id: UUID) -> QuerySet[GapResult]:
    related = ("objective__team", "objective__person", "objective__engagement", "objective__stage")
    gaps: QuerySet[GapResult] = GapResult.objects.filter(run_id=run_id).select_related(*related)
    return gaps


@dataclass(frozen=True, slots=True)
class Share:
    """Why a target is what it is: the objective above, and how far its shares cover it."""

    parent: Objective
    siblings_target: float

    @property
    def cover(self) -> float | None:
        target = float(self.parent.target or 0)
        return self.siblings_target / target if target else None


def share_of(objective: Objective) -> Share | None:
    """The objective above this one with the sum of the targets below it; None at the top. One query."""
    if objective.parent_id is None:
        return None
    below = Objective.objects.filter(parent_id=OuterRef("id")).order_by().values("parent_id")
    total = Subquery(below.annotate(total=Sum("target")).values("total"))
    parent = (
        Objective.objects.select_related("team", "person", "engagement")
        .annotate(total=total)
        .get(id=objective.parent_id)
    )
    return Share(parent, float(parent.total or 0))
