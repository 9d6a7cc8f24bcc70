"""The strategy by day, and the mix of objectives that it asks for in a cycle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from objectives.domain.evolution import CompanyStage, company_stage
from objectives.domain.markets import Market
from objectives.domain.strategy import Known, Mix, Orientation, propose
from objectives.models import Cycle, Objective, Plan, Strategy
from objectives.queries.levels import Levels, present_levels
from objectives.queries.tree import REVENUE
from tenants.models import Person

VERSIONS = 50


def strategy_on(day: date) -> Strategy | None:
    """The version in force on a day: the latest among those that have begun. One query."""
    found: Strategy | None = Strategy.objects.filter(starts_on__lte=day).order_by("-number").first()
    return found


def in_force(known: Sequence[Strategy], day: date) -> Strategy | None:
    """The same among versions that were read, latest first. No query."""
    return next((one for one in known if one.starts_on <= day), None)


def latest_strategy() -> Strategy | None:
    """The version written last, in force or not yet. One query."""
    found: Strategy | None = Strategy.objects.order_by("-number").first()
    return found


def versions() -> list[Strategy]:
    """The versions, latest first, 50 at most. One query."""
    return list(Strategy.objects.order_by("-number")[:VERSIONS])


def people_who_sell(cycle: Cycle) -> int:
    """How many salespeople are here at some time of the cycle. One query."""
    here = (Q(start_on=None) | Q(start_on__lt=cycle.end_on)) & (Q(end_on=None) | Q(end_on__gt=cycle.start_on))
    count: int = Person.objects.filter(here, managed_teams=None).count()
    return count


def needed_counts(plan: Plan | None) -> dict[str, float]:
    """What the reverse funnel asks for, by metric; empty without a plan. No query."""
    result: Mapping[str, Any] = plan.result if plan is not None else {}
    found: dict[str, float] = {}
    if result.get("wins"):
        found["deals_won"] = float(result["wins"])
    if result.get("links"):
        found["opportunities_opened"] = float(result["links"][0]["expected"])
    return found


@dataclass(frozen=True, slots=True)
class MixInputs:
    """What a mix is proposed from: the present levels with the markets, the company's stage, the plan's counts."""

    levels: Levels
    stage: CompanyStage
    needed: dict[str, float]

    @property
    def new_segments(self) -> list[str]:
        """The markets that the own wins show to be new."""
        return [one.segment for one in self.levels.markets if one.market is Market.NEW]

    def mix(self, weights: Mapping[str, int], new_segments: Sequence[str]) -> Mix:
        """The mix of an orientation. Raises WeightsError."""
        known = Known(self.levels.by_place, self.needed, new_segments)
        return propose({Orientation(part): weight for part, weight in weights.items()}, self.stage, known)


def mix_inputs(cycle: Cycle, plan: Plan | None) -> MixInputs:
    """Two queries, and those of the levels when they are not remembered."""
    return MixInputs(present_levels(cycle), company_stage(people_who_sell(cycle)), needed_counts(plan))


def company_objective(cycle: Cycle) -> Objective | None:
    """The company's revenue objective, which all the others serve; None before the ambition is set. One query."""
    whole = Objective.objects.filter(
        cycle=cycle, metric=REVENUE, segment="", team=None, person=None, engagement=None
    )
    found: Objective | None = whole.first()
    return found


def own_objectives(cycle: Cycle, *sources: Objective.Source) -> list[Objective]:
    """The objectives of the cycle that came from `sources`, in the order they were made, with owners. One query."""
    rows = Objective.objects.filter(cycle=cycle, source__in=sources)
    return list(rows.select_related("team", "person", "engagement", "stage").order_by("id"))
