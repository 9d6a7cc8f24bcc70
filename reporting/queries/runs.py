"""Runs and the jobs that made them, or are making them, or could not."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from reporting.models import Run
from tenants.actions.jobs import RECOMPUTE
from tenants.models import Job
from tenants.queries import job_in_slot, jobs_by_key

ROWS = 50


@dataclass(frozen=True, slots=True)
class RunRow:
    """A day: what is stored for it, and the latest work on it. One of the two at least."""

    as_of: date
    run: Run | None
    job: Job | None

    @property
    def state(self) -> str:
        """The job's; a stored run without a job (made by the command) is done."""
        return self.job.state if self.job else Job.State.DONE.value

    @property
    def is_going_on(self) -> bool:
        return self.job is not None and not self.job.is_over

    @property
    def milliseconds(self) -> int | None:
        return sum(self.run.timings.values()) if self.run else None

    @property
    def seconds(self) -> float | None:
        return None if self.milliseconds is None else self.milliseconds / 1000


def run_rows(organisation_id: UUID, *, before: date | None = None) -> tuple[list[RunRow], bool]:
    """Days with a run or a job, latest first, at most ROWS and only those before `before`; whether there are more.

    Two queries.
    """
    latest = jobs_by_key(
        organisation_id, RECOMPUTE, before=before.isoformat() if before else "", limit=ROWS + 1
    )
    jobs = {day: job for job in latest if (day := _day(job.key)) is not None}
    found = Run.objects.all() if before is None else Run.objects.filter(as_of__lt=before)
    runs = {run.as_of: run for run in found.order_by("-as_of")[: ROWS + 1]}
    days = sorted({*jobs, *runs}, reverse=True)
    rows = [RunRow(day, runs.get(day), jobs.get(day)) for day in days[:ROWS]]
    return rows, len(days) > ROWS


def run_row(organisation_id: UUID, run: Run) -> RunRow:
    """One query."""
    return RunRow(run.as_of, run, job_for(organisation_id, run.as_of))


def job_for(organisation_id: UUID, day: date) -> Job | None:
    """The work on a day, if it was ever asked for. One query."""
    return job_in_slot(organisation_id, RECOMPUTE, day.isoformat())


def _day(key: str) -> date | None:
    try:
        return date.fromisoformat(key)
    except ValueError:
        return None


def latest_run(day: date | None = None) -> Run | None:
    """The last run, of a day up to `day` when one is given. One query."""
    found = Run.objects.all() if day is None else Run.objects.filter(as_of__lte=day)
    return found.order_by("-as_of").first()
