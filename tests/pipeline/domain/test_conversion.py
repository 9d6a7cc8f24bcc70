"""F2 on grouped counts: the golden figures, a plain loop as the reference, and what must always hold."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import AalenJohansenFitter

from pipeline.domain.conversion import curves, eventual_rates, lag_distribution, mature_rate, snapshot_ratio

COLUMNS = ["group", "day", "advanced", "lost", "censored"]
OUTCOMES = {"A": (1, 0, 0), "L": (0, 1, 0), "-": (0, 0, 1)}


def counts(*items: tuple[object, int, str]) -> pd.DataFrame:
    """Counts from items (group, day, outcome), one row each."""
    return pd.DataFrame([(group, day, *OUTCOMES[outcome]) for group, day, outcome in items], columns=COLUMNS)


def of_one_group(days: str, outcomes: str) -> pd.DataFrame:
    return counts(
        *(("stage", int(day), outcome) for day, outcome in zip(days.split(), outcomes.split(), strict=True))
    )


GOLDEN = of_one_group("5 8 8 12 20 20 25 30", "A A L - A - L -")

items = st.tuples(st.sampled_from("xyz"), st.integers(0, 6), st.sampled_from("AL-"))
item_lists = st.lists(items, min_size=1, max_size=40)


def plain_loop(days_and_outcomes: list[tuple[int, str]]) -> tuple[float, float, float]:
    """CIF of advancing, CIF of losing and survival, as in the textbook, one day after the other."""
    cif_advanced, cif_lost, survival = 0.0, 0.0, 1.0
    for today in sorted({day for day, _ in days_and_outcomes}):
        at_risk = sum(day >= today for day, _ in days_and_outcomes)
        advanced = days_and_outcomes.count((today, "A"))
        lost = days_and_outcomes.count((today, "L"))
        cif_advanced += survival * advanced / at_risk
        cif_lost += survival * lost / at_risk
        survival *= 1 - (advanced + lost) / at_risk
    return cif_advanced, cif_lost, survival


def test_the_worked_figures_of_the_formula():
    result = eventual_rates(GOLDEN).loc["stage"]

    assert result["eventual_rate"] == pytest.approx(0.40625, abs=1e-12)
    assert result["survival"] == pytest.approx(0.234375, abs=1e-12)
    assert result["lost_rate"] == pytest.approx(1 - 0.40625 - 0.234375, abs=1e-12)
    assert result[["entered", "advanced", "lost", "open"]].tolist() == [8, 3, 2, 3]


def test_the_effective_sample_of_the_worked_figures():
    result = eventual_rates(GOLDEN).loc["stage"]

    assert result["n_eff"] == pytest.approx(5 / 0.765625)
    assert result["x_eff"] == pytest.approx(5 / 0.765625 * 0.40625)


def test_without_open_items_the_effective_sample_is_the_plain_one():
    result = eventual_rates(of_one_group("1 2 3 4", "A L L A")).loc["stage"]

    assert (result["n_eff"], result["x_eff"]) == (pytest.approx(4), pytest.approx(2))
    assert result["eventual_rate"] == pytest.approx(0.5)


def test_events_precede_censorings_of_the_same_day():
    # All four items are at risk on day 7, also the two that are censored on it.
    assert eventual_rates(of_one_group("7 7 7 7", "A - - L")).loc["stage", "eventual_rate"] == pytest.approx(
        0.25
    )


def test_a_group_without_event_has_no_rate_and_no_effective_sample():
    result = eventual_rates(of_one_group("3 9", "- -")).loc["stage"]

    assert np.isnan(result["eventual_rate"])
    assert np.isnan(result["median_days"])
    assert (result["survival"], result["n_eff"], result["x_eff"], result["open"]) == (1, 0, 0, 2)


def test_a_group_that_only_lost_has_a_rate_of_zero():
    result = eventual_rates(of_one_group("3 9", "L -")).loc["stage"]

    assert result["eventual_rate"] == 0
    assert result["x_eff"] == 0
    assert np.isnan(result["median_days"])


def test_a_group_in_which_nothing_entered_stays_in_the_result():
    empty = pd.DataFrame([("stage", 0, 0, 0, 0)], columns=COLUMNS)

    result = eventual_rates(empty).loc["stage"]

    assert result["entered"] == 0
    assert np.isnan(result["eventual_rate"])


def test_no_counts_at_all_give_an_empty_result():
    nothing = pd.DataFrame([], columns=COLUMNS)

    assert eventual_rates(nothing).empty
    assert curves(nothing).empty
    assert lag_distribution(nothing, 5).probabilities.shape == (0, 6)


def test_groups_may_be_any_hashable_and_keep_their_order():
    result = eventual_rates(counts((("P", "team 2"), 1, "A"), ("b", 2, "L"), (7, 3, "-")))

    assert list(result.index) == [("P", "team 2"), "b", 7]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        pytest.param({"day": -1}, "day", id="a day before the entry"),
        pytest.param({"lost": -1}, "lost", id="a negative count"),
        pytest.param({"group": None}, "group", id="no group"),
        pytest.param({"advanced": None}, "advanced", id="a missing count"),
    ],
)
def test_impossible_counts_are_refused_by_name(row, message):
    bad = pd.DataFrame([{"group": "g", "day": 1, "advanced": 1, "lost": 0, "censored": 0} | row])

    with pytest.raises(ValueError, match=message):
        eventual_rates(bad)


def test_a_missing_column_is_named():
    with pytest.raises(ValueError, match="censored"):
        eventual_rates(GOLDEN.drop(columns="censored"))


def test_the_median_is_that_of_the_conversions_only():
    result = eventual_rates(of_one_group("2 4 6 90 90", "A A A L L")).loc["stage"]

    assert (result["median_days"], result["p90_days"]) == (4, 6)


@given(item_lists)
def test_it_is_the_plain_loop_for_every_group(drawn):
    result = eventual_rates(counts(*drawn))

    for group in {group for group, _, _ in drawn}:
        expected = plain_loop([(day, outcome) for its_group, day, outcome in drawn if its_group == group])
        found = result.loc[group, ["eventual_rate", "lost_rate", "survival"]].astype(float).fillna(0.0)
        assert found.tolist() == pytest.approx(expected, abs=1e-12)


distinct_items = st.lists(
    st.tuples(st.integers(1, 400), st.sampled_from("AL-")),
    min_size=2,
    max_size=25,
    unique_by=lambda item: item[0],
)


@settings(max_examples=15)
@given(distinct_items)
def test_it_is_what_lifelines_says_where_no_two_items_share_a_day(drawn):
    """A second opinion, on distinct positive durations: it moves ties apart at random."""
    codes = {"A": 1, "L": 2, "-": 0}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about what it cannot draw
        for event, column in ((1, "cif_advanced"), (2, "cif_lost")):
            fitted = AalenJohansenFitter(calculate_variance=False).fit(
                [day for day, _ in drawn], [codes[outcome] for _, outcome in drawn], event_of_interest=event
            )
            theirs = fitted.cumulative_density_.iloc[:, 0]
            ours = curves(counts(*(("x", day, outcome) for day, outcome in drawn))).set_index("day")[column]
            assert theirs.reindex(ours.index).tolist() == pytest.approx(ours.tolist(), abs=1e-9)


@given(item_lists)
def test_incidences_and_survival_share_one(drawn):
    result = curves(counts(*drawn))

    shares = result[["cif_advanced", "cif_lost", "survival"]]
    assert ((shares >= 0) & (shares <= 1)).to_numpy().all()
    assert shares.sum(axis=1).tolist() == pytest.approx([1.0] * len(result))


@given(item_lists)
def test_curves_never_go_back(drawn):
    for _, curve in curves(counts(*drawn)).groupby("group"):
        assert curve["day"].is_monotonic_increasing
        assert curve["cif_advanced"].is_monotonic_increasing
        assert curve["cif_lost"].is_monotonic_increasing
        assert curve["survival"].is_monotonic_decreasing


@given(item_lists, st.randoms(use_true_random=False))
def test_order_and_grouping_of_the_rows_do_not_matter(drawn, random):
    one_row_each = counts(*drawn)
    added_up = one_row_each.groupby(["group", "day"], as_index=False).sum()
    shuffled = one_row_each.iloc[random.sample(range(len(drawn)), len(drawn))]

    expected = eventual_rates(added_up)
    pd.testing.assert_frame_equal(
        eventual_rates(shuffled).sort_index(), expected.sort_index(), check_dtype=False
    )


@given(item_lists)
def test_the_effective_sample_lies_between_the_decided_and_the_entered(drawn):
    result = eventual_rates(counts(*drawn))

    decided = result["advanced"] + result["lost"]
    assert (result["n_eff"] >= decided - 1e-9).all()
    assert (result["n_eff"] <= result["entered"] + 1e-9).all()
    assert (result["x_eff"] <= result["n_eff"]).all()


def test_the_curve_of_the_worked_figures():
    result = curves(GOLDEN).set_index("day")

    assert result["at_risk"].to_dict() == {5: 8, 8: 7, 12: 5, 20: 4, 25: 2, 30: 1}
    assert result["cif_advanced"].to_dict() == pytest.approx(
        {5: 0.125, 8: 0.25, 12: 0.25, 20: 0.40625, 25: 0.40625, 30: 0.40625}
    )


def test_lags_given_conversion_are_the_steps_of_the_curve():
    result = lag_distribution(GOLDEN, 30)

    steps = {day: p for day, p in enumerate(result.probabilities[0]) if p}
    assert steps == pytest.approx({5: 0.125 / 0.40625, 8: 0.125 / 0.40625, 20: 0.15625 / 0.40625})


def test_lags_beyond_the_horizon_gather_in_the_last_cell():
    result = lag_distribution(GOLDEN, 8)

    assert result.probabilities.shape == (1, 9)
    assert result.probabilities[0, 8] == pytest.approx(1 - 0.125 / 0.40625)


@given(item_lists, st.integers(0, 8))
def test_lag_distributions_sum_to_one_or_are_unknown(drawn, horizon):
    result = lag_distribution(counts(*drawn), horizon)

    advancing = {group for group, _, outcome in drawn if outcome == "A"}
    for group, row in zip(result.groups, result.probabilities, strict=True):
        if group in advancing:
            assert row.sum() == pytest.approx(1)
        else:
            assert np.isnan(row).all()


def test_a_negative_horizon_is_refused():
    with pytest.raises(ValueError, match="horizon"):
        lag_distribution(GOLDEN, -1)


def test_the_snapshot_ratio_forgets_the_open_items():
    assert snapshot_ratio([3, 0], [2, 0]).tolist() == pytest.approx([0.6, np.nan], nan_ok=True)


def test_the_mature_rate_counts_the_items_older_than_most_own_lags():
    # Lags 2, 3 and 10 days: the 90th percentile is 10. Two items are younger than that.
    rows = counts(
        *[("g", day, outcome) for day, outcome in [(2, "A"), (3, "A"), (10, "A"), (9, "-"), (1, "L")]]
    )
    rows["age"] = [40, 35, 10, 9, 8]

    result = mature_rate(rows).loc["g"]

    assert result[["p90_days", "entered", "advanced", "lost", "open"]].tolist() == [10, 3, 3, 0, 0]
    assert result["mature_rate"] == 1


def test_open_items_of_a_mature_cohort_stay_in_its_denominator():
    rows = counts(("g", 2, "A"), ("g", 30, "-"), ("g", 30, "-"), ("g", 5, "L")).assign(age=30)

    assert mature_rate(rows).loc["g", "mature_rate"] == pytest.approx(0.25)


def test_without_conversion_no_cohort_is_known_to_be_mature():
    rows = counts(("g", 30, "-"), ("g", 5, "L")).assign(age=30)

    result = mature_rate(rows).loc["g"]

    assert result["entered"] == 0
    assert np.isnan(result["mature_rate"])


def test_the_mature_rate_needs_ages():
    with pytest.raises(ValueError, match="age"):
        mature_rate(GOLDEN)
