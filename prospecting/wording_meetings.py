"""Meetings and definitions in words."""

from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from prospecting.domain.meetings import ACCEPTED, NO_SHOWS, REFUSED, IllegalMove, State, Verb
from prospecting.models import Meeting
from prospecting.models.meetings import STATES
from tenants.formatting import format_day

STATE_LABELS = dict(STATES)

DID: dict[str, Promise] = {
    "book": gettext_lazy("booked the meeting"),
    Verb.HOLD: gettext_lazy("said that it took place"),
    Verb.GUEST_NO_SHOW: gettext_lazy("said that the guest did not come"),
    Verb.HOST_NO_SHOW: gettext_lazy("said that the host did not come"),
    Verb.UNDO_NO_SHOW: gettext_lazy("took the no-show back"),
    Verb.CANCEL: gettext_lazy("cancelled it"),
    Verb.RESCHEDULE: gettext_lazy("moved it to another time"),
    Verb.ACCEPT: gettext_lazy("accepted it"),
    Verb.REFUSE: gettext_lazy("did not call it qualified"),
    Verb.LAPSE: gettext_lazy("No answer came in time: accepted tacitly"),
    Verb.DISPUTE: gettext_lazy("asked for a second look"),
    Verb.OVERTURN: gettext_lazy("accepted it after a second look"),
    Verb.UPHOLD: gettext_lazy("did not call it qualified after a second look"),
    Verb.EXPIRE: gettext_lazy("No second look came in time: accepted. This is final."),
}
DONE = {
    Verb.HOLD: gettext_lazy("Noted: the meeting took place. The answer is due now."),
    Verb.GUEST_NO_SHOW: gettext_lazy("Noted. You can take this back within 24 hours."),
    Verb.HOST_NO_SHOW: gettext_lazy("Noted. You can take this back within 24 hours."),
    Verb.UNDO_NO_SHOW: gettext_lazy("The no-show is taken back: the meeting is booked again."),
    Verb.CANCEL: gettext_lazy("The meeting is cancelled."),
    Verb.RESCHEDULE: gettext_lazy("The meeting has moved."),
    Verb.ACCEPT: gettext_lazy("The meeting is accepted."),
    Verb.REFUSE: gettext_lazy("Noted, with the criterion that is not met."),
    Verb.DISPUTE: gettext_lazy("A second look is asked for."),
    Verb.OVERTURN: gettext_lazy("Accepted. This is final."),
    Verb.UPHOLD: gettext_lazy("Not qualified. This is final."),
}
# Which states a choice of the list stands for.
GROUPS: dict[str, tuple[Promise, frozenset[State]]] = {
    "waiting": (gettext_lazy("Waiting for an answer"), frozenset({State.HELD})),
    "disputed": (gettext_lazy("Waiting for a second look"), frozenset({State.DISPUTED})),
    "booked": (gettext_lazy("Booked"), frozenset({State.BOOKED})),
    "accepted": (pgettext_lazy("meetings", "Accepted"), ACCEPTED),
    "refused": (pgettext_lazy("meetings", "Not qualified"), REFUSED),
    "no_show": (gettext_lazy("Somebody did not come"), NO_SHOWS),
    "gone": (gettext_lazy("Cancelled or moved"), frozenset({State.CANCELLED, State.RESCHEDULED})),
}


def tone(state: str) -> str:
    """How a state looks: waiting, countered (asks for something), agreed, or plain."""
    if state in ACCEPTED:
        return "agreed"
    return {State.HELD: "waiting", State.DISPUTED: "countered"}.get(State(state), "plain")


def list_sentence(
    *, answers: int, first: date | None, second_looks: int, first_look: date | None, language: str
) -> str:
    """The answer at the top of the list."""
    if answers and first is not None:
        text = ngettext(
            "%(count)s meeting waits for an answer, until %(day)s.",
            "%(count)s meetings wait for an answer, the first until %(day)s.",
            answers,
        )
        return text % {"count": answers, "day": format_day(first, language)}
    if second_looks and first_look is not None:
        text = ngettext(
            "%(count)s meeting waits for a second look, until %(day)s.",
            "%(count)s meetings wait for a second look, the first until %(day)s.",
            second_looks,
        )
        return text % {"count": second_looks, "day": format_day(first_look, language)}
    return _("No answer is waiting.")


def meeting_sentence(meeting: Meeting, unmet: str, language: str) -> str:
    """What is to be known of the meeting now."""
    match State(meeting.state):
        case State.HELD:
            text = _("It took place; the answer is due until %(day)s. Without one, it counts as accepted.")
            return text % {"day": format_day(meeting.answer_due_on, language, "long")}
        case State.DISPUTED:
            text = _("A second look is due until %(day)s. Without one, it counts as accepted.")
            return text % {"day": format_day(meeting.second_look_due_on, language, "long")}
        case State.REFUSED | State.REFUSED_FINAL if unmet:
            return _("Not qualified: “%(criterion)s” is not met.") % {"criterion": unmet}
        case State.CANCELLED:
            return _("Cancelled in time.") if meeting.cancelled_in_time else _("Cancelled at short notice.")
    return str(STATE_LABELS[meeting.state]).capitalize() + "."


def illegal_text(meeting: Meeting, _error: IllegalMove | None = None) -> str:
    """Why a word is not taken: what the meeting is by now."""
    return _("This cannot be said of the meeting now. It is: %(state)s.") % {
        "state": STATE_LABELS[meeting.state]
    }
