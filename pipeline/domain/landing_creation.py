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
USUAL_GROWTH, YEARS_DIFFER = 0.1, 0.1  # spread of the growth of a year, and of a year's luck; logs
PACE_PERIOD = 3 * YEAR
PACE_HALF_LIFE = 180  # days after which an opening counts half in the pace
PACE_PRIOR = 2.0  # openings at the pace of the scope above
LEAST_EXPOSURE = (
    1.0  # of the whole: one person's ordinary day, so that an opening on a day off is no pace without end
)
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


def rhythm(deals: Deals, calendar: Calendar, capacity: Floats) -> Floats:
    """Weight of each day of the calendar on openings, (T,): working day × season × growth, that of as_of being 1 × season.

    From whole past years, with at least two of them; else the working days alone. ``capacity`` (T,) of the whole
    organisation: what more people bring is not growth.

    Growth: from the first year to the last, per year, drawn toward none as much as years differ by luck. Season: openings of
    each month over those of an even year that grows; months keep the part of their difference that the years agree on
    (between-month variance less the noise between years, over the whole of it).
    """
    began = max(int(deals.opened.min(initial=deals.as_of)), calendar.first)
    years = (deals.as_of - began + 1) // YEAR
    if years < YEARS_FOR_SEASON:
        return calendar.worked
    start = deals.as_of - years * YEAR + 1
    span = calendar.span(start, deals.as_of)
    opened = deals.opened[deals.opened >= start].astype(np.int64) - start
    by_day = np.bincount(opened, minlength=years * YEAR).astype(np.float64)
    work, year = (calendar.worked * capacity)[span], np.arange(years * YEAR) // YEAR
    growth = _growth(np.bincount(year, by_day), np.bincount(year, work))
    age = (calendar.first + np.arange(calendar.worked.size) - deals.as_of) / YEAR
    grown = calendar.worked * np.exp(growth * age)

    even = grown[span] * capacity[span]
    total, whole = np.bincount(year, by_day), np.bincount(year, even)
    level = np.divide(total, whole, out=np.zeros(years), where=whole > 0)
    cell, cells = year * MONTHS + calendar.month[span], years * MONTHS
    found = np.bincount(cell, by_day, cells).reshape(years, MONTHS)
    due = np.bincount(cell, even * level[year], cells).reshape(years, MONTHS)
    return np.asarray(grown * _season(found, due)[calendar.month], dtype=np.float64)


def _growth(total: Floats, work: Floats) -> float:
    """Log of the growth per year, from yearly openings and the work behind them, (years,) both."""
    if total[0] <= 0 or total[-1] <= 0 or work[0] <= 0 or work[-1] <= 0:
        return 0.0
    apart = total.size - 1
    seen = np.log(total[-1] / work[-1]) - np.log(total[0] / work[0])
    luck = 2 * YEARS_DIFFER**2 + 1 / total[0] + 1 / total[-1]
    return float(seen / apart / (1 + luck / (apart * USUAL_GROWTH) ** 2))


def _season(found: Floats, due: Floats) -> Floats:
    """Factor of each month, (12,), from openings found and due by year and month."""
    ratio = np.divide(found, due, out=np.ones(found.shape), where=due > 0)
    together = due.sum(axis=0)
    factor = np.divide(found.sum(axis=0), together, out=np.ones(MONTHS), where=together > 0)
    noise = float(ratio.var(axis=0, ddof=1).mean()) / len(found)
    kept = max(0.0, float(factor.var(ddof=1)) - noise)
    return 1.0 + (factor - 1.0) * (kept / (kept + noise) if kept > 0 else 0.0)


def pace(deals: Deals, scopes: Scopes, calendar: Calendar, weights: Floats, capacity: Floats) -> Pace:
    """The pace of openings per unit of capacity and of weight of the days (see `rhythm`), recent days counting more.

    ``weights`` (T,) and ``capacity`` (m, T), units of each scope, on each day of the calendar. A day or an opening counts half after 180 days; what
    the fading ones are worth in whole ones, Σw / Σw², keeps the law as wide as what it knows. Two openings at the pace of the
    scope above are added: somebody who has just come is supposed to be like the others. Days before the first opening of
    all do not count.
    """
    first = max(int(deals.opened.min(initial=deals.as_of)), calendar.first, deals.as_of - PACE_PERIOD)
    days = calendar.span(first, deals.as_of)
    weighted = weights[days]
    fade = 0.5 ** ((deals.as_of - np.arange(first, deals.as_of + 1)) / PACE_HALF_LIFE)
    recent = deals.opened >= first
    at = deals.opened[recent].astype(np.int64) - first
    count = np.bincount(deals.leaf[recent], weights=fade[at], minlength=scopes.contains.shape[1])
    squared, whole = float((fade**2 * weighted).sum()), float((fade * weighted).sum())
    worth_in_whole = whole / squared if squared > 0 else 1.0
    found = np.asarray(scopes.contains @ count, dtype=np.float64) * worth_in_whole
    # Row by row: a matrix product rounds a row otherwise when others stand beside it.
    exposed = (capacity[:, days] * (fade * weighted)).sum(axis=1) * worth_in_whole
    shape, exposure = np.empty(found.size), np.empty(found.size)
    for row in range(found.size):  # scopes, parents first
        above = scopes.parent[row]
        if above < 0:
            shape[row], exposure[row] = found[row] + JEFFREYS, max(exposed[row], LEAST_EXPOSURE)
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
    return weighed(size, total, square, scopes)


def weighed(size: Floats, total: Floats, square: Floats, scopes: Scopes) -> Worth:
    """What a win brings, from counts, sums and sums of squares of wins, (m,) each; few wins are weighed with ten of above."""
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
