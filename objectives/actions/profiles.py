"""Taking the personal objectives that the profiles propose: all at once, with what was changed or taken out."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from objectives.actions import drafts, personal
from objectives.actions.cascades import locked_plan
from objectives.actions.errors import refuse_stale
from objectives.actions.targets import check_target
from objectives.models import Cycle, Objective, Plan
from objectives.queries.personal import Key, removed_of
from tenants.access import Actor
from tenants.actions import audit


@dataclass(frozen=True, slots=True)
class PersonalRow:
    """An objective that the page showed. ``target`` None: the proposed one; ``version``: that of its row, if any."""

    person: UUID
    metric: str
    is_taken: bool
    target: Decimal | None
    version: int | None = None

    @property
    def key(self) -> Key:
        return self.person, self.metric


@drafts.remembers("profiles.take")
def take(*, cycle: Cycle, rows: Sequence[PersonalRow], by: Actor) -> None:
    """Give everybody the objectives of their profile, apart from what the rows take out or change.

    People who were not shown get what is proposed. A typed target is kept when the cascade moves; typing the computed
    one again lets it move. Raises StaleVersion for a row that was changed meanwhile, Locked, or ValidationError.
    """
    plan = locked_plan(cycle, by)
    if plan.revenue_minor is None:
        raise ValidationError(_("Set the revenue objective first."))
    _refuse_changed_meanwhile(cycle, rows)
    _choose(plan, rows)
    personal.follow(cycle, plan)
    typed = _type(cycle, rows)
    out = sum(not row.is_taken for row in rows)
    audit.record(by=by, verb="profiles.take", obj=plan, detail={"typed": typed, "removed": out})


def _choose(plan: Plan, rows: Sequence[PersonalRow]) -> None:
    removed = removed_of(plan) - {row.key for row in rows if row.is_taken}
    removed |= {row.key for row in rows if not row.is_taken}
    plan.overrides["profiles"] = {"removed": sorted([str(person), metric] for person, metric in removed)}
    plan.save(update_fields=["overrides", "updated_at"])


def _refuse_changed_meanwhile(cycle: Cycle, rows: Sequence[PersonalRow]) -> None:
    known = _rows(cycle)
    for row in rows:
        objective = known.get(row.key)
        if objective is None or row.version is None:
            continue
        wished = row.is_taken and row.target in (None, objective.target)
        if not wished:
            refuse_stale(objective, row.version)


def _type(cycle: Cycle, rows: Sequence[PersonalRow]) -> int:
    """Put typed targets in place; how many differ from what is computed."""
    known = _rows(cycle)
    changed = []
    for row in rows:
        objective = known.get(row.key)
        if objective is None or not row.is_taken or row.target is None or row.target == objective.target:
            continue
        check_target(objective.metric, row.target, cycle.organisation.currency)
        objective.target = row.target
        objective.is_locked = row.target != objective.computed_target
        objective.version += 1
        changed.append(objective)
    Objective.objects.bulk_update(changed, ["target", "is_locked", "version"], batch_size=500)
    return sum(objective.is_locked for objective in changed)


def _rows(cycle: Cycle) -> dict[Key, Objective]:
    rows = Objective.objects.filter(cycle=cycle, source=Objective.Source.PROFILE)
    return {(row.person_id, row.metric): row for row in rows}
