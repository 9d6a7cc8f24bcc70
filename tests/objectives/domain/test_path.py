from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from objectives.domain.path import (
    PathError,
    path,
    season_weights,
    seasonality,
    working_day_weights,
)

WEEKDAYS = range(5)


def test_a_week_has_five_working_days_less_its_holidays() -> None:
    got = working_day_weights(date(2026, 4, 27), date(2026, 5, 3), WEEKDAYS, {date(2026, 5, 1)})

    assert got.tolist() == [1, 1, 1, 1, 0, 0, 0]


def test_working_days_can_be_others_than_monday_to_friday() -> None:
    got = working_day_weights(date(2026, 4, 27), date(2026, 5, 3), {6, 0})

    assert got.tolist() == [1, 0, 0, 0, 0, 0, 1]


def test_a_cycle_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(PathError):
        working_day_weights(date(2026, 5, 2), date(2026, 5, 1), WEEKDAYS)


def test_the_path_grows_on_working_days_only() -> None:
    assert path([1, 1, 0, 0, 2]).tolist() == [0.25, 0.5, 0.5, 0.5, 1.0]


def test_results_come_a_lag_after_the_work_and_still_end_at_one() -> None:
    np.testing.assert_allclose(path([1, 1, 1, 1], [0, 0.5, 0.5]), [0, 0.2, 0.6, 1.0])


def test_a_lag_longer_than_the_cycle_is_dropped() -> None:
    assert path([1, 1], [0, 0, 0, 1]).tolist() == [0.5, 1.0]


def test_a_cycle_without_any_working_day_grows_evenly() -> None:
    assert path([[0, 0, 0, 0], [0, 0, 1, 1]]).tolist() == [[0.25, 0.5, 0.75, 1], [0, 0, 0.5, 1]]


@pytest.mark.parametrize("weights", [[], [1, -1], [1, np.nan]], ids=["empty", "negative", "missing"])
def test_weights_without_meaning_are_refused(weights: list[float]) -> None:
    with pytest.raises(PathError):
        path(weights)


amounts = st.floats(0, 1e6, allow_subnormal=False)


@given(
    st.lists(amounts, min_size=1, max_size=120),
    st.none() | st.lists(st.floats(0, 1), min_size=1, max_size=90),
)
def test_a_path_never_falls_and_goes_from_zero_to_one(weights: list[float], lag: list[float] | None) -> None:
    got = path(weights, lag)

    assert (np.diff(got) >= 0).all()
    assert got[0] >= 0
    assert got[-1] == 1.0


def test_the_season_is_the_mean_share_of_each_month_whatever_the_size_of_the_year() -> None:
    year = np.ones(12)
    year[7] = 0.0
    year[11] = 2.0

    got = seasonality([year, year * 10])

    np.testing.assert_allclose(got, year)


@pytest.mark.parametrize("history", [[], [[1.0] * 11 + [5.0]], [[0.0] * 12, [1.0] * 11 + [5.0]]])
def test_less_than_two_years_of_results_say_nothing_of_the_season(history: list[list[float]]) -> None:
    assert seasonality(history).tolist() == [1.0] * 12


def test_a_month_with_few_working_days_is_not_a_season() -> None:
    days = np.full((2, 12), 20.0)
    days[:, 4] = 10.0

    np.testing.assert_allclose(seasonality(days * 3, days), np.ones(12))


def test_each_day_takes_the_factor_of_its_month() -> None:
    got = season_weights(date(2026, 1, 31), date(2026, 2, 1), np.arange(12))

    assert got.tolist() == [0, 1]
