"""When somebody can be met: the hours that are offered, less what is taken, in instants.

Hours are said in local time ("Monday, 9:00 to 12:00") and stay so when clocks change: a slot is an instant, found anew
for each day. Nothing is offered within the notice, nor in a time that overlaps what is taken, pauses included.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

NOTICE: Final = timedelta(hours=4)  # nobody is booked at shorter notice
DAYS: Final = 14

type Span = tuple[datetime, datetime]  # from, until (outside); aware


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours of a weekday (Monday = 0) cut into slots of `minutes`, with a pause of `pause` minutes after each."""

    weekday: int
    opens_at: time
    closes_at: time
    minutes: int
    pause: int = 0


@dataclass(frozen=True, slots=True)
class Slot:
    """An offered time, in UTC; the host is free again at `busy_until`."""

    starts_at: datetime
    ends_at: datetime
    busy_until: datetime

    def overlaps(self, span: Span) -> bool:
        return self.starts_at < span[1] and span[0] < self.busy_until


def free_slots(
    hours: Sequence[Hours],
    taken: Iterable[Span],
    zone: ZoneInfo,
    now: datetime,
    *,
    days: int = DAYS,
    notice: timedelta = NOTICE,
) -> list[Slot]:
    """The slots of the next `days` local days (today is the first), in order of time, none overlapping another.

    taken: meetings with their pauses, and busy times; in any order, overlapping or not.
    """
    spans = sorted(taken)
    earliest = now + notice
    first = now.astimezone(zone).date()
    found: list[Slot] = []
    offered = (slot for day in range(days) for slot in _of_day(hours, first + timedelta(days=day), zone))
    for slot in sorted(offered, key=lambda slot: (slot.starts_at, slot.ends_at)):
        if slot.starts_at < earliest or any(slot.overlaps(span) for span in spans):
            continue
        if found and slot.starts_at < found[-1].busy_until:
            continue
        found.append(slot)
    return found


def _of_day(hours: Sequence[Hours], day: date, zone: ZoneInfo) -> Iterator[Slot]:
    for one in hours:
        if one.weekday != day.weekday():
            continue
        start, end = _instant(day, one.opens_at, zone), _instant(day, one.closes_at, zone)
        length, pause = timedelta(minutes=one.minutes), timedelta(minutes=one.pause)
        while start + length <= end:
            yield Slot(start, start + length, start + length + pause)
            start += length + pause


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant of a local time; one that is skipped when clocks go forward is the moment after the jump."""
    local = datetime.combine(day, at, zone)
    instant = local.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        # Read with the offset of after the jump, a skipped time falls before it; what follows the jump is its later side.
        return max(instant, datetime.combine(day, at, zone).replace(fold=1).astimezone(UTC))
    return instant
