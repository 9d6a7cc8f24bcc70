"""What the pages of the guided setting share: the cycle, the steps, who changed what meanwhile."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from objectives.actions.errors import StaleVersion
from objectives.forms import VersionedForm
from objectives.models import Cycle, Objective, Plan
from objectives.wording import language
from tenants import queries as tenant_queries
from tenants.access import TenantRequest
from tenants.domain.roles import Permission
from tenants.formatting import format_day, format_moment, format_money
from tenants.views.answers import INVALID, tenant_url

CONFLICT = 409


def cycle_or_404(cycle: UUID) -> Cycle:
    found: Cycle = get_object_or_404(Cycle.objects.select_related("organisation"), pk=cycle)
    return found


def share_or_404(cycle: Cycle, objective: UUID) -> Objective:
    """A revenue share of this cycle below the company's."""
    found: Objective = get_object_or_404(Objective, pk=objective, cycle=cycle, metric="revenue_won")
    if found.parent_id is None:
        raise Http404
    return found


def plan_of(cycle: Cycle) -> Plan:
    """The plan, or an empty one that is not saved: looking at a page writes nothing."""
    plan = Plan.objects.filter(cycle=cycle).first() or Plan(cycle=cycle)
    plan.cycle = cycle
    return plan


def page_context(request: TenantRequest, cycle: Cycle, step: str) -> dict[str, Any]:
    """What every step's template needs. No query."""
    is_draft = cycle.state == Cycle.State.DRAFT
    return {
        "cycle": cycle,
        "currency": request.organisation.currency,
        "editable": is_draft and request.membership.allows(Permission.SET_OBJECTIVES),
        "is_locked": not is_draft,
        "steps": _steps(request, cycle, step, is_draft=is_draft),
        "breadcrumb": [
            {"label": _("Objectives"), "url": tenant_url(request, "objectives:cycles")},
            {"label": cycle.name, "url": ""},
        ],
        "eyebrow": f"{cycle.name} · {days_text(cycle)}",
        "metrics_url": tenant_url(request, "objectives:metrics"),
    }


def days_text(cycle: Cycle) -> str:
    last = cycle.end_on - timedelta(days=1)
    return f"{format_day(cycle.start_on, language())} – {format_day(last, language())}"


def step_url(request: TenantRequest, cycle: Cycle, step: str) -> str:
    return tenant_url(request, f"objectives:{step}", cycle=cycle.pk)


def answer(
    request: TenantRequest, template: str, partial: str, context: dict[str, Any], *forms: VersionedForm
) -> HttpResponse:
    """The page, or for htmx its part; said to be invalid or in conflict when a form is, so that nothing is kept."""
    status = 200
    if any(form.is_bound and form.errors for form in forms):
        status = INVALID
    if any(form.stale for form in forms):
        status = CONFLICT
    wanted = f"{template}#{partial}" if request.htmx else template
    return render(request, wanted, context, status=status)


def stale_text(request: TenantRequest, stale: StaleVersion, now: str) -> str:
    """Who changed it meanwhile, and what it is now (`now`, already written)."""
    who = tenant_queries.membership(request.organisation.id, stale.by) if stale.by else None
    words = {
        "who": str(who.user) if who else _("somebody"),
        "when": format_moment(timezone.localtime(stale.at), language(), "clock") if stale.at else "",
        "now": now,
    }
    text = _(
        "Changed meanwhile by %(who)s at %(when)s: it is now %(now)s. What you typed is kept below; "
        "save again to put it in place."
    )
    return text % words


def money_now(minor: Any, currency: str) -> str:
    return format_money(minor, currency, language())


def _steps(request: TenantRequest, cycle: Cycle, current: str, *, is_draft: bool) -> list[dict[str, str]]:
    labels = {
        "ambition": _("Ambition"),
        "funnel": _("Reverse funnel"),
        "cascade": _("Cascade"),
        "review": _("Review and activate") if is_draft else _("Review"),
    }
    names = list(labels)
    here = names.index(current)
    return [
        {
            "label": labels[name],
            "url": step_url(request, cycle, name),
            "state": "current" if name == current else "done" if index < here or not is_draft else "todo",
        }
        for index, name in enumerate(names)
    ]
