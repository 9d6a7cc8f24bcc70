"""Meetings as they stood at the end of a day, by what had been said of them by then: the rule of `prospecting.queries.facts`.

A meeting was held on the day it began, whenever that was logged; every other word counts from the day it was said.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, DateTimeField, F, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Least
from django.utils import timezone

from prospecting.domain.meetings import ACCEPTED, HELD, State, Verb
from prospecting.models import Meeting, MeetingEvent
from tenants.days import end_of

STATE = "state_then"
JUDGED = frozenset({Verb.ACCEPT, Verb.REFUSE, Verb.OVERTURN, Verb.UPHOLD})


def meetings_by(day: date) -> QuerySet[Meeting]:
    """The meetings that had been booked by the day; `state_then` is their state at its end."""
    said = _said_by(day, OuterRef("starts_at")).filter(meeting=OuterRef("pk"))
    state = said.order_by("-at", "-recorded_at", "-id").values("after")[:1]
    rows: QuerySet[Meeting] = Meeting.objects.alias(**{STATE: Subquery(state)})
    return rows.filter(**{f"{STATE}__isnull": False})


def meetings_stood(meetings: Sequence[Meeting], day: date) -> list[Meeting]:
    """Rows of `meetings_by` without what was said later. Changes them in memory: they are not to be saved. One query.

    What was told of a meeting besides its moves (whom it was with, the criterion that a refusal named) is known as it is now.
    """
    said: dict[UUID, list[MeetingEvent]] = defaultdict(list)
    events = _said_by(day, F("meeting__starts_at")).filter(meeting__in=[row.pk for row in meetings])
    for event in events.order_by("at", "recorded_at", "id"):
        said[event.meeting_id].append(event)
    for row in meetings:
        _put_back(row, said[row.pk], day)
    return list(meetings)


def _said_by(day: date, starts_at: Any) -> QuerySet[MeetingEvent]:
    held_from = Least(starts_at, F("at"), output_field=DateTimeField())
    counts_from = Case(
        When(verb=Verb.HOLD.value, then=held_from), default=F("at"), output_field=DateTimeField()
    )
    said: QuerySet[MeetingEvent] = MeetingEvent.objects.alias(counts_from=counts_from).filter(
        counts_from__lt=end_of(day)
    )
    return said


def _put_back(row: Meeting, said: Sequence[MeetingEvent], day: date) -> None:
    last, verbs = said[-1], {event.verb for event in said}
    state = State(last.after)
    row.state, row.reason = state.value, last.reason
    if state not in HELD:
        row.held_on = row.answer_due_on = None
    if Verb.DISPUTE not in verbs:
        row.second_look_due_on = None
    if not verbs & {Verb.REFUSE, Verb.DISPUTE}:
        row.unmet_id = None
    row.answered_at = max((event.at for event in said if event.verb in JUDGED), default=None)
    row.accepted_on = _accepted_on(row, state, last.at)
    if row.opportunity is not None and (row.opportunity.created_on or day) > day:
        row.opportunity = None


def _accepted_on(row: Meeting, state: State, said_at: datetime) -> date | None:
    if state not in ACCEPTED:
        return None
    silent = {State.TACIT: row.answer_due_on, State.TACIT_FINAL: row.second_look_due_on}
    return silent[state] if state in silent else timezone.localtime(said_at).date()
