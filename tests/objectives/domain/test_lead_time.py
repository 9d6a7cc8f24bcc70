from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from objectives.domain.funnel import (
    FunnelError,
    WeeklyPlanInput,
    chance_in_time,
    open_contribution,
    weekly_plan,
)


def one_day(lag: int) -> np.ndarray:
    pmf = np.zeros(lag + 1)
    pmf[lag] = 1.0
    return pmf


PLAN = WeeklyPlanInput(
    target=100_000.0,
    booked=20_000.0,
    open_contribution=30_000.0,
    average_value=10_000.0,
    rates=np.array([0.5, 0.25]),
    lag_pmfs=[one_day(7), one_day(14)],
    days_left=np.array([28, 21, 14, 7]),
    working_days=np.array([5.0, 4.0, 5.0, 5.0]),
    capacity=np.full((2, 4), np.nan),
)


def test_the_chance_adds_the_lags_of_every_link_that_follows() -> None:
    chance = chance_in_time([one_day(7), one_day(14)], [28, 21, 20, 14, 13, -1])

    assert chance.tolist() == [[1, 1, 0, 0, 0, 0], [1, 1, 1, 1, 0, 0]]


def test_two_spread_lags_are_convolved() -> None:
    chance = chance_in_time([[0.5, 0.5], [0.25, 0.75]], [0, 1, 2])

    np.testing.assert_allclose(chance, [[0.125, 0.625, 1.0], [0.25, 1.0, 1.0]])


@given(
    lags=st.lists(
        st.lists(st.floats(0, 1), min_size=1, max_size=20).filter(lambda w: sum(w) > 0.01),
        min_size=1,
        max_size=4,
    )
)
def test_more_days_and_fewer_links_never_lower_the_chance(lags: list[list[float]]) -> None:
    chance = chance_in_time([np.array(lag) / sum(lag) for lag in lags], np.arange(-1, 90))

    assert (np.diff(chance, axis=1) >= 0).all()
    assert (np.diff(chance, axis=0) >= -1e-12).all()
    np.testing.assert_allclose(chance[:, -1], 1.0)


@pytest.mark.parametrize("pmf", [[], [0.5], [1.5, -0.5]], ids=["empty", "short of 1", "negative"])
def test_a_broken_lag_distribution_is_refused(pmf: list[float]) -> None:
    with pytest.raises(FunnelError):
        chance_in_time([pmf], [10])


def test_the_plan_takes_what_is_booked_and_open_first() -> None:
    assert weekly_plan(PLAN).to_close == 50_000


def test_weekly_starts_follow_working_days_and_chance_and_close_the_rest() -> None:
    plan = weekly_plan(PLAN)

    np.testing.assert_allclose(plan.starts[0], [40 * 5 / 9, 40 * 4 / 9, 0, 0])
    np.testing.assert_allclose(plan.starts[1], [20 * 5 / 14, 20 * 4 / 14, 20 * 5 / 14, 0])


def test_without_a_known_capacity_nothing_is_said_to_be_too_late() -> None:
    assert weekly_plan(PLAN).too_late is None


def test_what_the_capacity_cannot_close_in_time_is_too_late_in_money() -> None:
    capacity = np.array([[10.0, 10, 10, 10], [np.nan] * 4])

    plan = weekly_plan(replace(PLAN, capacity=capacity))

    # 20 starts in time × .125 × 10 000 = 25 000 of the 50 000 to close.
    assert plan.too_late == pytest.approx(25_000)
    assert np.isnan(plan.too_late_by_link[1])
    np.testing.assert_allclose(plan.starts[0], [10, 10, 0, 0])


def test_what_does_not_fit_in_one_week_moves_to_the_others() -> None:
    capacity = np.array([[10.0, 40, 40, 40], [np.nan] * 4])

    plan = weekly_plan(replace(PLAN, capacity=capacity))

    assert plan.too_late == 0
    np.testing.assert_allclose(plan.starts[0], [10, 30, 0, 0])


def test_with_no_week_left_all_that_remains_is_too_late() -> None:
    ended = replace(
        PLAN,
        days_left=np.array([], dtype=np.int64),
        working_days=np.array([]),
        capacity=np.empty((2, 0)),
    )

    plan = weekly_plan(ended)

    assert plan.too_late == 50_000
    assert plan.starts.shape == (2, 0)


def test_a_target_already_met_asks_for_nothing() -> None:
    plan = weekly_plan(replace(PLAN, booked=90_000.0))

    assert plan.to_close == 0
    assert plan.too_late == 0
    assert plan.starts.sum() == 0


@pytest.mark.parametrize(
    "change", [{"rates": np.array([0.5, 0.0])}, {"average_value": 0.0}], ids=["rate", "value"]
)
def test_a_rate_or_a_value_of_zero_gives_no_starts_and_all_is_too_late(change: dict[str, Any]) -> None:
    plan = weekly_plan(replace(PLAN, **change))

    assert np.isnan(plan.starts).all()
    assert plan.too_late == 50_000


def test_an_unknown_rate_gives_no_starts_and_no_amount() -> None:
    plan = weekly_plan(replace(PLAN, rates=np.array([0.5, np.nan]), capacity=np.full((2, 4), 5.0)))

    assert np.isnan(plan.starts).all()
    assert plan.too_late is None


def test_a_week_without_working_days_has_no_capacity() -> None:
    closed = replace(PLAN, working_days=np.array([5.0, 0, 5, 5]), capacity=np.full((2, 4), 10.0))

    plan = weekly_plan(closed)

    assert plan.too_late_by_link[0] == pytest.approx(50_000 - 10 * 0.125 * 10_000)
    assert plan.starts[:, 1].tolist() == [0, 0]


@given(
    st.lists(st.floats(0, 100), min_size=8, max_size=8),
    st.lists(st.integers(0, 6), min_size=4, max_size=4),
)
def test_starts_and_too_late_together_close_the_rest(capacity: list[float], days: list[int]) -> None:
    limits = np.array(capacity).reshape(2, 4)

    plan = weekly_plan(replace(PLAN, capacity=limits, working_days=np.array(days, dtype=float)))

    worth = np.array([0.125, 0.25])[:, np.newaxis] * 10_000 * plan.chance_in_time
    closed = (plan.starts * worth).sum(axis=1)
    np.testing.assert_allclose(closed + plan.too_late_by_link, plan.to_close, atol=1e-6)
    assert (plan.starts <= limits + 1e-9).all()


def test_capacity_of_another_shape_is_refused() -> None:
    with pytest.raises(FunnelError):
        weekly_plan(replace(PLAN, capacity=np.ones(4)))


def test_an_open_item_wins_what_its_curve_still_gains_over_those_left() -> None:
    won = [[0.0, 0.1, 0.2, 0.4]]
    lost = [[0.0, 0.1, 0.3, 0.3]]

    got = open_contribution([0, 0], [1, 2], [3, 2], [3_000.0, 2_000.0], won, lost, 1)

    np.testing.assert_allclose(got.probability, [0.125, 0.4])
    np.testing.assert_allclose(got.amount, [375, 800])
    np.testing.assert_allclose(got.wins, [0.375, 0.8])


def test_nobody_left_at_that_age_wins_nothing() -> None:
    got = open_contribution([0], [9], [1], [1_000.0], [[0.5, 0.6]], [[0.3, 0.4]], 30)

    assert got.amount.tolist() == [0]


def test_a_longer_horizon_than_the_curve_is_held_at_its_end() -> None:
    got = open_contribution([0], [0], [1], [1_000.0], [[0.0, 0.6]], [[0.0, 0.2]], 900)

    np.testing.assert_allclose(got.amount, [600])


def test_a_negative_horizon_is_refused() -> None:
    with pytest.raises(FunnelError):
        open_contribution([0], [0], [1], [1.0], [[0.1]], [[0.1]], -1)
