"""The levels that proposed targets start from, on the year of the house: 120 deals, a quarter of them won after 30 days."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.cache import cache

from objectives.domain.markets import Market
from objectives.models import Cycle
from objectives.queries.levels import Levels, present_levels
from pipeline.models import Opportunity
from tenants.models import Organisation
from tenants.scope import tenant_scope
from tests import factories
from tests.kept import kept
from tests.objectives.conftest import AMOUNT, House

QUARTER = 90 / 365


def levels_of(cycle: Cycle) -> Levels:
    cache.clear()
    with tenant_scope(cycle.organisation_id):
        return present_levels(cycle)


@kept
def levels(closed: House, quarter: Cycle) -> Levels:
    return levels_of(quarter)


def level(levels: Levels, metric: str, segment: str = "") -> float:
    return levels.by_place[metric, segment]


def test_counts_and_amounts_are_those_of_a_time_as_long_as_the_cycle(levels: Levels) -> None:
    won = 28  # of the 30 wins, two are signed after the eve

    assert level(levels, "opportunities_opened") == pytest.approx(120 * QUARTER, rel=0.02)
    assert level(levels, "deals_won") == pytest.approx(won * QUARTER, rel=0.05)
    assert level(levels, "revenue_won") == pytest.approx(level(levels, "deals_won") * AMOUNT)
    assert levels.day == date(2025, 12, 31)


def test_ratios_are_those_of_the_year(levels: Levels) -> None:
    assert level(levels, "average_deal_value") == AMOUNT
    assert level(levels, "margin_rate") == pytest.approx(0.5)
    assert ("recurring_share", "") not in levels.by_place  # nothing tells it


def test_the_win_rate_and_the_cycle_leave_open_deals_undecided(levels: Levels) -> None:
    assert level(levels, "win_rate") == pytest.approx(0.25, abs=0.02)
    assert level(levels, "sales_cycle_days") == 30
    assert level(levels, "stale_share") == 0  # nothing has been open for longer than wins took


def test_deals_that_are_open_for_longer_than_wins_took_are_stale(closed: House, quarter: Cycle) -> None:
    with tenant_scope(quarter.organisation_id):
        Opportunity.objects.filter(stage__name="Lost", created_on__lt=date(2025, 3, 1)).update(
            stage=closed.stages["Engaging"], closed_on=None
        )

    assert level(levels_of(quarter), "stale_share") > 0.5


def test_who_bought_before_and_buys_again_is_kept(levels: Levels) -> None:
    """Ten customers; the even ones of the four-step rhythm buy again and again."""
    assert 0 < level(levels, "repeat_revenue") < level(levels, "revenue_won")
    # A year before the last quarter is not known in whole: who was a customer then cannot be told.
    assert ("customer_retention", "") not in levels.by_place


def test_a_deal_that_was_closed_after_the_eve_is_still_open_for_a_past_cycle(closed: House) -> None:
    past = factories.cycle(
        closed.organisation, "Q3 2025", start_on=date(2025, 7, 1), end_on=date(2025, 10, 1)
    )

    levels = levels_of(past)

    assert levels.day == date(2025, 6, 30)
    assert level(levels, "opportunities_opened") == pytest.approx(92 / 3, rel=0.03)
    assert level(levels, "win_rate") == pytest.approx(0.25, abs=0.03)


def test_a_segment_has_levels_and_a_market_of_its_own(closed: House, quarter: Cycle) -> None:
    with tenant_scope(quarter.organisation_id):
        Opportunity.objects.filter(external_id__in=["D4", "D8", "D9", "D12"]).update(segment="Health")

    levels = levels_of(quarter)

    assert level(levels, "opportunities_opened", "Health") == pytest.approx(4 * QUARTER, rel=0.02)
    assert level(levels, "deals_won", "Health") == pytest.approx(3 * QUARTER, rel=0.02)
    assert [(one.segment, one.market, one.reason) for one in levels.markets] == [
        ("Health", Market.CANNOT_TELL, "history_too_short")
    ]


def test_without_data_nothing_is_known(atelier: Organisation) -> None:
    assert levels_of(factories.cycle(atelier)) == Levels({}, (), None)


def test_they_are_remembered_until_the_next_recompute(
    closed: House, quarter: Cycle, django_assert_num_queries: Any
) -> None:
    levels_of(quarter)

    with tenant_scope(quarter.organisation_id), django_assert_num_queries(1):
        present_levels(quarter)


def test_one_organisation_never_sees_the_levels_of_another(
    levels: Levels, quarter: Cycle, rival: Organisation
) -> None:
    other = factories.cycle(rival)

    with tenant_scope(rival.id):
        assert present_levels(other) == Levels({}, (), None)
