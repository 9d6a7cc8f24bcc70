"""Personal objectives by profile (R11): who begins gets activity, learning and a ramped quota; a senior, value.

Rules as rows, each with the code of its reason; the revenue share of the cascade is the first objective of everybody.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from objectives.domain.cascade import share
from objectives.domain.catalogue import CATALOGUE, Family
from objectives.domain.evolution import GUIDES, CompanyStage
from objectives.domain.targets import better, round_target


class Profile(StrEnum):
    RAMPING = "ramping"
    CONFIRMED = "confirmed"
    SENIOR = "senior"


@dataclass(frozen=True, slots=True)
class Seller:
    """Somebody with a share of the revenue objective.

    ``revenue``: the own share and ``company_revenue`` the whole, same unit, None when it is not shared out yet; ``ramp``
    and ``presence``: mean share of full capacity while here, and of the cycle's working days, both in [0, 1]; ``counts``:
    the own whole part of what the company needs, by metric (:func:`shared_counts`).
    """

    profile: Profile
    revenue: float | None
    company_revenue: float | None
    ramp: float = 1.0
    presence: float = 1.0
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def part(self) -> float | None:
        """The share of the whole: the ramp and the presence are already in it (F7)."""
        return (
            self.revenue / self.company_revenue if self.revenue is not None and self.company_revenue else None
        )


@dataclass(frozen=True, slots=True)
class House:
    """What the company knows: ``needed`` counts of the cycle by metric (reverse funnel), present ``levels`` by metric,
    and how many ``weeks`` the cycle has."""

    stage: CompanyStage
    weeks: float
    needed: Mapping[str, float] = field(default_factory=dict)
    levels: Mapping[str, float] = field(default_factory=dict)


def shared_counts(needed: Mapping[str, float], revenues: Sequence[float]) -> list[dict[str, int]]:
    """Return each seller's whole part of the needed counts, in proportion to the revenue shares; the sums are exact.

    ``needed`` by metric, rounded up: half an opportunity does not exist; ``revenues`` (n,) of all the sellers.
    """
    parts: list[dict[str, int]] = [{} for _ in revenues]
    if not sum(revenues):
        return parts
    for metric, count in needed.items():
        for part, own in zip(parts, share(math.ceil(count - 1e-9 * max(count, 1.0)), revenues), strict=True):
            part[metric] = int(own)
    return parts


@dataclass(frozen=True, slots=True)
class Personal:
    """One objective of a person, beside the revenue share; ``params``: the figures of the reason's sentence."""

    metric: str
    target: float
    reason: str
    importance: int
    params: Mapping[str, float] = field(default_factory=dict)

    @property
    def family(self) -> Family:
        return CATALOGUE[self.metric].family


Sized = tuple[float, Mapping[str, float]] | None  # the target and its figures; None when it cannot be told


def _share_of_plan(metric: str, seller: Seller, house: House) -> Sized:
    """The person's part of the count that the reverse funnel asks for: a smaller share asks for less activity."""
    count = seller.counts.get(metric)
    if not count or seller.part is None:
        return None
    return float(count), {"part": seller.part, "needed": float(math.ceil(house.needed[metric]))}


WEEKS_A_MILESTONE: Final = 3
MOST_MILESTONES: Final = 6


def _milestones(metric: str, seller: Seller, house: House) -> Sized:
    """A milestone every three weeks of presence, six at most: learning needs time between the steps."""
    weeks = house.weeks * seller.presence
    count = min(MOST_MILESTONES, math.floor(weeks / WEEKS_A_MILESTONE + 1e-9))
    return (float(max(1, count)), {"weeks": float(WEEKS_A_MILESTONE)}) if weeks > 0 else None


def _hold(metric: str, seller: Seller, house: House) -> Sized:
    """The company's present level: the common standard."""
    level = house.levels.get(metric)
    return (round_target(CATALOGUE[metric], level), {"level": level}) if level else None


BETTER_BY: Final = 0.05


def _lead(metric: str, seller: Seller, house: House) -> Sized:
    """The company's present level, bettered by 5 % (odds for rates): who masters the trade shows the way."""
    level = house.levels.get(metric)
    if not level:
        return None
    return better(CATALOGUE[metric], level, BETTER_BY), {"level": level, "by": BETTER_BY}


@dataclass(frozen=True, slots=True)
class Rule:
    """A profile asks for a metric; ``size`` gives its target, ``importance`` the percent of the person's attention."""

    metric: str
    size: Callable[[str, Seller, House], Sized]
    reason: str
    importance: int


# By order of use; a rule whose target cannot be told gives its place to the next.
RULES: Final[Mapping[Profile, tuple[Rule, ...]]] = {
    Profile.RAMPING: (
        Rule("learning_milestones", _milestones, "ramping_learns", 30),
        Rule("opportunities_opened", _share_of_plan, "ramping_structures_activity", 30),
        Rule("meetings_held", _share_of_plan, "ramping_practises", 20),
    ),
    Profile.CONFIRMED: (
        Rule("opportunities_opened", _share_of_plan, "confirmed_feeds_own_pipeline", 25),
        Rule("win_rate", _hold, "confirmed_holds_the_standard", 20),
        Rule("average_deal_value", _hold, "confirmed_defends_value", 15),
    ),
    Profile.SENIOR: (
        Rule("average_deal_value", _lead, "senior_raises_value", 25),
        Rule("win_rate", _lead, "senior_shows_the_way", 25),
        Rule("margin_rate", _lead, "senior_defends_margin", 15),
        Rule("sales_cycle_days", _lead, "senior_shortens_the_cycle", 15),
    ),
}


def personal_objectives(seller: Seller, house: House) -> list[Personal]:
    """Return the objectives of a person beside the revenue share, the most important first.

    At most as many as the company's stage makes sense of, the revenue share included (evolution.GUIDES). Somebody who
    is not here in the cycle has none.
    """
    if seller.presence <= 0:
        return []
    room = GUIDES[house.stage].a_person - 1
    return list(_possible(seller, house))[:room]


def _possible(seller: Seller, house: House) -> Iterator[Personal]:
    for rule in RULES[seller.profile]:
        sized = rule.size(rule.metric, seller, house)
        if sized is not None and sized[0] > 0:
            yield Personal(rule.metric, sized[0], rule.reason, rule.importance, sized[1])
