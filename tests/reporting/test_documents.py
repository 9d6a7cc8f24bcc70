"""The document of a run: what the command prints, from the rows that pages read."""

import json
from decimal import Decimal

import pytest

from reporting.queries.documents import run_document
from tenants.models import Organisation
from tenants.scope import tenant_scope
from tests import factories
from tests.reporting import builders


@pytest.fixture
def document(atelier: Organisation) -> dict:
    quarter = builders.quarter(atelier)
    with tenant_scope(atelier.id):
        return run_document(quarter.run)


def test_it_names_the_organisation_and_the_day(document: dict) -> None:
    assert (document["organisation"], document["as_of"]) == ("atelier", "2026-02-11")
    assert set(document) == {"organisation", "as_of", "conversion", "gaps"}


def test_it_is_json(document: dict) -> None:
    assert json.loads(json.dumps(document)) == document


def test_a_rate_carries_what_makes_it_honest(document: dict) -> None:
    assert document["conversion"][1] == {
        "from": "Engaging", "to": "Won", "scope": "Atelier", "scope_kind": "company", "entered": 132, "advanced": 41,
        "lost": 80, "open": 11, "eventual_rate": 0.31, "low": 0.26, "high": 0.36, "objective_rate": 0.45,
        "state": "behind",
    }  # fmt: skip


def test_a_rate_that_cannot_be_known_is_null_and_not_zero(document: dict) -> None:
    assert document["conversion"][0]["eventual_rate"] is None


def test_company_comes_before_teams_and_teams_before_people(document: dict) -> None:
    assert [row["scope_kind"] for row in document["conversion"][::2]] == ["company", "team", "person"]
    assert [row["owner"] for row in document["gaps"]] == ["Atelier", "North", "Carol"]


def test_money_is_written_with_the_digits_of_the_currency(document: dict) -> None:
    gap = document["gaps"][0]
    assert (gap["target"], gap["path"], gap["actual"]) == ("500000.00", "227000.00", "200000.00")
    assert gap["levers"][3] == {"lever": "value", "contribution": "-7000.50"}


def test_a_rate_among_the_levers_names_its_transition(document: dict) -> None:
    assert document["gaps"][0]["levers"][2]["lever"] == "rate: Engaging → Won"


def test_levers_add_up_to_the_gap(document: dict) -> None:
    gap = document["gaps"][0]
    assert sum(Decimal(lever["contribution"]) for lever in gap["levers"]) == Decimal(gap["gap_to_path"])


def test_counts_and_rates_are_numbers(atelier: Organisation) -> None:
    quarter = builders.quarter(atelier)
    with tenant_scope(atelier.id):
        deals = factories.objective(quarter.cycle, "deals_won", target=40, state="active")
        builders.gap(quarter.run, deals, target=40.0, path=16.4, actual=15.0, gap_to_path=-1.4)
        gap = run_document(quarter.run)["gaps"][0]
    assert (gap["metric"], gap["target"], gap["path"], gap["actual"]) == ("deals_won", 40, 16.4, 15)
