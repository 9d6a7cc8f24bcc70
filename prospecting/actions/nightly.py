"""What each new day does to meetings: answers and second looks that are due lapse, those due soon are asked for again."""

from datetime import date, datetime

from django.db.models import Q

from prospecting.actions import disclosure, meetings
from prospecting.actions.meeting_notices import ask_to_remind
from prospecting.domain.meetings import State
from prospecting.models import Meeting
from tenants.models import Organisation
from tenants.queries.calendar import after_working_days


def begin_day(*, organisation: Organisation, today: date, now: datetime) -> dict[str, int]:
    """Lapse, remind, disclose; before the nightly run, which counts what lapsed. Twice is once; return the counts."""
    lapsed = meetings.lapse_due(as_of=today, now=now)
    expired = meetings.expire_due(as_of=today, now=now)
    reminded = _remind(organisation, today, now)
    return {"lapsed": lapsed, "expired": expired, "reminded": reminded, "disclosed": disclosure.refresh()}


def _remind(organisation: Organisation, today: date, now: datetime) -> int:
    """Ask again, once, for the answers and second looks that are due today or on the next working day."""
    soon = (today, after_working_days(organisation, today, 1))
    waiting = Meeting.objects.select_for_update().filter(
        Q(state=State.HELD, answer_due_on__range=soon)
        | Q(state=State.DISPUTED, second_look_due_on__range=soon),
        reminded_at=None,
    )
    for meeting in waiting:
        ask_to_remind(meeting)
    return int(Meeting.objects.filter(pk__in=[one.pk for one in waiting]).update(reminded_at=now))
