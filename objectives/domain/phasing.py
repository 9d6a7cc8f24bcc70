"""Phasing of a plan: what each link, and the revenue, should have reached by each day of the cycle (F1, F8)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from objectives.domain.delays import delayed
from objectives.domain.path import PathError, path

Floats = NDArray[np.float64]


# Below this, in minor units, a chain brings nothing: scaling it up to a target would only scale noise.
NOTHING = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Phasing:
    """Expected cumulative figures by the end of each of the D days; on the day before the first all are 0.

    ``counts`` (K + 1, D) entries at each link, then wins, empty (0, D) without a chain; ``chain`` (D,) money of
    the wins that start in the cycle; ``carried`` (D,) money that does not come through the chain in the window.
    chain + carried is the target, exactly, on the last day, and never falls.
    """

    counts: Floats
    chain: Floats
    carried: Floats


def phase(
    *,
    target: int,
    day_weights: ArrayLike,
    week_of_day: ArrayLike,
    weekly_starts: ArrayLike,
    rates: ArrayLike,
    lag_pmfs: Sequence[ArrayLike],
    average_value: float,
    carried: float,
    carried_curve: ArrayLike = (),
) -> Phasing:
    """Spread the plan over the days of the cycle.

    ``target`` and ``carried`` (what the open pipeline is expected to bring) in minor units, ``average_value`` too;
    ``day_weights`` (D,) ≥ 0 working day × season; ``week_of_day`` (D,) index into ``weekly_starts`` (W,), starts at
    the first link, NaN = none; ``rates`` (K,) in [0, 1] and ``lag_pmfs`` K daily pmfs given conversion.

    1. The starts of a week fall on its days by weight. 2. Link by link, entries × rate, delayed by the lag, are the
    entries of the next link, what falls after the cycle being cut. 3. Wins × average value is scaled, with all the
    counts, to target − carried, so that the ratios between links stay those of the plan. Carried-in revenue follows
    ``carried_curve`` (D,), the share of it expected by each day from the ages of the open deals (F6); without one,
    the working days delayed by the last lag. A chain that brings nothing in the cycle leaves the target to the
    carried-in line, on its own path; without anything to carry, on the working days (F8). Raises PathError for
    shapes that differ or negative input.
    """
    weights = np.asarray(day_weights, dtype=np.float64)
    chances = np.asarray(rates, dtype=np.float64)
    if target < 0 or carried < 0 or chances.shape != (len(lag_pmfs),):
        raise PathError("the target and what is carried in must not be negative, with one lag for each rate")
    brought = min(round(carried), target)
    counts = _flow(_daily_starts(weights, week_of_day, weekly_starts), chances, lag_pmfs)
    earned = float(counts[-1, -1]) * average_value if len(counts) else 0.0

    from_chain = target - brought if earned > NOTHING else 0
    scale = from_chain / earned if earned > NOTHING else 0.0
    wins = counts[-1] / counts[-1, -1] if earned > NOTHING else np.zeros(weights.size)
    lag = lag_pmfs[-1] if brought and len(lag_pmfs) else None
    return Phasing(
        counts=counts * scale,
        chain=from_chain * wins,
        # Whole minor units below 2⁵³ add up exactly.
        carried=(target - from_chain) * _carried_path(weights, lag, carried_curve),
    )


def _carried_path(weights: Floats, lag: ArrayLike | None, curve: ArrayLike) -> Floats:
    """Return the share of the carried-in revenue due by each day, (D,), 1 on the last."""
    known = np.maximum.accumulate(np.asarray(curve, dtype=np.float64)) if np.size(curve) else np.zeros(0)
    if known.shape != weights.shape or known[-1] <= 0:
        return path(weights, lag)
    return np.asarray(known / known[-1], dtype=np.float64)


def _daily_starts(weights: Floats, week_of_day: ArrayLike, weekly_starts: ArrayLike) -> Floats:
    """Return the starts of each day, (D,): those of its week, by weight."""
    week = np.asarray(week_of_day, dtype=np.int64)
    starts = np.nan_to_num(np.asarray(weekly_starts, dtype=np.float64))
    if week.shape != weights.shape or (week.size and not 0 <= week.min() <= week.max() < max(starts.size, 1)):
        raise PathError("every day needs a week of the plan")
    if not starts.size:
        return np.zeros(weights.size)
    total = np.bincount(week, weights=weights, minlength=starts.size)
    share = np.divide(weights, total[week], out=np.zeros(weights.size), where=total[week] > 0)
    return np.asarray(share * starts[week], dtype=np.float64)


def _flow(starts: Floats, rates: Floats, lag_pmfs: Sequence[ArrayLike]) -> Floats:
    """Return the cumulative entries at each link and the wins, (K + 1, D); (0, D) without any link."""
    if not rates.size:
        return np.zeros((0, starts.size))
    daily = [starts]
    for rate, pmf in zip(rates, lag_pmfs, strict=True):
        daily.append(rate * delayed(daily[-1], pmf))
    return np.cumsum(np.array(daily), axis=1)
