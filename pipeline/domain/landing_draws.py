"""Seeded draws of landings, vectorised over cases (F6).

Every case meets the same random numbers: two cases with the same input have the same result, whatever else is computed
beside them, a larger target is never more probable, and more booked never lowers anything.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DRAWS = 4096  # standard error of a probability at most 0.8 point
STRATA = 256
ARRIVALS = 64  # new wins drawn one by one; beyond, by their normal limit
ONE_BY_ONE = 200  # open deals of a case drawn one by one; beyond, by the normal law of their sum
AT_ONCE = 4_000_000  # cells held in memory
SHIFTS = np.linspace(-8.0, 8.0, 129)


@dataclass(frozen=True, slots=True, eq=False)
class Cases:
    """m landings to draw, in one unit of value (money, or 1 for each deal).

    ``booked`` (m,); open deals sorted by case: ``case`` (n,), ``chance`` (n,) to be won in the window, ``value`` (n,);
    not there yet: ``new`` (m,) wins expected in the window, ``pace_shape`` (m,) of the Gamma law of their pace; ``rate``
    (m,) eventual win rate behind both, ``rate_doubt`` (m,) standard deviation of its log-odds; ``shift`` (m,) log of what
    multiplies the odds; ``value_mean``, ``value_spread``, ``value_doubt`` (m,) of a new win.
    """

    booked: Floats
    case: Ints
    chance: Floats
    value: Floats
    new: Floats
    pace_shape: Floats
    rate: Floats
    rate_doubt: Floats
    shift: Floats
    value_mean: Floats
    value_spread: Floats
    value_doubt: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """Drawn landings (m, S), and their mean parts (m,): booked + open + created is the mean."""

    landing: Floats
    open: Floats
    created: Floats


class Noise:
    """The random numbers that all cases share, from one seed; ``size`` draws, a multiple of 256."""

    def __init__(self, seed: int, size: int = DRAWS) -> None:
        random = np.random.default_rng(seed)
        self.size = size

        def normal() -> Floats:
            ranks = random.permutation(size)
            return np.asarray(special.ndtri((ranks + random.random(size)) / size), dtype=np.float64)

        self.cycle, self.rate, self.value, self.value_mean, self.open = (normal() for _ in range(5))
        self.cycle_size = (random.permutation(size) + 0.5) / size
        self.pace = random.permutation(size) * STRATA // size  # stratum of the Gamma law
        self.count = normal()
        arrivals = np.cumsum(random.standard_exponential((size, ARRIVALS)), axis=1)
        # One sorted row for all draws: arrivals of draw s lie in [s·apart, (s + 1)·apart).
        self.apart = float(arrivals.max()) + 1.0
        self.arrivals = (arrivals + self.apart * np.arange(size)[:, np.newaxis]).ravel()
        self.deals = special.logit(random.random((ONE_BY_ONE, size))).astype(np.float32)


def draw(cases: Cases, cycle: Floats, noise: Noise) -> Draws:
    """Draw every case; ``cycle`` (S,) log of the effect that all deals of a cycle share, per draw.

    Per draw: the win rate's log-odds move by its doubt, by ``shift`` and by the cycle; each open deal is won or not; new
    wins are Poisson with a Gamma pace, moved like the rate; their amounts are lognormal with the moments of a sum.
    """
    moved = cases.shift[:, np.newaxis] + cases.rate_doubt[:, np.newaxis] * noise.rate
    created = _created(cases, moved, cycle, noise)
    opened = _open(cases, moved + cycle, noise)
    return Draws(cases.booked[:, np.newaxis] + opened + created, opened.mean(axis=1), created.mean(axis=1))


def expected(cases: Cases, shifts: Floats = SHIFTS) -> Floats:
    """Expected landing when the odds of every rate are multiplied by e^shift, on top of the cases' own, (m, shifts)."""
    total = cases.booked[:, np.newaxis] + _new_factor(cases, cases.shift[:, np.newaxis] + shifts) * (
        cases.new * cases.value_mean
    ).reshape(-1, 1)
    logits = _logit(cases.chance) + cases.shift[cases.case]
    for block in _blocks(cases.case.size, shifts.size):
        won = special.expit(logits[block, np.newaxis] + shifts) * cases.value[block, np.newaxis]
        np.add.at(total, cases.case[block], won)
    return total


def _created(cases: Cases, moved: Floats, cycle: Floats, noise: Noise) -> Floats:
    levels = (np.arange(STRATA) + 0.5) / STRATA
    shape = cases.pace_shape[:, np.newaxis]
    quantiles = special.gammaincinv(shape, levels)
    quantiles /= quantiles.mean(axis=1, keepdims=True)
    pace = quantiles[:, noise.pace]
    wins = cases.new[:, np.newaxis] * pace * _new_factor(cases, moved) * np.exp(cycle)
    few = np.searchsorted(
        noise.arrivals,
        (np.minimum(wins, noise.apart * 0.999) + noise.apart * np.arange(noise.size)).ravel(),
        side="right",
    ).reshape(wins.shape) - ARRIVALS * np.arange(noise.size)
    many = np.maximum(np.rint(wins + np.sqrt(wins) * noise.count), 0.0)
    count = np.where(wins < ARRIVALS / 2, few, many)
    spread = np.log1p(cases.value_spread[:, np.newaxis] ** 2 / np.maximum(count, 1.0))
    doubt = np.log1p(cases.value_doubt**2)[:, np.newaxis]
    each = np.exp(np.sqrt(spread) * noise.value - spread / 2 + np.sqrt(doubt) * noise.value_mean - doubt / 2)
    return np.asarray(count * each * np.nan_to_num(cases.value_mean)[:, np.newaxis])


def _open(cases: Cases, moved: Floats, noise: Noise) -> Floats:
    size = np.bincount(cases.case, minlength=cases.booked.size)
    total = np.zeros(moved.shape)
    logits = _logit(cases.chance)
    first = np.cumsum(size) - size
    # Like meets like: the n-th most valuable deal of every case draws the same number.
    order = np.lexsort((logits, cases.value, cases.case))
    case, value, logits = cases.case[order], cases.value[order], logits[order]
    rank = np.arange(case.size) - first[case]
    few = np.flatnonzero(size[case] <= ONE_BY_ONE)
    nearly = moved.astype(np.float32)  # as precise as the numbers drawn
    # A case stays in one block: its sum is then added up in the same order whatever stands beside it.
    block = first[case[few]] // max(1, AT_ONCE // noise.size)
    for rows in np.split(few, np.flatnonzero(np.diff(block)) + 1):
        if not rows.size:
            continue
        limit = nearly[case[rows]]
        limit += logits[rows, np.newaxis].astype(np.float32)
        won = (noise.deals[rank[rows]] <= limit) * value[rows, np.newaxis]
        starts = np.flatnonzero(np.diff(case[rows], prepend=-1))
        total[case[rows][starts]] += np.add.reduceat(won, starts, axis=0)
    for row in np.flatnonzero(size > ONE_BY_ONE):  # cases with many deals: few
        mean, variance = np.zeros(SHIFTS.size), np.zeros(SHIFTS.size)
        for part in _blocks(int(size[row]), SHIFTS.size):
            own = slice(first[row] + part.start, first[row] + part.stop)
            chance = special.expit(logits[own, np.newaxis] + SHIFTS)
            mean += value[own] @ chance
            variance += value[own] ** 2 @ (chance * (1 - chance))
        at = np.interp(moved[row], SHIFTS, mean), np.interp(moved[row], SHIFTS, variance)
        total[row] = np.maximum(at[0] + np.sqrt(at[1]) * noise.open, 0.0)
    return total


def _new_factor(cases: Cases, moved: Floats) -> Floats:
    """What multiplies the wins of new deals when the log-odds of their rate move, (m, …)."""
    rate = cases.rate[:, np.newaxis]
    return np.asarray(special.expit(_logit(rate) + moved) / np.clip(rate, 1e-9, 1.0))


def _logit(chance: Floats) -> Floats:
    return np.asarray(special.logit(np.clip(chance, 1e-9, 1 - 1e-9)), dtype=np.float64)


def _blocks(rows: int, width: int) -> list[slice]:
    step = max(1, AT_ONCE // width)
    return [slice(start, min(start + step, rows)) for start in range(0, rows, step)]
