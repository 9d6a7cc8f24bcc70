"""Objectives of a draft: added, changed, removed, and made clear on their own."""

from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from objectives.actions import contexts, edits
from objectives.actions.contexts import LISTS
from objectives.actions.errors import Locked, StaleVersion
from objectives.domain.catalogue import CATALOGUE, OBJECTIVE_METRICS, Metric
from objectives.domain.context import FACTORS, effective
from objectives.forms import VersionedForm, refusals_in
from objectives.forms.context import TEXTS, ContextForm, initial_of
from objectives.forms.objective import COMPANY, LevelsForm, ObjectiveForm, level_text
from objectives.models import Cycle, Objective
from objectives.queries import parents_of
from objectives.queries.choices import engagements, open_stages, owners, possible_parents
from objectives.queries.proposals import offered
from objectives.views.clarity import offer_labels
from objectives.views.context_fields import field_text, fields_of
from objectives.views.objective import contexts_above, head_of, is_editable, objective_or_404
from objectives.views.shared import CONFLICT, cycle_or_404, stale_text, step_url
from objectives.wording import language, metric_name, owner_text, target_text
from objectives.wording_clarity import LEVELS
from objectives.wording_strategy import FAMILIES
from pipeline.queries.stays import frontier
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.views.answers import INVALID, go, tenant_url


@tenant_view(Permission.SET_OBJECTIVES)
@require_http_methods(["GET", "HEAD", "POST"])
def objective_add(request: TenantRequest, cycle: UUID) -> HttpResponse:
    found = cycle_or_404(request, cycle)
    if found.state != Cycle.State.DRAFT:
        return _locked(request, found)
    form = ObjectiveForm(
        request.POST or None,
        initial={"version": 0, "priority": 2, "owner": COMPANY, "metric": request.GET.get("metric", "")},
        currency=request.organisation.currency,
        choices=_choices(request, found),
    )
    if form.is_valid():
        made: list[Objective] = []
        with refusals_in(form, "target"):
            made.append(edits.add(cycle=found, by=Actor.of(request), values=form.values()))
        if made:
            messages.success(request, _("Added: %(name)s.") % {"name": metric_name(made[0])})
            return go(request, "objectives:objective", objective=made[0].pk)
    context = {
        "title": _("New objective"),
        "sentence": _("Beside the revenue that is shared out: an objective on any metric, for anybody."),
        "breadcrumb": [
            {"label": _("Objectives"), "url": tenant_url(request, "objectives:cycles")},
            {"label": found.name, "url": step_url(request, found, "review")},
            {"label": _("New objective"), "url": ""},
        ],
        "form": form,
        "fields": list(form.visible_fields()),
        "cancel_url": step_url(request, found, "review"),
        "save": _("Add"),
    }
    return _form_page(request, "objectives/objective_edit.html", context, form)


@tenant_view(Permission.SET_OBJECTIVES)
@require_http_methods(["GET", "HEAD", "POST"])
def objective_edit(request: TenantRequest, objective: UUID) -> HttpResponse:
    found = objective_or_404(objective)
    if not is_editable(request, found):
        return _locked(request, found.cycle)
    form = _form(request, found)
    if form.is_valid():
        with refusals_in(form, "target"):
            edits.change(
                cycle=found.cycle,
                objective=found,
                version=form.cleaned_data["version"],
                by=Actor.of(request),
                values=form.values(),
            )
        if not form.errors and form.stale is None:
            messages.success(request, _("Saved."))
            return go(request, "objectives:objective", objective=found.pk)
    is_share = found.source == Objective.Source.CASCADE
    head = head_of(request, found)
    context = head | {
        "form": form,
        "fields": list(form.visible_fields()),
        "cancel_url": head["url"],
        "save": _("Save"),
        "is_share": is_share,
        "share_url": step_url(request, found.cycle, "cascade" if found.parent_id else "ambition"),
        "target": target_text(found, request.organisation.currency),
        "remove_url": ""
        if is_share
        else tenant_url(request, "objectives:objective_remove", objective=found.pk),
    }
    return _form_page(request, "objectives/objective_edit.html", context, form, found)


@tenant_view(Permission.SET_OBJECTIVES)
@require_http_methods(["GET", "HEAD", "POST"])
def objective_context(request: TenantRequest, objective: UUID) -> HttpResponse:
    """What this objective says otherwise than those above it."""
    found = objective_or_404(objective)
    if not is_editable(request, found):
        return _locked(request, found.cycle)
    above = parents_of(found)
    form = ContextForm(
        request.POST or None,
        initial=initial_of(found.context) | {"version": found.version},
        currency=request.organisation.currency,
        offered=offer_labels(offered(frontier())),
        inherits=bool(above),
    )
    if form.is_valid():
        with refusals_in(form, "reason"):
            contexts.say(
                cycle=found.cycle,
                objective=found,
                context=form.context(),
                version=form.cleaned_data["version"],
                by=Actor.of(request),
            )
        if not form.errors and form.stale is None:
            messages.success(request, _("Saved."))
            return go(request, "objectives:objective", objective=found.pk)
    head = head_of(request, found)
    context = head | fields_of(form, _said_above(found, above)) | {"cancel_url": head["url"]}
    return _form_page(request, "objectives/objective_context.html", context, form, found)


@tenant_view(Permission.SET_OBJECTIVES)
@require_POST
def objective_remove(request: TenantRequest, objective: UUID) -> HttpResponse:
    found = objective_or_404(objective)
    text = request.POST.get("version", "")
    try:
        with transaction.atomic():
            edits.remove(
                cycle=found.cycle,
                objective=found,
                version=int(text) if text.isdigit() and len(text) < 8 else -1,
                by=Actor.of(request),
            )
    except Locked:
        return _locked(request, found.cycle)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except StaleVersion:
        messages.warning(request, _("It was changed meanwhile: nothing was removed. Look at it again."))
    else:
        text = _("Removed: %(name)s. The button “Undo” brings it back.")
        messages.success(request, text % {"name": metric_name(found)})
        return go(request, "objectives:review", cycle=found.cycle_id)
    return go(request, "objectives:objective", objective=found.pk)


def _form(request: TenantRequest, found: Objective) -> LevelsForm:
    currency, metric = request.organisation.currency, CATALOGUE[found.metric]
    initial: dict[str, Any] = {
        "version": found.version,
        "commitment": level_text(found.commitment, metric, currency),
        "stretch": level_text(found.stretch, metric, currency),
        "importance": found.importance,
        "priority": found.priority,
        "why": found.why,
    }
    if found.source == Objective.Source.CASCADE:
        return LevelsForm(request.POST or None, initial=initial, currency=currency, metric_key=found.metric)
    initial |= {
        "metric": found.metric,
        "owner": _owner_value(found),
        "stage": str(found.stage_id or ""),
        "segment": found.segment,
        "parent": str(found.parent_id or ""),
        "target": level_text(found.target, metric, currency),
    }
    choices = _choices(request, found.cycle, found)
    return ObjectiveForm(request.POST or None, initial=initial, currency=currency, choices=choices)


def _owner_value(found: Objective) -> str:
    for kind, key in (
        ("team", found.team_id),
        ("person", found.person_id),
        ("engagement", found.engagement_id),
    ):
        if key is not None:
            return f"{kind}:{key}"
    return COMPANY


def _choices(request: TenantRequest, cycle: Cycle, found: Objective | None = None) -> dict[str, Any]:
    """What may be chosen. Five queries."""
    teams, people = owners(cycle)
    partners = engagements(cycle)
    company = request.organisation.name
    if found is not None and found.person is not None and found.person not in people:
        people.append(found.person)  # shown as it is: the action says that this person is not here
    if found is not None and found.engagement is not None and found.engagement not in partners:
        partners.append(found.engagement)
    metrics = sorted((CATALOGUE[key] for key in OBJECTIVE_METRICS), key=_family_place)
    return {
        "metric": [
            (str(FAMILIES[family]), [(metric.key, metric.name(language())) for metric in group])
            for family, group in groupby(metrics, key=lambda metric: metric.family)
        ],
        "owner": [
            (COMPANY, company),
            (_("Teams"), [(f"team:{team.pk}", team.name) for team in teams]),
            (_("People"), [(f"person:{person.pk}", person.name) for person in people]),
            (_("Partners"), [(f"engagement:{one.pk}", one.name) for one in partners]),
        ],
        "stage": [("", "–"), *((str(stage.pk), stage.name) for stage in open_stages())],
        "parent": [
            ("", _("the company’s revenue")),
            *(
                (str(row.pk), f"{metric_name(row)} · {owner_text(row, company)}")
                for row in possible_parents(cycle, found)
            ),
        ],
    }


def _family_place(metric: Metric) -> int:
    return list(FAMILIES).index(metric.family)


def _said_above(found: Objective, above: list[Objective]) -> dict[str, str]:
    """What an empty field takes from above, in words."""
    if not above:
        return {}
    inherited = effective({}, *contexts_above(found, above))
    notes = {}
    for name in (*LISTS, *TEXTS):
        text = field_text(inherited, name)
        if text:
            notes[name] = _("Empty takes what is said above: %(text)s") % {"text": text}
    constraints = inherited.get("constraints", {})
    for name in FACTORS:
        level = constraints.get(name)
        if isinstance(level, int):
            notes[name] = _("above: %(level)s") % {"level": LEVELS[level]}
    return notes


def _form_page(
    request: TenantRequest,
    template: str,
    context: dict[str, Any],
    form: VersionedForm,
    found: Objective | None = None,
) -> HttpResponse:
    """The page with its form: invalid, or in conflict with the other's change, which is shown."""
    status = INVALID if form.is_bound and form.errors else 200
    if form.stale is not None and found is not None:
        status = CONFLICT
        current = form.stale.current
        assert isinstance(current, Objective)
        context["stale"] = stale_text(
            request, form.stale, target_text(current, request.organisation.currency)
        )
        context["version"] = current.version
    else:
        context["version"] = form["version"].value()
    return render(request, template, context, status=status)


def _locked(request: TenantRequest, cycle: Cycle) -> HttpResponse:
    if not request.membership.allows(Permission.SET_OBJECTIVES):
        raise PermissionDenied
    messages.error(request, _("This cycle is active: its objectives change by a revision only."))
    return go(request, "objectives:review", cycle=cycle.pk)
