"""What is not there yet: how many deals appear, in which season, and what a won one is worth (F6)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.domain.landing_curves import Deals, LandingError, Scopes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

YEAR = 365
MONTHS = 12
YEARS_FOR_SEASON = 2
SEASON_PRIOR = 15.0  # deals that a month must outweigh before it leaves the average
PACE_PERIOD = 3 * YEAR
PACE_HALF_LIFE = 180  # days after which an opening counts half in the pace
PACE_PRIOR = 2.0  # openings at the pace of the scope above
NO_EXPOSURE = 1e-9
AMOUNT_PERIOD = 730
AMOUNT_PRIOR = 10.0  # wins of the scope above that a scope's own amounts are weighed with
JEFFREYS = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """Working-day weights: ``worked`` (T,) ≥ 0 from day ``first`` on; ``month`` (T,) 0 … 11 of each day."""

    first: int
    worked: Floats
    month: Ints

    def __post_init__(self) -> None:
        if self.worked.shape != self.month.shape or (self.worked < 0).any():
            raise LandingError("one working-day weight, not negative, and one month for each day")

    def span(self, first: int, last: int) -> slice:
        """Positions of the days first … last; raises LandingError for days that the calendar does not hold."""
        if first < self.first or last >= self.first + self.worked.size:
            raise LandingError("the calendar does not cover these days")
        return slice(first - self.first, last + 1 - self.first)


@dataclass(frozen=True, slots=True, eq=False)
class Pace:
    """Openings of each scope, (m,): a Gamma law of their pace per unit of capacity and weighted day, ``shape`` over ``exposure``."""

    shape: Floats
    exposure: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Worth:
    """What a won deal brings in each scope, (m,): ``mean``, ``spread`` (standard deviation over mean), and ``doubt`` (that
    of the mean itself). NaN mean: no win of known amount anywhere."""

    mean: Floats
    spread: Floats
    doubt: Floats


def season(deals: Deals, calendar: Calendar) -> Floats:
    """Factor of each month on openings, (12,), from whole past years; 1 with fewer than two of them.

    Openings of a month over those that its working days would have had at the year's own pace, drawn toward 1 by 15
    deals: a month that says little stays near the average. Growth is not a season: each year is its own measure.
    """
    first = max(int(deals.opened.min(initial=deals.as_of)), calendar.first)
    years = (deals.as_of - first + 1) // YEAR
    if years < YEARS_FOR_SEASON:
        return np.ones(MONTHS)
    start = deals.as_of - years * YEAR + 1
    days = calendar.span(start, deals.as_of)
    opened = deals.opened[deals.opened >= start].astype(np.int64) - start
    per_day = np.bincount(opened, minlength=years * YEAR).astype(np.float64).reshape(years, YEAR)
    worked, month = calendar.worked[days].reshape(years, YEAR), calendar.month[days]
    total = worked.sum(axis=1, keepdims=True)
    pace = np.divide(per_day.sum(axis=1, keepdims=True), total, out=np.zeros((years, 1)), where=total > 0)
    found = np.bincount(month, weights=per_day.ravel(), minlength=MONTHS)
    even = np.bincount(month, weights=(worked * pace).ravel(), minlength=MONTHS)
    return np.asarray((found + SEASON_PRIOR) / (even + SEASON_PRIOR), dtype=np.float64)


def pace(deals: Deals, scopes: Scopes, calendar: Calendar, factors: Floats, capacity: Floats) -> Pace:
    """The pace of openings per unit of capacity and weighted day (working day × season), recent days counting more.

    ``capacity`` (m, T) units of each scope on each day of the calendar. A day or an opening counts half after 180 days; what
    the fading ones are worth in whole ones, Σw / Σw², keeps the law as wide as what it knows. Two openings at the pace of the
    scope above are added: somebody who has just come is supposed to be like the others. Days before the first opening of
    all do not count.
    """
    first = max(int(deals.opened.min(initial=deals.as_of)), calendar.first, deals.as_of - PACE_PERIOD)
    days = calendar.span(first, deals.as_of)
    weighted = calendar.worked[days] * factors[calendar.month[days]]
    fade = 0.5 ** ((deals.as_of - np.arange(first, deals.as_of + 1)) / PACE_HALF_LIFE)
    recent = deals.opened >= first
    at = deals.opened[recent].astype(np.int64) - first
    count = np.bincount(deals.leaf[recent], weights=fade[at], minlength=scopes.contains.shape[1])
    squared, whole = float((fade**2 * weighted).sum()), float((fade * weighted).sum())
    worth_in_whole = whole / squared if squared > 0 else 1.0
    found = np.asarray(scopes.contains @ count, dtype=np.float64) * worth_in_whole
    exposed = (capacity[:, days] @ (fade * weighted)) * worth_in_whole
    shape, exposure = np.empty(found.size), np.empty(found.size)
    for row in range(found.size):  # scopes, parents first
        above = scopes.parent[row]
        if above < 0:
            shape[row], exposure[row] = found[row] + JEFFREYS, max(exposed[row], NO_EXPOSURE)
        else:
            shape[row] = found[row] + PACE_PRIOR
            exposure[row] = exposed[row] + PACE_PRIOR * exposure[above] / shape[above]
    return Pace(shape, exposure)


def worth(deals: Deals, scopes: Scopes) -> Worth:
    """What the deals won in the last two years brought; few wins are weighed with ten of the scope above."""
    counted = deals.won & (deals.closed > deals.as_of - AMOUNT_PERIOD) & ~np.isnan(deals.amount)
    leaf, amount = deals.leaf[counted], deals.amount[counted]
    leaves = scopes.contains.shape[1]
    size, total, square = (
        np.asarray(scopes.contains @ np.bincount(leaf, weights=of, minlength=leaves), dtype=np.float64)
        for of in (np.ones(amount.size), amount, amount**2)
    )
    mean, second, known = np.full(size.shape, np.nan), np.full(size.shape, np.nan), size.copy()
    for row in range(size.size):  # scopes, parents first
        above = scopes.parent[row]
        if above >= 0 and known[above] > 0:
            weight = size[row] + AMOUNT_PRIOR
            mean[row] = (total[row] + AMOUNT_PRIOR * mean[above]) / weight
            second[row] = (square[row] + AMOUNT_PRIOR * second[above]) / weight
            known[row] = weight
        elif size[row] > 0:
            mean[row], second[row] = total[row] / size[row], square[row] / size[row]
    spread = np.sqrt(np.maximum(second / np.maximum(mean, 1e-300) ** 2 - 1.0, 0.0))
    return Worth(mean, np.nan_to_num(spread), np.nan_to_num(spread) / np.sqrt(np.maximum(known, 1.0)))
