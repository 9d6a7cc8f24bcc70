"""Lever actions: the list, one to write, one to follow and to close with what it did."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from objectives.models import Cycle
from reporting.actions import lever_actions as actions
from reporting.domain.lever_actions import IllegalMove, State, Verb, due_on, verbs, week_of
from reporting.forms.actions import ActionForm, ConclusionForm
from reporting.models import LeverAction
from reporting.queries import lever_actions as queries
from reporting.queries.action_effects import measured
from reporting.queries.reach import Reach, reach_of
from reporting.queries.runs import latest_run
from reporting.queries.what_if import Scope
from reporting.views.action_rows import row_of
from reporting.views.analysis import analysis_tabs
from reporting.views.asked import answer, asked_day, asked_id, carried, here, looking_at
from reporting.views.effect_words import effect_text
from reporting.views.figures import Writer
from reporting.views.looks import worked_out_first
from reporting.views.what_if_start import asked_scope
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.forms.base import errors_in
from tenants.views.answers import action as button
from tenants.views.answers import form_page, page_of


@tenant_view(Permission.VIEW_TEAM)
@require_safe
@worked_out_first
def action_list(request: TenantRequest) -> HttpResponse:
    """`state` and `due` (this week) narrow the list; `team` or `person` its scope."""
    today = timezone.localdate()
    reach = reach_of(request.membership, today)
    writer = Writer.of(request.organisation.currency)
    state = request.GET.get("state", "")
    asked = queries.Asked(
        asked_scope(request, reach) if "team" in request.GET or "person" in request.GET else Scope(),
        state if state in LeverAction.State.values else "",
        "due" in request.GET,
    )
    page = page_of(request, queries.listed(reach, asked, today))
    run = latest_run(asked_day(request))
    found = measured(list(page.object_list), run=run, tree=reach.tree) if run is not None else {}
    may_steer = request.membership.allows(Permission.STEER_LEVERS)
    return answer(
        request,
        "reporting/analysis/actions.html",
        {
            "tabs": analysis_tabs(request, "actions", carried(request)),
            "page": page,
            "rows": [row_of(request, one, found.get(one.pk), today, writer) for one in page.object_list],
            "states": _states(request, asked),
            "sentence": _sentence(reach, today, writer),
            "actions": [
                button(
                    _("Write an action"), here(request, "action_new") + carried(request), "plus", primary=True
                )
            ]
            if may_steer
            else [],
            "what_if_url": here(request, "what_if") + carried(request),
            "is_narrowed": bool(asked.state or asked.due),
        },
    )


@tenant_view(Permission.STEER_LEVERS)
@require_http_methods(["GET", "HEAD", "POST"])
def action_new(request: TenantRequest) -> HttpResponse:
    """The query fills the form in: lever, stage, team or person, segment, channel, expected (minor units), note."""
    today = timezone.localdate()
    cycle = _cycle(request)
    reach = reach_of(request.membership, today)
    form = _form(request, reach, initial=_proposed(request, reach))
    if form.is_valid():
        with errors_in(form):
            made = actions.plan(cycle=cycle, wanted=form.wanted(), today=today, by=Actor.of(request))
        if not form.errors:
            messages.success(request, _("Written down: its effect is measured from its start on."))
            return _to(request, made)
    context = {
        "form": form,
        "title": _("Write a lever action"),
        "tabs": analysis_tabs(request, "actions", carried(request)),
        "trail": _trail(request, _("Write a lever action")),
        "save": _("Write it down"),
    }
    return form_page(request, "reporting/analysis/action_form.html", context, form)


@tenant_view(Permission.VIEW_OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@worked_out_first
def action(request: TenantRequest, action: UUID) -> HttpResponse:
    """POST `do`: start, review, abandon, tick (with `done` numbers), or save (the form)."""
    today = timezone.localdate()
    reach = reach_of(request.membership, today)
    found = get_object_or_404(queries.within(reach), pk=action)
    by = Actor.of(request)
    may_steer = request.membership.allows(Permission.STEER_LEVERS) and actions.may_steer(found, today, by)
    form, conclusion = _form(request, reach, found) if may_steer else None, ConclusionForm()
    if request.method == "POST":
        if form is None:
            raise PermissionDenied(Permission.STEER_LEVERS)
        did = request.POST.get("do", "")
        if did == "save":
            if form.is_valid():
                with errors_in(form):
                    actions.change(action=found, wanted=form.wanted(), today=today, by=by)
        else:
            conclusion = ConclusionForm(request.POST)
            if conclusion.is_valid():
                _done(request, found, did, conclusion, by)
        if not conclusion.errors and not (did == "save" and form.errors):
            return _to(request, found)
        if did != "save":
            form = _form(request, reach, found, bound=False)
    return _page(request, reach, found, form, conclusion)


def _done(request: TenantRequest, found: LeverAction, did: str, form: ConclusionForm, by: Actor) -> None:
    today = timezone.localdate()
    with errors_in(form):
        if did == "tick":
            numbers = [
                int(text) for text in request.POST.getlist("done") if text.isascii() and text.isdigit()
            ]
            actions.tick(action=found, done=numbers, today=today, by=by)
        elif did in Verb:
            try:
                actions.move(
                    action=found, verb=Verb(did), today=today, by=by, conclusion=form.cleaned_data["conclusion"]
                )  # fmt: skip
            except IllegalMove:
                raise ValidationError(_("This action cannot do that now: look at where it stands.")) from None
        else:
            raise Http404("do")


def _page(
    request: TenantRequest,
    reach: Reach,
    found: LeverAction,
    form: ActionForm | None,
    conclusion: ConclusionForm,
) -> HttpResponse:
    writer, today = Writer.of(request.organisation.currency), timezone.localdate()
    run = latest_run(asked_day(request))
    effect = measured([found], run=run, tree=reach.tree).get(found.pk) if run is not None else None
    state = State(found.state)
    may_see_list = request.membership.allows(Permission.VIEW_TEAM)
    row = row_of(request, found, effect, today, writer)
    context = {
        "found": found,
        "row": row,
        "title": row["title"],
        "effect": effect_text(found, effect, run, writer),
        "form": form if state in (State.PLANNED, State.RUNNING) else None,
        "conclusion": conclusion,
        "verbs": [verb.value for verb in verbs(state)] if form is not None else [],
        "steps": [{"number": i, **step} for i, step in enumerate(found.steps)],
        "due": due_on(state, found.start_on, found.review_on),
        "tabs": analysis_tabs(request, "actions", carried(request)) if may_see_list else [],
        "trail": _trail(request, row["title"]) if may_see_list else [],
        "scenario_url": _scenario_url(request, found) if found.scenario_id and may_see_list else "",
    }
    return form_page(
        request, "reporting/analysis/action.html", context, *([form] if form else []), conclusion
    )


def _form(
    request: TenantRequest, reach: Reach, found: LeverAction | None = None, *, initial: dict[str, Any] | None = None,
    bound: bool = True,
) -> ActionForm:  # fmt: skip
    is_save = request.method == "POST" and bound and (found is None or request.POST.get("do") == "save")
    people = reach.people
    owners = {one.pk: one for one in people}
    if found is not None:
        owners[found.owner_id] = found.owner
        initial = _as_typed(found)
    return ActionForm(
        request.POST if is_save else None,
        initial=initial,
        people=list(owners.values()),
        scoped=people,
        teams=reach.teams,
        company=reach.sees_company,
        currency=request.organisation.currency,
    )


def _as_typed(found: LeverAction) -> dict[str, Any]:
    scope = f"team:{found.team_id}" if found.team_id else f"person:{found.person_id}"
    return {
        "lever": found.lever, "stage": found.stage_id, "segment": found.segment, "channel": found.channel,
        "scope": scope if found.team_id or found.person_id else "company", "note": found.note,
        "expected": found.expected_minor, "owner": found.owner_id, "start_on": found.start_on,
        "review_on": found.review_on, "steps": "\n".join(step["text"] for step in found.steps),
    }  # fmt: skip


def _proposed(request: TenantRequest, reach: Reach) -> dict[str, Any]:
    """What the query says of a new action; what has no meaning is left out."""
    query = request.GET
    team, person, stage = (asked_id(request, name) for name in ("team", "person", "stage"))
    expected = query.get("expected", "")
    found: dict[str, Any] = {
        name: query[name] for name in ("lever", "segment", "channel", "note") if name in query
    }
    found["stage"] = stage
    if person is not None:
        found["scope"] = f"person:{person}"
    elif team is not None or not reach.sees_company:
        found["scope"] = f"team:{team or reach.home_team}"
    if expected.lstrip("-").isascii() and expected.lstrip("-").isdigit():
        found["expected"] = max(0, int(expected))
    owner = person or (reach.tree.teams[team].manager_id if team in reach.tree.teams else None)
    found["owner"] = owner or (reach.me.id if reach.me else None)
    found["start_on"] = timezone.localdate()
    return found


def _trail(request: TenantRequest, name: str) -> list[dict[str, str]]:
    url = here(request, "actions") + carried(request)
    return [{"label": pgettext("analysis", "Lever actions"), "url": url}, {"label": name, "url": ""}]


def _to(request: TenantRequest, one: LeverAction) -> HttpResponseRedirect:
    return HttpResponseRedirect(here(request, "action", action=one.pk) + carried(request))


def _cycle(request: TenantRequest) -> Cycle:
    looking = looking_at(request)
    if looking.cycle is None:
        raise Http404("cycle")
    return looking.cycle


def _states(request: TenantRequest, asked: queries.Asked) -> list[dict[str, Any]]:
    def url(**more: str) -> str:
        return here(request, "actions") + carried(request, person=asked.scope.person_id, **more)

    every = {
        "label": pgettext("actions", "All"),
        "url": url(),
        "active": not asked.state and not asked.due,
    }
    due = {"label": _("Due this week"), "url": url(due="1"), "active": asked.due}
    return [
        every,
        due,
        *(
            {"label": capfirst(label), "url": url(state=value), "active": asked.state == value}
            for value, label in LeverAction.State.choices
        ),
    ]


def _sentence(reach: Reach, today: Any, writer: Writer) -> str:
    counts = queries.counts(reach, week_of(today)[1])
    if not counts.total:
        return ""
    words = {
        "open": writer.number(counts.open),
        "due": writer.number(counts.due),
        "total": writer.number(counts.total),
    }
    return _("Not over: %(open)s of %(total)s actions. Due this week: %(due)s.") % words


def _scenario_url(request: TenantRequest, found: LeverAction) -> str:
    query = f"?scenario={found.scenario_id}&cycle={found.cycle_id}"
    if found.team_id:
        query += f"&team={found.team_id}"
    if found.person_id:
        query += f"&person={found.person_id}"
    return here(request, "what_if") + query
