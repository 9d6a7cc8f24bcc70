"""GET /api/v1/organisation."""

from django.test import Client

from tenants.models import Organisation
from tests import factories


def test_a_key_reads_its_organisation(atelier: Organisation) -> None:
    answer = factories.api_client(atelier).get("/api/v1/organisation").json()
    assert answer == {
        "id": str(atelier.id),
        "slug": "atelier",
        "name": "Atelier",
        "currency": "EUR",
        "time_zone": "Europe/Paris",
        "locale": "fr",
        "country": "FR",
        "working_days": [0, 1, 2, 3, 4],
    }


def test_without_a_key_the_answer_is_401(client: Client, db: None) -> None:
    assert client.get("/api/v1/organisation").status_code == 401


def test_the_document_describes_it_with_its_key(client: Client, db: None) -> None:
    text = client.get("/api/v1/schema/").content.decode()
    assert "/api/v1/organisation" in text
    assert "scheme: bearer" in text
