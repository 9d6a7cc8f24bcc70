"""Activities: the list with its filters, one to log, to correct or to take back, and the list as CSV."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pipeline.models import Company
from prospecting.actions import activities as actions
from prospecting.actions import companies as directory
from prospecting.forms.activities import ActivityForm, SaidForm
from prospecting.models import Activity, Engagement
from prospecting.models.people import CHANNELS
from prospecting.queries import activities as queries
from prospecting.queries.hands import Hands, hands_of
from prospecting.queries.readers import Reader, reader_of
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.domain.roles import Permission, Role
from tenants.forms.base import errors_in
from tenants.models import Person, Team
from tenants.views.answers import action, form_page, go, page_of, tenant_url, trail

PERIOD = timedelta(days=27)  # of the list, unless the address says another: four weeks


@tenant_view(Permission.LOG_ACTIVITIES)
@require_safe
def activity_list(request: TenantRequest) -> HttpResponse:
    """Filters are in the address. What is off target is apart, with the reason."""
    wanted, is_off = _wanted(request), request.GET.get("target") == "off"
    inside, outside = queries.totals(wanted)
    page = page_of(request, queries.listed(wanted, in_target=not is_off))
    known = queries.about(page.object_list)
    hands, today, by = _hands(request), timezone.localdate(), Actor.of(request)
    context = {
        "page": page,
        "rows": [
            {
                "activity": row,
                "company": known.company(row),
                "contact": known.contact(row),
                "why_off": known.why_off(row),
                "may_change": actions.may_change(row, by, today, hands=hands),
            }
            for row in page.object_list
        ],
        "wanted": wanted,
        "filters": _filters(request, wanted),
        "is_off": is_off,
        "inside": inside,
        "outside": outside,
        "tabs": _tabs(request, inside, outside, is_off=is_off),
        "csv_url": f"{tenant_url(request, 'prospecting:activities_csv')}?{request.GET.urlencode()}",
        "actions": [
            action(_("My week in numbers"), tenant_url(request, "prospecting:activity_week"), "calendar"),
            action(
                _("Log an activity"), tenant_url(request, "prospecting:activity_log"), "plus", primary=True
            ),
        ],
    }
    return render(request, "prospecting/activities.html", context)


@tenant_view(Permission.LOG_ACTIVITIES)
@require_safe
def activities_csv(request: TenantRequest) -> HttpResponseBase:
    partner = request.membership.id if request.membership.role == Role.PARTNER else None
    lines = queries.export_lines(
        request.organisation.id, _wanted(request), get_language() or "en", partner=partner
    )
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="activities.csv"'
    return response


@tenant_view(Permission.LOG_ACTIVITIES)
@require_http_methods(["GET", "HEAD", "POST"])
def activity_log(request: TenantRequest) -> HttpResponse:
    hands = _hands(request)
    form = ActivityForm(
        request.POST or None, people=hands.people, engagements=_engagements(request), me=hands.me
    )
    if form.is_valid() and _log(request, form):
        return go(
            request, "prospecting:activity_log" if "again" in request.POST else "prospecting:activities"
        )
    here = trail(request, "prospecting:activities", _("Activities"), _("Log"))
    context = {"form": form, "trail": here, **_choices(request, form)}
    return form_page(request, "prospecting/activity_log.html", context, form)


@tenant_view(Permission.LOG_ACTIVITIES)
@require_safe
def companies(request: TenantRequest) -> HttpResponse:
    """The companies of a part of a name, and the people of the one that is chosen: two selects, for the form."""
    text = request.GET.get("company_name", "").strip()[:255]
    return render(
        request, "prospecting/_activity_whom.html", _whom(request, text, request.GET.get("company"))
    )


@tenant_view(Permission.LOG_ACTIVITIES)
@require_http_methods(["GET", "HEAD", "POST"])
def activity(request: TenantRequest, activity: UUID) -> HttpResponse:
    """Correct an activity, or take it back."""
    found = get_object_or_404(_seen(request), pk=activity)
    by, today = Actor.of(request), timezone.localdate()
    initial = {name: getattr(found, name) for name in ("kind", "channel", "day", "note")}
    form = SaidForm(request.POST or None, initial=initial)
    if form.is_valid():
        with errors_in(form):
            actions.change(activity=found, by=by, today=today, **form.cleaned_data)
        if not form.errors:
            messages.success(request, _("Corrected."))
            return go(request, "prospecting:activities")
    known = queries.about([found])
    context = {
        "form": form,
        "activity": found,
        "company": known.company(found),
        "contact": known.contact(found),
        "why_off": known.why_off(found),
        "may_change": actions.may_change(found, by, today),
        "trail": trail(request, "prospecting:activities", _("Activities"), _("One activity")),
    }
    return form_page(request, "prospecting/activity.html", context, form)


@tenant_view(Permission.LOG_ACTIVITIES)
@require_POST
def activity_delete(request: TenantRequest, activity: UUID) -> HttpResponse:
    found = get_object_or_404(_seen(request), pk=activity)
    actions.delete(activity=found, by=Actor.of(request))
    messages.success(request, _("Taken back. It counts nowhere any more."))
    return go(request, "prospecting:activities")


def _log(request: TenantRequest, form: ActivityForm) -> bool:
    """Write what the form says; False when it was refused, with the reason in the form."""
    said = form.cleaned_data
    with errors_in(form):
        company = said["company"]
        if company is None and said["company_name"]:
            company = _named(said["company_name"], Actor.of(request))
        logged = actions.log(
            kind=said["kind"], channel=said["channel"], day=said["day"], note=said["note"], company=company,
            contact=said["contact"], person=form.person, engagement=form.engagement, by=Actor.of(request),
        )  # fmt: skip
        if logged.in_target:
            messages.success(request, _("Logged."))
        else:
            why = queries.about([logged]).why_off(logged)
            messages.info(request, _("Logged, off target: it does not count. %(why)s") % {"why": why})
    return not form.errors


def _named(name: str, by: Actor) -> Company:
    try:
        return directory.find_or_create(name=" ".join(name.split()), by=by)
    except ValidationError as error:
        raise ValidationError({"company_name": error.messages}) from error


def _seen(request: TenantRequest) -> Any:
    """What the reader may open: a salesperson the own activities, a manager those of the own teams, a partner those that
    the wall lets through."""
    rows = Activity.objects.select_related("person", "team", "segment", "engagement")
    seen = queries.seen_by(_reader(request))
    return rows if seen is None else rows.filter(seen.rows())


def _reader(request: TenantRequest) -> Reader:
    return reader_of(Actor.of(request), timezone.localdate())


def _hands(request: TenantRequest) -> Hands:
    return hands_of(Actor.of(request), timezone.localdate())


def _engagements(request: TenantRequest) -> list[Engagement]:
    if request.membership.role != Role.PARTNER:
        return []
    return list(Engagement.objects.filter(is_active=True))


def _choices(request: TenantRequest, form: ActivityForm) -> dict[str, Any]:
    text = form.data.get("company_name", "") if form.is_bound else ""
    return _whom(request, text.strip()[:255], form.data.get("company") if form.is_bound else None)


def _whom(request: TenantRequest, text: str, chosen: str | None) -> dict[str, Any]:
    """Nobody of the house's list is offered to a partner: it names the company."""
    if request.membership.role == Role.PARTNER:
        return {"companies": [], "contacts": [], "chosen": None}
    found = queries.companies_like(text)
    company = Company.objects.filter(pk=_uuid(chosen)).first() if _uuid(chosen) else None
    if company is not None and company not in found and not text:
        found.insert(0, company)
    if company not in found:
        company = None
    return {
        "companies": found,
        "chosen": company,
        "contacts": queries.contacts_of(company.id) if company else [],
    }


def _wanted(request: TenantRequest) -> queries.ActivityFilter:
    today = timezone.localdate()
    end = _day(request.GET.get("end")) or today
    return queries.ActivityFilter(
        start=_day(request.GET.get("start")) or end - PERIOD,
        end=end,
        person=_uuid(request.GET.get("person")),
        team=_uuid(request.GET.get("team")),
        channel=request.GET.get("channel", "")[:10],
        kind=request.GET.get("kind", "")[:12],
        seen=queries.seen_by(_reader(request)),
    )


def _filters(request: TenantRequest, wanted: queries.ActivityFilter) -> list[dict[str, Any]]:
    """The selects of the filter bar: {name, label, options}."""
    filters: list[tuple[str, str, Any, list[tuple[Any, Any]]]] = []
    if request.membership.allows(Permission.VIEW_TEAM):
        people, teams = Person.objects.all(), Team.objects.all()
        if wanted.seen is not None:
            people, teams = people.filter(pk__in=wanted.seen.people), teams.filter(pk__in=wanted.seen.teams)
        filters.append(("person", _("Person"), wanted.person, list(people.values_list("id", "name"))))
        filters.append(("team", _("Team"), wanted.team, list(teams.values_list("id", "name"))))
    filters.append(("channel", _("Channel"), wanted.channel, list(CHANNELS)))
    filters.append(("kind", _("Kind"), wanted.kind, list(Activity.Kind.choices)))
    return [
        {
            "name": name,
            "label": label,
            "options": [
                {"value": "", "label": _("all"), "selected": not chosen},
                *({"value": value, "label": text, "selected": value == chosen} for value, text in options),
            ],
        }
        for name, label, chosen, options in filters
    ]


def _tabs(request: TenantRequest, inside: int, outside: int, *, is_off: bool) -> list[dict[str, Any]]:
    def url(target: str) -> str:
        query = request.GET.copy()
        query.pop("page", None)
        query["target"] = target
        return f"?{query.urlencode()}"

    return [
        {"label": _("In target"), "url": url("in"), "active": not is_off, "count": inside},
        {"label": _("Off target"), "url": url("off"), "active": is_off, "count": outside},
    ]


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
