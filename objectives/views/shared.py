"""What the pages of the guided setting share: the cycle, the steps, the way to the next one, who changed what."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from objectives.actions.errors import StaleVersion
from objectives.forms import VersionedForm
from objectives.models import Cycle, DraftStep, Objective, Plan
from objectives.wording import days_text as days_text
from objectives.wording import language
from tenants import queries as tenant_queries
from tenants.access import TenantRequest
from tenants.domain.roles import Permission
from tenants.formatting import format_moment, format_money
from tenants.reading import one_of
from tenants.views.answers import INVALID, go, tenant_url
from tenants.wording import verb_label

CONFLICT = 409
STEPS: dict[str, Promise] = {
    "strategy": gettext_lazy("Strategy"),
    "ambition": gettext_lazy("Ambition"),
    "funnel": gettext_lazy("Reverse funnel"),
    "cascade": gettext_lazy("Cascade"),
    "profiles": gettext_lazy("Profiles"),
    "clarity": gettext_lazy("Clarity"),
    "calibration": gettext_lazy("Calibration"),
    "review": gettext_lazy("Review"),
}


def cycle_or_404(request: TenantRequest, cycle: UUID) -> Cycle:
    found = one_of(Cycle, "AND t.id = %(cycle)s", cycle=cycle)
    if found is None:
        raise Http404("cycle")
    found.organisation = request.organisation
    return found


def share_or_404(cycle: Cycle, objective: UUID) -> Objective:
    """A revenue share of this cycle below the company's."""
    found: Objective = get_object_or_404(
        Objective, pk=objective, cycle=cycle, metric="revenue_won", segment=""
    )
    if found.parent_id is None:
        raise Http404
    return found


def plan_of(cycle: Cycle, *, but: tuple[str, ...] = ()) -> Plan:
    """The plan, or an empty one that is not saved: looking at a page writes nothing. `but`: what is not read of it."""
    plan = one_of(Plan, "AND t.cycle_id = %(cycle)s", but=but, cycle=cycle.pk) or Plan(cycle=cycle)
    plan.cycle = cycle
    return plan


def page_context(request: TenantRequest, cycle: Cycle, step: str) -> dict[str, Any]:
    """What every step's template needs. One query for who may change the draft (what can be undone), else none."""
    is_draft = cycle.state == Cycle.State.DRAFT
    editable = is_draft and request.membership.allows(Permission.SET_OBJECTIVES)
    steps = _steps(request, cycle, step, is_draft=is_draft)
    here = next(index for index, one in enumerate(steps) if one["name"] == step)
    return {
        "cycle": cycle,
        "step": step,
        "currency": request.organisation.currency,
        "editable": editable,
        "is_locked": not is_draft,
        "steps": steps,
        "previous_step": steps[here - 1] if here else None,
        "next_step": steps[here + 1] if here + 1 < len(steps) else None,
        "undo": _undo(request, cycle) if editable else None,
        "undo_url": tenant_url(request, "objectives:undo", cycle=cycle.pk),
        "breadcrumb": [
            {"label": _("Objectives"), "url": tenant_url(request, "objectives:cycles")},
            {"label": cycle.name, "url": ""},
        ],
        "eyebrow": f"{cycle.name} · {days_text(cycle)}",
        "metrics_url": tenant_url(request, "objectives:metrics"),
    }


def step_url(request: TenantRequest, cycle: Cycle, step: str) -> str:
    return tenant_url(request, f"objectives:{step}", cycle=cycle.pk)


def answer(
    request: TenantRequest, template: str, partial: str, context: dict[str, Any], *forms: VersionedForm
) -> HttpResponse:
    """The page, or for htmx its part; said to be invalid or in conflict when a form is, so that nothing is kept."""
    status = 200
    if any(form.is_bound and form.errors for form in forms):
        status = INVALID
    if any(form.stale for form in forms):
        status = CONFLICT
    wanted = f"{template}#{partial}" if request.htmx else template
    return render(request, wanted, context, status=status)


def stale_text(request: TenantRequest, stale: StaleVersion, now: str) -> str:
    """Who changed it meanwhile, and what it is now (`now`, already written)."""
    words = {
        "who": who_text(request, stale.by),
        "when": format_moment(timezone.localtime(stale.at), language(), "clock") if stale.at else "",
        "now": now,
    }
    text = _(
        "Changed meanwhile by %(who)s at %(when)s: it is now %(now)s. What you typed is kept below; "
        "save again to put it in place."
    )
    return text % words


def money_now(minor: Any, currency: str) -> str:
    return format_money(minor, currency, language())


def go_on(request: TenantRequest, cycle: Cycle, step: str) -> HttpResponseRedirect:
    """To the step after `step`: what "Save and continue" does."""
    known = list(STEPS)
    return go(request, f"objectives:{known[known.index(step) + 1]}", cycle=cycle.pk)


def first_step() -> str:
    return next(iter(STEPS))


def who_text(request: TenantRequest, member: UUID | None) -> str:
    """The name of a member; no query for the reader's own."""
    if member == request.membership.id:
        return str(request.user)
    found = tenant_queries.membership(request.organisation.id, member) if member else None
    return str(found.user) if found else _("somebody")


def _undo(request: TenantRequest, cycle: Cycle) -> dict[str, Any] | None:
    """The last change of the draft, named, and by whom."""
    last = one_of(
        DraftStep, "AND t.cycle_id = %(cycle)s ORDER BY t.number DESC", but=("before",), cycle=cycle.pk
    )
    if last is None:
        return None
    return {
        "id": last.pk,
        "what": verb_label(last.verb),
        "who": who_text(request, last.actor_id),
        "when": format_moment(timezone.localtime(last.at), language(), "clock"),
    }


def _steps(request: TenantRequest, cycle: Cycle, current: str, *, is_draft: bool) -> list[dict[str, str]]:
    here = list(STEPS).index(current)
    return [
        {
            "name": name,
            "label": _("Review and activate") if name == "review" and is_draft else str(label),
            "url": step_url(request, cycle, name),
            "state": "current" if name == current else "done" if index < here or not is_draft else "todo",
        }
        for index, (name, label) in enumerate(STEPS.items())
    ]
