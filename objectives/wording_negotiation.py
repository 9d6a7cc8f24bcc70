"""Proposals and answers in the reader's words."""

from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from objectives.domain.negotiation import Look, Refusal, Side
from objectives.models import Cycle, NegotiationStep, Objective
from objectives.queries.negotiation_reasons import Reasons
from objectives.queries.negotiations import Line, Said
from objectives.queries.tree import REVENUE
from objectives.wording import language
from tenants.formatting import format_day, format_money, format_number, format_percent

Kind = NegotiationStep.Kind
LOOKS: dict[Look, Promise] = {
    Look.UNSENT: gettext_lazy("not proposed yet"),
    Look.WAITING: gettext_lazy("waiting for the answer"),
    Look.OUTDATED: gettext_lazy("changed since it was proposed"),
    Look.COUNTERED: gettext_lazy("counter-proposal"),
    Look.AGREED: gettext_lazy("agreed by both"),
    Look.CHANGED: gettext_lazy("changed since the agreement"),
    Look.WITHDRAWN: gettext_lazy("withdrawn"),
}
ICONS: dict[Look, str] = {
    Look.UNSENT: "edit",
    Look.WAITING: "clock",
    Look.OUTDATED: "refresh",
    Look.COUNTERED: "message",
    Look.AGREED: "circle-check",
    Look.CHANGED: "refresh",
    Look.WITHDRAWN: "minus",
}
REFUSALS: dict[Refusal, Promise] = {
    Refusal.SIDE: gettext_lazy("This is for somebody else to say."),
    Refusal.STATE: gettext_lazy("This can no longer be said: read below what was said meanwhile."),
    Refusal.SENT_ALREADY: gettext_lazy("This amount was proposed already: its answer is awaited."),
    Refusal.AGREED_ALREADY: gettext_lazy("Both sides agreed on this amount already."),
    Refusal.ANSWER_FIRST: gettext_lazy(
        "A counter-proposal waits: take it, refuse it, or change the share first."
    ),
    Refusal.SHARE_MOVED: gettext_lazy(
        "The share has changed since it was proposed: a new proposal has to be sent first."
    ),
    Refusal.SAME_AMOUNT: gettext_lazy("This is the amount that is proposed: accept it instead."),
    Refusal.NO_AMOUNT: gettext_lazy("There is no amount to propose yet."),
    Refusal.NEGATIVE: gettext_lazy("An amount is not negative."),
    Refusal.TOO_LARGE: gettext_lazy("This amount is too large: a thousand billion at most."),
    Refusal.NO_REASON: gettext_lazy("Say why: the other side reads it."),
}
# Where a form shows the refusal of what was typed.
FIELD_OF: dict[Refusal, str] = {
    Refusal.SAME_AMOUNT: "amount",
    Refusal.NEGATIVE: "amount",
    Refusal.TOO_LARGE: "amount",
    Refusal.NO_REASON: "reason",
}
# To the very person whose share it is.
TO_ME: dict[Look, Promise] = {
    Look.WAITING: gettext_lazy(
        "%(offered)s are proposed to you for %(cycle)s; your answer is awaited until %(day)s."
    ),
    Look.OUTDATED: gettext_lazy(
        "%(offered)s were proposed to you for %(cycle)s. The share has changed since: a new proposal will come."
    ),
    Look.COUNTERED: gettext_lazy(
        "You asked for %(countered)s instead of %(offered)s for %(cycle)s; the answer will come."
    ),
    Look.AGREED: gettext_lazy("You agreed on %(agreed)s for %(cycle)s."),
    Look.CHANGED: gettext_lazy(
        "You agreed on %(agreed)s for %(cycle)s. The share has changed since: it takes a new agreement."
    ),
    Look.WITHDRAWN: gettext_lazy(
        "The proposal for %(cycle)s was withdrawn: nothing is asked of you for now."
    ),
}
# To everybody else.
ABOUT: dict[Look, Promise] = {
    Look.UNSENT: gettext_lazy("%(owner)s: the draft gives %(share)s, which nobody has proposed yet."),
    Look.WAITING: gettext_lazy(
        "%(owner)s: %(offered)s are proposed for %(cycle)s; the answer is awaited until %(day)s."
    ),
    Look.OUTDATED: gettext_lazy(
        "%(owner)s: %(offered)s were proposed. The share has changed since: it has to be proposed again."
    ),
    Look.COUNTERED: gettext_lazy("%(owner)s asks for %(countered)s instead of %(offered)s."),
    Look.AGREED: gettext_lazy("%(owner)s: both sides agreed on %(agreed)s."),
    Look.CHANGED: gettext_lazy(
        "%(owner)s: both sides agreed on %(agreed)s. The share has changed since: it takes a new agreement."
    ),
    Look.WITHDRAWN: gettext_lazy("%(owner)s: the proposal was withdrawn."),
}
STEPS: dict[tuple[str, Side], Promise] = {
    (Kind.OFFER, Side.ABOVE): gettext_lazy("proposes %(amount)s"),
    (Kind.ACCEPT, Side.OWNER): gettext_lazy("accepts %(amount)s"),
    (Kind.COUNTER, Side.OWNER): gettext_lazy("asks for %(amount)s"),
    (Kind.ACCEPT, Side.ABOVE): gettext_lazy("agrees to %(amount)s"),
    (Kind.REFUSE, Side.ABOVE): gettext_lazy("stays with %(amount)s"),
    (Kind.WITHDRAW, Side.ABOVE): gettext_lazy("withdraws the proposal of %(amount)s"),
}


def refusal_text(refusal: Refusal) -> str:
    return str(REFUSALS[refusal])


def talk_sentence(line: Line, owner: str, currency: str, *, is_me: bool, today: date) -> str:
    """Where the talk stands, in a sentence; `is_me`: read by the person whose share it is."""
    cycle: Cycle = line.objective.cycle
    talk, due_on = line.talk, line.negotiation.due_on if line.negotiation else None
    words = {
        "owner": owner,
        "cycle": cycle.name,
        "day": format_day(due_on, language()),
        **{
            name: format_money(amount, currency, language())
            for name, amount in (
                ("share", line.share), ("offered", talk.offered), ("countered", talk.countered), ("agreed", talk.agreed),
            )
        },
    }  # fmt: skip
    if cycle.state != Cycle.State.DRAFT:
        return str(_in_force(line, is_me=is_me)) % words
    text = str((TO_ME if is_me and line.look in TO_ME else ABOUT)[line.look])
    if line.is_late(today):
        text = (
            _("%(offered)s are proposed to you for %(cycle)s; your answer was awaited until %(day)s. It still counts.")
            if is_me
            else _("%(owner)s: %(offered)s are proposed for %(cycle)s; no answer came until %(day)s.")
        )  # fmt: skip
    return text % words


def _in_force(line: Line, *, is_me: bool) -> str:
    """What became of the talk once the cycle is active or closed."""
    if line.look == Look.AGREED:
        return str((TO_ME if is_me else ABOUT)[Look.AGREED])
    if line.look == Look.CHANGED:
        return (
            _("You agreed on %(agreed)s for %(cycle)s; it is %(share)s today.")
            if is_me
            else _("%(owner)s: both sides agreed on %(agreed)s; it is %(share)s today.")
        )
    return _("%(owner)s: %(cycle)s was activated with %(share)s, without an agreement.")


def step_text(said: Said, currency: str) -> str:
    """What somebody did, after the name: "proposes €120,000"."""
    return str(STEPS[said.kind, said.side]) % {"amount": format_money(said.amount, currency, language())}


def table_sentence(number: dict[Look, int], rest: int | None, currency: str) -> str:
    """How far the talks of a cycle are: agreed on, waiting, and what is not allotted."""
    total = sum(number.values())
    if not total:
        return _("No share to propose yet.")
    texts = [
        ngettext(
            "%(count)s share, %(agreed)s agreed on.",
            "%(count)s shares, %(agreed)s agreed on.",
            total,
        )
        % {"agreed": _count(number[Look.AGREED]), "count": _count(total)}
    ]
    waiting = number[Look.COUNTERED]
    if waiting:
        text = ngettext(
            "%(count)s counter-proposal waits for a decision.",
            "%(count)s counter-proposals wait for a decision.",
            waiting,
        )
        texts.append(text % {"count": _count(waiting)})
    if rest:
        texts.append(rest_text(rest, currency))
    return " ".join(texts)


def rest_text(rest: int, currency: str) -> str:
    """What is not allotted, or allotted too much."""
    money = format_money(abs(rest), currency, language())
    text = (
        _("%(money)s are not allotted.")
        if rest > 0
        else _("%(money)s more are allotted than there is to share.")
    )
    return text % {"money": money}


def send_text(count: int) -> str:
    """What the button says."""
    text = ngettext("Propose %(count)s share", "Propose %(count)s shares", count)
    return text % {"count": _count(count)}


def sent_text(count: int) -> str:
    text = ngettext("%(count)s share was proposed.", "%(count)s shares were proposed.", count)
    return text % {"count": _count(count)} if count else _("Nothing new to propose.")


def stale_talk_text(who: str, when: str) -> str:
    text = _("%(who)s said something meanwhile, at %(when)s: read it below. What you typed is kept.")
    return text % {"who": who or _("Somebody"), "when": when}


def state_of(line: Line) -> dict[str, Any]:
    """The state of a talk for the templates: what it is, with its picture."""
    return {"look": line.look.value, "label": LOOKS[line.look], "icon": ICONS[line.look]}


def _count(value: int) -> str:
    return format_number(value, language(), digits=0)


def reason_facts(
    row: Objective, found: Reasons, currency: str, *, with_amounts: bool
) -> list[dict[str, str]]:
    """Why this number, as facts: what a weight is made of, and with_amounts what follows from it in the draft."""
    facts = []

    def fact(label: str, value: str, metric: str = "") -> None:
        facts.append({"label": label, "value": value, "metric": metric})

    seller = found.seller
    if seller is not None:
        fact(_("Capacity (FTE)"), format_number(seller.person.fte, language()))
        fact(_("Working days present in the cycle"), format_percent(seller.presence, language()))
        fact(_("Ramp-up, mean of the cycle"), format_percent(seller.ramp, language()))
        if found.first_day is not None:
            words = {
                "first": format_day(found.first_day, language()),
                "last": format_day(found.last_day, language()),
            }
            won = format_money(seller.won_minor, currency, language())
            fact(_("Won from %(first)s to %(last)s") % words, won, REVENUE)
            fact(
                _("Months of full capacity in these days"), format_number(seller.months, language(), digits=1)
            )
            pace = format_money(round(seller.productivity), currency, language())
            fact(_("Counted a month, drawn toward the group’s mean"), pace, REVENUE)
    parent = str(row.parent.team or "") if row.parent is not None else ""
    part = format_percent(found.part, language(), digits=1)
    fact(_("Weight in %(team)s") % {"team": parent} if parent else _("Weight in the company"), part, REVENUE)
    if not with_amounts:
        return facts
    fact(_("Computed from the weight"), format_money(found.computed, currency, language()), REVENUE)
    if found.of_parent is not None:
        mine = format_percent(found.of_parent, language(), digits=1)
        fact(
            _("Part of the aim of %(team)s") % {"team": parent} if parent else _("Part of the company’s aim"),
            mine,
            REVENUE,
        )
    return facts
