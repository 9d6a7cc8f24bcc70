"""Were the bands right? What was said of objectives at activation against what happened (formulas F3, F6; R3).

Objectives of one cycle stand or fall together: the market of that quarter is the same for all of them. Counts are
therefore divided by the design effect of the cycles before anything is concluded, and one cycle alone, which is one
draw of luck, concludes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from pipeline.domain.beta_binomial import JEFFREYS
from pipeline.domain.many_cells import flag_cells
from pipeline.domain.small_samples import CERTAINTY, INTERVAL

Floats = npt.NDArray[np.float64]

BANDS = ("comfortable", "stretch", "hard", "out_of_reach")
# A share within 15 points of what was said is as good as said; "right" needs this with 80 % probability.
MARGIN = 0.15
SURE_ENOUGH = 0.8
# Few cycles can look independent by chance: objectives of one house are never believed to be.
LEAST_CORRELATION = 0.05
CYCLES_NEEDED = 2

COLUMNS = ("cycle", "band", "probability", "hit")


class Verdict(StrEnum):
    """Of the objectives of a group, against the probability that was said."""

    TOO_EASY = "too_easy"  # reached more often than said
    RIGHT = "right"
    TOO_HARD = "too_hard"  # reached less often than said
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class Group:
    """Some objectives: what was said of them, and what happened.

    said: mean probability; share: reached ÷ objectives; low, high: 80 % interval of the share, wider for what the
    objectives of a cycle have in common; n_eff: how many independent objectives they are worth.
    """

    name: str
    objectives: int
    reached: int
    cycles: int
    said: float
    share: float
    low: float
    high: float
    n_eff: float
    p_below: float  # that the true share is below what was said
    verdict: Verdict

    @property
    def expected(self) -> float:
        """How many would have been reached on average, had the probabilities been right."""
        return self.said * self.objectives


@dataclass(frozen=True, slots=True)
class Check:
    """overall None: no objective with a probability was closed. bands: those in use, from comfortable to out of reach.

    brier: mean squared error of the probabilities, 0 is best; base_rate: the same of a forecast that would have said
    the share that was reached, of each objective alike, which nobody can know before; correlation: of the surprises
    in a cycle, None with one cycle.
    """

    overall: Group | None
    bands: tuple[Group, ...]
    brier: float | None
    base_rate: float | None
    correlation: float | None

    @property
    def beats_base_rate(self) -> bool | None:
        """Whether the probabilities told objectives apart; None when every objective, or none, was reached."""
        if self.brier is None or not self.base_rate:
            return None
        return self.brier < self.base_rate


def check(rows: pd.DataFrame) -> Check:
    """Judge the probabilities of closed objectives.

    `rows`: columns cycle (any label), band (of BANDS), probability in [0, 1], hit (bool), an objective each; without
    missing values. Raises ValueError otherwise.

    Example: 40 objectives said at 0.25 over four cycles, of which 10 were reached, 3, 2, 3, 2: right; 24 of them: too
    easy.
    """
    _refuse(rows)
    if rows.empty:
        return Check(None, (), None, None, None)
    told = _told(rows)
    correlation = _correlation(told)
    return Check(
        overall=_group("", told, correlation),
        bands=_bands(told, rows["band"].to_numpy(dtype=object), correlation),
        brier=float(np.mean((told.said - told.hit) ** 2)),
        base_rate=float(told.hit.mean() * (1 - told.hit.mean())),
        correlation=correlation,
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """Some objectives, a place each: cycle (a number for each), said, hit (0 or 1)."""

    cycle: npt.NDArray[np.intp]
    said: Floats
    hit: Floats

    def those(self, chosen: npt.NDArray[np.bool_]) -> "_Told":
        return _Told(self.cycle[chosen], self.said[chosen], self.hit[chosen])

    def sizes(self) -> Floats:
        """How many objectives each cycle has that has any."""
        counts = np.bincount(self.cycle).astype(np.float64)
        return counts[counts > 0]


def _told(rows: pd.DataFrame) -> _Told:
    cycle, _ = pd.factorize(rows["cycle"])
    return _Told(
        cycle, rows["probability"].to_numpy(dtype=np.float64), rows["hit"].to_numpy(dtype=np.float64)
    )


def _bands(told: _Told, band: npt.NDArray[np.object_], correlation: float | None) -> tuple[Group, ...]:
    """The bands in use; side by side they are a table, in which one of several is wrong by chance more easily (F3)."""
    found = [
        _group(name, told.those(chosen), correlation) for name in BANDS if (chosen := band == name).any()
    ]
    claims = [one.verdict in (Verdict.TOO_EASY, Verdict.TOO_HARD) for one in found]
    sure = [
        max(one.p_below, 1 - one.p_below) if claim else np.nan
        for one, claim in zip(found, claims, strict=True)
    ]
    return tuple(
        replace(one, verdict=Verdict.CANNOT_TELL) if claim and not flagged else one
        for one, claim, flagged in zip(found, claims, flag_cells(sure), strict=True)
    )


@dataclass(frozen=True, slots=True)
class Bias:
    """The objectives of one owner of many against those of all the others; more: reached more often than said."""

    name: str
    group: Group
    others: Group
    more: bool


def biases(rows: pd.DataFrame, by: Sequence[str]) -> list[Bias]:
    """Who says what does not come, told apart from the others beyond chance; by name, never ranked.

    `by`: a name for each row ("" belongs to nobody and only counts among the others). Somebody is named when the
    interval of share − said and that of everybody else's do not overlap, over at least two cycles each. Most often
    the list is empty.
    """
    _refuse(rows)
    names, told = np.array(list(by), dtype=object), _told(rows)
    correlation = _correlation(told)
    found = []
    for name in sorted({name for name in names if name}, key=str.casefold):
        its = names == name
        if its.all():
            continue
        own, others = _group(name, told.those(its), correlation), _group("", told.those(~its), correlation)
        if min(own.cycles, others.cycles) < CYCLES_NEEDED:
            continue
        if own.low - own.said > others.high - others.said:
            found.append(Bias(name, own, others, more=True))
        elif own.high - own.said < others.low - others.said:
            found.append(Bias(name, own, others, more=False))
    return found


def _refuse(rows: pd.DataFrame) -> None:
    if any(name not in rows or rows[name].isna().any() for name in COLUMNS):
        raise ValueError(f"calibration rows need {', '.join(COLUMNS)} without missing values")
    if not rows["probability"].between(0, 1).all():
        raise ValueError("a probability lies in [0, 1]")


def _group(name: str, told: _Told, correlation: float | None) -> Group:
    """Judge one group: `correlation` is that of all rows, for a group alone is too small to tell its own."""
    objectives, reached, sizes = len(told.hit), int(told.hit.sum()), told.sizes()
    # What each objective's cycle weighs: Σ m² ÷ n is the mean size of a cycle, seen from an objective.
    effect = 1 + (float((sizes**2).sum()) / objectives - 1) * (1.0 if correlation is None else correlation)
    n_eff = objectives / effect
    x_eff = reached / effect
    said = float(told.said.mean())
    a, b = x_eff + JEFFREYS, n_eff - x_eff + JEFFREYS
    p_below, below_top, below_bottom = special.betainc(
        a, b, np.clip([said, said + MARGIN, said - MARGIN], 0.0, 1.0)
    ).tolist()
    low, high = special.betaincinv(a, b, INTERVAL).tolist()
    verdict = _verdict(p_below, below_top - below_bottom, len(sizes))
    return Group(
        name=name,
        objectives=objectives,
        reached=reached,
        cycles=len(sizes),
        said=said,
        share=reached / objectives,
        low=low,
        high=high,
        n_eff=n_eff,
        p_below=p_below,
        verdict=verdict,
    )


def _verdict(p_below: float, p_near: float, cycles: int) -> Verdict:
    """p_below: probability that the true share is below what was said; p_near: that it is within the margin."""
    if cycles < CYCLES_NEEDED:
        return Verdict.CANNOT_TELL
    if p_near >= SURE_ENOUGH:  # too small a difference to matter, however sure
        return Verdict.RIGHT
    if p_below >= CERTAINTY:
        return Verdict.TOO_HARD
    if 1 - p_below >= CERTAINTY:
        return Verdict.TOO_EASY
    return Verdict.CANNOT_TELL


def _correlation(told: _Told) -> float | None:
    """Intraclass correlation of hit − probability within cycles (one-way analysis of variance), at least 0.05.

    None with fewer than two cycles; the least value when no cycle has two objectives.
    """
    surprise = told.hit - told.said
    sizes = np.bincount(told.cycle).astype(np.float64)
    means = np.bincount(told.cycle, weights=surprise) / sizes
    cycles, total = len(sizes), float(sizes.sum())
    if cycles < CYCLES_NEEDED:
        return None
    if total == cycles:
        return LEAST_CORRELATION
    within = float(((surprise - means[told.cycle]) ** 2).sum()) / (total - cycles)
    between = float((sizes * (means - surprise.mean()) ** 2).sum()) / (cycles - 1)
    size = (total - float((sizes**2).sum()) / total) / (cycles - 1)
    spread = between + (size - 1) * within
    found = (between - within) / spread if spread > 0 else 0.0
    return float(np.clip(found, LEAST_CORRELATION, 1.0))
