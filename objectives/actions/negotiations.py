"""Shares are agreed on: proposals go down, counter-proposals with their reason come up, both sides accept.

Everything that is said goes through `objectives.domain.negotiation.move`, with the cycle's row locked: what is said
about one draft is said one after the other.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from objectives.actions import agreements, drafts, negotiation_notices
from objectives.actions.errors import StaleVersion, refuse_stale
from objectives.domain.negotiation import SIDE_OF, Act, Look, Refusal, Refused, Side, State, Talk, move
from objectives.models import Cycle, Negotiation, NegotiationStep
from objectives.queries.negotiations import BEHALF, Line, Standing, login_of, shares, standing, talk_of
from objectives.queries.tree import integer
from tenants.access import Actor
from tenants.actions import audit
from tenants.domain.roles import Permission
from tenants.formatting import format_day

GRACE = timedelta(days=14)  # answers are awaited until two weeks into the cycle at the latest
# What sending everything sends: what was never sent, and what changed since. A counter-proposal waits for a decision.
TO_SEND = frozenset({Look.UNSENT, Look.OUTDATED, Look.CHANGED, Look.WITHDRAWN})

Kind, OPEN = NegotiationStep.Kind, (Negotiation.State.SENT, Negotiation.State.COUNTERED)
KIND_OF: dict[Act, str] = {
    Act.SEND: Kind.OFFER,
    Act.ACCEPT: Kind.ACCEPT,
    Act.COUNTER: Kind.COUNTER,
    Act.TAKE: Kind.ACCEPT,
    Act.REFUSE: Kind.REFUSE,
    Act.WITHDRAW: Kind.WITHDRAW,
}
RIGHT_OF = {Side.ABOVE: Permission.PROPOSE_SHARES, Side.OWNER: Permission.ANSWER_PROPOSALS}


def send(
    *,
    cycle: Cycle,
    by: Actor,
    now: datetime,
    due_on: date | None = None,
    only: Mapping[UUID, int] | None = None,
) -> int:
    """Propose to those who carry a share what the draft gives them; return how many proposals were sent.

    only: the objectives to send with the version that was read, else everything that `by` is above and that is new or
    has changed. due_on: the day until which answers are awaited, kept on the cycle; None takes the known one. Raises
    Locked, Refused or StaleVersion for one of `only`, ValidationError at `due_on`.
    """
    by.require(Permission.PROPOSE_SHARES)
    drafts.lock_draft(cycle)
    reader = standing(by.id, by.role)
    day = _deadline(cycle, due_on, reader, now)
    talks = {talk.objective_id: talk for talk in Negotiation.objects.filter(objective__cycle=cycle)}
    rows = shares().filter(cycle=cycle).exclude(parent=None)
    chosen = [row for row in rows if _is_to_send(Line(row, talks.get(row.pk)), reader, only)]
    made: list[Negotiation] = []
    changed: list[Negotiation] = []
    steps: list[NegotiationStep] = []
    for row in chosen:
        known = talks.get(row.pk)
        talk = move(talk_of(known), Act.SEND, Side.ABOVE, share=integer(row.target))
        negotiation = known or Negotiation(objective=row)
        (changed if known else made).append(negotiation)
        _write(negotiation, talk, due_on=day, sent_at=now, sent_by=by.id)
        steps.append(_step(negotiation, Act.SEND, by, talk.offered))
    Negotiation.objects.bulk_create(made)
    fields = ["state", "offered", "countered", "due_on", "sent_at", "sent_by", "version"]
    Negotiation.objects.bulk_update(changed, fields, batch_size=500)
    NegotiationStep.objects.bulk_create(steps)
    told = [
        step
        for step, row in zip(steps, chosen, strict=True)
        if (login := login_of(row)) is not None and login.id != by.id
    ]
    negotiation_notices.ask_to_send(told)
    detail = {"owners": len(chosen), "until": day.isoformat()}
    audit.record(by=by, verb="negotiation.send", obj=cycle, detail=detail)
    return len(chosen)


def accept(*, negotiation: Negotiation, version: int, by: Actor, now: datetime) -> None:
    """Accept what is offered. Raises Locked, Refused, StaleVersion."""
    _say(negotiation, Act.ACCEPT, version=version, by=by, agreed_at=now)


def counter(*, negotiation: Negotiation, amount_minor: int, reason: str, version: int, by: Actor) -> None:
    """Propose another amount, and say why. Raises Locked, Refused, StaleVersion."""
    _say(negotiation, Act.COUNTER, version=version, by=by, amount=amount_minor, reason=reason)


def take(*, negotiation: Negotiation, version: int, by: Actor, now: datetime) -> None:
    """Agree to the counter-proposal: the share becomes that amount, fixed, and no other share moves.

    Raises Locked, Refused, StaleVersion.
    """
    by.require(Permission.PROPOSE_SHARES)
    with drafts.remembered(negotiation.objective.cycle, "negotiation.take", by):
        said = _say(negotiation, Act.TAKE, version=version, by=by, agreed_at=now)
        if said is not None and said.agreed is not None:
            asked = NegotiationStep.objects.filter(negotiation=said, kind=Kind.COUNTER).last()
            reason = asked.text if asked is not None else ""
            agreements.settle(said.objective, target_minor=int(said.agreed), reason=reason)


def refuse(*, negotiation: Negotiation, reason: str, version: int, by: Actor) -> None:
    """Say no to the counter-proposal, and why: the offer stands. Raises Locked, Refused, StaleVersion."""
    _say(negotiation, Act.REFUSE, version=version, by=by, reason=reason)


def withdraw(*, negotiation: Negotiation, version: int, by: Actor) -> None:
    """Take a proposal back while it waits. Raises Locked, Refused, StaleVersion."""
    _say(negotiation, Act.WITHDRAW, version=version, by=by)


def _say(
    negotiation: Negotiation,
    act: Act,
    *,
    version: int,
    by: Actor,
    amount: int | None = None,
    reason: str = "",
    **also: Any,
) -> Negotiation | None:
    """Write what is said, with its step, its notice and the audit row; None when the very same was said already.

    `also`: further fields of the negotiation.
    """
    side = SIDE_OF[act]
    by.require(RIGHT_OF[side])
    drafts.lock_draft(negotiation.objective.cycle)
    row = _fresh(negotiation)
    reader = standing(by.id, by.role)
    if side not in reader.sides(row.objective):
        raise Refused(Refusal.SIDE)
    before = talk_of(row)
    if row.version != version:
        if _was_said(before, act, amount):
            return None
        raise _stale(row)
    reason = reason.strip()
    talk = move(before, act, side, share=integer(row.objective.target), amount=amount, reason=reason)
    _write(row, talk, **also)
    row.save()
    step = _step(row, act, by, _amount_said(act, talk), reason)
    step.save()
    stands_in = side == Side.OWNER and not reader.carries(row.objective)
    detail = {"amount": integer(step.amount)} | ({BEHALF: str(step.pk)} if stands_in else {})
    audit.record(by=by, verb=f"negotiation.{act}", obj=row, detail=detail)
    negotiation_notices.ask_to_send([step])
    return row


def _fresh(negotiation: Negotiation) -> Negotiation:
    """The talk as it is now, with its objective and all that says who stands where."""
    row: Negotiation = Negotiation.objects.get(pk=negotiation.pk)
    row.objective = shares().get(pk=row.objective_id)
    return row


def _write(row: Negotiation, talk: Talk, **also: Any) -> None:
    row.state = talk.state.value
    for field in ("offered", "countered", "agreed"):
        value = getattr(talk, field)
        setattr(row, field, None if value is None else Decimal(value))
    for field, value in also.items():
        setattr(row, field, value)
    row.version += 1


def _step(row: Negotiation, act: Act, by: Actor, amount: int | None, text: str = "") -> NegotiationStep:
    return NegotiationStep(
        negotiation=row,
        kind=KIND_OF[act],
        side=SIDE_OF[act].value,
        amount=None if amount is None else Decimal(amount),
        text=text,
        actor_id=by.id,
    )


def _amount_said(act: Act, talk: Talk) -> int | None:
    """The amount that a step is about: what was agreed on, asked for, or still stands."""
    match act:
        case Act.ACCEPT | Act.TAKE:
            return talk.agreed
        case Act.COUNTER:
            return talk.countered
    return talk.offered


def _was_said(talk: Talk, act: Act, amount: int | None) -> bool:
    """Whether an outdated wish is fulfilled already: a second click, or two people who want the same."""
    match act:
        case Act.ACCEPT | Act.TAKE:
            return talk.state == State.ACCEPTED and (talk.agreed == talk.countered) == (act == Act.TAKE)
        case Act.COUNTER:
            return talk.state == State.COUNTERED and talk.countered == amount
        case Act.WITHDRAW:
            return talk.state == State.WITHDRAWN
    return False


def _stale(row: Negotiation) -> StaleVersion:
    last = NegotiationStep.objects.filter(negotiation=row).last()
    return StaleVersion(
        current=row,
        by=last.actor_id if last else None,
        at=last.at if last else None,
        verb=f"negotiation.{last.kind}" if last else "",
        detail={},
    )


def _is_to_send(line: Line, reader: Standing, only: Mapping[UUID, int] | None) -> bool:
    """Whether a share is among those to send. Raises Refused for one of `only` that is not one's own to send."""
    if only is not None and line.objective.pk not in only:
        return False
    if not reader.is_above(line.objective):
        if only is not None:
            raise Refused(Refusal.SIDE)
        return False
    if only is not None:
        refuse_stale(line.objective, only[line.objective.pk])
        return True
    return line.look in TO_SEND and line.share is not None


def _deadline(cycle: Cycle, due_on: date | None, reader: Standing, now: datetime) -> date:
    """The day until which answers are awaited, written on the cycle and on the proposals that wait.

    A day to come is the director's to change. Raises ValidationError at `due_on`.
    """
    today = now.astimezone(cycle.organisation.zone).date()
    known: date | None = Cycle.objects.values_list("answers_due_on", flat=True).get(pk=cycle.pk)
    if known is not None and known >= today and not reader.directs:
        return known
    day = due_on or known
    if day is None:
        raise ValidationError({"due_on": _("Say until when answers are awaited.")})
    if day < today:
        raise ValidationError({"due_on": _("This day has passed: choose a day to come.")})
    latest = max(cycle.start_on, today) + GRACE
    if day > latest:
        text = _("Too late for this cycle: %(day)s at the latest.")
        raise ValidationError({"due_on": text % {"day": format_day(latest, get_language() or "en")}})
    if day != known:
        cycle.answers_due_on = day
        Cycle.objects.filter(pk=cycle.pk).update(answers_due_on=day)
        Negotiation.objects.filter(objective__cycle=cycle, state__in=OPEN).update(due_on=day)
    return day
