"""The objective tree, a level at a time, and the cascade as a table."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models.expressions import RawSQL

from objectives.domain.cascade import cover_ratio, mismatch
from objectives.domain.catalogue import OBJECTIVE_METRICS
from objectives.models import Cycle, Objective
from objectives.queries.briefs import Brief
from tenants.reading import rows

REVENUE = "revenue_won"
ROWS = 50
CHILDREN = ROWS - 1  # of the row that the cascade's table begins with
# In SQL of its own: a page opens a level, and the ORM takes longer to write this than the database to answer it.
LEVEL = """
SELECT o.id, o.metric, o.segment, o.target, o.team_id, o.person_id, coalesce(t.name, p.name, e.name, ''),
       coalesce(s.name, ''), EXISTS (SELECT FROM objectives_objective c
                                     WHERE c.organisation_id = o.organisation_id AND c.parent_id = o.id)
FROM objectives_objective o
LEFT JOIN tenants_team t ON t.organisation_id = o.organisation_id AND t.id = o.team_id
LEFT JOIN tenants_person p ON p.organisation_id = o.organisation_id AND p.id = o.person_id
LEFT JOIN prospecting_engagement e ON e.organisation_id = o.organisation_id AND e.id = o.engagement_id
LEFT JOIN pipeline_stage s ON s.organisation_id = o.organisation_id AND s.id = o.stage_id
WHERE o.organisation_id = %(org)s AND o.cycle_id = %(cycle)s AND {below}
ORDER BY array_position(%(metrics)s::varchar[], o.metric), s.position NULLS FIRST, o.segment,
         o.person_id IS NOT NULL, o.engagement_id IS NOT NULL, lower(coalesce(t.name, p.name, e.name, '')), o.id
LIMIT %(rows)s OFFSET %(skip)s
"""
# An objective and all that is above it.
ABOVE = """
WITH RECURSIVE above AS (
    SELECT o.id, o.parent_id FROM objectives_objective o WHERE o.organisation_id = %s AND o.id = %s
    UNION SELECT o.id, o.parent_id FROM objectives_objective o JOIN above a ON o.id = a.parent_id
    WHERE o.organisation_id = %s
) SELECT id FROM above
"""


@dataclass(slots=True)
class TreeNode:
    """An objective of a level, as far as it is shown. Fields are named as those of the objective; `owner` and `stage`
    are names, "" without. Of a past day, it says what it said then (objectives.queries.history.as_known_on)."""

    pk: UUID
    metric: str
    segment: str
    target: Decimal | None
    team_id: UUID | None
    person_id: UUID | None
    owner: str
    stage: str
    has_children: bool
    commitment: Decimal | None = None
    stretch: Decimal | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class TreeLevel:
    """At most 50 nodes; `following`: from which one on the next page begins, None at the end."""

    nodes: list[TreeNode]
    following: int | None


@dataclass(frozen=True, slots=True)
class CascadeRow:
    """An owner's share as the table shows it; money in minor units.

    difference: Σ children − own target, None without children; cover: Σ children / own target.
    part: own weight among the brothers and sisters. more: how many of the children are not shown, where some are.
    has_room: whether the table can show children of it, once it is opened.
    """

    objective: Objective
    depth: int
    children: int
    is_open: bool
    difference: int | None
    cover: float | None
    part: float | None
    more: int = 0
    has_room: bool = True

    @property
    def target(self) -> int | None:
        return integer(self.objective.target)

    @property
    def computed(self) -> int | None:
        return integer(self.objective.computed_target)

    @property
    def is_overridden(self) -> bool:
        return self.objective.is_locked and self.computed != self.target


@dataclass(frozen=True, slots=True)
class Shared:
    """The company's revenue objective beside the shares right below it; as in a CascadeRow."""

    target: int | None
    children: int
    difference: int | None
    cover: float | None


def integer(value: Decimal | None) -> int | None:
    return None if value is None else int(value)


def objective_tree(
    cycle: Cycle, parent: Objective | Brief | TreeNode | None = None, skip: int = 0
) -> TreeLevel:
    """The children of `parent` (the roots without one), 50 from the `skip`-th on. One query.

    Metrics in the catalogue's order, then stages in theirs, teams before people, by name.
    """
    given = {
        "cycle": cycle.pk,
        "parent": parent.pk if parent else None,
        "metrics": list(OBJECTIVE_METRICS),
        "rows": ROWS + 1,
        "skip": skip,
    }
    below = "o.parent_id = %(parent)s" if parent else "o.parent_id IS NULL"
    nodes = [TreeNode(*row) for row in rows(LEVEL.format(below=below), **given)]
    return TreeLevel(nodes[:ROWS], skip + ROWS if len(nodes) > ROWS else None)


def parents_of(objective: Objective) -> list[Objective]:
    """The chain of reasons, from the top to the direct parent. One query."""
    if objective.parent_id is None:
        return []
    organisation = objective.organisation_id
    keys = RawSQL(ABOVE, [organisation, objective.parent_id, organisation])
    above = Objective.objects.filter(pk__in=keys)
    by_id = {
        row.pk: row
        for row in above.select_related("team", "person", "engagement", "stage").defer(
            "calibration", "outcome"
        )
    }
    chain: list[Objective] = []
    current = by_id.get(objective.parent_id)
    while current is not None and current not in chain:
        chain.insert(0, current)
        current = by_id.get(current.parent_id)
    return chain


def revenue_rows(cycle: Cycle) -> list[Objective]:
    """Every revenue objective of the cycle with its owner, those of a segment apart. One query."""
    return list(
        Objective.objects.filter(cycle=cycle, metric=REVENUE, segment="")
        .select_related("team", "person", "engagement")
        .defer("calibration", "context", "outcome")
        .order_by("id")
    )


def share_rows(cycle: Cycle) -> list[Objective]:
    """Likewise, with the ids of their owners only. One query."""
    rows = Objective.objects.filter(cycle=cycle, metric=REVENUE, segment="").order_by("id")
    said = ("metric", "segment", "target", "stage", "revision", "cycle", "parent")
    return list(rows.only(*said, "team", "person", "engagement"))


def shared_out(target: int | None, shares: Sequence[int | None]) -> Shared:
    """How much of the company's revenue objective is shared out: `shares` right below it."""
    return Shared(
        target=target,
        children=len(shares),
        difference=mismatch(shares, target) if shares else None,
        cover=cover_ratio(shares, target) if shares else None,
    )


def cascade_rows(
    objectives: Collection[Objective], opened: Sequence[UUID], top: UUID | None = None, skip: int = 0
) -> list[CascadeRow]:
    """The table of the cascade: `top` (the company without one), its children, and those of what is `opened`.

    At most 50 rows: a level before the one below it, and on a level first what was opened last. The children of `top`
    begin with the `skip`-th.
    """
    children: dict[UUID | None, list[Objective]] = defaultdict(list)
    for row in objectives:
        children[row.parent_id].append(row)
    for level in children.values():
        level.sort(key=lambda row: (row.person_id is not None, str(row.owner or "").casefold()))
    by_id = {row.pk: row for row in objectives}
    root = (by_id.get(top) if top else None) or next(iter(children[None]), None)
    if root is None:
        return []
    shown, roomy = _unfolded(root, children, opened, skip)
    rows: list[CascadeRow] = []

    def add(row: Objective, depth: int) -> None:
        below = shown.get(row.pk, [])
        rows.append(_cascade_row(row, depth, children, len(below), has_room=row.pk in roomy))
        for child in below:
            add(child, depth + 1)

    add(root, 0)
    return rows


def _unfolded(
    root: Objective, children: Mapping[UUID | None, list[Objective]], opened: Sequence[UUID], skip: int
) -> tuple[dict[UUID, list[Objective]], set[UUID]]:
    """The children that are shown, by parent; and the parents whose children there is room for, once opened."""
    level = children[root.pk][skip : skip + CHILDREN]
    shown, roomy = {root.pk: level}, {root.pk}
    room = CHILDREN - len(level)
    while level and room:
        parents = {row.pk for row in level if row.pk in children}
        roomy |= parents
        level = []
        for key in reversed(opened):
            if room and key in parents and key not in shown:
                shown[key] = children[key][:room]
                room -= len(shown[key])
                level += shown[key]
    return shown, roomy


def _cascade_row(
    row: Objective,
    depth: int,
    children: Mapping[UUID | None, list[Objective]],
    shown: int,
    *,
    has_room: bool,
) -> CascadeRow:
    below = children.get(row.pk, [])
    shares = [integer(child.target) for child in below]
    together = sum(float(other.weight or 0) for other in children.get(row.parent_id, []))
    return CascadeRow(
        objective=row,
        depth=depth,
        children=len(below),
        is_open=shown > 0,
        difference=mismatch(shares, integer(row.target)) if below else None,
        cover=cover_ratio(shares, integer(row.target)) if below else None,
        part=float(row.weight or 0) / together if together and row.parent_id else None,
        more=len(below) - shown if shown else 0,
        has_room=has_room,
    )
