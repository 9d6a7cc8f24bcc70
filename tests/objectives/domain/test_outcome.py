"""How an objective ended: attainment is not capped, nothing is divided by nothing, a correction is a delta."""

from __future__ import annotations

import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from objectives.domain.outcome import attained, correction, outcomes, position

amounts = st.floats(min_value=0, max_value=1e12, allow_nan=False)
positive = st.floats(min_value=1e-3, max_value=1e12, allow_nan=False)

NOTHING = math.nan


@pytest.mark.parametrize(
    ("actual", "target", "higher", "attainment", "hit"),
    [
        (45_000_000, 50_000_000, True, 0.9, False),
        (65_000_000, 50_000_000, True, 1.3, True),  # over 100 % is not capped
        (0, 4, True, 0.0, False),  # a period without activity attained nothing, which is a figure
        (50, 50, True, 1.0, True),
        (5, 0, True, None, None),  # a target of 0 asks for nothing
        (0, 0, True, None, None),
        (5, NOTHING, True, None, None),
        (NOTHING, 5, True, None, None),
        (18, 20, False, 20 / 18, True),  # 18 days for 20
        (25, 20, False, 0.8, False),
        (0, 20, False, None, True),  # nothing at all where less is better: met, without a quotient
        (0, 0, False, None, True),
        (1, 0, False, None, False),
    ],
    ids=str,
)
def test_an_actual_against_its_target(
    actual: float, target: float, higher: bool, attainment: float | None, hit: bool | None
) -> None:
    (found,) = outcomes([actual], [target], [higher], date(2026, 3, 31))

    assert found["attainment"] == pytest.approx(attainment)
    assert found["hit"] is hit
    assert found["as_of"] == "2026-03-31"


def test_cents_lost_in_floating_point_do_not_miss_a_target() -> None:
    # given 0.1 + 0.2, which is a little more than 0.3
    found = attained([0.3, 0.1 + 0.2], [0.1 + 0.2, 0.3], [True, False])

    assert list(found["hit"]) == [True, True]


@given(st.lists(st.tuples(amounts, positive, st.booleans()), min_size=1, max_size=30))
def test_an_objective_is_reached_exactly_when_its_attainment_is_at_least_one(
    rows: list[tuple[float, float, bool]],
) -> None:
    actual, target, higher = zip(*rows, strict=True)
    found = attained(actual, target, higher)

    for share, hit in zip(found["attainment"], found["hit"], strict=True):
        if not math.isnan(share) and abs(share - 1) > 1e-6:
            assert hit is (share > 1)


@given(amounts, positive)
def test_more_is_never_a_worse_attainment(actual: float, target: float) -> None:
    found = attained([actual, actual + target], target, True)

    assert found["attainment"].is_monotonic_increasing


@pytest.mark.parametrize(
    ("frozen", "today", "delta"),
    [(51_200_000.0, 49_800_000.0, -1_400_000.0), (100.0, 100.0, 0.0), (None, 5.0, None), (5.0, None, None)],
)
def test_a_correction_is_what_is_known_today_less_what_was_frozen(
    frozen: float | None, today: float | None, delta: float | None
) -> None:
    assert correction({"actual": frozen}, today) == delta


@pytest.mark.parametrize(
    ("actual", "where"), [(9.0, "below"), (10.0, "inside"), (20.0, "inside"), (21.0, "above"), (None, None)]
)
def test_an_actual_lies_in_or_outside_the_interval_that_was_said(
    actual: float | None, where: str | None
) -> None:
    assert position(actual, 10.0, 20.0) == where
    assert position(actual, None, 20.0) is None
