"""The objectives of a cycle in brief: what all of them are judged by at a look, without the rest of their rows."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from objectives.domain.context import Constraints, Context, effective_constraints, handed_down
from objectives.models import Cycle, Objective
from tenants.reading import all_of, rows

# Ids as text, which costs less to read and to look up. Of the calibration, what it is judged by: its long parts are
# read with the objectives that are shown.
ROWS = """
SELECT o.id::text, o.parent_id::text, o.metric, o.segment, o.source, o.target, o.why, o.importance, o.team_id::text,
       o.person_id::text, coalesce(o.team_id, o.person_id, o.engagement_id)::text, o.stage_id::text, o.context::text,
       o.calibration ->> 'engine', (o.calibration ->> 'target')::float8, (o.calibration -> 'multipliers')::text,
       o.calibration ->> 'band', (o.calibration ->> 'probability')::float8, o.calibration ->> 'justification'
FROM objectives_objective o WHERE o.organisation_id = %(org)s AND o.cycle_id = %(cycle)s ORDER BY o.id
"""
# By themselves: joined, their policies cost more to plan than all the rest.
NAMES = """
SELECT id::text, name, start_on, end_on FROM tenants_person WHERE organisation_id = %(org)s
UNION ALL SELECT id::text, name, NULL, NULL FROM tenants_team WHERE organisation_id = %(org)s
UNION ALL SELECT id::text, name, NULL, NULL FROM prospecting_engagement WHERE organisation_id = %(org)s
UNION ALL SELECT id::text, name, NULL, NULL FROM pipeline_stage WHERE organisation_id = %(org)s
"""
SOURCE, OWNER, STAGE, CONTEXT, ENGINE = 4, 10, 11, 12, 13  # the places of their columns
NOBODY = ("", None, None)


class Brief(NamedTuple):
    """An objective in brief. Fields are named as those of the objective; `owner` and `stage` are names, "" without.

    key, team_id, person_id: ids as text. above: the place of the parent among the objectives of the cycle.
    start_on, end_on: of the person. calibration: what it is judged by (engine, target, multipliers, band,
    probability, justification).
    """

    key: str
    above: int | None
    metric: str
    segment: str
    source: str
    target: Decimal | None
    why: str
    importance: int | None
    team_id: str | None
    person_id: str | None
    owner: str
    stage: str
    start_on: date | None
    end_on: date | None
    context: Context
    calibration: Mapping[str, Any]

    @property
    def pk(self) -> UUID:
        return UUID(self.key)


def briefs(cycle: Cycle, *, without: str = "") -> list[Brief]:
    """Every objective of the cycle, but those of the source `without`. Two queries.

    Those that say the same share one document.
    """
    named = {key: (name, start_on, end_on) for key, name, start_on, end_on in rows(NAMES)}
    asked = [row for row in rows(ROWS, cycle=cycle.pk) if row[SOURCE] != without]
    documents = _Documents()
    nothing: Mapping[str, Any] = {}
    places = {row[0]: place for place, row in enumerate(asked)}
    name_of, place_of, make = named.get, places.get, Brief._make
    found = []
    # Hundreds of rows on each page of the setting: in one go, without unpacking what is handed on as it is.
    for row in asked:
        owner, start_on, end_on = name_of(row[OWNER], NOBODY)
        calibration = nothing
        if row[ENGINE]:
            engine, target, multipliers, band, probability, justification = row[ENGINE:]
            calibration = {
                "engine": engine, "target": target, "multipliers": documents[multipliers], "band": band,
                "probability": probability, "justification": justification,
            }  # fmt: skip
        own = (owner, name_of(row[STAGE], NOBODY)[0], start_on, end_on, documents[row[CONTEXT]], calibration)
        found.append(make((row[0], place_of(row[1]), *row[2:OWNER], *own)))
    return found


def constraints_in(found: Sequence[Brief]) -> list[Constraints]:
    """The constraints that hold for each objective, those of its parents included. No query."""
    nothing: Constraints = {}
    own = [row.context.get("constraints", nothing) for row in found]
    return handed_down([row.above for row in found], own, effective_constraints, nothing)


def read(shown: Sequence[Brief], beside: Brief | None) -> tuple[list[Objective], Objective | None]:
    """The objectives that are shown, in their order, and one beside them, in full but for their owners. One query."""
    keys = {row.key for row in shown} | ({beside.key} if beside else set())
    known = all_of(Objective, "AND t.id = ANY(%(keys)s::uuid[])", but=("context", "outcome"), keys=list(keys))
    found = {str(row.pk): row for row in known}
    return [found[row.key] for row in shown], found[beside.key] if beside else None


class _Documents(dict[str | None, Any]):
    """JSON by its text, each read once."""

    def __missing__(self, text: str | None) -> Any:
        self[text] = None if text is None else json.loads(text)
        return self[text]
