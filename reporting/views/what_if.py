"""What if: levers moved, and at once the landing, its probability, its cost, and what each lever has in the change."""

import json
from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from objectives.actions.scenarios import may_change
from objectives.domain import scenario as domain
from objectives.domain.catalogue import Unit
from objectives.models import Scenario
from reporting.domain.scenario_answer import Answer
from reporting.domain.what_if_cost import Spending
from reporting.forms.what_if import WhatIfForm, as_query
from reporting.queries import what_if as queries
from reporting.queries.reach import reach_of
from reporting.queries.what_if import Scope, Situation
from reporting.views.analysis import analysis_tabs
from reporting.views.asked import PAGE, asked_id, filters, here, looking_at, settled, state_query
from reporting.views.figures import Writer
from reporting.views.looks import worked_out_first
from reporting.views.missing import missing
from reporting.views.what_if_rows import Column, columns, lever_name, lever_rows, sentence, waterfall
from reporting.views.what_if_start import (
    Start,
    answer_of,
    asked_scope,
    begin,
    scenarios_of,
    scope_name,
    scope_options,
    target_of,
)
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.views.answers import INVALID

MOST_COMPARED = 3  # kept scenarios beside the one that is being moved


@tenant_view(Permission.VIEW_TEAM)
@require_safe
@worked_out_first
def what_if(request: TenantRequest) -> HttpResponse:
    looking = looking_at(request)
    reach = reach_of(request.membership, looking.as_of)
    scope = asked_scope(request, reach)
    if not _has_state(request) and (elsewhere := settled(request, looking)) is not None:
        return elsewhere
    writer = Writer.of(request.organisation.currency)
    needs = missing(request, looking, writer)
    nobody = scope == Scope() and not reach.sees_company
    context: dict[str, Any] = {
        "looking": looking,
        "tabs": analysis_tabs(request, "what_if", state_query(looking, team=scope.team_id)),
        "filters": filters(looking, writer) | scope_options(request, reach, scope),
        "needs": needs,
        "no_team": nobody,
        "scope": scope_name(request, reach, scope),
    }
    status = 200
    cycle, run = looking.cycle, looking.run
    if not nobody and not any(need.hides for need in needs) and cycle is not None and run is not None:
        start = begin(looking, cycle, run, scope)
        found, status = _figures(request, start, writer)
        context |= found
    template = "reporting/analysis/what_if.html" + (
        f"#{PAGE}" if request.htmx and request.htmx.target == PAGE else ""
    )
    response = render(request, template, context, status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def _figures(request: TenantRequest, start: Start, writer: Writer) -> tuple[dict[str, Any], int]:
    situation = start.situation
    if situation is None:
        return {"nothing": True}, 200
    kept = list(scenarios_of(start.cycle, start.scope))
    chosen = _chosen(request, kept)
    data = _state(request, chosen, situation, writer)
    form = WhatIfForm(
        data,
        levers={one.key: lever_name(one) for one in situation.levers if one.today is not None},
        channels=situation.channels,
        currency=writer.currency,
    )
    valid = form.is_valid()
    document = form.document()
    today, then = answer_of(start, document)
    spending = queries.spent(situation, start.run)
    beside = [one for one in kept if str(one.pk) in request.GET.getlist("with")][:MOST_COMPARED]
    shown = _columns(start, document, (today, then), beside, spending, chosen)
    own = shown[0] if document == domain.empty() else shown[1]
    state = state_query(start.looking, team=start.scope.team_id, person=start.scope.person_id)
    may_steer = request.membership.allows(Permission.STEER_LEVERS)
    return {
        "form": form,
        "document_json": json.dumps(document),
        "may_keep": valid and document != domain.empty(),
        "sentence": sentence(shown[0], own, writer),
        "columns": columns(shown, writer),
        "rows": lever_rows(request, situation, form, document, then, writer, state, may_steer=may_steer),
        "shares": _shares(form, situation, writer),
        "waterfall": waterfall(situation, today, then, writer),
        "target": _target(form, start, document, writer),
        "residual": writer.figure(then.residual, Unit.MONEY) if then.residual >= 1 else "",
        "is_any_free": any(not one["locked"] for one in document["levers"].values()),
        "surplus": writer.figure(then.surplus, Unit.MONEY) if then.surplus >= 1 else "",
        "kept": [
            {
                "id": one.pk,
                "name": one.name,
                "url": here(request, "what_if") + state + f"&scenario={one.pk}",
                "compared": one in beside,
                "current": chosen is not None and one.pk == chosen.pk,
            }
            for one in kept
        ],
        "others": any(one is not chosen for one in kept),
        "chosen": chosen,
        "moved": bool(then.parts),
        "may_steer": may_steer,
        "may_change": chosen is not None and may_steer and may_change(chosen, Actor.of(request)),
        "keep_url": here(request, "what_if_keep") + state,
        "scenario_url": here(request, "scenario", scenario=chosen.pk) + state if chosen else "",
        "act_url": here(request, "scenario_actions", scenario=chosen.pk) + state if chosen else "",
        "clear_url": here(request, "what_if") + state,
        "is_priced": shown[0].is_priced,
        "unpriced": spending.unpriced,
        "is_over": situation.days_ahead == 0,
        "team": start.scope.team_id,
        "person": start.scope.person_id,
    }, 200 if valid else INVALID


def _columns(
    start: Start, document: domain.Scenario, own: tuple[Answer, Answer], beside: list[Scenario], spending: Spending,
    chosen: Scenario | None,
) -> list[Column]:  # fmt: skip
    situation = start.situation
    assert situation is not None
    today, then = own
    found = [Column(_("Today"), today, target_of(start, domain.empty()), domain.empty(), situation, spending)]
    if document != domain.empty():
        name = chosen.name if chosen is not None else _("This what-if")
        found.append(Column(name, then, target_of(start, document), document, situation, spending))
    for one in beside:
        if chosen is not None and one.pk == chosen.pk:
            continue
        said = domain.checked(one.levers)
        found.append(
            Column(one.name, answer_of(start, said)[1], target_of(start, said), said, situation, spending)
        )
    return found


def _chosen(request: TenantRequest, kept: list[Scenario]) -> Scenario | None:
    asked = asked_id(request, "scenario")
    if asked is None:
        return None
    for one in kept:
        if one.pk == asked:
            return one
    raise Http404("scenario")


def _has_state(request: TenantRequest) -> bool:
    """Whether the URL says cycle and day already, so that a redirect would only lose what was typed."""
    return "cycle" in request.GET and "as_of" in request.GET


def _state(
    request: TenantRequest, chosen: Scenario | None, situation: Situation, writer: Writer
) -> QueryDict:
    """What the form shows: what was typed, else the scenario that the URL names."""
    if chosen is None or "typed" in request.GET:
        return request.GET
    data = QueryDict(mutable=True)
    query = as_query(domain.checked(chosen.levers), situation.channels, writer.currency)
    data.setlist("open", query.pop("open"))
    for name, value in query.items():
        data[name] = value
    return data


def _shares(form: WhatIfForm, situation: Situation, writer: Writer) -> list[dict[str, Any]]:
    return [
        {
            "field": form[f"share-{number}"],
            "name": one.name or _("no channel said"),
            "today": writer.percent(one.share),
            "opened": writer.number(one.opened),
            "rate": writer.percent(one.rate),
            "interval": writer.interval(one.low, one.high, Unit.RATE),
            "worth": writer.short(one.worth, Unit.MONEY),
        }
        for number, one in enumerate(situation.channels)
    ]


def _target(form: WhatIfForm, start: Start, document: domain.Scenario, writer: Writer) -> dict[str, Any]:
    own = None if start.objective is None else start.objective.target
    return {
        "field": form[WhatIfForm.TARGET],
        "own": writer.figure(None if own is None else float(own), Unit.MONEY),
        "open": not document["target"]["locked"],
    }
