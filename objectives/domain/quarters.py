"""Quarters of the calendar, as presets for cycles."""

from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = 3
LONGEST_LIST = 40


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


def quarter(day: date) -> Quarter:
    """The quarter that holds `day`."""
    return Quarter(day.year, (day.month - 1) // MONTHS + 1)


def quarters(today: date, earliest: date | None) -> list[Quarter]:
    """From the quarter after today's back to that of `earliest`, the day of the oldest data, and the one before today's.

    When the data is old, only the near ones and those of the data's first ten years are listed: 40 at most.
    """
    this = quarter(today)
    before = quarter(this.first_day - timedelta(days=1))
    near = [this.next, this, before]
    if earliest is None or quarter(earliest) >= before:
        return near
    known = [quarter(earliest)]
    while known[-1].next < before and len(known) < LONGEST_LIST - len(near):
        known.append(known[-1].next)
    return [*near, *reversed(known)]
