"""The plan of a cycle, day by day: what reporting compares each morning with."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from objectives.domain import plan as plan_domain
from objectives.domain.phasing import phase
from objectives.models import Plan
from objectives.queries.calendar import working_days

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class PhasedPlan:
    """Expected cumulative figures by the end of each of the D days of the cycle; money in minor units.

    stages: the K stages of the chain, first link first, empty without a known chain; counts (K + 1, D) entries into
    each of them, then wins, (0, D) without a chain; chain_revenue and carried_revenue (D,) add up to `target` on the
    last day; rates (K,) and average_value as the plan uses them. The day before the first, all is 0.
    """

    dates: list[date]
    target: int
    stages: list[UUID]
    counts: Floats
    chain_revenue: Floats
    carried_revenue: Floats
    rates: Floats
    average_value: float | None
    day_weights: Floats  # working day × season, (D,)

    @property
    def revenue(self) -> Floats:
        """Chain and carried in, (D,)."""
        return self.chain_revenue + self.carried_revenue

    @property
    def path(self) -> Floats:
        """Share of the target expected by the end of each day, (D,), 1 on the last."""
        return self.revenue / self.target


def phased_plan(plan: Plan) -> PhasedPlan | None:
    """Phase a plan over its cycle; None while it has no revenue objective.

    Read from the row itself, as it was computed: no query when `cycle` (and, for a plan that was never computed,
    its organisation) came with it.
    """
    if plan.revenue_minor is None:
        return None
    cycle = plan.cycle
    days = (cycle.end_on - cycle.start_on).days
    weights = np.asarray(plan.inputs.get("day_weights") or [], dtype=np.float64)
    if weights.size != days:  # typed by hand, or never computed
        weights = working_days(cycle.organisation, cycle.start_on, cycle.end_on - timedelta(days=1))
    result = plan.result
    chain = result.get("chain") or []
    rates = np.asarray(result.get("rates") or [], dtype=np.float64)
    phased = phase(
        target=plan.revenue_minor,
        day_weights=weights,
        week_of_day=plan_domain.weeks_of(cycle.start_on, weights.tolist()).of_day,
        weekly_starts=[np.nan if w["starts"] is None else w["starts"] for w in result.get("weeks") or []]
        or np.full(days // 7 + 2, np.nan),
        rates=rates,
        lag_pmfs=plan_domain.lags(plan.inputs, chain) if chain else [],
        average_value=result.get("average_value") or 0.0,
        carried=result.get("open") or 0.0,
        carried_curve=(plan.inputs.get("open") or {}).get("curve") or (),
    )
    return PhasedPlan(
        dates=[cycle.start_on + timedelta(days=day) for day in range(days)],
        target=plan.revenue_minor,
        stages=[UUID(stage) for stage in chain],
        counts=phased.counts,
        chain_revenue=phased.chain,
        carried_revenue=phased.carried,
        rates=rates,
        average_value=result.get("average_value"),
        day_weights=weights,
    )
