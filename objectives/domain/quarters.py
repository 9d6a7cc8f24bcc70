"""Quarters of the calendar, as presets for cycles."""

from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = 3
LONGEST_LIST = 60  # fifteen years


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    year: int
    number: int  # 1 to 4

    @property
    def first_day(self) -> date:
        return date(self.year, MONTHS * (self.number - 1) + 1, 1)

    @property
    def last_day(self) -> date:
        return self.next.first_day - timedelta(days=1)

    @property
    def next(self) -> "Quarter":
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def previous(self) -> "Quarter":
        return quarter(self.first_day - timedelta(days=1))


def quarter(day: date) -> Quarter:
    """The quarter that holds `day`."""
    return Quarter(day.year, (day.month - 1) // MONTHS + 1)


def quarters(today: date, earliest: date | None) -> list[Quarter]:
    """From the quarter after today's back to that of `earliest`, the day of the oldest data, and the one before today's.

    When the data is old, the oldest are left out: 60 at most.
    """
    this = quarter(today)
    oldest = this.previous
    if earliest is not None:
        oldest = min(oldest, quarter(earliest))
    found = [this.next]
    while found[-1] > oldest and len(found) < LONGEST_LIST:
        found.append(found[-1].previous)
    return found
