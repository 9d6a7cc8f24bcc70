"""The life of a meeting between a prospect and somebody who sells: the one table of its moves.

    booked ─ hold ────────────► held ─ accept ─► accepted
      │ ▲                        │ └── lapse ──► tacit ── dispute (client) ─┐
      │ └ undo (within 24 h) ┐   └─ refuse ───► refused ─ dispute (partner) ┤
      ├─ guest/host no-show ─┴► guest_no_show, host_no_show                 ▼
      ├─ cancel ──► cancelled                                           disputed
      └─ reschedule (also after a no-show) ──► rescheduled                  ├─ uphold ───► refused_final
                                                                            ├─ overturn ─► accepted_final
                                                                            └─ expire ───► tacit_final

docs/meetings.md draws it; the database refuses every other move (migrations 0002 and 0041), and a test compares the two tables.
Source: R12 of the product; what meeting marketplaces do, and what is missing even there (field notes, y).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final


class State(StrEnum):
    BOOKED = "booked"
    CANCELLED = "cancelled"
    RESCHEDULED = "rescheduled"  # another meeting took its place
    GUEST_NO_SHOW = "guest_no_show"
    HOST_NO_SHOW = "host_no_show"
    HELD = "held"  # took place; the client's answer is due
    ACCEPTED = "accepted"
    TACIT = "tacit"  # accepted because no answer came in time
    REFUSED = "refused"
    DISPUTED = "disputed"  # waits for a second look
    ACCEPTED_FINAL = "accepted_final"
    REFUSED_FINAL = "refused_final"
    TACIT_FINAL = "tacit_final"  # accepted because no second look came in time


class Verb(StrEnum):
    HOLD = "hold"
    GUEST_NO_SHOW = "guest_no_show"
    HOST_NO_SHOW = "host_no_show"
    UNDO_NO_SHOW = "undo_no_show"
    CANCEL = "cancel"
    RESCHEDULE = "reschedule"
    ACCEPT = "accept"
    REFUSE = "refuse"
    LAPSE = "lapse"
    DISPUTE = "dispute"
    OVERTURN = "overturn"
    UPHOLD = "uphold"
    EXPIRE = "expire"


class Side(StrEnum):
    """Who speaks: the client (who takes the meeting over), who prospects (a partner, or the own prospecting), or the clock."""

    CLIENT = "client"
    SOURCE = "source"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class Move:
    verb: Verb
    before: State
    after: State
    sides: frozenset[Side]


_ANY = frozenset({Side.CLIENT, Side.SOURCE})
_CLIENT = frozenset({Side.CLIENT})
_SOURCE = frozenset({Side.SOURCE})
_CLOCK = frozenset({Side.CLOCK})

MOVES: Final = (
    Move(Verb.HOLD, State.BOOKED, State.HELD, _ANY),
    Move(Verb.GUEST_NO_SHOW, State.BOOKED, State.GUEST_NO_SHOW, _ANY),
    Move(Verb.HOST_NO_SHOW, State.BOOKED, State.HOST_NO_SHOW, _ANY),
    Move(Verb.UNDO_NO_SHOW, State.GUEST_NO_SHOW, State.BOOKED, _ANY),
    Move(Verb.UNDO_NO_SHOW, State.HOST_NO_SHOW, State.BOOKED, _ANY),
    Move(Verb.CANCEL, State.BOOKED, State.CANCELLED, _ANY),
    Move(Verb.RESCHEDULE, State.BOOKED, State.RESCHEDULED, _ANY),
    Move(Verb.RESCHEDULE, State.GUEST_NO_SHOW, State.RESCHEDULED, _ANY),
    Move(Verb.RESCHEDULE, State.HOST_NO_SHOW, State.RESCHEDULED, _ANY),
    Move(Verb.ACCEPT, State.HELD, State.ACCEPTED, _CLIENT),
    Move(Verb.REFUSE, State.HELD, State.REFUSED, _CLIENT),
    Move(Verb.LAPSE, State.HELD, State.TACIT, _CLOCK),
    Move(Verb.DISPUTE, State.REFUSED, State.DISPUTED, _SOURCE),
    Move(Verb.DISPUTE, State.TACIT, State.DISPUTED, _CLIENT),
    Move(Verb.OVERTURN, State.DISPUTED, State.ACCEPTED_FINAL, _CLIENT),
    Move(Verb.UPHOLD, State.DISPUTED, State.REFUSED_FINAL, _CLIENT),
    # The second look is the client's to give, whoever asked: its silence is for who prospects, as that on an answer is.
    Move(Verb.EXPIRE, State.DISPUTED, State.TACIT_FINAL, _CLOCK),
)

TACITLY: Final = frozenset({State.TACIT, State.TACIT_FINAL})
ACCEPTED: Final = frozenset({State.ACCEPTED, State.ACCEPTED_FINAL}) | TACITLY
REFUSED: Final = frozenset({State.REFUSED, State.REFUSED_FINAL})
# Took place, whatever came of it.
HELD: Final = frozenset({State.HELD, State.DISPUTED}) | ACCEPTED | REFUSED
NO_SHOWS: Final = frozenset({State.GUEST_NO_SHOW, State.HOST_NO_SHOW})
# The host's time is taken.
OCCUPYING: Final = frozenset(State) - {State.CANCELLED, State.RESCHEDULED} - NO_SHOWS

UNDO_WITHIN: Final = timedelta(hours=24)


class IllegalMove(ValueError):
    """The meeting cannot do this now, or not at this side's word."""


def move(state: State, verb: Verb, side: Side) -> State:
    """The state after `verb` said by `side`. Raises IllegalMove."""
    for one in MOVES:
        if one.verb is verb and one.before is state:
            if side not in one.sides:
                raise IllegalMove(f"{verb} is not for the {side}")
            return one.after
    raise IllegalMove(f"a meeting that is {state} cannot {verb}")


def verbs(state: State, side: Side) -> list[Verb]:
    """What `side` may say of a meeting in `state`, in the order of the table."""
    return [one.verb for one in MOVES if one.before is state and side in one.sides]


def may_undo(marked_at: datetime, now: datetime) -> bool:
    """Whether a no-show that was marked at `marked_at` can still be taken back."""
    return now - marked_at <= UNDO_WITHIN
