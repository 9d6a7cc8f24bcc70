"""A target shared down a tree of owners, level by level (formulas F7)."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from objectives.domain.cascade import Conflict, Infeasible, covered_total, rebalance, share


@dataclass(frozen=True, slots=True)
class Node:
    """An owner with its place in the tree. Amounts in minor units (or counts).

    `value` is the share as it is: what stays when `fixed`, or where a level is kept; a bound of None is no bound.
    """

    key: Hashable
    parent: Hashable | None
    name: str
    weight: float
    fixed: bool = False
    value: int | None = None
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """What a node has: its target, and what it would have without any padlock (None when the bounds forbid it)."""

    target: int
    computed: int | None


def spread(
    root: Hashable,
    total: int,
    nodes: Sequence[Node],
    *,
    cover: Decimal | float = 1,
    strict_at: Callable[[Hashable], bool] = lambda _: True,
    keep: Callable[[Hashable, int], bool] = lambda _level, _given: False,
) -> dict[Hashable, Share]:
    """Share `total` among the children of `root` (times `cover`), then each share among its own children.

    `nodes` are all below `root`, parents before their children. At a level whose parent is `strict_at`, fixed shares
    and bounds that cannot hold raise :class:`Infeasible` with their names; at the others the free children go as far
    as their bounds let them, and the difference to the parent remains for all to see. `keep(parent, what it has)`:
    whether the shares of a level all stay as they are.
    """
    children: dict[Hashable | None, list[Node]] = {}
    for node in nodes:
        children.setdefault(node.parent, []).append(node)
    shares: dict[Hashable, Share] = {}
    for parent in (root, *(node.key for node in nodes)):
        level = children.get(parent)
        if level:
            given = total if parent == root else shares[parent].target
            shared = _level(given, level, cover if parent == root else 1, strict=strict_at(parent))
            shares |= _as_is(level, shared) if keep(parent, given) else shared
    return shares


def _as_is(level: list[Node], shared: dict[Hashable, Share]) -> dict[Hashable, Share]:
    """The shares that a level has; what is computed for one that has none yet."""
    return {
        node.key: shared[node.key] if node.value is None else Share(node.value, shared[node.key].computed)
        for node in level
    }


def _level(total: int, level: list[Node], cover: Decimal | float, *, strict: bool) -> dict[Hashable, Share]:
    weights = [node.weight for node in level]
    low = [np.nan if node.low is None else node.low for node in level]
    high = [np.nan if node.high is None else node.high for node in level]
    names = [node.name for node in level]
    computed: list[int | None]
    try:
        computed = [int(x) for x in share(total, weights, low, high, cover=cover)]
    except Infeasible:
        computed = [None] * len(level)
    fixed = [node.fixed for node in level]
    values = [node.value or 0 for node in level]
    try:
        targets = rebalance(total, weights, fixed, values, low, high, cover=cover, names=names).tolist()
    except Infeasible as error:
        if strict:
            raise
        targets = _nearest(level, error, covered_total(total, cover))
    return {
        node.key: Share(int(target), own) for node, target, own in zip(level, targets, computed, strict=True)
    }


def _nearest(level: list[Node], error: Infeasible, total: int) -> list[int]:
    """Fixed shares as they are; the free ones at the bound that is nearest to what is asked."""
    upward = error.conflict in (Conflict.HIGH, Conflict.WEIGHTS)
    return [(node.value or 0) if node.fixed else _bound(node, total, upward=upward) for node in level]


def _bound(node: Node, total: int, *, upward: bool) -> int:
    if upward and node.high is not None and node.weight > 0:
        return max(node.high, node.low or 0)
    return min(node.low or 0, total)
