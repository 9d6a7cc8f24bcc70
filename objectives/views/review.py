"""Step 4: everything once more, then the lock. After it, the cycle as it was promised."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from objectives.actions import activation, calibrations
from objectives.actions.errors import Locked
from objectives.models import Cycle, Objective
from objectives.queries import objective_tree
from objectives.queries.briefs import Brief, briefs
from objectives.queries.calibrating import outdated, unjustified
from objectives.queries.clarity import company_row
from objectives.queries.review import Problem, problems
from objectives.queries.stages import stage_names
from objectives.queries.tree import REVENUE, TreeLevel, TreeNode, integer, share_rows, shared_out
from objectives.views.past import asked_past, level_on, past_context, query_on, rows_on
from objectives.views.revisions import people_notice
from objectives.views.shared import cycle_or_404, page_context, plan_of, step_url
from objectives.wording import funnel_sentence, language, metric_name, owner_text, target_text, whole
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.formatting import format_percent
from tenants.views.answers import go, tenant_url, tenant_urls


@tenant_view(Permission.VIEW_COMPANY)
@require_safe
def review(request: TenantRequest, cycle: UUID) -> HttpResponse:
    found = cycle_or_404(request, cycle)
    plan = plan_of(found, but=("inputs", "overrides"))
    context = page_context(request, found, "review") | {"is_outdated": False, "unjustified": 0}
    names = stage_names()
    day = asked_past(request, found)
    shares: list[Objective] = []
    listed: list[Problem] = []
    if found.state == Cycle.State.DRAFT:
        rows = briefs(found)
        top = company_row(rows)
        company: Objective | Brief | None = top
        place = rows.index(top) if top else None
        below = [
            row.target for row in rows if row.metric == REVENUE and not row.segment and row.above == place
        ]
        listed = problems(plan, found, rows)
        if context["editable"]:
            context |= _attainability(request, found, rows)
    else:
        shares = rows_on(share_rows(found), day)
        company = company_row(shares)
        below = [row.target for row in shares if company and row.parent_id == company.pk]
    summary = shared_out(integer(company.target), list(map(integer, below))) if company else None
    tree = level_on(objective_tree(found, company), day) if company else TreeLevel([], None)
    cover = format_percent(summary.cover, language(), digits=1) if summary else ""
    addresses = _addresses(request, day)
    context |= {
        "plan": plan,
        "cover_note": _("cover ratio %(ratio)s") % {"ratio": cover},
        "sentence": funnel_sentence(plan.revenue_minor, plan.result, names, context["currency"]),
        "problems": [
            {"text": p.text, "url": _problem_url(request, found, p), "blocks": p.blocks} for p in listed
        ],
        "can_activate": context["editable"]
        and not context["is_outdated"]
        and not any(problem.blocks for problem in listed),
        "company": [_node(request, addresses, company, bool(tree.nodes), tree)] if company else [],
        "summary": summary,
        "wins": whole(plan.result["wins"]) if plan.result.get("wins") else "",
        "activate_url": tenant_url(request, "objectives:activate", cycle=found.pk),
        "delete_url": tenant_url(request, "objectives:cycle_delete", cycle=found.pk),
        "revisions_url": tenant_url(request, "objectives:revisions", cycle=found.pk),
        "people": people_notice(request, found, shares) if day is None else None,
    }
    context |= past_context(found, day)
    return render(request, "objectives/review.html", context)


@tenant_view(Permission.SET_OBJECTIVES)
@require_POST
def activate(request: TenantRequest, cycle: UUID) -> HttpResponse:
    found = cycle_or_404(request, cycle)
    try:
        with transaction.atomic():
            activation.activate(cycle=found, by=Actor.of(request), now=timezone.now())
    except Locked:
        messages.info(request, _("This cycle is active already."))
    except ValidationError:
        # The deals may have changed since the probabilities were stored: the review shows what was refused.
        with suppress(Locked), transaction.atomic():
            calibrations.calibrate(cycle=found, by=Actor.of(request))
        messages.error(request, _("Nothing is locked yet: put right what is listed below."))
    else:
        text = _("%(cycle)s is active: its objectives are locked, and the figures are being computed.")
        messages.success(request, text % {"cycle": found.name})
    return go(request, "objectives:review", cycle=found.pk)


@tenant_view(Permission.VIEW_COMPANY)
@require_safe
def tree(request: TenantRequest, objective: UUID) -> HttpResponse:
    """The children of an objective, as rows of a tree: what opening it fetches."""
    parent = get_object_or_404(Objective.objects.select_related("cycle"), pk=objective)
    text = request.GET.get("skip", "")
    skip = min(int(text), 10**6) if text.isdigit() and len(text) < 8 else 0
    day = asked_past(request, parent.cycle)
    level = level_on(objective_tree(parent.cycle, parent, skip), day)
    addresses = _addresses(request, day)
    context = {
        "nodes": [_node(request, addresses, node, node.has_children) for node in level.nodes],
        "more": _more(addresses, parent, level),
    }
    return render(request, "objectives/tree.html", context)


def _attainability(request: TenantRequest, cycle: Cycle, rows: list[Brief]) -> dict[str, Any]:
    """What the review needs to have the probabilities computed, and one reason written for all out of reach."""
    return {
        "is_outdated": bool(outdated(rows)),
        "unjustified": len(unjustified(rows)),
        "urls": {
            name: tenant_url(request, f"objectives:{name}", cycle=cycle.pk)
            for name in ("calibrate", "justify_all")
        },
        "then": "review",
    }


def _problem_url(request: TenantRequest, cycle: Cycle, problem: Problem) -> str:
    """The very place where it can be put right."""
    if problem.objective is not None:
        url = tenant_url(request, "objectives:objective_edit", objective=problem.objective)
    else:
        url = step_url(request, cycle, problem.step)
    return f"{url}#{problem.anchor}" if problem.anchor else url


@dataclass(frozen=True, slots=True)
class _Addresses:
    """Where the rows of a tree lead to, by the id of the objective; `query` keeps the day that is shown."""

    own: Callable[[UUID], str]
    children: Callable[[UUID], str]
    metrics: str
    day: date | None
    query: str


def _addresses(request: TenantRequest, day: date | None) -> _Addresses:
    return _Addresses(
        own=tenant_urls(request, "objectives:objective", "objective"),
        children=tenant_urls(request, "objectives:tree", "objective"),
        metrics=tenant_url(request, "objectives:metrics"),
        day=day,
        query=query_on(day),
    )


def _node(
    request: TenantRequest,
    to: _Addresses,
    objective: Objective | Brief | TreeNode,
    has_children: bool,
    below: TreeLevel | None = None,
) -> dict[str, Any]:
    """An objective as a row of the tree (tenants.markup.tree)."""
    return {
        "label": owner_text(objective, request.organisation.name),
        "owner": metric_name(objective),
        "value": target_text(objective, request.organisation.currency),
        "definition": f"{to.metrics}#{objective.metric}",
        "url": to.own(objective.pk) + to.query,
        "children_url": to.children(objective.pk) + to.query if has_children else "",
        "children": [_node(request, to, node, node.has_children) for node in below.nodes] if below else [],
        "more": _more(to, objective, below) if below else None,
        "open": bool(below and below.nodes),
    }


def _more(to: _Addresses, parent: Objective | Brief | TreeNode, level: TreeLevel) -> dict[str, str] | None:
    """Where the next rows of a level are: as rows of the tree, and as a page."""
    if level.following is None:
        return None
    query = query_on(to.day, skip=level.following)
    return {
        "rows_url": to.children(parent.pk) + query,
        "page_url": f"{to.own(parent.pk)}{query}#parts",
    }
