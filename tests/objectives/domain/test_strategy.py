from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from objectives.domain.catalogue import CATALOGUE, OBJECTIVE_METRICS, Family
from objectives.domain.evolution import GUIDES, CompanyStage
from objectives.domain.strategy import (
    ATTENTION,
    HEARD,
    RULES,
    Basis,
    Known,
    Mix,
    Orientation,
    WeightsError,
    check_weights,
    propose,
)

G, P, N, R = Orientation.GROWTH, Orientation.PROFITABILITY, Orientation.NEW_MARKETS, Orientation.RETENTION
LEVELS = {
    ("opportunities_opened", ""): 200.0,
    ("meetings_held", ""): 400.0,
    ("win_rate", ""): 0.25,
    ("average_deal_value", ""): 1_200_000.0,
    ("margin_rate", ""): 0.5,
    ("sales_cycle_days", ""): 60.0,
    ("stale_share", ""): 0.2,
    ("revenue_won", ""): 60_000_000.0,
    ("repeat_revenue", ""): 20_000_000.0,
    ("customer_retention", ""): 0.6,
    ("recurring_share", ""): 0.3,
}


def mix(
    weights: dict[Orientation, int],
    stage: CompanyStage = CompanyStage.SCALE,
    levels: dict[tuple[str, str], float] | None = None,
    needed: dict[str, float] | None = None,
    segments: tuple[str, ...] = (),
) -> Mix:
    return propose(weights, stage, Known(LEVELS if levels is None else levels, needed or {}, segments))


def metrics(found: Mix) -> list[str]:
    return [one.metric for one in found.proposals]


def target(found: Mix, metric: str, segment: str = "") -> float | None:
    return next(one.target for one in found.proposals if (one.metric, one.segment) == (metric, segment))


# What each part of the strategy asks for ----------------------------------------------------------------------


def test_growth_asks_for_opportunities_and_never_for_volume_alone() -> None:
    assert metrics(mix({G: 100})) == ["opportunities_opened", "win_rate", "meetings_held"]


def test_profitability_asks_for_value_margin_shorter_cycles_and_quality() -> None:
    assert metrics(mix({P: 100})) == ["average_deal_value", "margin_rate", "sales_cycle_days", "stale_share"]


def test_new_markets_ask_for_something_in_each_named_segment() -> None:
    found = mix({N: 100}, segments=("Health", "Public"))

    assert [(one.metric, one.segment) for one in found.proposals] == [
        ("opportunities_opened", "Health"),
        ("opportunities_opened", "Public"),
        ("revenue_won", "Health"),
        ("revenue_won", "Public"),
        ("win_rate", ""),
    ]


def test_retention_asks_for_existing_customers() -> None:
    assert metrics(mix({R: 100})) == ["repeat_revenue", "customer_retention", "recurring_share"]


def test_every_reason_has_a_code_of_its_own_and_every_metric_can_carry_an_objective() -> None:
    assert len({rule.reason for rule in RULES}) == len(RULES)
    assert {rule.metric for rule in RULES} <= set(OBJECTIVE_METRICS)


# Targets ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "weight", "metric", "expected"),
    [
        (G, 50, "opportunities_opened", 220.0),  # +10 %
        (G, 100, "opportunities_opened", 240.0),  # twice the weight, twice the improvement
        (P, 100, "average_deal_value", 1_320_000.0),
        (P, 100, "margin_rate", 0.545),  # odds 1 × 1.2
        (P, 100, "sales_cycle_days", 50.0),  # 60 ÷ 1.2
        (P, 100, "stale_share", 0.152),  # odds .25 ÷ 1.4
    ],
)
def test_a_target_betters_the_present_level(
    part: Orientation, weight: int, metric: str, expected: float
) -> None:
    other = R if weight < 100 else part
    found = mix({part: weight} if weight == 100 else {part: weight, other: 100 - weight})

    assert target(found, metric) == pytest.approx(expected)


def test_what_the_reverse_funnel_asks_for_goes_before_the_present_level() -> None:
    found = mix({G: 100}, needed={"opportunities_opened": 260.4})
    one = found.proposals[0]

    assert (one.target, one.basis) == (261.0, Basis.PLAN)
    assert one.improvement == pytest.approx(0.302)


def test_a_market_without_any_deal_asks_for_enough_to_win_once() -> None:
    found = mix({N: 100}, segments=("Health",))

    assert target(found, "opportunities_opened", "Health") == 4  # 1 win in 4
    assert target(found, "revenue_won", "Health") == 1_200_000
    assert found.proposals[0].basis is Basis.FIRST_WIN


def test_a_market_with_deals_asks_for_more_of_them() -> None:
    levels = LEVELS | {("opportunities_opened", "Health"): 40.0}

    assert target(mix({N: 100}, levels=levels, segments=("Health",)), "opportunities_opened", "Health") == 60


def test_what_is_typed_by_hand_is_proposed_without_a_target_when_nothing_was_typed_yet() -> None:
    levels = {key: level for key, level in LEVELS.items() if key[0] != "meetings_held"}
    one = next(one for one in mix({G: 100}, levels=levels).proposals if one.metric == "meetings_held")

    assert (one.target, one.present, one.basis) == (None, None, Basis.NONE)


# What is left out, and why -----------------------------------------------------------------------------------


def test_a_metric_that_the_data_does_not_measure_is_not_proposed() -> None:
    levels = {key: level for key, level in LEVELS.items() if key[0] != "margin_rate"}
    found = mix({P: 100}, levels=levels)

    assert "margin_rate" not in metrics(found)
    assert [(one.metric, one.because) for one in found.left_out] == [("margin_rate", "no_data")]


def test_without_a_named_segment_new_markets_say_that_one_is_missing() -> None:
    found = mix({N: 100})

    assert metrics(found) == ["meetings_held"]
    assert {one.because for one in found.left_out} == {"no_segment"}


def test_without_any_data_only_what_is_typed_can_be_proposed() -> None:
    found = mix({G: 25, P: 25, N: 25, R: 25}, levels={})

    assert metrics(found) == ["meetings_held"]


# How many, and in which order ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        (CompanyStage.FOUNDING, ["opportunities_opened", "win_rate"]),
        (CompanyStage.TEAM, ["opportunities_opened", "average_deal_value", "win_rate"]),
        (CompanyStage.TEAMS, ["opportunities_opened", "average_deal_value", "repeat_revenue", "win_rate"]),
    ],
)
def test_a_small_company_has_few_objectives(stage: CompanyStage, expected: list[str]) -> None:
    found = mix({G: 50, P: 30, R: 20}, stage)

    assert sorted(metrics(found)) == sorted(expected)


def test_the_weightiest_part_comes_first_and_gives_way_last() -> None:
    found = mix({P: 60, G: 30, R: 10})

    assert metrics(found)[0] == "average_deal_value"
    assert {one.orientation: one.priority for one in found.proposals} == {P: 2, G: 3, R: 4}


# Weights -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weights", "total", "wrong"),
    [({G: 60, P: 30}, 90, ()), ({G: 120, P: -20}, 100, (G, P)), ({}, 0, ())],
)
def test_weights_that_are_no_orientation_are_refused(
    weights: dict[Orientation, int], total: int, wrong: tuple[Orientation, ...]
) -> None:
    with pytest.raises(WeightsError) as refused:
        check_weights(weights)

    assert (refused.value.total, refused.value.wrong) == (total, wrong)


@st.composite
def orientations(draw: Any) -> dict[Orientation, int]:
    cuts = sorted(draw(st.lists(st.integers(0, 100), min_size=3, max_size=3)))
    sizes = [b - a for a, b in zip([0, *cuts], [*cuts, 100], strict=True)]
    return dict(zip(Orientation, sizes, strict=True))


known_levels = st.dictionaries(st.sampled_from(list(LEVELS)), st.floats(1e-3, 0.999), max_size=len(LEVELS))


@given(
    orientations(),
    st.sampled_from(CompanyStage),
    known_levels,
    st.lists(st.sampled_from(["Health", "Public", "Retail"]), unique=True, max_size=3).map(tuple),
)
def test_a_mix_holds_together(
    weights: dict[Orientation, int],
    stage: CompanyStage,
    levels: dict[tuple[str, str], float],
    segments: tuple[str, ...],
) -> None:
    found = propose(weights, stage, Known(levels, {}, segments))

    places = [(one.metric, one.segment) for one in found.proposals]
    assert len(places) == len(set(places)) <= GUIDES[stage].for_company - 1
    importances = [one.importance for one in found.proposals]
    assert importances == sorted(importances, reverse=True)
    assert sum(importances) <= ATTENTION + 5 * len(places)
    assert all(2 <= one.priority <= 4 for one in found.proposals)
    for one in found.proposals:
        metric = CATALOGUE[one.metric]
        assert one.target is None or one.target >= 0
        assert metric.unit != "rate" or one.target is None or one.target <= 1
    volume = any(one.metric == "opportunities_opened" for one in found.proposals)
    if volume and ("win_rate", "") in levels:
        assert any(one.family is Family.CONVERSION for one in found.proposals)


@given(orientations())
def test_each_part_that_counts_is_heard_when_there_is_room(weights: dict[Orientation, int]) -> None:
    found = mix(weights, segments=("Health",))
    heard = {one.orientation for one in found.proposals}

    counting = [part for part in Orientation if weights[part] >= HEARD]
    assert len(set(counting) - heard) <= 1  # quality may take the place of the last
