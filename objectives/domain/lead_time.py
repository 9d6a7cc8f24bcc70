"""Lead time of the reverse funnel: what still closes in the cycle, and what it is too late for (F1, F6)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from objectives.domain.delays import delayed
from objectives.domain.filling import fill
from objectives.domain.funnel_error import FunnelError

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class WeeklyPlanInput:
    """What the weekly plan starts from; money in one unit, K links, W weeks still to come.

    ``target``, ``booked`` (won so far), ``open_contribution`` (expected of the open pipeline) and
    ``average_value`` in money; ``rates`` (K,) eventual rates, NaN = unknown; ``lag_pmfs`` K daily pmfs
    P(lag = d | conversion) from link k to k+1, index = days; ``days_left`` (W,) days from the week's work to
    the last day of the cycle; ``working_days`` (W,) of each week, 0 allowed; ``capacity`` (K, W) most starts
    per link and week (calendar slots, or the own 80th-percentile week), NaN = unknown.
    """

    target: float
    booked: float
    open_contribution: float
    average_value: float
    rates: Floats
    lag_pmfs: Sequence[Floats]
    days_left: NDArray[np.int64]
    working_days: Floats
    capacity: Floats


@dataclass(frozen=True, slots=True, eq=False)
class WeeklyPlan:
    """The plan of the weeks to come, money in the unit of the input.

    ``to_close`` = max(0, target − booked − open); ``starts`` (K, W) starts per link and week, NaN when the
    rate to win or the average value is 0 or unknown; ``chance_in_time`` (K, W) P_w; ``too_late_by_link``
    (K,), NaN where the capacity is not known; ``too_late`` the largest of the known ones (the tightest
    link), None when none is known.
    """

    to_close: float
    starts: Floats
    chance_in_time: Floats
    too_late_by_link: Floats
    too_late: float | None


@dataclass(frozen=True, slots=True, eq=False)
class OpenContribution:
    """What open items are expected to bring by the horizon, per group: all (m,), amount in money."""

    probability: Floats
    amount: Floats
    wins: Floats


def chance_in_time(lag_pmfs: Sequence[ArrayLike], days_left: ArrayLike) -> Floats:
    """Return P(sum of the lags from link k on ≤ days left), (K, W).

    ``lag_pmfs`` K daily pmfs P(lag = d | conversion), any lengths, index = days, each summing to 1;
    ``days_left`` (W,) whole days, below 0 = after the end (chance 0). Sums are discrete convolutions cut at
    the furthest horizon. Raises FunnelError for a pmf that is empty, negative or does not sum to 1.
    Source: formulas F1.
    """
    left = np.asarray(days_left, dtype=np.int64)
    pmfs = [_checked_pmf(pmf) for pmf in lag_pmfs]
    chances = np.zeros((len(pmfs), left.size))
    if left.size == 0 or (span := int(left.max()) + 1) <= 0:
        return chances
    total = np.zeros(span)
    total[0] = 1.0
    for link in reversed(range(len(pmfs))):
        total = delayed(total, pmfs[link])
        within = np.minimum(np.cumsum(total), 1.0)
        chances[link] = np.where(left < 0, 0.0, within[np.maximum(left, 0)])
    return chances


def weekly_plan(given: WeeklyPlanInput) -> WeeklyPlan:
    """Spread the starts that are still needed over the weeks to come, and say what it is too late for.

    With R_k = r_k·…·r_K, A the average value and P_kw the chance in time:

    - to close = max(0, target − booked − open contribution);
    - too late_k = max(0, to close − Σ_w cap_kw·R_k·P_kw·A), a week without working days having no capacity;
    - starts_kw = min(cap_kw, c·days_w·P_kw), with c such that Σ_w starts_kw·R_k·P_kw·A = to close − too
      late_k: in proportion to working days and chance, what does not fit in a week moves to the others.

    No week left, or no chance in any, makes all of "to close" too late whatever the capacity. A link whose
    capacity is unknown in a week that counts has no limit there: its too late is NaN. Raises FunnelError for
    shapes that differ or negative input. Source: formulas F1.
    """
    rates, days, capacity = _checked_input(given)
    chance = chance_in_time(given.lag_pmfs, given.days_left)
    to_close = max(0.0, given.target - given.booked - given.open_contribution)
    worth_of_start = np.flip(np.cumprod(np.flip(rates))) * given.average_value
    capacity = np.where(days > 0, capacity, 0.0)

    worth = worth_of_start[:, np.newaxis] * chance
    # A week that cannot count needs no known capacity.
    counts = (chance > 0) & (days > 0) & (worth != 0)
    usable = np.where(counts, capacity, 0.0)
    closing = np.where(counts, usable * worth, 0.0).sum(axis=1)
    too_late = np.maximum(0.0, to_close - closing) if to_close > 0 else np.zeros(rates.size)

    starts = np.full(chance.shape, np.nan)
    limits = np.where(np.isnan(usable), np.inf, usable)
    for link in np.flatnonzero(worth_of_start > 0):
        achievable = to_close - (0.0 if np.isnan(too_late[link]) else too_late[link])
        gain = worth[link]
        money = fill(achievable, days * chance[link] * gain, 0.0, _times(limits[link], gain))
        starts[link] = np.divide(money, gain, out=np.zeros(gain.size), where=gain > 0)
    known = too_late[~np.isnan(too_late)]
    return WeeklyPlan(
        to_close=to_close,
        starts=starts,
        chance_in_time=chance,
        too_late_by_link=too_late,
        too_late=float(known.max()) if known.size else None,
    )


def open_contribution(
    stage: ArrayLike,
    age: ArrayLike,
    count: ArrayLike,
    amount: ArrayLike,
    cif_won: ArrayLike,
    cif_lost: ArrayLike,
    horizon: int,
) -> OpenContribution:
    """Return what open items bring within ``horizon`` days, grouped by stage and age.

    ``stage`` (m,) row of the curves, ``age`` (m,) days already in the stage, ``count`` (m,) items and
    ``amount`` (m,) their total in money; ``cif_won``, ``cif_lost`` (stages, D) cumulative incidence of won
    and lost, index = days, held at their last value past D. P(win) = (C_won(a+h) − C_won(a)) / (1 − C_won(a)
    − C_lost(a)), and 0 where nobody is left at that age. Raises FunnelError for shapes that differ, a
    negative age or horizon. Source: formulas F6.
    """
    won = np.asarray(cif_won, dtype=np.float64)
    lost = np.asarray(cif_lost, dtype=np.float64)
    row = np.asarray(stage, dtype=np.int64)
    days = np.asarray(age, dtype=np.int64)
    items = np.asarray(count, dtype=np.float64)
    money = np.asarray(amount, dtype=np.float64)
    if won.ndim != 2 or won.shape != lost.shape or won.shape[1] == 0:
        raise FunnelError("the won and lost curves must be two tables of the same shape")
    if not row.shape == days.shape == items.shape == money.shape:
        raise FunnelError("stage, age, count and amount must have the same length")
    if horizon < 0 or (days < 0).any():
        raise FunnelError("ages and the horizon must not be negative")
    last = won.shape[1] - 1
    now, then = np.minimum(days, last), np.minimum(days + horizon, last)
    left = 1.0 - won[row, now] - lost[row, now]
    gained = won[row, then] - won[row, now]
    probability = np.zeros(row.shape)
    # Below this, "nobody is left" is only float noise.
    np.divide(gained, left, out=probability, where=left > 1e-12)
    probability = np.clip(probability, 0.0, 1.0)
    return OpenContribution(probability, probability * money, probability * items)


def _times(limits: Floats, gain: Floats) -> Floats:
    """Return limits × gain, with no limit × no gain = nothing."""
    return np.multiply(limits, gain, out=np.zeros(gain.size), where=gain > 0)


def _checked_pmf(pmf: ArrayLike) -> Floats:
    row = np.asarray(pmf, dtype=np.float64)
    if row.ndim != 1 or row.size == 0 or not (row >= 0).all() or abs(row.sum() - 1.0) > 1e-6:
        raise FunnelError("a lag distribution must be a row of chances that sum to 1")
    return row


def _checked_input(given: WeeklyPlanInput) -> tuple[Floats, Floats, Floats]:
    """Return rates (K,), working days (W,) and capacity (K, W) once their shapes agree."""
    rates = np.asarray(given.rates, dtype=np.float64)
    days = np.asarray(given.working_days, dtype=np.float64)
    capacity = np.asarray(given.capacity, dtype=np.float64)
    if rates.shape != (len(given.lag_pmfs),) or days.shape != np.shape(given.days_left):
        raise FunnelError("one lag distribution per rate and one working-day count per week are needed")
    if capacity.shape != (rates.size, days.size):
        raise FunnelError("the capacity must have one row per link and one column per week")
    if (rates < 0).any() or (rates > 1).any() or (days < 0).any() or (capacity < 0).any():
        raise FunnelError("rates must be between 0 and 1; days and capacity must not be negative")
    return rates, days, capacity
