"""Step 2: the reverse funnel, its rates and its padlocks."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from objectives.actions import plans
from objectives.actions.errors import Locked
from objectives.forms import (
    AverageValueForm,
    PadlockForm,
    RateForm,
    SourcingRateForm,
    VersionedForm,
    refusals_in,
)
from objectives.models import Cycle, Plan
from objectives.queries.stages import stage_names
from objectives.views.funnel_sourcing import sourcing_table
from objectives.views.funnel_table import funnel_table
from objectives.views.shared import answer, cycle_or_404, page_context, plan_of, stale_text
from objectives.wording import funnel_sentence
from pipeline.queries.stays import frontier
from prospecting.queries.rates import LINKS
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.views.answers import go, tenant_url


@tenant_view(Permission.VIEW_COMPANY)
@require_safe
def funnel(request: TenantRequest, cycle: UUID) -> HttpResponse:
    plan = plan_of(cycle_or_404(request, cycle))
    return answer(request, "objectives/funnel.html", "funnel", _context(request, plan))


@tenant_view(Permission.SET_OBJECTIVES)
@require_POST
def lever(request: TenantRequest, cycle: UUID, lever: str) -> HttpResponse:
    """Type a rate or the average value; an empty field, or "history", takes the history's again."""
    found = cycle_or_404(request, cycle)
    kind: type[VersionedForm] = AverageValueForm if lever == plans.AVERAGE_VALUE else RateForm
    if lever in LINKS:
        kind = SourcingRateForm
    data = request.POST.copy()
    if "history" in data:
        data["value"] = ""
    elif (
        lever not in LINKS and data.get("value") and data["value"] == data.get("shown")
    ):  # sent as it was shown: nothing was typed
        return go(request, "objectives:funnel", cycle=found.pk)
    form = kind(data, currency=request.organisation.currency)
    return _change(request, found, lever, form, "value")


@tenant_view(Permission.SET_OBJECTIVES)
@require_POST
def lever_padlock(request: TenantRequest, cycle: UUID, lever: str) -> HttpResponse:
    data = request.POST.copy()
    data.setdefault("version", request.GET.get("version", ""))
    form = PadlockForm(data, currency=request.organisation.currency)
    return _change(request, cycle_or_404(request, cycle), lever, form, "locked")


@tenant_view(Permission.SET_OBJECTIVES)
@require_POST
def refresh(request: TenantRequest, cycle: UUID) -> HttpResponse:
    """Take the rates of now from the pipeline."""
    found = cycle_or_404(request, cycle)
    try:
        plan = plans.recompute_plan(cycle=found, by=Actor.of(request))
    except Locked:
        return _locked(request, found)
    if not request.htmx:
        return go(request, "objectives:funnel", cycle=found.pk)
    return answer(request, "objectives/funnel.html", "funnel", _context(request, plan))


def _change(
    request: TenantRequest, cycle: Cycle, lever: str, form: VersionedForm, field: str
) -> HttpResponse:
    plan: Plan | None = None
    if form.is_valid():
        value = form.cleaned_data.get("value")
        try:
            with refusals_in(form, field):
                plan = plans.set_lever(
                    cycle=cycle,
                    lever=lever,
                    version=form.cleaned_data["version"],
                    by=Actor.of(request),
                    value=None if value is None else float(value),
                    reason=form.cleaned_data.get("reason", ""),
                    locked=form.cleaned_data.get("locked"),
                    keep_value=field == "locked",
                )
        except Locked:
            return _locked(request, cycle)
    if plan is not None and not request.htmx:
        return go(request, "objectives:funnel", cycle=cycle.pk)
    context = _context(request, plan or plan_of(cycle), lever, form)
    return answer(request, "objectives/funnel.html", "funnel", context, form)


def _locked(request: TenantRequest, cycle: Cycle) -> HttpResponse:
    messages.error(request, _("This cycle is active: its rates are locked."))
    return go(request, "objectives:review", cycle=cycle.pk)


def _context(
    request: TenantRequest, plan: Plan, lever: str = "", form: VersionedForm | None = None
) -> dict[str, Any]:
    context = page_context(request, plan.cycle, "funnel")
    names = stage_names()
    front = frontier()
    known = plan.revenue_minor is not None and bool(plan.result)
    if form is not None and form.stale is not None:
        now = _("at version %(version)s") % {"version": plan.version}
        context["stale"] = stale_text(request, form.stale, now)
    if not known:
        return context | {"plan": plan, "sentence": funnel_sentence(None, plan.result, names, "")}
    wrong = {lever: form} if form is not None and (form.errors or form.stale) else {}
    return (
        context
        | funnel_table(request, plan, names, wrong, editable=context["editable"])
        | sourcing_table(request, plan, wrong, editable=context["editable"])
        | {
            "plan": plan,
            "sentence": funnel_sentence(plan.revenue_minor, plan.result, names, context["currency"]),
            "is_outdated": context["editable"]
            and front is not None
            and front.as_of.isoformat() != plan.inputs["as_of"],
            "refresh_url": tenant_url(request, "objectives:funnel_refresh", cycle=plan.cycle.pk),
        }
    )
