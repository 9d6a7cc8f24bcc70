"""A place in a gap (a team, a person, a segment…), its lines, and those of the places below that add up to it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from pipeline.queries.stays import NOBODY
from reporting.domain.lever_draws import Units, intervals, worth_of_a_deal
from reporting.domain.lever_leaves import LEVELS, Side, lines_of
from reporting.domain.mix import pooled_changes
from reporting.queries.lever_gap import SHARED, Gap
from reporting.queries.memo import remember
from reporting.queries.reach import Reach
from tenants.queries import TeamTree

OWNER, SEGMENT, CHANNEL = "owner", "segment", "channel"
GAP, MIX = "gap", "mix"
SEED = 4_2026

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Node:
    """None: all of them. A team holds the teams below it; segment and channel "" are the deals without any."""

    team: UUID | None = None
    person: UUID | None = None
    segment: str | None = None
    channel: str | None = None

    def depth(self, levels: Sequence[str]) -> int | None:
        """How many levels it names, from the first on; None when it leaves one out between."""
        named = [getattr(self, level) is not None for level in levels]
        count = sum(named)
        if levels[0] == "team" and self.person is not None:
            count, named[0] = count + (not named[0]), True
        return count if all(named[:count]) else None


@dataclass(frozen=True, slots=True, eq=False)
class Child:
    """A row under a node. node None: it cannot be opened. kind: team, person, nobody (given to nobody), others, segment, channel."""

    kind: str
    node: Node | None
    leaves: Bools
    id: UUID | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Breakdown:
    """lines: of the node (M,), then "mix" (all of them) and "gap". Row 0 is the node, then its children, which add up to it.

    amounts (1 + C, M + 2) whole minor units; low, high their 80 % intervals. plan, actual (1 + C,) in minor units.
    """

    lines: list[str]
    amounts: Ints
    low: Floats
    high: Floats
    plan: Ints
    actual: Ints

    def muted(self, row: int, line: str) -> bool:
        """Whether chance alone can explain the line."""
        at = self.lines.index(line)
        return bool(self.low[row, at] <= 0 <= self.high[row, at])


def leaves_of(gap: Gap, node: Node, tree: TeamTree) -> Bools:
    found = np.ones(len(gap.table), dtype=bool)
    for level in gap.levels:
        wanted = getattr(node, level)
        if wanted is not None:
            within: set[Any] = tree.descendants(wanted) if level == "team" else {wanted}
            found &= gap.table[level].isin(list(within)).to_numpy(dtype=bool)
    return found


def ways(gap: Gap, node: Node) -> list[str]:
    """By what a node can be opened: the first is how it opens."""
    found = [OWNER] if "team" in gap.levels and node.person is None else []
    return found + [name for name in (SEGMENT, CHANNEL) if getattr(node, name) is None]


def children(gap: Gap, node: Node, by: str, tree: TeamTree, reach: Reach) -> list[Child]:
    """The rows under a node: they share its leaves out among them, whoever may be opened."""
    here = leaves_of(gap, node, tree)
    if by in (SEGMENT, CHANNEL):
        values = sorted({*gap.table.loc[here, by]}, key=lambda text: (text == "", text.casefold()))
        return [
            Child(by, replace(node, **{by: value}), here & (gap.table[by] == value).to_numpy(), text=value)
            for value in values
        ]
    found: list[Child] = []
    left = here.copy()
    for team in sorted(tree.children(node.team), key=lambda one: one.name.casefold()):
        own = here & gap.table["team"].isin(list(tree.descendants(team.id))).to_numpy()
        target = replace(node, team=team.id) if team.id in reach.team_ids else None
        found.append(Child("team", target, own, team.id, team.name))
        left &= ~own
    for person in sorted(
        {*gap.table.loc[left, "person"]} & reach.person_ids, key=lambda one: tree.people[one].name
    ):
        own = left & (gap.table["person"] == person).to_numpy()
        target = replace(node, person=person, team=node.team)
        found.append(Child("person", target, own, person, tree.people[person].name))
    for child in found:
        left &= ~child.leaves
    nobody = left & (gap.table["person"] == NOBODY).to_numpy()
    found += [Child("nobody", None, nobody), Child("others", None, left & ~nobody)]
    return [child for child in found if child.leaves.any()]


def breakdown(gap: Gap, node: Node, rows: Sequence[Child], tree: TeamTree, *, asked: Any) -> Breakdown:
    """The lines of the node and of its children, each with its interval. asked: names the gap and the node."""
    depth = node.depth(gap.levels)
    named = lines_of(gap.players, depth or 0, whole_volume=depth is None)
    mixes = [player for name, of in named.items() if name.startswith("mix:") for player in of]
    named |= {MIX: mixes, GAP: gap.players}
    matrix = np.array([[player in of for player in gap.players] for of in named.values()], dtype=np.int64)
    member = np.array([leaves_of(gap, node, tree), *(child.leaves for child in rows)])
    amounts = member.astype(np.int64) @ gap.table[gap.players].to_numpy(dtype=np.int64) @ matrix.T
    drawn = remember(
        lambda: _intervals(gap, node, member, matrix, tree),
        name="lever-intervals",
        source=gap.source,
        asked=asked,
    )
    shared = member.astype(np.int64) @ gap.table[SHARED].to_numpy(dtype=np.int64)
    lines = list(named)
    if gap.table[SHARED].any():
        lines.insert(-2, SHARED)
        amounts = np.insert(amounts, -2, shared, axis=1)
        amounts[:, -1] += shared
        drawn = np.insert(drawn, -2, shared[:, np.newaxis], axis=1)
        drawn[:, -1] += shared[:, np.newaxis]
    done = member @ (gap.actual.revenue + gap.actual.carried)
    actual = np.round(done).astype(np.int64) + shared
    return Breakdown(lines, amounts, drawn[..., 0], drawn[..., 1], actual - amounts[:, -1], actual)


def _intervals(gap: Gap, node: Node, member: Bools, matrix: Ints, tree: TeamTree) -> Floats:
    """What lies outside the node's team counts as one leaf: only its sum matters to the shares inside."""
    inside = (
        leaves_of(gap, Node(team=node.team), tree)
        if "team" in gap.levels
        else np.ones(len(gap.table), dtype=bool)
    )
    rest = int(inside.sum())
    code = np.where(inside, np.cumsum(inside) - 1, rest)
    size = rest + (0 if inside.all() else 1)
    keys = gap.table.loc[inside, list(gap.levels)]
    levels: list[Ints] = []
    for depth in range(1, len(gap.levels) + 1):
        found = keys.groupby(list(gap.levels[:depth]), sort=False, dropna=False).ngroup().to_numpy()
        last = [found.max(initial=-1) + 1] if size > rest else []
        levels.append(np.append(found, last).astype(np.int64))
    nodes = np.zeros((len(member), size))
    nodes[:, :rest] = member[:, inside]
    plan = _collapsed(gap.plan, code, size) if gap.plan_units is None else _recoded(gap.plan_units, code)
    return intervals(
        levels, plan, _recoded(gap.units, code), sparse.csr_array(nodes), matrix.astype(np.float64),
        doubt=worth_of_a_deal(gap.plan, gap.actual, sparse.csr_array(member.astype(np.float64)), len(gap.levels)), links=len(gap.chain.links), seed=SEED,
    )  # fmt: skip


def _recoded(units: Units, code: Ints) -> Units:
    return replace(units, leaf=code[units.leaf])


def _collapsed(side: Side, code: Ints, size: int) -> Side:
    def added(values: Floats) -> Floats:
        return np.bincount(code, values, size)

    counts = np.column_stack([added(column) for column in side.counts.T]) if len(code) else side.counts
    return Side(counts, added(side.revenue), added(side.carried))


def pooled(gap: Gap, node: Node, tree: TeamTree) -> pd.DataFrame:
    """Each transition's pooled rate before and after by segment (F5): the columns of `pooled_changes`."""
    here = leaves_of(gap, node, tree)
    codes, _segments = pd.factorize(gap.table.loc[here, SEGMENT])
    shape = (len(_segments), len(gap.chain.links))
    tables = []
    for side in (gap.plan, gap.actual):
        table = np.zeros(shape)
        np.add.at(table, codes, side.counts[here])
        tables.append(table)
    before, after = tables
    return pooled_changes(before, after, gap.chain.links)


__all__ = [
    "CHANNEL",
    "GAP",
    "LEVELS",
    "MIX",
    "OWNER",
    "SEGMENT",
    "Breakdown",
    "Child",
    "Node",
    "breakdown",
    "children",
]
