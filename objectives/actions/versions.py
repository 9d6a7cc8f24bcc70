"""What an objective said from which day on: rows that are only ever added."""

from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from objectives.domain.context import Context, effective
from objectives.models import Cycle, Objective, ObjectiveVersion, Revision
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


def record_revised(
    revision: Revision, revised: list[Objective], made: list[Objective], by: Actor, now: datetime
) -> None:
    """Write the next version of what a revision has changed, and the first of what it has made, from its day on.

    An objective without any version (activated before versions were kept) gets its first one too, with the target
    that it had. Two queries and one insert.
    """
    latest = _latest([*revised, *(row.parent for row in made if row.parent is not None)])
    before = {change.objective_id: change.before for change in revision.changes.all()}
    versions = []
    for row in revised:
        known = latest.get(row.pk)
        if known is None:
            known = _version(row, FIRST, revision.cycle.start_on, now, context=row.context)
            known.target = before[row.pk]
            versions.append(known)
        versions.append(
            _version(
                row,
                known.number + 1,
                revision.effective_on,
                now,
                context=known.context,
                revision=revision,
                actor_id=by.id,
            )
        )
    for row in made:
        above = latest.get(row.parent_id) if row.parent_id else None
        context = above.context if above is not None else {}
        versions.append(
            _version(
                row, FIRST, revision.effective_on, now, context=context, revision=revision, actor_id=by.id
            )
        )
    ObjectiveVersion.objects.bulk_create(versions, batch_size=1000)


def _latest(rows: list[Objective]) -> dict[UUID, ObjectiveVersion]:
    found = ObjectiveVersion.objects.filter(objective__in=rows)
    return {row.objective_id: row for row in found.order_by("objective_id", "-number").distinct("objective")}


def _version(row: Objective, number: int, from_on: date, now: datetime, **more: Any) -> ObjectiveVersion:
    return ObjectiveVersion(
        objective=row,
        number=number,
        from_on=from_on,
        recorded_at=now,
        target=row.target,
        commitment=row.commitment,
        stretch=row.stretch,
        why=row.why,
        **more,
    )
