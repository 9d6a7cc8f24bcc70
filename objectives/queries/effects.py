"""What a change of targets does to the tree: rows before → after, the difference at each level, the path."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypedDict
from uuid import UUID

import numpy as np

from objectives.domain.catalogue import CATALOGUE
from objectives.domain.revised_path import Step, revised_path
from objectives.models import Cycle, Objective, Plan
from objectives.queries.history import promised_on
from objectives.queries.phased import PhasedPlan, phased_plan

REVENUE, OPENED = "revenue_won", "opportunities_opened"
# The counts that activation derives from the revenue objective, and that follow it.
FOLLOWING = ("deals_won", OPENED)


class Line(TypedDict):
    """A row of the effect as it is stored: figures as text, ids as text; `owner` "" is the company.

    A new objective has no `objective` and no `before`. `note`: "", "left", "joined" or "moved".
    """

    objective: str | None
    parent: str | None
    person: str | None
    team: str | None
    metric: str
    owner: str
    stage: str
    depth: int
    before: str | None
    after: str | None
    version: int
    weight: str | None
    mismatch_before: str | None
    mismatch_after: str | None
    note: str
    changed: bool


class Curve(TypedDict):
    """The path of the objective that the revision is about: weekly points, what is due by the end of each day."""

    metric: str
    owner: str
    dates: list[str]
    before: list[float]
    after: list[float]


class Document(TypedDict, total=False):
    """What Revision.preview holds. asked: what was wanted, so that it can be worked out again."""

    asked: dict[str, Any]
    rows: list[Line]
    path: Curve | None
    not_allotted: str | None


@dataclass(frozen=True, slots=True)
class New:
    """An objective that a revision makes for somebody who joins."""

    parent: Objective
    person_id: UUID
    name: str
    target: Decimal
    weight: float | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Targets to change by objective id (unchanged ones that are to be marked too), and objectives to make."""

    targets: Mapping[UUID, Decimal]
    new: tuple[New, ...] = ()
    notes: Mapping[UUID, str] = field(default_factory=dict)


def objectives_of(cycle: Cycle) -> list[Objective]:
    """Every active objective of a cycle with its owner. One query."""
    rows = Objective.objects.filter(cycle=cycle, state=Objective.State.ACTIVE)
    return list(rows.select_related("cycle", "team", "person", "engagement", "stage").order_by("id"))


def document(
    *,
    cycle: Cycle,
    objectives: list[Objective],
    wanted: Wanted,
    effective_on: date,
    asked: dict[str, Any],
    about: Objective | None,
    not_allotted: int | None = None,
) -> Document:
    """The effect as it is shown and stored. Two queries at most, for the path of `about`."""
    return Document(
        asked=asked,
        rows=lines(objectives, wanted),
        path=_curve(cycle, about, wanted, effective_on) if about is not None else None,
        not_allotted=None if not_allotted is None else str(not_allotted),
    )


def digest(shown: Document) -> str:
    """A short mark of what was shown, so that what is proposed is what was looked at."""
    stable = json.dumps([shown.get("rows"), shown.get("asked")], sort_keys=True)
    return hashlib.sha256(stable.encode()).hexdigest()[:16]


def lines(objectives: list[Objective], wanted: Wanted) -> list[Line]:
    """What changes and what stands above it, parents before children, in the order of the tree. No query."""
    by_id = {row.pk: row for row in objectives}
    after: dict[UUID, Decimal | None] = {row.pk: row.target for row in objectives} | dict(wanted.targets)
    sums_before, sums_after = _sums(objectives, wanted, by_id, after)
    shown = _with_above({*wanted.targets, *(new.parent.pk for new in wanted.new)}, by_id)
    children: dict[UUID | None, list[Objective]] = defaultdict(list)
    for key in shown:
        row = by_id[key]
        children[row.parent_id if row.parent_id in shown else None].append(row)
    made: dict[UUID, list[New]] = defaultdict(list)
    for new in wanted.new:
        made[new.parent.pk].append(new)
    found: list[Line] = []

    def add(row: Objective, depth: int) -> None:
        found.append(
            Line(
                objective=str(row.pk),
                parent=str(row.parent_id) if row.parent_id else None,
                person=str(row.person_id) if row.person_id else None,
                team=str(row.team_id) if row.team_id else None,
                metric=row.metric,
                owner=str(row.owner or ""),
                stage=str(row.stage or ""),
                depth=depth,
                before=_text(row.target),
                after=_text(after[row.pk]),
                version=row.version,
                weight=None,
                mismatch_before=_difference(sums_before.get(row.pk), row.target),
                mismatch_after=_difference(sums_after.get(row.pk), after[row.pk]),
                note=wanted.notes.get(row.pk, ""),
                changed=row.pk in wanted.targets,
            )
        )
        for child in sorted(children[row.pk], key=_place):
            add(child, depth + 1)
        for new in made[row.pk]:
            found.append(_made(new, depth + 1))

    for root in sorted(children[None], key=_place):
        add(root, 0)
    return found


def _made(new: New, depth: int) -> Line:
    return Line(
        objective=None,
        parent=str(new.parent.pk),
        person=str(new.person_id),
        team=None,
        metric=new.parent.metric,
        owner=new.name,
        stage="",
        depth=depth,
        before=None,
        after=_text(new.target),
        version=0,
        weight=None if new.weight is None else str(round(new.weight, 6)),
        mismatch_before=None,
        mismatch_after=None,
        note="joined",
        changed=True,
    )


def _sums(
    objectives: list[Objective],
    wanted: Wanted,
    by_id: Mapping[UUID, Objective],
    after: Mapping[UUID, Decimal | None],
) -> tuple[dict[UUID, Decimal], dict[UUID, Decimal]]:
    """Σ of the children of each objective that shares its metric with them, before and after."""
    before_sums: dict[UUID, Decimal] = {}
    after_sums: dict[UUID, Decimal] = {}
    for row in objectives:
        parent = by_id.get(row.parent_id) if row.parent_id else None
        if parent is None or not _adds_up(row, parent):
            continue
        if row.target is not None:
            before_sums[parent.pk] = before_sums.get(parent.pk, Decimal(0)) + row.target
        now = after[row.pk]
        if now is not None:
            after_sums[parent.pk] = after_sums.get(parent.pk, Decimal(0)) + now
    for new in wanted.new:
        after_sums[new.parent.pk] = after_sums.get(new.parent.pk, Decimal(0)) + new.target
    return before_sums, after_sums


def _adds_up(row: Objective, parent: Objective) -> bool:
    return (
        row.metric == parent.metric
        and row.segment == parent.segment
        and row.stage_id == parent.stage_id
        and CATALOGUE[row.metric].is_shared_out
    )


def _with_above(keys: Iterable[UUID], by_id: Mapping[UUID, Objective]) -> set[UUID]:
    shown: set[UUID] = set()
    for key in keys:
        current: UUID | None = key
        while current is not None and current in by_id and current not in shown:
            shown.add(current)
            current = by_id[current].parent_id
    return shown


def _place(row: Objective) -> tuple[int, bool, str]:
    metrics = list(CATALOGUE)
    return metrics.index(row.metric), row.person_id is not None, str(row.owner or "").casefold()


def _difference(total: Decimal | None, target: Decimal | None) -> str | None:
    return None if total is None or target is None else _text(total - target)


def _text(value: Decimal | None) -> str | None:
    """Without the zeros that the column's six decimals add."""
    if value is None:
        return None
    return str(int(value)) if value == value.to_integral_value() else str(value.normalize())


def _curve(cycle: Cycle, about: Objective, wanted: Wanted, effective_on: date) -> Curve | None:
    plan = Plan.objects.filter(cycle=cycle).first()
    if plan is None or about.metric not in (REVENUE, *FOLLOWING):
        return None
    plan.cycle = cycle
    phased = phased_plan(plan)
    target = wanted.targets.get(about.pk)
    offset = (effective_on - cycle.start_on).days
    if phased is None or target is None or about.target is None or not 0 <= offset < len(phased.dates):
        return None
    share = _share(phased, about.metric)
    last = cycle.end_on - timedelta(days=1)
    before = promised_on([_copy(about)], cycle, last).steps.get(about.pk) or [Step(0, float(about.target))]
    now = [step for step in before if step.offset < offset] + [Step(offset, float(target))]
    curves = [revised_path(share, steps) for steps in (before, now)]
    points = _weekly(cycle, offset)
    return Curve(
        metric=about.metric,
        owner=str(about.owner or ""),
        dates=[(cycle.start_on + timedelta(days=point)).isoformat() for point in points],
        before=[round(float(curves[0][point]), 2) for point in points],
        after=[round(float(curves[1][point]), 2) for point in points],
    )


def _copy(row: Objective) -> Objective:
    """A row whose target may be changed in memory."""
    return Objective(pk=row.pk, target=row.target, revision_id=row.revision_id)


def _share(phased: PhasedPlan, metric: str) -> "np.ndarray[Any, Any]":
    starts = phased.counts[0] if len(phased.counts) else np.zeros(0)
    if metric == OPENED and starts.size and starts[-1] > 0:
        return np.asarray(starts / starts[-1])
    return phased.path


def _weekly(cycle: Cycle, offset: int) -> list[int]:
    """Sundays, the eve of the revision, and the last day."""
    last = (cycle.end_on - cycle.start_on).days - 1
    first_sunday = (6 - cycle.start_on.weekday()) % 7
    return sorted({*range(first_sunday, last, 7), max(offset - 1, 0), last})
