"""The edge of a background job, and the ticks of the clock."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

import structlog
from celery import Task, shared_task
from django.db import close_old_connections, connection
from django.utils import timezone

from tenants import progress
from tenants.actions import idempotency, invitations, jobs
from tenants.models import Job, Organisation
from tenants.scope import tenant_scope
from tenants.turns import take_free_turn, take_time

log = structlog.get_logger()

if TYPE_CHECKING:
    AnyTask = Task[..., Any]  # generic in the stubs only
else:
    AnyTask = Task

HEARTBEAT_SECONDS = 5.0
RETRY_SECONDS = 15
TURN_SECONDS = 3

# Every task says whose data it touches: an organisation (job tasks) or none (ticks). A test walks the registry.
TENANT_TASKS: dict[str, str] = {}


class ClaimLost(RuntimeError):
    """Another worker took the job over; this execution's work is rolled back."""


class Busy(Exception):
    """Another job of its kind is under way in the organisation."""


class Refused(Exception):
    """The job cannot go through, and trying again will not help; the message is kept on the job."""


@dataclass(frozen=True, slots=True)
class JobContext:
    organisation: Organisation
    job_id: UUID
    key: str

    def progress(self, step: str, done: int = 0, total: int = 0) -> None:
        progress.report(self.organisation.id, self.job_id, step=step, done=done, total=total)


def job_task(*, name: str) -> Callable[[Callable[[JobContext], None]], AnyTask]:
    """Make a job's body into a Celery task `name(organisation_id, job_id)` that runs in the organisation's scope."""

    def wrap(body: Callable[[JobContext], None]) -> AnyTask:
        @shared_task(bind=True, name=name, max_retries=None, acks_late=True, reject_on_worker_lost=True)
        def task(self: AnyTask, organisation_id: str, job_id: str) -> None:
            try:
                over = run(body, UUID(organisation_id), UUID(job_id))
            except Busy:
                raise self.retry(countdown=TURN_SECONDS) from None
            if not over:
                raise self.retry(countdown=RETRY_SECONDS)

        TENANT_TASKS[name] = "organisation"
        return task

    return wrap


def run(body: Callable[[JobContext], None], organisation_id: UUID, job_id: UUID) -> bool:
    """Claim, work, finish. True when the job is over for this execution, False to try again later. Raises Busy, the job
    being back in the queue."""
    organisation = Organisation.objects.filter(id=organisation_id).first()
    job = Job.objects.filter(organisation_id=organisation_id, id=job_id).first()
    if organisation is None or job is None or job.is_over:
        return True
    holder = jobs.claim(organisation_id=organisation_id, job_id=job_id, now=timezone.now())
    if holder is None:
        # Taken by a live worker: come back, so that its death would not lose the job with our acknowledgement.
        return not Job.objects.filter(id=job_id, state=Job.State.RUNNING).exists()
    context = JobContext(organisation, job_id, job.key)
    try:
        with Heartbeat(job_id, holder), tenant_scope(organisation_id):
            take_time()
            # One organisation runs one job of a kind at a time; who waits leaves the worker to others.
            if not take_free_turn(job.kind):
                raise Busy
            body(context)
            if not jobs.finish(job_id=job_id, holder=holder, now=timezone.now()):
                raise ClaimLost(str(job_id))
    except ClaimLost:
        return True
    except Busy:
        jobs.wait_for_turn(job_id=job_id, holder=holder, now=timezone.now())
        raise
    except Exception as error:
        final = isinstance(error, Refused) or job.attempts + 1 >= jobs.MAX_ATTEMPTS
        jobs.give_back(
            job_id=job_id, holder=holder, error=str(error) or repr(error), final=final, now=timezone.now()
        )
        log.exception("job failed", job=str(job_id), kind=job.kind, final=final)
        return final
    return True


class Heartbeat:
    """Says from a second connection that the worker is alive, while the job's own transaction is invisible."""

    def __init__(self, job_id: UUID, holder: UUID) -> None:
        self.job_id, self.holder = job_id, holder
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *exc: object) -> None:
        self.stopped.set()
        self.thread.join()

    def _beat(self) -> None:
        while not self.stopped.wait(HEARTBEAT_SECONDS):
            jobs.beat(job_id=self.job_id, holder=self.holder, now=timezone.now())
        connection.close()


def tick(*, name: str) -> Callable[[Callable[[], Any]], AnyTask]:
    """Make a task that touches no organisation's data: it reads and writes the job ledger only."""

    def wrap(body: Callable[[], Any]) -> AnyTask:
        @shared_task(name=name, acks_late=False)
        def task() -> None:
            close_old_connections()
            body()

        TENANT_TASKS[name] = "none"
        return task

    return wrap


@tick(name="tenants.tasks.dispatch_due")
def dispatch_due() -> None:
    now = timezone.now()
    for job in jobs.enqueue_days(now=now):
        log.info("day of the meetings due", organisation=str(job.organisation_id), day=job.key)
    for job in jobs.enqueue_prospects(now=now):
        log.info(
            "day of the prospects due", kind=job.kind, organisation=str(job.organisation_id), day=job.key
        )
    for job in jobs.enqueue_answers(now=now):
        log.info("kept answers due", organisation=str(job.organisation_id), day=job.key)
    for job in jobs.enqueue_due(now=now):
        log.info("nightly run due", organisation=str(job.organisation_id), day=job.key)


@tick(name="tenants.tasks.sweep")
def sweep() -> None:
    for job in jobs.requeue_stale(now=timezone.now()):
        log.warning("job taken up again", job=str(job.id), kind=job.kind, state=job.state)


@job_task(name=invitations.TASK)
def send_invitation(context: JobContext) -> None:
    invitations.deliver(
        invitation_id=UUID(context.key), organisation=context.organisation, now=timezone.now()
    )


@job_task(name=jobs.ANSWERS_TASK)
def forget_answers(context: JobContext) -> None:
    """Forget the answers of the API that nobody repeats any more, and the looks that are long over."""
    now = timezone.now()
    idempotency.forget(now=now)
    jobs.forget_looks(organisation_id=context.organisation.id, now=now)
