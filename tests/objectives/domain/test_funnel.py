import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from objectives.domain.funnel import (
    FunnelError,
    needed,
    rates_to_win,
    safe_needed,
    safe_needed_uncertain,
    wins_needed,
)

RATES = [0.08, 0.5, 0.25]


def test_a_revenue_target_becomes_wins() -> None:
    assert wins_needed(600_000, 12_000) == 50


def test_wins_become_a_count_at_every_link() -> None:
    np.testing.assert_allclose(needed(50, RATES), [5_000, 400, 200])


def test_one_row_of_rates_per_objective_meets_one_number_of_wins_each() -> None:
    counts = needed([50, 5], [RATES, [1, 1, 0.5]])

    np.testing.assert_allclose(counts, [[5_000, 400, 200], [10, 10, 10]])


def test_a_rate_of_zero_gives_no_rate_at_the_links_before_it_only() -> None:
    counts = needed(10, [0.5, 0.0, 0.25])

    assert np.isnan(counts[:2]).all()
    assert counts[2] == 40


def test_no_win_needs_nothing_even_without_a_rate() -> None:
    assert needed(0, [0.0, 0.5]).tolist() == [0, 0]


def test_an_average_value_of_zero_gives_no_number_of_wins() -> None:
    assert np.isnan(wins_needed(600_000, 0))


@pytest.mark.parametrize("rates", [[1.2], [-0.1]], ids=["above 1", "negative"])
def test_a_rate_outside_its_range_is_refused(rates: list[float]) -> None:
    with pytest.raises(FunnelError):
        needed(10, rates)


def test_a_negative_number_of_wins_is_refused() -> None:
    with pytest.raises(FunnelError):
        safe_needed(-1, 0.5)


def test_the_safe_counts_of_the_worked_funnel() -> None:
    assert safe_needed(50, rates_to_win(RATES)).tolist() == [5_580, 444, 220]


def test_the_safe_counts_at_a_quarter() -> None:
    assert safe_needed([3, 5, 10, 20], 0.25).tolist() == [16, 26, 49, 93]


def test_part_of_a_win_is_a_win_but_float_noise_is_not() -> None:
    assert safe_needed([2.2, 3.0000000000001], 0.25).tolist() == [16, 16]


def test_a_certain_rate_needs_as_many_as_the_wins_and_no_rate_has_no_answer() -> None:
    answers = safe_needed(7, [1.0, 0.0, np.nan])

    assert answers[0] == 7
    assert np.isnan(answers[1:]).all()


@settings(max_examples=100)
@given(
    wins=st.integers(1, 300),
    rate=st.floats(0.001, 1.0),
    confidence=st.floats(0.05, 0.99),
)
def test_the_safe_count_is_the_smallest_that_is_safe(wins: int, rate: float, confidence: float) -> None:
    n = int(safe_needed(wins, rate, confidence))

    assert binom.sf(wins - 1, n, rate) >= confidence - 1e-9
    assert n == wins or binom.sf(wins - 1, n - 1, rate) < confidence + 1e-9


def test_near_certain_posteriors_give_the_count_of_the_known_rates() -> None:
    rates = np.array(RATES)

    counts = safe_needed_uncertain(50, rates * 1e9, (1 - rates) * 1e9, seed=1, draws=50)

    np.testing.assert_allclose(counts, [5_580, 444, 220], rtol=0.001)


def test_uncertain_rates_ask_for_more() -> None:
    counts = safe_needed_uncertain(50, [80, 50, 25], [920, 50, 75], seed=1)

    assert (counts > [5_580, 444, 220]).all()


def test_the_same_seed_gives_the_same_count() -> None:
    first, second = (safe_needed_uncertain(5, [3, 4], [9, 8], seed=7, draws=500) for _ in range(2))

    assert first.tolist() == second.tolist()


def test_uncertain_rates_of_several_scopes_are_read_row_by_row() -> None:
    counts = safe_needed_uncertain([5, 0], [[2, 5], [2, 5]], [[8, 15], [8, 15]], seed=7, draws=500)

    assert counts.shape == (2, 2)
    assert counts[1].tolist() == [0, 0]
