"""What each constraint of the field does to a probability: the same objective calibrated once more without it."""

from dataclasses import dataclass
from uuid import UUID

from objectives.domain.calibration import multipliers
from objectives.domain.context import FACTORS, Constraints
from objectives.models import Cycle, Objective
from objectives.queries.calibrating import calibrations
from tenants.ids import new_id

NEUTRAL = 1.0


@dataclass(frozen=True, slots=True)
class Effect:
    """`probability` with the constraint, and `without` it, all else equal; None where it is not known."""

    factor: str
    multiplier: float
    probability: float | None
    without: float | None


def effects(cycle: Cycle, objective: Objective, constraints: Constraints) -> list[Effect]:
    """The effect of each factor whose multiplier is not 1. `constraints`: those that hold for it, inherited ones included.

    Nothing is written. As many queries as one calibration, whatever the number of factors; none without any.
    """
    found = multipliers(constraints)
    active = [factor for factor in FACTORS if found[factor] != NEUTRAL]
    if not active:
        return []
    whole = _copy(objective, found)
    without = {factor: _copy(objective, found | {factor: NEUTRAL}) for factor in active}
    documents = calibrations(cycle, [whole, *without.values()])
    present = documents[whole.pk]["probability"]
    return [
        Effect(factor, found[factor], present, documents[without[factor].pk]["probability"])
        for factor in active
    ]


def _copy(objective: Objective, multipliers: dict[str, float]) -> Objective:
    """The objective alone, never saved, with these multipliers."""
    key: UUID = new_id()
    return Objective(
        id=key,
        organisation_id=objective.organisation_id,
        cycle=objective.cycle,
        metric=objective.metric,
        team_id=objective.team_id,
        person_id=objective.person_id,
        stage_id=objective.stage_id,
        segment=objective.segment,
        target=objective.target,
        context={"constraints": {"multipliers": multipliers}},
    )
