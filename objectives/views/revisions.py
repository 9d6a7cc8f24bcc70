"""The revisions of a cycle, and one of them: what happened, what it changes, and the decision."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from objectives.actions import revisions
from objectives.actions.errors import StaleVersion
from objectives.forms.revisions import DecisionForm
from objectives.models import Cycle, Objective, Revision
from objectives.queries.hands import Hands, hands_of
from objectives.queries.revisions import Stale, own_objectives, revisions_of, stale_changes, touches
from objectives.queries.staffing import staffing
from objectives.views.shared import CONFLICT, cycle_or_404, days_text
from objectives.wording import language, metric_name, owner_text, target_text
from objectives.wording_revisions import (
    asked_sentence,
    effect_rows,
    kind_text,
    not_allotted_text,
    path_table,
    staffing_text,
    state_of,
    who_below,
)
from tenants import queries as tenant_queries
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.formatting import format_day
from tenants.forms.base import errors_in
from tenants.views.answers import INVALID, go, page_of, tenant_url


@tenant_view(Permission.VIEW_OWN)
@require_safe
def revision_list(request: TenantRequest, cycle: UUID) -> HttpResponse:
    """To be decided first, then the latest."""
    found = cycle_or_404(request, cycle)
    hands = hands_now(request)
    page = page_of(request, revisions_of(found, hands))
    names = _names(request, *(row.proposed_by for row in page.object_list))
    waiting = [row for row in page.object_list if row.state == Revision.State.PROPOSED]
    may_propose = found.state == Cycle.State.ACTIVE and request.membership.allows(
        Permission.PROPOSE_REVISIONS
    )
    context = {
        **frame(request, found, hands, _("Revisions")),
        "sentence": _sentence(len(waiting), bool(page.object_list)),
        "page": page,
        "lines": [_line(request, row, names) for row in page.object_list],
        "own": _own(request, found, hands) if may_propose else [],
        "people": people_notice(request, found),
    }
    return render(request, "objectives/revisions.html", context)


@tenant_view(Permission.VIEW_OWN)
@require_safe
def revision(request: TenantRequest, revision: UUID) -> HttpResponse:
    found, hands = _revision_or_404(request, revision)
    return _page(request, found, hands)


@tenant_view(Permission.SET_OBJECTIVES)
@require_POST
def revision_approve(request: TenantRequest, revision: UUID) -> HttpResponse:
    found, hands = _revision_or_404(request, revision)
    form = DecisionForm(request.POST, name="approve")

    def act() -> None:
        by, now = Actor.of(request), timezone.now()
        revisions.approve(revision=found, text=form.cleaned_data["text"], by=by, now=now)

    done = _("The revision is approved: the targets are changed, and the figures are being computed.")
    return _decide(request, found, hands, "approve", form, act, done)


@tenant_view(Permission.SET_OBJECTIVES)
@require_POST
def revision_refuse(request: TenantRequest, revision: UUID) -> HttpResponse:
    found, hands = _revision_or_404(request, revision)
    form = DecisionForm(request.POST, name="refuse", required=True)

    def act() -> None:
        by, now = Actor.of(request), timezone.now()
        revisions.refuse(revision=found, text=form.cleaned_data["text"], by=by, now=now)

    return _decide(request, found, hands, "refuse", form, act, _("The revision is refused."))


@tenant_view(Permission.PROPOSE_REVISIONS)
@require_POST
def revision_withdraw(request: TenantRequest, revision: UUID) -> HttpResponse:
    found, hands = _revision_or_404(request, revision)
    form = DecisionForm(request.POST, name="withdraw")
    if found.proposed_by != request.membership.id:
        messages.error(request, _("Only who proposed it takes it back."))
        return go(request, "objectives:revision", revision=found.pk)

    def act() -> None:
        revisions.withdraw(revision=found, by=Actor.of(request), now=timezone.now())

    return _decide(request, found, hands, "withdraw", form, act, _("The proposal is withdrawn."))


def hands_now(request: TenantRequest) -> Hands:
    return hands_of(Actor.of(request), timezone.localdate())


def frame(request: TenantRequest, cycle: Cycle, hands: Hands, title: str) -> dict[str, Any]:
    """What every page of revisions begins with. No query."""
    list_url = tenant_url(request, "objectives:cycles") if hands.everything else ""
    cycle_url = tenant_url(request, "objectives:review", cycle=cycle.pk) if hands.everything else ""
    return {
        "cycle": cycle,
        "title": title,
        "currency": request.organisation.currency,
        "eyebrow": f"{cycle.name} · {days_text(cycle)}",
        "revisions_url": tenant_url(request, "objectives:revisions", cycle=cycle.pk),
        "breadcrumb": [
            {"label": _("Objectives"), "url": list_url},
            {"label": cycle.name, "url": cycle_url},
            {"label": title, "url": ""},
        ],
    }


def people_notice(
    request: TenantRequest, cycle: Cycle, shares: list[Objective] | None = None
) -> dict[str, str] | None:
    """For who sets objectives: who joined, left or moved, and the proposal. Five queries at most.

    `shares`: the revenue objectives, read when they are not given.
    """
    if not request.membership.allows(Permission.SET_OBJECTIVES):
        return None
    text = staffing_text(staffing(cycle, timezone.localdate(), shares))
    return {"text": text, "url": tenant_url(request, "objectives:reshare", cycle=cycle.pk)} if text else None


def effect_context(request: TenantRequest, document: Any, hands: Hands, currency: str) -> dict[str, Any]:
    """The table of the effect and the path, for objectives/_revision_effect.html. No query."""
    company = request.organisation.name
    rows, hidden = effect_rows(document.get("rows") or [], hands, company, currency)
    page = page_of(request, rows)
    for row in page.object_list:
        row["url"] = (
            tenant_url(request, "objectives:objective", objective=row["objective"])
            if row["objective"]
            else ""
        )
    return {
        "effect": page,
        "hidden_rows": hidden,
        "path": path_table(document, company, currency) if not hidden else None,
        "not_allotted": not_allotted_text(document, currency),
        "has_mismatch": any(row["mismatch_before"] or row["mismatch_after"] for row in rows),
    }


def _revision_or_404(request: TenantRequest, revision: UUID) -> tuple[Revision, Hands]:
    found: Revision = get_object_or_404(Revision.objects.select_related("cycle__organisation"), pk=revision)
    hands = hands_now(request)
    if found.proposed_by != request.membership.id and not touches(found, hands):
        raise Http404
    return found, hands


def _decide(
    request: TenantRequest,
    found: Revision,
    hands: Hands,
    name: str,
    form: DecisionForm,
    act: Callable[[], None],
    done: str,
) -> HttpResponse:
    """Run a decision; what it refuses is shown on the page, where what was typed stays."""
    if not form.is_valid():
        return _page(request, found, hands, refused={name: form}, status=INVALID)
    try:
        with errors_in(form):
            act()
    except revisions.Decided:
        messages.info(request, _("This revision was decided meanwhile."))
        return go(request, "objectives:revision", revision=found.pk)
    except StaleVersion:
        return _page(request, found, hands, refused={name: form}, status=CONFLICT)
    if form.errors:
        return _page(request, found, hands, refused={name: form}, status=INVALID)
    messages.success(request, done)
    return go(request, "objectives:revision", revision=found.pk)


def _page(
    request: TenantRequest,
    found: Revision,
    hands: Hands,
    refused: dict[str, DecisionForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    company, currency = request.organisation.name, request.organisation.currency
    stale = stale_changes(found)
    names = _names(request, found.proposed_by, found.decided_by)
    is_open = found.state == Revision.State.PROPOSED and found.cycle.state == Cycle.State.ACTIVE
    decides = is_open and request.membership.allows(Permission.SET_OBJECTIVES)
    here = {"revision": found.pk}
    context = frame(request, found.cycle, hands, who_below(found.preview, company))
    context["breadcrumb"].insert(2, {"label": _("Revisions"), "url": context["revisions_url"]})
    context |= effect_context(request, found.preview, hands, currency) | {
        "revision": found,
        "kind": kind_text(found),
        "state": state_of(found),
        "sentence": asked_sentence(found.preview, company, found.effective_on, currency),
        "proposed_by": _who(names, found.proposed_by),
        "decided_by": _who(names, found.decided_by),
        "stale": [_stale_text(one, company, currency) for one in stale],
        "again_url": _again_url(request, found) if stale else "",
        "decides": decides,
        "approve_form": (refused or {}).get("approve") or DecisionForm(name="approve"),
        "refuse_form": (refused or {}).get("refuse") or DecisionForm(name="refuse", required=True),
        "approve_url": tenant_url(request, "objectives:revision_approve", **here),
        "refuse_url": tenant_url(request, "objectives:revision_refuse", **here),
        "withdraw_url": tenant_url(request, "objectives:revision_withdraw", **here)
        if is_open and found.proposed_by == request.membership.id
        else "",
    }
    return render(request, "objectives/revision.html", context, status=status)


def _again_url(request: TenantRequest, found: Revision) -> str:
    """The form with what was asked, on the tree of now."""
    asked = found.preview.get("asked") or {}
    if asked.get("people"):
        return tenant_url(request, "objectives:reshare", cycle=found.cycle_id)
    if not asked.get("objective"):
        return ""
    url = tenant_url(request, "objectives:revise", objective=asked["objective"])
    return f"{url}?again={found.pk}"


def _stale_text(stale: Stale, company: str, currency: str) -> str:
    current = stale.current
    assert current is not None
    words = {
        "what": f"{owner_text(current, company)}, {metric_name(current)}",
        "before": target_text(Objective(metric=current.metric, target=stale.change.before), currency),
        "now": target_text(current, currency),
    }
    return _("%(what)s: proposed from %(before)s, and it is %(now)s by now.") % words


def _sentence(waiting: int, some: bool) -> str:
    if waiting:
        return _("What waits for a decision comes first. Until then, every objective stays as it is.")
    return "" if some else _("No target of this cycle has been changed, and nobody has asked for it.")


def _names(request: TenantRequest, *members: UUID | None) -> dict[UUID, str]:
    known = {member for member in members if member is not None}
    return tenant_queries.member_names(request.organisation.id, known)


def _who(names: dict[UUID, str], member: UUID | None) -> str:
    return names.get(member, _("somebody")) if member is not None else _("somebody")


def _line(request: TenantRequest, row: Revision, names: dict[UUID, str]) -> dict[str, Any]:
    return {
        "url": tenant_url(request, "objectives:revision", revision=row.pk),
        "what": who_below(row.preview, request.organisation.name),
        "sentence": asked_sentence(
            row.preview, request.organisation.name, row.effective_on, request.organisation.currency
        ),
        "kind": kind_text(row),
        "who": _who(names, row.proposed_by),
        "day": format_day(timezone.localtime(row.proposed_at).date(), language()),
        "state": state_of(row),
    }


def _own(request: TenantRequest, cycle: Cycle, hands: Hands) -> list[dict[str, Any]]:
    """What may be proposed for by who does not open the whole tree; who does begins at an objective's page."""
    if hands.everything:
        return []
    return [
        {
            "name": f"{owner_text(row, request.organisation.name)} · {metric_name(row)}",
            "target": target_text(row, request.organisation.currency),
            "url": tenant_url(request, "objectives:revise", objective=row.pk),
        }
        for row in own_objectives(cycle, hands)
    ]
