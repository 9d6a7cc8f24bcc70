"""My week: how many of what through which channel, typed as counts; the weeks before, and what is asked, beside."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prospecting.actions import activities as actions
from prospecting.domain.channels import Channel
from prospecting.forms.activities import WEEK_CHANNELS, WEEK_KINDS, WeekForm
from prospecting.models import Activity, Engagement, Segment
from prospecting.queries import activities as queries
from prospecting.queries.hands import hands_of
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.domain.roles import Permission, Role
from tenants.forms.base import errors_in
from tenants.models import Person
from tenants.views.answers import form_page, tenant_url, trail


@tenant_view(Permission.LOG_ACTIVITIES)
@require_http_methods(["GET", "HEAD", "POST"])
def week(request: TenantRequest) -> HttpResponse:
    """`?week=` a day of the week, `whose=` a person or an engagement, `segment=` an id or "none"."""
    today = timezone.localdate()
    monday = _monday(request.GET.get("week"), today)
    whose = _whose(request, today)
    person, engagement, choices = whose
    known = queries.segments()
    segment = _segment(request.GET.get("segment"), known)
    context: dict[str, Any] = {
        "monday": monday,
        "sunday": monday + timedelta(days=6),
        "trail": trail(request, "prospecting:activities", _("Activities"), _("My week in numbers")),
        "nobody": person is None and engagement is None,
    }
    if context["nobody"]:
        return form_page(request, "prospecting/activity_week.html", context)
    engagement_id = engagement.pk if engagement else None
    segment_id = segment.pk if segment else None
    channels = (
        [Channel.PHONE.value, Channel.EMAIL.value, Channel.SOCIAL.value] if engagement else WEEK_CHANNELS
    )
    counts = queries.typed_counts(
        monday=monday, person=person, engagement_id=engagement_id, segment=segment_id
    )
    form = WeekForm(request.POST or None, channels=channels, counts=counts)
    if form.is_valid():
        with errors_in(form):
            actions.week(
                monday=monday, counts=form.counts(segment_id), person=person, engagement=engagement,
                by=Actor.of(request), today=today,
            )  # fmt: skip
        if not form.errors:
            messages.success(request, _("Typed. It counts in the figures from the next recompute on."))
            return redirect(request.get_full_path())
    before = queries.weeks_before(monday=monday, person=person, engagement_id=engagement_id)
    context |= {
        "form": form,
        "rows": form.rows(before),
        "kinds": [Activity.Kind(kind).label for kind in WEEK_KINDS],
        "choices": choices if len(choices) > 1 else [],
        "whose": person or engagement,
        "segments": _segment_options(known, segment),
        "segment": segment,
        "previous": _address(request, monday - timedelta(days=7)),
        "next": _address(request, monday + timedelta(days=7)) if monday + timedelta(days=7) <= today else "",
        "asked_url": _asked_url(request, person),
    }
    return form_page(request, "prospecting/activity_week.html", context, form)


def _whose(
    request: TenantRequest, today: date
) -> tuple[Person | None, Engagement | None, list[dict[str, Any]]]:
    """Whose week it is, and the others that the reader may choose. 404 unknown, 403 out of reach."""
    wanted = _uuid(request.GET.get("whose"))
    if request.membership.role == Role.PARTNER:
        mine = list(Engagement.objects.filter(is_active=True))
        engagement = next(
            (one for one in mine if one.pk == wanted), None if wanted else next(iter(mine), None)
        )
        if wanted and engagement is None:
            raise Http404
        return None, engagement, _options(mine, engagement)
    hands = hands_of(Actor.of(request), today)
    if wanted is None:
        wanted = hands.me or next((person.id for person in hands.people), None)
    person = next((one for one in hands.people if one.id == wanted), None)
    if wanted and person is None:
        if not Person.objects.filter(pk=wanted).exists():
            raise Http404
        raise PermissionDenied
    return person, None, _options(hands.people, person)


def _options(rows: Any, chosen: Any) -> list[dict[str, Any]]:
    return [{"value": one.pk, "label": str(one), "selected": one == chosen} for one in rows]


def _segment(text: str | None, known: list[Segment]) -> Segment | None:
    """The segment of the address, else the first; None for what is outside of all."""
    if text == "none" or not known:
        return None
    return next((one for one in known if one.pk == _uuid(text)), known[0])


def _segment_options(known: list[Segment], chosen: Segment | None) -> list[dict[str, Any]]:
    if not known:
        return []
    outside = {"value": "none", "label": _("outside of the segments: off target"), "selected": chosen is None}
    return [*_options(known, chosen), outside]


def _address(request: TenantRequest, monday: date) -> str:
    query = request.GET.copy()
    query["week"] = monday.isoformat()
    return f"?{query.urlencode()}"


def _asked_url(request: TenantRequest, person: Person | None) -> str:
    """The salesperson's page, whose cards say what this week asks."""
    if person is None or not request.membership.allows(Permission.VIEW_OWN):
        return ""
    return f"{tenant_url(request, 'reporting:rep')}?person={person.pk}"


def _monday(text: str | None, today: date) -> date:
    try:
        day = min(date.fromisoformat(text or ""), today)
    except ValueError:
        day = today
    return day - timedelta(days=day.weekday())


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
