"""The objectives of a cycle in brief: what all of them are judged by at a look, without the rest of their rows."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from django.db import connection

from objectives.domain.context import Context
from objectives.models import Cycle, Objective
from tenants.scope import current_organisation_id

# The calibration as far as it is judged by: its long parts are read with the objectives that are shown.
ROWS = """
SELECT o.id, o.parent_id, o.metric, o.segment, o.source, o.target, o.why, o.importance, o.team_id,
       o.person_id, coalesce(t.name, p.name, e.name, ''), coalesce(s.name, ''), p.start_on, p.end_on,
       o.context::text, o.calibration ->> 'engine', (o.calibration ->> 'target')::float8,
       (o.calibration -> 'multipliers')::text, o.calibration ->> 'band', (o.calibration ->> 'probability')::float8,
       o.calibration ->> 'justification'
FROM objectives_objective o
LEFT JOIN tenants_team t ON t.organisation_id = o.organisation_id AND t.id = o.team_id
LEFT JOIN tenants_person p ON p.organisation_id = o.organisation_id AND p.id = o.person_id
LEFT JOIN prospecting_engagement e ON e.organisation_id = o.organisation_id AND e.id = o.engagement_id
LEFT JOIN pipeline_stage s ON s.organisation_id = o.organisation_id AND s.id = o.stage_id
WHERE o.organisation_id = %s AND o.cycle_id = %s ORDER BY o.id
"""


@dataclass(frozen=True, slots=True)
class Brief:
    """An objective in brief. Fields are named as those of the objective; `owner` and `stage` are names, "" without.

    start_on, end_on: of the person. calibration: engine, target, multipliers, band, probability, justification.
    """

    pk: UUID
    parent_id: UUID | None
    metric: str
    segment: str
    source: str
    target: Decimal | None
    why: str
    importance: int | None
    team_id: UUID | None
    person_id: UUID | None
    owner: str
    stage: str
    start_on: date | None
    end_on: date | None
    context: Context
    calibration: Mapping[str, Any]


def briefs(cycle: Cycle) -> list[Brief]:
    """Every objective of the cycle. One query. Those that say the same share one document."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [current_organisation_id(), cycle.pk])
        rows = cursor.fetchall()
    documents = _Documents()
    return [
        Brief(
            *row[:14],
            context=cast(Context, documents[row[14]]),
            calibration=_calibration(*row[15:], documents=documents),
        )
        for row in rows
    ]


def read(shown: Sequence[Brief], beside: Brief | None) -> tuple[list[Objective], Objective | None]:
    """The objectives that are shown, in their order, and one beside them, in full. One query."""
    keys = {row.pk for row in shown} | ({beside.pk} if beside else set())
    rows = Objective.objects.filter(pk__in=keys).defer("context", "outcome")
    found = {row.pk: row for row in rows.select_related("team", "person", "engagement", "stage")}
    return [found[row.pk] for row in shown], found[beside.pk] if beside else None


def _calibration(
    engine: str | None,
    target: float | None,
    multipliers: str | None,
    band: str | None,
    probability: float | None,
    justification: str | None,
    *,
    documents: "_Documents",
) -> Mapping[str, Any]:
    found = {
        "engine": engine,
        "target": target,
        "multipliers": documents[multipliers],
        "band": band,
        "probability": probability,
        "justification": justification,
    }
    return {name: value for name, value in found.items() if value is not None}


class _Documents(dict[str | None, Any]):
    """JSON by its text, each read once."""

    def __missing__(self, text: str | None) -> Any:
        self[text] = None if text is None else json.loads(text)
        return self[text]
