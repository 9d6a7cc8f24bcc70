"""Joiners, leavers and movers in the middle of a cycle: a team's shares go round again, to the cent (R10, R11, R15).

Three people carry 90 000 each of their team's 270 000, and half of the cycle is over (path 50 %). Ann leaves: she keeps
what was due from her by her last day, 45 000. Dora joins, at a quarter of full capacity for what remains; Bea's and
Cai's padlocks are open. What remains is Ann's 45 000 and the 45 000 still due from each of Bea and Cai: 135 000. By
weight × remaining presence, 4 : 4 : 1, Dora takes 15 000 of it; Bea and Cai keep their 45 000 each and take up 15 000
more: Bea 45 000 + 60 000, Cai 45 000 + 60 000. Together 45 000 +
105 000 + 105 000 + 15 000 = 270 000, as before. Nobody's past has moved.

A mover takes the rest of the own share along: Eve carries 60 000 in North and goes to South when 20 000 was due from her.
She still answers for 60 000: 20 000 of it remain in North's target, 40 000 go from North's target to South's. Nobody
else's share moves, and what the two teams carry together stays the same. Her objective stays where it was promised, so
the tree shows those 40 000 as a difference in both teams, of opposite signs.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from objectives.domain.cascade_tree import Node, spread

_POOL = object()


@dataclass(frozen=True, slots=True)
class Carrier[K: Hashable]:
    """Somebody in a team's share-out. Amounts in minor units (or counts).

    target: what is carried now, 0 for a joiner; due: how much of it was due by the eve of the day, by the path; kept:
    what somebody who left keeps, None for everybody else; weight: capacity × productivity over what remains, by FTE,
    ramp and presence; fixed: padlocked, stays as it is; low, high: bounds of the whole share.
    """

    key: K
    name: str
    target: int
    due: int = 0
    kept: int | None = None
    weight: float = 0.0
    fixed: bool = False
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Reshared[K: Hashable]:
    """The new shares of everybody, and what nobody can take: Σ targets + not_allotted is what was carried before."""

    targets: dict[K, int]
    not_allotted: int


def due_by(target: int, share: float) -> int:
    """Return how much of a target is due when `share` of the path is: rounded to the unit, half away from zero."""
    amount = (Decimal(target) * Decimal(repr(min(max(share, 0.0), 1.0)))).quantize(
        Decimal(1), rounding=ROUND_HALF_UP
    )
    return int(amount)


def reshare[K: Hashable](carriers: Sequence[Carrier[K]]) -> Reshared[K]:
    """Return the shares once those who left keep their past and those who are there take up what remains.

    What remains: of who left, all but what is kept; of the free ones who are there, all but what was due. A joiner (who
    carried nothing) takes a part of it by weight (F7). What is left goes to the others: more than they had to do goes
    round by weight, less is taken from each in proportion, so that nobody's share rises because somebody joins, nor
    falls because somebody leaves. Bounds hold, padlocked shares stay. What the bounds, or nobody being there, leave over
    is not allotted, for all to see.
    """
    targets = {one.key: one.target if one.kept is None else min(one.kept, one.target) for one in carriers}
    free = [one for one in carriers if one.kept is None and not one.fixed]
    joiners = [one for one in free if not one.target]
    stayers = [one for one in free if one.target]
    pool = sum(one.target - targets[one.key] for one in carriers)
    pool += sum(_left(one) for one in free)
    by_weight = _spread(pool, [Node(one.key, _POOL, one.name, one.weight) for one in free])
    for one in joiners:
        targets[one.key] = by_weight.get(one.key, 0)
    rest = pool - sum(targets[one.key] for one in joiners)
    more = rest - sum(_left(one) for one in stayers)
    if more >= 0:
        taken = _spread(more, [_node(one, one.weight, _left(one)) for one in stayers])
        for one in stayers:
            targets[one.key] = one.target + taken[one.key]
    else:
        taken = _spread(rest, [_node(one, float(_left(one)), 0) for one in stayers])
        for one in stayers:
            targets[one.key] = _past(one) + taken[one.key]
    return Reshared(targets, sum(one.target for one in carriers) - sum(targets.values()))


def _spread(total: int, nodes: Sequence[Node]) -> dict[Hashable, int]:
    if not nodes:
        return {}
    shares = spread(_POOL, total, nodes, strict_at=lambda _parent: False)
    return {key: share.target for key, share in shares.items()}


def _past[K: Hashable](one: Carrier[K]) -> int:
    return min(one.due, one.target)


def _left[K: Hashable](one: Carrier[K]) -> int:
    return one.target - _past(one)


def _node[K: Hashable](one: Carrier[K], weight: float, had: int) -> Node:
    """A stayer's part of what goes round; `had` of what is left is not part of it."""
    kept = _past(one) + had
    return Node(
        one.key,
        _POOL,
        one.name,
        weight,
        low=None if one.low is None else max(one.low - kept, 0),
        high=None if one.high is None else max(one.high - kept, 0),
    )


@dataclass(frozen=True, slots=True)
class Move[K: Hashable]:
    """Somebody who went from one team to another. `due`: how much of the share was due by the eve of the move."""

    target: int
    due: int
    teams_from: tuple[
        K, ...
    ]  # the objectives above, from the team left up to, without, the one that holds both
    teams_to: tuple[K, ...]  # likewise of the team joined


def moved[K: Hashable](moves: Sequence[Move[K]], carried: Mapping[K, int]) -> dict[K, int]:
    """Return the new targets of the teams: what is left of a mover's share goes along. `carried`: their targets now.

    Of a team that carries less than that, all there is goes, and no more arrives.
    """
    targets = dict(carried)
    for move in moves:
        rest = move.target - min(move.due, move.target)
        rest = min([rest, *(targets[team] for team in move.teams_from)])
        for team in move.teams_from:
            targets[team] -= rest
        for team in move.teams_to:
            targets[team] += rest
    return {team: target for team, target in targets.items() if target != carried[team]}
