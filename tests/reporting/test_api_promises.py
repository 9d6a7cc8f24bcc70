"""Strategies, cycles, objectives as of a day and revisions, in the API."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from objectives.models import Cycle, Objective, Revision, RevisionChange, Strategy
from tenants.models import Organisation
from tests import factories


@pytest.fixture
def api(atelier: Organisation) -> Client:
    return factories.api_client(atelier)


def rows(api: Client, path: str, **query: Any) -> list[dict[str, Any]]:
    answer = api.get(f"/api/v1/{path}", query)
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]  # type: ignore[no-any-return]


def test_a_strategy_gives_its_weights_and_its_ambition(atelier: Organisation, api: Client) -> None:
    with factories.scope_of(atelier):
        Strategy.objects.create(
            number=1, starts_on=date(2026, 1, 1), horizon_on=date(2028, 1, 1), statement="Grow", ambition_minor=100_000,
            growth=60, profitability=20, new_markets=10, retention=10,
        )  # fmt: skip

    (shown,) = rows(api, "strategies")

    assert shown["weights"] == {"growth": 60, "profitability": 20, "new_markets": 10, "retention": 10}
    assert shown["ambition"] == "1000.00"


def test_cycles_are_listed_by_state_with_their_last_day_inside(atelier: Organisation, api: Client) -> None:
    factories.cycle(atelier, "Q1")
    factories.cycle(
        atelier, "Q4", state=Cycle.State.ACTIVE, start_on=date(2025, 10, 1), end_on=date(2026, 1, 1)
    )

    assert [(row["name"], row["last_day"]) for row in rows(api, "cycles", state="active")] == [
        ("Q4", "2025-12-31")
    ]


def test_an_objective_gives_its_band_in_the_unit_of_its_metric(atelier: Organisation, api: Client) -> None:
    calibration = {
        "probability": 0.4,
        "band": "hard",
        "mean": 45_000_000.0,
        "low": 40_000_000.0,
        "high": 50_000_000.0,
    }
    factories.objective(
        factories.cycle(atelier), calibration={**calibration, "as_of": "2025-12-31", "engine": "x"}
    )

    (shown,) = rows(api, "objectives")

    assert shown["family"] == "value"
    assert shown["outcome"] is None
    assert shown["calibration"] == {
        **{"probability": 0.4, "band": "hard", "as_of": "2025-12-31"},
        **{"mean": "450000.00", "low": "400000.00", "high": "500000.00"},
    }


def test_a_revision_gives_what_it_would_change(atelier: Organisation, api: Client) -> None:
    cycle = factories.cycle(atelier, state=Cycle.State.ACTIVE)
    objective = factories.objective(cycle, state=Objective.State.ACTIVE)
    with factories.scope_of(atelier):
        revision = Revision.objects.create(
            cycle=cycle, kind=Revision.Kind.SCOPE, text="A territory was sold", effective_on=date(2026, 2, 1)
        )
        RevisionChange.objects.create(
            revision=revision, objective=objective, before=50_000_000, after=40_000_000
        )

    (shown,) = rows(api, "revisions", state="proposed")

    assert shown["changes"] == [
        {"objective": str(objective.id), "person": None, "before": "500000.00", "after": "400000.00"}
    ]


def test_an_objective_can_be_asked_for_as_it_was_on_a_day(atelier: Organisation, api: Client) -> None:
    cycle = factories.cycle(atelier, state=Cycle.State.ACTIVE)
    objective = factories.objective(cycle, state=Objective.State.ACTIVE, target=40_000_000)
    with factories.scope_of(atelier):
        for number, day, target in ((1, date(2026, 1, 1), 50_000_000), (2, date(2026, 2, 1), 40_000_000)):
            objective.versions.create(organisation=atelier, number=number, from_on=day, target=target)

    assert [row["target"] for row in rows(api, "objectives", as_of="2026-01-15")] == ["500000.00"]
    assert [row["target"] for row in rows(api, "objectives")] == ["400000.00"]
