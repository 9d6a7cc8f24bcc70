"""The ledger of background work: due once a night everywhere, claimed by one, finished once, taken up when stuck."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from tenants import tasks
from tenants.actions import jobs
from tenants.ids import new_id
from tenants.models import Job, Organisation, Person
from tenants.scope import current_organisation_id
from tests import databases, factories
from tests.factories import NOON
from tests.servers import Corner

pytestmark = pytest.mark.django_db
State = Job.State
MINUTE = timedelta(minutes=1)
TASK = jobs.RECOMPUTE_TASK


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def due(now: str) -> list[str]:
    """The days enqueued by a tick at `now` (UTC)."""
    return [job.key for job in jobs.enqueue_due(now=at(now))]


def waiting(organisation: Organisation, **given: Any) -> Job:
    return factories.job(organisation, task="tests.none", **given)


# Due ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "before", "after", "day"),
    [
        pytest.param("Europe/Paris", "2026-01-15 00:59", "2026-01-15 01:00", "2026-01-14", id="winter"),
        pytest.param("Europe/Paris", "2026-07-14 23:59", "2026-07-15 00:00", "2026-07-14", id="summer"),
        pytest.param(
            "Europe/Paris", "2026-03-29 00:59", "2026-03-29 01:00", "2026-03-28", id="02:00 is absent"
        ),
        pytest.param(
            "Europe/Paris", "2026-10-24 23:59", "2026-10-25 00:00", "2026-10-24", id="02:00 comes twice"
        ),
        pytest.param(
            "America/New_York", "2026-03-08 06:59", "2026-03-08 07:00", "2026-03-07", id="New York, absent"
        ),
        pytest.param("Asia/Kolkata", "2026-01-14 20:29", "2026-01-14 20:30", "2026-01-14", id="+5:30"),
        pytest.param("Asia/Kathmandu", "2026-01-14 20:14", "2026-01-14 20:15", "2026-01-14", id="+5:45"),
        pytest.param("Pacific/Kiritimati", "2026-01-14 11:59", "2026-01-14 12:00", "2026-01-14", id="+14"),
        pytest.param("UTC", "2026-01-15 01:59", "2026-01-15 02:00", "2026-01-14", id="UTC"),
    ],
)
def test_last_night_is_due_at_two_oclock_local_time(zone: str, before: str, after: str, day: str) -> None:
    factories.organisation(time_zone=zone)

    due(before)
    # The night before was due long ago; what matters is that this one is not, a minute earlier.
    assert not Job.objects.filter(key=day).exists()
    assert due(after) == [day]


def test_an_hour_that_comes_twice_is_one_night() -> None:
    factories.organisation(time_zone="Europe/Paris")

    assert due("2026-10-25 00:30") == ["2026-10-24"]  # 02:30, summer time
    assert due("2026-10-25 01:30") == []  # 02:30 again, winter time


def test_a_second_beat_enqueues_nothing() -> None:
    factories.organisation()

    assert due("2026-01-15 03:00") == ["2026-01-14"]
    assert due("2026-01-15 03:00") == []
    assert Job.objects.count() == 1


def test_a_beat_that_was_down_enqueues_last_night_when_it_comes_back() -> None:
    factories.organisation(time_zone="Europe/Paris")

    assert due("2026-01-15 22:59") == ["2026-01-14"]


def test_a_beat_that_was_down_for_days_enqueues_the_last_night_only() -> None:
    factories.organisation(time_zone="Europe/Paris")
    assert due("2026-01-12 03:00") == ["2026-01-11"]

    assert due("2026-01-15 09:00") == ["2026-01-14"]


def test_each_organisation_is_due_by_its_own_clock() -> None:
    factories.organisation("paris", time_zone="Europe/Paris")
    factories.organisation("kolkata", time_zone="Asia/Kolkata")

    jobs.enqueue_due(now=at("2026-01-14 21:00"))

    found = {job.organisation.slug: job.key for job in Job.objects.all()}
    assert found == {"paris": "2026-01-13", "kolkata": "2026-01-14"}


def test_an_organisation_that_left_is_never_due() -> None:
    factories.organisation(is_active=False)

    assert due("2026-01-15 12:00") == []


# Asked for ---------------------------------------------------------------------------------------------------


def test_asking_twice_is_one_job(atelier: Organisation) -> None:
    first, second = (
        jobs.enqueue(organisation_id=atelier.id, kind="recompute", key="2026-01-01", task="tests.none")
        for _ in range(2)
    )

    assert first.id == second.id


def test_asking_again_restarts_a_job_that_is_over(atelier: Organisation) -> None:
    job = waiting(atelier, state=State.FAILED, attempts=5, error="no", finished_at=NOON)

    again = jobs.enqueue(organisation_id=atelier.id, kind=job.kind, key=job.key, task=job.task)

    assert (again.id, again.state, again.attempts, again.error) == (job.id, State.QUEUED, 0, "")


def test_asking_again_leaves_a_running_job_alone(atelier: Organisation) -> None:
    job = waiting(atelier, state=State.RUNNING, attempts=1, heartbeat_at=NOON)

    again = jobs.enqueue(organisation_id=atelier.id, kind=job.kind, key=job.key, task=job.task)

    assert (again.state, again.attempts) == (State.RUNNING, 1)


def test_the_message_is_sent_when_the_asking_commits(
    atelier: Organisation, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        jobs.enqueue(organisation_id=atelier.id, kind="recompute", key="2026-01-01", task="tests.none")

    assert len(callbacks) == 1


# Claimed -----------------------------------------------------------------------------------------------------


def claim(job: Job, now: datetime = NOON) -> Any:
    return jobs.claim(organisation_id=job.organisation_id, job_id=job.id, now=now)


def test_a_waiting_job_is_claimed_by_one_worker(atelier: Organisation) -> None:
    job = waiting(atelier)

    assert claim(job) is not None
    assert claim(job) is None
    job.refresh_from_db()
    assert (job.state, job.attempts) == (State.RUNNING, 1)


def test_a_job_is_not_claimed_in_another_organisations_name(
    atelier: Organisation, rival: Organisation
) -> None:
    job = waiting(atelier)

    assert jobs.claim(organisation_id=rival.id, job_id=job.id, now=NOON) is None
    job.refresh_from_db()
    assert job.state == State.QUEUED


def test_a_job_without_heartbeat_is_claimed_by_another_worker(atelier: Organisation) -> None:
    job = waiting(atelier)
    first = claim(job)

    second = claim(job, NOON + MINUTE)

    assert second not in (None, first)
    assert not jobs.finish(job_id=job.id, holder=first, now=NOON + MINUTE)
    assert jobs.finish(job_id=job.id, holder=second, now=NOON + MINUTE)


def test_a_heartbeat_keeps_the_job(atelier: Organisation) -> None:
    job = waiting(atelier)
    holder = claim(job)

    assert jobs.beat(job_id=job.id, holder=holder, now=NOON + MINUTE)
    assert claim(job, NOON + MINUTE) is None


def test_a_worker_that_lost_the_job_is_told_at_its_heartbeat(atelier: Organisation) -> None:
    job = waiting(atelier)
    first = claim(job)
    claim(job, NOON + MINUTE)

    assert not jobs.beat(job_id=job.id, holder=first, now=NOON + MINUTE)


def test_a_job_that_was_tried_too_often_is_parked(atelier: Organisation) -> None:
    job = waiting(atelier, attempts=jobs.MAX_ATTEMPTS)

    assert claim(job) is None

    job.refresh_from_db()
    assert job.state == State.FAILED
    assert job.error


@pytest.mark.parametrize(("final", "state"), [(False, State.QUEUED), (True, State.FAILED)])
def test_a_job_that_did_not_go_through_is_given_back(atelier: Organisation, final: bool, state: str) -> None:
    job = waiting(atelier)
    holder = claim(job)

    jobs.give_back(job_id=job.id, holder=holder, error="x" * 3000, final=final, now=NOON)

    job.refresh_from_db()
    assert (job.state, len(job.error), job.finished_at is not None) == (state, 2000, final)


def test_a_job_asked_for_again_before_its_last_attempt_failed_waits_anew(atelier: Organisation) -> None:
    job = waiting(atelier, attempts=jobs.MAX_ATTEMPTS - 1)
    holder = claim(job)
    jobs.reserve(organisation_id=atelier.id, kind=job.kind, key=job.key, task=job.task)

    jobs.give_back(job_id=job.id, holder=holder, error="no", final=True, now=NOON)

    job.refresh_from_db()
    assert (job.state, job.attempts, job.error) == (State.QUEUED, 0, "")


def test_only_its_holder_gives_a_job_back(atelier: Organisation) -> None:
    job = waiting(atelier)
    claim(job)

    jobs.give_back(job_id=job.id, holder=new_id(), error="no", final=True, now=NOON)

    job.refresh_from_db()
    assert job.state == State.RUNNING


# Swept -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "is_stale"),
    [
        pytest.param({"state": "running", "heartbeat_at": NOON}, False, id="alive"),
        pytest.param({"state": "running", "heartbeat_at": NOON - MINUTE}, True, id="dead"),
        pytest.param({"state": "queued", "queued_at": NOON - MINUTE}, False, id="waiting its turn"),
        pytest.param({"state": "queued", "queued_at": NOON - 2 * MINUTE}, True, id="message lost"),
        pytest.param({"state": "done", "heartbeat_at": NOON - MINUTE}, False, id="done"),
        pytest.param({"state": "failed", "queued_at": NOON - 2 * MINUTE}, False, id="failed"),
    ],
)
def test_the_sweeper_sends_what_stopped_moving(
    atelier: Organisation, given: dict[str, Any], is_stale: bool
) -> None:
    job = waiting(atelier, **given)

    assert jobs.requeue_stale(now=NOON) == ([job] if is_stale else [])


def test_a_lost_message_is_sent_once_a_while_only(atelier: Organisation) -> None:
    waiting(atelier, queued_at=NOON - 2 * MINUTE)

    assert jobs.requeue_stale(now=NOON)
    assert jobs.requeue_stale(now=NOON + MINUTE) == []


# Run ---------------------------------------------------------------------------------------------------------


def test_a_body_runs_in_its_organisations_scope_and_the_job_is_done(atelier: Organisation) -> None:
    job, seen = waiting(atelier), []

    over = tasks.run(lambda context: seen.append(current_organisation_id()), atelier.id, job.id)

    job.refresh_from_db()
    assert over
    assert seen == [atelier.id]
    assert job.state == State.DONE


def test_a_body_that_fails_leaves_nothing_and_is_tried_again(atelier: Organisation) -> None:
    job = waiting(atelier)

    def body(context: tasks.JobContext) -> None:
        factories.person(context.organisation)
        raise ZeroDivisionError("by zero")

    over = tasks.run(body, atelier.id, job.id)

    job.refresh_from_db()
    with factories.scope_of(atelier):
        assert Person.objects.count() == 0
    assert not over
    assert (job.state, job.error) == (State.QUEUED, "by zero")


def test_a_refusal_is_final(atelier: Organisation) -> None:
    job = waiting(atelier)

    def body(context: tasks.JobContext) -> None:
        raise tasks.Refused("the file is gone")

    assert tasks.run(body, atelier.id, job.id)
    job.refresh_from_db()
    assert (job.state, job.error) == (State.FAILED, "the file is gone")


def test_the_last_attempt_is_final(atelier: Organisation) -> None:
    job = waiting(atelier, attempts=jobs.MAX_ATTEMPTS - 1)

    def body(context: tasks.JobContext) -> None:
        raise ZeroDivisionError

    assert tasks.run(body, atelier.id, job.id)
    job.refresh_from_db()
    assert job.state == State.FAILED


def test_work_whose_claim_was_lost_is_rolled_back(atelier: Organisation) -> None:
    job = waiting(atelier)

    def body(context: tasks.JobContext) -> None:
        factories.person(context.organisation)
        Job.objects.filter(id=job.id).update(holder=new_id())

    assert tasks.run(body, atelier.id, job.id)
    with factories.scope_of(atelier):
        assert Person.objects.count() == 0


@pytest.mark.parametrize("state", [State.DONE, State.FAILED])
def test_a_message_too_many_does_nothing(atelier: Organisation, state: str) -> None:
    job = waiting(atelier, state=state)
    seen: list[object] = []

    assert tasks.run(seen.append, atelier.id, job.id)
    assert seen == []


def test_a_job_that_a_live_worker_has_is_left_for_later(
    atelier: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = waiting(atelier)
    seen: list[object] = []
    monkeypatch.setattr(tasks.timezone, "now", lambda: NOON)
    claim(job)

    assert not tasks.run(seen.append, atelier.id, job.id)
    assert seen == []


def test_one_organisation_runs_one_job_of_a_kind_at_a_time(atelier: Organisation) -> None:
    job, locks = waiting(atelier), []

    def body(context: tasks.JobContext) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
            )
            locks.append(cursor.fetchone()[0])

    tasks.run(body, atelier.id, job.id)

    assert locks == [1]


def test_a_job_that_waits_for_another_of_its_kind_leaves_the_worker_and_loses_no_attempt(
    atelier: Organisation, corner: Corner
) -> None:
    job = waiting(atelier)
    seen: list[object] = []
    elsewhere = databases.connect(corner.app, corner.database)
    with elsewhere.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [f"{atelier.id}:{job.kind}"])

    with pytest.raises(tasks.Busy):
        tasks.run(seen.append, atelier.id, job.id)

    job.refresh_from_db()
    assert (seen, job.state, job.attempts) == ([], State.QUEUED, 0)
    elsewhere.close()
    assert tasks.run(seen.append, atelier.id, job.id)


def test_a_job_may_think_between_its_statements_longer_than_a_page(atelier: Organisation) -> None:
    job, limits = waiting(atelier), []

    def body(context: tasks.JobContext) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SHOW idle_in_transaction_session_timeout")
            limits.append(cursor.fetchone()[0])

    tasks.run(body, atelier.id, job.id)

    assert limits == ["30min"]


@pytest.mark.django_db(transaction=True)
def test_the_ticks_of_the_clock_run() -> None:
    factories.organisation()

    for tick in (tasks.dispatch_due, tasks.sweep):
        tick.apply(throw=True)


def test_a_job_asked_for_while_it_runs_is_done_once_more(atelier):
    job = jobs.reserve(organisation_id=atelier.id, kind="recompute", key="2026-01-01", task=TASK)
    holder = jobs.claim(organisation_id=atelier.id, job_id=job.id, now=NOON)

    jobs.reserve(organisation_id=atelier.id, kind="recompute", key="2026-01-01", task=TASK)

    assert jobs.finish(job_id=job.id, holder=holder, now=NOON + MINUTE)
    job.refresh_from_db()
    assert job.state == Job.State.QUEUED
    second = jobs.claim(organisation_id=atelier.id, job_id=job.id, now=NOON + MINUTE)
    assert jobs.finish(job_id=job.id, holder=second, now=NOON + 2 * MINUTE)
    job.refresh_from_db()
    assert job.state == Job.State.DONE


def test_looks_are_forgotten_a_week_after_they_are_over(atelier: Organisation) -> None:
    day, over = timedelta(days=1), {"kind": jobs.LOOK, "state": State.DONE}
    waiting(atelier, key="old", **over, finished_at=NOON)
    failed = {**over, "state": State.FAILED}
    waiting(atelier, key="failed", **failed, finished_at=NOON)
    waiting(atelier, key="young", **over, finished_at=NOON + 2 * day)
    waiting(atelier, key="not over", kind=jobs.LOOK)
    waiting(atelier, key="a night", state=State.DONE, finished_at=NOON)
    waiting(factories.organisation("Rival"), key="elsewhere", **over, finished_at=NOON)

    assert jobs.forget_looks(organisation_id=atelier.id, now=NOON + 8 * day) == 2
    assert set(Job.objects.values_list("key", flat=True)) == {"young", "not over", "a night", "elsewhere"}
