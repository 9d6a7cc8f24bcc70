"""A draft of 500 objectives, so that the pages of the guided setting are measured on a large tree."""

from datetime import date
from uuid import UUID

from objectives.actions import calibrations, contexts, cycles, plans
from objectives.models import Cycle, Objective
from tenants.access import SYSTEM
from tenants.scope import tenant_scope

NAME = "Q1 2027"
FIRST_DAY, LAST_DAY = date(2027, 1, 1), date(2027, 3, 31)
OBJECTIVES, BRANCHES = 500, 8
REVENUE = 100_000_000


def plant(organisation_id: UUID) -> tuple[UUID, UUID]:
    """The draft and its widest branch; made when they are not there, beside the quarter that is promised."""
    with tenant_scope(organisation_id):
        cycle = Cycle.objects.filter(name=NAME).first() or _made()
        branch = Objective.objects.filter(cycle=cycle, segment="Branch 0").values_list("pk", flat=True).get()
    return cycle.pk, branch


def _made() -> Cycle:
    """The company, its cascade, eight branches below the company, and segments below these, up to 500."""
    cycle = cycles.create(name=NAME, first_day=FIRST_DAY, last_day=LAST_DAY, by=SYSTEM)
    plans.set_ambition(cycle=cycle, revenue_minor=REVENUE, version=0, by=SYSTEM)
    company = Objective.objects.get(cycle=cycle, metric="revenue_won", parent=None)
    branches = [
        Objective(cycle=cycle, metric="deals_won", segment=f"Branch {n}", parent=company, target=100)
        for n in range(BRANCHES)
    ]
    rest = OBJECTIVES - Objective.objects.filter(cycle=cycle).count() - BRANCHES
    Objective.objects.bulk_create(branches)
    Objective.objects.bulk_create(
        # The first branch has more than one response may hold.
        Objective(
            cycle=cycle,
            metric="opportunities_opened",
            segment=f"Segment {n}",
            parent=branches[0] if n < 120 else branches[n % BRANCHES],
            target=10,
        )
        for n in range(rest)
    )
    contexts.accept(cycle=cycle, by=SYSTEM)
    calibrations.calibrate(cycle=cycle, by=SYSTEM)
    return cycle
