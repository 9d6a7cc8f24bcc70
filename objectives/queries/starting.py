"""What a new cycle can start from, and the ambition that is proposed for it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Q

from objectives.domain.catalogue import CATALOGUE
from objectives.domain.evolution import CompanyStage, Past, company_stage, next_target
from objectives.domain.targets import better
from objectives.models import Cycle, Objective, Plan
from objectives.queries.levels import present_levels
from objectives.queries.strategies import company_objective
from tenants.models import Person

NOTHING, LAST = "", "last"
TEMPLATE = "template:"
REVENUE = "revenue_won"
GROWTH = 0.10  # over the present pace, where no cycle says more


class From(StrEnum):
    """What a proposed ambition stands on."""

    LAST = "last"
    PACE = "pace"


@dataclass(frozen=True, slots=True)
class ProposedAmbition:
    """`minor` in the currency's minor units; `reason` of objectives.domain.evolution when it follows from the cycle before."""

    minor: int
    basis: From
    reason: str = ""


def origins() -> list[str]:
    """Everything that a cycle may start from."""
    return [LAST, *(f"{TEMPLATE}{stage.value}" for stage in CompanyStage), NOTHING]


def stage_of(origin: str) -> CompanyStage | None:
    """The company stage of a template; None for another origin."""
    return CompanyStage(origin.removeprefix(TEMPLATE)) if origin.startswith(TEMPLATE) else None


def cycle_before(day: date) -> Cycle | None:
    """The last cycle that has an ambition and begins before `day`. One query."""
    with_ambition = Plan.objects.filter(revenue_minor__isnull=False).values("cycle")
    found: Cycle | None = (
        Cycle.objects.filter(start_on__lt=day, pk__in=with_ambition).order_by("-start_on").first()
    )
    return found


def present_stage(today: date) -> CompanyStage:
    """The stage of the company by the people who sell today. One query."""
    here = (Q(start_on=None) | Q(start_on__lte=today)) & (Q(end_on=None) | Q(end_on__gt=today))
    return company_stage(Person.objects.filter(here, managed_teams=None).count())


def past_of(row: Objective) -> Past:
    """How an objective of an earlier cycle ended; without an outcome nothing is known."""
    outcome = row.outcome or {}
    return Past(
        metric=row.metric,
        target=None if row.target is None else float(row.target),
        actual=outcome.get("actual"),
        attainment=outcome.get("attainment"),
        hit=outcome.get("hit"),
        band=row.calibration.get("band", "unknown"),
        segment=row.segment,
        stage=str(row.stage_id or ""),
    )


def proposed_ambition(cycle: Cycle) -> ProposedAmbition | None:
    """What the revenue objective could be: the cycle before, as it ended; else the present pace and a tenth more.

    Three queries, and those of the levels when they are not remembered. None when nothing is known.
    """
    before = cycle_before(cycle.start_on) if cycle.origin == LAST else None
    row = company_objective(before) if before is not None else None
    if row is not None and row.target is not None:
        proposal = next_target(past_of(row))
        return ProposedAmbition(round(proposal.target or float(row.target)), From.LAST, proposal.reason)
    level = present_levels(cycle).by_place.get((REVENUE, ""))
    if not level:
        return None
    return ProposedAmbition(round(better(CATALOGUE[REVENUE], level, GROWTH)), From.PACE)
