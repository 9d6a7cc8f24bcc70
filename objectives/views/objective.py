"""One objective: what it asks for, of whom, in which context, and why, up to the strategy."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from objectives.domain.catalogue import CATALOGUE, Metric
from objectives.domain.context import Context, effective, inherited_from
from objectives.models import Cycle, Objective, Strategy
from objectives.queries import objective_tree, parents_of
from objectives.queries.clarity import clarity_of
from objectives.queries.hands import EVERYTHING, Hands, hands_of
from objectives.queries.strategies import strategy_on
from objectives.queries.tree import TreeNode
from objectives.views.clarity import field_url
from objectives.views.context_fields import said_of
from objectives.views.detail import UNITS
from objectives.views.past import asked_past, level_on, past_context, query_on, rows_on, version_lines
from objectives.views.shared import step_url
from objectives.views.typed import progress_of
from objectives.wording import days_text, language, metric_name, owner_text, target_text, value_text
from objectives.wording_clarity import TO_DO
from objectives.wording_reasons import why_text
from objectives.wording_strategy import ORIENTATIONS
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.formatting import format_number, format_percent
from tenants.views.answers import action, tenant_url, tenant_urls


@tenant_view(Permission.VIEW_OWN)
@require_safe
def objective(request: TenantRequest, objective: UUID) -> HttpResponse:
    """The page of an objective; a manager sees those of the own teams, a salesperson the own."""
    found = objective_or_404(objective)
    hands = hands_of(Actor.of(request), timezone.localdate())
    if not hands.hold(found):
        raise Http404
    day = asked_past(request, found.cycle)
    above = rows_on(parents_of(found), day)
    is_there = bool(rows_on([found], day))
    text = request.GET.get("skip", "")
    skip = min(int(text), 10**6) if text.isdigit() and len(text) < 8 else 0
    level = level_on(objective_tree(found.cycle, found, skip), day)
    to = tenant_urls(request, "objectives:objective", "objective")
    context = (
        head_of(request, found, hands)
        | _facts(request, found)
        | progress_of(request, found, day)
        | past_context(found.cycle, day)
        | {
            "is_there": is_there,
            "versions": version_lines(request, found) if found.state != Objective.State.DRAFT else [],
            "chain": [_named(request, to, row, hands) for row in above],
            "why": _why(found, above),
            "children": [_named(request, to, node, hands) for node in level.nodes],
            "following": f"{to(found.pk)}{query_on(day, skip=level.following)}#parts"
            if level.following
            else "",
            "clarity": _clarity(request, found, above),
            "said": _said(request, found, above),
            "currency": request.organisation.currency,
            "metrics_url": tenant_url(request, "objectives:metrics"),
            "actions": _actions(request, found),
        }
    )
    return render(request, "objectives/objective.html", context)


def objective_or_404(objective: UUID) -> Objective:
    rows = Objective.objects.select_related("cycle", "team", "person", "engagement", "stage")
    found: Objective = get_object_or_404(rows, pk=objective)
    return found


def head_of(request: TenantRequest, found: Objective, hands: Hands = EVERYTHING) -> dict[str, Any]:
    """What every page about one objective begins with. No query."""
    found.cycle.organisation = request.organisation
    owner = owner_text(found, request.organisation.name)
    cycle_url = tenant_url(request, "objectives:review", cycle=found.cycle_id) if hands.everything else ""
    list_url = tenant_url(request, "objectives:cycles") if hands.everything else ""
    return {
        "objective": found,
        "cycle": found.cycle,
        "title": f"{metric_name(found)} · {owner}",
        "eyebrow": f"{found.cycle.name} · {days_text(found.cycle)}",
        "url": tenant_url(request, "objectives:objective", objective=found.pk),
        "breadcrumb": [
            {"label": _("Objectives"), "url": list_url},
            {"label": found.cycle.name, "url": cycle_url},
            {"label": owner, "url": ""},
        ],
    }


def is_editable(request: TenantRequest, found: Objective) -> bool:
    return found.cycle.state == Cycle.State.DRAFT and request.membership.allows(Permission.SET_OBJECTIVES)


def _actions(request: TenantRequest, found: Objective) -> list[dict[str, Any]]:
    here = {"objective": found.pk}
    if found.cycle.state == Cycle.State.ACTIVE and request.membership.allows(Permission.PROPOSE_REVISIONS):
        return [action(_("Propose a revision"), tenant_url(request, "objectives:revise", **here), "edit")]
    if not is_editable(request, found):
        return []
    return [
        action(_("Its context"), tenant_url(request, "objectives:objective_context", **here), "compass"),
        action(_("Change"), tenant_url(request, "objectives:objective_edit", **here), "edit", primary=True),
    ]


def _facts(request: TenantRequest, found: Objective) -> dict[str, Any]:
    """Levels and facts, in words."""
    currency = request.organisation.currency
    metric = CATALOGUE[found.metric]
    levels = [
        {
            "label": label,
            "value": value_text(value, found.metric, currency),
            "is_target": label == _("Target"),
        }
        for label, value in (
            (_("Commitment"), found.commitment),
            (_("Target"), found.target),
            (_("Stretch"), found.stretch),
        )
        if value is not None or label == _("Target")
    ]
    band = found.calibration.get("probability")
    facts = [
        (_("Unit"), str(UNITS[metric.unit])),
        (_("Owner"), str(found.owner or request.organisation.name)),
        (_("Period"), days_text(found.cycle)),
        (_("Stage"), str(found.stage or "")),
        (_("Segment"), found.segment or _("everywhere")),
        (
            _("Importance"),
            "" if found.importance is None else format_percent(found.importance / 100, language()),
        ),
        (_("Priority"), _("%(number)s of 5") % {"number": found.priority}),
        (_("Comes from"), str(found.get_source_display())),
    ]
    return {
        "metric": described(metric),
        "levels": levels,
        "target": target_text(found, currency),
        "probability": format_percent(band, language(), digits=0) if band is not None else "",
        "facts": [{"label": label, "value": value} for label, value in facts if value],
        "is_overridden": found.is_locked and found.computed_target != found.target,
        "computed": value_text(found.computed_target, found.metric, currency),
    }


def _why(found: Objective, above: list[Objective]) -> dict[str, Any]:
    """The end of the chain of reasons: the part of the strategy that it serves, and the strategy. One query."""
    strategy: Strategy | None = found.cycle.strategy or strategy_on(found.cycle.start_on)
    orientation = next((row.orientation for row in (found, *reversed(above)) if row.orientation), "")
    weight = strategy.weights.get(orientation) if strategy else None
    return {
        "words": why_text(found.why),
        "orientation": str(ORIENTATIONS.get(orientation, "")),
        "weight": format_percent(weight / 100, language(), digits=0) if weight else "",
        "strategy": strategy,
    }


def _clarity(request: TenantRequest, found: Objective, above: list[Objective]) -> dict[str, Any]:
    clarity = clarity_of(found, effective(found.context, *contexts_above(found, above)))
    threshold = request.organisation.clarity_threshold
    editable, said_at = is_editable(request, found), step_url(request, found.cycle, "clarity")
    return {
        "score": format_number(clarity.score, language()),
        "is_enough": clarity.is_enough(threshold),
        "missing": [
            {
                "text": str(TO_DO[item]),
                "url": field_url(request, found.cycle, found, item, said_at) if editable else "",
            }
            for item in clarity.missing
        ],
    }


def contexts_above(found: Objective, above: list[Objective]) -> list[Context]:
    """What `found` inherits from, the nearest first. `above`: its parents from the top down."""
    return [cast(Context, row.context) for row in reversed(above)]


def _said(request: TenantRequest, found: Objective, above: list[Objective]) -> list[dict[str, Any]]:
    """The effective context, each field with whom it comes from."""
    chain = [found, *reversed(above)]
    inherited = contexts_above(found, above)
    lines = said_of(effective(found.context, *inherited))
    for line in lines:
        height = inherited_from(line["name"], found.context, *inherited)
        if height:
            source = owner_text(chain[height], request.organisation.name)
            line["note"] = _("said for %(owner)s") % {"owner": source}
    return lines


def _named(
    request: TenantRequest, to: Callable[[UUID], str], row: Objective | TreeNode, hands: Hands
) -> dict[str, Any]:
    return {
        "name": f"{metric_name(row)} · {owner_text(row, request.organisation.name)}",
        "target": target_text(row, request.organisation.currency),
        "url": to(row.pk) if hands.hold_owner(row.team_id, row.person_id) else "",
    }


def described(metric: Metric) -> dict[str, Any]:
    """The definition of a metric in the reader's language."""
    return {
        "key": metric.key,
        "name": metric.name(language()),
        "definition": metric.definition(language()),
        "formula": metric.formula(language()),
    }
