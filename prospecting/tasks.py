"""Background jobs of this app."""

from datetime import date
from uuid import UUID

from django.utils import timezone

from prospecting.actions import classification, contacts, meeting_notices, nightly
from tenants.actions.jobs import MEETINGS_TASK, RETENTION_TASK, TARGETS_TASK
from tenants.tasks import JobContext, Refused, job_task


@job_task(name=meeting_notices.TASK)
def send_meeting_notice(context: JobContext) -> None:
    meeting_notices.deliver(event_id=UUID(context.key), organisation=context.organisation)


@job_task(name=meeting_notices.REMINDER_TASK)
def send_meeting_reminder(context: JobContext) -> None:
    meeting_notices.remind(meeting_id=UUID(context.key.split(" ")[0]), organisation=context.organisation)


@job_task(name=MEETINGS_TASK)
def meetings_day(context: JobContext) -> None:
    """Begin a day of an organisation's meetings: the key is that day."""
    try:
        today = date.fromisoformat(context.key)
    except ValueError as error:
        raise Refused(str(error)) from error
    nightly.begin_day(organisation=context.organisation, today=today, now=timezone.now())


@job_task(name=TARGETS_TASK)
def classify(context: JobContext) -> None:
    """Tell every company by the rules: every night, after an import, and when a rule of a large house changed."""
    classification.classify()


@job_task(name=RETENTION_TASK)
def retain(context: JobContext) -> None:
    """Erase the people whose day has passed in the organisation's time zone."""
    now = timezone.now()
    contacts.retain(today=now.astimezone(context.organisation.zone).date(), now=now)
