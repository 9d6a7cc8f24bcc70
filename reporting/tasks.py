from datetime import date

from django.utils import timezone

from reporting.actions import landing_checks as checks_action
from reporting.actions import recompute as recompute_action
from tenants.actions.jobs import LANDING_CHECKS_TASK, RECOMPUTE_TASK
from tenants.tasks import JobContext, Refused, job_task


@job_task(name=RECOMPUTE_TASK)
def recompute(context: JobContext) -> None:
    """Recompute an organisation as of the day that the job's key names."""
    try:
        as_of = date.fromisoformat(context.key)
    except ValueError as error:
        raise Refused(str(error)) from error
    recompute_action.run(
        as_of=as_of, started_at=timezone.now(), job_id=context.job_id, progress=context.progress
    )


@job_task(name=LANDING_CHECKS_TASK)
def landing_checks(context: JobContext) -> None:
    """Work out what would have been said in past cycles; everything that is known by now says what came."""
    checks_action.run(organisation=context.organisation, now=timezone.now(), progress=context.progress)
