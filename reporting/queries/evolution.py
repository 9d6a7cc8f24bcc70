"""What the next cycle is proposed from: how the closed one ended, who sells from now on, and the own markets (R16)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from objectives.domain.catalogue import CATALOGUE
from objectives.domain.evolution import GUIDES, Guide, Next, Past, company_stage, next_cycle
from objectives.domain.path import season_weights
from objectives.domain.targets import round_target
from objectives.models import Cycle, Objective
from objectives.queries.calendar import working_days
from objectives.queries.levels import Levels, present_levels
from objectives.queries.starting import past_of
from objectives.queries.strategies import people_who_sell

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Period:
    """first_day and last_day of a cycle, both inside."""

    first_day: date
    last_day: date

    @property
    def quarter(self) -> int | None:
        """1 to 4 for a quarter of the calendar, else None."""
        end = self.last_day + timedelta(days=1)
        begins = self.first_day.day == 1 and self.first_day.month % 3 == 1
        return (self.first_day.month + 2) // 3 if begins and _months(self.first_day, 3) == end else None


@dataclass(frozen=True, slots=True)
class Proposal:
    """One objective of the company in the next cycle, with how it ended in the closed one, if it was there.

    start: what the field of the target begins with, in the unit of the metric: the proposed target, the present level
    where an objective is new, None where neither is known.
    """

    next: Next
    past: Past | None
    start: float | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """following: the cycle that already stands in the period, if any; people: how many sell in it."""

    cycle: Cycle
    period: Period
    following: Cycle | None
    people: int
    guide: Guide
    season: float
    revenue: Proposal | None
    proposals: tuple[Proposal, ...]
    levels: Levels


def outlook(cycle: Cycle) -> Outlook:
    """What is proposed after `cycle` (with its organisation). Five queries, and those of the levels when not remembered."""
    period = following_period(cycle)
    end = period.last_day + timedelta(days=1)
    to_be = Cycle(organisation=cycle.organisation, start_on=period.first_day, end_on=end)
    following = (
        Cycle.objects.filter(start_on__lt=end, end_on__gt=period.first_day).order_by("start_on").first()
    )
    past = _past(cycle)
    people = people_who_sell(to_be)
    season = _season(cycle, period)
    levels = present_levels(to_be)
    known = {one.place: one for one in past}
    proposals = [
        Proposal(one, known.get((one.metric, one.segment, one.stage)), _start(one, levels.by_place))
        for one in next_cycle(past, people, season=season)
    ]
    revenue = next(
        (one for one in proposals if one.next.metric == "revenue_won" and not one.next.segment), None
    )
    return Outlook(
        cycle=cycle,
        period=period,
        following=following,
        people=people,
        guide=GUIDES[company_stage(people)],
        season=season,
        revenue=revenue,
        proposals=tuple(one for one in proposals if one is not revenue),
        levels=levels,
    )


def following_period(cycle: Cycle) -> Period:
    """As long as the cycle, by whole months where it is made of them: a quarter follows a quarter."""
    first = cycle.end_on
    months = (first.year - cycle.start_on.year) * MONTHS + first.month - cycle.start_on.month
    whole = cycle.start_on.day == first.day == 1 and months > 0
    end = _months(first, months) if whole else first + (first - cycle.start_on)
    return Period(first, end - timedelta(days=1))


def _past(cycle: Cycle) -> list[Past]:
    """The company's own objectives, without those that follow from the plan. One query."""
    rows = Objective.objects.filter(cycle=cycle, team=None, person=None, engagement=None).exclude(
        source=Objective.Source.DERIVED
    )
    return [past_of(row) for row in rows.order_by("id")]


def _season(cycle: Cycle, period: Period) -> float:
    """What the calendar gives the next cycle over what it gave the closed one: working days × season. One query."""
    plan = cycle.plans.first()
    factors = (plan.inputs.get("season") if plan else None) or [1.0] * MONTHS
    weights = [
        float((working_days(cycle.organisation, first, last) * season_weights(first, last, factors)).sum())
        for first, last in (
            (cycle.start_on, cycle.end_on - timedelta(days=1)),
            (period.first_day, period.last_day),
        )
    ]
    return weights[1] / weights[0] if weights[0] > 0 else 1.0


def _start(one: Next, levels: Mapping[tuple[str, str], float]) -> float | None:
    if one.target is not None:
        return one.target
    level = levels.get((one.metric, one.segment))
    return round_target(CATALOGUE[one.metric], level) if level else None


def _months(day: date, count: int) -> date:
    """The same day of the month, `count` months later; for first days of a month."""
    month = day.month - 1 + count
    return date(day.year + month // MONTHS, month % MONTHS + 1, day.day)
