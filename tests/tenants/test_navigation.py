"""The main navigation and the switcher."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import resolve, reverse

from tenants.context_processors import ENTRIES
from tenants.domain.roles import Role
from tenants.models import Membership, Organisation
from tests import factories

ClientOf = Callable[[Membership], Client]


def urls(response: object) -> list[str]:
    return [line["url"] for line in response.context["navigation"]]  # type: ignore[attr-defined]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.url_name)
def test_every_entry_leads_to_a_page(entry: object) -> None:
    path = reverse(entry.url_name, kwargs={"organisation": "atelier"})  # type: ignore[attr-defined]
    assert resolve(path).func.permission  # type: ignore[attr-defined]


@pytest.mark.parametrize("role", list(Role))
def test_every_page_of_the_menu_opens(atelier: Organisation, role: Role, client_of: ClientOf) -> None:
    browser = client_of(factories.member(atelier, role))
    menu = urls(browser.get("/o/atelier/welcome/"))
    assert [url for url in menu if browser.get(url).status_code in (403, 404)] == []


def test_a_rep_sees_no_settings(carol: Membership, client_of: ClientOf) -> None:
    assert "/o/atelier/settings/" not in urls(client_of(carol).get("/o/atelier/welcome/"))


@pytest.mark.parametrize(
    ("page", "entry"),
    [
        ("/o/atelier/members/", "/o/atelier/members/"),
        ("/o/atelier/teams/", "/o/atelier/members/"),
        ("/o/atelier/people/new/", "/o/atelier/members/"),
        ("/o/atelier/settings/audit/", "/o/atelier/settings/"),
    ],
)
def test_the_menu_says_where_one_is(alice: Membership, client_of: ClientOf, page: str, entry: str) -> None:
    navigation = client_of(alice).get(page).context["navigation"]
    assert [line["url"] for line in navigation if line["active"]] == [entry]


def test_the_menu_keeps_the_cycle_and_the_day_of_the_address(alice: Membership, client_of: ClientOf) -> None:
    menu = urls(client_of(alice).get("/o/atelier/welcome/?cycle=a%26b&as_of=2026-09-30&team=1"))

    dated = [url for url in menu if "?" in url]
    assert dated == [
        f"/o/atelier/{page}/?cycle=a%26b&as_of=2026-09-30"
        for page in ("director", "manager", "rep", "analysis/levers", "chain")
    ]
    assert [url for url in urls(client_of(alice).get("/o/atelier/welcome/")) if "?" in url] == []


def test_the_switcher_lists_ones_own_organisations_only(
    rival: Organisation, alice: Membership, client_of: ClientOf
) -> None:
    organisations = client_of(alice).get("/o/atelier/welcome/").context["organisations"]
    assert [(line["name"], line["active"]) for line in organisations] == [("Atelier", True)]


def test_a_page_outside_the_organisations_has_no_menu(alice: Membership, client_of: ClientOf) -> None:
    assert client_of(alice).get(reverse("preferences")).context["navigation"] == []
