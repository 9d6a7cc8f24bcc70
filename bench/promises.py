"""What the benchmark's organisations promise: an active quarter, planned and shared out by the actions of the pages."""

from datetime import date
from uuid import UUID

from django.utils import timezone

from objectives.actions import activation, calibrations, contexts, cycles, justifications, plans
from objectives.domain.calibration import Band
from objectives.models import Cycle
from tenants.access import SYSTEM
from tenants.scope import tenant_scope
from tenants.turns import take_time

FIRST_DAY, LAST_DAY = date(2026, 10, 1), date(2026, 12, 31)
REVENUE_OF_A_DEAL = (
    250_000  # minor units asked per opportunity of the population: what a quarter of it brings
)


def promise(organisation_id: UUID, size: int) -> None:
    """Plan and activate the quarter that holds the population's last day, unless it is active already.

    Needs the counts of a first recompute, as planning does.
    """
    with tenant_scope(organisation_id):
        take_time()
        if Cycle.objects.exists():
            return
        cycle = cycles.create(name="Q4 2026", first_day=FIRST_DAY, last_day=LAST_DAY, by=SYSTEM)
        plans.set_ambition(cycle=cycle, revenue_minor=REVENUE_OF_A_DEAL * size, version=0, by=SYSTEM)
        contexts.accept(cycle=cycle, by=SYSTEM)
        if calibrations.calibrate(cycle=cycle, by=SYSTEM)[Band.OUT_OF_REACH]:
            justifications.justify_all(cycle=cycle, text="Measured, not judged.", by=SYSTEM)
        activation.activate(cycle=cycle, by=SYSTEM, now=timezone.now())
