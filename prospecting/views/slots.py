"""When somebody can be met: the free slots of all, and a host's own hours, calendar and feed."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from prospecting.actions import calendars
from prospecting.forms.slots import CalendarForm, HoursForm
from prospecting.models import Availability, BusyTime, CalendarFeed
from prospecting.queries import feeds
from prospecting.queries import slots as queries
from tenants import queries as tenant_queries
from tenants.access import Actor, TenantRequest, public_view, tenant_view
from tenants.domain.roles import Permission, Role
from tenants.forms.base import errors_in
from tenants.models import Person
from tenants.scope import tenant_scope
from tenants.views.answers import form_page, go, tenant_url


@tenant_view(Permission.BOOK_MEETINGS)
@require_safe
def slot_list(request: TenantRequest) -> HttpResponse:
    """The free slots of the next two weeks, by host and day; each leads to the booking."""
    lines = queries.offered(
        request.organisation, timezone.now(), for_partners=request.membership.role == Role.PARTNER
    )
    new = tenant_url(request, "prospecting:meeting_new")
    context = {
        "hosts": [{"name": line.name, "days": _by_day(line, new)} for line in lines],
        "count": sum(len(line.slots) for line in lines),
        "may_offer": request.membership.allows(Permission.OFFER_SLOTS),
        "breadcrumb": _trail(request, _("Free slots")),
        "zone": request.organisation.time_zone,
    }
    return render(request, "prospecting/slots.html", context)


@tenant_view(Permission.OFFER_SLOTS)
@require_http_methods(["GET", "HEAD", "POST"])
def hours(request: TenantRequest) -> HttpResponse:
    """The reader's own week, calendar and feed."""
    host = _own(request)
    if host is None:
        return render(request, "prospecting/hours.html", {"breadcrumb": _trail(request, _("My hours"))})
    form = HoursForm(
        request.POST if request.method == "POST" else None, known=Availability.objects.filter(host=host)
    )
    if form.is_valid():
        with errors_in(form):
            calendars.set_hours(
                host=host,
                hours=form.hours,
                for_partners=form.cleaned_data["for_partners"],
                by=Actor.of(request),
                today=timezone.localdate(),
            )
        if not form.errors:
            messages.success(request, _("Your hours are saved."))
            return go(request, "prospecting:hours")
    return _hours_page(request, host, form, CalendarForm())


@tenant_view(Permission.OFFER_SLOTS)
@require_POST
def calendar(request: TenantRequest) -> HttpResponse:
    """Read an .ics file: its busy times replace those that were read before."""
    host = _own(request)
    form = CalendarForm(request.POST, request.FILES)
    if host is None:
        return go(request, "prospecting:hours")
    if form.is_valid():
        count = 0
        with errors_in(form):
            count = calendars.read_calendar(
                host=host,
                content=form.cleaned_data["file"].read(calendars.LARGEST + 1),
                organisation=request.organisation,
                by=Actor.of(request),
                now=timezone.now(),
            )
        if not form.errors:
            text = ngettext("%(count)s busy time is kept.", "%(count)s busy times are kept.", count)
            messages.success(request, text % {"count": count})
            return go(request, "prospecting:hours")
    known = Availability.objects.filter(host=host)
    return _hours_page(request, host, HoursForm(known=known), form)


@tenant_view(Permission.OFFER_SLOTS)
@require_POST
@never_cache
def feed(request: TenantRequest) -> HttpResponse:
    """A new secret address, shown once; the former one is closed."""
    host = _own(request)
    if host is None:
        return go(request, "prospecting:hours")
    made, secret = calendars.make_feed(host=host, by=Actor.of(request), today=timezone.localdate())
    path = reverse(
        "calendar_feed", kwargs={"slug": request.organisation.slug, "feed": made.pk, "secret": secret}
    )
    known = Availability.objects.filter(host=host)
    address = request.build_absolute_uri(path)
    return _hours_page(request, host, HoursForm(known=known), CalendarForm(), address=address)


@tenant_view(Permission.OFFER_SLOTS)
@require_POST
def feed_end(request: TenantRequest) -> HttpResponse:
    host = _own(request)
    if host is not None:
        calendars.end_feed(host=host, by=Actor.of(request), today=timezone.localdate())
        messages.success(request, _("Nobody can read this address any more."))
    return go(request, "prospecting:hours")


@public_view(
    "a calendar program has no login; the address carries a secret of 256 bits, of which we keep a digest"
)
@never_cache
@require_safe
def calendar_feed(request: HttpRequest, slug: str, feed: Any, secret: str) -> HttpResponse:
    """The host's meetings as a calendar. A wrong secret is answered like an address that does not exist."""
    organisation = tenant_queries.organisation_by_slug(slug)
    if organisation is None:
        raise Http404
    with tenant_scope(organisation.id):
        found = calendars.feed_for(feed, secret)
        if found is None:
            raise Http404
        body = feeds.calendar_of(found.host, organisation, timezone.now())
    return HttpResponse(body, content_type="text/calendar; charset=utf-8")


def _hours_page(
    request: TenantRequest, host: Person, form: HoursForm, calendar_form: CalendarForm, *, address: str = ""
) -> HttpResponse:
    busy = BusyTime.objects.filter(host=host, ends_at__gt=timezone.now())
    context = {
        "host": host,
        "form": form,
        "calendar_form": calendar_form,
        "busy": busy.count(),
        "address": address,
        "has_feed": bool(address) or CalendarFeed.objects.filter(host=host).exists(),
        "zone": request.organisation.time_zone,
        "breadcrumb": _trail(request, _("My hours")),
    }
    return form_page(request, "prospecting/hours.html", context, form, calendar_form)


def _own(request: TenantRequest) -> Person | None:
    return tenant_queries.person_of(request.membership)


def _by_day(line: queries.HostSlots, new: str) -> list[dict[str, Any]]:
    days: dict[Any, list[dict[str, Any]]] = {}
    for slot in line.slots:
        local = timezone.localtime(slot.starts_at)
        value = f"{line.host_id}|{slot.starts_at.isoformat()}".replace("+", "%2B")
        days.setdefault(local.date(), []).append({"at": local, "url": f"{new}?slot={value}"})
    return [{"day": day, "slots": slots} for day, slots in days.items()]


def _trail(request: TenantRequest, here: str) -> list[dict[str, str]]:
    url = tenant_url(request, "prospecting:meetings")
    return [{"label": _("Meetings"), "url": url}, {"label": here, "url": ""}]
