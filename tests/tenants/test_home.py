"""Where one lands, and one's own preferences."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tenants.domain.roles import HOME, Role
from tenants.models import Membership, Organisation
from tests import factories

ClientOf = Callable[[Membership], Client]


def test_a_stranger_is_sent_to_sign_in(client: Client, db: None) -> None:
    assert client.get("/").headers["Location"] == f"{reverse('account_login')}?next=/"


def test_a_member_of_one_organisation_lands_in_it(carol: Membership, client_of: ClientOf) -> None:
    assert client_of(carol).get("/").headers["Location"] == "/o/atelier/"


def test_a_member_of_several_organisations_chooses(
    rival: Organisation, carol: Membership, client_of: ClientOf
) -> None:
    Membership.objects.create(organisation=rival, user=carol.user, role=Role.REP)
    page = client_of(carol).get("/", follow=True).content.decode()
    assert "/o/atelier/" in page
    assert "/o/rival/" in page


def test_somebody_without_an_organisation_is_told_what_to_do(client: Client, db: None) -> None:
    client.force_login(factories.stranger())
    page = client.get("/", follow=True).content.decode()
    assert "sam@nowhere.example" in page
    assert "invite this very address" in page


@pytest.mark.parametrize("role", list(Role))
def test_each_role_has_its_home(atelier: Organisation, role: Role, client_of: ClientOf) -> None:
    response = client_of(factories.member(atelier, role)).get("/o/atelier/")
    assert response.headers["Location"] == reverse(HOME[role], kwargs={"organisation": "atelier"})


def test_a_partner_is_told_that_no_engagement_is_recorded(atelier: Organisation, client_of: ClientOf) -> None:
    page = client_of(factories.member(atelier, Role.PARTNER)).get("/o/atelier/welcome/").content.decode()
    assert "No engagement is recorded yet" in page


def test_preferences_keep_the_name_and_the_language(carol: Membership, client_of: ClientOf) -> None:
    client_of(carol).post(reverse("preferences"), {"name": "Caroline", "language": "fr"})
    carol.user.refresh_from_db()
    assert (carol.user.name, carol.user.language) == ("Caroline", "fr")


def test_a_name_is_needed(carol: Membership, client_of: ClientOf) -> None:
    response = client_of(carol).post(reverse("preferences"), {"name": "", "language": "fr"})
    assert response.status_code == 422


def test_the_language_switch_is_kept_with_the_login(carol: Membership, client_of: ClientOf) -> None:
    response = client_of(carol).post(
        reverse("set_language"), {"language": "fr", "next": "/o/atelier/welcome/"}
    )
    carol.user.refresh_from_db()
    assert (carol.user.language, response.headers["Location"]) == ("fr", "/o/atelier/welcome/")


def test_a_stranger_reads_in_the_language_they_chose(client: Client, db: None) -> None:
    client.post(reverse("set_language"), {"language": "fr", "next": "/"})
    assert '<html lang="fr"' in client.get(reverse("account_login")).content.decode()


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", ""])
def test_the_language_switch_leads_nowhere_else(client: Client, db: None, back: str) -> None:
    assert client.post(reverse("set_language"), {"language": "fr", "next": back}).headers["Location"] == "/"


def test_an_unknown_language_changes_nothing(carol: Membership, client_of: ClientOf) -> None:
    client_of(carol).post(reverse("set_language"), {"language": "xx", "next": "/"})
    carol.user.refresh_from_db()
    assert carol.user.language == "en"
