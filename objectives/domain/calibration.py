"""How attainable an objective is: its band, what the field makes harder, and the rate that its target implies (R3, F6)."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, TypedDict

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from objectives.domain.context import FACTORS, Constraints

Floats = NDArray[np.float64]

ENGINE: Final = "landing-1"
WIN_RATE, WEEKLY_OPENINGS = "win_rate", "weekly_openings"  # what an implied rate can be of, beside a stage

# Multiplier of each factor by its level, from −2 (much harder than usual) to 2 (much easier). They multiply the odds of the
# rates; that of the team's capacity multiplies the openings. Judgements, not measures: shown beside the figure, and each
# can be replaced by one's own.
MULTIPLIERS: Final[Mapping[str, Mapping[int, float]]] = MappingProxyType(
    {
        "target_maturity": {-2: 0.70, -1: 0.85, 0: 1.0, 1: 1.15, 2: 1.30},
        "brand_awareness": {-2: 0.80, -1: 0.90, 0: 1.0, 1: 1.10, 2: 1.20},
        "competitive_intensity": {-2: 0.70, -1: 0.85, 0: 1.0, 1: 1.10, 2: 1.20},
        "offer_complexity": {-2: 0.80, -1: 0.90, 0: 1.0, 1: 1.05, 2: 1.10},
        "team_capacity": {-2: 0.70, -1: 0.85, 0: 1.0, 1: 1.10, 2: 1.20},
    }
)
CAPACITY: Final = "team_capacity"
SMALLEST_MULTIPLIER, LARGEST_MULTIPLIER = 0.2, 5.0

LEVELS_OF_RATE = 512  # points of the posterior of a rate
INTERVAL = (0.1, 0.9)
Z80 = 1.2815515655446004


class Band(StrEnum):
    COMFORTABLE = "comfortable"
    STRETCH = "stretch"
    HARD = "hard"
    OUT_OF_REACH = "out_of_reach"
    UNKNOWN = "unknown"


class Unknown(StrEnum):
    """Why a probability is not known."""

    NO_TARGET = "no_target"
    NO_HISTORY = "no_history"  # nothing dated was known on the eve
    NO_WINS = "no_wins"  # no deal of known amount was ever won
    NOT_MEASURED = (
        "not_measured"  # the metric has no landing: what it measures does not come from the deals' lives
    )


class Implied(TypedDict):
    """The rate that the target needs, all else equal, beside what the last 12 months say (80 % interval).

    stage: the id of a stage, "win_rate", or "weekly_openings" (deals opened a week, then not a rate). needed None: even the
    best rate would not do.
    """

    stage: str
    needed: float | None
    low: float
    high: float


class Capacity(TypedDict):
    """Openings in the cycle: those that the target needs, all else equal, and those that the own pace gives."""

    needed: float
    available: float


class Parts(TypedDict):
    """The mean's parts: already there, from the open deals, from deals that are not there yet."""

    booked: float
    open: float
    created: float


class Calibration(TypedDict):
    """Stored in the objective; figures in the unit of the metric (minor units for money).

    because: why the band is unknown, "" otherwise. target: the one that was calibrated: another one makes it outdated.
    """

    engine: str
    as_of: str | None
    target: float | None
    probability: float | None
    band: str
    because: str
    mean: float | None
    low: float | None
    high: float | None
    standard_error: float | None
    implied: Implied | None
    multipliers: dict[str, float]
    capacity: Capacity | None
    parts: Parts | None
    justification: str


def band_of(probability: float | None) -> Band:
    """≥ .80 comfortable, .50–.80 stretch, .20–.50 hard, < .20 out of reach. Source: formulas F6."""
    if probability is None or np.isnan(probability):
        return Band.UNKNOWN
    if probability >= 0.8:
        return Band.COMFORTABLE
    if probability >= 0.5:
        return Band.STRETCH
    return Band.HARD if probability >= 0.2 else Band.OUT_OF_REACH


def multipliers(constraints: Constraints) -> dict[str, float]:
    """The multiplier in force of every factor: the own one, else that of its level; 1 when nothing was said."""
    own = constraints.get("multipliers", {})
    said: Mapping[str, Any] = constraints
    return {
        factor: float(own[factor]) if factor in own else MULTIPLIERS[factor][int(said.get(factor) or 0)]
        for factor in FACTORS
    }


def odds_shift(found: Mapping[str, float]) -> float:
    """Log of what multiplies the odds of every rate: the product of all multipliers but that of the capacity."""
    return float(sum(np.log(value) for factor, value in found.items() if factor != CAPACITY))


def shifted(rate: ArrayLike, shift: ArrayLike) -> Floats:
    """A rate whose odds are multiplied by e^shift, broadcast; 0 and 1 stay."""
    odds = special.logit(np.asarray(rate, dtype=np.float64)) + np.asarray(shift, dtype=np.float64)
    return np.asarray(special.expit(odds), dtype=np.float64)


def implied_rates(
    target: ArrayLike, expected: ArrayLike, shifts: ArrayLike, rate: ArrayLike, own_shift: ArrayLike = 0.0
) -> Floats:
    """The rate at which the expected landing is the target, all else equal, (m,).

    ``expected`` (m, s) landing when the odds are multiplied by e^shifts, (s,) rising, on top of ``own_shift`` (m,); ``rate``
    (m,) the rate at shift 0. NaN where even the largest shift does not reach the target; 0 where none is needed.
    """
    aim = np.asarray(target, dtype=np.float64)
    table = np.maximum.accumulate(np.asarray(expected, dtype=np.float64), axis=1)
    steps = np.asarray(shifts, dtype=np.float64)
    base = np.asarray(rate, dtype=np.float64)
    above = (table >= aim[:, np.newaxis]).argmax(axis=1)
    reached = table[:, -1] >= aim
    before = np.maximum(above - 1, 0)
    rows = np.arange(aim.size)
    low, high = table[rows, before], table[rows, above]
    part = np.divide(aim - low, high - low, out=np.zeros(aim.size), where=high > low)
    shift = steps[before] + part * (steps[above] - steps[before])
    needed = np.where(above == 0, 0.0, shifted(base, shift + np.asarray(own_shift, dtype=np.float64)))
    return np.where(reached & (base > 0), needed, np.nan)


class RateOutlook(TypedDict):
    """Of m rates, (m,) each: probability, mean, low and high (80 %) of what will be measured."""

    probability: Floats
    mean: Floats
    low: Floats
    high: Floats


def rate_outlook(
    a: ArrayLike, b: ArrayLike, target: ArrayLike, decided: ArrayLike, shift: ArrayLike = 0.0
) -> RateOutlook:
    """P(rate ≥ target) of rates with posterior Beta(a, b), when ``decided`` items will be measured; all broadcast to (m,).

    The true rate is drawn from the posterior at 512 even quantiles and its odds multiplied by e^shift; the measured one is
    the share of ``decided`` items (rounded; 0 or NaN: the true rate itself). So both what is not known of the rate and the
    luck of a short cycle count. Exact sums, no draws.
    """
    first, second, aim, size, moved = (
        np.asarray(v, dtype=np.float64)
        for v in np.broadcast_arrays(a, b, target, np.nan_to_num(decided), shift)
    )
    first, second, aim, size, moved = (np.atleast_1d(v) for v in (first, second, aim, np.rint(size), moved))
    levels = (np.arange(LEVELS_OF_RATE) + 0.5) / LEVELS_OF_RATE
    rates = special.betaincinv(first[:, np.newaxis], second[:, np.newaxis], levels)
    rates = shifted(rates, moved[:, np.newaxis])
    # A hair below: 0.35 of 20 is 7, not a little more than 7.
    wanted = np.ceil(size * aim - 1e-9)
    tail = special.betainc(
        np.maximum(wanted, 1.0)[:, np.newaxis],
        np.maximum(size - wanted + 1.0, 1e-9)[:, np.newaxis],
        rates,
    )
    measured = np.where(
        (wanted <= 0)[:, np.newaxis], 1.0, np.where((wanted > size)[:, np.newaxis], 0.0, tail)
    )
    true = (rates >= aim[:, np.newaxis]).astype(np.float64)
    reached = np.where((size > 0)[:, np.newaxis], measured, true).mean(axis=1)
    mean = rates.mean(axis=1)
    low, high = np.quantile(rates, INTERVAL, axis=1)
    luck = np.divide(mean * (1 - mean), size, out=np.zeros(mean.size), where=size > 0)
    down, up = (np.sqrt(luck * Z80**2 + (edge - mean) ** 2) for edge in (low, high))
    return RateOutlook(
        probability=np.where(np.isnan(aim), np.nan, reached),
        mean=mean,
        low=np.clip(mean - down, 0.0, 1.0),
        high=np.clip(mean + up, 0.0, 1.0),
    )


def unknown(
    because: Unknown,
    *,
    as_of: str | None = None,
    target: float | None = None,
    found: Mapping[str, float] | None = None,
    justification: str = "",
) -> Calibration:
    """The document of an objective about which nothing can be said, with the reason."""
    return Calibration(
        engine=ENGINE, as_of=as_of, target=target, probability=None, band=Band.UNKNOWN.value, because=because.value,
        mean=None, low=None, high=None, standard_error=None, implied=None, multipliers=dict(found or {}), capacity=None,
        parts=None, justification=justification,
    )  # fmt: skip


def is_out_of_reach(document: Mapping[str, Any]) -> bool:
    """Whether activation asks for a written justification."""
    return document.get("band") == Band.OUT_OF_REACH


def is_justified(document: Mapping[str, Any]) -> bool:
    """Whether a justification was written."""
    return bool(str(document.get("justification") or "").strip())


def is_outdated(document: Mapping[str, Any], target: float | None, in_force: Mapping[str, float]) -> bool:
    """Whether the calibration is missing, of another engine, or about another target or other multipliers than `in_force`."""
    return (
        document.get("engine") != ENGINE
        or document.get("target") != target
        or document.get("multipliers") != in_force
    )
