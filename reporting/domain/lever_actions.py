"""The life of a lever action: the one table of its moves (R15). Pure.

    planned ─ start ─► running ─ review ─► reviewed
       └──── abandon ────┴───── abandon ─► abandoned

The database refuses every other move (migration 0010), and a test compares the two tables.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final, TypedDict


class LeverKind(StrEnum):
    """What execution can change."""

    TARGETING = "targeting"
    MESSAGE = "message"
    QUALIFICATION = "qualification"
    FOLLOW_UP = "follow_up"
    PRIORITISATION = "prioritisation"
    CAPACITY = "capacity"
    VALUE = "value"


class State(StrEnum):
    PLANNED = "planned"
    RUNNING = "running"
    REVIEWED = "reviewed"
    ABANDONED = "abandoned"


class Verb(StrEnum):
    START = "start"
    REVIEW = "review"
    ABANDON = "abandon"


@dataclass(frozen=True, slots=True)
class Move:
    verb: Verb
    before: State
    after: State


MOVES: Final = (
    Move(Verb.START, State.PLANNED, State.RUNNING),
    Move(Verb.REVIEW, State.RUNNING, State.REVIEWED),
    Move(Verb.ABANDON, State.PLANNED, State.ABANDONED),
    Move(Verb.ABANDON, State.RUNNING, State.ABANDONED),
)
OPEN: Final = frozenset({State.PLANNED, State.RUNNING})

MOST_STEPS, LONGEST_STEP = 20, 200


class IllegalMove(ValueError):
    """The action cannot do this now."""


class Step(TypedDict):
    text: str
    done: bool


def move(state: State, verb: Verb) -> State:
    """The state after `verb`. Raises IllegalMove."""
    for one in MOVES:
        if one.verb is verb and one.before is state:
            return one.after
    raise IllegalMove(f"an action that is {state} cannot {verb}")


def verbs(state: State) -> list[Verb]:
    """What can be done with an action in `state`, in the order of the table."""
    return [one.verb for one in MOVES if one.before is state]


def steps(given: Sequence[Mapping[str, Any]]) -> list[Step]:
    """Steps without the empty ones. Raises ValueError for too many, or one that is too long."""
    found = [Step(text=" ".join(str(one["text"]).split()), done=bool(one.get("done"))) for one in given]
    found = [one for one in found if one["text"]]
    if len(found) > MOST_STEPS or any(len(one["text"]) > LONGEST_STEP for one in found):
        raise ValueError("too many steps, or one that is too long")
    return found


def kept_done(given: Iterable[Step], before: Iterable[Mapping[str, Any]]) -> list[Step]:
    """The steps, those done that were there before in the same words and done."""
    done = {step["text"] for step in before if step["done"]}
    return [Step(text=step["text"], done=step["done"] or step["text"] in done) for step in given]


def week_of(day: date) -> tuple[date, date]:
    """The Monday and the Sunday around a day."""
    first = day - timedelta(days=day.weekday())
    return first, first + timedelta(days=6)


def due_on(state: State, start_on: date, review_on: date) -> date | None:
    """The day on which the action asks for something: its start, then its review; None once it is over."""
    if state is State.PLANNED:
        return start_on
    return review_on if state is State.RUNNING else None
