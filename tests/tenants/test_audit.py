"""The page of the audit trail."""

from collections.abc import Callable

from django.test import Client

from tenants.access import SYSTEM
from tenants.actions import audit, teams
from tenants.models import Membership, Organisation
from tenants.scope import tenant_scope
from tests import factories

ClientOf = Callable[[Membership], Client]
URL = "/o/atelier/settings/audit/"


def test_the_page_says_who_did_what_to_which_row(
    atelier: Organisation, alice: Membership, client_of: ClientOf
) -> None:
    with tenant_scope(atelier.id):
        teams.create(name="North", parent=None, manager=None, by=factories.actor(alice))
    page = client_of(alice).get(URL).content.decode()
    assert all(word in page for word in ("Alice", "team added", "North"))


def test_the_page_shows_one_kind_of_act(
    atelier: Organisation, alice: Membership, client_of: ClientOf
) -> None:
    with tenant_scope(atelier.id):
        audit.record(by=SYSTEM, verb="probe.first", detail={"figure": 111})
        audit.record(by=SYSTEM, verb="probe.second", detail={"figure": 222})
    page = client_of(alice).get(URL, {"verb": "probe.first"}).content.decode()
    assert "111" in page
    assert "222" not in page


def test_a_long_trail_comes_in_pages(atelier: Organisation, alice: Membership, client_of: ClientOf) -> None:
    with tenant_scope(atelier.id):
        for number in range(60):
            audit.record(by=SYSTEM, verb="probe", detail={"figure": f"row {number:02}"})
    browser = client_of(alice)
    assert browser.get(URL).content.decode().count("row ") == 50
    assert browser.get(URL, {"page": 2}).content.decode().count("row ") == 10


def test_a_manager_does_not_read_the_trail(bob: Membership, client_of: ClientOf) -> None:
    assert client_of(bob).get(URL).status_code == 403


def test_details_are_told_in_the_readers_words(
    atelier: Organisation, alice: Membership, client_of: ClientOf
) -> None:
    with tenant_scope(atelier.id):
        detail = {"revenue": 60_000_000, "from": "rep", "until": "2027-01-31", "locked": True, "target": None}
        audit.record(by=SYSTEM, verb="plan.ambition", detail=detail)
    page = client_of(alice).get(URL).content.decode()
    told = ("revenue objective", "600,000", "salesperson", "31 Jan 2027", "padlock", "yes", "–")
    assert [word for word in told if word not in page] == []
