"""All that can be said of a meeting, by page, API, import and task alike."""

from prospecting.actions.meeting_answers import Claim as Claim
from prospecting.actions.meeting_answers import accept as accept
from prospecting.actions.meeting_answers import cancel as cancel
from prospecting.actions.meeting_answers import decide as decide
from prospecting.actions.meeting_answers import dispute as dispute
from prospecting.actions.meeting_answers import hold as hold
from prospecting.actions.meeting_answers import no_show as no_show
from prospecting.actions.meeting_answers import refuse as refuse
from prospecting.actions.meeting_answers import undo_no_show as undo_no_show
from prospecting.actions.meeting_booking import book as book
from prospecting.actions.meeting_booking import reschedule as reschedule
from prospecting.actions.meeting_lapses import expire_due as expire_due
from prospecting.actions.meeting_lapses import lapse_due as lapse_due
