from datetime import date

from django.utils import timezone

from reporting.actions import recompute as recompute_action
from tenants.actions.jobs import RECOMPUTE_TASK
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
