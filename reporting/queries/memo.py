"""Answers that took long to work out, kept for a second look at the same thing.

A key is made of the organisation in force, of what the answer was worked out from (a stored run, or the events that were
there), of its name and of what was asked. Nothing is ever taken back: another run or another event is another key, and
what nobody asks for again goes by itself.
"""

import hashlib
from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.cache import cache
from django.db import connection

from reporting.models import Run
from reporting.queries.looking import RunMark
from tenants.scope import current_organisation_id

HOUR = 3600
VERSION = 2  # goes up when a kept answer comes to mean something else, or to have another shape

# The stages are part of every derivation, and their order can change without an event.
KNOWN = """
SELECT coalesce((SELECT max(recorded_xact) FROM pipeline_opportunityevent WHERE organisation_id = %(org)s), 0),
       (SELECT string_agg(id || name || position || kind, ' ' ORDER BY position) FROM pipeline_stage
        WHERE organisation_id = %(org)s)
"""


def remember[T](work: Callable[[], T], *, name: str, source: str, asked: Any) -> T:
    """What `work` answers, or what it answered to the same question within the hour. The answer can be pickled.

    source: `of_run` or `as_known`. asked: all that the answer depends on besides, with a `repr` of its own (days, ids,
    names; sorted where order says nothing), the people or teams looked at included.
    """
    question = hashlib.sha256(repr(asked).encode()).hexdigest()
    key = f"memo:{VERSION}:{current_organisation_id()}:{name}:{source}:{question}"
    found = cache.get(key)
    if found is None:
        found = (work(),)  # a tuple: an answer of None is an answer
        cache.set(key, found, HOUR)
    kept: T = found[0]
    return kept


def of_run(run: Run | RunMark) -> str:
    """The source of what a stored run tells: another computation of the day is another source."""
    return f"run:{run.id}:{run.finished_at.timestamp()}"


def as_known(day: date) -> str:
    """The source of what the events tell as of a day, as they are known now. One query.

    A transaction that began before the last one recorded and ends after it is seen when the answer's hour is over.
    """
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, {"org": current_organisation_id()})
        last, stages = cursor.fetchone()
    return f"known:{day}:{last}:{hashlib.sha256((stages or '').encode()).hexdigest()[:16]}"
