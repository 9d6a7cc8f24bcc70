"""What a landing becomes when levers are moved (R20), and what the open padlocks must give for the target (F1).

A landing is that of F6: booked + open deals + deals that are not there yet. A lever that moves multiplies what it acts on:
a stage's rate the chance of every deal that has this stage before it, the average value what is still to be won, the deals
opened, the capacity and the mix of channels what is not there yet, the length of the cycle the time that is left. The
draws are those of the landing, with the same random numbers: a lever that stays where it is changes nothing.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipeline.domain.landing import Past, land
from pipeline.domain.landing_creation import Worth
from pipeline.domain.landing_curves import ENOUGH, Curves, Deals, LandingError, Scopes, chance_open
from pipeline.domain.landing_draws import Cases, Noise

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Length of the cycle over that of today: the chances are computed at these and interpolated between.
LENGTHS = np.array([0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0, 2.5])
SHORTEST, LONGEST = float(LENGTHS[0]), float(LENGTHS[-1])
AT_ONCE = 4_000_000  # cells held in memory
POINTS, ROUNDS = 17, 3  # of the search along the way to the own best: one part in 4 096, then a straight line


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """The landing of one scope, ready to be moved.

    booked; open deals (n,): ``stage`` 0 … K − 1 (K: not known), ``value``, and ``chance`` (n, lengths) to be won in the
    window; ``new`` (lengths,) wins expected of deals that are not there yet; the other figures as in Cases.
    """

    booked: float
    stage: Ints
    chance: Floats
    value: Floats
    new: Floats
    pace_shape: float
    rate: float
    rate_doubt: float
    value_mean: float
    value_spread: float
    value_doubt: float


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """m scenarios, as what multiplies today's: ``opened`` (m,) deals not there yet, ``rates`` (m, K) of each stage, ``value``
    (m,) of what is still to be won, ``length`` (m,) of the cycle; 1 is today."""

    opened: Floats
    rates: Floats
    value: Floats
    length: Floats

    def __post_init__(self) -> None:
        size = self.opened.shape
        if self.value.shape != size or self.length.shape != size or self.rates.shape[:1] != size:
            raise LandingError("one factor of each kind for each scenario")


def anchored(basis: Basis, stages: int, past: Past, noise: Noise, *, booked: float, mean: float) -> Basis:
    """The basis, of so many ``stages``, whose unmoved landing holds ``booked`` and has ``mean``: one factor on the worth of all that is still to be won.

    As it is but for ``booked`` where nothing is left to win on either side: no factor tells it.
    """
    unmoved = Moves(np.ones(1), np.ones((1, stages)), np.ones(1), np.ones(1))
    drawn = float(land(moved(basis, unmoved), past, noise).landing.mean()) - basis.booked
    to_come = mean - booked
    factor = to_come / drawn if drawn > 0 and to_come > 0 else 1.0
    return replace(basis, booked=booked, value=basis.value * factor, value_mean=basis.value_mean * factor)


def chances(curves: Curves, scopes: Scopes, row: int, after: int, until: int) -> Floats:
    """P(won in the window) of an open deal by length of the cycle, stage and age, (lengths, K + 1, ages).

    A cycle that takes c times as long leaves the time of h / c: F6 at that horizon.
    """
    return np.array(
        [
            chance_open(curves, scopes, round(after / c), max(round(until / c), round(after / c)))[row]
            for c in LENGTHS
        ]
    )


def new_wins(curves: Curves, scopes: Scopes, row: int, weights: ArrayLike, after: int, until: int) -> Floats:
    """Wins in the window of deals that appear on day 1 … until, by length of the cycle, (lengths,).

    ``weights`` (until,) deals expected to appear on each day.
    """
    expected = np.asarray(weights, dtype=np.float64)
    won = scopes.upward(curves.won[:, 0], curves.at_risk[:, 0, :1] >= ENOUGH)[row]
    ages = np.arange(won.size)
    left = np.arange(until - 1, -1, -1, dtype=np.float64)  # days from the opening to the end of the window
    early = after - 1 - np.arange(until, dtype=np.float64)  # … to the eve of the window
    found = np.empty(LENGTHS.size)
    for i, c in enumerate(LENGTHS):  # lengths, few
        by_then = np.interp(left / c, ages, won)
        too_soon = np.where(early >= 0, np.interp(np.maximum(early, 0.0) / c, ages, won), 0.0)
        found[i] = float(((by_then - too_soon) * expected).sum())
    return found


def open_deals(
    deals: Deals, leaves: ArrayLike, chance: Floats, worth: Worth, row: int
) -> tuple[Ints, Floats, Floats]:
    """Stage (n,), chance (n, lengths) and value (n,) of the open deals of some leaves; ``chance`` as of :func:`chances`."""
    at = deals.open_stage()
    here = np.flatnonzero((at >= 0) & np.isin(deals.leaf, np.asarray(leaves, dtype=np.int64)))
    stage = at[here]
    since = np.column_stack([deals.entered, deals.opened])[here, stage]
    age = np.clip(deals.as_of - since, 0, chance.shape[2] - 1).astype(np.int64)
    own = deals.amount[here]
    value = np.nan_to_num(np.where(np.isnan(own), worth.mean[row], own))
    return stage, np.ascontiguousarray(chance[:, stage, age].T), value


def moved(basis: Basis, moves: Moves) -> Cases:
    """The landings of m scenarios, to be drawn as any landing (`pipeline.domain.landing.land`)."""
    size, deals = moves.opened.size, basis.stage.size
    rate, created = _created(basis, moves)
    return Cases(
        booked=np.full(size, basis.booked),
        case=np.repeat(np.arange(size), deals),
        chance=_chances(basis, moves, slice(0, size)).ravel(),
        value=(basis.value * moves.value[:, np.newaxis]).ravel(),
        new=created,
        pace_shape=np.full(size, basis.pace_shape),
        rate=rate,
        rate_doubt=np.full(size, basis.rate_doubt),
        shift=np.zeros(size),
        value_mean=basis.value_mean * moves.value,
        value_spread=np.full(size, basis.value_spread),
        value_doubt=np.full(size, basis.value_doubt),
    )


def expected_landing(basis: Basis, moves: Moves) -> Floats:
    """Mean landing of each scenario without drawing, (m,): what the draws have for mean, but for the doubt about the rates."""
    size = moves.opened.size
    _rate, created = _created(basis, moves)
    total = np.nan_to_num(basis.value_mean) * created
    step = max(1, AT_ONCE // max(1, basis.stage.size))
    for start in range(0, size, step):
        block = slice(start, min(start + step, size))
        total[block] += _chances(basis, moves, block) @ basis.value
    return np.asarray(basis.booked + total * moves.value, dtype=np.float64)


def shares(game: Callable[[NDArray[np.bool_]], Floats], players: int, change: float) -> Floats:
    """What each lever has in the change from all unmoved to all moved, (players,): the Shapley value, exact.

    ``game`` takes (2^players, players) bools, which levers are moved, and gives the expected landing of each row.
    ``change``: the change of the drawn means, which differs from the game's by what chance adds (a fraction of a percent):
    that rest is shared in proportion, so that the parts add up to ``change`` and a lever without effect has none.
    Raises LandingError above 12 players. Source: formulas F4; Shapley 1953.
    """
    if players == 0:
        return np.zeros(0)
    if players > 12:
        raise LandingError("too many levers at once")
    codes = np.arange(2**players)
    inside = (codes[:, np.newaxis] >> np.arange(players)) & 1 == 1
    worth = game(inside)
    size = inside.sum(axis=1)
    # |S|!(L − |S| − 1)!/L! by |S|, without factorials.
    weight = 1.0 / (players * np.array([math.comb(players - 1, k) for k in range(players)]))
    parts = np.empty(players)
    for i in range(players):  # levers, few
        without = np.flatnonzero(~inside[:, i])
        parts[i] = float((weight[size[without]] * (worth[without | (1 << i)] - worth[without])).sum())
    rest = change - float(parts.sum())
    whole = float(np.abs(parts).sum())
    return parts + (np.abs(parts) / whole * rest if whole > 0 else np.zeros(players))


def toward(landing: Callable[[Floats], Floats], target: float) -> float:
    """How far the free levers go toward their best, 0 … 1, so that the landing meets ``target`` (F1, padlocks).

    ``landing`` of parts of the way, (p,) → (p,), rising: all free levers move together, x·(best/x)^part, which are F1's
    weights by headroom. At or above the target already, nothing moves; below it even at their best, all go there.
    """
    low, high = 0.0, 1.0
    for _ in range(ROUNDS):
        parts = np.linspace(low, high, POINTS)
        found = landing(parts)
        if found[0] >= target:
            return low
        if found[-1] <= target:
            return high
        at = int(np.argmax(found >= target))
        low, high = float(parts[at - 1]), float(parts[at])
        ends = found[at - 1 : at + 1]
    return low + (high - low) * float((target - ends[0]) / (ends[1] - ends[0]))


def _created(basis: Basis, moves: Moves) -> tuple[Floats, Floats]:
    """Eventual win rate (at most 1) and wins expected of what is not there yet, (m,) each."""
    whole = moves.rates.prod(axis=1)
    rate = np.minimum(basis.rate * whole, max(basis.rate, 1.0))
    factor = rate / basis.rate if basis.rate > 0 else whole
    return rate, np.interp(moves.length, LENGTHS, basis.new) * moves.opened * factor


def _chances(basis: Basis, moves: Moves, block: slice) -> Floats:
    """Chance of each open deal in each scenario of the block, (b, n)."""
    rates = moves.rates[block]
    # What is before a deal in stage k: its own way out and all later ones; before one whose stage is not known, all.
    after = np.cumprod(rates[:, ::-1], axis=1)[:, ::-1]
    after = np.column_stack([after, after[:, :1] if rates.shape[1] else np.ones(len(rates))])
    at = np.clip(np.searchsorted(LENGTHS, moves.length[block], side="right") - 1, 0, LENGTHS.size - 2)
    part = np.clip((moves.length[block] - LENGTHS[at]) / (LENGTHS[at + 1] - LENGTHS[at]), 0.0, 1.0)
    table = basis.chance.T
    own = table[at] * (1 - part)[:, np.newaxis] + table[at + 1] * part[:, np.newaxis]
    return np.minimum(own * after[:, basis.stage], 1.0)
