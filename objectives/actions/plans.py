"""The plan of a cycle: an ambition, the levers, and the numbers that follow from them."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from objectives.actions import cascades, drafts, personal
from objectives.actions.errors import Locked, refuse_stale
from objectives.domain import plan as plan_domain
from objectives.domain.cascade import LARGEST_TOTAL
from objectives.domain.plan_document import ENGINE, Override, Overrides, PlanInputs
from objectives.models import Cycle, Plan
from objectives.queries.planning import planning_inputs
from pipeline.queries.stays import frontier
from prospecting.queries.rates import LINKS
from tenants.access import Actor
from tenants.actions import audit
from tenants.domain.roles import Permission

VOLUME = "volume"
AVERAGE_VALUE = "average_value"
LONGEST_REASON = 300


def open_plan(*, cycle: Cycle, by: Actor) -> Plan:
    """The plan of the cycle, made empty when there is none, with its inputs up to date; locked for this transaction."""
    by.require(Permission.SET_OBJECTIVES)
    Plan.objects.get_or_create(cycle=cycle)
    plan: Plan = Plan.objects.select_for_update().get(cycle=cycle)
    plan.cycle = cycle
    return plan


@drafts.remembers("plan.ambition")
def set_ambition(*, cycle: Cycle, revenue_minor: int, version: int, by: Actor) -> Plan:
    """Set the company's revenue objective, compute what it asks for and share it out.

    `version`: that of the plan that was shown, 0 when there was none. Raises StaleVersion, Locked, or ValidationError
    at `revenue` for an amount that is not positive.
    """
    plan = _draft(cycle, by)
    if plan.revenue_minor == revenue_minor:  # wished twice, or by two people: no conflict
        return plan
    refuse_stale(plan, version)
    if not 0 < revenue_minor <= LARGEST_TOTAL:
        raise ValidationError(
            {"revenue": _("An objective is above zero, and an amount that a company can reach.")}
        )
    before, plan.revenue_minor = plan.revenue_minor, revenue_minor
    _save(plan)
    audit.record(by=by, verb="plan.ambition", obj=plan, detail={"revenue": revenue_minor, "before": before})
    cascades.share_out(cycle=cycle, by=by)
    return plan


@drafts.remembers("plan.lever")
def set_lever(
    *, cycle: Cycle, lever: str, version: int, by: Actor, value: float | None = None, locked: bool | None = None,
    keep_value: bool = False, reason: str = "",
) -> Plan:  # fmt: skip
    """Type a rate or the average value by hand (None takes the history's again), or turn its padlock.

    `lever`: the id of a stage, a link before the first one (`rates.LINKS`, which takes a `reason` for its rate),
    "average_value" (minor units) or "volume" (padlock only). `keep_value` leaves the value as it is; a typed
    value closes an open padlock, as in the cascade. Raises StaleVersion, Locked, or ValidationError at `value` or `reason`.
    """
    plan = _draft(cycle, by)
    override = _override(plan, lever)
    before = dict(override)
    if not keep_value:
        _check(plan, lever, value)
        override["value"] = value
        if lever in LINKS:
            override["reason"] = _reason(value, reason)
        if value is not None and override.get("locked") is False:
            override["locked"] = True  # what is typed stays: the other open levers give way
    if locked is not None:
        override["locked"] = locked
    if override == before:
        return plan
    refuse_stale(plan, version)
    _save(plan)
    personal.follow(cycle, plan)
    audit.record(by=by, verb="plan.lever", obj=plan, detail={"lever": lever, **override})
    return plan


@drafts.remembers("plan.recompute")
def recompute_plan(*, cycle: Cycle, by: Actor) -> Plan:
    """Read the pipeline again and compute the plan anew; what was typed by hand stays."""
    plan = _draft(cycle, by)
    plan.inputs = {}
    _save(plan)
    personal.follow(cycle, plan)
    audit.record(by=by, verb="plan.recompute", obj=plan, detail={"as_of": plan.inputs["as_of"]})
    return plan


def _draft(cycle: Cycle, by: Actor) -> Plan:
    plan = open_plan(cycle=cycle, by=by)
    cycle.refresh_from_db(fields=["state"])
    if cycle.state != Cycle.State.DRAFT:
        raise Locked
    return plan


def _save(plan: Plan) -> None:
    """Compute with what is known and store it all: inputs, overrides, result, engine."""
    if _outdated(plan):
        plan.inputs = planning_inputs(plan.cycle)
    inputs: PlanInputs = plan.inputs
    overrides: Overrides = plan.overrides
    if plan.revenue_minor is not None:
        plan.result = plan_domain.compute(
            revenue=plan.revenue_minor, first_day=plan.cycle.start_on, inputs=inputs, overrides=overrides
        )
    plan.engine = ENGINE
    plan.version += 1
    plan.save()


def _outdated(plan: Plan) -> bool:
    """Whether the inputs are missing, incomplete, of another length than the cycle, or older than the last recompute."""
    if not plan.inputs or "sourcing" not in plan.inputs:
        return True
    if len(plan.inputs["day_weights"]) != (plan.cycle.end_on - plan.cycle.start_on).days:
        return True
    front = frontier()
    return bool((front.as_of.isoformat() if front else None) != plan.inputs["as_of"])


def _override(plan: Plan, lever: str) -> Override:
    """The override of a lever, made when there is none; raises ValidationError for one that does not exist."""
    if _outdated(plan):
        plan.inputs = planning_inputs(plan.cycle)
    if lever in (VOLUME, AVERAGE_VALUE):
        found: Override = plan.overrides.setdefault(lever, {})
        return found
    known = [*plan.inputs["transitions"], *plan.inputs["sourcing"]]
    if lever not in {transition["stage"] for transition in known}:
        raise ValidationError({"value": _("This stage is not part of the pipeline any more.")})
    rate: Override = plan.overrides.setdefault("rates", {}).setdefault(lever, {})
    return rate


def _reason(value: float | None, reason: str) -> str:
    """Why a rate before the pipeline is what it is: nothing else vouches for it."""
    if value is not None and not reason.strip():
        raise ValidationError({"reason": _("Say where this rate comes from.")})
    return "" if value is None else reason.strip()[:LONGEST_REASON]


def _check(plan: Plan, lever: str, value: float | None) -> None:
    if value is None:
        return
    if lever == VOLUME:
        raise ValidationError(
            {"value": _("The volume follows from the objective: only its padlock can be set.")}
        )
    if lever == AVERAGE_VALUE and not value > 0:
        raise ValidationError({"value": _("An average value is above zero.")})
    if lever != AVERAGE_VALUE and not 0 < value <= 1:
        raise ValidationError({"value": _("A rate is above 0 % and at most 100 %.")})
