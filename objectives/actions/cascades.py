"""The cascade: the company's revenue objective shared among teams, then people, with what is fixed by hand."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from objectives.actions import drafts, personal
from objectives.actions.errors import refuse_stale
from objectives.domain.cascade_tree import Node, Share, spread
from objectives.models import Cycle, Objective, Plan
from objectives.queries.capacity import Sellers, sellers
from tenants.access import Actor
from tenants.actions import audit
from tenants.domain.roles import Permission

METRIC = "revenue_won"
COVER_RATIOS = (Decimal("0.5"), Decimal("2"))
# Weights are stored as numbers of this whole: twelve figures, so that sharing again gives the same cents.
WHOLE = 900_000

Owner = tuple[str, UUID | None]  # ("company", None), ("team", id) or ("person", id)
COMPANY: Owner = ("company", None)


@dataclass(frozen=True, slots=True)
class _Place:
    """An owner in the tree, before any amount."""

    owner: Owner
    parent: Owner
    name: str
    weight: float  # of WHOLE


@drafts.remembers("cascade.share_out")
def share_out(*, cycle: Cycle, by: Actor) -> None:
    """Share the revenue objective again, by the teams, people and history of now; padlocks and bounds stay.

    Makes the rows that are missing and removes those of owners who are no longer there. Fixed shares that no longer
    fit stay, with the difference for all to see. Raises Locked, or ValidationError without a revenue objective.
    """
    plan = locked_plan(cycle, by)
    if plan.revenue_minor is None:
        raise ValidationError(_("Set the revenue objective first."))
    places = _places(sellers(cycle))
    rows = _rows(cycle)
    _spread(cycle, plan, places, rows, strict_at=lambda _parent: False)
    audit.record(by=by, verb="cascade.share_out", obj=plan, detail={"owners": len(places)})


@drafts.remembers("cascade.share")
def change_share(
    *,
    cycle: Cycle,
    objective: Objective,
    target_minor: int,
    version: int,
    by: Actor,
    low: int | None = None,
    high: int | None = None,
    reason: str = "",
) -> None:
    """Type a share: another amount is fixed by a padlock, and the brothers and sisters re-balance around it.

    `low` and `high` bound what the cascade may give to a free share. Raises StaleVersion, Locked, `Infeasible` naming
    the shares in conflict, or ValidationError at `target`, `low` or `high`.
    """
    plan = locked_plan(cycle, by)
    row = _fresh(objective)
    wanted = (target_minor, low, high, reason)
    if wanted == (_integer(row.target), _integer(row.low), _integer(row.high), row.reason):
        return  # wished twice, or by two people: no conflict
    refuse_stale(row, version)
    for field, amount in (("target", target_minor), ("low", low), ("high", high)):
        if amount is not None and amount < 0:
            raise ValidationError({field: _("An amount is not negative.")})
    if low is not None and high is not None and low > high:
        raise ValidationError({"high": _("The most is not below the least.")})
    before = row.target
    if before is None or int(before) != target_minor:
        row.is_locked = True
    row.target, row.low, row.high, row.reason = Decimal(target_minor), _decimal(low), _decimal(high), reason
    _rebalance(cycle, plan, row)
    detail = {
        "target": target_minor,
        "before": None if before is None else int(before),
        "low": low,
        "high": high,
    }
    audit.record(by=by, verb="cascade.share", obj=row, detail=detail)


@drafts.remembers("cascade.padlock")
def set_padlock(*, cycle: Cycle, objective: Objective, locked: bool, version: int, by: Actor) -> None:
    """Fix a share where it is, or free it and re-balance. Raises StaleVersion, Locked or `Infeasible`."""
    plan = locked_plan(cycle, by)
    row = _fresh(objective)
    if row.is_locked == locked:
        return
    refuse_stale(row, version)
    row.is_locked = locked
    if not locked:
        row.reason = ""
    _rebalance(cycle, plan, row)
    audit.record(by=by, verb="cascade.padlock", obj=row, detail={"locked": locked})


@drafts.remembers("cascade.cover")
def set_cover(*, cycle: Cycle, ratio: Decimal, version: int, by: Actor) -> None:
    """Share out more (or less) than the objective: the sum of the first level over it. `version` is the plan's."""
    plan = locked_plan(cycle, by)
    if plan.cover_ratio == ratio:
        return
    refuse_stale(plan, version)
    if not COVER_RATIOS[0] <= ratio <= COVER_RATIOS[1]:
        raise ValidationError({"ratio": _("A cover ratio is between 50 % and 200 %.")})
    plan.cover_ratio = ratio
    plan.version += 1
    plan.save(update_fields=["cover_ratio", "version", "updated_at"])
    _spread(cycle, plan, _places(sellers(cycle)), _rows(cycle), strict_at=lambda parent: parent == COMPANY)
    audit.record(by=by, verb="cascade.cover", obj=plan, detail={"ratio": str(ratio)})


def locked_plan(cycle: Cycle, by: Actor) -> Plan:
    """The plan, locked so that two people's edits of one cascade wait for each other; a draft cycle only."""
    by.require(Permission.SET_OBJECTIVES)
    drafts.lock_draft(cycle)
    Plan.objects.get_or_create(cycle=cycle)
    plan: Plan = Plan.objects.select_for_update().get(cycle=cycle)
    return plan


def _fresh(objective: Objective) -> Objective:
    row: Objective = Objective.objects.select_related("team", "person").get(pk=objective.pk)
    if row.parent_id is None:
        raise ValidationError({"target": _("The company's objective is set with the ambition.")})
    return row


def _rebalance(cycle: Cycle, plan: Plan, changed: Objective) -> None:
    """Spread again with the changed row in place: strictly around it, as far as possible below what moved.

    Everywhere else the shares stay: what somebody agreed on or left open there is not touched from here.
    """
    rows = _rows(cycle)
    known: dict[Hashable, int | None] = {owner: _integer(row.target) for owner, row in rows.items()}
    rows[_owner(changed)] = changed
    owner_of: dict[UUID | None, Owner] = {row.pk: owner for owner, row in rows.items()}
    places = [
        _Place(owner, owner_of[row.parent_id], _name(row), float(row.weight or 0))
        for owner, row in _top_down(rows)
        if row.parent_id is not None
    ]
    parent = owner_of[changed.parent_id]
    _spread(
        cycle,
        plan,
        places,
        rows,
        strict_at=lambda level: level == parent,
        keep=lambda level, given: level != parent and known.get(level) == given,
        touched=changed,
    )


def _spread(
    cycle: Cycle,
    plan: Plan,
    places: list[_Place],
    rows: dict[Owner, Objective],
    *,
    strict_at: Callable[[Hashable], bool],
    keep: Callable[[Hashable, int], bool] = lambda _level, _given: False,
    touched: Objective | None = None,
) -> None:
    """Compute every share and write what changed."""
    total = plan.revenue_minor or 0
    nodes = [_node(place, rows.get(place.owner)) for place in places]
    shares = spread(COMPANY, total, nodes, cover=plan.cover_ratio, strict_at=strict_at, keep=keep)
    wanted: dict[Owner, Share] = {COMPANY: Share(total, total)}
    wanted |= {place.owner: shares[place.owner] for place in places}
    weights = {place.owner: place.weight for place in places}
    parents: dict[Owner, Owner] = {place.owner: place.parent for place in places}

    gone = [row.pk for owner, row in rows.items() if owner not in wanted]
    made, changed = [], []
    for owner, share in wanted.items():
        row = rows.get(owner)
        if row is None:
            row = rows[owner] = Objective(cycle=cycle, metric=METRIC, **_owned(owner))
            made.append(row)
        elif _differs(row, share) or row is touched or _moved(row, parents, rows):
            row.version += 1
            changed.append(row)
        row.target = Decimal(share.target)
        row.computed_target = _decimal(share.computed)
        row.weight = Decimal(str(weights.get(owner, WHOLE)))
        row.parent = rows[parents[owner]] if owner in parents else None
    Objective.objects.bulk_create(made)
    fields = [
        "target",
        "computed_target",
        "weight",
        "parent",
        "is_locked",
        "low",
        "high",
        "reason",
        "version",
    ]
    Objective.objects.bulk_update(changed, fields, batch_size=500)
    Objective.objects.filter(pk__in=gone).delete()
    personal.follow(cycle, plan, rows[COMPANY])


def _places(found: Sellers) -> list[_Place]:
    """Teams that have somebody in the cycle, parents first, then the people."""
    scale = WHOLE / (sum(seller.weight for seller in found.people) or 1.0)
    chains = {team_id: _chain(found, team_id) for team_id in {s.team_id for s in found.people} - {None}}
    weights: dict[UUID, float] = {}
    for seller in found.people:
        for team_id in chains.get(seller.team_id, []):
            weights[team_id] = weights.get(team_id, 0.0) + seller.weight
    deep = sorted(weights, key=lambda team_id: (len(_chain(found, team_id)), found.teams[team_id].name))
    teams = [
        _Place(
            ("team", team_id),
            _team_owner(
                found.teams[team_id].parent_id if found.teams[team_id].parent_id in weights else None
            ),
            found.teams[team_id].name,
            round(weights[team_id] * scale, 6),
        )
        for team_id in deep
    ]
    people = [
        _Place(
            ("person", seller.person.id),
            _team_owner(seller.team_id),
            seller.person.name,
            round(seller.weight * scale, 6),
        )
        for seller in found.people
    ]
    return [*teams, *people]


def _chain(found: Sellers, team_id: UUID | None) -> list[UUID]:
    """A team, then its parents up to the top."""
    chain: list[UUID] = []
    while team_id is not None and team_id not in chain:
        chain.append(team_id)
        team_id = found.teams[team_id].parent_id
    return chain


def _rows(cycle: Cycle) -> dict[Owner, Objective]:
    """The revenue objectives of the cycle by owner. One query."""
    rows = Objective.objects.filter(cycle=cycle, metric=METRIC, segment="").select_related("team", "person")
    return {_owner(row): row for row in rows}


def _top_down(rows: dict[Owner, Objective]) -> list[tuple[Owner, Objective]]:
    """Parents before their children, by name."""
    by_id = {row.pk: row for row in rows.values()}

    def depth(row: Objective) -> int:
        return 0 if row.parent_id is None else 1 + depth(by_id[row.parent_id])

    return sorted(rows.items(), key=lambda item: (depth(item[1]), item[0][0] == "person", _name(item[1])))


def _node(place: _Place, row: Objective | None) -> Node:
    if row is None:
        return Node(place.owner, place.parent, place.name, place.weight)
    return Node(
        place.owner,
        place.parent,
        place.name,
        place.weight,
        fixed=row.is_locked,
        value=_integer(row.target),
        low=_integer(row.low),
        high=_integer(row.high),
    )


def _owner(row: Objective) -> Owner:
    if row.team_id is not None:
        return ("team", row.team_id)
    return ("person", row.person_id) if row.person_id is not None else COMPANY


def _owned(owner: Owner) -> dict[str, UUID | None]:
    kind, key = owner
    return {} if kind == "company" else {f"{kind}_id": key}


def _team_owner(team_id: UUID | None) -> Owner:
    return COMPANY if team_id is None else ("team", team_id)


def _name(row: Objective) -> str:
    return str(row.owner or "")


def _differs(row: Objective, share: Share) -> bool:
    return _integer(row.target) != share.target or _integer(row.computed_target) != share.computed


def _moved(row: Objective, parents: dict[Owner, Owner], rows: dict[Owner, Objective]) -> bool:
    parent = parents.get(_owner(row))
    return parent is not None and (parent not in rows or rows[parent].pk != row.parent_id)


def _integer(value: Decimal | None) -> int | None:
    return None if value is None else int(value)


def _decimal(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value)
