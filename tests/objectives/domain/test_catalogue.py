import dataclasses

import pytest

from objectives.domain.catalogue import (
    CATALOGUE,
    LARGEST_TARGET,
    OBJECTIVE_METRICS,
    Family,
    Metric,
    Source,
    Unit,
)


@pytest.mark.parametrize("metric", CATALOGUE.values(), ids=lambda metric: metric.key)
def test_a_metric_is_defined_in_both_languages(metric: Metric) -> None:
    texts = dataclasses.asdict(metric)

    for part in ("name", "definition", "formula", "numerator", "denominator"):
        assert bool(texts[f"{part}_en"]) == bool(texts[f"{part}_fr"])
    assert metric.definition("fr-ca") == metric.definition_fr
    assert metric.name("en") == metric.name_en
    assert metric.formula("de") == metric.formula_en


def test_a_key_is_the_key_of_its_metric() -> None:
    assert all(key == metric.key for key, metric in CATALOGUE.items())


def test_every_metric_but_those_of_steering_can_carry_a_target() -> None:
    assert [key for key, metric in CATALOGUE.items() if metric.family is not Family.STEERING] == list(
        OBJECTIVE_METRICS
    )


@pytest.mark.parametrize("family", [Family.PROSPECTING, Family.CONVERSION, Family.VALUE, Family.LEARNING])
def test_each_lever_has_metrics(family: Family) -> None:
    assert any(CATALOGUE[key].family is family for key in OBJECTIVE_METRICS)


@pytest.mark.parametrize("metric", CATALOGUE.values(), ids=lambda metric: metric.key)
def test_somebody_uses_each_metric(metric: Metric) -> None:
    assert metric.used_by


@pytest.mark.parametrize("key", ["sales_cycle_days", "stale_share", "top_customers_share"])
def test_of_some_metrics_less_is_better(key: str) -> None:
    assert CATALOGUE[key].higher_is_better is False


def test_what_no_data_tells_is_typed() -> None:
    assert CATALOGUE["learning_milestones"].source is Source.TYPED


@pytest.mark.parametrize(
    "key", ["prospects_contacted", "conversations", "meetings_held", "meetings_accepted"]
)
def test_prospecting_is_counted_from_what_is_logged(key: str) -> None:
    assert CATALOGUE[key].source is Source.LOGGED
    assert CATALOGUE[key].is_shared_out


def test_amounts_and_counts_are_shared_out_ratios_are_not() -> None:
    shared = {key for key in OBJECTIVE_METRICS if CATALOGUE[key].is_shared_out}

    assert {"revenue_won", "margin_won", "repeat_revenue", "opportunities_opened"} <= shared
    assert not {"average_deal_value", "contract_months", "sales_cycle_days", "win_rate"} & shared


def test_only_the_stage_conversion_rate_names_a_stage() -> None:
    assert [key for key, metric in CATALOGUE.items() if metric.has_stage] == ["stage_conversion_rate"]


@pytest.mark.parametrize("unit", list(Unit))
def test_each_unit_has_a_largest_credible_target(unit: Unit) -> None:
    assert LARGEST_TARGET[unit] >= 1


@pytest.mark.parametrize(
    "key", ["average_deal_value", "stage_conversion_rate", "win_rate", "path", "cover_ratio"]
)
def test_a_ratio_names_its_denominator(key: str) -> None:
    assert CATALOGUE[key].denominator_en
