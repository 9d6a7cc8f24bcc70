from collections.abc import Sequence
from itertools import combinations
from math import factorial
from random import Random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.domain.attribution import (
    AttributionError,
    attribute_leaves,
    levers,
    mix_and_rate,
    roll_up,
    shapley,
    whole_units,
)

PLAN = [5_000, 0.08, 0.5, 0.25, 12_000]


def by_subsets(plan: np.ndarray, actual: np.ndarray) -> np.ndarray:
    """The definition, subset by subset: slow, and beyond doubt."""
    size = len(plan)
    result = np.zeros(size)
    for lever in range(size):
        others = [j for j in range(size) if j != lever]
        for length in range(size):
            weight = factorial(length) * factorial(size - length - 1) / factorial(size)
            for subset in combinations(others, length):
                rest = np.prod([actual[j] if j in subset else plan[j] for j in others])
                result[lever] += weight * rest * (actual[lever] - plan[lever])
    return result


@pytest.mark.parametrize(
    ("plan", "actual", "expected", "within"),
    [
        (
            PLAN,
            [5_200, 0.065, 0.52, 0.24, 11_500],
            [21_301.84, -112_283.88, 21_301.84, -22_140.24, -23_081.95],
            0.01,
        ),
        (PLAN, [3_000, 0.05, 0, 0.25, 12_000], [-105_000, -97_500, -397_500, 0, 0], 0.01),
        (
            [1_000, 0.08, 0.75, 0.40, 0.25, 20_000],
            [900, 0.06, 0.80, 0.45, 0.20, 21_000],
            [-10_602, -28_780, 6_529, 11_936, -22_369, 4_934],
            0.5,
        ),
    ],
    ids=["every lever moved", "a rate of zero", "six levers"],
)
def test_the_worked_attributions(
    plan: list[float], actual: list[float], expected: list[float], within: float
) -> None:
    assert shapley(plan, actual) == pytest.approx(expected, abs=within)


Pairs = list[tuple[float, float]]

lever_pairs = st.lists(
    st.tuples(st.floats(-10, 1e3) | st.just(0.0), st.floats(-10, 1e3) | st.just(0.0)), min_size=1, max_size=8
)


@given(lever_pairs)
def test_contributions_are_those_of_the_definition_and_sum_to_the_gap(pairs: Pairs) -> None:
    plan, actual = (np.array(side) for side in zip(*pairs, strict=True))

    got = shapley(plan, actual)

    # The float error is that of the largest product any subset can make.
    scale = np.prod(np.maximum(np.maximum(abs(plan), abs(actual)), 1.0))
    np.testing.assert_allclose(got, by_subsets(plan, actual), atol=1e-11 * scale)
    assert got.sum() == pytest.approx(actual.prod() - plan.prod(), abs=1e-11 * scale)


@given(lever_pairs, st.randoms(use_true_random=False))
def test_the_order_of_the_levers_does_not_matter(pairs: Pairs, random: Random) -> None:
    order = list(range(len(pairs)))
    random.shuffle(order)
    plan, actual = (np.array(side) for side in zip(*pairs, strict=True))

    got = shapley(plan[order], actual[order])

    scale = np.prod(np.maximum(np.maximum(abs(plan), abs(actual)), 1.0))
    np.testing.assert_allclose(got, shapley(plan, actual)[order], atol=1e-11 * scale)


@given(lever_pairs, st.integers(0, 7))
def test_a_lever_that_did_not_move_owes_nothing(pairs: Pairs, position: int) -> None:
    plan, actual = (np.array(side) for side in zip(*pairs, strict=True))
    still = position % len(pairs)
    actual[still] = plan[still]

    assert shapley(plan, actual)[still] == 0


def test_many_scopes_are_attributed_at_once() -> None:
    got = shapley([PLAN, PLAN], [PLAN, [3_000, 0.05, 0, 0.25, 12_000]])

    assert got[0].tolist() == [0] * 5
    assert got[1] == pytest.approx([-105_000, -97_500, -397_500, 0, 0])


def test_shapes_that_differ_are_refused() -> None:
    with pytest.raises(AttributionError):
        shapley([1, 2], [1, 2, 3])


def test_levers_are_ratios_of_the_windows_counts() -> None:
    got = levers([[5_000, 400, 200, 50]], [[5_200, 338, 175.76, 42.1824]], [12_000], [11_500])

    assert got.plan[0] == pytest.approx(PLAN)
    assert got.actual[0] == pytest.approx([5_200, 0.065, 0.52, 0.24, 11_500])
    assert got.actual[0].prod() == pytest.approx(485_097.60)
    assert (got.plan_outside[0], got.actual_outside[0]) == (0, 0)


def test_an_actual_ratio_without_a_denominator_takes_the_plans() -> None:
    got = levers([[100, 20, 5]], [[60, 0, 0]], [1_000], [np.nan])

    assert got.actual[0].tolist() == [60, 0, 0.25, 1_000]


def test_a_plan_ratio_without_a_denominator_takes_the_actual_one() -> None:
    got = levers([[0, 0, 0]], [[10, 5, 1]], [np.nan], [1_000])

    assert got.plan[0].tolist() == [0, 0.5, 0.2, 1_000]


def test_wins_without_anything_before_them_in_the_window_are_their_own_line() -> None:
    got = levers([[100, 20, 5]], [[0, 0, 2]], [1_000], [1_500])

    assert got.actual[0].prod() == 0
    assert got.actual_outside[0] == 3_000


def test_a_margin_rate_is_one_more_lever() -> None:
    got = levers([[100, 20]], [[100, 10]], [1_000], [900], [0.5], [0.4])

    assert got.plan[0] == pytest.approx([100, 0.2, 1_000, 0.5])
    assert got.actual[0].prod() == pytest.approx(10 * 900 * 0.4)


def teams(**columns: Sequence[object]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "team": ["North", "South"],
            "person": ["Ana", "Bob"],
            "opened_plan": [100, 100],
            "opened_actual": [40, 120],
            "won_plan": [30, 10],
            "won_actual": [12.8, 12],
            "value_plan": [1_000, 1_000],
            "value_actual": [1_000, 1_000],
        }
        | columns
    )


def test_the_worked_drill_down() -> None:
    whole = roll_up(attribute_leaves(teams(), links=["opened", "won"])).iloc[0]

    assert whole["volume"] == pytest.approx(-7_133.33, abs=0.01)
    assert whole["mix"] == pytest.approx(-9_433.33, abs=0.01)
    assert whole["rate"] == pytest.approx(1_366.67, abs=0.01)
    assert whole["value"] == 0
    assert whole["gap"] == pytest.approx(-15_200)


def test_at_the_level_of_a_team_its_own_share_is_volume() -> None:
    rows = roll_up(attribute_leaves(teams(), links=["opened", "won"]), ["team"])

    assert rows["team"].tolist() == ["North", "South"]
    assert rows["mix"].tolist() == [0, 0]
    assert rows["gap"].tolist() == pytest.approx([-17_200, 2_000])


def test_a_team_without_activity_shows_its_whole_plan_as_a_gap() -> None:
    idle = teams(opened_actual=[0, 120], won_actual=[0, 12], value_actual=[np.nan, 1_000])

    rows = roll_up(attribute_leaves(idle, links=["opened", "won"]), ["team"])

    assert rows["gap"].tolist() == pytest.approx([-30_000, 2_000])
    assert rows.loc[0, ["rate", "value"]].to_dict() == {"rate": 0, "value": 0}


def test_without_any_leaf_there_is_nothing_to_attribute() -> None:
    assert roll_up(attribute_leaves(teams().iloc[:0], links=["opened", "won"]), ["team"]).empty


def test_a_level_that_is_not_the_first_is_refused() -> None:
    with pytest.raises(AttributionError):
        roll_up(attribute_leaves(teams(), links=["opened", "won"]), ["person"])


@pytest.mark.parametrize(
    "broken",
    [
        teams().drop(columns="won_plan"),
        teams(team=["North", "North"], person=["Ana", "Ana"]),
        teams(won_plan=[1, None]),
    ],
    ids=["missing column", "repeated leaf", "missing count"],
)
def test_leaves_without_meaning_are_refused(broken: pd.DataFrame) -> None:
    with pytest.raises(AttributionError):
        attribute_leaves(broken, links=["opened", "won"])


counts = st.integers(0, 40)
leaf = st.tuples(
    st.integers(0, 3), counts, counts, counts, counts, st.integers(1, 10**6), st.integers(1, 10**6)
)


@given(st.lists(leaf, min_size=1, max_size=12))
def test_a_parent_is_the_sum_of_its_leaves_to_the_cent(rows: list[tuple[int, ...]]) -> None:
    leaves = pd.DataFrame(
        rows,
        columns=[
            "team",
            "opened_plan",
            "opened_actual",
            "won_plan",
            "won_actual",
            "value_plan",
            "value_actual",
        ],
    )
    leaves["person"] = range(len(leaves))
    gap = leaves["won_actual"] * leaves["value_actual"] - leaves["won_plan"] * leaves["value_plan"]

    table = attribute_leaves(leaves, links=["opened", "won"])
    by_person = roll_up(table, ["team", "person"])
    by_team = roll_up(table, ["team"])
    whole = roll_up(table)

    assert by_person["gap"].to_numpy() == pytest.approx(gap.to_numpy(), abs=0.005)
    assert by_team.set_index("team")["gap"].to_dict() == pytest.approx(
        gap.groupby(leaves["team"]).sum().to_dict(), abs=0.005
    )
    assert whole.loc[0, "gap"] == pytest.approx(gap.sum(), abs=0.005)
    assert whole.loc[0, "rate"] == pytest.approx(by_person["rate"].sum(), abs=0.005)


@given(st.lists(st.lists(st.floats(-1e9, 1e9), min_size=3, max_size=3), min_size=1, max_size=5))
def test_whole_units_sum_exactly_and_stay_next_to_the_exact_value(rows: list[list[float]]) -> None:
    exact = np.array(rows)

    got = whole_units(exact)

    assert got.sum(axis=1).tolist() == np.round(exact.sum(axis=1)).astype(int).tolist()
    assert (np.abs(got - exact) <= 1).all()


def test_whole_units_can_meet_a_given_total() -> None:
    assert whole_units([[1.6, 1.2, 0.0]], [9]).tolist() == [[4, 3, 2]]


def test_a_pooled_rate_can_fall_while_no_segment_got_worse() -> None:
    mix, rate = mix_and_rate([0.7, 0.3], [0.4, 0.6], [0.3, 0.1], [0.32, 0.1])

    np.testing.assert_allclose(mix, [-0.093, 0.030])
    np.testing.assert_allclose(rate, [0.011, 0], atol=1e-15)
