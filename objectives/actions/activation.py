"""Activation: the draft becomes the reference. From then on the database itself refuses to change a target."""

import math
from datetime import datetime, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError

from objectives.actions.cascades import METRIC, locked_plan
from objectives.domain.cascade import share
from objectives.domain.plan_document import PlanResult
from objectives.models import Cycle, Objective, Plan
from objectives.queries.review import problems
from tenants.access import Actor
from tenants.actions import audit, jobs

DEALS, OPENED, RATE = "deals_won", "opportunities_opened", "stage_conversion_rate"


def activate(*, cycle: Cycle, by: Actor, now: datetime) -> Cycle:
    """Lock the cycle: make the objectives that follow from the plan, set everything active, ask for a recompute.

    Made for the company: deals won, opportunities opened, and a rate for each link of the plan; for each person: deals
    won and opportunities opened, in proportion to the revenue share. Raises Locked when it is active already,
    ValidationError with what is missing.
    """
    plan = locked_plan(cycle, by)
    rows = list(Objective.objects.filter(cycle=cycle, metric=METRIC).select_related("team", "person"))
    blocking = [problem.text for problem in problems(plan, cycle, rows) if problem.blocks]
    if blocking:
        raise ValidationError([str(text) for text in blocking])
    Objective.objects.filter(cycle=cycle).exclude(metric=METRIC).delete()  # of an earlier draft
    derived = _derived(plan, cycle, rows)
    Objective.objects.bulk_create(derived)
    Objective.objects.filter(cycle=cycle).update(state=Objective.State.ACTIVE)
    cycle.state, cycle.activated_at, cycle.activated_by = Cycle.State.ACTIVE, now, by.id
    cycle.save(update_fields=["state", "activated_at", "activated_by"])
    detail = {"revenue": plan.revenue_minor, "objectives": len(rows) + len(derived)}
    audit.record(by=by, verb="cycle.activate", obj=cycle, detail=detail)
    _ask_for_recompute(cycle, now)
    return cycle


def _derived(plan: Plan, cycle: Cycle, rows: list[Objective]) -> list[Objective]:
    result: PlanResult = plan.result
    company = next(row for row in rows if row.parent_id is None)
    people = [row for row in rows if row.person_id is not None]
    made: list[Objective] = []
    for metric, count in ((DEALS, result["wins"]), (OPENED, _opened(result))):
        if count is None:
            continue
        # A deal is won or not: whole numbers, rounded up so that they reach the objective.
        total = math.ceil(count - 1e-9 * max(count, 1.0))
        top = Objective(
            cycle=cycle, metric=metric, parent=company, target=Decimal(total), computed_target=Decimal(total)
        )
        made.append(top)
        made += _shares(top, people, total)
    for link in result["links"]:
        rate = Decimal(str(round(link["rate"], 6)))
        made.append(
            Objective(
                cycle=cycle,
                metric=RATE,
                parent=company,
                stage_id=link["stage"],
                target=rate,
                computed_target=rate,
            )
        )
    return made


def _shares(top: Objective, people: list[Objective], total: int) -> list[Objective]:
    """A count of each person, in proportion to the revenue share; whole, and the sum is exact."""
    weights = [float(row.target or 0) for row in people]
    if not sum(weights):
        return []
    return [
        Objective(
            cycle=top.cycle,
            metric=top.metric,
            parent=top,
            person_id=row.person_id,
            target=Decimal(int(count)),
            computed_target=Decimal(int(count)),
        )
        for row, count in zip(people, share(total, weights), strict=True)
    ]


def _opened(result: PlanResult) -> float | None:
    return result["links"][0]["expected"] if result["links"] else None


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
