"""What a stage passage is (formula F2): the executable definition.

`passages` is a specification, written to be read and checked by hand. It loops over rows in plain Python, so
it is not the production path: the nightly run derives the same passages in SQL and is tested against this
module.

The rules, in the order in which they apply to the events of one opportunity:

1. Events dated after as_of do not exist yet. An undated event makes no passage, and is dropped when a dated one of the
   same stage (for a close: any close) lies after as_of: when it happened is known, and it had not.
2. A reopening undoes every close dated before its own day, and every close recorded before it: as if they had
   never been. As long as as_of is before the reopening, they stand. (So a close on the very day of the reopening
   stands when it was recorded after it, which is how a corrected close is written.)
3. An inferred event (deduced from a file's created_on or closed_on) gives way to history: it is dropped when
   a recorded event of the same stage exists, or, for a close, any recorded close.
4. The same stage on the same date again is a repeat: dropped and counted.
5. Events are read by date, then by stage order: open stages by position, closed stages last. The order of
   recording plays no part beside rule 2, so that importing histories in another order changes nothing.
6. A stage event after the close is an anomaly: ignored and counted.
7. An item enters risk at its first dated stage; nothing is known of the stages before it. From there on it
   enters a stage the first time that it reaches this one, a later open one, or won: a skipped stage is
   entered and passed on the day of the skip. Moving backwards is counted as a regression and is no second
   entry.
8. Won: the furthest stage reached, and the open stages after it, advanced on that day. Lost: counts against
   the furthest stage reached. The close itself is a passage of the won or lost stage.
9. Without history the skip rule does not hold. A move between two inferred events that leaves open stages in
   between proves none of them: no passage for these, and the exit of the stage before has outcome UNKNOWN. A
   loss leaves every later open stage in between. UNKNOWN is also the exit of the furthest dated stage when the
   item was seen, undated, in a later open stage, or closed, undated and not reopened since, without a dated close.
"""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

import pandas as pd

ADVANCED = "A"
LOST = "L"
UNKNOWN = "U"

PASSAGE_COLUMNS = ("opportunity", "stage", "entered_on", "exited_on", "outcome")


class Passages(NamedTuple):
    """`rows`: opportunity, stage, entered_on, exited_on, outcome ('A', 'L', 'U', or None: open, or a close),
    by opportunity, then stage order; dates are `datetime.date` or None.
    `oddities`: indexed by opportunity, the numbers of repeats, regressions and anomalies.
    """

    rows: pd.DataFrame
    oddities: pd.DataFrame


@dataclass(frozen=True, slots=True)
class _Stage:
    key: Hashable
    kind: str
    order: int  # open stages 0, 1, 2 ..., closed stages after them


@dataclass(frozen=True, slots=True)
class _Event:
    stage: _Stage
    day: date
    inferred: bool


@dataclass(frozen=True, slots=True)
class _Passage:
    stage: _Stage
    entered_on: date
    exited_on: date | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class _Told:
    """What the events of one opportunity tell at as_of, after rules 1 to 6."""

    moves: list[_Event]  # open stages, in order, before the close
    close: _Event | None
    seen_undated: int  # highest order of an open stage that the item was seen in without a date, -1 if none
    closed_undated: bool  # seen closed, without a date, and not reopened since
    repeats: int
    anomalies: int


def passages(events: pd.DataFrame, stages: pd.DataFrame, as_of: date) -> Passages:
    """Turn stage events into stage passages: the rules are in the module's docstring.

    `events`: opportunity (orderable), stage, occurred_on (date, or missing when unknown), inferred (bool),
    kind ('stage' or 'reopen'; the stage of a reopening is not read), seq (orderable: the order of recording).
    Other columns are not read. `stages`: stage, position (int), kind ('open', 'won', 'lost').

    Raises ValueError for a stage or a kind that is not known.
    """
    known = _stages(stages)
    open_stages = [stage for stage in known.values() if stage.kind == "open"]
    rows: list[tuple[Any, ...]] = []
    oddities: dict[Hashable, tuple[int, int, int]] = {}
    for opportunity, its_events in sorted(_until(events, known, as_of).items()):
        told = _told(its_events, known)
        oddities[opportunity] = (told.repeats, _regressions(told.moves), told.anomalies)
        for passage in _walk(told, open_stages):
            dates = passage.entered_on, passage.exited_on
            rows.append((opportunity, passage.stage.key, *dates, passage.outcome))
    return Passages(
        pd.DataFrame(rows, columns=list(PASSAGE_COLUMNS), dtype=object),
        pd.DataFrame(
            list(oddities.values()),
            index=pd.Index(list(oddities), name="opportunity", dtype=object, tupleize_cols=False),
            columns=["repeats", "regressions", "anomalies"],
            dtype="int64",
        ),
    )


def stage_counts(rows: pd.DataFrame, stages: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Passages as the grouped counts of `pipeline.domain.conversion`, one group per open stage.

    `rows` as returned by `passages`. Passages with outcome UNKNOWN count nowhere. Returns group (the stage),
    day (from entry to exit, or to as_of while open), advanced, lost, censored.
    """
    open_stages = stages.loc[stages["kind"] == "open", "stage"]
    told = rows[rows["stage"].isin(list(open_stages)) & (rows["outcome"] != UNKNOWN)]
    until = pd.to_datetime(told["exited_on"]).fillna(pd.Timestamp(as_of))
    counts = pd.DataFrame(
        {
            "group": told["stage"],
            "day": (until - pd.to_datetime(told["entered_on"])).dt.days,
            "advanced": (told["outcome"] == ADVANCED).astype("int64"),
            "lost": (told["outcome"] == LOST).astype("int64"),
            "censored": told["outcome"].isna().astype("int64"),
        }
    )
    return counts.groupby(["group", "day"], as_index=False, sort=True).sum()


def _stages(stages: pd.DataFrame) -> dict[Hashable, _Stage]:
    """Stages by key, in stage order: open ones by position, then closed ones."""
    if unknown := set(stages["kind"]) - {"open", "won", "lost"}:
        raise ValueError(f"unknown kind of stage: {sorted(map(str, unknown))}")
    records = zip(*(stages[name].tolist() for name in ("stage", "position", "kind")), strict=True)
    ordered = sorted(records, key=lambda record: (record[2] != "open", record[1], str(record[0])))
    return {key: _Stage(key, kind, order) for order, (key, _position, kind) in enumerate(ordered)}


def _until(
    events: pd.DataFrame, stages: dict[Hashable, _Stage], as_of: date
) -> dict[Any, list[dict[str, Any]]]:
    """Rule 1: the events that exist at as_of, by opportunity, dates as `date` or None."""
    result: dict[Any, list[dict[str, Any]]] = {}
    to_come: set[tuple[Any, Hashable]] = set()

    def subject(event: dict[str, Any]) -> tuple[Any, Hashable]:
        stage = stages.get(event["stage"]) if event["kind"] == "stage" else None
        return event["opportunity"], _subject(stage) if stage else None

    read = ("opportunity", "stage", "occurred_on", "inferred", "kind", "seq")
    for values in zip(*(events[name].tolist() for name in read), strict=True):
        event: dict[str, Any] = dict(zip(read, values, strict=True))
        if event["kind"] not in ("stage", "reopen"):
            raise ValueError(f"unknown kind of event: {event['kind']}")
        day = event["occurred_on"]
        if type(day) is not date:
            day = None if pd.isna(day) else pd.Timestamp(day).date()
        if day is None or day <= as_of:
            result.setdefault(event["opportunity"], []).append(event | {"occurred_on": day})
        elif event["kind"] == "stage":
            to_come.add(subject(event))
    return {
        opportunity: [one for one in its if one["occurred_on"] is not None or subject(one) not in to_come]
        for opportunity, its in result.items()
    }


def _told(events: list[dict[str, Any]], stages: dict[Hashable, _Stage]) -> _Told:
    """Rules 2 to 6."""
    for event in events:
        if event["kind"] == "stage" and event["stage"] not in stages:
            raise ValueError(f"unknown stage: {event['stage']}")
    reopenings = [event for event in events if event["kind"] == "reopen" and event["occurred_on"] is not None]

    def stands(event: dict[str, Any]) -> bool:
        """Rule 2; an undated close can only be told by the order of recording."""
        day = event["occurred_on"]
        return stages[event["stage"]].kind == "open" or not any(
            event["seq"] < undone["seq"] or (day is not None and day < undone["occurred_on"])
            for undone in reopenings
        )

    stage_events = [event for event in events if event["kind"] == "stage" and stands(event)]
    undated = [stages[event["stage"]] for event in stage_events if event["occurred_on"] is None]
    standing = [
        _Event(stages[event["stage"]], event["occurred_on"], bool(event["inferred"]))
        for event in stage_events
        if event["occurred_on"] is not None
    ]
    recorded = {_subject(event.stage) for event in standing if not event.inferred}
    proven = [event for event in standing if not event.inferred or _subject(event.stage) not in recorded]
    distinct = sorted(set(proven), key=lambda event: (event.day, event.stage.order))

    closes = [position for position, event in enumerate(distinct) if event.stage.kind != "open"]
    end = closes[0] if closes else len(distinct)
    return _Told(
        moves=distinct[:end],
        close=distinct[end] if closes else None,
        seen_undated=max((stage.order for stage in undated if stage.kind == "open"), default=-1),
        closed_undated=any(stage.kind != "open" for stage in undated),
        repeats=len(proven) - len(distinct),
        anomalies=max(0, len(distinct) - end - 1),
    )


def _subject(stage: _Stage) -> Hashable:
    """What an event of this stage is about, for rules 1 and 3: the stage, or the close whatever its result."""
    return ("stage", stage.key) if stage.kind == "open" else ("close",)


def _regressions(moves: list[_Event]) -> int:
    """Moves to an earlier stage than that of the move before."""
    return sum(after.stage.order < before.stage.order for before, after in pairwise(moves))


def _walk(told: _Told, open_stages: list[_Stage]) -> Iterator[_Passage]:
    """Rules 7 to 9."""
    reached: _Event | None = None  # the move that brought the item to its furthest stage
    for move in told.moves:
        if reached is None:
            reached = move
        elif move.stage.order > reached.stage.order:
            between = open_stages[reached.stage.order + 1 : move.stage.order]
            yield from _leave(reached, between, move, doubtful=reached.inferred and move.inferred)
            reached = move
    if reached is not None:
        between = open_stages[reached.stage.order + 1 :]
        seen_later = told.seen_undated > reached.stage.order
        if told.close is None and told.closed_undated:
            yield _Passage(reached.stage, reached.day, None, UNKNOWN)
        else:
            inferred = reached.inferred and told.close is not None and told.close.inferred
            yield from _leave(reached, between, told.close, doubtful=seen_later or inferred)
    if told.close is not None:
        yield _Passage(told.close.stage, told.close.day)


def _leave(
    reached: _Event, between: list[_Stage], to: _Event | None, *, doubtful: bool
) -> Iterator[_Passage]:
    """The passage of the stage reached, then those of the stages between it and `to` (None: still open).

    `doubtful`: nothing proves what happened in the stages between. Where there are none, there is no doubt.
    """
    left_on = to.day if to else None
    if doubtful and between:
        yield _Passage(reached.stage, reached.day, left_on, UNKNOWN)
    elif to is None:
        yield _Passage(reached.stage, reached.day)
    elif to.stage.kind == "lost":
        yield _Passage(reached.stage, reached.day, left_on, LOST)
    else:
        yield _Passage(reached.stage, reached.day, left_on, ADVANCED)
        for stage in between:
            yield _Passage(stage, to.day, left_on, ADVANCED)
