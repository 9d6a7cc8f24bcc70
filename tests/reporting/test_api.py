"""The read-only API gives the figures of the pages and of the document."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from pipeline.models import StageScope
from pipeline.queries.stays import NOBODY
from reporting.models import DailyFact
from reporting.queries.documents import run_document
from tenants.models import Organisation
from tests import factories
from tests.kept import kept
from tests.reporting import builders
from tests.reporting.builders import Quarter

LISTS = (
    *("strategies", "cycles", "objectives", "revisions"),
    *("gaps", "conversion", "causes", "facts", "opportunities", "runs", "lever-actions"),
)


@pytest.fixture
def api(atelier: Organisation) -> Client:
    return factories.api_client(atelier)


def rows(api: Client, path: str, **query: Any) -> list[dict[str, Any]]:
    answer = api.get(f"/api/v1/{path}", query)
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]  # type: ignore[no-any-return]


@pytest.mark.parametrize("path", LISTS)
def test_without_a_key_nothing_is_read(quarter: Quarter, path: str) -> None:
    answer = Client().get(f"/api/v1/{path}")
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")


@pytest.mark.parametrize("path", sorted({*LISTS} - {"lever-actions"}))
def test_results_cannot_be_written(api: Client, path: str) -> None:
    assert api.post(f"/api/v1/{path}", {}, content_type="application/json").status_code == 405


@pytest.mark.parametrize("path", LISTS)
def test_another_organisations_rows_are_not_there(quarter: Quarter, rival: Organisation, path: str) -> None:
    factories.opportunity(quarter.organisation)
    assert rows(factories.api_client(rival), path) == []


def test_causes_come_with_their_limit_how_sure_they_are_and_what_is_at_stake(
    quarter: Quarter, api: Client
) -> None:
    builders.cause(quarter.run, team=quarter.north)
    builders.cause(quarter.run, "discount")

    (row,) = rows(api, "causes", team=quarter.north.id, as_of=builders.AS_OF.isoformat())

    assert (row["rule"], row["family"], row["unit"]) == ("off_target_share", "targeting", "rate")
    assert (row["signal"], row["threshold"], row["p"], row["at_stake"]) == (0.4, 0.25, 0.999, "12000.00")


def test_gaps_are_those_of_the_document(quarter: Quarter, api: Client) -> None:
    with factories.scope_of(quarter.organisation):
        document = run_document(quarter.run)
    shown = [{key: row[key] for key in document["gaps"][0]} for row in rows(api, "gaps")]
    assert sorted(shown, key=str) == sorted(document["gaps"], key=str)


def test_rates_are_those_of_the_document(quarter: Quarter, api: Client) -> None:
    with factories.scope_of(quarter.organisation):
        document = run_document(quarter.run)
    shown = [{key: row[key] for key in document["conversion"][0]} for row in rows(api, "conversion")]
    assert sorted(shown, key=str) == sorted(document["conversion"], key=str)


def test_amounts_come_with_their_currency(quarter: Quarter, api: Client) -> None:
    (row,) = rows(api, "gaps", person=quarter.carol.id)
    assert (row["actual"], row["gap_to_target"], row["currency"]) == ("200000.00", "-300000.00", "EUR")
    assert (row["as_of"], row["cycle"]) == ("2026-02-11", str(quarter.cycle.id))


def test_the_latest_run_is_the_default_and_any_other_is_a_filter(quarter: Quarter, api: Client) -> None:
    later = builders.run(quarter.organisation, date(2026, 2, 12))
    builders.gap(later, quarter.company_objective, actual=100.0)
    assert [row["actual"] for row in rows(api, "gaps")] == ["1.00"]
    assert len(rows(api, "gaps", as_of="2026-02-11")) == 3


def test_a_day_without_a_run_is_not_found_and_says_where_to_look(quarter: Quarter, api: Client) -> None:
    answer = api.get("/api/v1/gaps", {"as_of": "2026-02-05"})
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert "/api/v1/runs" in answer.json()["detail"]


def test_before_the_first_run_there_is_nothing(api: Client) -> None:
    assert rows(api, "gaps") == rows(api, "conversion") == rows(api, "runs") == []


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("gaps", {"as_of": "soon"}),
        ("gaps", {"team": "north"}),
        ("conversion", {"person": "1"}),
        ("objectives", {"cycle": "Q1"}),
        ("facts", {"metric": "luck"}),
        ("runs", {"start": "2026-13-01"}),
        ("opportunities", {"stage": "won"}),
    ],
)
def test_a_filter_of_the_wrong_form_is_a_fault_at_its_name(
    quarter: Quarter, api: Client, path: str, query: dict[str, str]
) -> None:
    answer = api.get(f"/api/v1/{path}", query)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, list(query))


def test_rows_are_filtered_by_team_and_person(quarter: Quarter, api: Client) -> None:
    assert [row["owner"] for row in rows(api, "gaps", team=quarter.north.id)] == ["North"]
    assert {row["scope"] for row in rows(api, "conversion", person=quarter.carol.id)} == {"Carol"}
    assert [row["owner"] for row in rows(api, "objectives", person=quarter.carol.id)] == ["Carol"]
    assert rows(api, "gaps", metric="deals_won") == []


def test_objectives_show_their_parent_and_an_empty_target_as_null(quarter: Quarter, api: Client) -> None:
    factories.objective(quarter.cycle, "deals_won", target=None)
    shown = {row["id"]: row for row in rows(api, "objectives")}
    assert shown[str(quarter.carol_objective.id)]["parent"] == str(quarter.north_objective.id)
    assert [row["target"] for row in shown.values() if row["metric"] == "deals_won"] == [None]


def test_a_list_goes_on_behind_its_cursor(quarter: Quarter, api: Client) -> None:
    for number in range(5):
        factories.opportunity(quarter.organisation, f"OPP-{number}")
    seen, url = [], "/api/v1/opportunities?page_size=2"
    while url:
        answer = api.get(url).json()
        seen += [row["external_id"] for row in answer["results"]]
        url = answer["next"]
    assert seen == [f"OPP-{number}" for number in range(5)]


def test_an_unknown_amount_is_null(quarter: Quarter, api: Client) -> None:
    factories.opportunity(quarter.organisation, amount_minor=None)
    (row,) = rows(api, "opportunities")
    assert (row["amount"], row["stage_name"]) == (None, "Prospecting")


# Daily facts ------------------------------------------------------------------------------------------------


@kept
def facts(quarter: Quarter) -> Quarter:
    """Three days of wins of Carol in North, and one day of entries of nobody."""
    stages = factories.stages(quarter.organisation)
    with factories.scope_of(quarter.organisation):
        for number, stage, team, owner in (
            (1, stages["Won"].id, quarter.north.id, quarter.carol.id),
            (2, stages["Engaging"].id, NOBODY, NOBODY),
        ):
            StageScope.objects.create(
                organisation=quarter.organisation, number=number, stage_id=stage, team_id=team, owner_id=owner
            )
        DailyFact.objects.bulk_create(
            DailyFact(
                organisation=quarter.organisation, scope=1, metric="won", day=date(2026, 1, 5) + timedelta(days=day),
                numerator=1_250_050, denominator=1,
            )
            for day in range(3)
        )  # fmt: skip
        DailyFact.objects.create(
            organisation=quarter.organisation,
            scope=2,
            metric="entered",
            day=date(2026, 1, 5),
            numerator=4,
            denominator=0,
        )
    return quarter


def test_a_fact_is_a_numerator_and_a_denominator_in_somebodys_hands(facts: Quarter, api: Client) -> None:
    row = rows(api, "facts", metric="won")[0]
    assert (row["numerator"], row["denominator"], row["currency"]) == ("12500.50", 1, "EUR")
    assert (row["team"], row["person"]) == (str(facts.north.id), str(facts.carol.id))


def test_nobody_is_null_and_counts_are_integers(facts: Quarter, api: Client) -> None:
    (row,) = rows(api, "facts", metric="entered")
    assert (row["team"], row["person"], row["numerator"], row["currency"]) == (None, None, 4, None)


def test_facts_are_filtered_by_day_and_hands(facts: Quarter, api: Client) -> None:
    assert len(rows(api, "facts", start="2026-01-06", end="2026-01-07")) == 2
    assert len(rows(api, "facts", person=facts.carol.id)) == 3
    assert rows(api, "facts", team=facts.south.id) == []


def test_facts_go_on_behind_their_cursor_without_gap_or_repeat(facts: Quarter, api: Client) -> None:
    seen, url = [], "/api/v1/facts?page_size=1"
    while url:
        answer = api.get(url).json()
        seen += [(row["metric"], row["day"]) for row in answer["results"]]
        url = answer["next"]
    assert seen == [
        ("won", "2026-01-05"),
        ("won", "2026-01-06"),
        ("won", "2026-01-07"),
        ("entered", "2026-01-05"),
    ]


@pytest.mark.parametrize("cursor", ["x", "e30=", "WzEsMiwzXQ=="])
def test_a_cursor_of_ones_own_making_is_not_found(facts: Quarter, api: Client, cursor: str) -> None:
    assert api.get("/api/v1/facts", {"cursor": cursor}).status_code == 404


def test_the_document_of_the_api_names_every_list(db: None) -> None:
    schema = Client().get("/api/v1/schema/", headers={"Accept": "application/json"}).json()
    assert {f"/api/v1/{path}" for path in LISTS} <= set(schema["paths"])
