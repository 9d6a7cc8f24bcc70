"""How sure one can be that a signal lies beyond its limit, for all scopes of many tables at once.

Shares take a Beta posterior, changes and means a normal one; both borrow from the scopes of the same kind (F3): where
people do not differ, no one person is accused on a handful of cases.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from pipeline.domain.beta_binomial import JEFFREYS
from pipeline.domain.small_samples import INTERVAL, SCOPES_NEEDED

Floats = NDArray[np.float64]
Figures = dict[str, Floats]  # by name, a value a scope: frames cost more than what is in them
STRENGTHS = np.array([2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 200.0])  # a + b within [2, 200], as in F3
# How many deals the spread over all scopes is worth beside the own one: amounts are so skewed that a handful without a
# large one looks both small and sure.
PRIOR_SPREAD = 20.0


def judged(mean: ArrayLike, low: ArrayLike, high: ArrayLike, p: ArrayLike, known: ArrayLike) -> Figures:
    """mean, low, high (80 %), p = P(beyond the limit); NaN where nothing is known."""
    seen = np.asarray(known, dtype=bool)
    figures = {"mean": mean, "low": low, "high": high, "p": p}
    return {name: np.where(seen, values, np.nan) for name, values in figures.items()}


def share(
    n: Floats, x: Floats, group: NDArray[np.int64], limit: Floats, *, too_high: bool
) -> Figures:  # fmt: skip
    """A rate of x in n against its limit, (S,) each; group: the scopes that are alike (organisation and kind).

    The prior is that of F3: Beta, of the strength in STRENGTHS that makes the counts of the group most likely around its
    pooled rate; Jeffreys' for fewer than three scopes. (A grid, as hundreds of groups are fitted at once.)
    """
    groups = int(group.max(initial=-1)) + 1
    counted = n >= 1
    total, successes = (np.bincount(group, np.where(counted, v, 0.0), groups) for v in (n, x))
    rate = ((successes + JEFFREYS) / (total + 1))[group]
    a, b = rate[:, None] * STRENGTHS, (1 - rate)[:, None] * STRENGTHS
    likely = special.betaln(x[:, None] + a, (n - x)[:, None] + b) - special.betaln(a, b)
    likely[~counted] = 0.0
    by_group = np.zeros((groups, STRENGTHS.size))
    np.add.at(by_group, group, likely)
    strength = STRENGTHS[by_group.argmax(axis=1)][group]
    alone = (np.bincount(group, counted, groups) < SCOPES_NEEDED)[group]
    a = x + np.where(alone, JEFFREYS, rate * strength)
    b = n - x + np.where(alone, JEFFREYS, (1 - rate) * strength)
    low, high = (special.betaincinv(a, b, part) for part in INTERVAL)
    below = special.betainc(a, b, np.clip(limit, 0.0, 1.0))
    return judged(a / (a + b), low, high, 1 - below if too_high else below, n > 0)


def change(
    estimate: Floats, variance: Floats, group: NDArray[np.int64], limit: ArrayLike, *, too_high: bool
) -> Figures:
    """An estimate with its sampling variance against its limit, (S,) each; unknown where either is NaN.

    Shrunk towards the mean of the group as far as its scopes agree (DerSimonian and Laird 1986): with a variance between
    scopes of 0 everybody has the group's figure. Fewer than three scopes: the estimate as it is.
    """
    known = np.isfinite(estimate) & np.isfinite(variance) & (variance > 0)
    groups = int(group.max(initial=-1)) + 1
    value, own = np.where(known, estimate, 0.0), np.where(known, variance, 1.0)
    weight = np.where(known, 1 / own, 0.0)
    whole, squares, count = (np.bincount(group, v, groups) for v in (weight, weight**2, known))
    safe = np.where(whole > 0, whole, 1.0)
    centre = np.bincount(group, weight * value, groups) / safe
    spread = np.bincount(group, weight * (value - centre[group]) ** 2, groups)
    between = np.maximum(0.0, spread - (count - 1)) / np.maximum(safe - squares / safe, 1e-300)
    between = np.where(count < SCOPES_NEEDED, np.inf, between)[group]
    towards = np.where(np.isinf(between), 0.0, own / (own + np.where(np.isinf(between), 0.0, between)))
    mean = value + towards * (centre[group] - value)
    error = np.sqrt(own * (1 - towards) + towards**2 / safe[group])
    low, high = (mean + special.ndtri(part) * error for part in INTERVAL)
    below = special.ndtr((np.asarray(limit, dtype=np.float64) - mean) / error)
    return judged(mean, low, high, 1 - below if too_high else below, known)


def ratio(top: ArrayLike, bottom: ArrayLike) -> Floats:
    """NaN where there is nothing to divide by."""
    over, under = np.broadcast_arrays(np.asarray(top, dtype=np.float64), np.asarray(bottom, dtype=np.float64))
    return np.divide(over, under, out=np.full(over.shape, np.nan), where=under > 0)


def mean_variance(n: Floats, total: Floats, squares: Floats, group: NDArray[np.int64]) -> Floats:
    """Squared relative error of the mean of n amounts, from their sum and sum of squares, (S,); NaN for none.

    The own spread is mixed with that of the group, which is worth PRIOR_SPREAD amounts: two equal deals are no proof.
    """
    off = np.maximum(squares - ratio(total**2, n), 0.0)  # NaN for none
    own = ratio(off, ratio(total, n) ** 2)
    return _mixed(n, own, group)


def ratio_variance(
    n: Floats, top: Floats, bottom: Floats, top_squares: Floats, bottom_squares: Floats, cross: Floats,
    group: NDArray[np.int64],
) -> Floats:  # fmt: skip
    """Squared error of Σtop ÷ Σbottom over n deals, from their sums of squares and products, (S,); NaN for none."""
    r = ratio(top, bottom)
    off = np.maximum(top_squares - 2 * r * cross + r**2 * bottom_squares, 0.0)
    own = ratio(off, ratio(bottom, n) ** 2)
    return _mixed(n, own, group)


def _mixed(n: Floats, off: Floats, group: NDArray[np.int64]) -> Floats:
    groups = int(group.max(initial=-1)) + 1
    deals = np.bincount(group, np.where(n > 0, n, 0.0), groups)
    pooled = ratio(np.bincount(group, np.where(np.isnan(off), 0.0, off), groups), deals)[group]
    spread = (PRIOR_SPREAD * pooled + off) / (PRIOR_SPREAD + np.maximum(n - 1, 0))
    return ratio(spread, n)
