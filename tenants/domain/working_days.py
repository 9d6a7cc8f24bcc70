"""Counting in working days. Pure: the week and the holidays are arguments."""

from collections.abc import Collection
from datetime import date, timedelta

DAY = timedelta(days=1)
LONGEST_REST = 60  # days without one working day: a week without working days, not a holiday


def is_working(day: date, weekdays: Collection[int], holidays: Collection[date]) -> bool:
    """Whether `day` is worked; `weekdays` with Monday = 0."""
    return day.weekday() in weekdays and day not in holidays


def after(day: date, count: int, weekdays: Collection[int], holidays: Collection[date]) -> date:
    """The `count`-th working day after `day`; `day` itself for 0.

    A negative count goes back in time. An organisation without working days counts all of them.
    """
    step = DAY if count >= 0 else -DAY
    left, rested = abs(count), 0
    while left:
        day += step
        rested += 1
        if is_working(day, weekdays, holidays) or rested > LONGEST_REST:
            left, rested = left - 1, 0
    return day
