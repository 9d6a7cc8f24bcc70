"""The negotiation of a cycle: who was proposed what, who answered what, and what is not allotted."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from objectives.actions import agreements, negotiations
from objectives.actions.errors import Locked
from objectives.domain.cascade import Infeasible
from objectives.domain.negotiation import Look, Refused
from objectives.forms.negotiation import SendForm
from objectives.models import Cycle
from objectives.queries.negotiations import Line, Standing, carried_by, counts, lines, shares, standing
from objectives.views.shared import cycle_or_404, days_text
from objectives.wording import infeasible_text, owner_text
from objectives.wording_negotiation import (
    LOOKS,
    refusal_text,
    send_text,
    sent_text,
    state_of,
    table_sentence,
    talk_sentence,
)
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.domain.roles import Permission, Role
from tenants.forms.base import errors_in
from tenants.views.answers import form_page, go, page_of, tenant_url


@tenant_view(Permission.VIEW_OWN)
@require_safe
def negotiation(request: TenantRequest, cycle: UUID) -> HttpResponse:
    return _page(request, cycle_or_404(request, cycle))


@tenant_view(Permission.PROPOSE_SHARES)
@require_POST
def send(request: TenantRequest, cycle: UUID) -> HttpResponse:
    """Propose everything that is new or has changed, in one click."""
    found = cycle_or_404(request, cycle)
    form = SendForm(request.POST)
    if form.is_valid():
        try:
            with errors_in(form):
                sent = negotiations.send(
                    cycle=found,
                    by=Actor.of(request),
                    now=timezone.now(),
                    due_on=form.cleaned_data["due_on"],
                )
                messages.success(request, sent_text(sent))
        except Locked:
            return locked(request, found)
    return (
        _page(request, found, form) if form.errors else go(request, "objectives:negotiation", cycle=found.pk)
    )


@tenant_view(Permission.PROPOSE_SHARES)
@require_POST
def rebalance(request: TenantRequest, cycle: UUID, objective: UUID) -> HttpResponse:
    """Share what is not allotted under an owner among those who have not agreed yet."""
    found = cycle_or_404(request, cycle)
    level = get_object_or_404(shares().filter(cycle=found), pk=objective)
    if not reader_of(request).sees(level):
        raise Http404
    try:
        agreements.rebalance(cycle=found, level=level, by=Actor.of(request))
        messages.success(request, _("Re-balanced: propose what has changed."))
    except Locked:
        return locked(request, found)
    except Refused as refused:
        messages.error(request, refusal_text(refused.refusal))
    except Infeasible as error:
        messages.error(request, infeasible_text(error, request.organisation.currency))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return go(request, "objectives:negotiation", cycle=found.pk)


@tenant_view(Permission.VIEW_OWN)
@require_safe
def mine(request: TenantRequest) -> HttpResponse:
    """Everything that was ever proposed to the reader, and what came of it."""
    today = timezone.localdate()
    found = carried_by(request.membership.id)
    waiting = sum(line.look in (Look.WAITING, Look.OUTDATED) and _is_draft(line) for line in found)
    context = {
        "talks": [talk_card(request, line, today) for line in found],
        "sentence": _("An answer of yours is awaited.") if waiting else _("No answer of yours is awaited."),
    }
    return render(request, "objectives/negotiation_mine.html", context)


def reader_of(request: TenantRequest) -> Standing:
    """Where the reader stands. One query at most."""
    return standing(request.membership.id, Role(request.membership.role))


def locked(request: TenantRequest, cycle: Cycle) -> HttpResponse:
    messages.error(request, _("This cycle is active: its shares are locked."))
    return go(request, "objectives:negotiation", cycle=cycle.pk)


def talk_card(request: TenantRequest, line: Line, today: date) -> dict[str, Any]:
    """A talk in a sentence, with its link, for its owner and for others."""
    row = line.objective
    is_me = row.person is not None and row.person.membership_id == request.membership.id
    return {
        "cycle": row.cycle.name,
        "owner": "" if is_me else owner_text(row, request.organisation.name),
        "sentence": talk_sentence(
            line,
            owner_text(row, request.organisation.name),
            request.organisation.currency,
            is_me=is_me,
            today=today,
        ),
        "state": state_of(line),
        "waits": _is_draft(line) and line.look == Look.WAITING,
        "url": tenant_url(request, "objectives:talk", objective=row.pk),
    }


def _is_draft(line: Line) -> bool:
    return bool(line.objective.cycle.state == Cycle.State.DRAFT)


def _page(request: TenantRequest, cycle: Cycle, form: SendForm | None = None) -> HttpResponse:
    reader, today = reader_of(request), timezone.localdate()
    is_draft = cycle.state == Cycle.State.DRAFT
    found = lines(cycle, reader)
    number = counts(found)
    shown = request.GET.get("show", "")
    chosen = [line for line in found if not shown or (line.look == shown and not line.is_company)]
    page = page_of(request, chosen)
    to_send = [
        line
        for line in found
        if line.look in negotiations.TO_SEND and line.share is not None and not line.is_company
        and reader.is_above(line.objective)
    ]  # fmt: skip
    may_send = is_draft and request.membership.allows(Permission.PROPOSE_SHARES)
    due_on = cycle.answers_due_on
    rest = sum(line.rest for line in found if line.rest is not None)
    context: dict[str, Any] = {
        "cycle": cycle,
        "eyebrow": f"{cycle.name} · {days_text(cycle)}",
        "sentence": table_sentence(number, rest, request.organisation.currency),
        "breadcrumb": _breadcrumb(request, cycle),
        "rows": [_row(request, line, reader, today, is_draft=is_draft) for line in page],
        "page": page,
        "tabs": _tabs(number, shown),
        "form": form or SendForm(initial={"due_on": due_on}, needs_day=due_on is None),
        "may_send": may_send,
        "may_set_day": may_send and (reader.directs or due_on is None or due_on < today),
        "send_label": send_text(len(to_send)) if to_send else "",
        "due_on": due_on,
        "is_over": due_on is not None and due_on < today,
        "currency": request.organisation.currency,
        "metrics_url": tenant_url(request, "objectives:metrics"),
        "cascade_url": tenant_url(request, "objectives:cascade", cycle=cycle.pk) if reader.directs else "",
    }
    return form_page(request, "objectives/negotiation.html", context, context["form"])


def _row(
    request: TenantRequest, line: Line, reader: Standing, today: date, *, is_draft: bool
) -> dict[str, Any]:
    row = line.objective
    sees_draft = reader.reads_all or reader.is_above(row)
    shares_rest = is_draft and bool(line.rest) and (reader.directs or row.team_id in reader.teams)
    return {
        "line": line,
        "name": owner_text(row, request.organisation.name),
        "state": state_of(line),
        "is_late": is_draft and line.is_late(today),
        # What is not proposed yet is not for its owner to see.
        "share": line.share if sees_draft else None,
        "url": tenant_url(request, "objectives:talk", objective=row.pk)
        if not line.is_company and (sees_draft or line.negotiation is not None)
        else "",
        "rebalance_url": tenant_url(
            request, "objectives:negotiation_rebalance", cycle=row.cycle_id, objective=row.pk
        )
        if shares_rest and request.membership.allows(Permission.PROPOSE_SHARES)
        else "",
    }


def _tabs(number: dict[Look, int], shown: str) -> list[dict[str, Any]]:
    """The states that some share is in, with how many."""
    everything = {"label": _("All"), "url": "?", "active": not shown, "count": sum(number.values())}
    return [
        everything,
        *(
            {"label": LOOKS[one], "url": f"?show={one.value}", "active": shown == one, "count": count}
            for one, count in number.items()
            if count or shown == one
        ),
    ]


def _breadcrumb(request: TenantRequest, cycle: Cycle) -> list[dict[str, str]]:
    here = {"label": _("Proposals"), "url": ""}
    if not request.membership.allows(Permission.VIEW_COMPANY):
        return [{"label": _("My proposals"), "url": tenant_url(request, "objectives:talks")}, here]
    return [
        {"label": _("Objectives"), "url": tenant_url(request, "objectives:cycles")},
        {"label": cycle.name, "url": tenant_url(request, "objectives:cycle", cycle=cycle.pk)},
        here,
    ]
