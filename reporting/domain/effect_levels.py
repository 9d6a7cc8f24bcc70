"""What a lever action did to a level that is no rate: how many deals come in a week, what a win brings (R15, F11).

A team of two and a company of fifty differ in level, so the difference is one of logarithms: what is compared with is the own
past × what the untouched scopes' level did meanwhile. Posteriors are Gamma, as amounts and counts are above zero and skewed.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from reporting.domain.effect import CELLS, Bools, Effects, Floats, even_levels, mature, told

WEEK: Final = 7
WEEKS_NEEDED = 4  # since the start; below, one good week would say it all
WINS_NEEDED = 10  # in each cell: amounts are so skewed that fewer look both small and sure
JEFFREYS_SHAPE = 0.5
LEAST_SPREAD = 0.05  # coefficient of variation: equal amounts make nobody sure


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """Of the cells of one action, (4,) each in the order of CELLS: ``total`` ÷ ``units`` is the level (entries ÷ weeks, minor
    units ÷ wins); ``shape`` of its Gamma posterior; ``is_enough`` whether the four can be compared."""

    total: Floats
    units: Floats
    shape: Floats
    is_enough: bool


def pace(day: ArrayLike, own: Bools, count: ArrayLike, *, start: int, as_of: int, back: int) -> Levels:
    """Entries a week before and since the start, from whole weeks counted from it.

    ``day`` (n,) ordinals of the entries, ``count`` (n,) how many; ``back`` days before the start that are looked at, from the
    first entry of anybody on. Weeks vary more than by chance: the counts weigh less by their index of dispersion (variance
    over mean of the weeks, own and others apart, at least 1: quasi-Poisson, Wedderburn 1974).
    """
    entry, times = np.asarray(day, dtype=np.int64), np.asarray(count, dtype=np.float64)
    since = (as_of - start + 1) // WEEK
    first = int(entry.min()) if len(entry) else start
    before = min(back, start - first) // WEEK
    week = (entry - start) // WEEK  # negative before the start
    total, units, shape = np.zeros(4), np.array([before, since, before, since], dtype=np.float64), np.zeros(4)
    for side, who in enumerate((own, ~own)):
        squares, free = 0.0, 0
        for cell, (low, high) in ((2 * side, (-before, 0)), (2 * side + 1, (0, since))):
            inside = who & (week >= low) & (week < high)
            weeks = np.bincount(week[inside] - low, times[inside], max(0, high - low))
            total[cell] = weeks.sum()
            if total[cell] > 0:
                squares += float(((weeks - weeks.mean()) ** 2 / weeks.mean()).sum())
                free += len(weeks) - 1
        dispersion = max(1.0, squares / free) if free else 1.0
        shape[2 * side : 2 * side + 2] = total[2 * side : 2 * side + 2] / dispersion + JEFFREYS_SHAPE
    # No entry since the start is an answer; none before it, or elsewhere, leaves nothing to compare with.
    enough = since >= WEEKS_NEEDED and before >= WEEKS_NEEDED and bool((total[[0, 2, 3]] > 0).all())
    return Levels(total, units, shape, enough)


def value(
    day: ArrayLike, lag: ArrayLike, own: Bools, count: ArrayLike, amount: ArrayLike, squares: ArrayLike, *,
    start: int, as_of: int, horizon: int, back: int,
) -> Levels:  # fmt: skip
    """What a win brings, of the mature entries of before and since the start that were won within the horizon.

    A row (n,): ``count`` wins that entered on ``day`` and took ``lag`` days, with the sums of their ``amount`` (minor units) and
    of its ``squares``. The spread is that of own wins, and of others', before and since together.
    """
    entry, days = np.asarray(day, dtype=np.int64), np.asarray(lag, dtype=np.float64)
    sums = np.array([count, amount, squares], dtype=np.float64).reshape(3, -1)
    cells = mature(entry, own, start=start, as_of=as_of, horizon=horizon, back=back)
    n, x, xx = np.array([sums[:, mask & (days <= horizon)].sum(axis=1) for mask in cells.values()]).T
    mean = np.divide(x, n, out=np.zeros(4), where=n > 0)
    # Relative to the mean of its cell, so that a level that moved does not count as spread.
    relative = np.divide(xx - n * mean**2, mean**2, out=np.zeros(4), where=mean > 0)
    spread = np.empty(4)
    for side in (slice(0, 2), slice(2, 4)):
        spread[side] = max(relative[side].sum() / max(n[side].sum() - 2, 1.0), LEAST_SPREAD**2)
    return Levels(x, n, n / spread, bool((n >= WINS_NEEDED).all()))


def level_effects(levels: list[Levels], *, units: ArrayLike, worth: ArrayLike, seed: int) -> Effects:
    """Measure m actions on their levels.

    ``units`` (m,) what the change applies to (weeks since the start; wins since it); ``worth`` (m,) minor units that one more a
    unit brings. change = after − before × others after ÷ others before. helped / hurt at P ≥ .9, else cannot tell. Every
    action meets the same seeded draws. Source: formulas F11, on logarithms.
    """
    each = np.asarray(units, dtype=np.float64) * np.asarray(worth, dtype=np.float64)
    mean = np.array([_mean(one) for one in levels])
    shape = np.array([np.where(one.shape > 0, one.shape, 1.0) for one in levels])
    drawn = (
        special.gammaincinv(shape[..., np.newaxis], even_levels(seed)[np.newaxis]) / shape[..., np.newaxis]
    )
    drawn *= mean[..., np.newaxis]
    elsewhere = drawn[:, CELLS.index("others_after")] / np.maximum(
        drawn[:, CELLS.index("others_before")], 1e-12
    )
    change = drawn[:, 1] - drawn[:, 0] * elsewhere
    return told(change, known=np.array([one.is_enough for one in levels]), each=each)


def _mean(one: Levels) -> NDArray[np.float64]:
    """The mean of each cell; of a cell where nothing came, the half that Jeffreys' prior stands for."""
    return np.where(one.total > 0, one.total, JEFFREYS_SHAPE) / np.maximum(one.units, 1.0)
