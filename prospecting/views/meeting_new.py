"""Log a meeting: booked, or over already, on one screen."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prospecting.actions import companies, meetings
from prospecting.actions.meeting_booking import version_in_force
from prospecting.forms.meetings import Choices, MeetingForm
from prospecting.models import Contact, Criterion, Engagement, Meeting
from prospecting.models.people import CHANNELS
from prospecting.queries import slots as slot_queries
from prospecting.queries.meetings import met_lately
from prospecting.queries.readers import Reader
from prospecting.queries.standing import Word, standing
from prospecting.views.meetings import reader_for
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.formatting import format_day, format_moment
from tenants.forms.base import errors_in
from tenants.models import Person
from tenants.views.answers import form_page, go, trail

SLOTS_SHOWN = 60


@tenant_view(Permission.BOOK_MEETINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def meeting_new(request: TenantRequest) -> HttpResponse:
    reader = reader_for(request)
    engagements = list(Engagement.objects.filter(is_active=True).order_by("name"))
    chosen = _engagement(request, engagements, reader)
    form = _form(request, reader, engagements, chosen)
    if request.method == "POST" and form.is_valid() and not _is_doubtful(form, reader):
        with errors_in(form):
            made = _book(request, form, chosen)
        if not form.errors:
            messages.success(
                request, _("The meeting with %(company)s is logged.") % {"company": made.company_name}
            )
            return go(request, "prospecting:meeting", meeting=made.pk)
    context = {
        "form": form,
        "has_slots": "slot" in form.fields,
        "breadcrumb": trail(request, "prospecting:meetings", _("Meetings"), _("Log a meeting")),
        "is_partner": reader.is_partner,
    }
    return form_page(request, "prospecting/meeting_new.html", context, form)


def _form(
    request: TenantRequest, reader: Reader, engagements: list[Engagement], chosen: Engagement | None
) -> MeetingForm:
    version = version_in_force(chosen)
    criteria = list(Criterion.objects.filter(definition_version=version)) if version is not None else []
    channels = [one for one in CHANNELS if not (chosen and chosen.channels) or one[0] in chosen.channels]
    today = timezone.localdate()
    own: Choices = [] if reader.is_partner else [("", _("the house"))]
    initial = {
        "day": today,
        "at": "",
        "slot": request.GET.get("slot", ""),
        "engagement": str(chosen.pk) if chosen else "",
        "host": str(reader.person_id or ""),
        "company": request.GET.get("company", "")[:255],
    }
    return MeetingForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        engagements=[*own, *((str(one.pk), one.name) for one in engagements)],
        hosts=_hosts(reader),
        slots=_slots(request, reader),
        channels=channels,
        criteria=criteria,
    )


def _engagement(request: TenantRequest, engagements: list[Engagement], reader: Reader) -> Engagement | None:
    """The one that is chosen; a partner's first one, else none: the house's own prospecting."""
    asked = request.POST.get("engagement", request.GET.get("engagement", ""))
    found = next((one for one in engagements if str(one.pk) == asked), None)
    if found is None and reader.is_partner and engagements:
        return engagements[0]
    return found


def _hosts(reader: Reader) -> Choices:
    """Whom a member of the house can book: the own people; everybody for who directs."""
    if reader.is_partner:
        return []
    people = Person.objects.order_by("name")
    return [
        ("", _("Nobody yet")),
        *((str(one.pk), one.name) for one in people if one.is_present(timezone.localdate())),
    ]


def _slots(request: TenantRequest, reader: Reader) -> Choices:
    lines = slot_queries.offered(request.organisation, timezone.now(), for_partners=reader.is_partner)
    language = get_language() or "en"
    every = [(slot.starts_at, line) for line in lines for slot in line.slots]
    shown: Choices = [("", _("Another time"))]
    for starts_at, line in sorted(every, key=lambda one: (one[0], one[1].name))[:SLOTS_SHOWN]:
        local = timezone.localtime(starts_at)
        when = f"{format_day(local.date(), language, 'weekday')} {format_moment(local, language, 'clock')}"
        shown.append((f"{line.host_id}|{starts_at.isoformat()}", f"{when} · {line.name}"))
    asked = request.POST.get("slot", request.GET.get("slot", ""))
    if asked and asked not in {value for value, _label in shown}:
        shown += _one_slot(lines, asked, language)
    return shown


def _one_slot(lines: list[slot_queries.HostSlots], asked: str, language: str) -> Choices:
    """A slot that is offered, but later than those shown."""
    for line in lines:
        for slot in line.slots:
            if f"{line.host_id}|{slot.starts_at.isoformat()}" == asked:
                local = timezone.localtime(slot.starts_at)
                return [(asked, f"{format_moment(local, language)} · {line.name}")]
    return []


def _is_doubtful(form: MeetingForm, reader: Reader) -> bool:
    """Say what is known of the company, once; a company that nobody may prospect is refused for good."""
    known = standing(name=form.cleaned_data["company"])
    if known.word == Word.DO_NOT_CONTACT:
        form.add_error("company", _("This company asked not to be contacted."))
        return True
    if form.cleaned_data["known"]:
        return False
    if known.word == Word.IN_PIPELINE:
        form.warning = _("This company is in the pipeline already.")
    elif known.company_id is not None and met_lately(known.company_id, timezone.now()):
        form.warning = _("A meeting with this company was booked or held in the last three months.")
    if form.warning:
        form.add_error("known", form.warning)
    return bool(form.warning)


def _book(request: TenantRequest, form: MeetingForm, engagement: Engagement | None) -> Meeting:
    by, now = Actor.of(request), timezone.now()
    starts_at, host = form.when
    data = form.cleaned_data
    made = meetings.book(
        organisation=request.organisation,
        company=companies.find_or_create(name=data["company"], by=by),
        company_name=data["company"].strip(),
        starts_at=starts_at,
        minutes=data["minutes"],
        channel=data["channel"],
        engagement=engagement,
        host_id=UUID(host) if host else None,
        contact=_contact(request),
        by=by,
        now=now,
    )
    words: dict[str, Any] = {"meeting": made, "version": None, "by": by, "now": now}
    match data["outcome"]:
        case "held":
            return meetings.hold(claims=form.claims, **words)
        case "guest" | "host":
            return meetings.no_show(whose=data["outcome"], **words)
    return made


def _contact(request: TenantRequest) -> Contact | None:
    """The person that a link of the prospects' pages names."""
    try:
        asked = UUID(request.POST.get("contact", ""))
    except ValueError:
        return None
    found: Contact | None = Contact.objects.filter(pk=asked, erased_at=None).first()
    return found
