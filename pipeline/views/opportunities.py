"""Opportunities: the list and the life of one of them."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pipeline.actions import credits
from pipeline.domain.credit import parts
from pipeline.forms import CreditForm
from pipeline.models import Opportunity
from pipeline.queries import pages as queries
from pipeline.queries.credit import Credit, shares_of
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.formatting import UNKNOWN, format_day, format_money
from tenants.forms.base import errors_in
from tenants.models import Person, Team
from tenants.queries import TeamTree, person_of, team_tree
from tenants.views.answers import form_page, go, tenant_url, tenant_urls, trail


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
        "lines": _lines(request, page.rows),
        "has_undated": any(row.created_on is None for row in page.rows),
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
    return _page(request, _found(opportunity))


@tenant_view(Permission.SHARE_CREDIT)
@require_POST
def credit(request: TenantRequest, opportunity: UUID) -> HttpResponse:
    """Share the credit of a deal; the same page with what is wrong, else back to it."""
    found, day = _found(opportunity), timezone.localdate()
    tree = team_tree(day)
    form = CreditForm(request.POST, people=_sharers(found, tree))
    if form.is_valid():
        with errors_in(form):
            credits.share(
                opportunity=found,
                shares=form.shares,
                owner=form.cleaned_data["owner"],
                on=day,
                by=Actor.of(request),
            )
        if not form.errors:
            messages.success(request, _("The credit of this deal is shared as you said."))
            return go(request, "pipeline:opportunity", opportunity=found.pk)
    return _page(request, found, form)


def _found(opportunity: UUID) -> Opportunity:
    related = ("stage", "owner", "team", "company", "product")
    found: Opportunity = get_object_or_404(Opportunity.objects.select_related(*related), pk=opportunity)
    return found


def _sharers(found: Opportunity, tree: TeamTree) -> list[Person]:
    """Who can share it with its owner, by name."""
    others = [person for person in tree.people.values() if person.id != found.owner_id]
    return sorted(others, key=lambda person: person.name.casefold())


def _page(request: TenantRequest, found: Opportunity, form: CreditForm | None = None) -> HttpResponse:
    shares = shares_of(found)
    if _is_walled(request):
        person = person_of(request.membership)
        involved = {found.owner_id, *(part.person.id for part in shares if part.person)}
        if person is None or person.id not in involved:
            raise Http404
    elif request.membership.allows(Permission.SHARE_CREDIT):
        tree = team_tree(timezone.localdate())
        if not credits.may_share(found, by=Actor.of(request), tree=tree):
            form = None
        elif form is None:
            form = CreditForm(
                people=_sharers(found, tree), shares=[(part.person, part.share) for part in shares]
            )
    context = {
        "opportunity": found,
        "events": queries.events_of(found),
        "trail": trail(request, "pipeline:opportunity_list", _("Opportunities"), str(found)),
        "credit": _parts(found, shares),
        "form": form,
        "definitions": tenant_url(request, "objectives:metrics"),
    }
    return form_page(request, "pipeline/opportunity.html", context, *([form] if form else []))


def _parts(found: Opportunity, shares: list[Credit]) -> list[dict[str, object]]:
    """Each person's part of the deal: {name, share, amount_minor}; nothing when it is not shared."""
    whose = {index: part.share for index, part in enumerate(shares)}
    amounts = {} if found.amount_minor is None else parts(found.amount_minor, whose)
    return [
        {
            "name": str(part.person or found.owner or ""),
            "is_owner": part.person is None,
            "share": part.share,
            "digits": 0 if part.share * 100 % 1 == 0 else 2,
            "amount_minor": amounts.get(index),
        }
        for index, part in enumerate(shares)
    ]


def _lines(request: TenantRequest, rows: list[Opportunity]) -> list[dict[str, str]]:
    """The rows of the list, written."""
    to = tenant_urls(request, "pipeline:opportunity", "opportunity")
    currency, language = request.organisation.currency, get_language() or "en"
    return [
        {
            "url": to(row.pk),
            "name": str(row),
            "company": str(row.company or UNKNOWN),
            "stage": str(row.stage),
            "owner": str(row.owner or UNKNOWN),
            "team": str(row.team or UNKNOWN),
            "amount": format_money(row.amount_minor, currency, language),
            "created_on": format_day(row.created_on, language),
            "closed_on": format_day(row.closed_on, language),
        }
        for row in rows
    ]


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
