"""What an objective said from which day on: rows that are only ever added."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from objectives.domain.context import Context, effective
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

    def chain(row: Objective) -> list[Context]:
        found: list[Context] = []
        current: Objective | None = row
        while current is not None and len(found) <= len(rows):
            found.append(cast(Context, current.context))
            current = by_id.get(current.parent_id) if current.parent_id else None
        return found

    return {row.pk: dict(effective(*chain(row))) for row in rows}
