"""Monthly prices by the day, and delays in working days: examples by hand, and what must hold."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prospecting.domain.partner_fees import Tariff, in_force, monthly_fees, worked_days

JANUARY = Tariff(date(2026, 1, 1), 30_000, 100_000)
DEARER = Tariff(date(2026, 3, 1), 35_000, 124_000)


def fees(first: date, last: date, *tariffs: Tariff, ends_on: date | None = None) -> int:
    return monthly_fees(tariffs or (JANUARY,), first, last, starts_on=date(2026, 1, 1), ends_on=ends_on)


def test_a_whole_month_is_its_price() -> None:
    assert fees(date(2026, 2, 1), date(2026, 2, 28)) == 100_000


def test_a_part_of_a_month_counts_by_its_days() -> None:
    assert fees(date(2026, 1, 1), date(2026, 3, 15)) == 248_387


def test_a_new_price_counts_from_its_day() -> None:
    # 15 days of January at 1 000.00, and 16 at 1 240.00.
    change = Tariff(date(2026, 1, 16), 0, 124_000)
    assert fees(date(2026, 1, 1), date(2026, 1, 31), JANUARY, change) == round(
        15 / 31 * 100_000 + 16 / 31 * 124_000
    )


def test_nothing_is_due_before_the_engagement_and_after_its_end() -> None:
    assert fees(date(2025, 11, 1), date(2025, 12, 31)) == 0
    assert fees(date(2026, 2, 1), date(2026, 3, 31), ends_on=date(2026, 2, 28)) == 100_000
    assert fees(date(2026, 2, 2), date(2026, 2, 1)) == 0


def test_the_price_in_force_is_the_latest_that_began() -> None:
    prices = [DEARER, JANUARY]
    assert in_force(prices, date(2026, 2, 28)) is JANUARY
    assert in_force(prices, date(2026, 3, 1)) is DEARER
    assert in_force(prices, date(2025, 12, 31)) is None


@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 10_000_000))
def test_two_halves_of_a_window_add_up_to_the_cent(start: int, length: int, price: int) -> None:
    tariffs = [Tariff(date(2026, 1, 1), 0, price), DEARER]
    first = date(2026, 1, 1) + timedelta(days=start)
    last, cut = first + timedelta(days=length), first + timedelta(days=length // 2)
    whole = fees(first, last, *tariffs)
    halves = fees(first, cut, *tariffs) + fees(cut + timedelta(days=1), last, *tariffs)
    assert abs(whole - halves) <= 1


# Monday 5 January 2026 and the two weeks from there; Wednesday 7 is a holiday.
FIRST = date(2026, 1, 5)
WORKING = [1, 1, 0, 1, 1, 0, 0, 1, 1, 1, 1, 1, 0, 0]


def days(begun: str, ended: str) -> float:
    return float(worked_days([np.datetime64(begun, "s")], [np.datetime64(ended, "s")], FIRST, WORKING)[0])


@pytest.mark.parametrize(
    ("begun", "ended", "expected"),
    [
        ("2026-01-05T12:00", "2026-01-06T12:00", 1.0),
        ("2026-01-09T12:00", "2026-01-12T12:00", 1.0),  # Friday noon, Monday noon
        ("2026-01-06T12:00", "2026-01-08T12:00", 1.0),  # over the holiday
        ("2026-01-05T09:00", "2026-01-05T15:00", 0.25),
        ("2026-01-10T09:00", "2026-01-11T15:00", 0.0),  # within the weekend
    ],
)
def test_what_is_not_worked_does_not_count(begun: str, ended: str, expected: float) -> None:
    assert days(begun, ended) == pytest.approx(expected)


def test_what_has_not_happened_has_no_delay() -> None:
    assert np.isnan(days("2026-01-05T12:00", "NaT"))
