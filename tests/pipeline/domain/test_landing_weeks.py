"""The nightly landing's backtest in a reduced form; docs/landing.md has the whole one, `python -m bench.backtest --nightly`
runs it."""

from __future__ import annotations

import pandas as pd
import pytest

from bench.backtest import nightly
from bench.backtest.organisations import QUARTER, organisation
from bench.backtest.scores import brier, mean_by_cluster, with_rivals

ORGANISATIONS = range(7_100, 7_120)


@pytest.fixture(scope="module")
def revenue() -> pd.DataFrame:
    """20 organisations of four years, two quarters each, seen in weeks 4 and 8."""
    found = with_rivals(nightly.run(ORGANISATIONS, weeks=(4, 8), every=4))
    return found[found["measure"] == "amount"]


def test_there_are_enough_cases_and_organisations(revenue: pd.DataFrame) -> None:
    assert len(revenue) >= 200
    assert revenue["organisation"].nunique() == 20


def test_the_interval_holds_the_truth_in_70_to_90_percent_of_the_cases(revenue: pd.DataFrame) -> None:
    assert 0.70 <= mean_by_cluster(revenue, revenue["inside"]).value <= 0.90


@pytest.mark.parametrize("rival", ["base", "sure"])
def test_the_brier_score_beats_the_base_rate_and_the_stage_weighted_forecast(
    revenue: pd.DataFrame, rival: str
) -> None:
    better = mean_by_cluster(revenue, brier(revenue, rival) - brier(revenue, "probability"))
    assert better.low > 0.02


def test_a_later_week_knows_more(revenue: pd.DataFrame) -> None:
    by_week = {week: brier(part, "probability").mean() for week, part in revenue.groupby("week")}
    assert by_week[8] < by_week[4]


def test_another_future_changes_no_count() -> None:
    """The same organisation with other ends after the day: what a landing starts from is the same."""
    made, day = organisation(7_201), 10 * QUARTER
    late = made.closed > day
    other = type(made)(
        made.seed, made.opened, made.entered, made.closed + 7 * late, made.won ^ late, made.asked,
        made.paid * (1 + 2 * late), made.person, made.team_of,
    )  # fmt: skip
    one, two = nightly.counts_of(made.known_at(day)), nightly.counts_of(other.known_at(day))
    for part, of in (("stays", "count"), ("stays", "age"), ("open", "amount"), ("won", "amount")):
        assert pd.Series(getattr(getattr(one, part), of)).equals(pd.Series(getattr(getattr(two, part), of)))
