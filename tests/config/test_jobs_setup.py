"""How the queue is set up: nothing accepted is lost, nothing runs for ever, nothing but JSON is read."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache

from config.celery import app

ROOT = Path(__file__).resolve().parents[2]


def test_a_task_is_acknowledged_when_done_and_given_back_when_its_worker_dies() -> None:
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.worker_prefetch_multiplier == 1


def test_a_task_ends_before_the_broker_would_hand_it_to_another_worker() -> None:
    visible_again = app.conf.broker_transport_options["visibility_timeout"]

    assert app.conf.task_soft_time_limit < app.conf.task_time_limit < visible_again


def test_only_json_is_read_from_the_queue() -> None:
    assert app.conf.accept_content == ["json"]
    assert app.conf.task_serializer == "json"


@pytest.mark.parametrize("entry", settings.CELERY_BEAT_SCHEDULE.values(), ids=settings.CELERY_BEAT_SCHEDULE)
def test_a_tick_of_the_clock_names_a_task_that_exists(entry: dict[str, object]) -> None:
    app.loader.import_default_modules()

    assert entry["task"] in app.tasks


@pytest.mark.parametrize("entry", settings.CELERY_BEAT_SCHEDULE.values(), ids=settings.CELERY_BEAT_SCHEDULE)
def test_a_tick_that_nobody_took_is_dropped_when_the_next_one_comes(entry: dict[str, object]) -> None:
    assert entry["options"] == {"expires": entry["schedule"].total_seconds()}  # type: ignore[attr-defined]


def test_the_clock_leaves_word_that_it_runs_without_a_worker(db: None) -> None:
    told = "from config.beat import Clock, app; Clock(app=app).tick()"
    own = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test"}

    subprocess.run([sys.executable, "-c", told], cwd=ROOT, env=own, check=True)

    assert cache.get(settings.BEAT_KEY) is not None


def test_the_clock_loads_neither_the_tasks_nor_the_pages() -> None:
    """Given the clock's application in a process of its own, when it knows its schedule, then Django's applications are not
    set up, and nothing that calculates is there."""
    told = "import sys; from config.beat import app; from django.apps import apps"
    told += "; print(len(app.conf.beat_schedule), apps.ready, 'pandas' in sys.modules)"
    own = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    done = subprocess.run(
        [sys.executable, "-c", told], cwd=ROOT, env=own, capture_output=True, text=True, check=False
    )

    assert done.stdout == f"{len(app.conf.beat_schedule)} False False\n", done.stderr
