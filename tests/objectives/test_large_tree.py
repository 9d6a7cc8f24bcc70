"""A tree of 500 objectives: a level at a time, at most 50 rows an answer, as few queries as for a small one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from objectives.actions import plans
from objectives.models import Cycle, Objective
from tenants.models import Membership
from tenants.scope import tenant_scope
from tests import factories
from tests.kept import kept

LARGE, ROWS = 500, 50
# What one line is marked with, on each page that lists objectives.
MARKS = {
    "review": '<li class="tree-node',
    "tree": '<li class="tree-node',
    "objective": 'class="chain-value"',
    "cascade": '<tr class="share-row',
    "clarity": "<li",
    "clarity_list": '<li class="clarity-line',
    "calibration": '<li class="calibration-line',
    "calibration_lines": '<li class="calibration-line',
    "negotiation": '<th scope="row"',
}
BESIDE = 40  # of the frame: links of the navigation, steps, facts


@kept
def planned(quarter: Cycle, director: Membership) -> Cycle:
    with tenant_scope(quarter.organisation_id):
        plans.set_ambition(cycle=quarter, revenue_minor=60_000_000, version=0, by=factories.actor(director))
    return quarter


@pytest.fixture
def browser(director: Membership, client_of: Callable[[Membership], Client]) -> Client:
    return client_of(director)


def company_of(cycle: Cycle) -> Objective:
    with tenant_scope(cycle.organisation_id):
        return Objective.objects.get(cycle=cycle, metric="revenue_won", parent=None)


def grow(cycle: Cycle) -> None:
    """Up to 500: below the company more than one answer may hold, and below the first of those too."""
    with tenant_scope(cycle.organisation_id):
        top = Objective.objects.get(cycle=cycle, metric="revenue_won", parent=None)
        branches = Objective.objects.bulk_create(
            Objective(cycle=cycle, metric="deals_won", segment=f"Branch {n:03}", parent=top, target=10)
            for n in range(120)
        )
        rest = LARGE - Objective.objects.filter(cycle=cycle).count()
        Objective.objects.bulk_create(
            Objective(
                cycle=cycle,
                metric="opportunities_opened",
                segment=f"Segment {n:03}",
                parent=branches[0] if n < 130 else branches[n % 120],
                target=10,
            )
            for n in range(rest)
        )
        assert Objective.objects.filter(cycle=cycle).count() == LARGE


def address(page: str, cycle: Cycle) -> str:
    key = {"objective": company_of(cycle).pk} if page in ("tree", "objective") else {"cycle": cycle.pk}
    return reverse(f"objectives:{page}", kwargs={"organisation": "atelier", **key})


@pytest.mark.parametrize("page", MARKS)
def test_a_page_holds_fifty_rows_and_asks_for_as_many_queries_as_for_a_small_tree(
    planned: Cycle, browser: Client, page: str, django_assert_num_queries: Any
) -> None:
    url = address(page, planned)
    browser.get(url)
    with CaptureQueriesContext(connection) as small:
        browser.get(url)
    grow(planned)

    with django_assert_num_queries(len(small)):
        answer = browser.get(url)

    assert answer.status_code == 200
    assert answer.text.count(MARKS[page]) <= ROWS + (BESIDE if MARKS[page] == "<li" else 1)


def test_every_objective_of_the_tree_is_reached_level_by_level_without_any_answer_of_more_than_fifty(
    planned: Cycle, browser: Client
) -> None:
    grow(planned)
    with tenant_scope(planned.organisation_id):
        tops = list(Objective.objects.filter(cycle=planned, parent=None).values_list("pk", flat=True))

    seen, waiting = set(tops), list(tops)
    while waiting:
        url: str | None = reverse(
            "objectives:tree", kwargs={"organisation": "atelier", "objective": waiting.pop()}
        )
        while url:
            answer = browser.get(url)
            nodes = answer.context["nodes"]
            assert len(nodes) <= ROWS
            seen |= {key_of(node["url"]) for node in nodes}
            waiting += [key_of(node["url"]) for node in nodes if node["children_url"]]
            url = (answer.context["more"] or {}).get("rows_url")

    assert len(seen) == LARGE


def key_of(url: str) -> UUID:
    return UUID(url.rstrip("/").rsplit("/", 1)[-1])
