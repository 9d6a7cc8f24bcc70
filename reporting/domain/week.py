"""What a week asks of somebody: the path between two Sundays, less what is done already.

Reads the stored points of a cumulative series; computes no gap. Units are those of the series.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np


@dataclass(frozen=True, slots=True)
class Week:
    """Monday to Sunday. due, due_before: what the path expects in all by Sunday, and expected by the Sunday before;
    done_before, done: what was there then, and what came since. All of the series' unit."""

    monday: date
    sunday: date
    due_before: float
    due: float
    done_before: float
    done: float

    @property
    def asked(self) -> float:
        """The path of this week alone."""
        return self.due - self.due_before

    @property
    def left(self) -> float:
        """Still asked by the path of this week alone; 0 when it is done."""
        return max(0.0, self.asked - self.done)

    @property
    def behind(self) -> float:
        """What the path expected before Monday and has not got; 0 when it has."""
        return max(0.0, self.due_before - self.done_before)

    def in_whole(self) -> "Week":
        """The same in whole deals: nobody wins a tenth of one. The weeks still add up to the whole path."""
        return replace(self, due_before=float(whole(self.due_before)), due=float(whole(self.due)))


def whole(value: float) -> int:
    """To the nearest whole, a half up."""
    return math.floor(value + 0.5)


def value_on(dates: Sequence[date], values: Sequence[float | None], day: date) -> float:
    """The cumulative value at the end of `day`: linear between the known points, flat after the last.

    `dates` ascending, `values` None where not known. 0 before the first point. No point at all: 0.
    """
    known = [
        (point.toordinal(), value) for point, value in zip(dates, values, strict=True) if value is not None
    ]
    if not known:
        return 0.0
    days, amounts = zip(*known, strict=True)
    return float(np.interp(day.toordinal(), days, amounts, left=0.0))


def week_of(
    *,
    as_of: date,
    start: date,
    dates: Sequence[date],
    path: Sequence[float | None],
    actual: Sequence[float | None],
) -> Week:
    """The week of the day after `as_of` (the reader's today), of a cycle that begins on `start`.

    path, actual: cumulative values at the end of each of `dates`. Days before `start` count 0.
    """
    today = as_of + timedelta(days=1)
    monday = today - timedelta(days=today.weekday())
    sunday = monday + timedelta(days=6)
    eve = monday - timedelta(days=1)
    days = [start - timedelta(days=1), *dates]  # the eve of the cycle, where everything is 0
    planned, made = [0.0, *path], [0.0, *actual]
    due_before, made_before = value_on(days, planned, eve), value_on(days, made, eve)
    return Week(
        monday=monday,
        sunday=sunday,
        due_before=due_before,
        due=value_on(days, planned, sunday),
        done_before=made_before,
        done=value_on(days, made, as_of) - made_before,
    )
