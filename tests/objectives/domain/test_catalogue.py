import dataclasses

import pytest

from objectives.domain.catalogue import CATALOGUE, OBJECTIVE_METRICS, Metric


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


def test_four_metrics_can_carry_a_target() -> None:
    assert set(OBJECTIVE_METRICS) <= set(CATALOGUE)
    assert len(OBJECTIVE_METRICS) == 4


@pytest.mark.parametrize(
    "key", ["average_deal_value", "stage_conversion_rate", "win_rate", "path", "cover_ratio"]
)
def test_a_ratio_names_its_denominator(key: str) -> None:
    assert CATALOGUE[key].denominator_en
