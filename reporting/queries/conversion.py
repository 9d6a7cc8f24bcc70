"""Stored conversion results: the transitions of scopes, in the order of the stages."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pipeline.models import Stage
from tenants.reading import all_of, rows

TRANSITIONS = """
SELECT person_id, team_id, from_stage_id, to_stage_id, entered, advanced, lost, open, unknown, eventual_rate, mean,
       low, high, snapshot_rate, median_days, objective_rate, p_below, state, inputs::text
FROM reporting_conversionresult
WHERE organisation_id = %(org)s AND run_id = %(run)s
      AND (team_id = ANY(%(teams)s::uuid[]) OR person_id = ANY(%(people)s::uuid[])
           OR (%(company)s AND team_id IS NULL AND person_id IS NULL))
"""


@dataclass(frozen=True, slots=True)
class Transition:
    """A transition of one scope (None: the company), with the stored figures of ConversionResult."""

    scope_id: UUID | None
    from_stage: Stage
    to_stage: Stage
    entered: int
    advanced: int
    lost: int
    open: int
    unknown: int
    eventual_rate: float | None
    mean: float | None
    low: float | None
    high: float | None
    snapshot_rate: float | None
    median_days: float | None
    objective_rate: float | None
    p_below: float | None
    state: str
    inputs: dict[str, Any]

    @property
    def is_known(self) -> bool:
        return self.eventual_rate is not None

    @property
    def rate(self) -> float | None:
        """What pages show beside the interval: the estimate that it belongs to (F3)."""
        return self.mean if self.mean is not None else self.eventual_rate

    @property
    def name(self) -> str:
        return f"{self.from_stage.name} → {self.to_stage.name}"


def stages() -> list[Stage]:
    """Every stage in order. One query."""
    return all_of(Stage, "ORDER BY t.position")


def transitions(
    *, run_id: UUID, stages: Sequence[Stage], company: bool, team_ids: Collection[UUID] = (),
    person_ids: Collection[UUID] = (),
) -> list[Transition]:  # fmt: skip
    """The transitions of these scopes, by the order of the stages. One query."""
    by_id = {stage.id: stage for stage in stages}
    given = {"teams": list(team_ids), "people": list(person_ids), "company": company}
    found = [
        Transition(person or team, by_id[leaves], by_id[enters], *[*figures, json.loads(inputs)])
        for person, team, leaves, enters, *figures, inputs in rows(TRANSITIONS, run=run_id, **given)
    ]
    return sorted(found, key=lambda one: one.from_stage.position)
