"""Opportunities: the list and the life of one of them."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pipeline.models import Opportunity
from pipeline.queries import pages as queries
from tenants.access import TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.models import Person, Team
from tenants.queries import person_of
from tenants.views.answers import tenant_url, trail


@tenant_view(Permission.VIEW_OWN)
@require_safe
def opportunity_list(request: TenantRequest) -> HttpResponse:
    """Filters and place in the list are in the URL. Who sees only own deals has no filter by owner or team."""
    walled = _is_walled(request)
    wanted = queries.OpportunityFilter(
        stage=_uuid(request.GET.get("stage")),
        owner=None if walled else _uuid(request.GET.get("owner")),
        team=None if walled else _uuid(request.GET.get("team")),
        text=request.GET.get("q", "").strip()[:120],
        owner_only=person_of(request.membership) if walled else None,
        is_walled=walled,
    )
    page = queries.opportunity_page(
        wanted, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    context = {
        "page": page,
        "text": wanted.text,
        "filters": _filters(wanted, walled=walled),
        "is_filtered": any((wanted.stage, wanted.owner, wanted.team, wanted.text)),
        "can_import": request.membership.allows(Permission.IMPORT_DATA),
        "previous_url": _page_url(request, "before", page.previous),
        "next_url": _page_url(request, "after", page.next),
    }
    return render(request, "pipeline/opportunities.html", context)


@tenant_view(Permission.VIEW_OWN)
@require_safe
def opportunity(request: TenantRequest, opportunity: UUID) -> HttpResponse:
    related = ("stage", "owner", "team", "company", "product")
    found = get_object_or_404(Opportunity.objects.select_related(*related), pk=opportunity)
    if _is_walled(request):
        person = person_of(request.membership)
        if person is None or found.owner_id != person.id:
            raise Http404
    context = {
        "opportunity": found,
        "events": queries.events_of(found),
        "trail": trail(request, "pipeline:opportunity_list", _("Opportunities"), str(found)),
    }
    return render(request, "pipeline/opportunity.html", context)


def _is_walled(request: TenantRequest) -> bool:
    return not request.membership.allows(Permission.VIEW_TEAM)


def _filters(wanted: queries.OpportunityFilter, *, walled: bool) -> list[dict[str, object]]:
    """The selects of the filter bar: {name, label, options}."""
    filters = [("stage", _("Stage"), wanted.stage, [(stage.id, stage.name) for stage in queries.stages()])]
    if not walled:
        filters.append(("owner", _("Owner"), wanted.owner, list(Person.objects.values_list("id", "name"))))
        filters.append(("team", _("Team"), wanted.team, list(Team.objects.values_list("id", "name"))))
    return [
        {
            "name": name,
            "label": label,
            "options": [
                {"value": "", "label": _("all"), "selected": chosen is None},
                *({"value": value, "label": text, "selected": value == chosen} for value, text in options),
            ],
        }
        for name, label, chosen, options in filters
    ]


def _page_url(request: TenantRequest, name: str, cursor: str) -> str:
    """This page's address at another cursor, with its filters; "" without a cursor."""
    if not cursor:
        return ""
    query = request.GET.copy()
    for other in ("after", "before"):
        query.pop(other, None)
    query[name] = cursor
    return f"{tenant_url(request, 'pipeline:opportunity_list')}?{query.urlencode()}"


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
