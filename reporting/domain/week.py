"""What a week asks of somebody: the path between two Sundays, less what is done already.

Reads the stored points of a cumulative series; computes no gap. Units are those of the series.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np


@dataclass(frozen=True, slots=True)
class Week:
    """Monday to Sunday; `asked` by the path, `done` since Monday, `behind` = what the path expected before Monday and
    has not got (never negative). All floats of the series' unit."""

    monday: date
    sunday: date
    asked: float
    done: float
    behind: float

    @property
    def left(self) -> float:
        """Still asked by the path of this week alone; 0 when it is done."""
        return max(0.0, self.asked - self.done)

    @property
    def left_whole(self) -> int:
        """`left` in whole deals: a fraction of a deal is a deal."""
        return whole(self.left)

    @property
    def behind_whole(self) -> int:
        return whole(self.behind)


def whole(value: float) -> int:
    """Round up, but not for the dust of floats: 2.0000001 is 2."""
    return math.ceil(value - 1e-6)


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
        asked=value_on(days, planned, sunday) - due_before,
        done=value_on(days, made, as_of) - made_before,
        behind=max(0.0, due_before - made_before),
    )
