"""Step 1: how much revenue the cycle is to win."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from objectives.actions import plans
from objectives.actions.errors import Locked
from objectives.forms import AmbitionForm, refusals_in
from objectives.models import Plan
from objectives.queries.stages import stage_names
from objectives.queries.starting import From, ProposedAmbition, proposed_ambition
from objectives.views.shared import (
    answer,
    cycle_or_404,
    go_on,
    money_now,
    page_context,
    plan_of,
    stale_text,
)  # fmt: skip
from objectives.wording import funnel_sentence, value_math
from objectives.wording_reasons import reason_text
from pipeline.amount_field import amount_text
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.views.answers import go


@tenant_view(Permission.VIEW_COMPANY)
@require_http_methods(["GET", "HEAD", "POST"])
def ambition(request: TenantRequest, cycle: UUID) -> HttpResponse:
    found = cycle_or_404(request, cycle)
    plan = plan_of(found)
    currency = request.organisation.currency
    initial: dict[str, Any] = {"version": plan.version}
    proposed = proposed_ambition(found) if plan.revenue_minor is None else None
    if plan.revenue_minor is not None:
        initial["revenue"] = amount_text(plan.revenue_minor, currency)
    elif proposed is not None:
        initial["revenue"] = amount_text(proposed.minor, currency)
    form = AmbitionForm(request.POST or None, initial=initial, currency=currency)
    if request.method == "POST":
        Actor.of(request).require(Permission.SET_OBJECTIVES)
    if form.is_valid():
        try:
            with refusals_in(form, "revenue"):
                plan = plans.set_ambition(
                    cycle=found,
                    revenue_minor=form.cleaned_data["revenue"],
                    version=form.cleaned_data["version"],
                    by=Actor.of(request),
                )
        except Locked:
            messages.error(request, _("This cycle is active: its objective is locked."))
            return go(request, "objectives:review", cycle=found.pk)
        if not form.errors and form.stale is None and not request.htmx:
            return go_on(request, found, "ambition")
    context = _context(request, plan, form, proposed)
    return answer(request, "objectives/ambition.html", "ambition", context, form)


def _context(
    request: TenantRequest, plan: Plan, form: AmbitionForm, proposed: ProposedAmbition | None
) -> dict[str, Any]:
    cycle = plan.cycle
    context = page_context(request, cycle, "ambition")
    currency = context["currency"]
    stale = form.stale
    if stale is not None:
        plan = cast(Plan, stale.current)
        plan.cycle = cycle
        context["stale"] = stale_text(request, stale, money_now(plan.revenue_minor, currency))
    names = stage_names()
    has_result = plan.revenue_minor is not None and bool(plan.result)
    return context | {
        "plan": plan,
        "form": form,
        "proposal": _proposal_text(proposed, currency) if proposed and plan.revenue_minor is None else "",
        "sentence": funnel_sentence(plan.revenue_minor, plan.result, names, currency)
        if has_result
        else _("One amount, and the rest follows: how many deals, opportunities, and how much for whom."),
        "value": plan.inputs.get("average_value"),
        "value_math": value_math(plan.inputs["average_value"], currency, context["metrics_url"])
        if plan.inputs
        else None,
    }


def _proposal_text(proposed: ProposedAmbition, currency: str) -> str:
    """Where the amount that the field begins with comes from."""
    amount = money_now(proposed.minor, currency)
    if proposed.basis is From.PACE:
        return _("Proposed: %(amount)s, the pace of the last 12 months and a tenth more.") % {
            "amount": amount
        }
    if proposed.reason == "not_known":
        return _("Proposed: %(amount)s, as in the cycle before.") % {"amount": amount}
    words = {"amount": amount, "reason": reason_text(proposed.reason)}
    return _("Proposed: %(amount)s. %(reason)s") % words
