"""Were the bands right? Said against happened, with the honesty that few cycles ask for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.domain.calibration_check import BANDS, COLUMNS, Verdict, biases, check

Row = tuple[int, str, float, bool]


def table(rows: Sequence[Row]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(COLUMNS))


def cycles(
    *reached: int, said: float = 0.25, band: str = "hard", each: int = 10, first: int = 0
) -> pd.DataFrame:
    """`reached[i]` of `each` objectives of the i-th cycle, all said at the same probability."""
    return table([(first + c, band, said, n < hits) for c, hits in enumerate(reached) for n in range(each)])


rows_of_objectives = st.lists(
    st.tuples(
        st.integers(0, 4),
        st.sampled_from(BANDS),
        st.floats(0, 1, allow_nan=False),
        st.booleans(),
    ),
    min_size=1,
    max_size=60,
)


# Worked examples --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reached", "verdict"),
    [
        ((3, 2, 3, 2), Verdict.RIGHT),
        ((6, 6, 6, 6), Verdict.TOO_EASY),
        ((0, 0, 1, 0), Verdict.TOO_HARD),
        ((0, 9, 0, 1), Verdict.CANNOT_TELL),  # one quarter carried everything
        ((2,), Verdict.CANNOT_TELL),  # one cycle is one draw of luck
        ((10,), Verdict.CANNOT_TELL),
    ],
    ids=str,
)
def test_objectives_said_at_one_in_four(reached: tuple[int, ...], verdict: Verdict) -> None:
    found = check(cycles(*reached))

    assert found.overall is not None
    assert found.overall.verdict is verdict
    assert [group.name for group in found.bands] == ["hard"]


def test_the_figures_of_ten_in_forty() -> None:
    found = check(cycles(3, 2, 3, 2))
    group = found.overall

    assert group is not None
    assert (group.objectives, group.reached, group.cycles) == (40, 10, 4)
    assert (group.said, group.share, group.expected) == (0.25, 0.25, 10.0)
    # Ten objectives a cycle at the least correlation: 1 + 9 × 0.05 = 1.45; Beta(10 ÷ 1.45 + ½, 30 ÷ 1.45 + ½).
    assert group.n_eff == pytest.approx(40 / 1.45)
    assert group.low == pytest.approx(0.1588, abs=1e-4)
    assert group.high == pytest.approx(0.3662, abs=1e-4)
    assert found.correlation == 0.05
    # (10 × 0.75² + 30 × 0.25²) ÷ 40, and 0.25 × 0.75: saying the base rate of each alike is no better than it.
    assert found.brier == pytest.approx(0.1875)
    assert found.base_rate == pytest.approx(0.1875)
    assert found.beats_base_rate is False


def test_probabilities_that_tell_objectives_apart_beat_the_base_rate() -> None:
    found = check(
        pd.concat(
            [cycles(9, 9, 9, said=0.9, band="comfortable"), cycles(1, 1, 1, said=0.1, band="out_of_reach")]
        )
    )

    # Each is off by 0.1 nine times in ten and by 0.9 once: 0.9 × 0.01 + 0.1 × 0.81.
    assert found.brier == pytest.approx(0.09)
    assert found.base_rate == pytest.approx(0.25)
    assert found.beats_base_rate is True
    assert [(one.name, one.verdict) for one in found.bands] == [
        ("comfortable", Verdict.RIGHT),
        ("out_of_reach", Verdict.RIGHT),
    ]


def test_without_anything_to_judge_nothing_is_said() -> None:
    found = check(table([]))

    assert (found.overall, found.bands, found.brier, found.beats_base_rate) == (None, (), None, None)


def test_all_reached_has_no_base_rate_to_beat() -> None:
    assert check(cycles(10, 10, said=0.9, band="comfortable")).beats_base_rate is None


def test_one_cycle_is_worth_one_observation_however_many_objectives() -> None:
    found = check(cycles(90, each=100)).overall

    assert found is not None
    assert found.n_eff == pytest.approx(1.0)


def test_quarters_that_swing_together_widen_the_interval() -> None:
    steady, swinging = check(cycles(5, 5, 5, 5, said=0.5)), check(cycles(0, 10, 0, 10, said=0.5))

    assert steady.overall is not None
    assert swinging.overall is not None
    assert swinging.overall.high - swinging.overall.low > 1.5 * (steady.overall.high - steady.overall.low)


def test_missing_or_impossible_values_are_refused() -> None:
    with pytest.raises(ValueError, match="missing"):
        check(pd.DataFrame({"cycle": [1]}))
    with pytest.raises(ValueError, match="probability"):
        check(table([(1, "hard", 1.2, True)]))


# Who says what does not come --------------------------------------------------------------------------------


def test_a_manager_whose_objectives_are_reached_far_more_often_than_said_is_named() -> None:
    rows = pd.concat([cycles(10, 10, 10, 10), cycles(2, 3, 2, 3)], ignore_index=True)

    (found,) = biases(rows, ["Bob"] * 40 + ["Mia"] * 40)[:1]

    assert (found.name, found.more) == ("Bob", True)
    assert found.group.share == 1.0


def test_intervals_that_overlap_name_nobody() -> None:
    rows = pd.concat([cycles(3, 2, 3, 2), cycles(4, 2, 4, 2)], ignore_index=True)

    assert biases(rows, ["Bob"] * 40 + ["Mia"] * 40) == []


def test_nobody_is_named_after_one_cycle_or_without_others() -> None:
    rows = pd.concat([cycles(10), cycles(0)], ignore_index=True)

    assert biases(rows, ["Bob"] * 10 + ["Mia"] * 10) == []
    assert biases(cycles(10, 10), ["Bob"] * 20) == []
    assert biases(table([]), []) == []


def test_managers_are_listed_by_name_never_ranked() -> None:
    rows = pd.concat([cycles(0, 0, 0, 0, said=0.9), cycles(10, 10, 10, 10, said=0.1)], ignore_index=True)

    assert [one.name for one in biases(rows, ["Zoe"] * 40 + ["Ann"] * 40)] == ["Ann", "Zoe"]


# What always holds ------------------------------------------------------------------------------------------


@given(rows_of_objectives)
def test_bands_share_out_all_objectives(rows: list[Row]) -> None:
    found = check(table(rows))

    assert found.overall is not None
    assert sum(one.objectives for one in found.bands) == found.overall.objectives == len(rows)
    assert sum(one.reached for one in found.bands) == found.overall.reached


@given(rows_of_objectives)
def test_an_interval_lies_in_zero_to_one_and_no_group_is_worth_more_than_it_holds(rows: list[Row]) -> None:
    for one in check(table(rows)).bands:
        assert 0 <= one.low < one.high <= 1
        assert 0 < one.n_eff <= one.objectives + 1e-9


@given(rows_of_objectives, st.randoms(use_true_random=False))
def test_the_order_of_the_objectives_does_not_matter(rows: list[Row], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    here, there = check(table(rows)), check(table(shuffled))

    assert here.brier == pytest.approx(there.brier)
    assert [one.verdict for one in here.bands] == [one.verdict for one in there.bands]


@given(rows_of_objectives)
def test_easy_and_hard_mirror_each_other(rows: list[Row]) -> None:
    # given what was said and what happened both turned around
    mirrored = [(cycle, band, 1 - p, not hit) for cycle, band, p, hit in rows]
    here, there = check(table(rows)).overall, check(table(mirrored)).overall
    turned = {Verdict.TOO_EASY: Verdict.TOO_HARD, Verdict.TOO_HARD: Verdict.TOO_EASY}

    assert here is not None
    assert there is not None
    assert there.share == pytest.approx(1 - here.share)
    if min(abs(here.p_below - 0.9), abs(here.p_below - 0.1)) > 1e-6:  # not on the edge of certainty
        assert there.verdict is turned.get(here.verdict, here.verdict)


def test_probabilities_that_are_right_are_rarely_called_wrong() -> None:
    """200 houses of four cycles whose objectives are reached exactly as often as said, quarter by quarter."""
    wrong = bands = 0
    for seed in range(200):
        random = np.random.default_rng(seed)
        said = random.uniform(0.05, 0.95, 120)
        band = np.select([said >= 0.8, said >= 0.5, said >= 0.2], BANDS[:3], BANDS[3])
        rows = pd.DataFrame(
            {
                "cycle": np.repeat(range(4), 30),
                "band": band,
                "probability": said,
                "hit": random.random(120) < said,
            }
        )
        found = check(rows).bands
        bands += len(found)
        wrong += sum(one.verdict in (Verdict.TOO_EASY, Verdict.TOO_HARD) for one in found)

    assert wrong / bands <= 0.05
