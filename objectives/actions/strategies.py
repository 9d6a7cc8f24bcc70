"""The strategy, in dated versions, and the mix of objectives that a cycle takes from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from objectives.actions import drafts, personal
from objectives.actions.errors import StaleVersion, refuse_stale
from objectives.actions.targets import check_target
from objectives.domain.strategy import Orientation, WeightsError, check_weights
from objectives.models import Cycle, Objective, Strategy
from objectives.queries.strategies import company_objective, latest_strategy, own_objectives
from tenants.access import Actor
from tenants.actions import audit
from tenants.domain.roles import Permission

MIX = Objective.Source.MIX


@dataclass(frozen=True, slots=True)
class Version:
    """What a version of the strategy says; ``weights`` by part, 100 in all."""

    starts_on: date
    horizon_on: date
    statement: str
    ambition_minor: int | None
    weights: Mapping[str, int]

    def says(self, strategy: Strategy | None) -> bool:
        """Whether `strategy` says just that."""
        return strategy is not None and self == Version(
            starts_on=strategy.starts_on,
            horizon_on=strategy.horizon_on,
            statement=strategy.statement,
            ambition_minor=strategy.ambition_minor,
            weights=strategy.weights,
        )


@dataclass(frozen=True, slots=True)
class MixRow:
    """An objective of the company that the page showed.

    ``computed``: what the orientation asks for, None when it does not; ``version``: that of the row when it was taken
    before. ``is_reweighed``: the weights are others than those it was taken by, so its importance is another one too.
    """

    metric: str
    segment: str
    is_taken: bool
    target: Decimal | None
    computed: Decimal | None
    orientation: str
    why: str
    importance: int
    priority: int
    version: int | None = None
    is_reweighed: bool = False


def write(*, version: Version, after: int, by: Actor) -> Strategy:
    """Write the next version of the strategy; the same words and weights as the latest write nothing.

    ``after``: the number of the version that was shown, 0 when there was none. Raises StaleVersion when somebody has
    written another one meanwhile, ValidationError at the field.
    """
    by.require(Permission.SET_OBJECTIVES)
    latest = latest_strategy()
    if latest is not None and version.says(latest):
        return latest
    _check(version)
    if latest is not None and latest.number != after:
        raise _written_meanwhile(latest)
    try:
        with transaction.atomic():
            made: Strategy = Strategy.objects.create(
                number=after + 1,
                starts_on=version.starts_on,
                horizon_on=version.horizon_on,
                statement=version.statement,
                ambition_minor=version.ambition_minor,
                created_by=by.id,
                **version.weights,
            )
    except IntegrityError:
        newest = latest_strategy()
        if newest is None or newest.number <= after:
            raise
        raise _written_meanwhile(newest) from None
    audit.record(by=by, verb="strategy.write", obj=made, detail={"number": made.number, **version.weights})
    return made


@drafts.remembers("strategy.use")
def set_out(*, cycle: Cycle, version: Version, after: int, rows: Sequence[MixRow], by: Actor) -> Strategy:
    """Write the strategy, tie the draft to it and take the rows: what "Save and continue" of the step does.

    Raises as `write`, and StaleVersion for a row that was changed meanwhile, Locked unless it is a draft.
    """
    strategy = write(version=version, after=after, by=by)
    if cycle.strategy_id != strategy.pk:
        cycle.strategy = strategy
        cycle.save(update_fields=["strategy"])
        audit.record(by=by, verb="strategy.use", obj=cycle, detail={"number": strategy.number})
    take(cycle=cycle, rows=rows, by=by)
    return strategy


@drafts.remembers("mix.take")
def take(*, cycle: Cycle, rows: Sequence[MixRow], by: Actor) -> None:
    """Make, change and remove the objectives of the mix as the rows say; those that were not shown stay.

    A row without a target makes nothing: an objective says how much. Raises StaleVersion or Locked.
    """
    by.require(Permission.SET_OBJECTIVES)
    known = {(row.metric, row.segment): row for row in own_objectives(cycle, MIX)}
    parent = company_objective(cycle)
    taken, removed = [], []
    for row in rows:
        objective = known.get((row.metric, row.segment))
        if objective is not None and row.version is not None:
            if _says(objective, row):
                continue
            refuse_stale(objective, row.version)
        if not row.is_taken:
            removed += [objective] if objective is not None and row.version is not None else []
        elif row.target is not None:
            check_target(row.metric, row.target, cycle.organisation.currency)
            taken.append(_written(objective or _fresh(cycle, row), row, parent))
    made = [one for one in taken if one._state.adding]
    _refuse_twice(cycle, made)
    Objective.objects.bulk_create(made)
    Objective.objects.bulk_update([one for one in taken if one not in made], CHANGED)
    Objective.objects.filter(pk__in=[one.pk for one in removed]).delete()
    if taken or removed:
        personal.follow_company(cycle)
        detail = {"taken": [one.metric for one in taken], "removed": [one.metric for one in removed]}
        audit.record(by=by, verb="mix.take", obj=cycle, detail=detail)


CHANGED = ["target", "computed_target", "importance", "priority", "orientation", "why", "version", "parent"]


def _says(objective: Objective, row: MixRow) -> bool:
    weighs = (objective.importance, objective.priority) == (row.importance, row.priority)
    same = objective.target == row.target and objective.orientation == row.orientation
    return row.is_taken and same and (weighs or not row.is_reweighed)


def _fresh(cycle: Cycle, row: MixRow) -> Objective:
    return Objective(cycle=cycle, metric=row.metric, segment=row.segment, source=MIX, version=-1)


def _written(objective: Objective, row: MixRow, parent: Objective | None) -> Objective:
    objective.target, objective.computed_target = row.target, row.computed or row.target
    is_other = objective.orientation != row.orientation or objective._state.adding
    if is_other:
        objective.orientation, objective.why = row.orientation, row.why
    if is_other or row.is_reweighed:
        objective.importance, objective.priority = row.importance, row.priority
    objective.parent = objective.parent or parent
    objective.version += 1
    return objective


def _refuse_twice(cycle: Cycle, made: Sequence[Objective]) -> None:
    """An objective that was added by hand is not taken a second time."""
    if not made:
        return
    others = Objective.objects.filter(cycle=cycle, team=None, person=None, engagement=None, stage=None)
    places = set(others.values_list("metric", "segment"))
    twice = {(one.metric, one.segment) for one in made} & places
    if twice:
        raise ValidationError(
            _(
                "The company already has an objective on the same metric, added by hand: remove one of the two."
            )
        )


def _check(version: Version) -> None:
    try:
        check_weights({Orientation(part): weight for part, weight in version.weights.items()})
    except WeightsError as error:
        text = _("The four weights add up to %(total)s %%: they have to make 100 %%.") % {
            "total": error.total
        }
        raise ValidationError({"growth": text}) from None
    if version.horizon_on <= version.starts_on:
        raise ValidationError({"horizon_on": _("The horizon lies after the day that the strategy begins.")})
    if version.ambition_minor is not None and version.ambition_minor <= 0:
        raise ValidationError({"ambition": _("Zero is not an objective: type an amount above zero.")})


def _written_meanwhile(latest: Strategy) -> StaleVersion:
    author: UUID | None = latest.created_by
    return StaleVersion(
        current=latest,
        by=author,
        at=latest.created_at,
        verb="strategy.write",
        detail={"number": latest.number},
    )
