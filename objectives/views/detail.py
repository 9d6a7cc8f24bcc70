"""The catalogue of metrics."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from objectives.domain.catalogue import CATALOGUE, Link, LinkOwner, Metric, Unit
from objectives.wording import language
from tenants.access import TenantRequest, tenant_view
from tenants.domain.roles import Permission

UNITS = {
    Unit.MONEY: _("an amount"),
    Unit.COUNT: _("a count"),
    Unit.RATE: _("a percentage"),
    Unit.DAYS: _("days"),
    Unit.MONTHS: _("months"),
}
LINKS = {
    Link.CONTACT: _("contacting prospects"),
    Link.MEETING: _("holding meetings that are worth it"),
    Link.OPENING: _("opening opportunities"),
    Link.CONVERSION: _("moving them from stage to stage"),
    Link.CLOSING: _("closing them"),
    Link.VALUE: _("what a deal is worth"),
    Link.RETENTION: _("customers who buy again"),
    Link.SKILLS: _("learning the trade"),
    Link.CHAIN: _("the chain as a whole"),
}
OWNERS = {
    LinkOwner.MARKETING: _("marketing"),
    LinkOwner.PROSPECTING: _("prospecting"),
    LinkOwner.PARTNER: _("the outsourced partner"),
    LinkOwner.SALES: _("sales"),
    LinkOwner.MANAGEMENT: _("management"),
}


@tenant_view(Permission.ENTER)
@require_safe
def metrics(request: TenantRequest) -> HttpResponse:
    """One language for all: every number of every page links here."""
    return render(
        request, "objectives/metrics.html", {"metrics": [_described(m) for m in CATALOGUE.values()]}
    )


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
