"""Lever actions to read: lists, what is due, and whose they are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
    prefetch_related_objects,
)

from reporting.domain.lever_actions import OPEN, State, Verb, week_of
from reporting.models import LeverAction
from reporting.queries.reach import Reach
from reporting.queries.what_if import Scope
from tenants.days import end_of
from tenants.ids import first_id
from tenants.models import AuditEntry
from tenants.reading import all_of, rows

# What the morning pages ask, in SQL of their own.
OWNED = "AND t.owner_id = %(owner)s AND t.state = ANY(%(states)s) ORDER BY t.review_on, t.id"
DUE = """
SELECT count(*) FROM reporting_leveraction a
WHERE a.organisation_id = %(org)s AND (a.state = %(planned)s AND a.start_on <= %(day)s
                                       OR a.state = %(running)s AND a.review_on <= %(day)s)
"""
OF_TEAMS = """AND (a.team_id = ANY(%(teams)s) OR EXISTS (
    SELECT FROM tenants_teammembership m
    WHERE m.organisation_id = a.organisation_id AND m.person_id = a.person_id AND m.team_id = ANY(%(teams)s)))
"""
RELATED = ("cycle", "stage", "team", "person", "owner", "scenario")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which actions a list shows; team None and person None: every one within reach."""

    scope: Scope
    state: str = ""
    due: bool = False


def within(reach: Reach) -> QuerySet[LeverAction]:
    """Those whose scope the reader may see; a company's are shown to who sees the company, and one's own always."""
    found: QuerySet[LeverAction] = LeverAction.objects.select_related(*RELATED)
    mine = Q(owner_id=reach.me.id) if reach.me is not None else Q()
    seen = Q(team_id__in=reach.team_ids) | Q(person_id__in=reach.person_ids)
    if reach.sees_company:
        seen |= Q(team=None, person=None)
    return found.filter(seen | mine)


def listed(reach: Reach, asked: Asked, today: date) -> QuerySet[LeverAction]:
    """The actions of a list, those that ask for something first."""
    found = within(reach)
    if asked.scope.person_id is not None:
        found = found.filter(person_id=asked.scope.person_id)
    elif asked.scope.team_id is not None:
        teams = reach.tree.descendants(asked.scope.team_id)
        people = [person for person, team in reach.tree.team_of.items() if team in teams]
        found = found.filter(Q(team_id__in=teams) | Q(person_id__in=people))
    if asked.state:
        found = found.filter(state=asked.state)
    if asked.due:
        found = found.filter(due_by(week_of(today)[1]))
    return found.order_by("over_on", "review_on", "id")


@dataclass(frozen=True, slots=True)
class Counts:
    """Of the actions within reach: all, those under way, and those due by a day."""

    total: int
    open: int
    due: int


def counts(reach: Reach, day: date) -> Counts:
    """One query."""
    states = [state.value for state in OPEN]
    found = within(reach).order_by().aggregate(
        total=Count("id"), open=Count("id", filter=Q(state__in=states)), due=Count("id", filter=due_by(day))
    )  # fmt: skip
    return Counts(**found)


def due_by(day: date) -> Q:
    """What asks for something by `day`: a start that was planned, or a review."""
    planned = Q(state=State.PLANNED.value, start_on__lte=day)
    return planned | Q(state=State.RUNNING.value, review_on__lte=day)


def due_count(today: date, *, team_ids: set[UUID] | None = None) -> int:
    """How many are due by the end of this week: all of them, or those of some teams and their people. One query."""
    given = {"planned": State.PLANNED.value, "running": State.RUNNING.value, "day": week_of(today)[1]}
    if team_ids is None:
        ((count,),) = rows(DUE, **given)
    else:
        ((count,),) = rows(DUE + OF_TEAMS, teams=list(team_ids), **given)
    return int(count)


def of_owner(person_id: UUID) -> list[LeverAction]:
    """The open actions that somebody answers for, the first review first. One query, three when there are some."""
    found = all_of(LeverAction, OWNED, owner=person_id, states=[state.value for state in OPEN])
    prefetch_related_objects(found, "team", "person")
    return found


def known_by(day: date) -> QuerySet[LeverAction]:
    """The actions that had been written down, or had begun, by the day; `state_then` is their state at its end.

    One that is abandoned by now had begun if the audit trail says so: nothing else tells.
    """
    begun = AuditEntry.objects.filter(verb=f"lever_action.{Verb.START.value}", object_id=OuterRef("pk"))
    state = Case(
        When(over_on__lte=day, then=F("state")),
        When(
            Q(start_on__lte=day) & (Q(state__in=[State.RUNNING.value, State.REVIEWED.value]) | Exists(begun)),
            then=Value(State.RUNNING.value),
        ),
        default=Value(State.PLANNED.value), output_field=CharField(),
    )  # fmt: skip
    rows: QuerySet[LeverAction] = LeverAction.objects.annotate(state_then=state)
    return rows.filter(
        Q(pk__lt=first_id(end_of(day))) | Q(state_then=State.RUNNING.value) | Q(over_on__lte=day)
    )


def stood(actions: Iterable[LeverAction]) -> list[LeverAction]:
    """Rows of `known_by` without what was said later. Changes them in memory: they are not to be saved.

    The wording and the steps are those of now.
    """
    rows = list(actions)
    for row in rows:
        row.state = row.state_then  # type: ignore[attr-defined]  # an annotation
        if State(row.state) in OPEN:
            row.over_on, row.conclusion = None, ""
    return rows
