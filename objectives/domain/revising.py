"""What a revision of one target changes around it: below (F7), above, and in the counts that follow from revenue."""

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from operator import eq

from objectives.domain.cascade import CascadeError, covered_total, share
from objectives.domain.cascade_tree import Node, spread

_LEVEL = object()  # the parent of a level that is shared on its own


class BelowZero(CascadeError):
    """An objective above would fall under zero; ``name`` says which."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"{name} would fall below zero")


@dataclass(frozen=True, slots=True)
class Place[K: Hashable]:
    """An objective of one tree. Amounts in minor units, or counts; a bound of None is no bound."""

    key: K
    parent: K | None
    name: str
    target: int
    weight: float
    fixed: bool = False
    low: int | None = None
    high: int | None = None


def revise[K: Hashable](
    places: Sequence[Place[K]],
    key: K,
    target: int,
    *,
    below: bool,
    above: bool,
    cover: Decimal | float = 1,
) -> dict[K, int]:
    """Return the new targets, of those that move, when `key` goes to `target`.

    `places` are one tree, parents before their children. `below`: the children take the difference, level by level, the
    free ones by their weights (F7), padlocked ones staying; the first level must hold (:class:`Infeasible` names what
    is in the way), at the others they go as far as their bounds let them. A difference between the shares and what is
    above them that was there before stays what it was. `above`: what is above moves by the same difference, up to the
    top (:class:`BelowZero` when it cannot). `cover` is how much more than the top's target its children share.
    """
    by_key = {place.key: place for place in places}
    after: dict[K, int] = {key: target}
    if below:
        _share_below(places, key, after, cover)
    if above:
        difference = target - by_key[key].target
        parent = by_key[key].parent
        while parent is not None:
            place = by_key[parent]
            if place.target + difference < 0:
                raise BelowZero(place.name)
            after[parent] = place.target + difference
            parent = place.parent
    return {one: amount for one, amount in after.items() if amount != by_key[one].target}


def _share_below[K: Hashable](
    places: Sequence[Place[K]], key: K, after: dict[K, int], cover: Decimal | float
) -> None:
    """Fill in `after` under `key`, wherever the target above has moved."""
    top = places[0].key
    children: dict[K, list[Place[K]]] = {}
    for place in places:
        if place.parent is not None:
            children.setdefault(place.parent, []).append(place)
    for place in places:
        level = children.get(place.key)
        if not level or after.get(place.key, place.target) == place.target:
            continue
        ratio = cover if place.key == top else 1
        grown = covered_total(after[place.key], ratio) - covered_total(place.target, ratio)
        total = max(0, sum(child.target for child in level) + grown)
        nodes = [
            Node(p.key, _LEVEL, p.name, p.weight, fixed=p.fixed, value=p.target, low=p.low, high=p.high)
            for p in level
        ]
        strict = _LEVEL if place.key == key else None
        shares = spread(_LEVEL, total, nodes, strict_at=partial(eq, strict))
        after |= {child.key: shares[child.key].target for child in level}


def follow[K: Hashable](
    counts: Mapping[K, int], before: Mapping[K, int], after: Mapping[K, int], company: K
) -> dict[K, int]:
    """Return the new counts of the owners whose revenue moves: deals to win, opportunities to open.

    `counts` by owner; `before`, `after`: revenue in minor units of the owners that move, an owner who had none has
    before 0. The company's count moves in proportion, rounded up: a deal is won or not. People share the counts that
    they have together, scaled with their revenue, by their new revenue: whole, and exact to the company's when
    everybody moves. 10 and 20 deals for 100 and 200, which become 150 and 150 → 15 and 15.
    """
    found: dict[K, int] = {}
    if company in counts and before.get(company):
        grown = counts[company] * after[company] / before[company]
        found[company] = math.ceil(grown - 1e-9 * max(grown, 1.0))
    people = [owner for owner in after if owner != company and (owner in counts or not before.get(owner))]
    had, have = (sum(amounts.get(owner, 0) for owner in people) for amounts in (before, after))
    together = sum(counts.get(owner, 0) for owner in people)
    if not had or not have or not together:
        return found
    everybody = set(counts) - {company} <= set(people)
    if company in found and everybody and together == counts[company]:
        total = found[company]
    else:
        total = int((Decimal(together) * have / had).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    shares = share(total, [float(after[owner]) for owner in people])
    return found | {owner: int(count) for owner, count in zip(people, shares, strict=True)}


def in_proportion(value: Decimal | None, before: Decimal | None, after: Decimal) -> Decimal | None:
    """Return the commitment or the stretch of a target that moves: as far from it as it was, in proportion."""
    if value is None or not before:
        return value
    scaled = value * after / before
    unit = Decimal(1) if value == value.to_integral_value() else Decimal("0.000001")
    return scaled.quantize(unit, rounding=ROUND_HALF_UP)
