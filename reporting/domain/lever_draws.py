"""How sure the levers of a gap are: a bootstrap over deals (formulas F4).

Every deal is drawn a Poisson(1) number of times (Hanley & MacGibbon 2006, "Creating non-parametric bootstrap samples
using Poisson frequencies"), so that deals which are alike can be drawn together: c of them come Poisson(c) times. Counts,
rates and values of a draw belong together, as they do in the deals. A plan is not drawn.

What never happened is never drawn, and would be certain: a team without a win would have lost them all by its fault.
So each count of a node gets Jeffreys' half a deal, drawn as Gamma(½): x deals are then drawn like Gamma(x + ½), and
x successes beside y failures like Beta(x + ½, y + ½).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from pipeline.domain.small_samples import INTERVAL
from reporting.domain.attribution import levers, ratio_pair, shapley
from reporting.domain.lever_leaves import Side

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Leaves × draws that are attributed: what an answer may take. Between the two numbers of draws, as many as fit.
WORK = 300_000
FEWEST, MOST = 60, 200
AT_ONCE = 60_000  # leaves × draws in memory


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """Deals that are alike: (U,) each. leaf: position; mask: bit k set when link k was entered in this leaf; amount: of
    each deal, minor units; count: how many. A win whose mask lacks the last bit is carried in."""

    leaf: Ints
    mask: Ints
    amount: Floats
    count: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """How units add up to leaves: sparse (n, U) each."""

    links: list[sparse.csr_array]
    revenue: sparse.csr_array
    carried: sparse.csr_array


def sums(units: Units, leaves: int, links: int) -> Sums:
    """`leaves` n, `links` L (won is the last)."""
    place = (units.leaf, np.arange(len(units.leaf)))
    shape = (leaves, len(units.leaf))
    bits = [(units.mask >> link & 1).astype(np.float64) for link in range(links)]
    return Sums(
        links=[sparse.csr_array((bit, place), shape=shape) for bit in bits],
        revenue=sparse.csr_array((bits[-1] * units.amount, place), shape=shape),
        carried=sparse.csr_array(((1.0 - bits[-1]) * units.amount, place), shape=shape),
    )


def added_up(found: Sums, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """counts (R, n, L), revenue and carried (R, n) when unit u comes weights[r, u] times."""
    drawn = np.ascontiguousarray(weights.T)
    counts = np.stack([np.asarray(link @ drawn).T for link in found.links], axis=2)
    return counts, np.asarray(found.revenue @ drawn).T, np.asarray(found.carried @ drawn).T


def side_of(units: Units, leaves: int, links: int) -> Side:
    """What the units add up to as they are."""
    counts, revenue, carried = added_up(
        sums(units, leaves, links), units.count[np.newaxis].astype(np.float64)
    )
    return Side(counts[0], revenue[0], carried[0])


def draws_for(leaves: int) -> int:
    return int(np.clip(WORK // max(leaves, 1), FEWEST, MOST))


def intervals(
    levels: Sequence[Ints], plan: Side | Units, actual: Units, nodes: sparse.csr_array, lines: Floats, *,
    doubt: tuple[Floats, Floats], links: int, seed: int,
) -> Floats:  # fmt: skip
    """The 80 % interval of every line of every node: (G, M, 2).

    levels: per level, largest first, the code of each leaf's group (leaves of one group have the same codes above it too);
    plan: a Side when it is a plan, Units when it is drawn as well; nodes (G, n): which leaves a node is the sum of; lines
    (M, P): which players, in the order of `attribute_leaves` with "carried_in" last, make a line; doubt: what a deal more,
    and a deal less, is worth to each player of a node, (G, P) each (see :func:`worth_of_a_deal`).
    """
    groups, leaves = nodes.shape
    count = draws_for(leaves)
    random = np.random.default_rng(seed)
    summed = sums(actual, leaves, links)
    summed_plan = sums(plan, leaves, links) if isinstance(plan, Units) else None
    found = []
    step = max(1, AT_ONCE // max(leaves, 1))
    for first in range(0, count, step):
        size = min(step, count - first)
        after = added_up(summed, _weights(random, actual, size))
        if isinstance(plan, Units) and summed_plan is not None:
            before = added_up(summed_plan, _weights(random, plan, size))
        else:
            assert isinstance(plan, Side)
            before = tuple(  # type: ignore[assignment]
                np.broadcast_to(part, (size, *part.shape))
                for part in (plan.counts, plan.revenue, plan.carried)
            )
        table = attribute_draws(levels, before, after)
        by_node = nodes @ np.moveaxis(table, 1, 0).reshape(leaves, -1)
        drawn = np.moveaxis(np.asarray(by_node).reshape(groups, size, -1), 1, 0)
        more, less = (random.gamma(0.5, size=drawn.shape) * worth for worth in doubt)
        found.append((drawn + more - less) @ lines.T)
    return np.moveaxis(np.quantile(np.concatenate(found), INTERVAL, axis=0), 0, -1)


def worth_of_a_deal(plan: Side, actual: Side, nodes: sparse.csr_array, shares: int) -> tuple[Floats, Floats]:
    """What one deal more, and one less, is worth to each player of a node: (G, P) each, minor units; `shares` levels.

    At a link, what a deal there brings by the plan's rates and value, pooled over all leaves (the actual ones where the plan
    has none). A success moves the rate of the node by 1/n, and that is worth the deals of plan and actual, n̄, that it
    acts on; only the part that is not expected counts, and of a failure the part that is. Mix moves by half a deal
    either way; the value of the deals that there are is drawn by themselves.
    """
    totals = [side.counts.sum(axis=0) for side in (plan, actual)]
    rates = ratio_pair(totals[0][1:], totals[0][:-1], totals[1][1:], totals[1][:-1])[0]
    wins, revenue = (max(float(part.sum()), 1.0) for part in (actual.counts[:, -1], actual.revenue))
    value = float(plan.revenue.sum()) / totals[0][-1] if totals[0][-1] > 0 else revenue / wins
    worth = np.append(np.cumprod(rates[::-1])[::-1], 1.0) * value  # of a deal at each link
    expected = np.clip(rates, 0.0, 1.0)
    entered = [np.asarray(nodes @ side.counts)[:, :-1] for side in (plan, actual)]
    reach = np.divide(
        entered[0] + entered[1], 2 * entered[1], out=np.zeros_like(entered[1]), where=entered[1] > 0
    )
    groups = nodes.shape[0]
    mix = np.full((groups, shares), worth[0] / 2)
    nothing = np.zeros((groups, 2))
    more = [
        np.full((groups, 1), worth[0]),
        mix,
        reach * worth[1:] * (1 - expected),
        nothing,
        np.full((groups, 1), value),
    ]
    less = [np.zeros((groups, 1)), mix, reach * worth[1:] * expected, nothing, np.zeros((groups, 1))]
    return np.hstack(more), np.hstack(less)


def attribute_draws(
    levels: Sequence[Ints], plan: tuple[Floats, Floats, Floats], actual: tuple[Floats, Floats, Floats]
) -> Floats:
    """`attribute_leaves` for R situations at once: (R, n, P), the players in its order, then "carried_in".

    plan, actual: counts (R, n, L), revenue (R, n) through the chain, carried (R, n).
    """
    draws, leaves, links = plan[0].shape
    flat = [side[0].reshape(-1, links) for side in (plan, actual)]
    values = [
        _value(side[1].ravel(), counts[:, -1]) for side, counts in zip((plan, actual), flat, strict=True)
    ]
    own = levers(flat[0], flat[1], values[0], values[1])
    first = [side[0][:, :, 0] for side in (plan, actual)]
    above = [np.broadcast_to(one.sum(axis=1, keepdims=True), one.shape) for one in first]
    parts: tuple[list[Floats], list[Floats]] = ([above[0].ravel()], [above[1].ravel()])
    for codes in levels:
        within = [_within(one, codes) for one in first]
        shares = ratio_pair(within[0], above[0], within[1], above[1])
        for kept, share in zip(parts, shares, strict=True):
            kept.append(share.ravel())
        above = within
    players = [
        np.column_stack([*kept, ratios[:, 1:]])
        for kept, ratios in zip(parts, (own.plan, own.actual), strict=True)
    ]
    outside = own.actual_outside - own.plan_outside
    carried = (actual[2] - plan[2]).ravel()
    return np.column_stack([shapley(players[0], players[1]), outside, carried]).reshape(draws, leaves, -1)


def _weights(random: np.random.Generator, units: Units, draws: int) -> Floats:
    return random.poisson(units.count, size=(draws, len(units.count))).astype(np.float64)


def _value(revenue: Floats, wins: Floats) -> Floats:
    return np.divide(revenue, wins, out=np.full(len(wins), np.nan), where=wins > 0)


def _within(values: Floats, codes: Ints) -> Floats:
    """Sums by group, at each member: (R, n)."""
    groups = sparse.csr_array(
        (np.ones(len(codes)), (codes, np.arange(len(codes)))),
        shape=(int(codes.max(initial=-1)) + 1, len(codes)),
    )
    return np.asarray(groups @ values.T).T[:, codes]
