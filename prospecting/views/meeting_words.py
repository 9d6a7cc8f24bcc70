"""What is said of a meeting: one address for those who book, one for those who judge; the word is in the path."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from prospecting.actions import meetings, opening
from prospecting.actions.errors import StaleVersion
from prospecting.domain.meetings import IllegalMove, Verb
from prospecting.forms.meetings import HoldForm, MoveForm, SayForm, UnmetForm
from prospecting.models import Meeting
from prospecting.views.meetings import form_of, found_or_404, meeting_page, reader_for
from prospecting.wording_meetings import DONE, illegal_text
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.forms.base import errors_in
from tenants.views.answers import go

SAID = (
    Verb.HOLD,
    Verb.GUEST_NO_SHOW,
    Verb.HOST_NO_SHOW,
    Verb.UNDO_NO_SHOW,
    Verb.CANCEL,
    Verb.RESCHEDULE,
    Verb.DISPUTE,
)
JUDGED = (Verb.ACCEPT, Verb.REFUSE, Verb.OVERTURN, Verb.UPHOLD)
OPEN = "open"


@tenant_view(Permission.BOOK_MEETINGS)
@require_POST
def say(request: TenantRequest, meeting: UUID, verb: str) -> HttpResponse:
    """How it went, or another time for it."""
    if verb not in SAID:
        raise Http404
    return _answer(request, meeting, Verb(verb))


@tenant_view(Permission.JUDGE_MEETINGS)
@require_POST
def judge(request: TenantRequest, meeting: UUID, verb: str) -> HttpResponse:
    """The client's answer; `open` makes the opportunity of an accepted meeting."""
    if verb == OPEN:
        return _open(request, meeting)
    if verb not in JUDGED:
        raise Http404
    return _answer(request, meeting, Verb(verb))


def _answer(request: TenantRequest, meeting_id: UUID, verb: Verb) -> HttpResponse:
    """Say it, and go to the meeting; the same page with what is wrong, or with what it is by now."""
    reader = reader_for(request)
    row = found_or_404(reader, meeting_id)
    form = form_of(verb, row, request.POST)
    said: Meeting | None = None
    if form.is_valid():
        try:
            with errors_in(form):
                said = _said(request, row, verb, form)
        except (StaleVersion, IllegalMove):
            now = found_or_404(reader, meeting_id)
            return meeting_page(request, reader, now, notice=illegal_text(now))
    if said is None or form.errors:
        return meeting_page(request, reader, row, {verb.value: form})
    messages.success(request, DONE[verb])
    return go(request, "prospecting:meeting", meeting=said.pk)


def _said(request: TenantRequest, row: Meeting, verb: Verb, form: SayForm) -> Meeting:
    words: dict[str, Any] = {
        "meeting": row,
        "version": form.cleaned_data["version"],
        "by": Actor.of(request),
        "now": timezone.now(),
    }
    reason = form.cleaned_data.get("reason", "")
    match verb:
        case Verb.HOLD:
            assert isinstance(form, HoldForm)
            return meetings.hold(claims=form.claims, **words)
        case Verb.GUEST_NO_SHOW | Verb.HOST_NO_SHOW:
            return meetings.no_show(whose="guest" if verb is Verb.GUEST_NO_SHOW else "host", **words)
        case Verb.UNDO_NO_SHOW:
            return meetings.undo_no_show(**words)
        case Verb.CANCEL:
            return meetings.cancel(reason=reason, **words)
        case Verb.RESCHEDULE:
            assert isinstance(form, MoveForm)
            return meetings.reschedule(starts_at=form.starts_at, reason=reason, **words)
        case Verb.ACCEPT:
            accepted = meetings.accept(**words)
            if request.POST.get(OPEN):
                opening.open_opportunity(meeting=accepted, by=words["by"], now=words["now"])
            return accepted
        case Verb.REFUSE:
            assert isinstance(form, UnmetForm)
            return meetings.refuse(unmet_id=form.unmet_id, reason=reason, **words)
        case Verb.DISPUTE:
            unmet = form.unmet_id if isinstance(form, UnmetForm) else None
            return meetings.dispute(reason=reason, unmet_id=unmet, **words)
    return meetings.decide(accepted=verb is Verb.OVERTURN, reason=reason, **words)


def _open(request: TenantRequest, meeting_id: UUID) -> HttpResponse:
    reader = reader_for(request)
    row = found_or_404(reader, meeting_id)
    form = SayForm(request.POST)
    with errors_in(form):
        opening.open_opportunity(meeting=row, by=Actor.of(request), now=timezone.now())
    if wrong := form.non_field_errors():
        messages.error(request, " ".join(map(str, wrong)))
    else:
        messages.success(request, _("The opportunity is in the pipeline."))
    return go(request, "prospecting:meeting", meeting=row.pk)
