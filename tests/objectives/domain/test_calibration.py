"""Bands, the field's multipliers, implied rates and rates that are to be measured."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from objectives.domain.calibration import (
    ENGINE,
    MULTIPLIERS,
    Band,
    Unknown,
    band_of,
    implied_rates,
    is_justified,
    is_out_of_reach,
    is_outdated,
    multipliers,
    odds_shift,
    rate_outlook,
    shifted,
    unknown,
)  # fmt: skip
from objectives.domain.context import EASIEST, FACTORS, HARDEST


@pytest.mark.parametrize(
    ("probability", "band"),
    [
        (1.0, Band.COMFORTABLE),
        (0.8, Band.COMFORTABLE),
        (0.7999, Band.STRETCH),
        (0.5, Band.STRETCH),
        (0.4999, Band.HARD),
        (0.2, Band.HARD),
        (0.1999, Band.OUT_OF_REACH),
        (0.0, Band.OUT_OF_REACH),
        (None, Band.UNKNOWN),
        (float("nan"), Band.UNKNOWN),
    ],
)
def test_bands_begin_at_80_50_and_20_percent(probability, band):
    assert band_of(probability) is band


# The field ------------------------------------------------------------------------------------------------------


def test_every_factor_has_a_multiplier_for_every_level_that_rises_with_it_and_is_one_in_the_middle():
    assert set(MULTIPLIERS) == set(FACTORS)
    for levels in MULTIPLIERS.values():
        assert list(levels) == list(range(HARDEST, EASIEST + 1))
        assert list(levels.values()) == sorted(levels.values())
        assert levels[0] == 1.0


def test_without_constraints_nothing_is_multiplied():
    assert multipliers({}) == dict.fromkeys(FACTORS, 1.0)
    assert odds_shift(multipliers({})) == 0.0


def test_levels_give_their_multiplier_and_an_own_one_replaces_it():
    found = multipliers(
        {"target_maturity": -2, "brand_awareness": 1, "multipliers": {"brand_awareness": 2.0}}
    )

    assert (found["target_maturity"], found["brand_awareness"]) == (0.7, 2.0)


def test_the_capacity_of_the_team_does_not_move_the_odds():
    assert odds_shift(multipliers({"team_capacity": -2})) == 0.0
    assert odds_shift(multipliers({"team_capacity": -2, "target_maturity": -2})) == pytest.approx(np.log(0.7))


def test_odds_are_multiplied_not_rates():
    """At 50 %, odds 1 become 0.7: 0.7 / 1.7."""
    assert shifted(0.5, np.log(0.7)) == pytest.approx(0.7 / 1.7)
    assert shifted([0.0, 1.0], 1.0).tolist() == [0.0, 1.0]


# The rate that a target implies ---------------------------------------------------------------------------------


def test_the_implied_rate_by_hand():
    """Landing is 400 × rate; the rate is 25 %, hence 100; 160 needs 40 %."""
    shifts = np.linspace(-8, 8, 4_001)
    landing = 400 * shifted(0.25, shifts)[np.newaxis]

    assert implied_rates([160.0], landing, shifts, [0.25]) == pytest.approx([0.4], abs=1e-4)
    assert implied_rates([100.0], landing, shifts, [0.25]) == pytest.approx([0.25], abs=1e-4)


def test_a_target_that_no_rate_reaches_implies_none_and_one_that_is_there_already_implies_zero():
    shifts = np.linspace(-8, 8, 129)
    landing = 50 + 400 * shifted(0.25, shifts)

    assert np.isnan(implied_rates([451.0], landing[np.newaxis], shifts, [0.25]))[0]
    assert implied_rates([50.0], landing[np.newaxis], shifts, [0.25]) == pytest.approx([0.0])


def test_without_any_win_there_is_no_rate_to_imply():
    assert np.isnan(implied_rates([1.0], np.ones((1, 3)), [-1, 0, 1], [0.0]))[0]


@settings(max_examples=50, deadline=None)
@given(st.floats(0.02, 0.9), st.floats(1, 399), st.floats(1, 399))
def test_a_larger_target_never_implies_a_smaller_rate(rate, one, other):
    shifts = np.linspace(-8, 8, 129)
    landing = (400 * shifted(rate, shifts))[np.newaxis]
    low, high = sorted((one, other))

    needed = np.concatenate([implied_rates([aim], landing, shifts, [rate]) for aim in (low, high)])
    assert np.isnan(needed[1]) or needed[0] <= needed[1] + 1e-12


# Rates ----------------------------------------------------------------------------------------------------------


def test_a_rate_with_nothing_to_measure_is_its_posterior():
    """F3's example turned: prior (2, 6), 6 of 40; P(rate ≥ 25 %) = 1 − 0.92920."""
    found = rate_outlook(8, 40, 0.25, 0)

    assert found["probability"] == pytest.approx([1 - 0.92920], abs=0.002)
    assert found["mean"] == pytest.approx([8 / 48], abs=0.001)


def test_a_measured_rate_is_beta_binomial():
    """Beta(8, 40), 20 deals, 25 %: P(5 or more of 20)."""
    found = rate_outlook(8, 40, 0.25, 20)

    assert found["probability"] == pytest.approx([stats.betabinom.sf(4, 20, 8, 40)], abs=0.002)


def test_a_rate_that_needs_a_whole_number_of_wins_is_met_by_it():
    """0.35 of 20 is 7."""
    assert rate_outlook(8, 40, 0.35, 20)["probability"] == pytest.approx(
        [stats.betabinom.sf(6, 20, 8, 40)], abs=0.002
    )


def test_a_short_cycle_is_more_at_the_mercy_of_luck():
    """The true rate is known to be 30 %: 35 % are hardly met in 1 000 deals, and one time in three in 10."""
    known = rate_outlook(3e6, 7e6, 0.35, [10, 1_000])

    assert known["probability"] == pytest.approx([stats.binom.sf(3, 10, 0.3), 0.0], abs=0.002)
    assert known["low"][0] < known["low"][1] < 0.3 < known["high"][1] < known["high"][0]


def test_a_harder_field_lowers_the_rate():
    found = rate_outlook(30, 70, 0.3, 50, [0.0, np.log(0.7)])

    assert found["probability"][1] < found["probability"][0]
    assert found["mean"][1] == pytest.approx(0.3 * 0.7 / (0.3 * 0.7 + 0.7), abs=0.005)


def test_a_target_of_zero_is_always_met_and_one_without_target_is_unknown():
    found = rate_outlook(3, 7, [0.0, np.nan], [20, 20])

    assert found["probability"][0] == 1.0
    assert np.isnan(found["probability"][1])


@settings(max_examples=60, deadline=None)
@given(
    st.floats(0.5, 500), st.floats(0.5, 500), st.floats(0, 1), st.floats(0, 1), st.integers(0, 300), st.floats(-2, 2)
)  # fmt: skip
def test_a_higher_rate_is_never_more_probable_and_the_interval_holds_the_mean(a, b, one, other, size, shift):
    low, high = sorted((one, other))
    found = rate_outlook(a, b, [low, high], size, shift)

    assert found["probability"][0] >= found["probability"][1] - 1e-12
    assert ((found["probability"] >= 0) & (found["probability"] <= 1 + 1e-12)).all()
    assert (found["low"] <= found["mean"]).all()
    assert (found["mean"] <= found["high"]).all()


# Documents ------------------------------------------------------------------------------------------------------


def test_a_document_without_a_figure_says_why():
    document = unknown(Unknown.NO_HISTORY, target=5.0, justification="because")

    assert (document["band"], document["because"], document["justification"]) == (
        "unknown",
        "no_history",
        "because",
    )
    assert not is_out_of_reach(document)


def test_out_of_reach_asks_for_a_justification_that_is_not_blank():
    assert is_out_of_reach({"band": "out_of_reach"})
    assert not is_justified({"justification": "  "})
    assert is_justified({"justification": "A signed letter of intent"})


def test_a_calibration_is_outdated_by_another_target_other_constraints_or_another_engine():
    document = {"engine": ENGINE, "target": 5.0, "multipliers": multipliers({})}

    assert not is_outdated(document, 5.0, multipliers({}))
    assert is_outdated(document, 6.0, multipliers({}))
    assert is_outdated(document, 5.0, multipliers({"brand_awareness": -1}))
    assert is_outdated({**document, "engine": "older"}, 5.0, multipliers({}))
    assert is_outdated({}, None, multipliers({}))
