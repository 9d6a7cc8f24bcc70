"""The link of an invitation, opened."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tenants.access import SYSTEM
from tenants.actions import invitations
from tenants.domain.roles import Role
from tenants.models import Invitation, Membership, Organisation, Person, User
from tenants.scope import tenant_scope
from tests import factories

ClientOf = Callable[[Membership], Client]
PASSWORD = "seventeen green lamps"
FORM = {"name": "Zoé Blanc", "password": PASSWORD, "password_again": PASSWORD}


def invited(organisation: Organisation, **given: Any) -> tuple[Invitation, str]:
    """An open invitation of Zoé as a rep, and the path of its link."""
    values = {"email": "zoe@atelier.example", "role": Role.REP, "language": "en", "person": None}
    with tenant_scope(organisation.id):
        invitation = invitations.invite(by=SYSTEM, now=timezone.now(), **{**values, **given})
        link = invitations.issue_link(invitation=invitation)
    return invitation, "/join/" + link.partition("/join/")[2]


@pytest.fixture
def link(atelier: Organisation) -> str:
    return invited(atelier)[1]


def test_a_newcomer_makes_a_login_and_enters(link: str, client: Client) -> None:
    response = client.post(link, FORM)
    assert response.headers["Location"] == "/o/atelier/"
    assert client.get("/o/atelier/welcome/").status_code == 200


def test_the_newcomer_has_the_role_of_the_invitation(link: str, client: Client) -> None:
    client.post(link, FORM)
    membership = Membership.objects.select_related("user").get(user__email="zoe@atelier.example")
    assert (membership.role, membership.user.name) == ("rep", "Zoé Blanc")


def test_the_address_of_a_newcomer_counts_as_verified(link: str, client: Client) -> None:
    client.post(link, FORM)
    assert EmailAddress.objects.get(email="zoe@atelier.example").verified


def test_the_page_is_in_the_language_of_the_mail(atelier: Organisation, client: Client) -> None:
    path = invited(atelier, language="fr")[1]
    assert '<html lang="fr"' in client.get(path).content.decode()


def test_a_newcomer_keeps_the_language_of_the_page(atelier: Organisation, client: Client) -> None:
    client.post(invited(atelier, language="fr")[1], FORM)
    assert User.objects.get(email="zoe@atelier.example").language == "fr"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        pytest.param({"password": "short", "password_again": "short"}, "password", id="too short"),
        pytest.param(
            {"password": "12345678901", "password_again": "12345678901"}, "password", id="only digits"
        ),
        pytest.param({"password_again": "another one altogether"}, "password_again", id="not the same"),
        pytest.param({"name": ""}, "name", id="no name"),
    ],
)
def test_a_wrong_form_is_answered_at_the_field(
    link: str, client: Client, typed: dict[str, str], field: str
) -> None:
    response = client.post(link, {**FORM, **typed})
    assert response.status_code == 422
    assert f'id="id_{field}_error"' in response.content.decode()
    assert not User.objects.filter(email="zoe@atelier.example").exists()


def test_the_invited_salesperson_gets_the_login(atelier: Organisation, client: Client) -> None:
    person = factories.person(atelier, "Zoé Blanc")
    client.post(invited(atelier, person=person)[1], FORM)
    with tenant_scope(atelier.id):
        assert (
            Person.objects.get().membership_id == Membership.objects.get(user__email="zoe@atelier.example").id
        )


def test_a_link_lets_one_person_in_once(link: str, client: Client) -> None:
    client.post(link, FORM)
    response = Client().get(link)
    assert response.status_code == 410
    assert "was used" in response.content.decode()


def test_a_revoked_invitation_says_so(atelier: Organisation, client: Client) -> None:
    invitation, path = invited(atelier)
    with tenant_scope(atelier.id):
        invitations.revoke(invitation=invitation, by=SYSTEM, now=timezone.now())
    assert "withdrawn" in client.get(path).content.decode()


def test_an_expired_invitation_says_so(atelier: Organisation, client: Client) -> None:
    path = invited(atelier)[1]
    with tenant_scope(atelier.id):
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    response = client.post(path, FORM)
    assert response.status_code == 410
    assert "has expired" in response.content.decode()


@pytest.mark.parametrize("slug", ["atelier", "nowhere"])
def test_an_unknown_link_is_the_same_page_whether_the_organisation_exists(
    atelier: Organisation, client: Client, slug: str
) -> None:
    response = client.get(f"/join/{slug}/guessed/")
    assert response.status_code == 404
    assert "This link does not work" in response.content.decode()


def test_the_token_of_one_organisation_opens_no_other(
    atelier: Organisation, rival: Organisation, client: Client
) -> None:
    path = invited(atelier)[1]
    assert client.get(path.replace("/atelier/", "/rival/")).status_code == 404


def test_somebody_with_a_login_is_asked_to_sign_in(atelier: Organisation, client: Client) -> None:
    factories.user("zoe@atelier.example")
    path = invited(atelier)[1]
    assert f"{reverse('account_login')}?next={path}" in client.get(path).content.decode()


def test_nobody_joins_with_anothers_login_unless_signed_in(atelier: Organisation, client: Client) -> None:
    factories.user("zoe@atelier.example")
    client.post(invited(atelier)[1], FORM)
    assert not Membership.objects.exists()


def test_somebody_with_a_login_joins_with_it(
    rival: Organisation, atelier: Organisation, client_of: ClientOf
) -> None:
    eve = factories.member(rival, Role.DIRECTOR)
    path = invited(atelier, email=eve.user.email)[1]
    client_of(eve).post(path)
    assert Membership.objects.get(organisation=atelier).user == eve.user


def test_another_login_cannot_take_the_invitation(link: str, eve: Membership, client_of: ClientOf) -> None:
    browser = client_of(eve)
    assert "another address" in browser.get(link).content.decode()
    browser.post(link, FORM)
    assert not Membership.objects.filter(organisation__slug="atelier").exists()


def test_a_deactivated_member_comes_back_by_an_invitation(
    atelier: Organisation, carol: Membership, client_of: ClientOf
) -> None:
    Membership.objects.filter(pk=carol.pk).update(is_active=False)
    client_of(carol).post(invited(atelier, email=carol.user.email, role=Role.MANAGER)[1])
    carol.refresh_from_db()
    assert (carol.is_active, carol.role) == (True, Role.MANAGER)
