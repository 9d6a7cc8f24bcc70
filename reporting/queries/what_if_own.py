"""What the own past of a scope says of its levers, for a what-if."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from objectives.domain import scenario
from pipeline.domain.landing import Calendar, Deals, Known
from reporting.domain import what_if as domain

Floats = NDArray[np.float64]

DAYS_IN_WEEK = 7
WEEKS = 26
QUARTER = 91
QUARTERS = 4
ENOUGH_WINS = 5
OWN_BEST = 0.8  # quantile of the own weeks


@dataclass(frozen=True, slots=True)
class Lever:
    """A lever as it is: ``today`` (None: cannot be known), the own ``best``, and of a rate its interval and counts."""

    key: str
    today: float | None
    best: float | None
    stage: str = ""  # names of the stages, of a rate
    to: str = ""
    low: float | None = None
    high: float | None = None
    advanced: int = 0
    entered: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Own:
    """What the scope's own past says of its levers."""

    deals: Deals
    learned: Known
    calendar: Calendar
    rhythm: Floats  # (T,) weight of each day of the calendar on openings
    capacity: Floats  # (T,) full-time salespeople on each of them
    leaves: NDArray[np.int64]
    row: int
    until: int

    @property
    def mine(self) -> NDArray[np.bool_]:
        return np.isin(self.deals.leaf, self.leaves)

    def _days(self, first: int, last: int) -> slice:
        return self.calendar.span(max(first, self.calendar.first), last)

    def _ahead(self) -> slice:
        return self._days(self.deals.as_of + 1, self.deals.as_of + self.until)

    def expected_openings(self) -> Floats:
        """Deals expected to appear on each day to come, (until,)."""
        pace = self.learned.pace.shape[self.row] / self.learned.pace.exposure[self.row]
        return np.asarray(self.rhythm[self._ahead()] * self.capacity[self._ahead()] * pace)

    def fte_days(self) -> float:
        """Full-time days of work to come."""
        ahead = self._ahead()
        return float((self.capacity[ahead] * (self.calendar.worked[ahead] > 0)).sum())

    def _fte(self) -> float:
        return float(self.capacity[self._ahead()].mean()) if self.until else 0.0

    def volume(self) -> Lever:
        """New deals a week of a full-time salesperson: expected from now on, and those of the own good weeks."""
        fte = self._fte()
        if fte <= 0:
            return Lever(scenario.VOLUME, None, None)
        today = float(self.expected_openings().sum()) / (self.until / DAYS_IN_WEEK) / fte
        as_of = self.deals.as_of
        back = (as_of - self.deals.opened[self.mine]) // DAYS_IN_WEEK
        by_week = np.bincount(back[(back >= 0) & (back < WEEKS)].astype(np.int64), minlength=WEEKS)
        past = self.capacity[self._days(as_of - WEEKS * DAYS_IN_WEEK + 1, as_of)]
        good = float(np.quantile(by_week, OWN_BEST)) / float(past.mean()) if past.mean() > 0 else 0.0
        return Lever(scenario.VOLUME, today, max(good, today))

    def full_time(self) -> Lever:
        """Salespeople at work on a mean day to come; the most of the last half year and of what is planned."""
        fte = self._fte()
        as_of = self.deals.as_of
        most = float(self.capacity[self._days(as_of - 2 * QUARTER + 1, as_of + self.until)].max())
        return Lever(scenario.CAPACITY, fte if fte > 0 else None, max(most, fte))

    def value(self) -> Lever:
        mean = float(self.learned.worth.mean[self.row])
        quarters = [float(amounts.mean()) for amounts, _days in self._wins()]
        return Lever(scenario.AVERAGE_VALUE, mean, max([mean, *quarters]))

    def length(self) -> Lever:
        """Median days from the opening to the win, of the last two years; the best quarter's."""
        curves = self.learned.curves
        curve = self.learned.scopes.upward(curves.won[:, 0], curves.events[:, :1] >= ENOUGH_WINS)[self.row]
        if curve[-1] <= 0:
            return Lever(scenario.CYCLE_DAYS, None, None)
        median = float(max(1, int(np.searchsorted(curve, curve[-1] / 2))))
        quarters = [max(1.0, float(np.median(days))) for _amounts, days in self._wins()]
        best = min([median, *quarters])
        return Lever(scenario.CYCLE_DAYS, median, max(best, median * domain.SHORTEST))

    def _wins(self) -> list[tuple[Floats, Floats]]:
        """Amounts and days of the wins of each of the last quarters that has enough of them."""
        deals = self.deals
        won = deals.won & ~np.isnan(deals.amount) & self.mine
        back = (deals.as_of - deals.closed) // QUARTER
        quarters = [won & (back == quarter) for quarter in range(QUARTERS)]
        return [
            (deals.amount[own], (deals.closed - deals.opened)[own])
            for own in quarters
            if own.sum() >= ENOUGH_WINS
        ]
