"""Cycles by day."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Min, OuterRef, Subquery
from django.utils import timezone

from objectives.models import Cycle, Objective, Plan
from pipeline.models import OpportunityEvent


def cycles() -> list[Cycle]:
    """Every cycle, latest first. One query."""
    return list(Cycle.objects.order_by("-start_on"))


def cycle_for(day: date) -> Cycle | None:
    """The cycle that holds `day`. One query."""
    found: Cycle | None = Cycle.objects.filter(start_on__lte=day, end_on__gt=day).first()
    return found


def current_cycle() -> Cycle | None:
    """The cycle that holds yesterday, the last day that figures are known for; else the latest begun, else the next.

    An active one goes before a draft. One query.
    """
    yesterday = timezone.localdate() - timedelta(days=1)

    def preference(cycle: Cycle) -> tuple[bool, bool, int]:
        holds = cycle.start_on <= yesterday < cycle.end_on
        begun = cycle.start_on <= yesterday
        return (holds, begun, cycle.start_on.toordinal() * (1 if begun else -1))

    known = cycles()
    active = [cycle for cycle in known if cycle.state == Cycle.State.ACTIVE]
    return max(active or known, key=preference, default=None)


@dataclass(frozen=True, slots=True)
class CycleLine:
    cycle: Cycle
    revenue_minor: int | None


def cycle_lines() -> list[CycleLine]:
    """Every cycle with its revenue objective, latest first: the one in force, also after a revision. Two queries."""
    company = Objective.objects.filter(
        cycle=OuterRef("cycle"), metric="revenue_won", segment="", team=None, person=None, engagement=None
    ).exclude(state=Objective.State.DRAFT)
    plans = Plan.objects.annotate(promised=Subquery(company.values("target")[:1]))
    revenue = {
        cycle: planned if promised is None else int(promised)
        for cycle, planned, promised in plans.values_list("cycle_id", "revenue_minor", "promised")
    }
    return [CycleLine(cycle, revenue.get(cycle.pk)) for cycle in cycles()]


def known_spans() -> list[tuple[date, date]]:
    """First day and day after the last of every cycle. One query."""
    return list(Cycle.objects.values_list("start_on", "end_on"))


def earliest_day() -> date | None:
    """The day of the oldest dated event. One query, answered by an index."""
    found: date | None = OpportunityEvent.objects.aggregate(first=Min("occurred_on"))["first"]
    return found
