"""What an objective said from which day on: rows that are only ever added."""

from datetime import datetime
from typing import Any
from uuid import UUID

from objectives.models import Cycle, Objective, ObjectiveVersion
from tenants.access import Actor

FIRST = 1


def record_first(cycle: Cycle, by: Actor, now: datetime) -> int:
    """Write version 1 of every active objective of the cycle, valid from its first day. Returns how many.

    Called once, by the activation, after the objectives became active. One query and one insert, whatever the size.
    """
    rows = list(Objective.objects.filter(cycle=cycle, state=Objective.State.ACTIVE))
    contexts = effective_contexts(rows)
    versions = [
        ObjectiveVersion(
            objective=row,
            number=FIRST,
            from_on=cycle.start_on,
            recorded_at=now,
            actor_id=by.id,
            target=row.target,
            commitment=row.commitment,
            stretch=row.stretch,
            context=contexts[row.pk],
            why=row.why,
        )
        for row in rows
    ]
    ObjectiveVersion.objects.bulk_create(versions, batch_size=1000)
    return len(versions)


def effective_contexts(rows: list[Objective]) -> dict[UUID, dict[str, Any]]:
    """The context of each objective with what comes from above: the nearest one that says something wins.

    `rows` hold the parents of each other, in any order; a parent that is not among them says nothing.
    """
    by_id = {row.pk: row for row in rows}
    known: dict[UUID, dict[str, Any]] = {}

    def of(row: Objective) -> dict[str, Any]:
        if row.pk not in known:
            above = by_id.get(row.parent_id)
            known[row.pk] = {**(of(above) if above is not None else {}), **_said(row.context)}
        return known[row.pk]

    return {row.pk: of(row) for row in rows}


def _said(context: dict[str, Any]) -> dict[str, Any]:
    return {field: value for field, value in context.items() if value not in ("", None, [], {})}
