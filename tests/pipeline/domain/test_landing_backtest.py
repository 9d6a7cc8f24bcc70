"""The calibration backtest in a reduced form; docs/calibration.md has the whole one, `python -m bench.backtest` runs it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from bench.backtest.cases import run, stage_weighted
from bench.backtest.organisations import QUARTER, organisation
from bench.backtest.scores import brier, mean_by_cluster, reliability, with_rivals
from pipeline.domain.landing import Measure, tree

ORGANISATIONS = range(7_100, 7_124)


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """24 organisations of four years, each seen on two evenings."""
    return with_rivals(run(ORGANISATIONS, (Measure.AMOUNT, Measure.WINS), every=4))


@pytest.fixture(scope="module")
def revenue(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["measure"] == "amount"]


def test_there_are_enough_cases_and_organisations(revenue):
    assert len(revenue) >= 200
    assert revenue["organisation"].nunique() >= 20


def test_the_interval_holds_the_truth_in_70_to_90_percent_of_the_cases(revenue):
    assert 0.72 <= mean_by_cluster(revenue, revenue["inside"]).value <= 0.88


def test_the_interval_of_counts_holds_too_once_ties_are_shared(table):
    wins = table[table["measure"] == "wins"]
    assert 0.72 <= wins["rank"].between(0.1, 0.9).mean() <= 0.88


@pytest.mark.parametrize("measure", ["amount", "wins"])
@pytest.mark.parametrize("rival", ["base", "sure"])
def test_the_brier_score_beats_the_base_rate_and_the_stage_weighted_forecast(table, measure, rival):
    of_measure = table[table["measure"] == measure]
    better = mean_by_cluster(of_measure, brier(of_measure, rival) - brier(of_measure, "probability"))
    assert better.low > 0.02


def test_it_even_beats_the_stage_weighted_forecast_put_at_its_best_in_hindsight(revenue):
    assert (brier(revenue, "scaled") - brier(revenue, "probability")).mean() > 0


def test_what_is_said_in_each_band_happens_about_as_often(revenue):
    bands = reliability(revenue).set_index("band")
    for band in ("out_of_reach", "hard", "stretch", "comfortable"):
        assert abs(bands.loc[band, "reached"].value - bands.loc[band, "said"]) < 0.15


def test_the_error_of_a_probability_is_under_a_point(table):
    assert table["standard_error"].max() < 0.01


# The truth is not looked at ------------------------------------------------------------------------------------


def test_what_is_known_on_a_day_does_not_depend_on_what_comes_after():
    made, day = organisation(7_200), 10 * QUARTER
    known = made.known_at(day)

    assert (known.opened <= day).all()
    assert (known.closed[~np.isnan(known.closed)] <= day).all()
    assert (known.entered[~np.isnan(known.entered)] <= day).all()
    # The amount of the signature is known once it is signed.
    there = np.flatnonzero(made.opened <= day)
    np.testing.assert_array_equal(known.amount[known.won], made.paid[there][known.won])
    np.testing.assert_array_equal(known.amount[~known.won], made.asked[there][~known.won])


def test_another_future_changes_no_forecast():
    """The same organisation with other ends after the day: the landing is the same."""
    made, day = organisation(7_201), 10 * QUARTER
    late = made.closed > day
    other = type(made)(
        made.seed, made.opened, np.where(made.entered > day, made.entered + 7, made.entered),
        np.where(late, made.closed + 7, made.closed), np.where(late, ~made.won, made.won), made.asked,
        np.where(late, made.paid * 3, made.paid), made.person, made.team_of,
    )  # fmt: skip

    one, two = made.known_at(day), other.known_at(day)
    for field in ("opened", "entered", "closed", "won", "amount", "leaf"):
        np.testing.assert_array_equal(getattr(one, field), getattr(two, field))


def test_organisations_are_drawn_from_their_seed():
    one, two = organisation(3), organisation(3)
    np.testing.assert_array_equal(one.closed, two.closed)
    assert organisation(4).opened.size != one.opened.size


def test_the_stage_weighted_forecast_is_amount_times_the_share_won_of_those_that_reached_the_stage():
    """Of 2 closed deals that reached stage 0, 1 was won; a deal of 100 is open there: 50."""
    made = organisation(5).known_at(0)
    deals = type(made)(
        as_of=100,
        opened=np.zeros(3),
        entered=np.zeros((3, 1)),
        closed=np.array([10.0, 20.0, np.nan]),
        won=np.array([True, False, False]),
        amount=np.array([80.0, 80.0, 100.0]),
        leaf=np.zeros(3, dtype=np.int64),
    )
    assert stage_weighted(deals, tree([[0]], [-1], 1), Measure.AMOUNT) == pytest.approx([50.0])
