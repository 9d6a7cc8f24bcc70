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
from objectives.actions.errors import InUse, Locked
from objectives.domain.catalogue import CATALOGUE
from objectives.domain.evolution import GUIDES, CompanyStage
from objectives.domain.quarters import Quarter, quarter, quarters
from objectives.forms import CycleForm
from objectives.models import Cycle
from objectives.queries.cycles import cycle_lines, earliest_day, known_spans
from objectives.queries.starting import LAST, NOTHING, TEMPLATE, cycle_before, present_stage
from objectives.views.shared import cycle_or_404, first_step
from objectives.wording import days_text, language
from objectives.wording_strategy import STAGES
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
                "ending": _ending(request, line.cycle, today),
            }
            for line in cycle_lines()
        ],
        "currency": request.organisation.currency,
        "may_set": may_set,
        "new_url": new_url if may_set else "",
        "actions": [
            action(_("Were the bands right?"), tenant_url(request, "reporting:bands"), "scale"),
            *([action(_("New cycle"), new_url, "plus", primary=True)] if may_set else []),
        ],
    }
    return render(request, "objectives/cycles.html", context)


def _ending(request: TenantRequest, cycle: Cycle, today: date) -> dict[str, Any] | None:
    """Where a cycle that is over is closed, and where the result of a closed one is read."""
    url = tenant_url(request, "reporting:closing", cycle=cycle.pk)
    if cycle.state == Cycle.State.CLOSED:
        return action(_("Result"), url)
    if cycle.state == Cycle.State.ACTIVE and today >= cycle.end_on:
        return action(_("Close the cycle"), url)
    return None


@tenant_view(Permission.SET_OBJECTIVES)
@require_http_methods(["GET", "HEAD", "POST"])
def cycle_create(request: TenantRequest) -> HttpResponse:
    spans = known_spans()
    chosen = _asked_quarter(request) or _next_free(timezone.localdate(), spans)
    before = cycle_before(chosen.first_day if chosen else timezone.localdate())
    form = CycleForm(
        request.POST or None,
        initial=(_initial(chosen) if chosen else {}) | {"start": _usual_start(before)},
        starts=_starts(before),
    )
    if form.is_valid():
        with errors_in(form):
            cycle = cycles.create(**form.cleaned_data, by=Actor.of(request))
        if not form.errors:
            return go(request, f"objectives:{first_step()}", cycle=cycle.pk)
    context = {
        "form": form,
        "years": _years(request, chosen, spans),
        "trail": trail(request, "objectives:cycles", _("Objectives"), _("New cycle")),
        "cancel_url": tenant_url(request, "objectives:cycles"),
    }
    return form_page(request, "objectives/cycle_create.html", context, form)


@tenant_view(Permission.SET_OBJECTIVES)
@require_POST
def cycle_delete(request: TenantRequest, cycle: UUID) -> HttpResponse:
    found = cycle_or_404(request, cycle)
    if request.POST.get("confirm_name", "").strip() != found.name:
        messages.error(request, _("This is not the name of the cycle: nothing was deleted."))
        return go(request, "objectives:review", cycle=found.pk)
    try:
        cycles.delete(cycle=found, by=Actor.of(request))
    except Locked:
        messages.error(request, _("An active cycle is locked."))
        return go(request, "objectives:review", cycle=found.pk)
    except InUse:
        messages.error(request, _("Lever actions are planned in this cycle: nothing was deleted."))
        return go(request, "objectives:review", cycle=found.pk)
    messages.success(request, _("The draft %s is deleted.") % found.name)
    return go(request, "objectives:cycles")


@tenant_view(Permission.VIEW_COMPANY)
@require_safe
def cycle(request: TenantRequest, cycle: UUID) -> HttpResponse:
    """The step to go on with: the first one of a draft, the review of what is locked."""
    found = cycle_or_404(request, cycle)
    is_draft = found.state == Cycle.State.DRAFT
    step = first_step() if is_draft else "review"
    return go(request, f"objectives:{step}", cycle=found.pk)


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


def _next_free(today: date, spans: list[tuple[date, date]]) -> Quarter | None:
    """This quarter while most of it lies ahead, else the next one; the first of them that has no cycle yet."""
    this = quarter(today)
    is_late = today - this.first_day > (this.last_day - today)
    wanted = [this.next] if is_late else [this, this.next]
    return next((one for one in wanted if not _is_taken(one, spans)), None)


def _is_taken(one: Quarter, spans: list[tuple[date, date]]) -> bool:
    return any(start <= one.last_day and one.first_day < end for start, end in spans)


def _usual_start(before: Cycle | None) -> str:
    return LAST if before is not None else f"{TEMPLATE}{present_stage(timezone.localdate()).value}"


def _starts(before: Cycle | None) -> list[tuple[str, Any]]:
    """What the cycle may start from, in words."""
    templates = [(f"{TEMPLATE}{stage.value}", _template_text(stage)) for stage in CompanyStage]
    last = _("The cycle before, %(cycle)s: its objectives, contexts, typed rates and rhythm")
    offered = [(LAST, last % {"cycle": before.name})] if before is not None else []
    return [*offered, *templates, (NOTHING, _("Nothing: set everything anew"))]


def _template_text(stage: CompanyStage) -> str:
    """A template with what it brings."""
    guide = GUIDES[stage]
    names = [CATALOGUE[metric].name(language()) for metric, _reason in guide.metrics]
    words = {
        "stage": STAGES[stage],
        "metrics": ", ".join(name[0].lower() + name[1:] for name in names),
        "rhythm": Cycle.Rhythm(guide.rhythm.value).label,
    }
    return _("Template, %(stage)s: %(metrics)s; reviewed %(rhythm)s") % words


def _years(
    request: TenantRequest, chosen: Quarter | None, spans: list[tuple[date, date]]
) -> list[dict[str, Any]]:
    """The presets by year, latest first: from the next quarter back to the oldest data; taken ones are marked."""
    today = timezone.localdate()
    url = tenant_url(request, "objectives:cycle_create")
    years: dict[int, list[dict[str, Any]]] = {}
    for one in quarters(today, earliest_day()):
        years.setdefault(one.year, []).insert(
            0,
            {
                "label": quarter_name(one),
                "url": f"{url}?quarter={one.year}-{one.number}",
                "is_taken": _is_taken(one, spans),
                "is_chosen": one == chosen,
                "note": _note(one, today),
            },
        )
    return [{"year": str(year), "quarters": presets} for year, presets in years.items()]


def _note(one: Quarter, today: date) -> str:
    if one.first_day <= today <= one.last_day:
        return _("this quarter")
    return _("next quarter") if one == quarter(today).next else ""
