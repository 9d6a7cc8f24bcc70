from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from objectives.domain.catalogue import OBJECTIVE_METRICS, Family
from objectives.domain.evolution import GUIDES, CompanyStage
from objectives.domain.profiles import (
    RULES,
    House,
    Personal,
    Profile,
    Seller,
    personal_objectives,
    shared_counts,
)

HOUSE = House(
    stage=CompanyStage.SCALE,
    weeks=13,
    needed={"opportunities_opened": 400.0, "meetings_held": 800.0},
    levels={
        "win_rate": 0.25,
        "average_deal_value": 1_200_000.0,
        "margin_rate": 0.5,
        "sales_cycle_days": 60.0,
    },
)
SELLER = Seller(
    Profile.CONFIRMED,
    revenue=6_000_000,
    company_revenue=60_000_000,
    counts={"opportunities_opened": 40, "meetings_held": 80},
)


def objectives(profile: Profile, house: House = HOUSE, **changes: float) -> list[Personal]:
    return personal_objectives(replace(SELLER, profile=profile, **changes), house)


def targets(found: list[Personal]) -> dict[str, float]:
    return {one.metric: one.target for one in found}


def test_who_begins_gets_learning_and_activity() -> None:
    found = objectives(Profile.RAMPING)

    assert targets(found) == {"learning_milestones": 4, "opportunities_opened": 40, "meetings_held": 80}
    assert {one.family for one in found} == {Family.LEARNING, Family.PROSPECTING}


def test_who_is_confirmed_gets_a_balance_of_the_three_levers() -> None:
    found = objectives(Profile.CONFIRMED)

    assert targets(found) == {
        "opportunities_opened": 40,
        "win_rate": 0.25,
        "average_deal_value": 1_200_000,
    }
    assert {one.family for one in found} == {Family.PROSPECTING, Family.CONVERSION, Family.VALUE}


def test_a_senior_gets_conversion_and_value_above_the_common_level() -> None:
    found = objectives(Profile.SENIOR)

    assert targets(found) == {
        "average_deal_value": 1_260_000,
        "win_rate": pytest.approx(0.259),
        "margin_rate": pytest.approx(0.512),
    }
    assert {one.family for one in found} == {Family.CONVERSION, Family.VALUE}


def test_activity_follows_the_ramped_share_of_revenue() -> None:
    half, full = shared_counts({"opportunities_opened": 59.5}, [3_000_000, 6_000_000])

    assert (half, full) == ({"opportunities_opened": 20}, {"opportunities_opened": 40})


def test_without_shares_nobody_has_a_part() -> None:
    assert shared_counts({"opportunities_opened": 60}, [0, 0]) == [{}, {}]


@given(st.floats(0, 5000), st.lists(st.floats(0, 1e9), min_size=1, max_size=30))
def test_the_parts_make_the_whole(needed: float, revenues: list[float]) -> None:
    parts = shared_counts({"opportunities_opened": needed}, revenues)

    if sum(revenues):
        assert sum(part["opportunities_opened"] for part in parts) == pytest.approx(needed, abs=1)
        assert all(part["opportunities_opened"] >= 0 for part in parts)


def test_who_comes_half_way_through_has_half_the_milestones() -> None:
    assert targets(objectives(Profile.RAMPING, presence=0.5))["learning_milestones"] == 2


def test_a_long_cycle_does_not_pile_up_milestones() -> None:
    assert targets(objectives(Profile.RAMPING, replace(HOUSE, weeks=52)))["learning_milestones"] == 6


def test_who_is_not_here_in_the_cycle_has_none() -> None:
    assert objectives(Profile.CONFIRMED, presence=0.0) == []


def test_what_the_data_cannot_tell_gives_its_place_to_the_next() -> None:
    house = replace(HOUSE, levels={key: v for key, v in HOUSE.levels.items() if key != "margin_rate"})

    assert list(targets(objectives(Profile.SENIOR, house))) == [
        "average_deal_value", "win_rate", "sales_cycle_days",
    ]  # fmt: skip


def test_without_a_share_nothing_is_asked_by_share() -> None:
    without = personal_objectives(replace(SELLER, revenue=None, counts={}), HOUSE)

    assert "opportunities_opened" not in targets(without)


def test_every_reason_has_a_code_of_its_own_and_every_metric_can_carry_an_objective() -> None:
    rules = [rule for of_profile in RULES.values() for rule in of_profile]

    assert len({rule.reason for rule in rules}) == len(rules)
    assert {rule.metric for rule in rules} <= set(OBJECTIVE_METRICS)


@given(
    st.sampled_from(Profile),
    st.sampled_from(CompanyStage),
    st.one_of(st.none(), st.floats(0, 1e8)),
    st.floats(0, 1),
    st.floats(0, 60),
    st.dictionaries(st.sampled_from(list(HOUSE.levels)), st.floats(0, 0.99)),
)
def test_nobody_has_more_objectives_than_the_stage_makes_sense_of(
    profile: Profile,
    stage: CompanyStage,
    revenue: float | None,
    presence: float,
    weeks: float,
    levels: dict[str, float],
) -> None:
    seller = Seller(profile, revenue, 1e8, presence=presence)
    found = personal_objectives(seller, replace(HOUSE, stage=stage, weeks=weeks, levels=levels))

    assert len(found) + 1 <= GUIDES[stage].a_person
    assert len({one.metric for one in found}) == len(found)
    assert all(one.target > 0 for one in found)
    assert sum(one.importance for one in found) <= 80
