"""Background jobs of this app."""

from uuid import UUID

from objectives.actions import negotiation_notices
from tenants.tasks import JobContext, job_task


@job_task(name=negotiation_notices.TASK)
def send_notice(context: JobContext) -> None:
    negotiation_notices.deliver(step_id=UUID(context.key), organisation=context.organisation)
