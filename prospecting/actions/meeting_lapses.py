"""What the clock says of meetings: an answer, or a second look, that did not come in time. Silence accepts."""

from datetime import date, datetime

from prospecting.actions import meeting_moves
from prospecting.domain.meetings import Side, State, Verb
from prospecting.models import Meeting
from tenants.access import SYSTEM, Actor


def lapse_due(*, as_of: date, now: datetime, by: Actor = SYSTEM, tell: bool = True) -> int:
    """Accept tacitly what was not answered until its last day, which was before `as_of`; return how many.

    The acceptance is of the last day for the answer, whenever the job runs. Twice is once.
    """
    late = Meeting.objects.filter(state=State.HELD, answer_due_on__lt=as_of).order_by("pk")
    for meeting in late:
        said = meeting_moves.begin(
            meeting=meeting, verb=Verb.LAPSE, by=by, now=now, version=None, side=Side.CLOCK
        )
        meeting_moves.write(said, accepted_on=said.meeting.answer_due_on, tell=tell)
    return len(late)


def expire_due(*, as_of: date, now: datetime, by: Actor = SYSTEM, tell: bool = True) -> int:
    """Accept, for good, what was disputed and not looked at again until its last day, before `as_of`; return how many.

    The second look is the client's to give: its silence is for who prospects, whichever side asked. Of the last day for
    it, whenever the job runs; twice is once.
    """
    late = Meeting.objects.filter(state=State.DISPUTED, second_look_due_on__lt=as_of).order_by("pk")
    for meeting in late:
        said = meeting_moves.begin(
            meeting=meeting, verb=Verb.EXPIRE, by=by, now=now, version=None, side=Side.CLOCK
        )
        meeting_moves.write(said, accepted_on=said.meeting.second_look_due_on, unmet=None, tell=tell)
    return len(late)
