"""Activation: the draft becomes the reference. From then on the database itself refuses to change a target."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError

from objectives.actions import calibrations, versions
from objectives.actions.cascades import METRIC, locked_plan
from objectives.domain.cascade import share
from objectives.domain.plan_document import PlanResult
from objectives.models import Cycle, DraftStep, Objective, Plan
from objectives.queries.briefs import briefs
from objectives.queries.review import problems
from objectives.queries.strategies import strategy_on
from tenants.access import Actor
from tenants.actions import audit, jobs

DEALS, OPENED, RATE = "deals_won", "opportunities_opened", "stage_conversion_rate"
Source = Objective.Source


def activate(*, cycle: Cycle, by: Actor, now: datetime) -> Cycle:
    """Lock the cycle: make the objectives that follow from the plan, set everything active, ask for a recompute.

    Made for the company: deals won, opportunities opened, and a rate for each link of the plan; for each person: deals
    won and opportunities opened, in proportion to the revenue share. What was set by hand, by the strategy or by a
    profile is kept, and stands where the plan would have made the same. Everything is calibrated as it then is, and its
    first version is written. Raises Locked when it is active already, ValidationError with what is missing.
    """
    plan = locked_plan(cycle, by)
    Objective.objects.filter(cycle=cycle, source=Source.DERIVED).delete()  # of an earlier draft
    cycle.strategy = cycle.strategy or strategy_on(cycle.start_on)
    rows = _rows(cycle)
    made: list[Objective] = []
    if plan.revenue_minor is not None:
        made = _derived(plan, cycle, rows)
        Objective.objects.bulk_create(made)
        calibrations.calibrate(cycle=cycle, by=by)
    known = briefs(cycle, without=Source.DERIVED)
    blocking = [problem.text for problem in problems(plan, cycle, known) if problem.blocks]
    if blocking:
        raise ValidationError([str(text) for text in blocking])
    Objective.objects.filter(cycle=cycle).update(state=Objective.State.ACTIVE)
    cycle.state, cycle.activated_at, cycle.activated_by = Cycle.State.ACTIVE, now, by.id
    cycle.save(update_fields=["state", "activated_at", "activated_by", "strategy"])
    DraftStep.objects.filter(cycle=cycle).delete()
    versions.record_first(cycle, by, now)
    detail = {"revenue": plan.revenue_minor, "objectives": len(known) + len(made)}
    audit.record(by=by, verb="cycle.activate", obj=cycle, detail=detail)
    _ask_for_recompute(cycle, now)
    return cycle


def _rows(cycle: Cycle) -> list[Objective]:
    """Every objective of the cycle with its owner and stage. One query."""
    return list(
        Objective.objects.filter(cycle=cycle)
        .select_related("team", "person", "engagement", "stage")
        .order_by("id")
    )


def _derived(plan: Plan, cycle: Cycle, rows: Sequence[Objective]) -> list[Objective]:
    """What follows from the plan and is not set otherwise."""
    result: PlanResult = plan.result
    company = next((row for row in rows if row.metric == METRIC and row.parent_id is None), None)
    kept = {
        (row.metric, row.person_id, row.stage_id): row
        for row in rows
        if row.team_id is None and not row.segment
    }
    people = [row for row in rows if row.metric == METRIC and row.person_id is not None and not row.segment]
    made: list[Objective] = []
    for metric, count in ((DEALS, result.get("wins")), (OPENED, _opened(result))):
        top = kept.get((metric, None, None))
        if top is None and count is not None:
            # A deal is won or not: whole numbers, rounded up so that they reach the objective.
            total = math.ceil(count - 1e-9 * max(count, 1.0))
            top = _made(cycle, company, metric, Decimal(total))
            made.append(top)
        if top is not None and top.target is not None:
            shares = _shares(top, people, math.ceil(top.target))
            made += [row for row in shares if (metric, row.person_id, None) not in kept]
    for link in result.get("links", []):
        if (RATE, None, UUID(link["stage"])) not in kept:
            made.append(_made(cycle, company, RATE, Decimal(str(round(link["rate"], 6))), link["stage"]))
    return made


def _made(
    cycle: Cycle, parent: Objective | None, metric: str, target: Decimal, stage: str | None = None
) -> Objective:
    return Objective(
        cycle=cycle,
        parent=parent,
        metric=metric,
        source=Source.DERIVED,
        stage_id=None if stage is None else UUID(stage),
        target=target,
        computed_target=target,
    )


def _shares(top: Objective, people: Sequence[Objective], total: int) -> list[Objective]:
    """A count of each person, in proportion to the revenue share; whole, and the sum is exact."""
    weights = [float(row.target or 0) for row in people]
    if not sum(weights):
        return []
    made = []
    for row, count in zip(people, share(total, weights), strict=True):
        one = _made(top.cycle, top, top.metric, Decimal(int(count)))
        one.person_id = row.person_id
        made.append(one)
    return made


def _opened(result: PlanResult) -> float | None:
    return result["links"][0]["expected"] if result.get("links") else None


def _ask_for_recompute(cycle: Cycle, now: datetime) -> None:
    """The morning page wants figures: those of yesterday, or of the last day of a cycle that is over."""
    yesterday = now.astimezone(cycle.organisation.zone).date() - timedelta(days=1)
    day = min(yesterday, cycle.end_on - timedelta(days=1))
    jobs.enqueue(
        organisation_id=cycle.organisation_id,
        kind=jobs.RECOMPUTE,
        key=day.isoformat(),
        task=jobs.RECOMPUTE_TASK,
    )
