"""Background jobs of this app."""

from django.utils import timezone

from prospecting.actions import classification, contacts
from tenants.actions.jobs import RETENTION_TASK, TARGETS_TASK
from tenants.tasks import JobContext, job_task


@job_task(name=TARGETS_TASK)
def classify(context: JobContext) -> None:
    """Tell every company by the rules: every night, after an import, and when a rule of a large house changed."""
    classification.classify()


@job_task(name=RETENTION_TASK)
def retain(context: JobContext) -> None:
    """Erase the people whose day has passed in the organisation's time zone."""
    now = timezone.now()
    contacts.retain(today=now.astimezone(context.organisation.zone).date(), now=now)
