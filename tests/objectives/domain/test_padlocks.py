import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from objectives.domain.padlocks import PadlockError, solve

CHAIN = [900, 0.06, 0.8, 0.45, 0.2, 21_000]
CEILINGS = [2_000, 0.2, 1, 1, 0.5, 30_000]
RATES_FREE = [True, False, True, True, False, True]


def test_two_free_rates_share_the_factor_by_weight() -> None:
    got = solve(CHAIN, CEILINGS, RATES_FREE, 120_000, weights=[0, 0.5, 0, 0, 0.5, 0])

    assert got.factor == pytest.approx(1.46972, abs=5e-6)
    assert got.values[[1, 4]] == pytest.approx([0.07274, 0.24246], abs=5e-6)
    assert got.product == pytest.approx(120_000)
    assert got.residual == 0


def test_a_lever_at_its_ceiling_leaves_the_rest_to_the_others() -> None:
    got = solve([1, 1, 1], [1.1, 10, 10], [False] * 3, 8, weights=[1, 1, 1])

    assert got.values == pytest.approx([1.1, math.sqrt(8 / 1.1), math.sqrt(8 / 1.1)])
    assert got.at_ceiling.tolist() == [True, False, False]


def test_weights_follow_the_headroom_by_default() -> None:
    got = solve([1, 1], [math.e**3, math.e], [False, False], math.e**2)

    assert got.exponents == pytest.approx([0.75, 0.25])


def test_out_of_headroom_every_free_lever_is_at_its_ceiling_and_the_residual_is_named() -> None:
    got = solve([10, 0.5, 100], [20, 0.8, 100], [False, False, True], 2_000)

    assert got.values.tolist() == [20, 0.8, 100]
    assert got.residual == pytest.approx(400)


@pytest.mark.parametrize(("target", "surplus"), [(500, 0), (400, 100)], ids=["met", "passed"])
def test_nothing_moves_when_the_target_is_met(target: float, surplus: float) -> None:
    got = solve([10, 0.5, 100], [20, 0.8, 100], [False] * 3, target)

    assert got.values.tolist() == [10, 0.5, 100]
    assert (got.residual, got.surplus) == (0, surplus)


def test_with_everything_locked_the_whole_gap_is_the_residual() -> None:
    got = solve([10, 0.5], [20, 0.8], [True, True], 8)

    assert got.values.tolist() == [10, 0.5]
    assert got.residual == 3


def test_a_lever_of_zero_cannot_be_multiplied() -> None:
    got = solve([10, 0.0], [20, 0.8], [False, False], 8)

    assert got.values.tolist() == [10, 0]
    assert (got.factor, got.residual) == (math.inf, 8)


def test_a_lever_above_its_ceiling_stays_where_it_is() -> None:
    got = solve([10, 0.9], [20, 0.8], [False, False], 12)

    assert got.values == pytest.approx([12 / 0.9, 0.9])


@pytest.mark.parametrize("value", [-1.0, math.nan, math.inf])
def test_a_lever_without_meaning_is_refused(value: float) -> None:
    with pytest.raises(PadlockError):
        solve([value, 1], [2, 2], [False, False], 8)


levers = st.lists(
    st.tuples(st.floats(0.01, 1e4), st.floats(0.5, 5), st.booleans(), st.floats(0, 1)), min_size=1, max_size=6
)


@given(levers, st.floats(0.1, 20), st.booleans())
def test_the_target_is_met_or_the_residual_says_by_how_much_it_is_not(
    chain: list[tuple[float, float, bool, float]], factor: float, own_weights: bool
) -> None:
    values = np.array([lever[0] for lever in chain])
    ceilings = values * [lever[1] for lever in chain]
    locked = np.array([lever[2] for lever in chain])
    weights = [lever[3] for lever in chain] if own_weights else None
    target = factor * float(values.prod())

    got = solve(values, ceilings, locked, target, weights)

    assert got.product - got.surplus + got.residual == pytest.approx(target, rel=1e-6)
    assert (got.values[locked] == values[locked]).all()
    assert (got.values <= np.maximum(values, ceilings) * (1 + 1e-9)).all()
    assert (got.values >= values * (1 - 1e-12)).all()
