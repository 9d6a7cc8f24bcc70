"""How mature the markets are, by segment, seen from the own wins (R16); few wins are no trend (R21)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special


class Market(StrEnum):
    """How mature a segment is, seen from the own wins."""

    NEW = "new"
    GROWING = "growing"
    SATURATED = "saturated"
    CANNOT_TELL = "cannot_tell"


QUARTERS_A_YEAR: Final = 4
CERTAINTY: Final = 0.9
# A segment that grows by less than this a year has little left to give by volume.
FLAT_GROWTH: Final = 1.10
_JEFFREYS: Final = 0.5

# What a market asks for: metrics by order of use.
SUGGESTED: Final[Mapping[Market, tuple[str, ...]]] = {
    Market.NEW: ("opportunities_opened", "meetings_held"),
    Market.GROWING: ("revenue_won", "opportunities_opened"),
    Market.SATURATED: ("average_deal_value", "repeat_revenue", "margin_rate"),
    Market.CANNOT_TELL: (),
}


@dataclass(frozen=True, slots=True)
class Maturity:
    """The maturity of one segment.

    ``before`` and ``lately``: wins of the four quarters before the last four, and of the last four; ``growing`` and
    ``flat``: probabilities that its pace grows at all, and that it grows by less than 10 % a year.
    """

    segment: str
    market: Market
    reason: str
    before: int
    lately: int
    growing: float
    flat: float

    @property
    def suggested(self) -> tuple[str, ...]:
        """Metrics that make sense in this market."""
        return SUGGESTED[self.market]


def market_maturity(segments: Sequence[str], wins: ArrayLike, quarters_known: int) -> list[Maturity]:
    """Return the maturity of each segment from its wins by quarter.

    ``wins`` (n segments, q quarters), counts, oldest first; ``quarters_known``: how many of the last quarters the
    data covers. The last four are compared with the four before, so that the season plays no part. With a Gamma
    posterior (½ win of prior) for each pace λ, P(λ₂ > g·λ₁) = P(B > g/(1 + g)), B ~ Beta(x₂ + ½, x₁ + ½).

    - new: no win before the last four quarters, although they were known;
    - growing: P(λ₂ > λ₁) ≥ .9;
    - saturated: P(λ₂ < 1.1·λ₁) ≥ .9;
    - else it cannot be told: few wins are no trend. Raises ValueError for a negative count.
    """
    if not segments:
        return []
    counts = np.asarray(wins, dtype=np.float64).reshape(len(segments), -1)
    if (counts < 0).any():
        raise ValueError("negative count")
    lately = counts[:, -QUARTERS_A_YEAR:].sum(axis=1)
    before = counts[:, -2 * QUARTERS_A_YEAR : -QUARTERS_A_YEAR].sum(axis=1)
    ever = counts[:, :-QUARTERS_A_YEAR].sum(axis=1)
    growing = _faster(lately, before, 1.0)
    flat = 1 - _faster(lately, before, FLAT_GROWTH)
    short = quarters_known < 2 * QUARTERS_A_YEAR
    rules = [
        np.full(len(segments), short),
        ever == 0,
        growing >= CERTAINTY,
        flat >= CERTAINTY,
    ]
    answers = [
        (Market.CANNOT_TELL, "history_too_short"),
        (Market.NEW, "no_win_before_last_year"),
        (Market.GROWING, "wins_grow"),
        (Market.SATURATED, "wins_stand_still"),
        (Market.CANNOT_TELL, "too_few_wins"),
    ]
    chosen = np.select(rules, list(range(len(rules))), len(rules))
    return [
        Maturity(
            segment=segment,
            market=answers[chosen[i]][0],
            reason=answers[chosen[i]][1],
            before=int(before[i]),
            lately=int(lately[i]),
            growing=float(growing[i]),
            flat=float(flat[i]),
        )
        for i, segment in enumerate(segments)
    ]


def _faster(lately: NDArray[np.float64], before: NDArray[np.float64], factor: float) -> NDArray[np.float64]:
    """P(the later pace > factor × the earlier), (n,), both over the same time."""
    return np.asarray(
        special.betaincc(lately + _JEFFREYS, before + _JEFFREYS, factor / (1 + factor)), dtype=np.float64
    )
