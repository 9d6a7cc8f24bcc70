"""Answers that took long to work out, kept for a second look at the same thing.

A key is made of the organisation in force, of what the answer was worked out from (a stored run, or the events that were
there), of its name and of what was asked. Nothing is ever taken back: another run or another event is another key, and
what nobody asks for again goes by itself.

In a large organisation an answer can take longer than a page may: a page is then `in_a_hurry`, and what is not kept yet
is worked out by a job (ADR 0013).
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from enum import Enum
from typing import Any, NamedTuple

from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from reporting.models import Run
from reporting.queries.looking import RunMark
from tenants.scope import current_organisation_id

HOUR = 3600
DAY = 20 * HOUR  # of an answer worked out in the background: until the next night
LARGE = 20_000  # opportunities; below, the longest answer takes about a second
VERSION = 6  # goes up when a kept answer comes to mean something else, or to have another shape

# The stages are part of every derivation, and their order can change without an event.
KNOWN = """
SELECT coalesce((SELECT max(recorded_xact) FROM pipeline_opportunityevent WHERE organisation_id = %(org)s), 0),
       (SELECT string_agg(id || name || position || kind, ' ' ORDER BY position) FROM pipeline_stage
        WHERE organisation_id = %(org)s)
"""


class Pace(Enum):
    HURRY = "hurry"
    BACKGROUND = "background"


class TakesLong(Exception):
    """Nothing is kept yet, and working it out takes longer than a page may."""


class Source(NamedTuple):
    """What an answer is worked out from. last: the same without the last event, for who cannot wait."""

    exact: str
    last: str

    def beside(self, other: "Source") -> "Source":
        """What is worked out from both."""
        return Source(f"{self.exact}:{other.exact}", f"{self.last}:{other.last}")


_pace: ContextVar[Pace | None] = ContextVar("pace", default=None)
_earlier: ContextVar[list[datetime] | None] = ContextVar("earlier", default=None)


@contextmanager
def in_a_hurry() -> Iterator[None]:
    """Within: `remember` raises TakesLong where a large organisation has no answer yet. No effect in the background."""
    token = _earlier.set([])
    try:
        with _at(_pace.get() or Pace.HURRY):
            yield
    finally:
        _earlier.reset(token)


def age() -> datetime | None:
    """When the oldest answer was worked out that was given so far, in this hurry, although events were written since."""
    return min(_earlier.get() or [], default=None)


@contextmanager
def in_the_background() -> Iterator[None]:
    """Within: answers may take their time, and are kept until the next night."""
    with _at(Pace.BACKGROUND):
        yield


@contextmanager
def _at(pace: Pace) -> Iterator[None]:
    token = _pace.set(pace)
    try:
        yield
    finally:
        _pace.reset(token)


def is_large() -> bool:
    """Whether answers may take longer than a page, in the organisation in force. One query, as cheap for a million."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, [current_organisation_id(), LARGE])
        (count,) = cursor.fetchone()
    return int(count) >= LARGE


COUNTED = "SELECT count(*) FROM (SELECT FROM pipeline_opportunity WHERE organisation_id = %s LIMIT %s) o"


def remember[T](work: Callable[[], T], *, name: str, source: Source, asked: Any) -> T:
    """What `work` answers, or what it answered to the same question within the hour. The answer can be pickled.

    source: `of_run` or `as_known`. asked: all that the answer depends on besides, with a `repr` of its own (days, ids,
    names; sorted where order says nothing), the people or teams looked at included.

    In a hurry, a large organisation gets the last answer, which may not know the events written since; without one,
    TakesLong is raised.
    """
    question = hashlib.sha256(repr(asked).encode()).hexdigest()
    place = f"memo:{VERSION}:{current_organisation_id()}:{name}"
    exact, last = (f"{place}:{one}:{question}" for one in source)
    found = cache.get(exact)
    if found is None and _pace.get() is Pace.HURRY and is_large():
        found = cache.get(last)
        if found is None:
            raise TakesLong(name)
        if (earlier := _earlier.get()) is not None:
            earlier.append(found[1])
    if found is None:
        found = (work(), timezone.now())  # a tuple: an answer of None is an answer
        for key in {exact, last}:
            cache.set(key, found, DAY if _pace.get() is Pace.BACKGROUND else HOUR)
    kept: T = found[0]
    return kept


def of_run(run: Run | RunMark) -> Source:
    """The source of what a stored run tells: another computation of the day is another source."""
    one = f"run:{run.id}:{run.finished_at.timestamp()}"
    return Source(one, one)


def as_known(day: date) -> Source:
    """The source of what the events tell as of a day, as they are known now. One query.

    A transaction that began before the last one recorded and ends after it is seen when the answer's hour is over.
    """
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, {"org": current_organisation_id()})
        last, stages = cursor.fetchone()
    known = f"{day}:{hashlib.sha256((stages or '').encode()).hexdigest()[:16]}"
    return Source(f"known:{known}:{last}", f"last:{known}")
