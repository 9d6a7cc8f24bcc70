"""One share: what was proposed and why, what both sides said, and what can be said now."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from objectives.actions import negotiations
from objectives.actions.errors import Locked
from objectives.domain.negotiation import Act, Refused, Side, possible
from objectives.forms import VersionedForm, refusals_in
from objectives.forms.negotiation import CounterForm, RefuseForm, SendForm, WordForm
from objectives.models import Cycle, Negotiation
from objectives.queries.negotiation_reasons import reasons
from objectives.queries.negotiations import Line, Standing, login_of, said, shares
from objectives.views.negotiations import locked, reader_of
from objectives.views.shared import CONFLICT, days_text
from objectives.wording import language, owner_text
from objectives.wording_negotiation import (
    FIELD_OF,
    reason_facts,
    refusal_text,
    stale_talk_text,
    state_of,
    step_text,
    talk_sentence,
)
from tenants import queries as tenant_queries
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.formatting import format_moment
from tenants.views.answers import INVALID, go, tenant_url

Said = dict[str, VersionedForm]  # the form that was refused, by the name of what it says


@tenant_view(Permission.VIEW_OWN)
@require_safe
def talk(request: TenantRequest, objective: UUID) -> HttpResponse:
    reader = reader_of(request)
    return _page(request, _line_or_404(reader, objective), reader)


@tenant_view(Permission.PROPOSE_SHARES)
@require_POST
def talk_send(request: TenantRequest, objective: UUID) -> HttpResponse:
    """Propose what the draft gives now."""
    reader = reader_of(request)
    line = _line_or_404(reader, objective)
    form, day = WordForm(request.POST, currency=request.organisation.currency), SendForm(request.POST)

    def act() -> None:
        negotiations.send(
            cycle=line.objective.cycle,
            by=Actor.of(request),
            now=timezone.now(),
            due_on=day.cleaned_data["due_on"],
            only={line.objective.pk: form.cleaned_data["version"]},
        )

    if not day.is_valid():
        form.add_error(None, day.errors["due_on"].as_data())
    return _say(request, reader, line, "send", form, act, _("The proposal is sent."))


@tenant_view(Permission.ANSWER_PROPOSALS)
@require_POST
def talk_accept(request: TenantRequest, objective: UUID) -> HttpResponse:
    reader, line, form = _asked(request, objective, WordForm)
    return _say(
        request,
        reader,
        line,
        "accept",
        form,
        lambda: negotiations.accept(now=timezone.now(), **_words(request, line, form)),
        _("Agreed. What you accepted stays readable here."),
    )


@tenant_view(Permission.ANSWER_PROPOSALS)
@require_POST
def talk_counter(request: TenantRequest, objective: UUID) -> HttpResponse:
    reader, line, form = _asked(request, objective, CounterForm)

    def act() -> None:
        negotiations.counter(
            amount_minor=form.cleaned_data["amount"],
            reason=form.cleaned_data["reason"],
            **_words(request, line, form),
        )

    return _say(request, reader, line, "counter", form, act, _("Your counter-proposal is sent."))


@tenant_view(Permission.PROPOSE_SHARES)
@require_POST
def talk_take(request: TenantRequest, objective: UUID) -> HttpResponse:
    reader, line, form = _asked(request, objective, WordForm)
    return _say(
        request,
        reader,
        line,
        "take",
        form,
        lambda: negotiations.take(now=timezone.now(), **_words(request, line, form)),
        _("Agreed: the share is fixed at that amount, and no other share has moved."),
    )


@tenant_view(Permission.PROPOSE_SHARES)
@require_POST
def talk_refuse(request: TenantRequest, objective: UUID) -> HttpResponse:
    reader, line, form = _asked(request, objective, RefuseForm)

    def act() -> None:
        negotiations.refuse(reason=form.cleaned_data["reason"], **_words(request, line, form))

    return _say(request, reader, line, "refuse", form, act, _("The proposal stands, with your reason."))


@tenant_view(Permission.PROPOSE_SHARES)
@require_POST
def talk_withdraw(request: TenantRequest, objective: UUID) -> HttpResponse:
    reader, line, form = _asked(request, objective, WordForm)
    return _say(
        request,
        reader,
        line,
        "withdraw",
        form,
        lambda: negotiations.withdraw(**_words(request, line, form)),
        _("The proposal is withdrawn."),
    )


def _line_or_404(reader: Standing, objective: UUID) -> Line:
    """The share with its talk, for who may see it; its owner sees it once something was proposed. Two queries."""
    row = shares().select_related("cycle__organisation").filter(pk=objective).exclude(parent=None).first()
    if row is None or not reader.sees(row):
        raise Http404
    negotiation = Negotiation.objects.filter(objective=row).first()
    if negotiation is None and not (reader.reads_all or reader.is_above(row)):
        raise Http404
    if negotiation is not None:
        negotiation.objective = row
    return Line(row, negotiation)


def _asked[F: VersionedForm](
    request: TenantRequest, objective: UUID, form: type[F]
) -> tuple[Standing, Line, F]:
    """What an answer is about; 404 where nothing was proposed."""
    reader = reader_of(request)
    line = _line_or_404(reader, objective)
    if line.negotiation is None:
        raise Http404
    return reader, line, form(request.POST, currency=request.organisation.currency)


def _words(request: TenantRequest, line: Line, form: VersionedForm) -> dict[str, Any]:
    return {
        "negotiation": line.negotiation,
        "version": form.cleaned_data["version"],
        "by": Actor.of(request),
    }


def _say(
    request: TenantRequest,
    reader: Standing,
    line: Line,
    name: str,
    form: VersionedForm,
    act: Callable[[], None],
    done: str,
) -> HttpResponse:
    """Run what is said; back to the page, or the page with the refused form."""
    if form.is_valid():
        try:
            with refusals_in(form, "amount"):
                act()
        except Locked:
            return locked(request, line.objective.cycle)
        except Refused as refused:
            field = FIELD_OF.get(refused.refusal, "")
            if field not in form.fields:
                messages.error(request, refusal_text(refused.refusal))
                return go(request, "objectives:talk", objective=line.objective.pk)
            form.add_error(field, refusal_text(refused.refusal))
        if not form.errors and form.stale is None:
            messages.success(request, done)
            return go(request, "objectives:talk", objective=line.objective.pk)
    return _page(request, _line_or_404(reader, line.objective.pk), reader, {name: form})


def _page(request: TenantRequest, line: Line, reader: Standing, refused: Said | None = None) -> HttpResponse:
    refused = refused or {}
    row, currency = line.objective, request.organisation.currency
    owner = owner_text(row, request.organisation.name)
    is_me = row.person_id is not None and reader.carries(row)
    is_draft = row.cycle.state == Cycle.State.DRAFT
    sees_draft = reader.reads_all or reader.is_above(row)
    # Its owner reads no figure of a draft that was not proposed yet.
    is_known = sees_draft or not is_draft or line.share in (line.talk.offered, line.talk.agreed)
    amount = line.share if is_known else line.talk.offered
    context: dict[str, Any] = {
        "line": line,
        "talk": line.talk,
        "owner": owner,
        "title": _("My proposal") if is_me else _("Proposal: %(owner)s") % {"owner": owner},
        "eyebrow": f"{row.cycle.name} · {days_text(row.cycle)}",
        "sentence": talk_sentence(line, owner, currency, is_me=is_me, today=timezone.localdate()),
        "breadcrumb": _breadcrumb(request, line, owner),
        "state": state_of(line),
        "share": amount,
        "currency": currency,
        "said": [_step(one, currency) for one in said(line.negotiation)] if line.negotiation else [],
        "facts": reason_facts(row, reasons(row, amount, now=is_draft), currency, with_amounts=is_known),
        "reason": row.reason if is_known else "",
        "is_open": is_draft and line.negotiation is not None and line.negotiation.state in negotiations.OPEN,
        "stale": _stale(request, refused),
        "cascade_url": tenant_url(request, "objectives:cascade", cycle=row.cycle_id)
        if reader.directs
        else "",
        **_answers(request, line, reader, refused, is_draft=is_draft),
    }
    status = INVALID if any(form.errors for form in refused.values()) else 200
    if any(form.stale for form in refused.values()):
        status = CONFLICT
    return render(request, "objectives/negotiation_talk.html", context, status=status)


def _answers(
    request: TenantRequest, line: Line, reader: Standing, refused: Said, *, is_draft: bool
) -> dict[str, Any]:
    """What the reader can say now, for each side that the reader speaks for."""
    row, talk, currency = line.objective, line.talk, request.organisation.currency
    able: set[Act] = set()
    if is_draft:
        for side, right in negotiations.RIGHT_OF.items():
            if side in reader.sides(row) and request.membership.allows(right):
                able |= possible(talk, side, share=line.share)
    login = login_of(row)
    due_on = row.cycle.answers_due_on
    return {
        "can": {act.value: act in able for act in Act},
        "able": bool(able),
        "stands_in": reader.stands_in(row) and bool(able & {Act.ACCEPT, Act.COUNTER}),
        "no_login": login is None and is_draft,
        "urls": {
            act.value: tenant_url(request, f"objectives:talk_{act.value}", objective=row.pk) for act in Act
        },
        "counter_form": refused.get("counter", CounterForm(currency=currency)),
        "refuse_form": refused.get("refuse", RefuseForm(currency=currency)),
        "send_form": SendForm(needs_day=True),
        "send_errors": [text for form in [refused.get("send")] if form for text in _errors(form)],
        "needs_day": due_on is None or due_on < timezone.localdate(),
        "gives_up": -(line.difference or 0),
    }


def _errors(form: VersionedForm) -> list[str]:
    return [str(text) for texts in form.errors.values() for text in texts]


def _stale(request: TenantRequest, refused: Said) -> str:
    stale = next((form.stale for form in refused.values() if form.stale is not None), None)
    if stale is None:
        return ""
    who = tenant_queries.membership(request.organisation.id, stale.by) if stale.by else None
    when = format_moment(timezone.localtime(stale.at), language(), "clock") if stale.at else ""
    return stale_talk_text(str(who.user) if who else "", when)


def _step(one: Any, currency: str) -> dict[str, Any]:
    return {"said": one, "did": step_text(one, currency), "is_above": one.side == Side.ABOVE}


def _breadcrumb(request: TenantRequest, line: Line, owner: str) -> list[dict[str, str]]:
    cycle = line.objective.cycle
    if request.membership.allows(Permission.PROPOSE_SHARES) or request.membership.allows(
        Permission.VIEW_COMPANY
    ):
        url = tenant_url(request, "objectives:negotiation", cycle=cycle.pk)
        return [{"label": f"{_('Proposals')} · {cycle.name}", "url": url}, {"label": owner, "url": ""}]
    return [
        {"label": _("My proposals"), "url": tenant_url(request, "objectives:talks")},
        {"label": cycle.name, "url": ""},
    ]
