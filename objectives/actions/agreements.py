"""What an agreement does to the shares: the taken one is fixed, and nobody else's moves until somebody asks for it."""

from collections.abc import Collection
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from objectives.actions import drafts, personal
from objectives.domain.cascade_tree import Node, Share, spread
from objectives.domain.negotiation import Look, Refusal, Refused
from objectives.models import Cycle, Negotiation, Objective, Plan
from objectives.queries.negotiations import Line, standing
from objectives.queries.tree import integer, revenue_rows
from tenants.access import Actor
from tenants.actions import audit
from tenants.domain.roles import Permission


def settle(objective: Objective, *, target_minor: int, reason: str) -> None:
    """Fix a share at what both sides agreed on, with the reason; brothers, sisters and children stay where they are.

    What is freed or missing is then not allotted, for all to see. For use inside an action of the negotiation, which
    has locked the draft and asked for the right.
    """
    longest = Objective._meta.get_field("reason").max_length
    objective.target, objective.is_locked, objective.reason = Decimal(target_minor), True, reason[:longest]
    objective.version += 1
    objective.save(update_fields=["target", "is_locked", "reason", "version"])
    _follow(objective.cycle)


@drafts.remembers("cascade.rebalance")
def rebalance(*, cycle: Cycle, level: Objective, by: Actor) -> None:
    """Share what is not allotted at one level among those who have neither a fixed nor an agreed share.

    Goes down only below shares that changed. Raises Locked, Refused for a level that is not one's own, `Infeasible`
    with the names in conflict, or ValidationError when nobody is left to take it.
    """
    by.require(Permission.PROPOSE_SHARES)
    reader = standing(by.id, by.role)
    if not reader.directs and level.team_id not in reader.teams:
        raise Refused(Refusal.SIDE)
    rows = revenue_rows(cycle)
    kept = _agreed(cycle, rows)
    children: dict[UUID | None, list[Objective]] = {}
    for row in rows:
        children.setdefault(row.parent_id, []).append(row)
    below = children.get(level.pk, [])
    if all(row.is_locked or row.pk in kept for row in below):
        raise ValidationError(
            _("Every share here is fixed or agreed on: free one, or propose another amount to somebody.")
        )
    top = next(row for row in rows if row.pk == level.pk)
    changed = _spread_below(top, children, kept, _cover(cycle, top), strict=True)
    Objective.objects.bulk_update(changed, ["target", "computed_target", "version"], batch_size=500)
    _follow(cycle)
    audit.record(by=by, verb="cascade.rebalance", obj=top, detail={"owners": len(changed)})


def _follow(cycle: Cycle) -> None:
    """Bring what is derived from the shares of people in line with them."""
    plan = Plan.objects.select_for_update().filter(cycle=cycle).first()
    if plan is not None:
        personal.follow(cycle, plan)


def _spread_below(
    top: Objective,
    children: dict[UUID | None, list[Objective]],
    kept: Collection[UUID],
    cover: Decimal,
    *,
    strict: bool,
) -> list[Objective]:
    """Share a level again, then those below the shares that changed; return these."""
    level = children.get(top.pk, [])
    if not level:
        return []
    nodes = [_node(row, top.pk, row.is_locked or row.pk in kept) for row in level]
    shares = spread(top.pk, integer(top.target) or 0, nodes, cover=cover, strict_at=lambda _level: strict)
    changed = [row for row in level if _take(row, shares[row.pk])]
    below: list[Objective] = []
    for row in changed:
        below += _spread_below(row, children, kept, Decimal(1), strict=False)
    return changed + below


def _node(row: Objective, parent: UUID, fixed: bool) -> Node:
    return Node(
        row.pk,
        parent,
        str(row.owner),
        float(row.weight or 0),
        fixed=fixed,
        value=integer(row.target),
        low=integer(row.low),
        high=integer(row.high),
    )


def _take(row: Objective, share: Share) -> bool:
    """Give the row its share; whether that is another one than before."""
    if integer(row.target) == share.target:
        return False
    row.target = Decimal(share.target)
    row.computed_target = None if share.computed is None else Decimal(share.computed)
    row.version += 1
    return True


def _agreed(cycle: Cycle, rows: Collection[Objective]) -> set[UUID]:
    """The objectives whose present share both sides accepted."""
    talks = {talk.objective_id: talk for talk in Negotiation.objects.filter(objective__cycle=cycle)}
    return {row.pk for row in rows if Line(row, talks.get(row.pk)).look == Look.AGREED}


def _cover(cycle: Cycle, top: Objective) -> Decimal:
    if top.parent_id is not None:
        return Decimal(1)
    found: Decimal | None = Plan.objects.filter(cycle=cycle).values_list("cover_ratio", flat=True).first()
    return Decimal(1) if found is None else found
