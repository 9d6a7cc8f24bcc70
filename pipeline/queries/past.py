"""Some opportunities as they stood at the end of a day, by what their events tell: the rules of `pipeline.queries.histories`.

For a page of a list: the events of these deals alone are read, by the index, whatever the size of the organisation.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from pipeline.models import Opportunity, OpportunityEvent, Stage
from pipeline.queries.histories import PASSAGES, deals_of
from pipeline.queries.passage_sql import EVENTS, EVERYTHING, derive, features, stage_order
from pipeline.queries.stays import NOBODY
from tenants.scope import current_organisation_id

OF_SOME = (
    f"(SELECT a.* FROM {EVENTS} a WHERE a.organisation_id = %(org)s AND a.opportunity_id = ANY(%(some)s))"
)
STOOD = """
SELECT d.opportunity_id, d.stage_id, d.kind, d.closed_on, d.team_id, d.owner_id, d.amount_minor, d.expected_close_on
FROM ({deals}) d
"""


@dataclass(frozen=True, slots=True)
class Stood:
    """Where a deal stood, in whose hands, and what it was worth. state: open, won, lost, or unknown: seen further on,
    without a date."""

    stage_id: UUID
    state: str
    closed_on: date | None
    team_id: UUID | None
    owner_id: UUID | None
    amount_minor: int | None
    expected_close_on: date | None


def opened_by(
    day: date, *, stage: UUID | None = None, team: UUID | None = None, owner: UUID | None = None
) -> QuerySet[Opportunity]:
    """The deals that had entered a stage by the day; where they are said, those that can have stood in this stage then, and
    that had been in these hands ever. Which of them did, `stood_on` tells. No query but one for the stage."""
    events = OpportunityEvent.objects.filter(opportunity=OuterRef("pk"))
    dated = events.filter(occurred_on__lte=day)
    entered = dated.filter(kind=OpportunityEvent.Kind.STAGE)
    found: QuerySet[Opportunity] = Opportunity.objects.filter(
        Exists(entered if stage is None else entered.filter(stage=stage))
    )
    known = stages() if stage is not None else {}
    if stage in known and known[stage].kind == Stage.Kind.OPEN:
        # No deal goes back from an open stage that it has reached, and from a close only where that was undone.
        further = [
            one.pk
            for one in known.values()
            if one.kind == Stage.Kind.OPEN and one.position > known[stage].position
        ]
        closed = [one.pk for one in known.values() if one.kind != Stage.Kind.OPEN]
        undone = Exists(dated.filter(kind=OpportunityEvent.Kind.REOPEN))
        found = found.filter(
            ~Exists(entered.filter(stage__in=further)), ~Exists(entered.filter(stage__in=closed)) | undone
        )
    for hands in ({"team": team}, {"owner": owner}):
        if any(hands.values()):
            found = found.filter(Exists(events.filter(**hands)))
    return found


def stood_on(
    day: date, opportunities: Collection[UUID], *, stage: UUID | None = None, team: UUID | None = None,
    owner: UUID | None = None,
) -> dict[UUID, Stood]:  # fmt: skip
    """Where each of some deals stood at the end of the day; only those in this stage and these hands then, where they are
    said. Those that nothing dated had opened by then are left out. Three queries."""
    now: dict[str, Any] = {
        "org": current_organisation_id(), "as_of": day, "some": list(opportunities), **EVERYTHING,
    }  # fmt: skip
    stages = stage_order()
    with connection.cursor() as cursor:
        passages = PASSAGES.format(select=derive(stages, features(cursor, now, OF_SOME), events=OF_SOME))
        cursor.execute(STOOD.format(deals=deals_of(f"({passages})", stages, OF_SOME)), now)
        found = {key: _stood(*rest) for key, *rest in cursor.fetchall()}
    wanted = {"stage_id": stage, "team_id": team, "owner_id": owner}
    return {
        key: one
        for key, one in found.items()
        if all(value is None or getattr(one, name) == value for name, value in wanted.items())
    }


def stages() -> dict[UUID, Stage]:
    """Every stage by its id. One query."""
    return {stage.pk: stage for stage in Stage.objects.all()}


def _stood(
    stage_id: UUID, state: str, closed_on: date | None, team_id: UUID, owner_id: UUID, *told: Any
) -> Stood:
    team, owner = (None if one == NOBODY else one for one in (team_id, owner_id))
    return Stood(stage_id, state, closed_on, team, owner, *told)
