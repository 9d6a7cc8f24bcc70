"""F3, the prior of a kind of rate: what it is drawn from, its bounds, and that each kind is fitted by itself."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from pipeline.domain.beta_binomial import STRENGTH_BOUNDS
from pipeline.domain.small_samples import State, fit_prior, fit_priors, posterior

SEED = 20260101

scopes = st.lists(
    st.floats(1, 60).flatmap(lambda n: st.tuples(st.just(n), st.floats(0, n))), min_size=3, max_size=12
)


def log_likelihood(n: np.ndarray, x: np.ndarray, a: float, b: float) -> float:
    return float((special.betaln(x + a, n - x + b) - special.betaln(a, b)).sum())


@pytest.mark.parametrize(
    "n", [pytest.param([], id="none"), pytest.param([30, 40, 0.9], id="two of one or more")]
)
def test_fewer_than_three_scopes_take_the_prior_of_jeffreys(n):
    assert fit_prior(n, [0.0] * len(n)) == (0.5, 0.5)


def test_the_prior_finds_what_the_scopes_were_drawn_from():
    rng = np.random.default_rng(SEED)
    n = rng.integers(5, 60, 2_000)
    x = rng.binomial(n, rng.beta(3, 9, 2_000))

    a, b = fit_prior(n, x)

    assert a / (a + b) == pytest.approx(0.25, abs=0.01)
    assert a + b == pytest.approx(12, rel=0.15)


@settings(max_examples=60)
@given(scopes)
def test_no_point_of_a_grid_is_likelier_than_the_prior(drawn):
    n, x = np.array(drawn).T
    lowest = 0.5 / (n.sum() + 1)

    a, b = fit_prior(n, x)

    best = max(
        log_likelihood(n, x, mean * strength, (1 - mean) * strength)
        for mean in np.linspace(lowest, 1 - lowest, 41)
        for strength in np.geomspace(*STRENGTH_BOUNDS, 25)
    )
    assert log_likelihood(n, x, a, b) >= best - 1e-3
    assert 2 - 1e-9 <= a + b <= 200 + 1e-9
    assert lowest - 1e-9 <= a / (a + b) <= 1 - lowest + 1e-9


def test_scopes_that_agree_give_the_strongest_prior_and_scopes_that_do_not_the_weakest():
    assert sum(fit_prior([40] * 6, [10] * 6)) == pytest.approx(200)
    assert sum(fit_prior([40] * 6, [0, 40] * 3)) == pytest.approx(2)


def test_three_failures_in_all_do_not_prove_that_success_is_impossible():
    a, b = fit_prior([1, 1, 1], [0, 0, 0])

    assert a + b == pytest.approx(2)
    assert posterior(1, 0, a, b, 0.25).loc[0, "state"] is State.CANNOT_TELL


def test_the_prior_does_not_depend_on_the_order_of_the_scopes():
    n, x = [10, 25.5, 7, 40], [1, 9.25, 3, 4]

    assert fit_prior(n[::-1], x[::-1]) == pytest.approx(fit_prior(n, x), rel=1e-4)


def test_priors_are_fitted_per_kind():
    kinds = ["team at P"] * 3 + ["rep at P"] * 4
    n, x = [10, 20, 30, 5, 6, 7, 8], [1, 9, 10, 0, 1, 3, 2]

    result = fit_priors(kinds, n, x)

    assert tuple(result.loc["team at P"]) == fit_prior(n[:3], x[:3])
    assert tuple(result.loc["rep at P"]) == fit_prior(n[3:], x[3:])
