"""Objectives outside the cascade: added, changed and removed by hand while the cycle is a draft."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from objectives.actions import drafts, personal
from objectives.actions.errors import refuse_stale
from objectives.actions.targets import check_target
from objectives.domain.catalogue import CATALOGUE, OBJECTIVE_METRICS, Metric, Source
from objectives.models import Cycle, Objective
from objectives.queries.review import works_in
from pipeline.models import Stage
from prospecting.models import Engagement
from tenants.access import Actor
from tenants.actions import audit
from tenants.domain.roles import Permission
from tenants.models import Person, Team

ONCE = "objective_once"
# Of a share of the revenue objective, the cascade decides the rest.
OF_A_SHARE = ("commitment", "stretch", "importance", "priority", "why")
OF_OTHERS = (
    *("metric", "team_id", "person_id", "engagement_id", "stage_id"),
    *("parent_id", "segment", "target", "orientation"),
)
PRIORITIES = range(1, 6)
WHOLE = 100

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Place:
    """What a new or changed objective is checked against. `parents`: the parent of every objective of the cycle."""

    cycle: Cycle
    parents: dict[UUID, UUID | None]


@drafts.remembers("objective.add")
def add(*, cycle: Cycle, by: Actor, values: Values) -> Objective:
    """Add an objective. `values` by field of OF_A_SHARE and OF_OTHERS; targets in the unit of the metric, minor for money.

    Without a parent it hangs below the company's revenue objective. Raises Locked, or ValidationError by field:
    `metric`, `owner`, `stage`, `parent`, `target`, `commitment`, `stretch`, `importance`, `priority`.
    """
    by.require(Permission.SET_OBJECTIVES)
    row = Objective(cycle=cycle, source=Objective.Source.TYPED)
    _fill(row, values, (*OF_A_SHARE, *OF_OTHERS))
    if row.parent_id is None:
        row.parent = Objective.objects.filter(cycle=cycle, metric="revenue_won", parent=None).first()
    _check(row, _place(cycle))
    _save(row)
    personal.follow_company(cycle)
    audit.record(by=by, verb="objective.add", obj=row, detail={"metric": row.metric})
    return row


@drafts.remembers("objective.change")
def change(*, cycle: Cycle, objective: Objective, version: int, by: Actor, values: Values) -> Objective:
    """Change a draft objective; of a share of the cascade only OF_A_SHARE.

    Raises StaleVersion, Locked, or ValidationError by field as `add` does.
    """
    by.require(Permission.SET_OBJECTIVES)
    row: Objective = Objective.objects.select_for_update().get(pk=objective.pk, cycle=cycle)
    is_share = row.source == Objective.Source.CASCADE
    fields = OF_A_SHARE if is_share else (*OF_A_SHARE, *OF_OTHERS)
    changed = sorted(name for name in fields if name in values and getattr(row, name) != values[name])
    if not changed:
        return row
    refuse_stale(row, version)
    _fill(row, values, fields)
    _check(row, _place(cycle))
    if (
        not is_share
        and row.source in (Objective.Source.MIX, Objective.Source.PROFILE)
        and "metric" in changed
    ):
        row.source = Objective.Source.TYPED
    if row.source == Objective.Source.PROFILE:
        row.is_locked = row.target != row.computed_target  # typed: the profile leaves it where it is
    row.version += 1
    _save(row)
    personal.follow_company(cycle)
    detail = {"fields": [name.removesuffix("_id") for name in changed]}
    audit.record(by=by, verb="objective.change", obj=row, detail=detail)
    return row


@drafts.remembers("objective.remove")
def remove(*, cycle: Cycle, objective: Objective, version: int, by: Actor) -> None:
    """Remove a draft objective with what is below it. Raises StaleVersion, Locked, or ValidationError for a share."""
    by.require(Permission.SET_OBJECTIVES)
    row: Objective = Objective.objects.select_for_update().get(pk=objective.pk, cycle=cycle)
    if row.source == Objective.Source.CASCADE:
        raise ValidationError(
            _("A share of the revenue objective goes when its owner does: share out again.")
        )
    refuse_stale(row, version)
    audit.record(by=by, verb="objective.remove", obj=row, detail={"metric": row.metric})
    personal.leave_out(cycle, row)
    row.delete()
    personal.follow_company(cycle)


def _place(cycle: Cycle) -> _Place:
    return _Place(cycle, dict(Objective.objects.filter(cycle=cycle).values_list("id", "parent_id")))


def _fill(row: Objective, values: Values, fields: tuple[str, ...]) -> None:
    for name in fields:
        if name in values:
            setattr(row, name, values[name])


def _check(row: Objective, place: _Place) -> None:
    errors: dict[str, str] = {}
    metric = CATALOGUE.get(row.metric)
    if metric is None or row.metric not in OBJECTIVE_METRICS:
        raise ValidationError({"metric": _("Choose a metric of the catalogue.")})
    errors |= _owner_errors(row, place.cycle)
    errors |= _parent_errors(row, place)
    errors |= _level_errors(row, metric)
    if metric.has_stage and row.stage_id is None:
        errors["stage"] = _("This metric is about one stage: choose it.")
    if not metric.has_stage:
        row.stage_id = None
    elif row.stage_id is not None and not Stage.objects.filter(pk=row.stage_id).exists():
        errors["stage"] = _("This stage is not part of the pipeline any more.")
    if row.importance is not None and not 0 <= row.importance <= WHOLE:
        errors["importance"] = _("An importance is between 0 and 100 %.")
    if row.priority not in PRIORITIES:
        errors["priority"] = _("A priority is between 1 and 5.")
    if errors:
        raise ValidationError(errors)


def _owner_errors(row: Objective, cycle: Cycle) -> dict[str, str]:
    """Somebody who is not there cannot carry an objective."""
    if row.team_id is not None and not Team.objects.filter(pk=row.team_id).exists():
        return {"owner": _("This team does not exist any more: choose another owner.")}
    if row.engagement_id is not None:
        return _engagement_errors(row, cycle)
    if row.person_id is None:
        return {}
    person = Person.objects.filter(pk=row.person_id).first()
    if person is None:
        return {"owner": _("This person does not exist any more: choose another owner.")}
    if not works_in(person, cycle):
        text = _("%(name)s is not here in this cycle: choose another owner.")
        return {"owner": text % {"name": person.name}}
    return {}


def _engagement_errors(row: Objective, cycle: Cycle) -> dict[str, str]:
    """A partner carries what its activities and meetings are counted for, while its engagement lasts."""
    engagement = Engagement.objects.filter(pk=row.engagement_id).first()
    if engagement is None:
        return {"owner": _("This engagement does not exist any more: choose another owner.")}
    if CATALOGUE[row.metric].source is not Source.LOGGED:
        text = _(
            "A partner carries objectives on contacts, conversations and meetings: choose one of these metrics."
        )
        return {"metric": text}
    if engagement.starts_on >= cycle.end_on or (engagement.ends_on and engagement.ends_on < cycle.start_on):
        text = _("%(name)s does not last into this cycle: choose another owner.")
        return {"owner": text % {"name": engagement.name}}
    return {}


def _parent_errors(row: Objective, place: _Place) -> dict[str, str]:
    """An objective is part of another one of its cycle, never of itself or of its own parts."""
    if row.parent_id is None:
        return {}
    if row.parent_id not in place.parents:
        return {"parent": _("Choose an objective of this cycle.")}
    above: UUID | None = row.parent_id
    seen: set[UUID] = set()
    while above is not None and above not in seen:
        if above == row.pk:
            return {"parent": _("An objective cannot be part of itself or of one of its own parts.")}
        seen.add(above)
        above = place.parents.get(above)
    return {}


def _level_errors(row: Objective, metric: Metric) -> dict[str, str]:
    """Targets that no metric can have, and levels in the wrong order."""
    errors: dict[str, str] = {}
    levels = {"commitment": row.commitment, "target": row.target, "stretch": row.stretch}
    for name, value in levels.items():
        try:
            check_target(row.metric, value, row.cycle.organisation.currency, name)
        except ValidationError as error:
            errors[name] = " ".join(error.messages)
    if errors or metric.higher_is_better is None:
        return errors
    sign = 1 if metric.higher_is_better else -1
    for low, high, text in (
        ("commitment", "target", _("The commitment is not beyond the target.")),
        ("target", "stretch", _("The stretch level is not short of the target.")),
    ):
        least, most = levels[low], levels[high]
        if least is not None and most is not None and sign * (Decimal(most) - Decimal(least)) < 0:
            errors[low if low == "commitment" else high] = text
    return errors


def _save(row: Objective) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if ONCE not in str(error):
            raise
        text = _("Its owner has an objective on this metric already: change that one.")
        raise ValidationError({"metric": text}) from None
