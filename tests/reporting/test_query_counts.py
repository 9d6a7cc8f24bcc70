"""Each page makes a fixed number of queries, however many people there are."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.kept import kept
from tests.reporting import builders
from tests.reporting.builders import Quarter

# With those of every page: the login, the membership, the scope's savepoint and setting (two of each), the switcher.
PAGES = {
    "director/": 17,
    "director/?lazy": 11,
    "manager/": 20,
    "rep/": 19,
    "analysis/actions/": 13,
    "analysis/causes/": 13,
    "runs/": 9,
    "manager/conversion.csv": 13,
    "manager/gaps.csv": 13,
    "analysis/landing/": 14,
    "analysis/landing/backtest/": 9,
    # At a second look: what was worked out is kept.
    "analysis/conversion/": 15,
    "analysis/conversion/cohorts/": 14,
    "analysis/conversion/time/": 14,
    "analysis/conversion/ageing/": 14,
    "analysis/conversion/flow/": 16,
    "analysis/conversion/deals/": 14,
}
OF_A_DAY = {
    **{
        "strategies": 6,
        "cycles": 6,
        "revisions": 6,
        "objectives": 6,
        "lever-actions": 6,
        "opportunities": 11,
    },
    **{"meetings": 6, "activities": 6},
}
API = {
    **{"objectives": 6, "gaps": 8, "conversion": 7, "causes": 7, "landings": 7},
    **{"facts": 6, "opportunities": 7, "runs": 6},
    **{f"{name}?as_of=2026-02-11": count for name, count in OF_A_DAY.items()},
}


def staffed(quarter: Quarter, people: int) -> Quarter:
    """With people of North, each with an objective, a gap and a rate."""
    stages = factories.stages(quarter.organisation)
    for number in range(people):
        person = factories.person(quarter.organisation, f"Rep {number:02}", team=quarter.north)
        objective = factories.objective(
            quarter.cycle, person=person, parent=quarter.north_objective, target=1, state="active"
        )
        builders.gap(quarter.run, objective)
        builders.conversion(quarter.run, stages["Engaging"], stages["Won"], person=person)
        factories.event(factories.opportunity(quarter.organisation, f"OPP-{number}", owner=person))
    return quarter


def queries(client: Client, path: str, **query: Any) -> int:
    client.get(path, query)  # whatever is read once for a process is read by now
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path, query).status_code == 200
    return len(captured)


@kept
def few(quarter: Quarter) -> Quarter:
    return staffed(quarter, 5)


@kept
def many(quarter: Quarter) -> Quarter:
    return staffed(quarter, 50)


def of_page(quarter: Quarter, page: str) -> int:
    client = factories.client_of(factories.member(quarter.organisation, "director"))
    query = {"cycle": quarter.cycle.id, "as_of": builders.AS_OF.isoformat()}
    match page:
        case "director/?lazy":
            path = f"director/objectives/{quarter.north_objective.id}/"
        case "manager/":
            path, query["team"] = page, quarter.north.id
        case "rep/":
            path, query["person"] = page, quarter.carol.id
        case "analysis/conversion/":
            path, query["by"] = page, "person"
        case "analysis/conversion/deals/":
            path, query["of"] = page, "open"
        case _:
            path = page
    return queries(client, f"/o/atelier/{path}", **query)


def of_list(quarter: Quarter, rows: str) -> int:
    return queries(factories.api_client(quarter.organisation), f"/api/v1/{rows}")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_makes_its_queries_for_five_people(few: Quarter, page: str) -> None:
    assert of_page(few, page) == PAGES[page]


@pytest.mark.parametrize("rows", API)
def test_a_list_of_the_api_makes_its_queries_for_five_people(few: Quarter, rows: str) -> None:
    assert of_list(few, rows) == API[rows]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_makes_as_many_queries_for_fifty_people(many: Quarter, page: str) -> None:
    assert of_page(many, page) == PAGES[page]


@pytest.mark.parametrize("rows", API)
def test_a_list_of_the_api_makes_as_many_queries_for_fifty_people(many: Quarter, rows: str) -> None:
    assert of_list(many, rows) == API[rows]
