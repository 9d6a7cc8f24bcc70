"""How right past landings were, by hand; and the band of the fan chart."""

from __future__ import annotations

import numpy as np
import pytest

from reporting.domain.fan import fan_band
from reporting.domain.landing_accuracy import accuracy

NONE = np.nan


def test_error_bias_coverage_and_brier_scores_by_hand():
    """Said 90 and 120 where 100 and 100 came: off by 30 of 200, 10 too much together. Both reach a target of 95."""
    found = accuracy(
        mean=[90, 120], low=[80, 105], high=[110, 130], actual=[100, 100], probability=[0.5, 0.9], target=[95, 95],
        weighted=[60, 140],
    )  # fmt: skip
    assert found.error == pytest.approx(30 / 200)
    assert found.bias == pytest.approx(10 / 200)
    assert found.weighted_error == pytest.approx(80 / 200)
    assert (found.inside, found.cases) == (1, 2)
    assert found.inside_low < 0.5 < found.inside_high
    assert found.brier == pytest.approx((0.25 + 0.01) / 2)
    assert found.brier_base == pytest.approx(0)
    assert found.brier_weighted == pytest.approx(1 / 2)


def test_a_case_without_a_target_is_not_judged():
    found = accuracy([90], [80], [110], [100], [NONE], [NONE], [60])
    assert (found.judged, found.brier, found.brier_base) == (0, None, None)
    assert found.inside == 1


def test_nothing_came_gives_no_error_and_no_division():
    found = accuracy([90], [80], [110], [0], [NONE], [NONE], [60])
    assert (found.error, found.bias) == (None, None)


def test_the_band_opens_from_the_actual_to_the_interval_along_the_path():
    """A quarter of what the path still asks: a quarter of the way for the mean, half of the width."""
    low, high = fan_band([0, 10, 20, 30], [0, 20, 40, 100], [0, 30, None, None], 10, (70, 110, 150))
    assert (low, high) == (
        [None, 30, pytest.approx(50 - 20), 70],
        [None, 30, pytest.approx(50 + 20), 150],
    )


def test_on_the_last_day_the_band_is_the_landing():
    low, high = fan_band([0, 10], [0, 50], [0, 40], 10, (40, 40, 40))
    assert (low[-1], high[-1]) == (40, 40)
