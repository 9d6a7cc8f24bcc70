"""API keys: made on the page or by the command, shown once, revoked."""

import json
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from tenants import queries
from tenants.models import ApiKey, AuditEntry, Membership, Organisation
from tenants.scope import tenant_scope
from tests import factories

ClientOf = Callable[[Membership], Client]
URL = "/o/atelier/settings/api-keys/"


def token_in(page: str) -> str:
    return "bsl_" + page.partition('value="bsl_')[2].partition('"')[0]


def test_a_new_key_is_shown_once(alice: Membership, client_of: ClientOf) -> None:
    browser = client_of(alice)
    token = token_in(browser.post(URL, {"name": "Warehouse", "lifetime": "30"}).content.decode())
    assert token not in browser.get(URL).content.decode()


def test_a_new_key_opens_the_api(atelier: Organisation, alice: Membership, client_of: ClientOf) -> None:
    token = token_in(client_of(alice).post(URL, {"name": "Warehouse", "lifetime": ""}).content.decode())
    response = Client(headers={"Authorization": f"Bearer {token}"}).get("/api/v1/organisation")
    assert response.json()["slug"] == "atelier"


def test_the_page_with_the_secret_is_not_cached(alice: Membership, client_of: ClientOf) -> None:
    response = client_of(alice).post(URL, {"name": "Warehouse", "lifetime": "30"})
    assert "no-store" in response.headers["Cache-Control"]


def test_a_key_without_a_name_is_refused(alice: Membership, client_of: ClientOf) -> None:
    assert client_of(alice).post(URL, {"name": "", "lifetime": "30"}).status_code == 422
    assert not ApiKey.objects.exists()


def test_a_revoked_key_opens_nothing(atelier: Organisation, alice: Membership, client_of: ClientOf) -> None:
    key, token = factories.api_key(atelier)
    client_of(alice).post(f"{URL}{key.id}/revoke/")
    assert Client(headers={"Authorization": f"Bearer {token}"}).get("/api/v1/organisation").status_code == 401


def test_a_key_of_another_organisation_is_not_found(
    rival: Organisation, alice: Membership, client_of: ClientOf
) -> None:
    key, _ = factories.api_key(rival)
    assert client_of(alice).post(f"{URL}{key.id}/revoke/").status_code == 404


def test_the_command_prints_a_token_that_works(atelier: Organisation) -> None:
    out = StringIO()
    call_command("create_api_key", organisation="atelier", stdout=out)
    key = queries.api_key_for(out.getvalue().strip(), factories.NOON)
    assert key is not None
    assert key.expires_at is None


def test_the_command_says_it_in_json(atelier: Organisation) -> None:
    out = StringIO()
    call_command("create_api_key", organisation="atelier", name="Robot", expires=30, json=True, stdout=out)
    document = json.loads(out.getvalue())
    assert (document["organisation"], document["name"]) == ("atelier", "Robot")
    assert document["token"].startswith("bsl_")
    assert document["expires_at"]


def test_the_command_leaves_an_audit_row(atelier: Organisation) -> None:
    call_command("create_api_key", organisation="atelier", stdout=StringIO())
    with tenant_scope(atelier.id):
        assert AuditEntry.objects.get(verb="api_key.create").actor_kind == "system"


@pytest.mark.parametrize(
    "given",
    [{"organisation": "nowhere"}, {"organisation": "atelier", "expires": 0}],
    ids=["no organisation", "no days"],
)
def test_the_command_says_what_is_wrong(atelier: Organisation, given: dict[str, object]) -> None:
    with pytest.raises(CommandError):
        call_command("create_api_key", stdout=StringIO(), **given)
