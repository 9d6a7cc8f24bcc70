"""What makes sense at which size of company, and after which result (R16). Rules, with their reason.

Every proposal carries the code of its reason and the figures of its sentence; the words are made where pages are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from objectives.domain.catalogue import CATALOGUE, Unit
from objectives.domain.targets import round_target

REVENUE: Final = "revenue_won"


class CompanyStage(StrEnum):
    """By the number of people who sell."""

    FOUNDING = "1-4"
    TEAM = "5-9"
    TEAMS = "10-19"
    SCALE = "20+"


FIRST_OF_STAGE: Final = ((20, CompanyStage.SCALE), (10, CompanyStage.TEAMS), (5, CompanyStage.TEAM))


class Rhythm(StrEnum):
    """How often the objectives are reviewed."""

    WEEKLY = "weekly"
    TWO_WEEKS = "two_weeks"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class Guide:
    """What makes sense at a stage, each part with the code of its reason.

    ``metrics``: what the company follows, by order of use, beside its revenue; ``for_company`` and ``a_person``: how
    many objectives at most, revenue included; ``rhythm`` of the review of the whole.
    """

    stage: CompanyStage
    metrics: tuple[tuple[str, str], ...]  # (metric, reason)
    for_company: int
    a_person: int
    count_reason: str
    rhythm: Rhythm
    rhythm_reason: str


def company_stage(people: int) -> CompanyStage:
    """Return the stage of a company in which ``people`` sell; nobody yet counts as the first."""
    return next((stage for first, stage in FIRST_OF_STAGE if people >= first), CompanyStage.FOUNDING)


# At each size the same figures would be right; at each size, other ones can be told from noise and acted on.
_FOUNDING: Final = (
    ("opportunities_opened", "pipeline_is_the_limit"),
    ("meetings_held", "founders_sell_by_meeting"),
    ("win_rate", "message_is_being_found"),
)
_TEAM: Final = (
    ("opportunities_opened", "pipeline_is_the_limit"),
    ("win_rate", "same_way_of_selling"),
    ("average_deal_value", "discounts_appear"),
    ("stale_share", "pipeline_grows_old"),
)
_TEAMS: Final = (
    ("opportunities_opened", "pipeline_is_the_limit"),
    ("stage_conversion_rate", "frictions_can_be_told"),
    ("average_deal_value", "discounts_appear"),
    ("stale_share", "pipeline_grows_old"),
    ("margin_rate", "growth_must_pay"),
)
_SCALE: Final = (
    ("opportunities_opened", "pipeline_is_the_limit"),
    ("stage_conversion_rate", "frictions_can_be_told"),
    ("margin_rate", "growth_must_pay"),
    ("sales_cycle_days", "capacity_is_costly"),
    ("repeat_revenue", "base_is_an_asset"),
    ("top_customers_share", "dependence_is_a_risk"),
)
GUIDES: Final[Mapping[CompanyStage, Guide]] = {
    guide.stage: guide
    for guide in (
        Guide(
            CompanyStage.FOUNDING, _FOUNDING, 3, 3, "few_people_few_objectives", Rhythm.WEEKLY, "learn_fast"
        ),
        Guide(CompanyStage.TEAM, _TEAM, 4, 3, "one_a_lever", Rhythm.WEEKLY, "one_manager_one_team"),
        Guide(CompanyStage.TEAMS, _TEAMS, 5, 3, "one_a_lever", Rhythm.TWO_WEEKS, "several_managers"),
        Guide(CompanyStage.SCALE, _SCALE, 6, 4, "roles_differ", Rhythm.MONTHLY, "teams_review_weekly"),
    )
}


class Step(StrEnum):
    """What the next cycle does with an objective."""

    RAISE = "raise"
    KEEP = "keep"
    EASE = "ease"
    DROP = "drop"
    ADD = "add"


BANDS: Final = ("comfortable", "stretch", "hard", "out_of_reach", "unknown")
# By which part a target that was reached moves on, by the band that it was in. A target that was reached although
# it was hard is not raised: one good quarter proves little.
RAISE_BY: Final = {"comfortable": 0.10, "stretch": 0.05, "unknown": 0.05}
# A target that was out of reach and was missed comes down to this part above what was done, never up.
EASE_TO: Final = 1.10


@dataclass(frozen=True, slots=True)
class Past:
    """How one objective of the closed cycle ended.

    ``target`` and ``actual`` in the unit of the metric, None when there was none; ``attainment`` and ``hit`` as they
    were frozen (objectives.domain.outcome); ``band`` of its calibration at activation.
    """

    metric: str
    target: float | None
    actual: float | None
    attainment: float | None
    hit: bool | None
    band: str = "unknown"
    segment: str = ""
    stage: str = ""  # id of the stage that a rate is about

    @property
    def place(self) -> tuple[str, str, str]:
        """What makes it this objective and no other."""
        return self.metric, self.segment, self.stage


@dataclass(frozen=True, slots=True)
class Next:
    """A proposal for the next cycle. ``target`` None: to be set; ``params``: the figures of the reason's sentence."""

    metric: str
    step: Step
    target: float | None
    reason: str
    segment: str = ""
    stage: str = ""
    params: Mapping[str, float] = field(default_factory=dict)


def next_target(past: Past, *, season: float = 1.0) -> Next:
    """Return the proposal for the same objective in the next cycle.

    ``season``: what the next cycle brings by the calendar, over what the closed one brought, for amounts and counts.
    Reached: comfortable +10 %, stretch +5 %, from the target (what was done above it may be luck); hard or out of
    reach: kept. Missed: comfortable, stretch or hard: kept, for the levers move before the ambition; out of reach:
    eased to 10 % above what was done, never above the target.
    """
    if past.target is None or past.actual is None or past.hit is None:
        return Next(past.metric, Step.KEEP, past.target, "not_known", past.segment, past.stage)
    metric = CATALOGUE[past.metric]
    sign = -1 if metric.higher_is_better is False else 1
    params = {} if past.attainment is None else {"attainment": past.attainment}
    step, target = Step.KEEP, past.target
    if past.hit and past.band in RAISE_BY:
        params["by"] = RAISE_BY[past.band]
        step, target = Step.RAISE, target * (1 + sign * params["by"])
    elif not past.hit and past.band == "out_of_reach":
        step = Step.EASE
        target = min(target, past.actual * EASE_TO) if sign > 0 else max(target, past.actual / EASE_TO)
    if metric.is_shared_out:
        target *= season
    if metric.unit is Unit.RATE:
        target = min(target, 1.0)
    if target != past.target:
        target = round_target(metric, target)
    reason = f"reached_{past.band}" if past.hit else f"missed_{past.band}"
    return Next(past.metric, step, target, reason, past.segment, past.stage, params)


def next_cycle(past: Sequence[Past], people: int, *, season: float = 1.0) -> list[Next]:
    """Return the objectives of the company that the next cycle should have, in order, each with its reason.

    ``past``: the company's objectives of the closed cycle, revenue included, without those that follow from the plan;
    empty for a template: the same rules without history. ``people``: how many sell from now on. Revenue first, then
    what makes sense at the stage, to its number; what no longer does, or is one too many, is proposed to be dropped.
    """
    guide = GUIDES[company_stage(people)]
    wanted = {REVENUE: "revenue_is_the_ambition", **dict(guide.metrics)}
    order = {metric: place for place, metric in enumerate(wanted)}
    known = {one.place: one for one in past}
    # Of one metric, that of the whole company comes before those of a segment or a stage.
    stay = sorted(
        (one for one in known.values() if one.metric in wanted),
        key=lambda one: (bool(one.segment or one.stage), order[one.metric]),
    )
    followed = {one.metric for one in known.values()}
    fresh = [metric for metric in wanted if metric not in followed][: max(0, guide.for_company - len(stay))]
    proposals = [next_target(one, season=season) for one in stay[: guide.for_company]]
    proposals += [Next(metric, Step.ADD, None, wanted[metric]) for metric in fresh]
    proposals.sort(key=lambda one: order[one.metric])
    too_many = [(one, "one_too_many") for one in stay[guide.for_company :]]
    outgrown = [(one, "not_at_this_stage") for one in known.values() if one.metric not in wanted]
    return proposals + [
        Next(one.metric, Step.DROP, None, reason, one.segment, one.stage, {"most": guide.for_company})
        for one, reason in too_many + outgrown
    ]
