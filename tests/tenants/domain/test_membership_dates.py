"""Moves between teams: what ends, what is in the way."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from tenants.domain.membership_dates import Stay, plan_move

NORTH = UUID(int=1)
FIRST = date(2026, 1, 1)


def day(number: int | None) -> date | None:
    return None if number is None else FIRST + timedelta(days=number)


def stay(start: int | None, end: int | None) -> Stay:
    return Stay(uuid5(NORTH, f"{start}-{end}"), NORTH, day(start), day(end))


def test_a_move_ends_the_stay_under_way() -> None:
    under_way = stay(0, None)
    assert plan_move([under_way], day(10), None).closes == under_way


def test_a_move_into_a_gap_ends_nothing() -> None:
    planned = plan_move([stay(0, 5), stay(20, None)], day(10), day(20))
    assert (planned.closes, planned.blocked_by) == (None, None)


def test_a_stay_that_begins_later_blocks_a_move_without_end() -> None:
    later = stay(20, None)
    assert plan_move([stay(0, 20), later], day(10), None).blocked_by == later


def test_a_stay_that_begins_the_same_day_blocks() -> None:
    same = stay(10, None)
    assert plan_move([same], day(10), None).blocked_by == same


def test_a_move_since_always_is_blocked_by_any_stay_it_meets() -> None:
    known = stay(0, 5)
    assert plan_move([known], None, None).blocked_by == known


def test_the_day_of_the_end_is_free() -> None:
    assert plan_move([stay(0, 10)], day(10), None) == plan_move([], day(10), None)


@st.composite
def separate_stays(draw: st.DrawFn) -> list[Stay]:
    """Stays of one person, which never overlap: cut a line of days and keep some of the pieces."""
    cuts = sorted(draw(st.sets(st.integers(0, 60), min_size=0, max_size=8)))
    edges = [None, *cuts, None]
    pieces = [stay(start, end) for start, end in pairwise(edges)]
    return [piece for piece in pieces if draw(st.booleans())]


@given(separate_stays(), st.none() | st.integers(0, 60), st.none() | st.integers(1, 30))
def test_after_a_move_that_is_not_blocked_no_two_stays_overlap(
    stays: list[Stay], start: int | None, length: int | None
) -> None:
    end = None if length is None else (start or 0) + length
    planned = plan_move(stays, day(start), day(end))
    if planned.blocked_by is not None:
        return
    others = [replace(known, end=day(start)) if known == planned.closes else known for known in stays]
    assert not any(known.overlaps(day(start), day(end)) for known in others)
