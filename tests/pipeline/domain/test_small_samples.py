"""F3: golden figures, agreement with slow or exact computations, and the edges where data is scarce."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pipeline.domain.small_samples import (
    BOOTSTRAP_LIMIT,
    State,
    amount_state,
    count_posterior,
    posterior,
)

SEED = 20260101


def amounts(**by_group: list[float]) -> pd.DataFrame:
    rows = [(group, amount) for group, its_amounts in by_group.items() for amount in its_amounts]
    return pd.DataFrame(rows, columns=["group", "amount"])


# --- rates


@pytest.mark.parametrize(
    ("x", "n", "p_below", "state"),
    [
        pytest.param(6, 40, 0.92920, State.BEHIND, id="6 of 40"),
        pytest.param(3, 12, 0.53458, State.CANNOT_TELL, id="3 of 12"),
    ],
)
def test_the_worked_figures_of_the_formula(x, n, p_below, state):
    result = posterior(n, x, 2, 6, 0.25).iloc[0]

    assert result["p_below"] == pytest.approx(p_below, abs=5e-6)
    assert result["state"] is state


def test_a_rate_has_the_mean_and_the_interval_of_its_posterior():
    result = posterior(12, 3, 2, 6, 0.25).iloc[0]

    exact = stats.beta(5, 15)
    assert result[["mean", "low", "high"]].tolist() == pytest.approx([0.25, exact.ppf(0.1), exact.ppf(0.9)])


def test_a_rate_well_over_its_objective_is_on_or_above():
    assert posterior(40, 20, 2, 6, 0.25).loc[0, "state"] is State.ON_OR_ABOVE


def test_without_objective_there_is_no_state_but_an_interval():
    result = posterior(40, 6, 2, 6, np.nan).iloc[0]

    assert result["state"] is State.NONE
    assert np.isnan(result["p_below"])
    assert 0 < result["low"] < result["high"] < 1


def test_nobody_is_judged_on_the_neighbours_alone():
    # The prior is far below the objective, and the scope itself has not seen anything yet.
    result = posterior(0, 0, 5, 95, 0.5).iloc[0]

    assert result["p_below"] > 0.99
    assert result["state"] is State.CANNOT_TELL


@pytest.mark.parametrize(
    ("objective", "state"), [(0.0, State.ON_OR_ABOVE), (1.0, State.BEHIND), (1.2, State.BEHIND)]
)
def test_objectives_at_and_over_the_ends_are_judged(objective, state):
    assert posterior(10, 5, 0.5, 0.5, objective).loc[0, "state"] is state


def test_rates_are_judged_many_at_once():
    together = posterior([40, 12, 7.5], [6, 3, 2.5], [2, 2, 1], [6, 6, 1], [0.25, 0.25, 0.1])

    one_by_one = [
        posterior(40, 6, 2, 6, 0.25),
        posterior(12, 3, 2, 6, 0.25),
        posterior(7.5, 2.5, 1, 1, 0.1),
    ]
    pd.testing.assert_frame_equal(together, pd.concat(one_by_one, ignore_index=True))


@pytest.mark.parametrize(("n", "x"), [(3, 4), (3, -1), (np.nan, 1), (3, np.nan)])
def test_impossible_observations_are_refused(n, x):
    with pytest.raises(ValueError, match="between 0 and the observations"):
        posterior(n, x, 2, 6, 0.25)


@given(st.floats(0, 500), st.floats(0, 1), st.floats(0.5, 100), st.floats(0.5, 100), st.floats(0.01, 0.99))
def test_intervals_hold_the_mean_and_states_follow_the_probability(n, share, a, b, objective):
    result = posterior(n, n * share, a, b, objective).iloc[0]

    assert 0 <= result["low"] < result["high"] <= 1
    assert 0 <= result["p_below"] <= 1
    assert (result["state"] is State.BEHIND) == (n > 0 and result["p_below"] >= 0.9)
    assert (result["state"] is State.ON_OR_ABOVE) == (n > 0 and 1 - result["p_below"] >= 0.9)


# --- counts


@pytest.mark.parametrize(
    ("actual", "expected", "p_below", "state"),
    [
        pytest.param(6, 12, 0.96887, State.BEHIND, id="6 where the path has 12"),
        pytest.param(2, 4, 0.84376, State.CANNOT_TELL, id="2 where the path has 4"),
        pytest.param(0, 3, 0.98569, State.BEHIND, id="none where the path has 3"),
        pytest.param(0, 1, 0.84270, State.CANNOT_TELL, id="none where the path has 1"),
        pytest.param(12, 6, 0.01343, State.ON_OR_ABOVE, id="12 where the path has 6"),
    ],
)
def test_counts_against_the_path(actual, expected, p_below, state):
    result = count_posterior(actual, expected).iloc[0]

    assert result["p_below"] == pytest.approx(p_below, abs=5e-6)
    assert result["state"] is state


def test_the_interval_of_a_count_is_that_of_its_pace():
    result = count_posterior(6, 12).iloc[0]

    exact = stats.gamma(6.5)
    assert result[["low", "high"]].tolist() == pytest.approx([exact.ppf(0.1), exact.ppf(0.9)])


@pytest.mark.parametrize("expected", [0.0, np.nan])
def test_where_nothing_is_due_there_is_no_state_and_no_attainment(expected):
    result = count_posterior(3, expected).iloc[0]

    assert result["state"] is State.NONE
    assert np.isnan(result["attainment"])


def test_a_negative_count_is_refused():
    with pytest.raises(ValueError, match="count"):
        count_posterior(-1, 3)


# --- amounts


def test_equal_amounts_say_what_their_count_says():
    expected = pd.Series({"few": 8_000.0, "many": 20_000.0})

    result = amount_state(amounts(few=[1_000] * 6, many=[1_000] * 14), expected, seed=SEED, draws=20_000)

    exact = count_posterior([6, 14], [8, 20])
    assert result["p_below"].tolist() == pytest.approx(exact["p_below"].tolist(), abs=0.01)
    assert result["low"].tolist() == pytest.approx((exact["low"] * 1_000).tolist(), rel=0.03)
    assert result["high"].tolist() == pytest.approx((exact["high"] * 1_000).tolist(), rel=0.03)


def test_amounts_vary_as_a_compound_poisson():
    its_amounts = np.random.default_rng(SEED).lognormal(9, 0.5, 80)

    result = amount_state(amounts(g=list(its_amounts)), pd.Series({"g": 1.0}), seed=SEED, draws=20_000).loc[
        "g"
    ]

    # Mean n.E[X], variance n.E[X^2]; where the law is normal, 80 % are 2.563 standard deviations wide.
    deviation = np.sqrt((its_amounts**2).sum())
    assert result["high"] - result["low"] == pytest.approx(2.563 * deviation, rel=0.05)
    assert (result["high"] + result["low"]) / 2 == pytest.approx(its_amounts.sum(), rel=0.03)


def test_past_the_limit_the_gamma_law_continues_the_bootstrap():
    # The same amounts twice; one of zero, which adds nothing, takes the second scope past the limit.
    its_amounts = list(np.random.default_rng(SEED).lognormal(9, 0.8, BOOTSTRAP_LIMIT))
    both = amounts(drawn=its_amounts, gamma=[*its_amounts, 0.0])
    expected = pd.Series({"drawn": 1.05, "gamma": 1.05}) * sum(its_amounts)

    result = amount_state(both, expected, seed=SEED, typical_amount=10_000, draws=20_000)

    assert result.loc["gamma", "p_below"] == pytest.approx(result.loc["drawn", "p_below"], abs=0.02)
    assert result.loc["gamma", "low"] == pytest.approx(result.loc["drawn", "low"], rel=0.02)
    assert result.loc["gamma", "high"] == pytest.approx(result.loc["drawn", "high"], rel=0.02)


def test_without_amounts_the_typical_one_says_how_much_was_to_be_expected():
    expected = pd.Series({"one deal due": 10_000.0, "three deals due": 30_000.0})

    result = amount_state(amounts(), expected, seed=SEED, typical_amount=10_000)

    assert result["p_below"].tolist() == pytest.approx([0.84270, 0.98569], abs=5e-6)
    assert list(result["state"]) == [State.CANNOT_TELL, State.BEHIND]


def test_without_amounts_and_typical_one_the_pace_is_zero():
    result = amount_state(amounts(), pd.Series({"g": 10_000.0}), seed=SEED).loc["g"]

    assert result[["n", "actual", "low", "high", "p_below"]].tolist() == [0, 0, 0, 0, 1]


def test_the_typical_amount_may_differ_by_scope():
    expected = pd.Series({"a": 10_000.0, "b": 10_000.0})

    result = amount_state(amounts(), expected, seed=SEED, typical_amount=[10_000, 1_000])

    assert list(result["state"]) == [State.CANNOT_TELL, State.BEHIND]


def test_a_seed_and_the_amounts_settle_the_result_whatever_their_order():
    given_amounts = amounts(a=[10, 20, 900], b=[5, 5, 80, 7])
    expected = pd.Series({"b": 100.0, "a": 1_000.0})

    first = amount_state(given_amounts, expected, seed=SEED)

    pd.testing.assert_frame_equal(first, amount_state(given_amounts.iloc[::-1], expected, seed=SEED))
    assert not first.equals(amount_state(given_amounts, expected, seed=SEED + 1))


def test_amounts_of_scopes_nobody_asked_about_are_left_out():
    result = amount_state(amounts(a=[10, 20], other=[1e9]), pd.Series({"a": 30.0}), seed=SEED)

    assert list(result.index) == ["a"]
    assert result.loc["a", "actual"] == 30


def test_many_scopes_go_through_several_blocks():
    # 60 scopes x 100 amounts x 2 000 draws pass the number of draws held at once three times.
    rng = np.random.default_rng(SEED)
    many = pd.DataFrame({"group": np.repeat(np.arange(60), 100), "amount": rng.lognormal(9, 0.5, 6_000)})
    actual = many.groupby("group")["amount"].sum()

    result = amount_state(many, actual, seed=SEED)

    assert (result["low"] < result["actual"]).all()
    assert (result["high"] > result["actual"]).all()
    assert result["p_below"].between(0.4, 0.6).all()


@pytest.mark.parametrize("amount", [-1.0, np.nan])
def test_a_negative_or_missing_amount_is_refused(amount):
    with pytest.raises(ValueError, match="amount"):
        amount_state(amounts(g=[amount]), pd.Series({"g": 1.0}), seed=SEED)
