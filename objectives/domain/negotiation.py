"""The talk about one share: who may say what, and where it leads (drawn in docs/objectives.md).

A share is what the draft gives to its owner. It may move while it is talked about: what was offered or agreed on stays
as it was, and is said to be out of date.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from objectives.domain.cascade import LARGEST_TOTAL


class State(StrEnum):
    UNSENT = "unsent"
    SENT = "sent"
    COUNTERED = "countered"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


class Side(StrEnum):
    ABOVE = "above"  # who proposes
    OWNER = "owner"  # who carries it


class Act(StrEnum):
    SEND = "send"
    ACCEPT = "accept"  # what was offered
    COUNTER = "counter"
    TAKE = "take"  # the counter-proposal
    REFUSE = "refuse"  # the counter-proposal; the offer stands
    WITHDRAW = "withdraw"


class Refusal(StrEnum):
    """Why something cannot be said."""

    SIDE = "side"  # it is for the other side to say
    STATE = "state"  # not at this point of the talk
    SENT_ALREADY = "sent_already"  # the same amount waits for its answer
    AGREED_ALREADY = "agreed_already"  # both agreed on this very amount
    ANSWER_FIRST = "answer_first"  # a counter-proposal waits: take it, refuse it, or change the share
    SHARE_MOVED = "share_moved"  # the draft no longer says what was offered
    SAME_AMOUNT = "same_amount"  # a counter-proposal of what was offered is an acceptance
    NO_AMOUNT = "no_amount"
    NEGATIVE = "negative"
    TOO_LARGE = "too_large"
    NO_REASON = "no_reason"


class Refused(Exception):
    """The rules of the talk forbid it; nothing changed."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.value)


class Look(StrEnum):
    """What a talk looks like beside the share of now."""

    UNSENT = "unsent"
    WAITING = "waiting"  # for the owner
    OUTDATED = "outdated"  # waiting, but the share has changed since it was sent
    COUNTERED = "countered"  # waiting for who proposes
    AGREED = "agreed"
    CHANGED = "changed"  # agreed, but the share has changed since
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Talk:
    """Where it stands. Amounts in minor units; `agreed` is the latest that both accepted, and outlives what follows."""

    state: State = State.UNSENT
    offered: int | None = None
    countered: int | None = None
    agreed: int | None = None


SIDE_OF: dict[Act, Side] = {
    Act.SEND: Side.ABOVE,
    Act.ACCEPT: Side.OWNER,
    Act.COUNTER: Side.OWNER,
    Act.TAKE: Side.ABOVE,
    Act.REFUSE: Side.ABOVE,
    Act.WITHDRAW: Side.ABOVE,
}
NEXT: dict[tuple[State, Act], State] = {
    (State.UNSENT, Act.SEND): State.SENT,
    (State.SENT, Act.SEND): State.SENT,
    (State.SENT, Act.ACCEPT): State.ACCEPTED,
    (State.SENT, Act.COUNTER): State.COUNTERED,
    (State.SENT, Act.WITHDRAW): State.WITHDRAWN,
    (State.COUNTERED, Act.SEND): State.SENT,
    (State.COUNTERED, Act.ACCEPT): State.ACCEPTED,
    (State.COUNTERED, Act.COUNTER): State.COUNTERED,
    (State.COUNTERED, Act.TAKE): State.ACCEPTED,
    (State.COUNTERED, Act.REFUSE): State.SENT,
    (State.COUNTERED, Act.WITHDRAW): State.WITHDRAWN,
    (State.ACCEPTED, Act.SEND): State.SENT,
    (State.WITHDRAWN, Act.SEND): State.SENT,
}
WITH_REASON = frozenset({Act.COUNTER, Act.REFUSE})


def move(
    talk: Talk, act: Act, side: Side, *, share: int | None, amount: int | None = None, reason: str = ""
) -> Talk:
    """Return the talk after `side` did `act`, with the share of now; the only way from one state to the next.

    amount: that of a counter-proposal; reason: of a counter-proposal or its refusal. Raises :class:`Refused`.
    """
    refusal = why_not(talk, act, side, share=share) or _wrong_words(talk, act, amount, reason)
    if refusal is not None:
        raise Refused(refusal)
    after = replace(talk, state=NEXT[talk.state, act], countered=None)
    match act:
        case Act.SEND:
            return replace(after, offered=share)
        case Act.COUNTER:
            return replace(after, countered=amount)
        case Act.ACCEPT:
            return replace(after, agreed=talk.offered)
        case Act.TAKE:
            return replace(after, countered=talk.countered, agreed=talk.countered)
    return after


def why_not(talk: Talk, act: Act, side: Side, *, share: int | None) -> Refusal | None:
    """Why `side` cannot do `act` now, whatever the words; None when it can."""
    if SIDE_OF[act] != side:
        return Refusal.SIDE
    if (talk.state, act) not in NEXT:
        return Refusal.STATE
    if act == Act.ACCEPT and talk.offered != share:
        return Refusal.SHARE_MOVED
    return _why_not_send(talk, share) if act == Act.SEND else None


def _why_not_send(talk: Talk, share: int | None) -> Refusal | None:
    if share is None:
        return Refusal.NO_AMOUNT
    if talk.state == State.SENT and talk.offered == share:
        return Refusal.SENT_ALREADY
    if talk.state == State.COUNTERED and talk.offered == share:
        return Refusal.ANSWER_FIRST
    return Refusal.AGREED_ALREADY if talk.state == State.ACCEPTED and talk.agreed == share else None


def _wrong_words(talk: Talk, act: Act, amount: int | None, reason: str) -> Refusal | None:
    if act in WITH_REASON and not reason.strip():
        return Refusal.NO_REASON
    if act != Act.COUNTER:
        return None
    if amount is None:
        return Refusal.NO_AMOUNT
    if amount < 0:
        return Refusal.NEGATIVE
    if amount > LARGEST_TOTAL:
        return Refusal.TOO_LARGE
    return Refusal.SAME_AMOUNT if amount == talk.offered else None


def possible(talk: Talk, side: Side, *, share: int | None) -> frozenset[Act]:
    """What `side` can do now."""
    return frozenset(act for act in Act if why_not(talk, act, side, share=share) is None)


def look(talk: Talk, *, share: int | None) -> Look:
    """How the talk is shown beside the share of now."""
    match talk.state:
        case State.SENT:
            return Look.WAITING if talk.offered == share else Look.OUTDATED
        case State.ACCEPTED:
            return Look.AGREED if talk.agreed == share else Look.CHANGED
    return Look(talk.state.value)
