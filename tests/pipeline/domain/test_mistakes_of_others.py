"""Mistakes that other products shipped (formulas.md), as far as pure calculations can make them.

The others, where the whole product can make them: a shared deal and a person who changes team (reporting/test_shared_credit),
an edited target (reporting/test_edited_target), a no-show that is taken back (reporting/test_measures,
prospecting/test_facts), two currencies (importing/test_parsing).
"""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from pipeline.domain.conversion import eventual_rates, snapshot_ratio
from pipeline.domain.passages import passages, stage_counts
from pipeline.domain.small_samples import State, amount_state, count_posterior, posterior

STAGES = pd.DataFrame(
    {"stage": ["P", "E", "W", "X"], "position": [1, 2, 3, 4], "kind": ["open", "open", "won", "lost"]}
)
TODAY = date(2026, 3, 31)


def history(*moves: tuple[int, str, date]) -> pd.DataFrame:
    rows = [(deal, stage, day, False, seq, "stage") for seq, (deal, stage, day) in enumerate(moves)]
    return pd.DataFrame(rows, columns=["opportunity", "stage", "occurred_on", "inferred", "seq", "kind"])


def rates(events: pd.DataFrame, as_of: date = TODAY) -> pd.DataFrame:
    return eventual_rates(stage_counts(passages(events, STAGES, as_of).rows, STAGES, as_of))


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def test_a_period_without_activity_has_a_gap_of_minus_its_target():
    no_amounts = pd.DataFrame({"group": [], "amount": []})

    assert count_posterior(0, 12).loc[0, "gap"] == -12
    assert amount_state(no_amounts, pd.Series({"team": 50_000.0}), seed=1).loc["team", "gap"] == -50_000


def test_a_deal_that_goes_back_counts_once_per_transition():
    bouncing = history(
        *[
            (1, stage, days_ago(days))
            for stage, days in [("P", 50), ("E", 40), ("P", 30), ("E", 20), ("W", 10)]
        ]
    )

    result = rates(bouncing)

    assert result["entered"].to_dict() == {"P": 1, "E": 1}
    assert result["advanced"].to_dict() == {"P": 1, "E": 1}
    assert passages(bouncing, STAGES, TODAY).oddities.loc[1, "regressions"] == 1


def test_a_deal_that_skips_a_stage_has_passed_it():
    result = rates(history((1, "P", days_ago(30)), (1, "W", days_ago(10))))

    assert result["advanced"].to_dict() == {"P": 1, "E": 1}


def test_a_deal_lost_today_stays_in_the_denominator():
    result = rates(
        history((1, "P", days_ago(9)), (1, "E", days_ago(5)), (2, "P", days_ago(9)), (2, "X", TODAY))
    )

    assert result.loc["P", "entered"] == 2
    assert result.loc["P", "eventual_rate"] == pytest.approx(0.5)


def test_a_young_cohort_is_incomplete_and_not_lost():
    # Twenty old deals: half advanced after 30 days, the others were lost after 40. Twenty deals of last week.
    old = [(deal, "P", days_ago(200)) for deal in range(20)]
    advanced = [(deal, "E", days_ago(170)) for deal in range(10)]
    lost = [(deal, "X", days_ago(160)) for deal in range(10, 20)]
    young = [(deal, "P", days_ago(7)) for deal in range(20, 40)]

    result = rates(history(*old, *advanced, *lost, *young)).loc["P"]

    assert result[["entered", "open"]].tolist() == [40, 20]
    assert result["eventual_rate"] == pytest.approx(0.5)
    assert result["n_eff"] == pytest.approx(20)


def test_the_ratio_of_decided_deals_is_flattered_where_losses_are_slow_and_the_rate_is_not():
    # Every deal has the same fate: half advance on day 10, half are lost on day 60. One deal enters each day.
    fates = [
        (deal, age, "E" if deal % 2 else "X", 10 if deal % 2 else 60) for deal, age in enumerate(range(100))
    ]
    entered = [(deal, "P", days_ago(age)) for deal, age, _, _ in fates]
    left = [(deal, stage, days_ago(age - lag)) for deal, age, stage, lag in fates if age >= lag]

    result = rates(history(*entered, *left)).loc["P"]

    assert snapshot_ratio(result["advanced"], result["lost"]) > 0.65
    assert result["eventual_rate"] == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("target", [0.0, np.nan])
def test_a_target_of_zero_or_none_gives_no_rate(target):
    by_count = count_posterior(5, target).iloc[0]
    by_amount = amount_state(
        pd.DataFrame({"group": ["g"], "amount": [5.0]}), pd.Series({"g": target}), seed=1
    ).loc["g"]

    for result in (by_count, by_amount):
        assert np.isnan(result["attainment"])
        assert result["state"] is State.NONE


def test_an_attainment_over_one_is_not_capped():
    assert count_posterior(15, 10).loc[0, "attainment"] == pytest.approx(1.5)


def test_nothing_observed_is_neither_behind_nor_on_target():
    assert posterior(0, 0, 2, 6, 0.9).loc[0, "state"] is State.CANNOT_TELL
