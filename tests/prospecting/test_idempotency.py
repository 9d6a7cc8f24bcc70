"""I11: a request that is sent again is not done again, whoever sends it how often, and whatever breaks on the way."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from rest_framework.throttling import SimpleRateThrottle

from prospecting.actions import activities
from prospecting.actions.activity_writing import Entry
from prospecting.models import Activity
from tenants.access import Actor
from tenants.actions import idempotency
from tenants.actions.api_keys import SCOPES
from tenants.models import ApiKey, IdempotencyKey, Organisation, Person
from tenants.scope import tenant_scope
from tests import factories
from tests.prospecting.activities import DAY

THREADS, KEYS = 50, 20
ADDRESS = "/api/v1/activities"


def body(person: Person, note: str = "") -> dict[str, Any]:
    return {
        "kind": "contact",
        "channel": "phone",
        "day": "2026-02-10",
        "person": str(person.id),
        "note": note,
    }


@pytest.fixture
def carol_sells(atelier: Organisation) -> Person:
    return factories.person(atelier, "Carol")


@pytest.fixture
def key(atelier: Organisation) -> tuple[ApiKey, str]:
    return factories.api_key(atelier, scopes=SCOPES)


@pytest.fixture
def api(key: tuple[ApiKey, str]) -> Client:
    return Client(headers={"Authorization": f"Bearer {key[1]}"})


def send(api: Client, data: Any, name: str, path: str = ADDRESS) -> Any:
    return api.post(path, data, content_type="application/json", headers={"Idempotency-Key": name})


def count(organisation: Organisation) -> int:
    with tenant_scope(organisation.id):
        return int(Activity.objects.count())


def test_the_second_time_gets_the_answer_of_the_first(
    atelier: Organisation, api: Client, carol_sells: Person
) -> None:
    first, again = (send(api, body(carol_sells), "one") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert again["Idempotent-Replayed"] == "true"
    assert count(atelier) == 1


def test_another_key_is_another_request(atelier: Organisation, api: Client, carol_sells: Person) -> None:
    for name in ("one", "two"):
        send(api, body(carol_sells), name)
    assert count(atelier) == 2


@pytest.mark.parametrize("change", ["body", "address"])
def test_the_key_of_another_request_is_refused(
    atelier: Organisation, api: Client, carol_sells: Person, change: str
) -> None:
    send(api, body(carol_sells), "one")
    if change == "body":
        answer = send(api, body(carol_sells, "Another"), "one")
    else:
        answer = send(api, body(carol_sells), "one", ADDRESS + "/batch")
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert count(atelier) == 1


def test_keys_of_two_programs_are_two_keys(atelier: Organisation, api: Client, carol_sells: Person) -> None:
    other = Client(headers={"Authorization": f"Bearer {factories.api_key(atelier, scopes=SCOPES)[1]}"})
    for client in (api, other):
        assert send(client, body(carol_sells), "one").status_code == 201
    assert count(atelier) == 2


def test_a_refusal_is_not_kept(atelier: Organisation, api: Client, carol_sells: Person) -> None:
    assert send(api, {**body(carol_sells), "kind": "sold"}, "one").status_code == 400
    assert send(api, body(carol_sells), "one").status_code == 201


@pytest.mark.parametrize("name", ["", "a" * 256, "a b", "é"])
def test_a_key_is_short_and_visible(
    atelier: Organisation, api: Client, carol_sells: Person, name: str
) -> None:
    assert send(api, body(carol_sells), name).status_code == 400
    assert count(atelier) == 0


def test_answers_are_kept_for_a_day(atelier: Organisation, api: Client, carol_sells: Person) -> None:
    send(api, body(carol_sells), "one")
    with tenant_scope(atelier.id):
        made = IdempotencyKey.objects.get().at
        assert idempotency.forget(now=made + timedelta(hours=23)) == 0
        assert idempotency.forget(now=made + timedelta(hours=25)) == 1


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_with_twenty_keys_have_twenty_effects(
    atelier: Organisation, api: Client, key: tuple[ApiKey, str], carol_sells: Person,
    monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None],
) -> None:  # fmt: skip
    rates = {"anon": "60/min", "user": "100000/min"}  # the rate limit is not what is tried here
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", rates)

    def post_all(_thread: int) -> list[tuple[str, int, bytes]]:
        try:
            client = Client(headers={"Authorization": f"Bearer {key[1]}"})
            answers = [
                (f"key-{number}", send(client, body(carol_sells), f"key-{number}")) for number in range(KEYS)
            ]
            return [(name, answer.status_code, answer.content) for name, answer in answers]
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        told = [one for answers in pool.map(post_all, range(THREADS)) for one in answers]

    assert Counter(status for _name, status, _body in told) == {201: THREADS * KEYS}
    assert len({(name, content) for name, _status, content in told}) == KEYS
    effects = count(atelier)
    record_property("idempotent_posts", len(told))
    record_property("idempotent_effects", effects)
    record_property("idempotent_expected", KEYS)
    assert effects == KEYS


@pytest.mark.django_db(transaction=True)
def test_a_connection_lost_before_the_commit_leaves_nothing_and_the_next_try_does_it(
    atelier: Organisation, api: Client, key: tuple[ApiKey, str], carol_sells: Person
) -> None:
    data = json.dumps(body(carol_sells)).encode()

    def act() -> tuple[int, str]:
        entry = Entry(day=DAY, kind="contact", channel="phone", person_id=carol_sells.id)
        activities.bulk(entries=[entry], source="api", by=Actor("key", key[0].id))
        with connection.cursor() as cursor:  # the server goes away in the middle of the work
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return 201, "{}"

    digest = idempotency.digest_of("POST", ADDRESS, data)
    with pytest.raises(OperationalError), tenant_scope(atelier.id):
        idempotency.once(api_key_id=key[0].id, key="one", digest=digest, act=act)
    connection.close()

    assert count(atelier) == 0
    assert send(api, body(carol_sells), "one").status_code == 201
    assert count(atelier) == 1


@pytest.mark.django_db(transaction=True)
def test_a_request_that_takes_too_long_keeps_the_next_one_waiting_and_then_says_so(
    atelier: Organisation, api: Client, key: tuple[ApiKey, str], carol_sells: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(idempotency, "WAIT", timedelta(milliseconds=200))

    def meanwhile() -> int:
        try:
            return int(send(api, body(carol_sells), "one").status_code)
        finally:
            connection.close()

    def act() -> tuple[int, str]:
        with ThreadPoolExecutor(max_workers=1) as pool:
            return pool.submit(meanwhile).result(), "{}"

    with tenant_scope(atelier.id):
        answer = idempotency.once(api_key_id=key[0].id, key="one", digest="x", act=act)
    assert answer.status == 409
    assert count(atelier) == 0
