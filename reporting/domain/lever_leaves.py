"""What a gap is shared out over: the planned counts of every leaf, and contributions to the cent.

A leaf is a team × person × segment × channel. A plan is made for people; segments and channels get their part of it from
the objectives that name a segment, and otherwise as the cycle before was shared out. Source: formulas F4.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from reporting.domain.attribution import OUTSIDE, attribute_leaves, whole_units

Floats = NDArray[np.float64]

LEVELS = ("team", "person", "segment", "channel")
CARRIED = "carried_in"
REVENUE = "revenue"
# What the whole is worth, in deals, beside the few of one segment and channel: one lucky deal plans nothing.
KAPPA = 12.0
# A team that opened fewer deals before is planned as the company was shared out.
ENOUGH = 30


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """What was planned, or done, at each leaf: counts (n, L) from the first link to won, revenue and carried (n,)."""

    counts: Floats
    revenue: Floats
    carried: Floats

    @property
    def value(self) -> Floats:
        """Average value of a win, (n,); NaN without one."""
        wins = self.counts[:, -1]
        return np.divide(self.revenue, wins, out=np.full(len(wins), np.nan), where=wins > 0)

    @property
    def total(self) -> float:
        return float(self.revenue.sum() + self.carried.sum())


def own_parts(
    sizes: Mapping[Hashable, float], above: Mapping[Hashable, Sequence[Hashable]]
) -> dict[Hashable, float]:
    """What of each owner's size nobody below has been given.

    ``sizes``: owner → size; ``above``: owner → its line upwards, nearest first. An owner's size is taken out of the
    nearest one above that has a size, so that the parts under an owner, its own included, sum to its size exactly,
    whatever was given below.
    """
    parts = dict(sizes)
    for owner, size in sizes.items():
        for holder in (one for one in above[owner] if one in sizes):
            parts[holder] -= size
            break
    return parts


def shares_before(before: pd.DataFrame, links: Sequence[str]) -> pd.DataFrame:
    """How a plan is shared out over segments and channels: one row a (team, segment, channel), team None the company.

    ``before``: team, segment, channel, a count per link of ``links`` and "revenue", of the cycle before. Returns the keys,
    and for every link and "revenue" the share in the team (Σ = 1). At the first link it is the team's own share, the
    company's where the team opened fewer than ENOUGH; from there on by the rates and the value that the company had in
    that segment and channel, each beside KAPPA deals of the whole.
    """
    first, *later = links
    leaves = before.groupby(["segment", "channel"], sort=True)[[*links, REVENUE]].sum()
    if leaves[first].sum() <= 0:
        return pd.DataFrame(columns=["team", "segment", "channel", *links, REVENUE])
    per_entry = pd.DataFrame(1.0, index=leaves.index, columns=[first])
    for link, following in zip(links, [*later, REVENUE], strict=True):
        whole = leaves[following].sum() / max(leaves[link].sum(), 1.0)
        ratio = (leaves[following] + KAPPA * whole) / (leaves[link] + KAPPA)
        per_entry[following] = per_entry[link] * ratio
    opened = before.groupby(["team", "segment", "channel"])[first].sum().unstack(["segment", "channel"])
    opened = opened.reindex(columns=leaves.index).fillna(0.0)
    opened = opened[opened.sum(axis=1) >= ENOUGH]
    opened = pd.concat([opened, leaves[[first]].T.set_axis([None])])
    weights = opened.to_numpy(dtype=np.float64)[:, :, np.newaxis] * per_entry.to_numpy()[np.newaxis]
    totals = weights.sum(axis=1, keepdims=True)
    shares = np.divide(weights, totals, out=np.zeros_like(weights), where=totals > 0)
    keys = pd.DataFrame(
        [(team, *leaf) for team in opened.index for leaf in leaves.index],
        columns=["team", "segment", "channel"],
    )
    table = pd.concat([keys, pd.DataFrame(shares.reshape(len(keys), -1), columns=[*links, REVENUE])], axis=1)
    return table[table[first] > 0].reset_index(drop=True)


def planned_leaves(
    parts: pd.DataFrame, shares: pd.DataFrame, named: pd.DataFrame, links: Sequence[str]
) -> pd.DataFrame:
    """Share a plan out to the leaves: LEVELS, a count per link, "revenue" and "carried_in".

    ``parts``: team, person, the planned count of every link, "revenue" (through the chain) and "carried_in" of each person.
    ``shares`` as of :func:`shares_before`; without any, a person has one leaf, without segment and channel. ``named``: team,
    person, segment, share (of the person's target that an objective names for the segment): these segments get that
    share at every link, the others what is left. Sums over the leaves of a person are the person's, to float error.
    """
    columns = [*links, REVENUE]
    if shares.empty:
        shares = pd.DataFrame(
            [(None, "", "", *[1.0] * len(columns))], columns=["team", "segment", "channel", *columns]
        )
    known = set(shares["team"].dropna())
    holders: list[Any] = [team if team in known else None for team in parts["team"]]
    of = parts.assign(_shares=holders, _row=range(len(parts)))
    of = of[["_row", "team", "person", "_shares"]]
    rows = of.merge(shares.rename(columns={"team": "_shares"}), on="_shares", how="left")
    rows = _with_named(rows, of, named, columns)
    owner = parts.iloc[rows["_row"].to_numpy()].reset_index(drop=True)
    found = rows[list(LEVELS)].reset_index(drop=True)
    for name in columns:
        found[name] = rows[name].to_numpy() * owner[name].to_numpy()
    found[CARRIED] = rows[REVENUE].to_numpy() * owner[CARRIED].to_numpy()
    return found


def _with_named(
    rows: pd.DataFrame, of: pd.DataFrame, named: pd.DataFrame, columns: list[str]
) -> pd.DataFrame:
    """Give the segments that objectives name their share, and what is left to the others."""
    if named.empty:
        return rows
    wanted = of.merge(named, on=["team", "person"])[["_row", "segment", "share"]]
    keys = wanted.merge(rows[["_row", "segment"]].drop_duplicates(), how="left", indicator=True)
    absent = keys[keys["_merge"] == "left_only"][["_row", "segment"]]
    if len(absent):
        blank = absent.merge(of, on="_row").assign(channel="", **dict.fromkeys(columns, 0.0))
        rows = pd.concat([rows, blank], ignore_index=True)
    rows = rows.merge(wanted, on=["_row", "segment"], how="left")
    has_named = rows["_row"].isin(wanted["_row"])
    asked = rows["share"].notna()
    given = wanted.groupby("_row")["share"].sum().reindex(rows["_row"], fill_value=0.0).to_numpy()
    goal = np.where(asked, rows["share"], np.maximum(1.0 - given, 0.0))
    within = [rows["_row"], rows["segment"].where(asked, "\0")]  # the others together
    for name in columns:
        size = rows.groupby(within)[name].transform("size")
        total = rows.groupby(within)[name].transform("sum")
        part = np.where(total > 0, rows[name] / total.where(total > 0, 1.0), 1.0 / size)
        moved = pd.Series(np.where(has_named, goal * part, rows[name]), index=rows.index)
        rows[name] = moved / moved.groupby(rows["_row"]).transform("sum")
    return rows.drop(columns="share")


def sides(
    plan: pd.DataFrame, actual: pd.DataFrame, links: Sequence[str], levels: Sequence[str] = LEVELS
) -> tuple[pd.DataFrame, Side, Side]:
    """The leaves of either side (in the order of their names) and what each side has there.

    ``plan``, ``actual``: ``levels``, a count per link, "revenue", "carried_in"; rows of one leaf are added up.
    """
    keys, columns = list(levels), [*links, REVENUE, CARRIED]
    sums = [side.groupby(keys, dropna=False)[columns].sum() for side in (plan, actual)]
    leaves = sums[0].index.union(sums[1].index, sort=False)
    both = [table.reindex(leaves, fill_value=0.0).to_numpy(dtype=np.float64) for table in sums]
    found = leaves.to_frame(index=False).set_axis(keys, axis=1)
    count = len(links)
    return found, *(Side(table[:, :count], table[:, count], table[:, count + 1]) for table in both)  # type: ignore[return-value]


def contributions(
    leaves: pd.DataFrame, plan: Side, actual: Side, links: Sequence[str], levels: Sequence[str] = LEVELS
) -> pd.DataFrame:
    """Each leaf's contributions in whole minor units: the keys, the players of `attribute_leaves`, "carried_in".

    Rows sum to the leaf's gap, and the leaves to the gap of the whole, to the unit: any parent, being the sum of its
    leaves, adds up to its children exactly.
    """
    keys = list(levels)
    table: dict[str, Any] = {key: leaves[key] for key in keys}
    for place, link in enumerate(links):
        table[f"{link}_plan"], table[f"{link}_actual"] = plan.counts[:, place], actual.counts[:, place]
    table["value_plan"], table["value_actual"] = plan.value, actual.value
    found = attribute_leaves(pd.DataFrame(table), levels=keys, links=links)
    found[CARRIED] = actual.carried - plan.carried
    players = [name for name in found.columns if name not in keys]
    exact = found[players].to_numpy(dtype=np.float64)
    if not len(exact):
        return found
    found[players] = to_units(exact)
    return found


def to_units(exact: ArrayLike) -> NDArray[np.int64]:
    """Round contributions (n, P) so that rows sum to whole units, and all rows to the whole's own rounded sum."""
    table = np.asarray(exact, dtype=np.float64)
    totals = whole_units(table.sum(axis=1)[np.newaxis])[0]
    return whole_units(table, totals)


def lines_of(players: Sequence[str], depth: int, *, whole_volume: bool = False) -> dict[str, list[str]]:
    """Which players each line of a node is the sum of, at a depth (0 the whole, 1 a team…).

    "volume": the first count and the shares down to the node; "mix:…" each share below it; the rates; "value";
    "carried_in" with what the product cannot hold. whole_volume: all shares are volume, where a node is no level
    of the leaves (a segment of the whole).
    """
    shares = [name for name in players if name.startswith("share:")]
    above = shares if whole_volume else shares[:depth]
    lines: dict[str, list[str]] = {"volume": ["count", *above]}
    lines |= {f"mix:{name.removeprefix('share:')}": [name] for name in shares[len(above) :]}
    lines |= {name: [name] for name in players if name.startswith("rate:")}
    return lines | {"value": ["value"], CARRIED: [CARRIED, OUTSIDE]}
