"""I19: the API is tried by its own OpenAPI document: whatever is sent, it answers, and never with a failure of ours."""

from __future__ import annotations

import json
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck
from schemathesis import GenerationMode

from tenants.actions.api_keys import SCOPES
from tenants.models import Organisation
from tests import factories

EXAMPLES = 8  # of each operation


def document() -> dict[str, Any]:
    return dict(SchemaGenerator().get_schema(request=None, public=True))


SCHEMA = schemathesis.openapi.from_dict(document())
OPERATIONS = [one.ok() for one in SCHEMA.get_all_operations()]
ANSWERED = {200, 201, 400, 404, 405, 409, 415, 422}


@pytest.fixture
def api(atelier: Organisation) -> Client:
    token = factories.api_key(atelier, scopes=SCOPES)[1]
    return Client(headers={"Authorization": f"Bearer {token}"}, raise_request_exception=False)


def test_the_document_names_every_operation_of_prospecting() -> None:
    named = {(one.method.upper(), one.path) for one in OPERATIONS}
    assert {
        ("POST", "/api/v1/activities"),
        ("POST", "/api/v1/activities/batch"),
        ("POST", "/api/v1/contacts"),
        ("POST", "/api/v1/meetings"),
        ("POST", "/api/v1/meetings/{meeting}/outcome"),
        ("POST", "/api/v1/meetings/{meeting}/answer"),
    } <= named


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: f"{one.method} {one.path}")
def test_whatever_is_sent_is_answered(operation: Any, api: Client) -> None:
    wrong: list[tuple[int, str, Any]] = []

    fitting = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    unfitting = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)

    @hypothesis.given(case=fitting | unfitting)
    @hypothesis.settings(
        max_examples=EXAMPLES, derandomize=True, deadline=None, database=None, phases=[hypothesis.Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def send(case: Any) -> None:
        answer = _sent(api, case)
        if answer.status_code not in ANSWERED:
            wrong.append((answer.status_code, case.formatted_path, case.body))

    send()
    assert wrong == []


def _sent(api: Client, case: Any) -> Any:
    path = case.formatted_path
    query = {name: value for name, value in (case.query or {}).items() if value is not None}
    if case.method.upper() == "GET":
        return api.get(path, query)
    body = case.body if not isinstance(case.body, schemathesis.core.NotSet) else {}
    return api.generic(
        case.method.upper(), path, _encoded(body), content_type="application/json", query_params=query
    )


def _encoded(body: Any) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body).encode()
