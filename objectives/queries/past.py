"""Strategies, cycles, objectives and revisions as of the end of a day: what there was, and how it stood.

What has a first day of its own counts from it, whenever it was written down, like the first version of an objective
(`objectives.queries.history`); what was decided counts from the moment of the decision. Each is a set to select from; the
rows of a page of it are then put back by the functions with `_stood`, which change them in memory (not to be saved).
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When

from objectives.models import Cycle, Objective, ObjectiveVersion, Revision, Strategy
from objectives.queries.history import FIRST, as_known_on
from tenants.days import end_of

STATE = "state_then"


def strategies_by(day: date) -> QuerySet[Strategy]:
    """The versions that had begun, or had been written, by the day."""
    found: QuerySet[Strategy] = Strategy.objects.filter(Q(starts_on__lte=day) | Q(created_at__lt=end_of(day)))
    return found


def cycles_by(day: date) -> QuerySet[Cycle]:
    """The cycles that had begun, or had been drafted, by the day; `state_then` is their state at its end."""
    end = end_of(day)
    is_locked = Q(activated_at__lt=end) | Q(activated_at__isnull=False, start_on__lte=day)
    state = _state(
        When(closed_at__lt=end, then=Value(Cycle.State.CLOSED.value)),
        When(is_locked, then=Value(Cycle.State.ACTIVE.value)),
        default=Value(Cycle.State.DRAFT.value),
    )
    rows: QuerySet[Cycle] = Cycle.objects.filter(Q(start_on__lte=day) | Q(created_at__lt=end))
    return rows.annotate(**{STATE: state})


def cycles_stood(cycles: Iterable[Cycle]) -> list[Cycle]:
    """Rows of `cycles_by`: without what was decided later."""
    rows = list(cycles)
    for row in rows:
        row.state = getattr(row, STATE)
        if row.state == Cycle.State.DRAFT:
            row.activated_at = None
        if row.state != Cycle.State.CLOSED:
            row.closed_at = None
    return rows


def objectives_by(day: date) -> QuerySet[Objective]:
    """The objectives that were promised by the day. What a draft said on an earlier day is not kept: drafts are not there."""
    said = ObjectiveVersion.objects.filter(
        Q(number=FIRST) | Q(recorded_at__lt=end_of(day)), objective=OuterRef("pk"), from_on__lte=day
    )
    found: QuerySet[Objective] = Objective.objects.filter(Exists(said))
    return found


def objectives_stood(objectives: Iterable[Objective], day: date) -> list[Objective]:
    """Rows of `objectives_by` with their cycles: what they said, without the outcome of a cycle that was not closed yet. One query."""
    rows = as_known_on(objectives, day)
    for row in rows:
        closed_at = row.cycle.closed_at
        if closed_at is None or closed_at >= end_of(day):
            row.state, row.outcome = Objective.State.ACTIVE, {}
        if (row.calibration.get("as_of") or "") > day.isoformat():
            row.calibration = {}
    return rows


def revisions_by(day: date) -> QuerySet[Revision]:
    """The revisions that had been proposed by the day; `state_then` is their state at its end."""
    end = end_of(day)
    state = _state(When(decided_at__lt=end, then=F("state")), default=Value(Revision.State.PROPOSED.value))
    rows: QuerySet[Revision] = Revision.objects.filter(proposed_at__lt=end)
    return rows.annotate(**{STATE: state})


def revisions_stood(revisions: Iterable[Revision]) -> list[Revision]:
    """Rows of `revisions_by`: without what was decided later."""
    rows = list(revisions)
    for row in rows:
        row.state = getattr(row, STATE)
        if row.state == Revision.State.PROPOSED:
            row.decided_at, row.decision = None, ""
    return rows


def _state(*cases: When, default: Any) -> Case:
    return Case(*cases, default=default, output_field=CharField())
