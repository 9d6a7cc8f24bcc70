"""From the orientation of the strategy to a mix of objectives (R4). Rules as rows, each with the code of its reason.

The words are made where pages are; here are only codes and figures.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from objectives.domain.catalogue import CATALOGUE, Family, Source
from objectives.domain.evolution import GUIDES, CompanyStage
from objectives.domain.targets import better, round_target

WHOLE: Final = 100


class Orientation(StrEnum):
    GROWTH = "growth"
    PROFITABILITY = "profitability"
    NEW_MARKETS = "new_markets"
    RETENTION = "retention"


class WeightsError(ValueError):
    """The weights are no orientation. ``total``: what they add up to; ``wrong``: those outside 0…100."""

    def __init__(self, total: int, wrong: tuple[Orientation, ...]) -> None:
        self.total = total
        self.wrong = wrong
        super().__init__(f"weights add up to {total}, outside 0…100: {', '.join(wrong) or 'none'}")


@dataclass(frozen=True, slots=True)
class Rule:
    """A part of the strategy asks for a metric; ``improvement`` of its present level at a weight of 50.

    ``in_segments``: one objective in each new segment instead of one for the whole.
    """

    orientation: Orientation
    metric: str
    improvement: float
    reason: str
    in_segments: bool = False


# Of each part, the first rule weighs most. The improvement is relative for amounts, counts and durations, and acts on
# the odds of rates, so that no rate passes 100 %; where less is better it divides.
RULES: Final = (
    Rule(Orientation.GROWTH, "opportunities_opened", 0.10, "growth_opportunities"),
    Rule(Orientation.GROWTH, "win_rate", 0.05, "quality_beside_volume"),
    Rule(Orientation.GROWTH, "meetings_held", 0.10, "growth_meetings"),
    Rule(Orientation.PROFITABILITY, "average_deal_value", 0.05, "profitability_value"),
    Rule(Orientation.PROFITABILITY, "margin_rate", 0.10, "profitability_margin"),
    Rule(Orientation.PROFITABILITY, "sales_cycle_days", 0.10, "profitability_cycle"),
    Rule(Orientation.PROFITABILITY, "stale_share", 0.20, "profitability_quality"),
    Rule(Orientation.NEW_MARKETS, "opportunities_opened", 0.25, "new_markets_opportunities", True),
    Rule(Orientation.NEW_MARKETS, "revenue_won", 0.25, "new_markets_revenue", True),
    Rule(Orientation.NEW_MARKETS, "meetings_held", 0.15, "new_markets_meetings"),
    Rule(Orientation.RETENTION, "repeat_revenue", 0.10, "retention_revenue"),
    Rule(Orientation.RETENTION, "customer_retention", 0.15, "retention_customers"),
    Rule(Orientation.RETENTION, "recurring_share", 0.10, "retention_recurring"),
)
QUALITY: Final = RULES[1]
# Each further rule of a part counts for this much of the one before.
DECAY: Final = 0.6
# From this weight on, a part of the strategy has an objective of its own as long as there is room.
HEARD: Final = 10
# What is left of the company's attention beside its revenue; proposals share it by their score.
ATTENTION: Final = 60
HALF: Final = 50


class Basis(StrEnum):
    """What a proposed target stands on."""

    PLAN = "plan"  # what the reverse funnel asks for
    PRESENT = "present"  # the present level, improved
    FIRST_WIN = "first_win"  # enough to expect one win, where there is no level yet
    NONE = "none"  # to be typed


@dataclass(frozen=True, slots=True)
class Proposal:
    """One objective of the company. ``target`` and ``present`` in the unit of the metric (minor units for money).

    ``improvement``: by how much the target betters the present level, None without one; ``importance``: percent of the
    company's attention; ``priority``: 1 gives way last.
    """

    metric: str
    segment: str
    orientation: Orientation
    reason: str
    target: float | None
    present: float | None
    improvement: float | None
    basis: Basis
    importance: int = 0
    priority: int = 2

    @property
    def family(self) -> Family:
        return CATALOGUE[self.metric].family


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What the strategy would ask for, and why it is not proposed: no_data, no_segment or no_room."""

    metric: str
    orientation: Orientation
    because: str


@dataclass(frozen=True, slots=True)
class Mix:
    proposals: tuple[Proposal, ...]
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What a mix is made from.

    ``levels``: present level by (metric, segment, "" for the whole), for amounts and counts over a time as long as the
    cycle; ``needed``: what the reverse funnel asks for, by metric; ``new_segments``: the markets to enter, by order.
    """

    levels: Mapping[tuple[str, str], float]
    needed: Mapping[str, float]
    new_segments: Sequence[str] = ()

    def level(self, metric: str, segment: str = "") -> float | None:
        return self.levels.get((metric, segment))


def _one_win(known: Known) -> float | None:
    rate = known.level("win_rate")
    return 1 / rate if rate else None


# The least that is worth setting in a segment where nothing happens yet.
FIRST_STEPS: Final[Mapping[str, Callable[[Known], float | None]]] = {
    "opportunities_opened": _one_win,
    "revenue_won": lambda known: known.level("average_deal_value"),
}


def check_weights(weights: Mapping[Orientation, int]) -> None:
    """Raise WeightsError unless every weight is in 0…100 and they add up to 100."""
    wrong = tuple(part for part in Orientation if not 0 <= weights.get(part, 0) <= WHOLE)
    total = sum(weights.get(part, 0) for part in Orientation)
    if wrong or total != WHOLE:
        raise WeightsError(total, wrong)


def propose(weights: Mapping[Orientation, int], stage: CompanyStage, known: Known) -> Mix:
    """Return the mix of objectives of the company that an orientation asks for, the weightiest first.

    A rule scores its part's weight × 0.6^(place in the part). The best rule of each part of 10 % or more is in, then
    the best of the rest, up to the number that the stage can follow, revenue apart. Volume never stands alone: where
    opportunities are asked for and no quality is, the win rate takes the last place. A metric that the data does not
    measure is left out, with that reason. Raises WeightsError.
    """
    check_weights(weights)
    scored, left_out = _candidates(weights, known)
    room = GUIDES[stage].for_company - 1
    taken = _choose(scored, weights, room)
    chosen = _with_quality(taken, scored, known, room)
    gone = {(one.metric, one.segment) for one in chosen}
    left_out += [
        LeftOut(one.metric, one.orientation, "no_room")
        for one, _ in scored
        if (one.metric, one.segment) not in gone
    ]
    scores = {(one.metric, one.segment): score for one, score in scored}
    return Mix(tuple(_weighed(chosen, scores, weights)), tuple(dict.fromkeys(left_out)))


def _candidates(
    weights: Mapping[Orientation, int], known: Known
) -> tuple[list[tuple[Proposal, float]], list[LeftOut]]:
    """Every objective that could be proposed with its score, best first, and what the data does not allow."""
    best: dict[tuple[str, str], tuple[Proposal, float]] = {}
    left_out: list[LeftOut] = []
    for part in Orientation:
        weight = weights.get(part, 0)
        if weight == 0:
            continue
        place = 0
        for rule in (rule for rule in RULES if rule.orientation is part):
            made = list(_made(rule, weight, known))
            if not made:
                because = "no_segment" if rule.in_segments and not known.new_segments else "no_data"
                left_out.append(LeftOut(rule.metric, part, because))
            for one in made:
                score = weight * DECAY**place
                place += 1
                key = (one.metric, one.segment)
                if key not in best or score > best[key][1]:
                    best[key] = (one, score)
    return sorted(best.values(), key=lambda pair: -pair[1]), left_out


def _made(rule: Rule, weight: int, known: Known) -> Iterator[Proposal]:
    """The proposals of a rule: one, one in each new segment, or none when nothing measures the metric."""
    metric = CATALOGUE[rule.metric]
    improvement = rule.improvement * weight / HALF
    for segment in known.new_segments if rule.in_segments else ("",):
        present = known.level(rule.metric, segment)
        bare = Proposal(rule.metric, segment, rule.orientation, rule.reason, None, present, None, Basis.NONE)
        needed = None if segment else known.needed.get(rule.metric)
        first = FIRST_STEPS[rule.metric](known) if segment and rule.metric in FIRST_STEPS else None
        bettered = better(metric, present, improvement) if present else None
        if needed:
            by = needed / present - 1 if present else None
            yield replace(bare, target=round_target(metric, needed), improvement=by, basis=Basis.PLAN)
        elif first and (bettered is None or bettered < first):
            yield replace(bare, target=round_target(metric, first), basis=Basis.FIRST_WIN)
        elif bettered is not None:
            yield replace(bare, target=bettered, improvement=improvement, basis=Basis.PRESENT)
        elif metric.source is not Source.MEASURED or segment:
            yield bare


def _choose(
    scored: Sequence[tuple[Proposal, float]], weights: Mapping[Orientation, int], room: int
) -> list[Proposal]:
    firsts: dict[Orientation, Proposal] = {}
    for one, _ in scored:
        if weights[one.orientation] >= HEARD:
            firsts.setdefault(one.orientation, one)
    heard = sorted(firsts.values(), key=lambda one: -weights[one.orientation])[:room]
    rest = [one for one, _ in scored if one not in heard]
    return heard + rest[: room - len(heard)]


def _with_quality(
    taken: list[Proposal], scored: Sequence[tuple[Proposal, float]], known: Known, room: int
) -> list[Proposal]:
    """Opportunities never stand without a measure of their quality."""
    families = {one.family for one in taken}
    volume = any(one.metric == "opportunities_opened" for one in taken)
    if not volume or Family.CONVERSION in families or room < 2:
        return taken
    found = next((one for one, _ in scored if one.metric == QUALITY.metric), None)
    quality = found or next(_made(QUALITY, HALF, known), None)
    if quality is None:
        return taken
    kept = taken if len(taken) < room else [one for one in taken if one is not taken[-1]]
    return [*kept, quality]


def _weighed(
    chosen: Sequence[Proposal],
    scores: Mapping[tuple[str, str], float],
    weights: Mapping[Orientation, int],
) -> list[Proposal]:
    """The proposals with their importance and priority, best first."""
    if not chosen:
        return []
    lowest = min(scores.values(), default=1.0)
    score_of = [scores.get((one.metric, one.segment), lowest) for one in chosen]
    parts = sorted((part for part in Orientation if weights.get(part, 0)), key=lambda part: -weights[part])
    order = sorted(range(len(chosen)), key=lambda i: -score_of[i])
    return [
        replace(
            chosen[i],
            importance=max(5, 5 * round(ATTENTION * score_of[i] / sum(score_of) / 5)),
            priority=2 + min(2, parts.index(chosen[i].orientation) if chosen[i].orientation in parts else 2),
        )
        for i in order
    ]
