"""Scenarios of the what-if: kept, changed, removed, turned into lever actions."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_POST

from objectives.actions import scenarios as actions
from objectives.domain import scenario as domain
from objectives.domain.catalogue import Unit
from objectives.models import Scenario
from pipeline.models import Stage
from reporting.actions import lever_actions
from reporting.domain.scenario_answer import MIX
from reporting.forms.actions import OwnedForm, ScenarioForm
from reporting.models import LeverAction
from reporting.queries.looking import Looking
from reporting.queries.reach import Reach, reach_of
from reporting.queries.what_if import Scope
from reporting.views.analysis import analysis_tabs
from reporting.views.asked import carried, here, looking_at, state_query
from reporting.views.figures import Writer
from reporting.views.looks import worked_out_first
from reporting.views.what_if_rows import figure, lever_name, worked_on
from reporting.views.what_if_start import answer_of, asked_scope, begin, scope_name
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.forms.base import errors_in
from tenants.views.answers import form_page


@tenant_view(Permission.STEER_LEVERS)
@require_POST
def what_if_keep(request: TenantRequest) -> HttpResponse:
    """Keep what the page shows under a name."""
    looking = looking_at(request)
    scope = asked_scope(request, reach_of(request.membership, looking.as_of))
    if looking.cycle is None:
        raise Http404("cycle")
    form = ScenarioForm(request.POST)
    if form.is_valid():
        with errors_in(form):
            made = actions.keep(
                cycle=looking.cycle, team_id=scope.team_id, person_id=scope.person_id, **form.cleaned_data,
                today=timezone.localdate(), by=Actor.of(request),
            )  # fmt: skip
        if not form.errors:
            messages.success(request, _("Kept: it can be compared, changed and turned into actions."))
            return _back(request, looking, scope, scenario=made.pk)
    return _refused(request, form, looking, scope)


@tenant_view(Permission.STEER_LEVERS)
@require_POST
@worked_out_first
def scenario(request: TenantRequest, scenario: UUID) -> HttpResponse:
    """`do`: change (levers and name) or remove."""
    looking = looking_at(request)
    found, scope = _found(request, scenario, reach_of(request.membership, looking.as_of))
    by, today = Actor.of(request), timezone.localdate()
    if request.POST.get("do") == "remove":
        actions.remove(scenario=found, today=today, by=by)
        messages.success(request, _("The scenario was removed."))
        return _back(request, looking, scope)
    form = ScenarioForm(request.POST)
    if form.is_valid():
        with errors_in(form):
            actions.change(scenario=found, **form.cleaned_data, today=today, by=by)
        if not form.errors:
            messages.success(request, _("The scenario was changed."))
            return _back(request, looking, scope, scenario=found.pk)
    return _refused(request, form, looking, scope, found)


@tenant_view(Permission.STEER_LEVERS)
@require_http_methods(["GET", "HEAD", "POST"])
@worked_out_first
def scenario_actions(request: TenantRequest, scenario: UUID) -> HttpResponse:
    """One planned action for each lever that the scenario moves, with its part of the change as expected effect."""
    looking = looking_at(request)
    reach = reach_of(request.membership, looking.as_of)
    found, scope = _found(request, scenario, reach)
    lines = _lines(looking, found, scope, Writer.of(request.organisation.currency))
    owner = scope.person_id or (reach.tree.teams[scope.team_id].manager_id if scope.team_id else None)
    initial = {"owner": owner or (reach.me.id if reach.me else None), "start_on": timezone.localdate()}
    form = OwnedForm(request.POST or None, people=reach.people, initial=initial)
    if form.is_valid() and lines:
        given = form.cleaned_data
        wanted = [
            lever_actions.Wanted(
                **given, lever=worked_on(line["key"]), stage=line["stage"], team_id=scope.team_id,
                person_id=scope.person_id, expected=line["minor"], note=line["note"],
            )
            for line in lines
        ]  # fmt: skip
        with errors_in(form):
            made = lever_actions.plan_many(
                cycle=found.cycle,
                wanted=wanted,
                today=timezone.localdate(),
                by=Actor.of(request),
                scenario=found,
            )
        if not form.errors:
            text = ngettext("%(count)s action is planned.", "%(count)s actions are planned.", len(made))
            messages.success(request, text % {"count": len(made)})
            return HttpResponseRedirect(here(request, "actions") + carried(request, state="planned"))
    back = here(request, "what_if") + state_query(looking, team=scope.team_id, person=scope.person_id)
    context = {
        "form": form,
        "lines": lines,
        "name": found.name,
        "scope": scope_name(request, reach, scope),
        "tabs": analysis_tabs(request, "what_if", state_query(looking, team=scope.team_id)),
        "trail": [
            {"label": pgettext("analysis", "What if"), "url": f"{back}&scenario={found.pk}"},
            {"label": found.name, "url": ""},
        ],
    }
    return form_page(request, "reporting/analysis/scenario_actions.html", context, form)


def _found(request: TenantRequest, pk: UUID, reach: Reach) -> tuple[Scenario, Scope]:
    """The scenario and its scope; PermissionDenied out of reach."""
    found: Scenario = get_object_or_404(Scenario.objects.select_related("cycle"), pk=pk)
    scope = Scope(found.team_id, found.person_id)
    within = (
        found.team_id in reach.team_ids
        if found.team_id
        else found.person_id in reach.person_ids
        if found.person_id
        else reach.sees_company
    )
    if not within:
        raise PermissionDenied
    return found, scope


def _lines(looking: Looking, found: Scenario, scope: Scope, writer: Writer) -> list[dict[str, Any]]:
    """The moved levers: from where to where, and what each has in the change."""
    run = looking.run
    if looking.cycle is None or looking.cycle.pk != found.cycle_id or run is None:
        return []
    start = begin(looking, looking.cycle, run, scope)
    situation = start.situation
    if situation is None:
        return []
    _today, then = answer_of(start, domain.checked(found.levers))
    stages = {str(one.pk): one for one in Stage.objects.filter(pk__in=situation.stages)}
    names = dict(LeverAction.Lever.choices)
    lines = []
    for position, lever in enumerate(situation.levers):
        if lever.key not in then.parts:
            continue
        words = {
            "lever": lever_name(lever),
            "now": figure(lever.key, lever.today, writer),
            "then": figure(lever.key, float(then.values[position]), writer),
            "name": found.name,
        }
        lines.append(
            {
                "key": lever.key, "what": words["lever"], "now": words["now"], "then": words["then"],
                "lever": names[worked_on(lever.key).value], "stage": stages.get(lever.key), "minor": then.parts[lever.key],
                "expected": writer.figure(then.parts[lever.key], Unit.MONEY, signed=True),
                "note": _("%(lever)s: from %(now)s to %(then)s (scenario “%(name)s”).") % words,
            }
        )  # fmt: skip
    if MIX in then.parts:
        lines.append(
            {
                "key": MIX, "what": _("Mix of channels"), "now": "", "then": "",
                "lever": names[worked_on(MIX).value], "stage": None, "minor": then.parts[MIX],
                "expected": writer.figure(then.parts[MIX], Unit.MONEY, signed=True),
                "note": _("Another mix of channels (scenario “%(name)s”).") % {"name": found.name},
            }
        )  # fmt: skip
    return lines


def _back(request: TenantRequest, looking: Looking, scope: Scope, **more: Any) -> HttpResponseRedirect:
    query = state_query(looking, team=scope.team_id, person=scope.person_id, **more)
    return HttpResponseRedirect(here(request, "what_if") + query)


def _refused(
    request: TenantRequest, form: ScenarioForm, looking: Looking, scope: Scope, found: Scenario | None = None
) -> HttpResponse:
    """The name asked again, with what is wrong; the levers stay in the form."""
    back = here(request, "what_if") + state_query(looking, team=scope.team_id, person=scope.person_id)
    context = {
        "form": form,
        "tabs": analysis_tabs(request, "what_if", state_query(looking, team=scope.team_id)),
        "title": found.name if found is not None else _("Keep this what-if"),
        "trail": [{"label": pgettext("analysis", "What if"), "url": back}, {"label": _("Name"), "url": ""}],
        "save": _("Keep"),
    }
    return form_page(request, "reporting/analysis/action_form.html", context, form)
