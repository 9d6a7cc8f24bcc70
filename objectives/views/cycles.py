"""The list of cycles, and making one."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from objectives.actions import cycles
from objectives.actions.errors import Locked
from objectives.domain.quarters import Quarter, quarter, quarters
from objectives.forms import CycleForm
from objectives.models import Cycle
from objectives.queries.cycles import cycle_lines, earliest_day, known_spans
from objectives.views.shared import cycle_or_404, days_text
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.forms.base import errors_in
from tenants.views.answers import action, form_page, go, tenant_url, trail


@tenant_view(Permission.VIEW_COMPANY)
@require_safe
def cycle_list(request: TenantRequest) -> HttpResponse:
    may_set = request.membership.allows(Permission.SET_OBJECTIVES)
    today = timezone.localdate()
    new_url = tenant_url(request, "objectives:cycle_create")
    context = {
        "lines": [
            {
                "cycle": line.cycle,
                "days": days_text(line.cycle),
                "url": tenant_url(request, "objectives:cycle", cycle=line.cycle.pk),
                "revenue_minor": line.revenue_minor,
                "is_now": line.cycle.start_on <= today < line.cycle.end_on,
            }
            for line in cycle_lines()
        ],
        "currency": request.organisation.currency,
        "may_set": may_set,
        "new_url": new_url if may_set else "",
        "actions": [action(_("New cycle"), new_url, "plus", primary=True)] if may_set else [],
    }
    return render(request, "objectives/cycles.html", context)


@tenant_view(Permission.SET_OBJECTIVES)
@require_http_methods(["GET", "HEAD", "POST"])
def cycle_create(request: TenantRequest) -> HttpResponse:
    chosen = _asked_quarter(request)
    form = CycleForm(request.POST or None, initial=_initial(chosen) if chosen else None)
    if form.is_valid():
        with errors_in(form):
            cycle = cycles.create(**form.cleaned_data, by=Actor.of(request))
        if not form.errors:
            return go(request, "objectives:ambition", cycle=cycle.pk)
    context = {
        "form": form,
        "years": _years(request, chosen),
        "trail": trail(request, "objectives:cycles", _("Objectives"), _("New cycle")),
        "cancel_url": tenant_url(request, "objectives:cycles"),
    }
    return form_page(request, "objectives/cycle_create.html", context, form)


@tenant_view(Permission.SET_OBJECTIVES)
@require_POST
def cycle_delete(request: TenantRequest, cycle: UUID) -> HttpResponse:
    found = cycle_or_404(cycle)
    if request.POST.get("confirm_name", "").strip() != found.name:
        messages.error(request, _("This is not the name of the cycle: nothing was deleted."))
        return go(request, "objectives:review", cycle=found.pk)
    try:
        cycles.delete(cycle=found, by=Actor.of(request))
    except Locked:
        messages.error(request, _("An active cycle is locked."))
        return go(request, "objectives:review", cycle=found.pk)
    messages.success(request, _("The draft %s is deleted.") % found.name)
    return go(request, "objectives:cycles")


@tenant_view(Permission.VIEW_COMPANY)
@require_safe
def cycle(request: TenantRequest, cycle: UUID) -> HttpResponse:
    """The step to go on with: the ambition of a draft, the review of what is locked."""
    found = cycle_or_404(cycle)
    return go(
        request, f"objectives:{'ambition' if found.state == Cycle.State.DRAFT else 'review'}", cycle=found.pk
    )


def quarter_name(asked: Quarter) -> str:
    return _("Q%(quarter)s %(year)s") % {"quarter": asked.number, "year": asked.year}


def _asked_quarter(request: TenantRequest) -> Quarter | None:
    """The preset of the address (?quarter=2027-1), if it is one."""
    year, _dash, number = request.GET.get("quarter", "").partition("-")
    if not (year.isdigit() and number.isdigit() and 1900 <= int(year) <= 2200 and 1 <= int(number) <= 4):
        return None
    return Quarter(int(year), int(number))


def _initial(asked: Quarter) -> dict[str, Any]:
    return {"name": quarter_name(asked), "first_day": asked.first_day, "last_day": asked.last_day}


def _years(request: TenantRequest, chosen: Quarter | None) -> list[dict[str, Any]]:
    """The presets by year, latest first: from the next quarter back to the oldest data; taken ones are marked."""
    today = timezone.localdate()
    spans = known_spans()
    url = tenant_url(request, "objectives:cycle_create")
    years: dict[int, list[dict[str, Any]]] = {}
    for one in quarters(today, earliest_day()):
        years.setdefault(one.year, []).insert(
            0,
            {
                "label": quarter_name(one),
                "url": f"{url}?quarter={one.year}-{one.number}",
                "is_taken": any(start <= one.last_day and one.first_day < end for start, end in spans),
                "is_chosen": one == chosen,
                "note": _note(one, today),
            },
        )
    return [{"year": str(year), "quarters": presets} for year, presets in years.items()]


def _note(one: Quarter, today: date) -> str:
    if one.first_day <= today <= one.last_day:
        return _("this quarter")
    return _("next quarter") if one == quarter(today).next else ""
