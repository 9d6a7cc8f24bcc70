"""/healthz and /readyz, as a supervisor and a load balancer read them."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from config.health import LATEST_BEAT


def tick(*, seconds_ago: float = 0) -> None:
    """As the clock itself does, through the cache."""
    cache.set(settings.BEAT_KEY, time.time() - seconds_ago)


def test_the_process_says_that_it_lives_without_asking_anything_else(client: Client) -> None:
    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
def test_ready_when_database_broker_and_clock_answer(client: Client) -> None:
    tick()

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "broker": "ok", "beat": "ok"}


@pytest.mark.django_db
def test_not_ready_before_the_clocks_first_tick(client: Client) -> None:
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["beat"] == "late"


@pytest.mark.django_db
def test_not_ready_when_the_clock_stopped(client: Client) -> None:
    tick(seconds_ago=LATEST_BEAT + 1)

    assert client.get("/readyz").json()["beat"] == "late"


@pytest.mark.django_db
def test_not_ready_when_the_broker_is_down(client: Client, settings: Any) -> None:
    tick()
    settings.REDIS_URL = "unix:///nowhere/valkey.sock?db=0"

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json() == {"database": "ok", "broker": "down", "beat": "ok"}


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_an_answer_about_health_is_never_kept_by_a_cache(client: Client, address: str) -> None:
    assert "no-store" in client.get(address)["Cache-Control"]
