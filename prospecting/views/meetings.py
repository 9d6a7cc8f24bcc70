"""Meetings: the list, and the page of one of them with what its reader may say."""

from dataclasses import asdict
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from prospecting.domain.meetings import ACCEPTED, NO_SHOWS, Side, State, Verb, may_undo, verbs
from prospecting.forms.meetings import (
    CancelForm,
    HoldForm,
    MoveForm,
    ReasonForm,
    SayForm,
    UnmetForm,
)
from prospecting.models import Engagement, Meeting
from prospecting.queries import meetings as queries
from prospecting.queries.readers import Reader, may_decide, may_judge, person_names, reader_of, visible
from prospecting.wording_meetings import (
    DID,
    GROUPS,
    STATE_LABELS,
    list_sentence,
    meeting_sentence,
    tone,
)
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.views.answers import INVALID, action, page_of, tenant_url

CONFLICT = 409
PERIODS = {"ahead": (0, None), "week": (-7, 7), "month": (-30, 0), "quarter": (-91, 0)}
Forms = dict[str, SayForm]  # by verb: the one that was refused


@tenant_view(Permission.VIEW_MEETINGS)
@require_safe
def meeting_list(request: TenantRequest) -> HttpResponse:
    """Filters and place in the list are in the URL."""
    reader = reader_for(request)
    wanted = _wanted(request)
    page = page_of(request, queries.listed(reader, wanted))
    hosts = set(visible(reader).order_by().values_list("host_id", flat=True).distinct()) - {None}
    names = person_names(hosts)
    waiting = queries.waiting(reader)
    may_book = request.membership.allows(Permission.BOOK_MEETINGS)
    context = {
        "page": page,
        "rows": [_row(request, meeting, names) for meeting in page.object_list],
        "sentence": list_sentence(**asdict(waiting), language=_language()),
        "filters": _filters(request, wanted, names),
        "text": wanted.text,
        "is_filtered": bool(request.GET.keys() & {"state", "host", "engagement", "when", "q"}),
        "query": _query(request),
        "actions": _actions(request) if may_book else [],
    }
    return render(request, "prospecting/meetings.html", context)


@tenant_view(Permission.VIEW_MEETINGS)
@require_safe
def meeting(request: TenantRequest, meeting: UUID) -> HttpResponse:
    reader = reader_for(request)
    return meeting_page(request, reader, found_or_404(reader, meeting))


def reader_for(request: TenantRequest) -> Reader:
    return reader_of(Actor.of(request), timezone.localdate())


def found_or_404(reader: Reader, meeting_id: UUID) -> Meeting:
    found = queries.one(reader, meeting_id)
    if found is None:
        raise Http404
    return found


def meeting_page(
    request: TenantRequest, reader: Reader, row: Meeting, refused: Forms | None = None, notice: str = ""
) -> HttpResponse:
    """The page of a meeting; `refused`: the form of a word that was not taken, `notice`: what changed meanwhile."""
    refused = refused or {}
    names = person_names({one for one in (row.host_id, row.booked_by_id) if one})
    said = queries.thread(row)
    context = {
        "meeting": row,
        "label": STATE_LABELS[row.state],
        "tone": tone(row.state),
        "sentence": meeting_sentence(row, str(row.unmet or ""), _language()),
        "host": names.get(row.host_id, "") if row.host_id else "",
        "booked_by": names.get(row.booked_by_id, "") if row.booked_by_id else "",
        "criteria": queries.criteria_of(row),
        "said": [{"did": DID.get(event.verb, event.verb), "who": who, "event": event} for event, who in said],
        "stale": notice,
        "breadcrumb": [
            {"label": _("Meetings"), "url": tenant_url(request, "prospecting:meetings")},
            {"label": row.company_name, "url": ""},
        ],
        "moved_to": Meeting.objects.filter(moved_from=row).first(),
        "is_partner": reader.is_partner,
        "reads_deals": request.membership.allows(Permission.VIEW_OWN),
        **_answers(request, reader, row, refused),
    }
    status = CONFLICT if notice else INVALID if any(form.errors for form in refused.values()) else 200
    return render(request, "prospecting/meeting.html", context, status=status)


def allowed(reader: Reader, row: Meeting, now: datetime) -> set[str]:
    """The words that this reader may say now, by the table, who judges, and the clock; "open" for an opportunity."""
    state = State(row.state)
    able: set[str] = {
        verb.value for side in reader.sides(row) if side is not Side.CLOCK for verb in verbs(state, side)
    }
    if not may_judge(reader, row):
        able -= {Verb.ACCEPT, Verb.REFUSE}
        if state is State.TACIT:
            able -= {Verb.DISPUTE}
    if state is State.DISPUTED and not may_decide(reader, row):
        able -= {Verb.OVERTURN, Verb.UPHOLD}
    if row.starts_at > now:
        able -= {Verb.HOLD, Verb.GUEST_NO_SHOW, Verb.HOST_NO_SHOW}
    if state in NO_SHOWS and (row.marked_at is None or not may_undo(row.marked_at, now)):
        able -= {Verb.UNDO_NO_SHOW}
    if state in ACCEPTED and row.opportunity_id is None and Side.CLIENT in reader.sides(row):
        able |= {"open"} if reader.may(Permission.JUDGE_MEETINGS) else set()
    return able


def form_of(verb: str, row: Meeting, data: Any = None) -> SayForm:
    """The form of a word, bound to `data` when there is some."""
    kinds: dict[str, type[SayForm]] = {
        Verb.HOLD: HoldForm,
        Verb.CANCEL: CancelForm,
        Verb.RESCHEDULE: MoveForm,
        Verb.REFUSE: UnmetForm,
        Verb.DISPUTE: UnmetForm if row.state == State.TACIT else ReasonForm,
        Verb.OVERTURN: ReasonForm,
        Verb.UPHOLD: ReasonForm,
    }
    kind = kinds.get(verb, SayForm)
    criteria = [line.criterion for line in queries.criteria_of(row)] if kind in (HoldForm, UnmetForm) else []
    return kind(data, initial={"version": row.version}, criteria=criteria)


def _answers(request: TenantRequest, reader: Reader, row: Meeting, refused: Forms) -> dict[str, Any]:
    able = allowed(reader, row, timezone.now())
    judged = {Verb.ACCEPT.value, Verb.REFUSE.value, Verb.OVERTURN.value, Verb.UPHOLD.value, "open"}
    return {
        "can": dict.fromkeys(able, True),
        "urls": {
            verb: tenant_url(
                request,
                "prospecting:meeting_judge" if verb in judged else "prospecting:meeting_say",
                meeting=row.pk,
                verb=verb,
            )
            for verb in able
        },
        "forms": {verb: refused.get(verb) or form_of(verb, row) for verb in able},
        "refused": set(refused),
    }


def _row(request: TenantRequest, row: Meeting, names: dict[UUID, str]) -> dict[str, Any]:
    return {
        "meeting": row,
        "url": tenant_url(request, "prospecting:meeting", meeting=row.pk),
        "label": STATE_LABELS[row.state],
        "tone": tone(row.state),
        "host": names.get(row.host_id, "") if row.host_id else "",
    }


def _wanted(request: TenantRequest) -> queries.Wanted:
    group = GROUPS.get(request.GET.get("state", ""))
    first, last = PERIODS.get(request.GET.get("when", ""), (None, None))
    today = timezone.localdate()
    zone = timezone.get_current_timezone()
    day = [
        datetime.combine(today + timedelta(days=days + extra), time(), zone) if days is not None else None
        for days, extra in ((first, 0), (last, 1))
    ]
    return queries.Wanted(
        states=group[1] if group else frozenset(),
        host=_uuid(request.GET.get("host")),
        engagement=_uuid(request.GET.get("engagement")),
        since=day[0],
        until=day[1],
        text=request.GET.get("q", "").strip()[:120],
    )


def _filters(request: TenantRequest, wanted: queries.Wanted, names: dict[UUID, str]) -> list[dict[str, Any]]:
    periods = {
        "ahead": _("To come"),
        "week": _("This week and the last"),
        "month": _("Last 30 days"),
        "quarter": _("Last 3 months"),
    }
    choices: list[tuple[str, str, list[tuple[str, Any]]]] = [
        ("state", _("State"), [(key, label) for key, (label, _states) in GROUPS.items()]),
        (
            "host",
            _("Host"),
            [(str(key), name) for key, name in sorted(names.items(), key=lambda one: one[1])],
        ),
        ("engagement", _("Engagement"), [(str(one.pk), one.name) for one in Engagement.objects.all()]),
        ("when", _("When"), list(periods.items())),
    ]
    return [
        {
            "name": name,
            "label": label,
            "options": [
                {"value": "", "label": _("All"), "selected": not request.GET.get(name)},
                *(
                    {"value": value, "label": text, "selected": request.GET.get(name) == value}
                    for value, text in values
                ),
            ],
        }
        for name, label, values in choices
        if values
    ]


def _query(request: TenantRequest) -> str:
    kept = request.GET.copy()
    kept.pop("page", None)
    return kept.urlencode()


def _actions(request: TenantRequest) -> list[dict[str, Any]]:
    return [
        action(_("Free slots"), tenant_url(request, "prospecting:slots"), "calendar"),
        action(_("Log a meeting"), tenant_url(request, "prospecting:meeting_new"), "plus", primary=True),
    ]


def _language() -> str:
    return get_language() or "en"


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
