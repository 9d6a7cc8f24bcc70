"""Reverse funnel: what a revenue target asks of every link, expected and 80 % safe (formulas F1).

The lead time of the same funnel is in :mod:`objectives.domain.lead_time`, re-exported here.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc

from objectives.domain.funnel_error import FunnelError
from objectives.domain.lead_time import (
    OpenContribution,
    WeeklyPlan,
    WeeklyPlanInput,
    chance_in_time,
    open_contribution,
    weekly_plan,
)

__all__ = [
    "FunnelError",
    "OpenContribution",
    "WeeklyPlan",
    "WeeklyPlanInput",
    "chance_in_time",
    "needed",
    "open_contribution",
    "rates_to_win",
    "safe_needed",
    "safe_needed_uncertain",
    "weekly_plan",
    "wins_needed",
]

Floats = NDArray[np.float64]

CONFIDENCE = 0.8
DRAWS = 10_000
QUANTILES = 256
# Past this, float64 has no neighbouring integers: no number of attempts is credible.
LARGEST_COUNT = 2.0**52


def wins_needed(revenue: ArrayLike, average_value: ArrayLike) -> Floats:
    """Return revenue / average deal value, broadcast; both in the same money unit.

    An average value of 0 (or NaN) with a revenue to find gives NaN: there is no such number.
    Raises FunnelError for a negative amount.
    """
    target = np.asarray(revenue, dtype=np.float64)
    value = np.asarray(average_value, dtype=np.float64)
    if (target < 0).any() or (value < 0).any():
        raise FunnelError("revenue and average value must not be negative")
    return _ratio(target, value)


def rates_to_win(rates: ArrayLike) -> Floats:
    """Return r_k·…·r_K for every link k: the chance that an item at link k is won in the end.

    ``rates`` (..., K) in [0, 1], NaN = unknown, first link first; the same shape comes back. Raises
    FunnelError for a rate outside [0, 1].
    """
    r = np.asarray(rates, dtype=np.float64)
    if r.ndim == 0 or (r < 0).any() or (r > 1).any():
        raise FunnelError("rates must be a row of numbers between 0 and 1")
    return np.flip(np.cumprod(np.flip(r, axis=-1), axis=-1), axis=-1)


def needed(wins: ArrayLike, rates: ArrayLike) -> Floats:
    """Return the expected count at every link for ``wins``: W / (r_k·…·r_K).

    ``wins`` () or (n,), ``rates`` (K,) or (n, K) from the first link to the last one before won; returns
    (K,) or (n, K), unrounded (round up for display only). No win asks for nothing (0). A rate of 0 or NaN
    on the way makes NaN, "no rate", never a division error. Source: formulas F1.
    """
    reach = rates_to_win(rates)
    return _ratio(_column(wins), reach)


def safe_needed(wins: ArrayLike, rate: ArrayLike, confidence: float = CONFIDENCE) -> Floats:
    """Return the smallest n with P(Bin(n, rate) ≥ ⌈wins⌉) ≥ ``confidence``: an average is a coin flip.

    ``wins`` and ``rate`` broadcast together; ``rate`` is the chance of winning from that link
    (:func:`rates_to_win`). Whole numbers as float64, because NaN stands for "no rate" (0 or unknown).
    Raises FunnelError for a rate outside [0, 1], a negative number of wins or a confidence outside ]0, 1[.
    Source: formulas F1.
    """
    successes, r = np.broadcast_arrays(_whole_wins(wins), np.asarray(rate, dtype=np.float64))
    if (r < 0).any() or (r > 1).any():
        raise FunnelError("rates must be between 0 and 1")
    start = _ratio(successes, r)
    return _smallest(lambda n: _at_least(successes, n, r), successes, start, confidence)


def safe_needed_uncertain(
    wins: ArrayLike,
    a: ArrayLike,
    b: ArrayLike,
    *,
    seed: int,
    draws: int = DRAWS,
    confidence: float = CONFIDENCE,
) -> Floats:
    """Return the safe count at every link when the rates themselves are uncertain.

    ``a``, ``b`` (K,) or (n, K): Beta posterior of each link's rate; ``wins`` () or (n,). The product of the
    rates from each link on is drawn ``draws`` times with ``seed``; n is the smallest with
    mean over draws of P(Bin(n, product) ≥ ⌈wins⌉) ≥ ``confidence``. Shape and NaN as :func:`needed`. Cost:
    draws × n × K evaluations per bisection step. Source: formulas F1.
    """
    alpha, beta = np.broadcast_arrays(np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64))
    if alpha.ndim == 0 or not ((alpha > 0) & (beta > 0)).all():
        raise FunnelError("a and b must be rows of numbers above 0")
    rng = np.random.default_rng(seed)
    reach = rates_to_win(rng.beta(alpha, beta, size=(draws, *alpha.shape)))
    typical = reach.mean(axis=0)
    successes, typical = np.broadcast_arrays(_column(_whole_wins(wins)), typical)
    start = _ratio(successes, typical)
    # A few hundred quantiles of the draws find the place; the draws themselves only have to confirm it.
    few = np.quantile(reach, (np.arange(QUANTILES) + 0.5) / QUANTILES, axis=0)
    near = _smallest(lambda n: _at_least(successes, n, few).mean(axis=0), successes, start, confidence)
    return _smallest(
        lambda n: _at_least(successes, n, reach).mean(axis=0), successes, start, confidence, near
    )


def _column(wins: ArrayLike) -> Floats:
    """Return wins so that (n,) meets rates of (n, K) row by row."""
    w = np.asarray(wins, dtype=np.float64)
    if (w < 0).any():
        raise FunnelError("wins must not be negative")
    return w if w.ndim == 0 else w[..., np.newaxis]


def _whole_wins(wins: ArrayLike) -> Floats:
    """Return ⌈wins⌉, blind to the last bits of a division (50.000000000001 is 50 wins)."""
    w = np.asarray(wins, dtype=np.float64)
    if (w < 0).any():
        raise FunnelError("wins must not be negative")
    return np.ceil(w - 1e-9 * np.maximum(w, 1.0)) + 0.0


def _ratio(numerator: Floats, denominator: Floats) -> Floats:
    """Return numerator / denominator, 0 for nothing asked, NaN where there is no denominator."""
    top, bottom = np.broadcast_arrays(numerator, denominator)
    answer = np.full(top.shape, np.nan)
    np.divide(top, bottom, out=answer, where=bottom > 0)
    answer[top == 0] = 0.0
    return answer


def _at_least(successes: Floats, n: Floats, rate: Floats) -> Floats:
    """Return P(Bin(n, rate) ≥ successes), by the incomplete beta function; 1 when none is asked."""
    chance = betainc(np.maximum(successes, 1.0), np.maximum(n - successes + 1.0, 1e-300), rate)
    return np.where(successes <= 0, 1.0, np.where(n < successes, 0.0, chance))


def _smallest(
    chance: Callable[[Floats], Floats],
    floor: Floats,
    start: Floats,
    confidence: float,
    near: Floats | None = None,
) -> Floats:
    """Return the smallest whole n ≥ floor with chance(n) ≥ confidence, by doubling then bisection.

    ``chance`` grows with n; where ``start`` is NaN, or no n below LARGEST_COUNT does, the answer is NaN. ``near`` is
    a guess of the answer, looked at first.
    """
    if not 0 < confidence < 1:
        raise FunnelError("the confidence must be between 0 and 1, both excluded")
    known = np.isfinite(start) & (start < LARGEST_COUNT)
    low = np.where(known, floor - 1.0, 0.0)
    high = np.where(known, np.ceil(np.maximum(start, floor)), 1.0)
    if near is not None:
        low, high = _around(chance, np.where(np.isnan(near), high, near), low, confidence)
    short = known & (chance(high) < confidence)
    while short.any():
        low = np.where(short, high, low)
        high = np.where(short, 2.0 * high + 1.0, high)
        known &= high < LARGEST_COUNT
        short = known & (chance(high) < confidence)
    while (wide := known & (high - low > 1.0)).any():
        middle = np.floor((low + high) / 2.0)
        enough = chance(middle) >= confidence
        high = np.where(wide & enough, middle, high)
        low = np.where(wide & ~enough, middle, low)
    return np.where(known, high, np.nan)


def _around(
    chance: Callable[[Floats], Floats], guess: Floats, bottom: Floats, confidence: float
) -> tuple[Floats, Floats]:
    """Return (low, high) around ``guess``, with chance(low) too small; steps double until that holds."""
    low, high, step = np.maximum(guess - 1.0, bottom), guess, 1.0
    enough = (low > bottom) & (chance(low) >= confidence)
    while enough.any():
        step *= 2.0
        high = np.where(enough, low, high)
        low = np.where(enough, np.maximum(low - step, bottom), low)
        enough = (low > bottom) & (chance(low) >= confidence)
    return low, high
