"""Cohorts by age, lags and chances at an age: goldens, a plain loop and what must always hold."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain.cohorts import lag_quantiles, triangle, win_chance_at
from pipeline.domain.conversion import eventual_rates
from tests.pipeline.domain.test_conversion import GOLDEN, counts, item_lists, plain_loop

AGES = [2, 4, 6]


def test_the_worked_figures_by_age():
    """5 8 8 12 20 20 25 30, A A L - A - L -: 1/8 by the tenth day, 13/32 by the thirtieth."""
    found = triangle(GOLDEN, [4, 10, 30], first_age=[40], last_age=[20])

    assert found.incidence[0] == pytest.approx([0, 0.25, 0.40625])
    assert found.advanced.tolist() == [[0, 2, 3]]
    assert found.entered.tolist() == [8]
    assert found.complete.tolist() == [[True, True, False]]


def test_an_age_that_has_begun_for_nobody_is_empty():
    found = triangle(counts(("May", 1, "A"), ("May", 3, "-")), [2, 4, 6], first_age=[3], last_age=[-5])

    assert found.begun.tolist() == [[True, True, False]]
    assert np.isnan(found.incidence[0]).tolist() == [False, False, True]
    assert not found.complete.any()


@settings(max_examples=30)
@given(item_lists)
def test_each_cell_is_the_plain_loop_up_to_its_age(drawn):
    found = triangle(counts(*drawn), AGES, first_age=99, last_age=0)

    for row, group in enumerate(found.groups):
        own = [(day, outcome) for its, day, outcome in drawn if its == group]
        for column, age in enumerate(AGES):
            # Beyond the age nothing is known yet: who was still there then is censored the day after.
            known = [(day, outcome) if day <= age else (age + 1, "-") for day, outcome in own]
            assert found.incidence[row, column] == pytest.approx(plain_loop(known)[0], abs=1e-12)
            assert found.advanced[row, column] == sum(o == "A" and day <= age for day, o in own)


@settings(max_examples=30)
@given(item_lists)
def test_a_cohort_only_rises_and_never_above_one(drawn):
    found = triangle(counts(*drawn), AGES, first_age=99, last_age=0)

    assert ((found.incidence >= 0) & (found.incidence <= 1)).all()
    assert (np.diff(found.incidence, axis=1) >= 0).all()


@pytest.mark.parametrize("ages", [[], [3, 3], [5, 2], [-1]])
def test_ages_that_do_not_rise_are_refused(ages):
    with pytest.raises(ValueError, match="rise"):
        triangle(GOLDEN, ages, first_age=[1], last_age=[1])


@settings(max_examples=30)
@given(item_lists)
def test_the_lags_are_those_of_the_estimate(drawn):
    table = counts(*drawn)
    found, known = lag_quantiles(table, [0.25, 0.5, 0.75, 0.9]), eventual_rates(table)

    pd.testing.assert_series_equal(found[0.5], known["median_days"], check_names=False)
    pd.testing.assert_series_equal(found[0.9], known["p90_days"], check_names=False)
    assert (found.dropna().diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)


def test_the_chance_of_who_is_still_there_rises_with_what_was_survived():
    """Half are lost on the first day and the others won on the tenth: after the first day all will be won."""
    lives = counts(("x", 1, "L"), ("x", 1, "L"), ("x", 10, "A"), ("x", 10, "A"))

    assert win_chance_at(lives, [0, 1, 9]) == pytest.approx([0.5, 1, 1])
    assert np.isnan(win_chance_at(lives, [10])).all()


@settings(max_examples=30)
@given(item_lists, st.integers(0, 8))
def test_a_chance_is_a_probability_or_unknown(drawn, age):
    (chance,) = win_chance_at(counts(*drawn), [age])
    assert np.isnan(chance) or -1e-9 <= chance <= 1 + 1e-9
