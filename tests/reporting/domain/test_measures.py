"""Rates, means, medians and concentrations of few observations: intervals and states, never bare figures."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.small_samples import State
from reporting.domain import measures


def targets(*values: float) -> pd.Series:
    return pd.Series(values, dtype=float)


def deals(*values: float, group: int = 0) -> pd.DataFrame:
    return pd.DataFrame({"group": group, "numerator": values, "denominator": 1.0})


# Formula F2's worked example.
LIVES = pd.DataFrame(
    {
        "group": 0,
        "day": [5, 8, 8, 12, 20, 20, 25, 30],
        "advanced": [1, 1, 0, 0, 1, 0, 0, 0],
        "lost": [0, 0, 1, 0, 0, 0, 1, 0],
        "censored": [0, 0, 0, 1, 0, 1, 0, 1],
    }
)


def test_rates_are_judged_as_in_the_worked_example_of_f3() -> None:
    found = measures.rates(targets(40, 12), targets(6, 3), targets(0.25, 0.25), (2, 6), higher=True)
    assert found["p_behind"].to_list() == pytest.approx([0.92920, 0.53458], abs=5e-6)
    assert found["state"].to_list() == [State.BEHIND, State.CANNOT_TELL]
    assert found["value"].to_list() == [0.15, 0.25]


def test_where_lower_is_better_being_above_is_being_behind() -> None:
    found = measures.rates(targets(40), targets(20), targets(0.25), (2, 6), higher=False)
    assert found["state"].to_list() == [State.BEHIND]


@pytest.mark.parametrize("target", [0.0, np.nan])
def test_without_a_target_nobody_is_judged(target: float) -> None:
    for found in (
        measures.rates(targets(40), targets(20), targets(target), (2, 6), higher=True),
        measures.ratios(deals(1, 2), deals(1, 2), targets(target)),
        measures.lifetimes(LIVES, targets(target)),
        measures.concentration(deals(1).assign(customer=1, amount=5.0), targets(target), seed=1),
    ):
        assert found["state"].to_list() == [State.NONE]
        assert np.isnan(found["p_behind"]).all()
        assert np.isfinite(found["value"]).all()


def test_without_observations_there_is_no_value() -> None:
    nothing = deals().astype(float)
    for found in (
        measures.rates(targets(0), targets(0), targets(0.5), (0.5, 0.5), higher=True),
        measures.ratios(nothing, nothing, targets(0.5)),
        measures.lifetimes(LIVES.iloc[:0], targets(30)),
        measures.concentration(nothing.assign(customer=1, amount=1.0), targets(0.5), seed=1),
    ):
        assert found["state"].to_list() == [State.NONE]
        assert found[["value", "low", "high"]].isna().all(axis=None)


def test_a_mean_of_two_deals_alike_is_no_certainty() -> None:
    everything = deals(100, 100, 20, 300, 40)
    found = measures.ratios(deals(100, 100), everything, targets(110)).iloc[0]
    assert found["value"] == 100
    assert found["low"] < 80
    assert found["state"] == State.CANNOT_TELL


def test_many_deals_tell_the_mean() -> None:
    many = deals(*([90.0, 110.0] * 100))
    found = measures.ratios(many, many, targets(110)).iloc[0]
    assert found["state"] == State.BEHIND
    assert found["high"] - found["low"] < 3


def test_a_ratio_is_a_sum_over_a_sum_never_a_mean_of_percentages() -> None:
    rows = pd.DataFrame({"group": 0, "numerator": [50.0, 30.0], "denominator": [100.0, 300.0]})
    assert measures.ratios(rows, rows, targets(0.3)).loc[0, "value"] == 0.2


@given(st.lists(st.floats(1, 1e6), min_size=1, max_size=20), st.floats(1, 1e6))
def test_an_interval_of_a_mean_holds_the_mean_and_grows_with_nothing_else(
    values: list[float], aim: float
) -> None:
    found = measures.ratios(deals(*values), deals(*values), targets(aim)).iloc[0]
    assert found["low"] <= found["value"] <= found["high"]
    assert 0 <= found["p_behind"] <= 1


def test_the_median_time_to_win_counts_open_deals_as_not_decided() -> None:
    found = measures.lifetimes(LIVES, targets(100)).iloc[0]
    assert (found["value"], found["numerator"]) == (8, 3)
    assert (found["low"], found["high"]) == (5, 20)
    # All three wins came within 100 days: Beta(3.5, 0.5) puts 3.3 % below one half.
    assert found["p_behind"] == pytest.approx(0.03315, abs=1e-5)
    assert found["state"] == State.ON_OR_ABOVE


def test_five_of_twenty_equal_customers_are_a_quarter() -> None:
    rows = pd.DataFrame({"group": 0, "customer": range(20), "amount": 10.0})
    found = measures.concentration(rows, targets(0.25), seed=1).iloc[0]
    assert found["value"] == 0.25
    assert found["low"] < 0.25 < found["high"]
    assert found["state"] == State.CANNOT_TELL


def test_a_concentration_is_the_same_whatever_the_order_of_the_deals() -> None:
    rows = pd.DataFrame({"group": 0, "customer": [*range(9), 0], "amount": [float(n * n) for n in range(10)]})
    one = measures.concentration(rows, targets(0.5), seed=1)
    other = measures.concentration(rows.iloc[::-1], targets(0.5), seed=1)
    pd.testing.assert_frame_equal(one, other)
