"""Objectives as they were on a day, and every version of one."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Q

from objectives.domain.revised_path import Step, steps
from objectives.models import Cycle, Objective, ObjectiveVersion, Revision
from objectives.queries.tree import TreeNode
from tenants.days import end_of

FIRST = 1


@dataclass(frozen=True, slots=True)
class Version:
    """What an objective said from a day on. difference: to the version before, None for the first."""

    number: int
    from_on: date
    recorded_at: datetime
    actor_id: UUID | None
    revision: Revision | None
    target: Decimal | None
    difference: Decimal | None


def versions_of(objective: Objective) -> list[Version]:
    """Every version, the first one first, with the revision that made it. One query."""
    found: list[Version] = []
    before: Decimal | None = None
    for row in ObjectiveVersion.objects.filter(objective=objective).select_related("revision"):
        is_first = not found
        change = None if is_first or row.target is None else row.target - (before or 0)
        found.append(
            Version(row.number, row.from_on, row.recorded_at, row.actor_id, row.revision, row.target, change)
        )
        before = row.target
    return found


def as_known_on[O: (Objective, TreeNode)](objectives: Iterable[O], day: date) -> list[O]:
    """The objectives as they stood at the end of `day`, by what had been decided by then. One query.

    Changes the given rows in memory (they are not to be saved): target, commitment, stretch, why. Those that did not
    exist yet are left out. The first version counts from its first day on even when the cycle was activated later.
    """
    rows = list(objectives)
    known = ObjectiveVersion.objects.filter(
        Q(number=FIRST) | Q(recorded_at__lt=end_of(day)), objective__in=[row.pk for row in rows]
    )
    versions: dict[UUID, list[ObjectiveVersion]] = defaultdict(list)
    for version in known.defer("context").order_by("number"):
        versions[version.objective_id].append(version)
    kept = []
    for row in rows:
        said = [version for version in versions[row.pk] if version.from_on <= day]
        if versions[row.pk] and not said and _is_later(versions[row.pk]):
            continue
        if said:
            _as(row, said[-1])
        kept.append(row)
    return kept


def _is_later(versions: list[ObjectiveVersion]) -> bool:
    """Whether the objective was made by a revision: before it, there was none."""
    return versions[0].revision_id is not None


def _as(row: Objective | TreeNode, version: ObjectiveVersion) -> None:
    row.target, row.commitment, row.stretch = version.target, version.commitment, version.stretch
    row.why = version.why


@dataclass(frozen=True, slots=True)
class Promised:
    """The objectives in force on a day, with their target of that day, and the steps of those that were revised."""

    objectives: list[Objective]
    steps: dict[UUID, list[Step]]


def promised_on(objectives: Collection[Objective], cycle: Cycle, day: date) -> Promised:
    """What the figures of `day` are compared with: a revision counts from its day on, whenever it was decided.

    Changes the targets of the given rows in memory. One query; none when nothing was revised.
    """
    revised = [row for row in objectives if row.revision_id is not None]
    if not revised:
        return Promised(list(objectives), {})
    said = ObjectiveVersion.objects.filter(objective__in=revised, from_on__lte=day)
    versions: dict[UUID, list[tuple[date, float]]] = defaultdict(list)
    exact: dict[UUID, dict[date, Decimal | None]] = defaultdict(dict)
    for key, from_on, target in said.order_by("number").values_list("objective_id", "from_on", "target"):
        versions[key].append((from_on, float("nan") if target is None else float(target)))
        exact[key][from_on] = target
    found: dict[UUID, list[Step]] = {}
    there = []
    for row in objectives:
        if row.revision_id is not None:
            if not versions[row.pk]:
                continue
            found[row.pk] = steps(versions[row.pk], cycle.start_on)
            last = found[row.pk][-1]
            row.target = _exact(exact[row.pk], cycle.start_on + timedelta(days=last.offset), last.target)
        there.append(row)
    return Promised(there, found)


def _exact(targets: dict[date, Decimal | None], day: date, target: float) -> Decimal | None:
    if day in targets:
        return targets[day]
    return None if target != target else Decimal(str(target))
