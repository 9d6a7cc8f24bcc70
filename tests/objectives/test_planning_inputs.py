from datetime import date

import pytest

from objectives.models import Cycle
from objectives.queries import planning_inputs
from pipeline.actions.passages import refresh
from pipeline.models import OpportunityEvent
from tenants.models import Organisation
from tenants.scope import tenant_scope
from tests import factories
from tests.objectives.conftest import AMOUNT, House


def inputs_of(cycle: Cycle):  # type: ignore[no-untyped-def]
    with tenant_scope(cycle.organisation_id):
        return planning_inputs(Cycle.objects.get(pk=cycle.pk))


def test_rates_delays_and_counts_come_from_the_dated_history(quarter: Cycle) -> None:
    first, second = inputs_of(quarter)["transitions"]

    assert (first["entered"], first["advanced"], first["lost"]) == (120, 60, 59)
    assert first["rate"] == pytest.approx(0.5, abs=0.01)
    assert first["low"] < 0.5 < first["high"]
    assert (first["median_days"], len(first["lag"])) == (10, 11)  # everything passes on the tenth day
    assert second["rate"] == pytest.approx(0.5, abs=0.02)
    assert second["median_days"] == 20


def test_the_average_value_is_that_of_the_wins_of_the_year_before(quarter: Cycle) -> None:
    value = inputs_of(quarter)["average_value"]

    assert value["value"] == AMOUNT
    assert (value["first_day"], value["last_day"], value["after_start"]) == (
        "2025-01-01",
        "2025-12-31",
        False,
    )


def test_the_open_pipeline_is_expected_to_bring_part_of_its_amount(quarter: Cycle) -> None:
    opened = inputs_of(quarter)["open"]

    assert opened is not None
    assert opened["day"] == "2025-12-31"
    assert 0 < opened["amount"] < opened["items"] * AMOUNT


def test_a_cycle_of_the_past_takes_the_pipeline_of_its_eve_and_says_what_it_knows_since(house: House) -> None:
    past = factories.cycle(house.organisation, "Q3 2025", start_on=date(2025, 7, 1), end_on=date(2025, 10, 1))

    inputs = inputs_of(past)

    assert (inputs["as_of"], inputs["planned_on"]) == ("2025-12-31", "2025-06-30")
    assert inputs["open"] is not None
    assert inputs["open"]["items"] > 0
    assert inputs["under_way"] is None


def test_a_cycle_under_way_says_what_is_booked(house: House) -> None:
    now = factories.cycle(house.organisation, "Q4", start_on=date(2025, 12, 1), end_on=date(2026, 3, 1))

    under_way = inputs_of(now)["under_way"]

    assert under_way is not None
    assert under_way["booked"] % AMOUNT == 0
    assert under_way["booked"] > 0


def test_a_transition_without_dates_is_unknown_and_the_others_are_not(atelier: Organisation) -> None:
    with tenant_scope(atelier.id):
        stages = factories.stages(atelier)
        for i in range(8):
            deal = factories.opportunity(atelier, f"M{i}", stage=stages["Won"], created_on=None)
            factories.event(deal, stages["Prospecting"], None, source="import")
            factories.event(deal, stages["Engaging"], date(2025, 9, 1))
            factories.event(deal, stages["Won" if i % 2 else "Lost"], date(2025, 9, 20))
        refresh(as_of=date(2025, 12, 31))
    cycle = factories.cycle(atelier)

    first, second = inputs_of(cycle)["transitions"]

    assert (first["rate"], first["unknown_because"]) == (None, "no_dates")
    assert second["rate"] == pytest.approx(0.5)


def test_without_any_recompute_nothing_is_known(atelier: Organisation) -> None:
    factories.stages(atelier)

    inputs = inputs_of(factories.cycle(atelier))

    assert inputs["as_of"] is None
    assert [transition["rate"] for transition in inputs["transitions"]] == [None, None]
    assert len(inputs["day_weights"]) == 90


def test_public_holidays_are_not_working_days(quarter: Cycle) -> None:
    weights = inputs_of(quarter)["day_weights"]

    assert weights[:5] == [0, 1, 0, 0, 1]  # New Year's Day, Friday, a weekend, Monday


def test_the_number_of_queries_does_not_grow_with_the_data(
    quarter: Cycle, django_assert_max_num_queries: object
) -> None:
    with tenant_scope(quarter.organisation_id):
        cycle = Cycle.objects.select_related("organisation").get(pk=quarter.pk)
        assert OpportunityEvent.objects.count() > 200
        # One for the links before the pipeline, between two settings, and one for the hours on offer among them.
        with django_assert_max_num_queries(7 + 2):  # type: ignore[operator]
            planning_inputs(cycle)
