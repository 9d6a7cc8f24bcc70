"""A new organisation, from its page."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone, translation

from pipeline.actions import organisations
from tenants.access import SYSTEM
from tenants.models import Membership, Organisation
from tests import factories

URL = "/new/"
GIVEN = {
    "name": "Petit Pont",
    "slug": "petit-pont",
    "currency": "EUR",
    "time_zone": "Europe/Paris",
    "country": "FR",
    "locale": "fr",
    "stages": "Contact\nWon:won\nLost:lost",
}


@pytest.fixture
def browser(alice: Membership) -> Client:
    alice.user.language = "fr"
    alice.user.save(update_fields=["language"])
    return factories.client_of(alice)


def test_everything_wrong_is_said_at_once(browser: Client) -> None:
    answer = browser.post(URL, GIVEN | {"name": "", "slug": "atelier", "stages": "Contact"})

    errors = answer.context["form"].errors
    assert set(errors) == {"name", "slug", "stages"}
    assert errors["slug"] == ["Cette adresse est prise."]


def test_an_address_holds_what_its_help_says(browser: Client) -> None:
    for slug in ("petit_pont", "petit pont", "été"):
        errors = browser.post(URL, GIVEN | {"slug": slug}).context["form"].errors
        assert errors["slug"] == ["Seulement des minuscules, des chiffres et des tirets."]
    with translation.override("en"), pytest.raises(ValidationError, match="hyphens"):
        organisations.set_up(slug="petit_pont", name="Petit Pont", by=SYSTEM, now=timezone.now())

    assert browser.post(URL, GIVEN | {"slug": "Petit-Pont"}).status_code == 302
    assert Organisation.objects.filter(slug="petit-pont").exists()


def test_stages_are_offered_in_the_readers_language(browser: Client) -> None:
    form = browser.get(URL).context["form"]

    offered = form["stages"].value()
    assert offered.split("\n") == [
        "Contact", "Rendez-vous", "Proposition", "Négociation", "Gagné:won", "Perdu:lost",
    ]  # fmt: skip
    assert browser.post(URL, GIVEN | {"stages": offered}).status_code == 302
