"""Background work: asked for once, claimed by one worker at a time, finished exactly once.

The ledger row is the truth. A worker claims it with a conditional UPDATE, keeps a heartbeat in short transactions
of its own, and marks it done in the very transaction that holds the effect: killed before that commit, nothing
happened; after it, everything did.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from celery import current_app
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from tenants.ids import new_id
from tenants.models import Job

STALE_AFTER = timedelta(seconds=30)  # no heartbeat for this long: the worker is gone
LOST_AFTER = timedelta(seconds=90)  # queued for this long: the message may be lost, send it again
MAX_ATTEMPTS = 5
RECOMPUTE = "recompute"
RECOMPUTE_TASK = "reporting.tasks.recompute"
MEETINGS = "meetings"
MEETINGS_TASK = "prospecting.tasks.meetings_day"
TARGETS, TARGETS_TASK = "targets", "prospecting.tasks.classify"
RETENTION, RETENTION_TASK = "retention", "prospecting.tasks.retain"
LANDING_CHECKS, LANDING_CHECKS_TASK = "landing_checks", "reporting.tasks.landing_checks"
LOOK, LOOK_TASK = "look", "reporting.tasks.look"
EFFECTS, EFFECTS_TASK = "effects", "reporting.tasks.effects"
ANSWERS, ANSWERS_TASK = "answers", "tenants.tasks.forget_answers"
LOOKS_KEPT = timedelta(
    days=7
)  # of a look that is over: its answers are kept for a day, its failure may be asked about
EVERYTHING = "all"  # key of work on all companies, asked for when something changed


def reserve(*, organisation_id: UUID, kind: str, key: str, task: str) -> Job:
    """Make the slot's job ready to be claimed: new, or asked for again.

    A job that runs now may have read its inputs before ours are committed: it is done once more when it ends. One
    that waits is touched, so that whoever claims it waits for our commit.
    """
    job, created = Job.objects.get_or_create(
        organisation_id=organisation_id,
        kind=kind,
        key=key,
        defaults={"task": task, "queued_at": timezone.now()},
    )
    if not created:
        row, now = Job.objects.filter(pk=job.pk), timezone.now()
        if not (
            row.filter(state=Job.State.QUEUED).update(queued_at=now)
            or row.filter(state=Job.State.RUNNING).update(again=True)
        ):
            row.update(**_fresh(now))
        job.refresh_from_db()
    return job


def _fresh(now: datetime) -> dict[str, Any]:
    return {
        "state": Job.State.QUEUED, "attempts": 0, "error": "", "queued_at": now, "finished_at": None, "holder": None,
        "again": False,
    }  # fmt: skip


def enqueue(*, organisation_id: UUID, kind: str, key: str, task: str) -> Job:
    """Ask a worker for a job."""
    job = reserve(organisation_id=organisation_id, kind=kind, key=key, task=task)
    if job.state == Job.State.QUEUED:
        transaction.on_commit(partial(send, job.task, organisation_id, job.id))
    return job


def enqueue_new(*, organisation_id: UUID, kind: str, keys: Sequence[str], task: str) -> None:
    """Ask a worker for many jobs whose keys were never used before. Two statements, however many."""
    made = Job.objects.bulk_create(
        [Job(organisation_id=organisation_id, kind=kind, key=key, task=task) for key in keys]
    )
    for job in made:
        transaction.on_commit(partial(send, task, organisation_id, job.id))


def send(task: str, organisation_id: UUID, job_id: UUID) -> None:
    current_app.send_task(task, args=[str(organisation_id), str(job_id)])


def enqueue_due(*, now: datetime) -> list[Job]:
    """Enqueue last night's recompute for every organisation where it is 02:00 or later and none was asked for."""
    return _enqueue_daily(RECOMPUTE, RECOMPUTE_TASK, at="02:00", days_back=1, now=now)


def enqueue_days(*, now: datetime) -> list[Job]:
    """Enqueue the day of the meetings, from midnight on: what lapses is there for the recompute of the same night."""
    return _enqueue_daily(MEETINGS, MEETINGS_TASK, at="00:00", days_back=0, now=now)


def enqueue_prospects(*, now: datetime) -> list[Job]:
    """Enqueue the day of the prospects, from midnight on: who is a target, and who is kept no longer."""
    work = ((TARGETS, TARGETS_TASK), (RETENTION, RETENTION_TASK))
    return [
        job for kind, task in work for job in _enqueue_daily(kind, task, at="00:00", days_back=0, now=now)
    ]


def enqueue_answers(*, now: datetime) -> list[Job]:
    """Enqueue the day's look at answers of the API that are kept no longer."""
    return _enqueue_daily(ANSWERS, ANSWERS_TASK, at="00:00", days_back=0, now=now)


def _enqueue_daily(kind: str, task: str, *, at: str, days_back: int, now: datetime) -> list[Job]:
    """One job a day for every organisation in whose time zone it is `at` or later; its key is the day, less `days_back`.

    One statement: the local time is PostgreSQL's (right across clock changes and half-hour zones), and the unique
    slot makes a second beat, or one that was down, harmless.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO tenants_job (id, organisation_id, kind, key, task, state, attempts, queued_at, error, again)
            SELECT uuidv7(), o.id, %(kind)s, (local.now::date - %(back)s)::text, %(task)s, 'queued', 0, %(now)s, '', false
            FROM tenants_organisation o
            CROSS JOIN LATERAL (SELECT %(now)s::timestamptz AT TIME ZONE o.time_zone AS now) local
            WHERE o.is_active AND local.now::time >= %(at)s::time
            ON CONFLICT (organisation_id, kind, key) DO NOTHING
            RETURNING id
            """,
            {"kind": kind, "task": task, "at": at, "back": days_back, "now": now},
        )
        ids = [row[0] for row in cursor.fetchall()]
    jobs = list(Job.objects.filter(id__in=ids))
    for job in jobs:
        send(job.task, job.organisation_id, job.id)
    return jobs


def requeue_stale(*, now: datetime) -> list[Job]:
    """Send again what stopped moving: a running job without heartbeat, a queued one whose message was lost."""
    gone = Q(state=Job.State.RUNNING, heartbeat_at__lt=now - STALE_AFTER)
    lost = Q(state=Job.State.QUEUED, queued_at__lt=now - LOST_AFTER)
    stale = list(Job.objects.filter(gone | lost).filter(organisation__is_active=True))
    for job in stale:
        # Claiming is conditional, so a message too many is only ignored.
        Job.objects.filter(pk=job.pk, state=Job.State.QUEUED).update(queued_at=now)
        send(job.task, job.organisation_id, job.id)
    return stale


def claim(*, organisation_id: UUID, job_id: UUID, now: datetime) -> UUID | None:
    """Take the job for this execution and return its holder id, or None when it is not to be had."""
    holder = new_id()
    free = Q(state=Job.State.QUEUED) | Q(state=Job.State.RUNNING, heartbeat_at__lt=now - STALE_AFTER)
    taken = Job.objects.filter(
        free, organisation_id=organisation_id, id=job_id, attempts__lt=MAX_ATTEMPTS
    ).update(state=Job.State.RUNNING, holder=holder, attempts=F("attempts") + 1, heartbeat_at=now, error="")
    if taken:
        return holder
    # A job that keeps killing its worker is parked with what is known, instead of looping for ever.
    Job.objects.filter(free, organisation_id=organisation_id, id=job_id).update(
        state=Job.State.FAILED, finished_at=now, error="stopped after too many attempts"
    )
    return None


def beat(*, job_id: UUID, holder: UUID, now: datetime) -> bool:
    """Say that the holder is alive; False when somebody else has the job by now."""
    return bool(
        Job.objects.filter(id=job_id, holder=holder, state=Job.State.RUNNING).update(heartbeat_at=now)
    )


def finish(*, job_id: UUID, holder: UUID, now: datetime) -> bool:
    """Mark done inside the transaction of the effect; False (the caller rolls back) when the claim was lost.

    A job that was asked for while it ran waits again instead.
    """
    own = Job.objects.filter(id=job_id, holder=holder, state=Job.State.RUNNING)
    if own.filter(again=False).update(state=Job.State.DONE, finished_at=now, heartbeat_at=now):
        return True
    job = own.filter(again=True).first()
    if job is None or not own.filter(again=True).update(**_fresh(now)):
        return False
    transaction.on_commit(partial(send, job.task, job.organisation_id, job.id))
    return True


def give_back(*, job_id: UUID, holder: UUID, error: str, final: bool, now: datetime) -> None:
    """Return a job that did not go through: to the queue, or as failed when trying again cannot help.

    One that was asked for again meanwhile is a new request, with attempts of its own.
    """
    own = Job.objects.filter(id=job_id, holder=holder)
    job = own.filter(again=True).first() if final else None
    if job is not None:
        own.update(**_fresh(now))
        transaction.on_commit(partial(send, job.task, job.organisation_id, job.id))
        return
    state = Job.State.FAILED if final else Job.State.QUEUED
    own.update(state=state, error=error[:2000], queued_at=now, finished_at=now if final else None)


def wait_for_turn(*, job_id: UUID, holder: UUID, now: datetime) -> None:
    """Return a job to the queue that has to wait for another one of its kind: no attempt was made."""
    Job.objects.filter(id=job_id, holder=holder).update(
        state=Job.State.QUEUED, attempts=F("attempts") - 1, queued_at=now, again=False
    )


def forget_looks(*, organisation_id: UUID, now: datetime) -> int:
    """Delete the looks of an organisation that are over for a week; return how many. Every page and member makes another one,
    where other jobs are one a day."""
    over = Job.objects.filter(
        organisation_id=organisation_id, kind=LOOK, state__in=(Job.State.DONE, Job.State.FAILED), finished_at__lt=now - LOOKS_KEPT
    )  # fmt: skip
    deleted, _by_model = over.delete()
    return int(deleted)
