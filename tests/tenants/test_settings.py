"""Settings of the organisation."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError, transaction
from django.test import Client
from django.urls import reverse

from tenants.access import SYSTEM
from tenants.actions import organisations
from tenants.ids import new_id
from tenants.models import AuditEntry, Membership, Organisation
from tenants.scope import tenant_scope
from tests import factories

ClientOf = Callable[[Membership], Client]
URL = "/o/atelier/settings/"
FORM = {
    "name": "Atelier",
    "locale": "en",
    "currency": "EUR",
    "time_zone": "Asia/Kolkata",
    "country": "IN",
    "working_days": ["0", "1", "2", "3", "4", "5"],
    "clarity_threshold": "70",
}


def test_a_director_sets_the_calendar(atelier: Organisation, alice: Membership, client_of: ClientOf) -> None:
    client_of(alice).post(URL, FORM)
    atelier.refresh_from_db()
    assert (atelier.time_zone, atelier.country, atelier.working_days) == (
        "Asia/Kolkata",
        "IN",
        [0, 1, 2, 3, 4, 5],
    )


def test_a_manager_may_not_open_the_settings(bob: Membership, client_of: ClientOf) -> None:
    assert client_of(bob).get(URL).status_code == 403


def test_the_trail_says_which_settings_changed_but_no_name(
    atelier: Organisation, alice: Membership, client_of: ClientOf
) -> None:
    client_of(alice).post(URL, {**FORM, "name": "New name", "time_zone": "Europe/Paris", "country": "FR"})
    with tenant_scope(atelier.id):
        detail = AuditEntry.objects.get(verb="organisation.change").detail
    assert detail["fields"] == ["name", "locale", "working_days"]
    assert "New name" not in str(detail)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        pytest.param({"working_days": []}, "working_days", id="no working day"),
        pytest.param({"clarity_threshold": "101"}, "clarity_threshold", id="clarity over 100"),
        pytest.param({"clarity_threshold": "-1"}, "clarity_threshold", id="clarity below 0"),
        pytest.param({"clarity_threshold": "much"}, "clarity_threshold", id="clarity that is no number"),
        pytest.param({"time_zone": "Mars/Olympus"}, "time_zone", id="no such zone"),
        pytest.param({"country": "ZZ"}, "country", id="no such country"),
        pytest.param({"name": ""}, "name", id="no name"),
    ],
)
def test_what_is_wrong_is_said_at_the_field(
    alice: Membership, client_of: ClientOf, typed: dict[str, Any], field: str
) -> None:
    response = client_of(alice).post(URL, {**FORM, **typed})
    assert response.status_code == 422
    assert f'id="id_{field}_error"' in response.content.decode()


def test_the_currency_can_change_while_no_amount_is_recorded(
    atelier: Organisation, alice: Membership, client_of: ClientOf
) -> None:
    client_of(alice).post(URL, {**FORM, "currency": "GBP"})
    atelier.refresh_from_db()
    assert atelier.currency == "GBP"


def test_the_currency_stays_once_an_amount_is_recorded(
    atelier: Organisation, alice: Membership, client_of: ClientOf
) -> None:
    factories.opportunity(atelier)
    client_of(alice).post(URL, {**FORM, "currency": "GBP"})
    atelier.refresh_from_db()
    assert atelier.currency == "EUR"


def test_amounts_of_another_organisation_fix_nothing(atelier: Organisation, rival: Organisation) -> None:
    factories.opportunity(rival)
    with tenant_scope(atelier.id):
        assert not organisations.amounts_are_recorded()


def test_the_action_refuses_a_currency_that_amounts_are_in(atelier: Organisation) -> None:
    factories.opportunity(atelier)
    with tenant_scope(atelier.id), pytest.raises(ValidationError) as refused:
        organisations.change(organisation=atelier, by=SYSTEM, currency="GBP")
    assert list(refused.value.message_dict) == ["currency"]


def test_a_rep_changes_nothing(atelier: Organisation, carol: Membership) -> None:
    with tenant_scope(atelier.id), pytest.raises(PermissionDenied):
        organisations.change(organisation=atelier, by=factories.actor(carol), name="Mine")


def test_an_organisation_is_made_empty_in_its_own_scope(db: None) -> None:
    with tenant_scope(new_id()):
        made = organisations.create(slug="new-house", name="New house", by=SYSTEM, currency="GBP")
        assert AuditEntry.objects.get().object_id == made.id
    assert Organisation.objects.get(slug="new-house").currency == "GBP"


def test_an_address_that_is_taken_is_refused(atelier: Organisation) -> None:
    with tenant_scope(new_id()), pytest.raises(ValidationError) as refused:
        organisations.create(slug="atelier", name="Another", by=SYSTEM)
    assert list(refused.value.message_dict) == ["slug"]


def test_the_database_refuses_a_time_zone_that_the_dispatcher_could_not_read(atelier: Organisation) -> None:
    with pytest.raises(DataError), transaction.atomic():
        Organisation.objects.filter(pk=atelier.pk).update(time_zone="Mars/Olympus")


def test_the_address_of_the_settings_is_the_one_of_the_menu() -> None:
    assert reverse("tenants:settings", kwargs={"organisation": "atelier"}) == URL
