"""Step 4: everything once more, then the lock. After it, the cycle as it was promised."""

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

from objectives.actions import activation
from objectives.actions.errors import Locked
from objectives.models import Cycle, Objective
from objectives.queries import objective_tree
from objectives.queries.review import problems
from objectives.queries.stages import stage_names
from objectives.queries.tree import TreeNode, cascade_rows, revenue_rows
from objectives.views.funnel_table import funnel_table
from objectives.views.shared import cycle_or_404, page_context, plan_of, step_url
from objectives.wording import funnel_sentence, language, metric_name, owner_text, target_text
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.formatting import format_percent
from tenants.views.answers import go, tenant_url


@tenant_view(Permission.VIEW_COMPANY)
@require_safe
def review(request: TenantRequest, cycle: UUID) -> HttpResponse:
    found = cycle_or_404(cycle)
    plan = plan_of(found)
    context = page_context(request, found, "review")
    shares = revenue_rows(found)
    names = stage_names()
    listed = problems(plan, found, shares) if found.state == Cycle.State.DRAFT else []
    company = next((row for row in shares if row.parent_id is None), None)
    tree = objective_tree(found, company) if company else []
    summary = next(iter(cascade_rows(shares, [])), None)
    cover = format_percent(summary.cover, language(), digits=1) if summary else ""
    context |= {
        "plan": plan,
        "cover_note": _("cover ratio %(ratio)s") % {"ratio": cover},
        "sentence": funnel_sentence(plan.revenue_minor, plan.result, names, context["currency"]),
        "problems": [
            {"text": p.text, "url": step_url(request, found, p.step), "blocks": p.blocks} for p in listed
        ],
        "can_activate": context["editable"] and not any(problem.blocks for problem in listed),
        "company": _node(request, TreeNode(company, bool(tree)), tree) if company else None,
        "summary": summary,
        "activate_url": tenant_url(request, "objectives:activate", cycle=found.pk),
        "delete_url": tenant_url(request, "objectives:cycle_delete", cycle=found.pk),
    }
    if plan.result and plan.inputs:
        context |= funnel_table(request, plan, names, {}, editable=False)
    return render(request, "objectives/review.html", context)


@tenant_view(Permission.SET_OBJECTIVES)
@require_POST
def activate(request: TenantRequest, cycle: UUID) -> HttpResponse:
    found = cycle_or_404(cycle)
    try:
        with transaction.atomic():
            activation.activate(cycle=found, by=Actor.of(request), now=timezone.now())
    except Locked:
        messages.info(request, _("This cycle is active already."))
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
    else:
        text = _("%(cycle)s is active: its objectives are locked, and the figures are being computed.")
        messages.success(request, text % {"cycle": found.name})
    return go(request, "objectives:review", cycle=found.pk)


@tenant_view(Permission.VIEW_COMPANY)
@require_safe
def tree(request: TenantRequest, objective: UUID) -> HttpResponse:
    """The children of an objective, as rows of a tree: what opening it fetches."""
    parent = get_object_or_404(Objective.objects.select_related("cycle"), pk=objective)
    nodes = [_node(request, node, []) for node in objective_tree(parent.cycle, parent)]
    return render(request, "objectives/tree.html", {"nodes": nodes, "parent_url": _url(request, parent)})


def _node(request: TenantRequest, node: TreeNode, children: list[TreeNode]) -> dict[str, Any]:
    """An objective for _components/tree_row.html."""
    objective = node.objective
    return {
        "label": owner_text(objective, request.organisation.name),
        "owner": metric_name(objective),
        "value": target_text(objective, request.organisation.currency),
        "url": _url(request, objective),
        "children_url": tenant_url(request, "objectives:tree", objective=objective.pk)
        if node.has_children
        else "",
        "children": [_node(request, child, []) for child in children],
        "open": bool(children),
    }


def _url(request: TenantRequest, objective: Objective) -> str:
    return tenant_url(request, "objectives:objective", objective=objective.pk)
