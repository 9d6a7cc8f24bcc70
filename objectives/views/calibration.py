"""Step: how attainable each objective is, against the past, with what the field makes harder."""

from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from objectives.actions import calibrations, justifications
from objectives.actions.errors import Locked
from objectives.domain.calibration import Band
from objectives.forms import VersionedForm, refusals_in
from objectives.forms.calibration import ConstraintForm, JustificationForm
from objectives.models import Cycle, Objective
from objectives.queries.briefs import Brief, briefs, constraints_in, read
from objectives.queries.calibrating import outdated, unjustified
from objectives.queries.clarity import company_row, whole_company
from objectives.queries.constraint_effects import effects
from objectives.queries.stages import stage_names
from objectives.views.calibration_rows import constraint_rows, effect_lines, objective_line, slot_lines
from objectives.views.funnel_sourcing import meeting_slots
from objectives.views.shared import answer, cycle_or_404, page_context, plan_of, stale_text, step_url
from objectives.wording_calibration import calibration_sentence
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.views.answers import go, tenant_url

TEMPLATE = "objectives/calibration.html"
FIRST, ROWS = 5, 25  # on the step itself, and at a time after these
ORDER = [Band.OUT_OF_REACH, Band.HARD, Band.STRETCH, Band.COMFORTABLE, Band.UNKNOWN]


@tenant_view(Permission.VIEW_COMPANY)
@require_safe
def calibration(request: TenantRequest, cycle: UUID) -> HttpResponse:
    found = cycle_or_404(request, cycle)
    return answer(request, TEMPLATE, "calibration", _context(request, found))


@tenant_view(Permission.VIEW_COMPANY)
@require_safe
def calibration_lines(request: TenantRequest, cycle: UUID) -> HttpResponse:
    """The objectives from the `skip`-th on, the least attainable first, 25 at a time."""
    found = cycle_or_404(request, cycle)
    text = request.GET.get("skip", "")
    skip = min(int(text), 10**6) if text.isdigit() and len(text) < 8 else 0
    return answer(
        request, "objectives/calibration_lines.html", "lines", _context(request, found, skip=skip, most=ROWS)
    )


@tenant_view(Permission.VIEW_COMPANY)
@require_safe
def calibration_effects(request: TenantRequest, cycle: UUID) -> HttpResponse:
    """What each constraint of the company does to its probability: fetched once the page is there."""
    found = cycle_or_404(request, cycle)
    rows = briefs(found)
    top, company = company_row(rows), whole_company(rows)
    lines = []
    if top is not None and company is not None:
        company.cycle = found
        lines = effect_lines(effects(found, company, constraints_in(rows)[rows.index(top)]))
    context = page_context(request, found, "calibration") | {"effects": lines, "sentence": ""}
    return answer(request, "objectives/calibration_effects.html", "effects", context)


@tenant_view(Permission.SET_OBJECTIVES)
@require_POST
def calibrate(request: TenantRequest, cycle: UUID) -> HttpResponse:
    found = cycle_or_404(request, cycle)
    return _act(request, found, lambda: calibrations.calibrate(cycle=found, by=Actor.of(request)))


@tenant_view(Permission.SET_OBJECTIVES)
@require_POST
def constraint(request: TenantRequest, cycle: UUID) -> HttpResponse:
    """What the field is like, for the company and everything below it."""
    found = cycle_or_404(request, cycle)
    company = company_row(Objective.objects.filter(cycle=found))
    if company is None:
        return go(request, "objectives:ambition", cycle=found.pk)
    form = ConstraintForm(request.POST, currency=request.organisation.currency)

    def act() -> None:
        calibrations.set_constraint(
            cycle=found,
            objective=company,
            factor=form.cleaned_data["factor"],
            level=form.cleaned_data["level"],
            multiplier=form.own_multiplier(),
            version=form.cleaned_data["version"],
            by=Actor.of(request),
        )
        calibrations.calibrate(cycle=found, by=Actor.of(request))

    return _act(request, found, act, form, "level", company)


@tenant_view(Permission.SET_OBJECTIVES)
@require_POST
def justify(request: TenantRequest, cycle: UUID, objective: UUID) -> HttpResponse:
    """Why an objective that is out of reach is kept."""
    found = cycle_or_404(request, cycle)
    row = get_object_or_404(Objective, pk=objective, cycle=found)
    form = JustificationForm(request.POST, currency=request.organisation.currency)

    def act() -> None:
        calibrations.justify(
            cycle=found,
            objective=row,
            text=form.cleaned_data["justification"],
            version=form.cleaned_data["version"],
            by=Actor.of(request),
        )

    return _act(request, found, act, form, "justification", row)


@tenant_view(Permission.SET_OBJECTIVES)
@require_POST
def justify_all(request: TenantRequest, cycle: UUID) -> HttpResponse:
    """The same reason for all that are out of reach and have none."""
    found = cycle_or_404(request, cycle)
    form = JustificationForm({**request.POST.dict(), "version": "0"}, currency=request.organisation.currency)

    def act() -> None:
        text = form.cleaned_data["justification"]
        justifications.justify_all(cycle=found, text=text, by=Actor.of(request))

    return _act(request, found, act, form, "justification")


def _act(
    request: TenantRequest,
    cycle: Cycle,
    act: Callable[[], Any],
    form: VersionedForm | None = None,
    field: str = "",
    refused: Objective | None = None,
) -> HttpResponse:
    """Run a change and show the step again, with the refused form in its place."""
    try:
        if form is None:
            with transaction.atomic():
                act()
        elif form.is_valid():
            with refusals_in(form, field):
                act()
    except Locked:
        messages.error(request, _("This cycle is active: its calibration is the one of its activation."))
        return go(request, "objectives:review", cycle=cycle.pk)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return go(request, "objectives:calibration", cycle=cycle.pk)
    is_done = form is None or (not form.errors and form.stale is None)
    from_review = request.POST.get("then") == "review"
    if is_done and (from_review or not request.htmx):
        return go(request, f"objectives:{'review' if from_review else 'calibration'}", cycle=cycle.pk)
    context = _context(request, cycle, form=None if is_done else form, refused=refused)
    return answer(request, TEMPLATE, "calibration", context, *([form] if form else []))


def _context(
    request: TenantRequest,
    cycle: Cycle,
    *,
    skip: int = 0,
    most: int = FIRST,
    form: VersionedForm | None = None,
    refused: Objective | None = None,
) -> dict[str, Any]:
    cycle.organisation = request.organisation
    context = page_context(request, cycle, "calibration")
    rows = briefs(cycle)
    ordered = sorted(rows, key=_attainability)
    top = company_row(rows)
    asked = ordered[skip : skip + most]
    if refused is not None:  # what was typed stays, wherever its line was
        asked += [one for one in ordered if one.pk == refused.pk and one not in asked]
    shown, company = read(asked, top)
    if top is None or company is None:
        sentence = _("How likely each objective is to be reached, against what the past says.")
        return context | {"sentence": sentence, "ambition_url": step_url(request, cycle, "ambition")}
    if form is not None and form.stale is not None:
        now = _("at version %(version)s") % {"version": form.stale.current.version}  # type: ignore[attr-defined]
        context["stale"] = stale_text(request, form.stale, now)
    plan, names = plan_of(cycle), stage_names()
    more = max(len(ordered) - skip - most, 0)
    bands = Counter(Band(row.calibration.get("band", Band.UNKNOWN)) for row in rows)
    lines_url = tenant_url(request, "objectives:calibration_lines", cycle=cycle.pk)
    return context | {
        "company": company,
        "sentence": calibration_sentence(company, bands, context["currency"]),
        "is_outdated": context["editable"] and bool(outdated(rows)),
        "lines": [
            objective_line(request, cycle, brief, row, names, form, refused)
            for brief, row in zip(asked, shown, strict=True)
        ],
        "more": more,
        "more_url": f"{lines_url}?skip={skip + most}" if more > 0 else "",
        "unjustified": len(unjustified(rows)),
        "all_form": form if isinstance(form, JustificationForm) and refused is None else None,
        "constraints": constraint_rows(company, constraints_in(rows)[rows.index(top)], form),
        "has_effects": any(value != 1 for value in company.calibration.get("multipliers", {}).values()),
        "slots": slot_lines(plan, names),
        "meeting_slots": meeting_slots(plan),
        "urls": {
            name: tenant_url(request, f"objectives:{name}", cycle=cycle.pk)
            for name in ("calibrate", "constraint", "justify_all", "calibration_effects")
        },
    }


def _attainability(row: Brief) -> tuple[int, bool, float, str]:
    """The least attainable first; within a band the company, then teams, then people."""
    band = Band(row.calibration.get("band", Band.UNKNOWN))
    probability = row.calibration.get("probability")
    return (
        ORDER.index(band),
        row.person_id is not None,
        probability if probability is not None else 2.0,
        row.owner.casefold(),
    )
