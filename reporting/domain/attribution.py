"""Attribution of a gap to levers (formulas F4), and of a change of rate to mix and rate (F5).

A lever's contribution is its Shapley value in the product of the levers: exact, symmetric, no residual,
defined at zero. For a product it has a closed form: the sum over the subsets S of the other levers, with
weights |S|!(L−|S|−1)!/L!, equals the integral over x in [0, 1] of Π_{j≠i}((1−x)·plan_j + x·actual_j)
(Owen 1972, multilinear extension), times actual_i − plan_i. That polynomial has degree L − 1, so
Gauss–Legendre with ⌈L/2⌉ nodes gives it exactly: the work grows with L², not with 2^L.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

COUNT, VALUE, OUTSIDE = "count", "value", "outside"
SHARE, RATE = "share:", "rate:"
BLOCK = 8192  # objectives at once: what the processor's cache holds


class AttributionError(ValueError):
    """The input of an attribution has no meaning (shapes that differ, a missing column)."""


@dataclass(frozen=True, slots=True, eq=False)
class Levers:
    """Levers whose product is the result: count at the first link, rates, average value (, margin rate).

    ``plan`` and ``actual`` (n, L). ``plan_outside`` and ``actual_outside`` (n,) are the part of the result
    that the product cannot hold (wins in a window where an earlier link has none): a line of its own.
    """

    plan: Floats
    actual: Floats
    plan_outside: Floats
    actual_outside: Floats


def shapley(plan: ArrayLike, actual: ArrayLike) -> Floats:
    """Return each lever's contribution to Π actual − Π plan: its Shapley value.

    ``plan``, ``actual`` (n, L) or (L,), any sign or zero; same shape back, in the unit of the product.
    Rows sum to the gap up to float error; a lever that did not move gets exactly 0. Raises AttributionError
    for shapes that differ. Source: formulas F4; Shapley 1953 through Owen 1972.
    """
    p = np.asarray(plan, dtype=np.float64)
    a = np.asarray(actual, dtype=np.float64)
    if p.shape != a.shape or p.ndim not in (1, 2) or p.shape[-1] == 0:
        raise AttributionError("plan and actual must have the same shape, (n, levers)")
    if p.ndim == 2 and len(p) > BLOCK:
        starts = range(0, len(p), BLOCK)
        return np.concatenate([shapley(p[at : at + BLOCK], a[at : at + BLOCK]) for at in starts])
    # Levers first: each operation then runs over one contiguous row per lever.
    before = np.ascontiguousarray(np.atleast_2d(p).T)
    change = np.ascontiguousarray(np.atleast_2d(a).T) - before
    size, rows = before.shape
    nodes, node_weights = np.polynomial.legendre.leggauss((size + 1) // 2)
    total = np.zeros((size, rows))
    after = np.empty((size, rows))
    for node, weight in zip((nodes + 1.0) / 2.0, node_weights / 2.0, strict=True):
        line = before + node * change
        # The product of all others, by products of what is before and after: no division, so no zero trap.
        after[-1] = weight
        for i in range(size - 1, 0, -1):
            np.multiply(after[i], line[i], out=after[i - 1])
        running = np.ones(rows)
        for i in range(size):
            total[i] += running * after[i]
            running *= line[i]
    result: Floats = np.ascontiguousarray((total * change).T)
    return result if p.ndim == 2 else result[0]


def levers(
    counts_plan: ArrayLike,
    counts_actual: ArrayLike,
    value_plan: ArrayLike,
    value_actual: ArrayLike,
    margin_plan: ArrayLike | None = None,
    margin_actual: ArrayLike | None = None,
) -> Levers:
    """Return the levers of same-window counts: first count, each link over the one before, average value.

    ``counts_*`` (n, K) from the first link to won; ``value_*`` (n,) average value of a win in money, NaN
    when there is none; ``margin_*`` (n,) margin rate, for a result in margin. An actual ratio without a
    denominator takes the plan's, a plan ratio without one the actual's (else 0), so that the lever
    contributes nothing. Result = product + outside, exactly. Source: formulas F4.
    """
    plan = np.atleast_2d(np.asarray(counts_plan, dtype=np.float64))
    actual = np.atleast_2d(np.asarray(counts_actual, dtype=np.float64))
    if plan.shape != actual.shape or plan.shape[1] == 0:
        raise AttributionError("planned and actual counts must have the same shape, (n, links)")
    rates_plan, rates_actual = ratio_pair(plan[:, 1:], plan[:, :-1], actual[:, 1:], actual[:, :-1])
    plan_parts, actual_parts = [plan[:, :1], rates_plan], [actual[:, :1], rates_actual]
    result_plan, result_actual = plan[:, -1], actual[:, -1]
    for per_win in ((value_plan, value_actual), (margin_plan, margin_actual)):
        if per_win[0] is None or per_win[1] is None:
            continue
        one_plan, one_actual = _value_pair(per_win[0], per_win[1], plan[:, -1], actual[:, -1])
        plan_parts.append(one_plan[:, np.newaxis])
        actual_parts.append(one_actual[:, np.newaxis])
        result_plan, result_actual = result_plan * one_plan, result_actual * one_actual
    all_plan, all_actual = np.hstack(plan_parts), np.hstack(actual_parts)
    return Levers(
        plan=all_plan,
        actual=all_actual,
        plan_outside=_outside(result_plan, all_plan),
        actual_outside=_outside(result_actual, all_actual),
    )


def attribute_leaves(
    leaves: pd.DataFrame, *, levels: Sequence[str] = ("team", "person"), links: Sequence[str]
) -> pd.DataFrame:
    """Attribute the gap of every leaf to its players; parents are sums of leaves (:func:`roll_up`).

    ``leaves``: one row per leaf with the key columns ``levels`` (largest first, e.g. team, person, segment)
    and, per link of ``links`` (first to won), ``{link}_plan`` and ``{link}_actual`` counts of the same
    window, ``value_plan`` and ``value_actual`` the average value of a win (NaN when there is none).
    Players of a leaf: the whole's count at the first link (column "count"), the share of each level in the
    one above ("share:team", "share:person"), the rates ("rate:won"), "value"; "outside" as in
    :class:`Levers`. Returns the keys and these columns, in the unit of value, index as given. Raises
    AttributionError for a missing column, a repeated leaf or a missing count. Source: formulas F4.
    """
    keys, chain = list(levels), list(links)
    _check_leaves(leaves, keys, chain)
    counts = {
        side: leaves[[f"{link}_{side}" for link in chain]].to_numpy(dtype=np.float64)
        for side in ("plan", "actual")
    }
    own = levers(counts["plan"], counts["actual"], leaves["value_plan"], leaves["value_actual"])
    plan_parts: list[Floats] = []
    actual_parts: list[Floats] = []

    # The first count of the leaf, as a chain: the whole's count × share of the team × share of the person...
    above_plan, above_actual = (np.full(len(leaves), counts[s][:, 0].sum()) for s in ("plan", "actual"))
    plan_parts.append(above_plan)
    actual_parts.append(above_actual)
    firsts = [f"{chain[0]}_{side}" for side in ("plan", "actual")]
    for depth in range(1, len(keys) + 1):
        group = leaves.groupby(keys[:depth], sort=False, dropna=False)[firsts]
        sums = list(np.ascontiguousarray(group.transform("sum").to_numpy(dtype=np.float64).T))
        share_plan, share_actual = ratio_pair(sums[0], above_plan, sums[1], above_actual)
        plan_parts.append(share_plan)
        actual_parts.append(share_actual)
        above_plan, above_actual = sums

    plan = np.column_stack([*plan_parts, own.plan[:, 1:]])
    actual = np.column_stack([*actual_parts, own.actual[:, 1:]])
    players = [COUNT, *(SHARE + key for key in keys), *(RATE + link for link in chain[1:]), VALUE]
    table = pd.DataFrame(shapley(plan, actual), columns=players, index=leaves.index)
    table[OUTSIDE] = own.actual_outside - own.plan_outside
    return pd.concat([leaves[keys], table], axis=1)


def roll_up(contributions: pd.DataFrame, by: Sequence[str] = ()) -> pd.DataFrame:
    """Add the contributions of the leaves up to a level; never recomputed on pooled rates.

    ``contributions`` as of :func:`attribute_leaves`; ``by`` the first levels in order, () = the whole (one
    row). Returns the columns of ``by``, then "volume" (the whole's count and the shares down to this level),
    "mix" (the shares below it), each "rate:…" and their sum "rate", "value", "outside" and "gap", the sum
    of volume, mix, rate, value and outside. Raises AttributionError when ``by`` is not the first levels.
    """
    names = [str(column) for column in contributions.columns]
    levels = [name.removeprefix(SHARE) for name in names if name.startswith(SHARE)]
    keys = list(by)
    if keys != levels[: len(keys)]:
        raise AttributionError(f"a level is the first of {levels}, in order")
    rates = [name for name in names if name.startswith(RATE)]
    shares = [SHARE + level for level in levels]

    def added(columns: list[str]) -> Floats:
        return np.asarray(contributions[columns].to_numpy(dtype=np.float64).sum(axis=1))

    volume, mix, rate = (added(one) for one in ([COUNT, *shares[: len(keys)]], shares[len(keys) :], rates))
    value, outside = (contributions[one].to_numpy(dtype=np.float64) for one in (VALUE, OUTSIDE))
    parts = pd.DataFrame(
        {
            "volume": volume,
            "mix": mix,
            **{one: contributions[one].to_numpy(dtype=np.float64) for one in rates},
            "rate": rate,
            VALUE: value,
            OUTSIDE: outside,
            "gap": volume + mix + rate + value + outside,
        },
        index=contributions.index,
    )
    if not keys:
        return parts.sum().to_frame().T
    summed = parts.groupby([contributions[key] for key in keys], sort=False, dropna=False).sum()
    return summed.reset_index()


def whole_units(contributions: ArrayLike, totals: ArrayLike | None = None) -> NDArray[np.int64]:
    """Round each row to whole minor units so that its sum is exact.

    ``contributions`` (n, L) in minor units; ``totals`` (n,) whole sums to meet, each row's own rounded sum
    by default. The rest of the rounding goes to the largest remainders, ties to the first. Rounded leaves
    add up to exact parents. Returns (n, L) int64.
    """
    exact = np.asarray(contributions, dtype=np.float64)
    goal = np.round(exact.sum(axis=1) if totals is None else np.asarray(totals, dtype=np.float64))
    floor = np.floor(exact)
    everyone, some = np.divmod(goal - floor.sum(axis=1), exact.shape[1])
    order = np.argsort(-(exact - floor), axis=1, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.broadcast_to(np.arange(exact.shape[1]), exact.shape), axis=1)
    whole = floor + everyone[:, np.newaxis] + (rank < some[:, np.newaxis])
    return np.asarray(whole, dtype=np.int64)


def mix_and_rate(
    share_before: ArrayLike, share_after: ArrayLike, rate_before: ArrayLike, rate_after: ArrayLike
) -> tuple[Floats, Floats]:
    """Split the change of a pooled rate into mix and rate, per segment.

    All (..., S): shares of the segments (Σ = 1) and their rates in the two situations. Returns
    mix = (s1 − s0)·(r0 + r1)/2 and rate = (s0 + s1)/2·(r1 − r0), (..., S) each; their sum is the change of
    Σ s·r exactly. Source: formulas F5.
    """
    s0, s1, r0, r1 = (
        np.asarray(part, dtype=np.float64) for part in (share_before, share_after, rate_before, rate_after)
    )
    return (s1 - s0) * (r0 + r1) / 2.0, (s0 + s1) / 2.0 * (r1 - r0)


def ratio_pair(
    plan_top: Floats, plan_bottom: Floats, actual_top: Floats, actual_bottom: Floats
) -> tuple[Floats, Floats]:
    """Return the plan's and the actual ratio; one without a denominator takes the other's, else 0."""
    plan, actual = (
        np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0)
        for top, bottom in ((plan_top, plan_bottom), (actual_top, actual_bottom))
    )
    return _fallback(plan, actual)


def _value_pair(
    plan: ArrayLike, actual: ArrayLike, wins_plan: Floats, wins_actual: Floats
) -> tuple[Floats, Floats]:
    """Return the average per win of both sides, (n,), where a side without a win has none of its own."""
    p = np.broadcast_to(np.asarray(plan, dtype=np.float64), wins_plan.shape)
    a = np.broadcast_to(np.asarray(actual, dtype=np.float64), wins_actual.shape)
    # A plan keeps its stated value even when it plans no win; an actual average needs a win.
    return _fallback(p, np.where(wins_actual > 0, a, np.nan))


def _fallback(plan: Floats, actual: Floats) -> tuple[Floats, Floats]:
    return (
        np.nan_to_num(np.where(np.isnan(plan), actual, plan)),
        np.nan_to_num(np.where(np.isnan(actual), plan, actual)),
    )


def _outside(result: Floats, parts: Floats) -> Floats:
    """Return what the product of the levers misses of the result; float noise is none."""
    product = np.prod(parts, axis=1)
    return np.where(np.isclose(result, product, rtol=1e-9, atol=0.0), 0.0, result - product)


def _check_leaves(leaves: pd.DataFrame, levels: list[str], links: list[str]) -> None:
    if not levels or not links:
        raise AttributionError("at least one level and one link are needed")
    counts = [f"{link}_{side}" for link in links for side in ("plan", "actual")]
    missing = [c for c in (*levels, *counts, "value_plan", "value_actual") if c not in leaves.columns]
    if missing:
        raise AttributionError(f"missing columns: {', '.join(missing)}")
    if leaves.duplicated(levels).any():
        raise AttributionError("a leaf appears twice")
    if leaves[counts].isna().any(axis=None):
        raise AttributionError("a count is missing")
