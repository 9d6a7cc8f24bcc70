"""I9: a worker killed at any moment of a job leaves nothing half done, and the retry does it once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.utils import timezone

from tenants.actions import jobs
from tenants.models import AuditEntry, Job, Organisation
from tenants.scope import tenant_scope
from tests import factories
from tests.isolation.killed_jobs import SECONDS_A_STEP, STEPS, VERB

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
# From before the claim to after the commit.
LONGEST = STEPS * SECONDS_A_STEP + 0.04


class Worker:
    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.isolation.killed_jobs"],
            cwd=ROOT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._line() == "ready"

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def run(self, job: Job, *, kill_after: float | None = None) -> int:
        """Work on a job in a process of its own; give its exit code, -9 when it was killed in time."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{job.organisation_id} {job.id}\n")
        self.process.stdin.flush()
        pid = int(self._line())
        if kill_after is not None:
            time.sleep(kill_after)
            with suppress(ProcessLookupError):  # it was quicker
                os.kill(pid, signal.SIGKILL)
        return int(self._line())

    def stop(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(timeout=10)
        self.process.stdout.close()


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    """It forks a process for each job: one serves all tests."""
    started = Worker()
    yield started
    started.stop()


def steps_of(job: Job) -> list[int]:
    with tenant_scope(job.organisation_id):
        found = AuditEntry.objects.filter(verb=VERB, detail__job=str(job.id))
        return sorted(entry.detail["step"] for entry in found)


def a_minute_passes(job: Job) -> None:
    long_ago = timezone.now() - timedelta(minutes=1)
    Job.objects.filter(id=job.id, state=Job.State.RUNNING).update(heartbeat_at=long_ago)


def kill_and_retry(
    worker: Worker, organisation: Organisation, kills: int, draw: Random
) -> tuple[int, list[str]]:
    """Kill a job's worker at a drawn moment, let the sweeper and a second worker take it up; what went wrong."""
    killed, wrong = 0, []
    for number in range(kills):
        job = factories.job(organisation, task="tests.none", kind="fire", key=str(number))
        killed += worker.run(job, kill_after=draw.uniform(0, LONGEST)) == -signal.SIGKILL
        after_kill = steps_of(job)
        if after_kill not in ([], list(range(STEPS))):
            wrong.append(f"job {number}: {after_kill} is half an effect")
        a_minute_passes(job)
        jobs.requeue_stale(now=timezone.now())
        worker.run(job)
        job.refresh_from_db()
        if (job.state, steps_of(job)) != (Job.State.DONE, list(range(STEPS))):
            wrong.append(f"job {number}: {job.state}, steps {steps_of(job)}")
    return killed, wrong


def settle(kills: int, worker: Worker, record_property: Callable[[str, object], None]) -> None:
    killed, wrong = kill_and_retry(worker, factories.organisation(), kills, Random(9))
    record_property("worker_kills", killed)
    record_property("worker_wrong", len(wrong))
    assert wrong == []
    assert killed >= kills // 3


def test_a_killed_worker_loses_nothing_and_does_nothing_twice(worker: Worker, record_property: Any) -> None:
    settle(15, worker, record_property)


@pytest.mark.drill
def test_two_hundred_killed_workers_lose_nothing(worker: Worker, record_property: Any) -> None:
    settle(400, worker, record_property)


def test_two_workers_do_not_do_one_job_together(worker: Worker) -> None:
    job = factories.job(factories.organisation(), task="tests.none", kind="fire", key="together")
    held = jobs.claim(organisation_id=job.organisation_id, job_id=job.id, now=timezone.now())

    assert held is not None
    assert worker.run(job) == 75  # come back later
    assert steps_of(job) == []


def test_a_job_that_keeps_killing_its_worker_is_parked(worker: Worker) -> None:
    job = factories.job(factories.organisation(), task="tests.none", kind="fire", key="deadly")
    Job.objects.filter(id=job.id).update(
        state=Job.State.RUNNING,
        attempts=jobs.MAX_ATTEMPTS,
        heartbeat_at=timezone.now() - timedelta(minutes=1),
    )

    assert worker.run(job) == 0

    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert job.error
    assert steps_of(job) == []
