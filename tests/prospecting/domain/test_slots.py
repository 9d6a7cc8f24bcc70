"""Free slots: hours are local and stay so across clock changes; what is taken is never offered."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prospecting.domain.slots import Hours, Slot, Span, free_slots

PARIS = ZoneInfo("Europe/Paris")
MORNING = Hours(0, time(9), time(12), 30, 15)  # Monday
MONDAY = datetime(2026, 2, 9, 0, 0, tzinfo=PARIS)


def local(slots: list[Slot], zone: ZoneInfo = PARIS) -> list[str]:
    return [slot.starts_at.astimezone(zone).strftime("%a %H:%M") for slot in slots]


def test_a_morning_is_cut_into_slots_with_a_pause_after_each() -> None:
    assert local(free_slots([MORNING], [], PARIS, MONDAY, days=7)) == [
        "Mon 09:00",
        "Mon 09:45",
        "Mon 10:30",
        "Mon 11:15",
    ]


def test_what_is_taken_is_not_offered_and_the_pause_counts() -> None:
    meeting = (MONDAY.replace(hour=10, minute=10), MONDAY.replace(hour=10, minute=40))

    assert local(free_slots([MORNING], [meeting], PARIS, MONDAY, days=7)) == ["Mon 09:00", "Mon 11:15"]


def test_nothing_is_offered_at_short_notice() -> None:
    now = MONDAY.replace(hour=6)

    assert local(free_slots([MORNING], [], PARIS, now, days=1, notice=timedelta(hours=4))) == [
        "Mon 10:30",
        "Mon 11:15",
    ]


@pytest.mark.parametrize(
    ("now", "offsets"),
    [
        pytest.param(datetime(2026, 3, 23, tzinfo=PARIS), [1, 2], id="clocks go forward between"),
        pytest.param(datetime(2026, 10, 19, tzinfo=PARIS), [2, 1], id="clocks go back between"),
    ],
)
def test_nine_oclock_stays_nine_oclock_when_clocks_change(now: datetime, offsets: list[int]) -> None:
    nine = Hours(0, time(9), time(9, 30), 30)
    found = free_slots([nine], [], PARIS, now, days=14)

    assert local(found) == ["Mon 09:00", "Mon 09:00"]
    assert [9 - slot.starts_at.hour for slot in found] == offsets


def test_hours_in_a_night_that_skips_an_hour_give_no_time_that_does_not_exist() -> None:
    night = Hours(6, time(1), time(4), 30)
    found = free_slots(
        [night], [], PARIS, datetime(2026, 3, 28, 12, tzinfo=PARIS), days=2, notice=timedelta()
    )

    assert local(found) == ["Sun 01:00", "Sun 01:30", "Sun 03:00", "Sun 03:30"]


ZONES = st.sampled_from(["Europe/Paris", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"])
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))


@st.composite
def weeks(draw: st.DrawFn) -> list[Hours]:
    lines = draw(
        st.lists(
            st.tuples(st.integers(0, 6), TIMES, TIMES, st.integers(10, 120), st.integers(0, 60)), max_size=6
        )
    )
    return [Hours(day, min(a, b), max(a, b), length, pause) for day, a, b, length, pause in lines if a != b]


@st.composite
def spans(draw: st.DrawFn) -> list[Span]:
    begin = datetime(2026, 3, 20, tzinfo=UTC)
    lines = draw(st.lists(st.tuples(st.integers(0, 20 * 24 * 60), st.integers(1, 600)), max_size=12))
    return [
        (begin + timedelta(minutes=start), begin + timedelta(minutes=start + length))
        for start, length in lines
    ]


def instant(day: date, at: time, zone: ZoneInfo, fold: int = 0) -> datetime:
    return datetime.combine(day, at, zone).replace(fold=fold).astimezone(UTC)


NOWS = st.integers(0, 14 * 24 * 60).map(lambda m: datetime(2026, 3, 20, tzinfo=UTC) + timedelta(minutes=m))


@given(weeks(), spans(), ZONES, NOWS)
def test_every_slot_is_within_hours_free_later_than_the_notice_and_apart_from_the_others(
    week: list[Hours], taken: list[Span], name: str, now: datetime
) -> None:
    zone, notice = ZoneInfo(name), timedelta(hours=4)
    found = free_slots(week, taken, zone, now, days=14, notice=notice)

    for slot in found:
        start = slot.starts_at.astimezone(zone)
        assert slot.starts_at >= now + notice
        assert slot.ends_at > slot.starts_at
        assert not any(slot.overlaps(span) for span in taken)
        # In instants: where clocks go back, a slot within the hours may be written with an earlier time than they begin.
        assert any(
            one.weekday == start.weekday()
            and instant(start.date(), one.opens_at, zone) <= slot.starts_at
            and slot.ends_at <= max(instant(start.date(), one.closes_at, zone, fold) for fold in (0, 1))
            for one in week
        )
    for one, other in pairwise(found):
        assert one.busy_until <= other.starts_at


@given(weeks(), spans(), ZONES, NOWS)
def test_something_more_that_is_taken_never_offers_more_time(
    week: list[Hours], taken: list[Span], name: str, now: datetime
) -> None:
    zone = ZoneInfo(name)
    free = set(free_slots(week, [], zone, now))
    offered = free_slots(week, taken, zone, now)
    apart = [one for one in week if sum(other.weekday == one.weekday for other in week) == 1]

    if len(apart) == len(week):  # with hours that overlap, one that goes makes room for another
        assert set(offered) == {slot for slot in free if not any(slot.overlaps(span) for span in taken)}


@given(weeks(), ZONES, NOWS)
def test_an_offered_slot_that_is_booked_is_not_offered_again(
    week: list[Hours], name: str, now: datetime
) -> None:
    zone = ZoneInfo(name)
    found = free_slots(week, [], zone, now)
    if found:
        booked = (found[0].starts_at, found[0].busy_until)
        assert found[0] not in free_slots(week, [booked], zone, now)
