"""What every answer carries: security headers, a request id; and errors of the API as problem details."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from io import StringIO

import pytest
from django.test import Client

from config.celery import name_the_task, note_the_task
from config.logging import logging_settings
from reporting.tasks import recompute


def test_a_page_may_load_from_its_own_host_only(client: Client) -> None:
    policy = client.get("/healthz")["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_an_answer_says_how_browsers_must_treat_it(client: Client) -> None:
    answer = client.get("/healthz")

    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"


def test_a_proxys_request_id_is_given_back(client: Client) -> None:
    assert (
        client.get("/healthz", headers={"X-Request-ID": "from-the-proxy-1"})["X-Request-ID"]
        == "from-the-proxy-1"
    )


@pytest.mark.parametrize("given", ["short", "with a space in it", "a" * 65, "forged\\nline"])
def test_an_ill_formed_request_id_is_replaced(client: Client, given: str) -> None:
    answered = client.get("/healthz", headers={"X-Request-ID": given})["X-Request-ID"]

    assert answered != given
    assert len(answered) == 32


@pytest.fixture
def json_logs() -> Iterator[StringIO]:
    """What a production process would write, beside the test run's own logging."""
    options = logging_settings(level="INFO", as_json=True)["formatters"]["structured"]
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(options.pop("()")(**options))
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


@pytest.mark.django_db
def test_a_log_line_names_the_request_and_leaves_out_what_was_asked(
    client: Client, json_logs: StringIO
) -> None:
    client.get("/accounts/login/?email=alice@example.com", headers={"X-Request-ID": "request-number-7"})

    lines = [json.loads(line) for line in json_logs.getvalue().splitlines()]
    answered = next(line for line in lines if line["event"] == "answered")
    assert answered["request"] == "request-number-7"
    assert answered["path"] == "/accounts/login/"
    assert answered["status"] == 200
    assert "alice@example.com" not in json.dumps(lines)


def test_a_line_of_another_library_comes_out_alike(json_logs: StringIO) -> None:
    logging.getLogger("some.library").warning("it took %s", "long")

    line = json.loads(json_logs.getvalue())
    assert (line["event"], line["level"], line["logger"]) == ("it took long", "warning", "some.library")


def test_a_line_names_the_organisation_in_force(in_scope: object, json_logs: StringIO) -> None:
    logging.getLogger("some.library").warning("inside")

    line = json.loads(json_logs.getvalue())
    assert line["organisation"] == str(in_scope.id)  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_an_unknown_address_of_the_api_is_a_problem_document(client: Client) -> None:
    answer = client.get("/api/v1/nothing-here/")

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "instance": "/api/v1/nothing-here/",
    }


@pytest.mark.django_db
def test_the_api_without_a_key_says_how_to_show_one(client: Client) -> None:
    answer = client.get("/api/v1/organisation")

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["title"] == "Unauthorized"


@pytest.mark.django_db
def test_an_unknown_page_is_a_page(client: Client) -> None:
    answer = client.get("/nothing-here/")

    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")


def test_a_line_written_by_a_task_names_the_task_and_its_organisation(json_logs: StringIO) -> None:
    name_the_task(task_id="task-number-7", task=recompute, args=["organisation-number-1", "job-number-3"])

    logging.getLogger("some.library").warning("inside")

    line = json.loads(json_logs.getvalue())
    assert (line["task"], line["task_name"]) == ("task-number-7", "reporting.tasks.recompute")
    assert line["organisation"] == "organisation-number-1"
    note_the_task(task=recompute, state="SUCCESS")


def test_the_next_task_forgets_the_one_before(json_logs: StringIO) -> None:
    name_the_task(task_id="task-number-7", task=recompute, args=["organisation-number-1", "job-number-3"])
    note_the_task(task=recompute, state="SUCCESS")

    logging.getLogger("some.library").warning("after")

    assert "task" not in json.loads(json_logs.getvalue().splitlines()[-1])
