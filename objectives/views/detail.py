"""The catalogue of metrics."""

from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from objectives.domain.catalogue import (
    CATALOGUE,
    OBJECTIVE_METRICS,
    Link,
    LinkOwner,
    Metric,
    Source,
    Unit,
)
from objectives.queries.metrics import draft_cycle, objectives_by_metric
from objectives.wording import language
from objectives.wording_strategy import FAMILIES
from tenants.access import TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.models.organisation import ROLES
from tenants.views.answers import tenant_url

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
    Link.CONVERSION: _("moving opportunities from stage to stage"),
    Link.CLOSING: _("closing deals"),
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


USERS = dict(ROLES)
SOURCES = {
    Source.MEASURED: _("measured from the deals"),
    Source.LOGGED: _("counted from activities and meetings; typed where nothing is logged"),
    Source.TYPED: _("typed by people"),
}
STEERING = _("Steering")


@tenant_view(Permission.ENTER)
@require_safe
def metrics(request: TenantRequest) -> HttpResponse:
    """One language for all: every number of every page links here."""
    may_see = request.membership.allows(Permission.VIEW_COMPANY)
    counts = objectives_by_metric() if may_see else {}
    add_url = _add_url(request)
    described = [
        _described(metric) | _use(metric, counts, add_url, may_see=may_see) for metric in CATALOGUE.values()
    ]
    families = [
        {"key": family, "name": FAMILIES.get(family, STEERING), "metrics": list(group)}
        for family, group in groupby(described, key=lambda one: one["family"])
    ]
    return render(request, "objectives/metrics.html", {"families": families})


def _add_url(request: TenantRequest) -> str:
    """Where the director sets an objective: in the draft there is, else a new one; "" for the others."""
    if not request.membership.allows(Permission.SET_OBJECTIVES):
        return ""
    draft = draft_cycle()
    if draft is None:
        return tenant_url(request, "objectives:cycle_create")
    return tenant_url(request, "objectives:objective_add", cycle=draft.pk)


def _use(metric: Metric, counts: dict[str, int], add_url: str, *, may_see: bool) -> dict[str, Any]:
    """How the organisation uses it; nothing of that for the figures that only steer."""
    carries = metric.key in OBJECTIVE_METRICS
    return {
        "is_counted": may_see and carries,
        "count": counts.get(metric.key, 0),
        "add_url": f"{add_url}?metric={metric.key}" if add_url and carries else "",
    }


def _described(metric: Metric) -> dict[str, Any]:
    """The definition in the reader's language, with its name and definition in the other one."""
    here = language()
    other = "en" if here.startswith("fr") else "fr"
    better = {True: _("higher is better"), False: _("lower is better"), None: _("neither way is better")}
    return {
        "key": metric.key,
        "family": metric.family,
        "name": metric.name(here),
        "definition": metric.definition(here),
        "formula": metric.formula(here),
        "other": other,
        "other_name": metric.name(other),
        "other_definition": metric.definition(other),
        "unit": UNITS[metric.unit],
        "better": better[metric.higher_is_better],
        "link": LINKS[metric.link],
        "owner": OWNERS[metric.owner_of_link],
        "users": [str(USERS[role.value]) for role in metric.used_by],
        "source": SOURCES[metric.source],
        "numerator": metric.numerator(here),
        "denominator": metric.denominator(here),
    }
