"""What a monthly price comes to over a window, and how long an answer took in working days. Pure."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tariff:
    """A price in force from a day on, minor units: for an accepted meeting, and a month."""

    from_on: date
    meeting_minor: int
    month_minor: int


def in_force(tariffs: Sequence[Tariff], day: date) -> Tariff | None:
    """The latest price that began on `day` or before; None before the first."""
    return max((one for one in tariffs if one.from_on <= day), key=lambda one: one.from_on, default=None)


def monthly_fees(
    tariffs: Sequence[Tariff], first: date, last: date, *, starts_on: date, ends_on: date | None
) -> int:
    """The monthly prices from `first` to `last` (both included), minor units, while the engagement ran.

    A month counts by its days: a whole month is its price, 15 days of January 15/31 of it, a price that changes
    counts from its day on.

    Example: 1 000 a month from 1 January: 1 January to 15 March is 2 × 1 000 + 15/31 × 1 000 = 2 483.87.
    """
    first = max(first, starts_on)
    last = last if ends_on is None else min(last, ends_on)
    if last < first:
        return 0
    cuts = {one.from_on for one in tariffs if first < one.from_on <= last}
    day, total = first, Decimal(0)
    while day <= last:
        length = calendar.monthrange(day.year, day.month)[1]
        until = min([last, day.replace(day=length), *(cut - timedelta(days=1) for cut in cuts if cut > day)])
        tariff = in_force(tariffs, day)
        if tariff is not None:
            total += Decimal(tariff.month_minor) * ((until - day).days + 1) / length
        day = until + timedelta(days=1)
    return int(total.to_integral_value(ROUND_HALF_EVEN))


def worked_days(begun: npt.ArrayLike, ended: npt.ArrayLike, first: date, working: npt.ArrayLike) -> Floats:
    """Working days between two local moments, (n,): the nights, weekends and holidays between do not count.

    `begun`, `ended`: datetime64, NaT gives NaN. `working`: 1.0 for each working day from `first` on, long enough for
    every moment. A day counts from midnight to midnight: Friday noon until Monday noon is 1.0.
    """
    flags = np.asarray(working, dtype=np.float64)
    before = np.concatenate([[0.0], np.cumsum(flags)])
    start = np.datetime64(first, "s")

    def clock(moments: npt.ArrayLike) -> Floats:
        at = np.asarray(moments, dtype="datetime64[s]")
        known = ~np.isnat(at)
        days = np.where(known, (at - start) / np.timedelta64(1, "D"), 0.0)
        whole = np.clip(np.floor(days).astype(np.int64), 0, len(flags) - 1)
        told = before[whole] + flags[whole] * np.clip(days - whole, 0.0, 1.0)
        return np.where(known, told, np.nan)

    return np.maximum(clock(ended) - clock(begun), 0.0)
