from decimal import Decimal

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from objectives.domain.cascade import (
    CascadeError,
    Conflict,
    Infeasible,
    cover_ratio,
    covered_total,
    mismatch,
    productivity,
    ramp,
    rebalance,
    share,
    weights,
)

NONE = np.nan


@pytest.mark.parametrize(
    ("total", "by", "low", "high", "expected"),
    [
        (60_000_000, [3, 2, 1], None, [25_000_000, NONE, NONE], [25_000_000, 23_333_333, 11_666_667]),
        (47, [5, 3, 2, 1], [NONE, NONE, NONE, 6], [15, NONE, NONE, NONE], [15, 16, 10, 6]),
        (10_000, [7, 5, 5], [2_900, 700, 3_200], [6_000, 1_300, 7_500], [5_075, 1_300, 3_625]),
    ],
    ids=["600 000 euros", "47 units", "clipped together"],
)
def test_the_worked_cascades(
    total: int, by: list[float], low: list[float] | None, high: list[float] | None, expected: list[int]
) -> None:
    assert share(total, by, low, high).tolist() == expected


def test_equal_remainders_go_to_the_first_in_order() -> None:
    assert share(100, [0.1, 0.1, 0.1]).tolist() == [34, 33, 33]


def test_shares_are_whole_units() -> None:
    assert share(100_000, [1, 1, 1], unit=1_000).tolist() == [34_000, 33_000, 33_000]


def test_bounds_are_rounded_inward_to_the_unit() -> None:
    got = share(10_000, [1, 1], [NONE, 5_250], [NONE, 6_990], unit=1_000)

    assert got.tolist() == [4_000, 6_000]


def test_the_cover_ratio_raises_what_is_shared() -> None:
    assert share(1_001, [1, 1], cover=Decimal("1.05")).tolist() == [526, 525]


def test_half_a_unit_is_rounded_up() -> None:
    assert covered_total(10, Decimal("1.05")) == 11


def test_a_weight_of_zero_stays_at_its_low_bound() -> None:
    assert share(100, [1, 0, 0], [0, 0, 10]).tolist() == [90, 0, 10]


@pytest.mark.parametrize(
    ("by", "low", "high", "conflict", "names"),
    [
        ([1, 1], [60, 50], None, Conflict.LOW, ("Ana", "Bob")),
        ([1, 1], None, [40, 30], Conflict.HIGH, ("Ana", "Bob")),
        ([1, 0], None, [40, NONE], Conflict.HIGH, ("Ana",)),
        ([1, 1], [0, 30], [NONE, 20], Conflict.CROSSED, ("Bob",)),
        ([0, 0], None, None, Conflict.WEIGHTS, ("Ana", "Bob")),
    ],
    ids=["low", "high", "no weight elsewhere", "crossed", "weights"],
)
def test_bounds_that_cannot_hold_are_named(
    by: list[float],
    low: list[float] | None,
    high: list[float] | None,
    conflict: Conflict,
    names: tuple[str, ...],
) -> None:
    with pytest.raises(Infeasible) as caught:
        share(100, by, low, high, names=["Ana", "Bob"])

    assert (caught.value.conflict, caught.value.names) == (conflict, names)


@pytest.mark.parametrize(
    ("total", "by"),
    [(100, [1, -1]), (100, [1, NONE]), (-5, [1, 1]), (2**60, [1, 1])],
    ids=["weight", "missing weight", "total", "too large"],
)
def test_input_without_meaning_is_refused(total: int, by: list[float]) -> None:
    with pytest.raises(CascadeError):
        share(total, by)


Child = tuple[float, int, int | None]

children = st.lists(
    st.tuples(st.just(0.0) | st.floats(1e-6, 1e6), st.integers(0, 10**8), st.none() | st.integers(0, 10**9)),
    min_size=1,
    max_size=40,
)


@given(st.integers(0, 10**11), children, st.sampled_from([1, 100]))
def test_a_share_is_exact_whole_and_within_its_bounds(total: int, rows: list[Child], unit: int) -> None:
    by = [row[0] for row in rows]
    low = np.array([row[1] for row in rows], dtype=float)
    high = np.array([NONE if row[2] is None else row[1] + row[2] + unit for row in rows], dtype=float)
    try:
        got = share(total, by, low, high, unit)
    except Infeasible:
        assume(False)

    assert got.sum() == covered_total(total, 1, unit)
    assert (got % unit == 0).all()
    assert (got >= low).all()
    assert (got <= np.where(np.isnan(high), np.inf, high)).all()


@given(st.integers(0, 10**11), st.lists(st.floats(0.01, 1e6), min_size=1, max_size=40))
def test_without_bounds_each_share_is_within_one_unit_of_its_proportion(total: int, by: list[float]) -> None:
    got = share(total, by)

    proportion = total * np.array(by) / sum(by)
    assert got.sum() == total
    assert (np.abs(got - proportion) <= 1 + 1e-9 * total).all()


@given(st.integers(0, 10**9), children)
def test_a_refusal_is_never_wrong(total: int, rows: list[Child]) -> None:
    by = np.array([row[0] for row in rows])
    low = np.array([row[1] for row in rows], dtype=float)
    high = np.array([np.inf if row[2] is None else row[1] + row[2] for row in rows])
    can_hold = low.sum() <= total <= np.where(by > 0, high, low).sum()

    try:
        share(total, by, low, high)
    except Infeasible:
        assert not can_hold
    else:
        assert can_hold


def test_a_manual_edit_stays_and_the_others_share_what_is_left() -> None:
    got = rebalance(100, [1, 1, 2], [False, True, False], [0, 40, 0])

    assert got.tolist() == [20, 40, 40]


def test_the_others_keep_their_bounds_when_they_re_balance() -> None:
    got = rebalance(100, [1, 1, 2], [False, True, False], [0, 40, 0], high=[10, 5, NONE])

    assert got.tolist() == [10, 40, 50]


def test_edits_that_pass_the_total_are_named() -> None:
    with pytest.raises(Infeasible) as caught:
        rebalance(100, [1, 1], [False, True], [0, 140], names=["Ana", "Bob"])

    assert (caught.value.conflict, caught.value.names) == (Conflict.FIXED, ("Bob",))


def test_a_conflict_among_the_others_is_named_by_its_place_in_the_whole() -> None:
    with pytest.raises(Infeasible) as caught:
        rebalance(100, [1, 1, 1], [True, False, False], [40, 0, 0], high=[NONE, NONE, 5], low=[0, 70, 0])

    assert (caught.value.conflict, caught.value.indexes) == (Conflict.LOW, (1,))


def test_when_every_child_is_edited_the_difference_is_left_to_be_shown() -> None:
    got = rebalance(100, [1, 1], [True, True], [40, 40])

    assert mismatch(got.tolist(), 100) == -20


def test_one_lucky_month_does_not_set_a_quota() -> None:
    lucky, steady = productivity([100.0, 480.0], [1.0, 47.0])

    # Raw, the first is at ten times the second's pace.
    assert lucky / steady < 2


def test_productivity_is_drawn_to_the_group_by_twelve_months() -> None:
    np.testing.assert_allclose(productivity([240.0, 0.0], [12.0, 12.0]), [15, 5])


@pytest.mark.parametrize(("won", "months"), [([0, 0], [12, 12]), ([0, 0], [0, 0])])
def test_without_history_everyone_counts_the_same(won: list[int], months: list[int]) -> None:
    assert productivity(won, months).tolist() == [1, 1]


def test_a_weight_is_capacity_times_productivity() -> None:
    np.testing.assert_allclose(weights([1, 0.8], [1, 0.5], [1, 0.5], [10, 20]), [10, 4])


def test_only_ramping_hires_follow_the_curve() -> None:
    got = ramp([0, 1.9, 3, 40, 2, -1], ["ramping"] * 4 + ["senior", "confirmed"])

    assert got.tolist() == [0.25, 0.5, 1.0, 1.0, 1.0, 0.0]


@pytest.mark.parametrize(
    ("targets", "parent", "expected"),
    [
        ([60, 50], 100, 10),
        ([60, None], 100, -40),
        ([None, None], 100, None),
        ([60, 40], None, None),
        ([0], 0, 0),
    ],
    ids=["above", "one without a target", "none has one", "no parent target", "zero is a target"],
)
def test_the_mismatch_is_signed_and_empty_is_not_zero(
    targets: list[int | None], parent: int | None, expected: int | None
) -> None:
    assert mismatch(targets, parent) == expected


@pytest.mark.parametrize(
    ("targets", "parent", "expected"),
    [([60, 50], 100, 1.1), ([60], 0, None), ([60], None, None), ([None], 100, None)],
    ids=["ratio", "target 0", "no target", "no child target"],
)
def test_the_cover_ratio_has_no_value_without_a_target(
    targets: list[int | None], parent: int | None, expected: float | None
) -> None:
    assert cover_ratio(targets, parent) == expected
