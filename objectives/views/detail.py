"""One objective with its reasons, and the catalogue of metrics."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from objectives.domain.catalogue import CATALOGUE, Link, LinkOwner, Metric, Unit
from objectives.models import Objective
from objectives.queries import objective_tree, parents_of
from objectives.views.shared import days_text
from objectives.wording import language, metric_name, owner_text, target_text
from tenants.access import TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.views.answers import tenant_url

UNITS = {
    Unit.MONEY: _("an amount"),
    Unit.COUNT: _("a count"),
    Unit.RATE: _("a percentage"),
    Unit.DAYS: _("days"),
}
LINKS = {
    Link.OPENING: _("opening opportunities"),
    Link.CONVERSION: _("moving them from stage to stage"),
    Link.CLOSING: _("closing them"),
    Link.VALUE: _("what a deal is worth"),
    Link.CHAIN: _("the chain as a whole"),
}
OWNERS = {
    LinkOwner.MARKETING: _("marketing"),
    LinkOwner.PROSPECTING: _("prospecting"),
    LinkOwner.PARTNER: _("the outsourced partner"),
    LinkOwner.SALES: _("sales"),
    LinkOwner.MANAGEMENT: _("management"),
}


@tenant_view(Permission.VIEW_COMPANY)
@require_safe
def objective(request: TenantRequest, objective: UUID) -> HttpResponse:
    rows = Objective.objects.select_related("cycle", "team", "person", "stage")
    found: Objective = get_object_or_404(rows, pk=objective)
    company, currency = request.organisation.name, request.organisation.currency
    chain = [_named(request, row, company) for row in parents_of(found)]
    context = {
        "objective": found,
        "metric": _described(CATALOGUE[found.metric]),
        "title": f"{metric_name(found)} · {owner_text(found, company)}",
        "eyebrow": f"{found.cycle.name} · {days_text(found.cycle)}",
        "target": target_text(found, currency),
        "is_overridden": found.is_locked and found.computed_target != found.target,
        "chain": chain,
        "children": [
            _named(request, node.objective, company) for node in objective_tree(found.cycle, found)[:50]
        ],
        "breadcrumb": [
            {"label": _("Objectives"), "url": tenant_url(request, "objectives:cycles")},
            {
                "label": found.cycle.name,
                "url": tenant_url(request, "objectives:review", cycle=found.cycle_id),
            },
            {"label": owner_text(found, company), "url": ""},
        ],
        "currency": currency,
        "metrics_url": tenant_url(request, "objectives:metrics"),
    }
    return render(request, "objectives/objective.html", context)


@tenant_view(Permission.ENTER)
@require_safe
def metrics(request: TenantRequest) -> HttpResponse:
    """One language for all: every number of every page links here."""
    return render(
        request, "objectives/metrics.html", {"metrics": [_described(m) for m in CATALOGUE.values()]}
    )


def _named(request: TenantRequest, row: Objective, company: str) -> dict[str, Any]:
    return {
        "name": f"{metric_name(row)} · {owner_text(row, company)}",
        "target": target_text(row, request.organisation.currency),
        "url": tenant_url(request, "objectives:objective", objective=row.pk),
    }


def _described(metric: Metric) -> dict[str, Any]:
    french = language().startswith("fr")
    return {
        "key": metric.key,
        "name": metric.name(language()),
        "definition": metric.definition(language()),
        "formula": metric.formula(language()),
        "unit": UNITS[metric.unit],
        "link": LINKS[metric.link],
        "owner": OWNERS[metric.owner_of_link],
        "numerator": metric.numerator_fr if french else metric.numerator_en,
        "denominator": metric.denominator_fr if french else metric.denominator_en,
    }
