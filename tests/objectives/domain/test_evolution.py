from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from objectives.domain.catalogue import OBJECTIVE_METRICS
from objectives.domain.evolution import (
    BANDS,
    GUIDES,
    CompanyStage,
    Past,
    Rhythm,
    Step,
    company_stage,
    next_cycle,
    next_target,
)

REVENUE = Past("revenue_won", 60_000_000, 66_000_000, 1.1, True, "comfortable")
MISSED = replace(REVENUE, actual=45_000_000, attainment=0.75, hit=False)


# The company's stage ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("people", "stage"),
    [(0, "1-4"), (1, "1-4"), (4, "1-4"), (5, "5-9"), (9, "5-9"), (10, "10-19"), (19, "10-19"), (20, "20+"), (500, "20+")],
)  # fmt: skip
def test_the_stage_follows_from_the_number_of_people_who_sell(people: int, stage: str) -> None:
    assert company_stage(people) == stage


def test_every_stage_says_which_metrics_how_many_and_how_often_each_with_a_reason() -> None:
    assert set(GUIDES) == set(CompanyStage)
    for guide in GUIDES.values():
        assert {metric for metric, _ in guide.metrics} <= set(OBJECTIVE_METRICS)
        assert all(reason for _, reason in guide.metrics)
        assert guide.count_reason
        assert guide.rhythm_reason


def test_a_larger_company_follows_more_and_reviews_the_whole_less_often() -> None:
    guides = [GUIDES[stage] for stage in CompanyStage]
    rhythms = list(Rhythm)

    assert [guide.for_company for guide in guides] == sorted(guide.for_company for guide in guides)
    assert [guide.a_person for guide in guides] == sorted(guide.a_person for guide in guides)
    order = [rhythms.index(guide.rhythm) for guide in guides]
    assert order == sorted(order)


# The same objective, next time --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("band", "step", "target", "reason"),
    [
        ("comfortable", Step.RAISE, 66_000_000, "reached_comfortable"),
        ("stretch", Step.RAISE, 63_000_000, "reached_stretch"),
        ("hard", Step.KEEP, 60_000_000, "reached_hard"),
        ("out_of_reach", Step.KEEP, 60_000_000, "reached_out_of_reach"),
        ("unknown", Step.RAISE, 63_000_000, "reached_unknown"),
    ],
)
def test_what_was_reached_is_raised_by_how_easy_it_was(
    band: str, step: Step, target: float, reason: str
) -> None:
    found = next_target(replace(REVENUE, band=band))

    assert (found.step, found.target, found.reason) == (step, target, reason)


@pytest.mark.parametrize("band", ["comfortable", "stretch", "hard", "unknown"])
def test_what_was_missed_is_kept_for_the_levers_move_first(band: str) -> None:
    found = next_target(replace(MISSED, band=band))

    assert (found.step, found.target, found.reason) == (Step.KEEP, 60_000_000, f"missed_{band}")


def test_what_was_out_of_reach_and_missed_is_eased_to_a_little_more_than_was_done() -> None:
    found = next_target(replace(MISSED, band="out_of_reach"))

    assert (found.step, found.target) == (Step.EASE, 49_500_000)


def test_easing_never_raises() -> None:
    near = replace(MISSED, actual=59_000_000, attainment=0.98, band="out_of_reach")

    assert next_target(near).target == 60_000_000


def test_where_less_is_better_raising_asks_for_less() -> None:
    cycle = Past("sales_cycle_days", 60, 50, 1.2, True, "comfortable")
    missed = Past("sales_cycle_days", 30, 60, 0.5, False, "out_of_reach")

    assert next_target(cycle).target == 54
    assert next_target(missed).target == 54  # 60 ÷ 1.1


def test_the_season_moves_amounts_and_not_rates() -> None:
    rate = Past("win_rate", 0.25, 0.3, 1.2, True, "hard")

    assert next_target(replace(REVENUE, band="hard"), season=0.8).target == 48_000_000
    assert next_target(rate, season=0.8).target == 0.25


def test_a_rate_is_never_raised_over_the_whole() -> None:
    assert next_target(Past("win_rate", 0.98, 0.99, 1.01, True, "comfortable")).target == 1


@pytest.mark.parametrize(
    "past",
    [
        Past("revenue_won", None, 66_000_000, None, None),
        Past("revenue_won", 60_000_000, None, None, None),
        Past("revenue_won", 0, 5, None, None),
    ],
)
def test_what_cannot_be_told_is_kept_and_said(past: Past) -> None:
    found = next_target(past)

    assert (found.step, found.target, found.reason) == (Step.KEEP, past.target, "not_known")


@given(
    st.sampled_from(["revenue_won", "win_rate", "sales_cycle_days"]),
    st.sampled_from(BANDS),
    st.floats(0.01, 0.99),
    st.floats(0.01, 0.99),
)
def test_a_miss_never_raises_and_a_hit_never_eases(
    metric: str, band: str, target: float, actual: float
) -> None:
    size = 1.0 if metric == "win_rate" else 1e6
    lower = metric == "sales_cycle_days"
    hit = actual <= target if lower else actual >= target
    found = next_target(Past(metric, target * size, actual * size, None, hit, band))

    assert found.step in ((Step.RAISE, Step.KEEP) if hit else (Step.EASE, Step.KEEP))


# The next cycle -----------------------------------------------------------------------------------------------


def test_a_template_is_the_next_cycle_of_a_company_without_history() -> None:
    found = next_cycle([], people=7)

    assert [(one.metric, one.step, one.target) for one in found] == [
        ("revenue_won", Step.ADD, None),
        ("opportunities_opened", Step.ADD, None),
        ("win_rate", Step.ADD, None),
        ("average_deal_value", Step.ADD, None),
    ]
    assert all(one.reason for one in found)


def test_a_company_that_grew_follows_other_metrics() -> None:
    past = [
        REVENUE,
        Past("meetings_held", 40, 42, 1.05, True),
        Past("opportunities_opened", 20, 21, 1.05, True),
    ]
    found = next_cycle(past, people=12)

    steps = {one.metric: one.step for one in found}
    assert steps == {
        "revenue_won": Step.RAISE,
        "opportunities_opened": Step.RAISE,
        "stage_conversion_rate": Step.ADD,
        "average_deal_value": Step.ADD,
        "stale_share": Step.ADD,
        "meetings_held": Step.DROP,
    }


def test_a_company_that_shrank_lets_go_of_what_is_too_much() -> None:
    past = [
        REVENUE,
        *(
            Past("opportunities_opened", 20, 21, 1.05, True, segment=name)
            for name in ("", "Health", "Public")
        ),
        Past("win_rate", 0.2, 0.2, 1.0, True),
    ]
    found = next_cycle(past, people=3)

    assert [(one.metric, one.segment) for one in found if one.step is not Step.DROP] == [
        ("revenue_won", ""), ("opportunities_opened", ""), ("win_rate", ""),
    ]  # fmt: skip
    assert {one.segment for one in found if one.reason == "one_too_many"} == {"Health", "Public"}


@given(
    st.lists(
        st.builds(
            Past,
            st.sampled_from(OBJECTIVE_METRICS),
            st.just(1.0),
            st.just(1.0),
            st.just(1.0),
            st.just(True),
            st.sampled_from(BANDS),
            st.sampled_from(["", "Health"]),
        )
    ),
    st.integers(0, 60),
)
def test_every_objective_gets_one_answer_within_the_number_of_the_stage(
    past: list[Past], people: int
) -> None:
    found = next_cycle(past, people)
    places = [(one.metric, one.segment, one.stage) for one in found]

    assert len(places) == len(set(places))
    assert {one.place for one in past} <= set(places)
    kept = [one for one in found if one.step is not Step.DROP]
    assert len(kept) <= GUIDES[company_stage(people)].for_company
    assert all(one.reason for one in found)
