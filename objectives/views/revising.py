"""Proposing a revision: of one objective, or of the shares after people joined, left or moved. Looked at first."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from objectives.actions import revisions
from objectives.domain.catalogue import CATALOGUE
from objectives.forms.objective import level_text
from objectives.forms.revisions import STAYS, ReasonForm, RevisionForm, shares_in
from objectives.models import Cycle, Objective, Revision
from objectives.queries.changes import Proposal, proposal
from objectives.queries.effects import Document, digest
from objectives.queries.hands import EVERYTHING, Hands
from objectives.queries.revisions import effect_of
from objectives.views.revisions import effect_context, frame, hands_now
from objectives.views.shared import CONFLICT, cycle_or_404
from objectives.wording import metric_name, owner_text, target_text
from objectives.wording_revisions import staffing_text
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.views.answers import INVALID, go, tenant_url


@tenant_view(Permission.VIEW_OWN)
@require_http_methods(["GET", "HEAD", "POST"])
def revise(request: TenantRequest, objective: UUID) -> HttpResponse:
    """The reason and the new target, then the effect, then the proposal."""
    found, hands = _objective_or_404(request, objective)
    if not request.membership.allows(Permission.PROPOSE_REVISIONS) and request.method == "POST":
        raise PermissionDenied(Permission.PROPOSE_REVISIONS)
    if found.cycle.state != Cycle.State.ACTIVE or found.state != Objective.State.ACTIVE:
        messages.info(request, _("Only the objectives of an active cycle are revised."))
        return go(request, "objectives:revisions", cycle=found.cycle_id)
    form = _form(request, found)
    if form.is_behind:
        return _to_the_levers(request, found)
    shown: Document | None = None
    if form.is_valid():
        with shares_in(form):
            shown, _wanted = effect_of(objective=found, **form.asked())
    overtaken = False
    if shown is not None and not form.errors and request.POST.get("step") == "propose":
        made = _proposed(request, found, form)
        if made is not None:
            return _to(request, made)
        overtaken = not form.errors
    return _form_page(request, found, hands, form, shown, overtaken=overtaken)


@tenant_view(Permission.SET_OBJECTIVES)
@require_http_methods(["GET", "HEAD", "POST"])
def reshare(request: TenantRequest, cycle: UUID) -> HttpResponse:
    """The shares with who is there from a day on: nothing changes before the proposal is approved."""
    found = cycle_or_404(request, cycle)
    form = ReasonForm(
        request.POST or None,
        initial={"effective_on": _today_in(found)},
        currency=request.organisation.currency,
    )
    form.is_valid()
    day = getattr(form, "cleaned_data", {}).get("effective_on", _today_in(found))
    proposed = proposal(found, day)
    if form.is_valid() and proposed is None:
        messages.info(request, _("Everybody who is there has a share, and nobody has left."))
        return go(request, "objectives:revisions", cycle=found.pk)
    overtaken = False
    if form.is_valid() and proposed is not None and request.POST.get("step") == "propose":
        try:
            with shares_in(form):
                made = revisions.propose_people(
                    cycle=found, **form.cleaned_data, by=Actor.of(request), now=timezone.now()
                )
        except revisions.Moved:
            overtaken = True
        else:
            if not form.errors:
                return _to(request, made)
    return _reshare_page(request, found, form, proposed, overtaken=overtaken)


def _objective_or_404(request: TenantRequest, objective: UUID) -> tuple[Objective, Hands]:
    rows = Objective.objects.select_related("cycle__organisation", "team", "person", "engagement", "stage")
    found: Objective = get_object_or_404(rows, pk=objective)
    hands = hands_now(request)
    if not hands.hold(found):
        raise Http404
    return found, hands


def _form(request: TenantRequest, found: Objective) -> RevisionForm:
    adds_up = CATALOGUE[found.metric].is_shared_out
    return RevisionForm(
        request.POST or None,
        initial=_initial(request, found),
        currency=request.organisation.currency,
        metric=found.metric,
        can_share=adds_up and found.person_id is None,
        can_move=adds_up and found.parent_id is not None,
    )


def _initial(request: TenantRequest, found: Objective) -> dict[str, Any]:
    """Empty but for the day; or, after another change, what an earlier proposal asked for (?again=…)."""
    initial: dict[str, Any] = {"effective_on": _today_in(found.cycle), "above": STAYS}
    earlier = _earlier(request, found)
    if earlier is not None:
        initial |= {"kind": earlier.kind, "text": earlier.text}
        change = earlier.changes.filter(objective=found).first()
        if change is not None:
            initial["target"] = level_text(
                change.after, CATALOGUE[found.metric], request.organisation.currency
            )
    return initial


def _earlier(request: TenantRequest, found: Objective) -> Revision | None:
    try:
        key = UUID(request.GET.get("again", ""))
    except ValueError:
        return None
    earlier: Revision | None = Revision.objects.filter(pk=key, cycle=found.cycle_id).first()
    return earlier


def _proposed(request: TenantRequest, found: Objective, form: RevisionForm) -> Revision | None:
    """The proposal; None when the form was refused or the effect is another one by now."""
    data = form.cleaned_data
    try:
        with shares_in(form):
            return revisions.propose(
                objective=found,
                **form.asked(),
                kind=data["kind"],
                text=data["text"],
                seen=data["seen"],
                by=Actor.of(request),
                now=timezone.now(),
            )
    except revisions.Moved:
        pass
    return None


def _to(request: TenantRequest, made: Revision) -> HttpResponseRedirect:
    messages.success(request, _("The revision is proposed. Nothing changes before it is approved."))
    return go(request, "objectives:revision", revision=made.pk)


def _to_the_levers(request: TenantRequest, found: Objective) -> HttpResponseRedirect:
    """Being behind is no reason to change what was promised: the page of the gap, in the scope of the objective."""
    messages.info(
        request,
        _(
            "Being behind is no reason to change the target: adjust the levers, not the ambition. "
            "This is where the gap comes from."
        ),
    )
    query = {"cycle": str(found.cycle_id)}
    if found.team_id:
        query |= {"team": str(found.team_id)}
    elif found.person_id:
        query |= {"person": str(found.person_id)}
    page = _levers_page(request) if request.membership.allows(Permission.VIEW_TEAM) else "reporting:rep"
    return HttpResponseRedirect(f"{tenant_url(request, page)}?{urlencode(query)}")


def _levers_page(request: TenantRequest) -> str:
    """Where the gap is shared out to levers, else where they are moved."""
    try:
        tenant_url(request, "reporting:levers")
    except NoReverseMatch:
        return "reporting:what_if"
    return "reporting:levers"


def _form_page(
    request: TenantRequest,
    found: Objective,
    hands: Hands,
    form: RevisionForm,
    shown: Document | None,
    *,
    overtaken: bool,
) -> HttpResponse:
    currency = request.organisation.currency
    owner = owner_text(found, request.organisation.name)
    context = frame(request, found.cycle, hands, _("Propose a revision"))
    context["breadcrumb"].insert(2, {"label": _("Revisions"), "url": context["revisions_url"]})
    context |= {
        "form": form,
        "sentence": _("%(owner)s, %(metric)s: %(target)s today.")
        % {"owner": owner, "metric": metric_name(found), "target": target_text(found, currency)},
        "may_propose": request.membership.allows(Permission.PROPOSE_REVISIONS),
        "cancel_url": tenant_url(request, "objectives:objective", objective=found.pk),
    }
    shown = None if form.errors else shown
    return _shown(request, "objectives/revise.html", context, form, shown, hands, overtaken=overtaken)


def _reshare_page(
    request: TenantRequest, found: Cycle, form: ReasonForm, proposed: Proposal | None, *, overtaken: bool
) -> HttpResponse:
    context = frame(request, found, EVERYTHING, _("Joiners, leavers, movers"))
    context["breadcrumb"].insert(2, {"label": _("Revisions"), "url": context["revisions_url"]})
    context |= {
        "form": form,
        "sentence": f"{staffing_text(proposed.staffing)}."
        if proposed
        else _("Everybody who is there has a share, and nobody has left."),
        "proposed": proposed,
        "cancel_url": context["revisions_url"],
    }
    # Whoever forgot the reason goes on from the effect of the same day.
    shown = proposed.shown if proposed and form.errors.keys() <= {"text"} else None
    return _shown(request, "objectives/reshare.html", context, form, shown, EVERYTHING, overtaken=overtaken)


def _shown(
    request: TenantRequest,
    template: str,
    context: dict[str, Any],
    form: ReasonForm,
    shown: Document | None,
    hands: Hands,
    *,
    overtaken: bool,
) -> HttpResponse:
    if shown is not None:
        context |= effect_context(request, shown, hands, request.organisation.currency)
        # Also over what was posted: what is proposed is what is shown now.
        context["seen"] = digest(shown)
    context["overtaken"] = overtaken
    status = INVALID if form.is_bound and form.errors else CONFLICT if overtaken else 200
    return render(request, template, context, status=status)


def _today_in(cycle: Cycle) -> date:
    return min(max(timezone.localdate(), cycle.start_on), cycle.end_on - timedelta(days=1))
