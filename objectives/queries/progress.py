"""What people typed for objectives that no data measures, and which those are."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from objectives.domain.catalogue import CATALOGUE, Source
from objectives.models import Cycle, Objective, Progress
from prospecting.queries import facts
from tenants import queries as tenant_queries

ROWS = 50
TYPED = frozenset(key for key, metric in CATALOGUE.items() if metric.source is Source.TYPED)


def typed_metrics(cycle: Cycle) -> frozenset[str]:
    """The metrics that people type in this cycle: those that no data tells, and those of prospecting while nothing is
    logged in it (docs/adr/0010). One query."""
    logged = facts.logged(since=cycle.start_on, as_of=cycle.end_on - timedelta(days=1))
    return TYPED | (facts.LOGGED - logged)


@dataclass(frozen=True, slots=True)
class Typed:
    """A value, by whom ("" for the system) and when. difference: to the day before it in the list, None for the first."""

    day: date
    value: Decimal
    difference: Decimal | None
    note: str
    who: str
    at: datetime


def typed_for(objective: Objective, until: date | None = None) -> list[Typed]:
    """The latest ROWS values of the days up to `until`, the latest first. Two queries, one when nothing was typed."""
    found = Progress.objects.filter(objective=objective)
    if until is not None:
        found = found.filter(day__lte=until)
    rows = list(found.order_by("-day", "-recorded_at", "-id")[: ROWS + 1])
    if not rows:
        return []
    names = tenant_queries.member_names(
        objective.organisation_id, {row.actor_id for row in rows if row.actor_id}
    )
    earlier = [*rows[1:], None]
    return [
        Typed(
            row.day, row.value, None if before is None else row.value - before.value, row.note,
            names.get(row.actor_id, "") if row.actor_id else "", row.recorded_at,
        )
        for row, before in zip(rows, earlier, strict=True)
    ][:ROWS]  # fmt: skip


def latest(objectives: Collection[UUID], day: date) -> dict[UUID, Progress]:
    """The value in force on a day of each objective that has one. One query."""
    rows = Progress.objects.filter(objective_id__in=list(objectives), day__lte=day)
    found = rows.order_by("objective_id", "-day", "-recorded_at", "-id").distinct("objective_id")
    return {row.objective_id: row for row in found}
