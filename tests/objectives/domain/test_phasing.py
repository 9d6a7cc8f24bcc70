from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from objectives.domain.path import PathError
from objectives.domain.phasing import Phasing, phase

TWO_WEEKS = {
    "day_weights": [1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 0, 0],
    "week_of_day": [0] * 7 + [1] * 7,
    "weekly_starts": [10.0, 5.0],
    "rates": [0.5, 0.2],
    "lag_pmfs": [[0, 1], [0.5, 0.5]],
    "average_value": 1_000.0,
    "carried": 0.0,
}


def phased(**given: Any) -> Phasing:
    return phase(**{"target": 1_000, **TWO_WEEKS, **given})


def test_starts_fall_on_working_days_and_move_on_after_their_delay() -> None:
    result = phased()

    scale = 1_000 / (15 * 0.5 * 0.2 * 1_000.0)  # every start has time to close before the last weekend
    starts = [2, 4, 6, 8, 10, 10, 10, 11, 12, 13, 14, 15, 15, 15]
    np.testing.assert_allclose(result.counts[0], np.array(starts) * scale)
    np.testing.assert_allclose(result.counts[1], np.array([0, *starts[:-1]]) * 0.5 * scale)


def test_counts_keep_the_ratios_of_the_plan_once_every_delay_has_passed() -> None:
    result = phased(lag_pmfs=[[1.0], [1.0]])

    np.testing.assert_allclose(result.counts[1:, -1] / result.counts[:-1, -1], [0.5, 0.2])
    assert result.counts[-1, -1] * 1_000 == pytest.approx(1_000)


def test_what_is_carried_in_is_taken_off_the_chain() -> None:
    result = phased(carried=400.4)

    assert result.chain[-1] == 600
    assert result.carried[-1] == 400
    # The last lag is half the same day, half the next: half a day's weight has landed on the first day.
    assert result.carried[0] == pytest.approx(400 * 0.5 / 10)


def test_a_pipeline_that_covers_the_target_leaves_nothing_to_the_chain() -> None:
    result = phased(carried=5_000)

    assert result.carried[-1] == 1_000
    assert not result.chain.any()
    assert not result.counts.any()


def test_without_a_known_chain_the_target_follows_the_working_days() -> None:
    result = phased(rates=[], lag_pmfs=[], weekly_starts=[np.nan, np.nan], average_value=0.0)

    assert result.counts.shape == (0, 14)
    assert not result.chain.any()
    np.testing.assert_allclose(result.carried, np.cumsum(TWO_WEEKS["day_weights"]) * 100.0)


def test_a_chain_too_slow_for_the_cycle_leaves_the_target_to_the_path() -> None:
    result = phased(lag_pmfs=[[1.0], [0.0] * 60 + [1.0]])

    assert not result.chain.any()
    assert result.carried[-1] == 1_000


@pytest.mark.parametrize(
    "wrong",
    [{"carried": -1.0}, {"target": -1}, {"rates": [0.5]}, {"week_of_day": [0]}, {"week_of_day": [9] * 14}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_input_without_meaning_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(PathError):
        phased(**wrong)


@given(
    target=st.integers(0, 10**12),
    carried=st.floats(0, 10**12),
    starts=st.lists(st.floats(0, 1_000), min_size=2, max_size=2),
    rates=st.lists(st.floats(0, 1), min_size=1, max_size=3),
    lag=st.integers(0, 20),
)
def test_revenue_never_falls_and_ends_on_the_target_exactly(
    target: int, carried: float, starts: list[float], rates: list[float], lag: int
) -> None:
    result = phased(
        target=target,
        carried=carried,
        weekly_starts=starts,
        rates=rates,
        lag_pmfs=[[0.0] * lag + [1.0]] * len(rates),
    )

    revenue = result.chain + result.carried
    assert revenue[-1] == target
    assert (np.diff(revenue, prepend=0.0) >= -1e-9 * max(target, 1)).all()
    assert (np.diff(result.counts, axis=1) >= -1e-9 * max(result.counts.max(initial=0.0), 1.0)).all()


def test_the_carried_in_pipeline_lands_when_the_ages_of_its_deals_say() -> None:
    curve = [0.1, 0.1, 0.3, 0.4, 0.4, 0.4, 0.4, 0.5, 0.6, 0.7, 0.8, 0.8, 0.8, 0.8]

    result = phased(carried=400, carried_curve=curve)

    np.testing.assert_allclose(result.carried, 400 * np.array(curve) / 0.8)
