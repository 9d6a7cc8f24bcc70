"""The list of opportunities and the page of one: who sees what, filters, pages, queries."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pipeline.models import Opportunity
from tenants.models import Membership, Organisation
from tests import factories

LIST = "/o/atelier/opportunities/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def deals(atelier: Organisation) -> list[Opportunity]:
    stages = factories.stages(atelier)
    carol, bob = factories.person(atelier, "Carol"), factories.person(atelier, "Bob")
    company = factories.company(atelier, "Acme")
    return [
        factories.opportunity(atelier, "D1", owner=carol, company=company, created_on=date(2026, 1, 3)),
        factories.opportunity(atelier, "D2", owner=bob, stage=stages["Won"], created_on=date(2026, 1, 2)),
        factories.opportunity(atelier, "D3", owner=bob, created_on=None),
    ]


def listed(client: Client, query: str = "") -> list[str]:
    return [row.external_id for row in client.get(LIST + query).context["page"].rows]


def test_the_newest_come_first_and_undated_ones_before_them(
    deals: list[Opportunity], alice: Membership
) -> None:
    browser = factories.client_of(alice)
    factories.opportunity(deals[0].organisation, "D4", created_on=None, closed_on=date(2026, 2, 1))

    assert listed(browser) == ["D3", "D4", "D1", "D2"]
    # Said where it is so, whatever the days on which they closed.
    said = "in the order in which they were recorded"
    assert said in browser.get(LIST).content.decode()
    assert said not in browser.get(f"{LIST}?q=d1").content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [("?q=acme", ["D1"]), ("?q=d2", ["D2"]), ("?stage={won}", ["D2"]), ("?owner={bob}", ["D3", "D2"])],
)
def test_filters_are_in_the_address(
    deals: list[Opportunity], alice: Membership, query: str, found: list[str]
) -> None:
    address = query.format(won=deals[1].stage_id, bob=deals[1].owner_id)

    assert listed(factories.client_of(alice), address) == found


def test_a_rep_sees_own_deals_only(deals: list[Opportunity], carol: Membership) -> None:
    deals[0].owner.membership = carol
    with factories.scope_of(deals[0].organisation):
        deals[0].owner.save()
    browser = factories.client_of(carol)

    assert listed(browser, f"?owner={deals[1].owner_id}") == ["D1"]
    assert browser.get(f"{LIST}{deals[0].id}/").status_code == 200
    assert browser.get(f"{LIST}{deals[1].id}/").status_code == 404


def test_pages_follow_each_other_both_ways(atelier: Organisation, alice: Membership) -> None:
    stage = factories.stages(atelier)["Prospecting"]
    day = date(2026, 1, 1)
    for number in range(120):
        created_on = None if number < 10 else day + timedelta(days=number // 3)
        factories.opportunity(atelier, f"D{number}", stage=stage, created_on=created_on)
    browser = factories.client_of(alice)

    first = browser.get(LIST).context
    second = browser.get(first["next_url"]).context
    third = browser.get(second["next_url"]).context
    back = browser.get(browser.get(third["previous_url"]).context["previous_url"]).context

    ids = [row.external_id for page in (first, second, third) for row in page["page"].rows]
    assert (len(ids), len(set(ids)), third["next_url"], first["previous_url"]) == (120, 120, "", "")
    assert back["page"].rows == first["page"].rows


def test_the_list_costs_the_same_queries_whatever_its_length(
    deals: list[Opportunity], atelier: Organisation, alice: Membership, django_assert_num_queries: Any
) -> None:
    from django.db import connection

    browser = factories.client_of(alice)
    browser.get(LIST)
    with CaptureQueriesContext(connection) as few:
        browser.get(LIST)
    for number in range(30):
        factories.opportunity(atelier, f"X{number}", owner=deals[0].owner)

    with CaptureQueriesContext(connection) as many:
        browser.get(LIST)

    assert len(many) == len(few) <= 12


def test_the_life_of_a_deal_is_told_in_order(deals: list[Opportunity], alice: Membership) -> None:
    factories.event(deals[0], occurred_on=None, source="import")
    factories.event(deals[0], occurred_on=date(2026, 1, 3))

    page = factories.client_of(alice).get(f"{LIST}{deals[0].id}/")

    assert [event.occurred_on for event in page.context["events"]] == [date(2026, 1, 3), None]
    assert "not known" in page.content.decode()
