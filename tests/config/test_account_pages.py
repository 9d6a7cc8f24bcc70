"""Signing in and looking after one's login: the pages of the house, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tenants.models import Membership

PUBLIC = [
    "/accounts/login/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
    "/accounts/signup/",
]
OWN = [
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/accounts/2fa/totp/activate/",
    "/accounts/logout/",
]


@pytest.mark.django_db
@pytest.mark.parametrize("address", PUBLIC)
def test_a_page_before_signing_in_has_the_look_of_the_house(client: Client, address: str) -> None:
    page = client.get(address)

    assert page.status_code == 200
    assert '<body class="public"' in page.text
    assert page.text.count("<h1>") == 1


@pytest.mark.parametrize("address", OWN)
def test_a_page_of_ones_own_login_has_the_look_of_the_house(
    alice: Membership, client_of: Callable[[Membership], Client], address: str
) -> None:
    page = client_of(alice).get(address, follow=True)

    assert page.status_code == 200
    assert 'build/app.css"' in page.text
    assert page.text.count("<h1") == 1


@pytest.mark.django_db
def test_a_wrong_password_is_said_above_the_form_and_the_address_stays(client: Client) -> None:
    page = client.post("/accounts/login/", {"login": "nobody@example.com", "password": "not the one"})

    assert 'class="error-summary"' in page.text
    assert 'value="nobody@example.com"' in page.text


@pytest.mark.django_db
def test_a_missing_password_is_said_at_the_field(client: Client) -> None:
    page = client.post("/accounts/login/", {"login": "nobody@example.com", "password": ""})

    assert 'id="id_password_error"' in page.text


def test_the_login_page_does_not_offer_to_sign_up(db: None, client: Client) -> None:
    assert "/accounts/signup/" not in client.get("/accounts/login/").text


def test_a_page_that_does_not_exist_says_so_in_french(client: Client) -> None:
    page = client.get("/nowhere/", headers={"accept-language": "fr"})

    assert page.status_code == 404
    assert '<html lang="fr"' in page.text
