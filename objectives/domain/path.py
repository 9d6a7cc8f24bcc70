"""Path of an objective: the share of its target expected by each day of the cycle (formulas F8)."""

from collections.abc import Collection, Iterable
from datetime import date

import numpy as np
from numpy.typing import ArrayLike, NDArray

from objectives.domain.delays import delayed

Floats = NDArray[np.float64]

MONTHS = 12
YEARS_FOR_SEASON = 2


class PathError(ValueError):
    """The input of a path has no meaning (an end before the start, a negative weight)."""


def working_day_weights(
    start: date, end: date, working_weekdays: Iterable[int], holidays: Collection[date] = ()
) -> Floats:
    """Return 1.0 for each working day and 0.0 for the others, (D,), both ends included.

    ``working_weekdays`` with Monday = 0; ``holidays`` are the country's and the team's. Raises PathError
    when the end is before the start.
    """
    days = _days(start, end)
    # 1970-01-01 was a Thursday.
    weekday = (days.astype(np.int64) + 3) % 7
    worked = np.isin(weekday, np.fromiter(working_weekdays, dtype=np.int64))
    off = np.array(sorted(holidays), dtype="datetime64[D]")
    return (worked & ~np.isin(days, off)).astype(np.float64)


def seasonality(monthly_totals: ArrayLike, working_days: ArrayLike | None = None) -> Floats:
    """Return the factor of each calendar month, (12,), mean 1, from whole past years.

    ``monthly_totals`` (years, 12) results, January first; with ``working_days`` (years, 12) the season is
    that of a working day, so that the calendar is not counted twice. Each year counts the same whatever its
    size (growth is not a season); a year without results is left out; fewer than 2 usable years give ones.
    """
    totals = np.asarray(monthly_totals, dtype=np.float64)
    if totals.size == 0:
        return np.ones(MONTHS)
    if totals.ndim != 2 or totals.shape[1] != MONTHS or not np.isfinite(totals).all() or (totals < 0).any():
        raise PathError("monthly totals must be rows of 12 finite numbers, none negative")
    pace = totals
    if working_days is not None:
        worked = np.broadcast_to(np.asarray(working_days, dtype=np.float64), totals.shape)
        pace = np.divide(totals, worked, out=np.zeros(totals.shape), where=worked > 0)
    usable = pace[pace.sum(axis=1) > 0]
    if len(usable) < YEARS_FOR_SEASON:
        return np.ones(MONTHS)
    shares = usable / usable.sum(axis=1, keepdims=True)
    return np.asarray(shares.mean(axis=0) * MONTHS, dtype=np.float64)


def season_weights(start: date, end: date, factors: ArrayLike) -> Floats:
    """Return the factor of each day's month, (D,); ``factors`` (12,) as of :func:`seasonality`."""
    months = _days(start, end).astype("datetime64[M]").astype(np.int64) % MONTHS
    return np.asarray(factors, dtype=np.float64)[months]


def path(weights: ArrayLike, lag_pmf: ArrayLike | None = None) -> Floats:
    """Return the share of the target expected by the end of each day of the cycle.

    ``weights`` (D,) or (n, D) ≥ 0: working day × season × ramp; ``lag_pmf`` daily pmf of the chain's lag,
    index = days, for results (None for activity). Same shape back: between 0 and 1, never falling, exactly
    1 on the last day; the day before the start is 0. A lag that no start of the cycle can
    meet is dropped; a row without any weight grows evenly by calendar day. Source: formulas F8.
    """
    w = np.asarray(weights, dtype=np.float64)
    if w.ndim == 0 or w.shape[-1] == 0 or not np.isfinite(w).all() or (w < 0).any():
        raise PathError("weights must be finite, not negative, one per day of the cycle")
    # Only proportions count; small ones would vanish in the division otherwise.
    peak = w.max(axis=-1, keepdims=True)
    w = np.divide(w, peak, out=np.ones(w.shape), where=peak > 0)
    if lag_pmf is not None:
        lag = np.asarray(lag_pmf, dtype=np.float64)
        if lag.ndim != 1 or lag.size == 0 or not np.isfinite(lag).all() or (lag < 0).any():
            raise PathError("a lag distribution must be a row of chances")
        landed = delayed(w, lag)
        w = np.where(landed.sum(axis=-1, keepdims=True) > 0, landed, w)
    grown = np.cumsum(w, axis=-1)
    return grown / grown[..., -1:]


def _days(start: date, end: date) -> NDArray[np.datetime64]:
    if end < start:
        raise PathError("the end of a cycle cannot be before its start")
    return np.arange(np.datetime64(start, "D"), np.datetime64(end, "D") + np.timedelta64(1, "D"))
