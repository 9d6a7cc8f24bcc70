"""The nights of many organisations on the broker: what goes wrong with one is no other's delay."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from celery import current_app

from config.processes import kill_group, spawn
from reporting.models import Run
from tenants.actions import jobs
from tenants.models import Job, Organisation
from tenants.scope import tenant_scope
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
NIGHT = "2026-02-10"


@pytest.fixture
def worker(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """A worker of two processes on this test's own broker, where nothing of earlier tests waits."""
    current_app.control.purge()
    command = ["celery", "-A", "config.celery", "--quiet", "worker", "--concurrency", "2"]
    process = spawn(
        [sys.executable, "-m", *command, "--without-gossip", "--without-mingle", "--without-heartbeat"],
        death_signal=signal.SIGKILL,
        cwd=ROOT,
        log=tmp_path / "worker.log",
        environment={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test"},
    )
    yield
    kill_group(process)


def asked(organisation: Organisation, day: str = NIGHT) -> Job:
    return jobs.enqueue(
        organisation_id=organisation.id, kind=jobs.RECOMPUTE, key=day, task=jobs.RECOMPUTE_TASK
    )


def state(job: Job) -> str:
    found: str = Job.objects.values_list("state", flat=True).get(pk=job.pk)
    return found


def until(job: Job, wanted: str) -> None:
    deadline = time.monotonic() + 60
    while state(job) != wanted:
        assert time.monotonic() < deadline, f"still {state(job)}, never {wanted}"
        time.sleep(0.02)


def computed(job: Job) -> bool:
    with tenant_scope(job.organisation_id):
        return Run.objects.filter(job_id=job.pk, finished_at__isnull=False).exists()


def test_a_night_that_hangs_and_one_that_fails_delay_no_other(worker: None, owner_cursor: Any) -> None:
    """Given an organisation whose night cannot go on and one whose night fails, both asked for first, when a third is
    asked for, then its night is over meanwhile; and the one that hung goes on as soon as it can."""
    slow, faulty, sound = (factories.organisation(slug) for slug in ("slow", "faulty", "sound"))
    lock = f"{slow.id}:passages"  # what a recompute takes first
    owner_cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [lock])
    hangs = asked(slow)
    until(hangs, Job.State.RUNNING)
    fails, goes_well = asked(faulty, "not a day"), asked(sound)

    until(goes_well, Job.State.DONE)
    assert (state(fails), state(hangs)) == (Job.State.FAILED, Job.State.RUNNING)

    owner_cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [lock])
    until(hangs, Job.State.DONE)
    assert [computed(one) for one in (hangs, fails, goes_well)] == [True, False, True]
