"""How open deals end, and when: won and lost curves of each stage in each scope, and what they say of a window (F6).

The curves look at a recent period of the calendar: a deal counts for the days that it was open in it (it is "at risk" from
the age that it had when the period began), so that what happened years ago is forgotten without dropping old deals.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft, sparse

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

PERIOD = 730  # days of the calendar that the curves look at
OLDEST = 730  # days in a stage after which nothing is expected any more
ENOUGH = 20  # at risk, below which a curve gives way to that of the scope above
NOBODY = 1e-12  # a share of deals left that is only float noise
BAD_WINDOW = "a window ends after it begins, and does not begin before the day that is known"


class LandingError(ValueError):
    """The input of a landing has no meaning (shapes that differ, a window that ends before it begins)."""


@dataclass(frozen=True, slots=True, eq=False)
class Deals:
    """What was known of n deals at the end of day ``as_of``; days are whole numbers on any one scale.

    ``entered`` (n, K): the day on which each of the K open stages, or a later one, was first reached, NaN = not reached or
    not known; ``opened`` (n,): the day on which the deal appeared; ``closed`` (n,): NaN while open; ``won`` (n,): how it
    closed; ``amount`` (n,) in money, NaN = not known; ``leaf`` (n,): the smallest unit that it belongs to (a person in a
    team, in a segment), 0 … L − 1.
    """

    as_of: int
    opened: Floats
    entered: Floats
    closed: Floats
    won: Bools
    amount: Floats
    leaf: Ints

    def until(self, day: int) -> "Deals":
        """The same deals as they stood at the end of an earlier day (amounts as they are known now)."""
        kept = np.flatnonzero(self.opened <= day)
        entered, closed = self.entered[kept], self.closed[kept]
        over = closed <= day
        return Deals(
            as_of=day,
            opened=self.opened[kept],
            entered=np.where(entered <= day, entered, np.nan),
            closed=np.where(over, closed, np.nan),
            won=self.won[kept] & over,
            amount=self.amount[kept],
            leaf=self.leaf[kept],
        )

    def open_stage(self) -> Ints:
        """Where each deal is: its furthest stage, K when no stage is known, −1 when it is closed. (n,)"""
        stages = self.entered.shape[1]
        numbers = np.where(np.isnan(self.entered), -1, np.arange(stages))
        furthest = numbers.max(axis=1, initial=-1)
        furthest = np.where(furthest < 0, stages, furthest)
        return np.where(np.isnan(self.closed), furthest, -1).astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Scopes:
    """m scopes made of L leaves: ``contains`` (m, L) sparse 0/1; ``parent`` (m,) row of the scope above, −1 for none.

    A parent stands before its children.
    """

    contains: sparse.csr_array
    parent: Ints

    def __post_init__(self) -> None:
        if (
            self.parent.shape != (self.contains.shape[0],)
            or (self.parent >= np.arange(self.parent.size)).any()
        ):
            raise LandingError("every scope stands after the one above it")

    def upward(self, own: Floats, enough: Bools) -> Floats:
        """``own`` (m, …) where there is enough, else what the scope above says; the top always speaks for itself."""
        pooled = own.copy()
        for row in np.flatnonzero(self.parent >= 0):  # scopes, parents first
            pooled[row] = np.where(enough[row], own[row], pooled[self.parent[row]])
        return pooled


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """By scope, way in (0: the opening, then each stage) and age in days, all (m, K + 1, OLDEST + 1).

    ``at_risk`` deals at the start of that day of age; ``won``, ``lost`` cumulative incidences; ``events`` (m, K + 1)
    deals that ended. Of the stay in the stage itself, (m, K, OLDEST + 1): ``in_stage`` at risk, ``advanced`` chance of moving
    on on that very day, ``stays`` share that is still there after it; ``left`` (m, K) deals that moved on or were lost.
    """

    at_risk: Floats
    won: Floats
    lost: Floats
    events: Floats
    in_stage: Floats
    advanced: Floats
    stays: Floats
    left: Floats

    def to_win(self) -> tuple[Floats, Floats]:
        """Sample size and wins that carry the same information as the whole curve (F3), (m, K + 1) both."""
        return _effective(self.events, self.won[..., -1], self.lost[..., -1])

    def to_advance(self) -> tuple[Floats, Floats]:
        """The same of moving on to the next stage, (m, K) both."""
        moved = self.advanced.sum(axis=-1)
        return _effective(self.left, moved, np.maximum(1.0 - self.stays[..., -1] - moved, 0.0))


def _effective(events: Floats, one: Floats, other: Floats) -> tuple[Floats, Floats]:
    size = np.divide(events, one + other, out=np.zeros(events.shape), where=one + other > NOBODY)
    return size, size * one


def curves(deals: Deals, scopes: Scopes, period: int = PERIOD) -> Curves:
    """Aalen–Johansen curves from entering each stage to the end of the deal, over the last ``period`` days.

    Deals that were already open when the period began count from the age that they had then. On one day, events precede
    censorings (F2). Vectorised over scopes, stages and ages.
    """
    ended = ~np.isnan(deals.closed)
    until = np.where(ended, deals.closed, deals.as_of)[:, np.newaxis]
    ways_in = np.column_stack([deals.opened, deals.entered])
    ends = np.broadcast_to(until, ways_in.shape)
    decided = np.broadcast_to(ended[:, np.newaxis], ways_in.shape)
    wins = decided & deals.won[:, np.newaxis]
    whole = _Table(deals, scopes, period, ways_in, ends)
    at_risk, won, lost, _ = whole.incidences(wins, decided & ~wins)

    after = np.column_stack([deals.entered[:, 1:], np.full(ended.size, np.nan)])
    moved = ~np.isnan(after)
    stay = _Table(deals, scopes, period, deals.entered, np.where(moved, after, until))
    passed, lost_there = moved | wins[:, 1:], (decided & ~wins)[:, 1:] & ~moved
    in_stage, advanced, _, stays = stay.incidences(passed, lost_there)
    return Curves(
        at_risk=at_risk,
        won=won,
        lost=lost,
        events=whole.count(decided).sum(axis=-1),
        in_stage=in_stage,
        advanced=np.diff(advanced, axis=-1, prepend=0.0),
        stays=stays,
        left=stay.count(passed | lost_there).sum(axis=-1),
    )


class _Table:
    """Deals counted by scope, way in and age: n deals, w ways, ``start`` and ``end`` (n, w) days, NaN start = not there."""

    def __init__(self, deals: Deals, scopes: Scopes, period: int, start: Floats, end: Floats) -> None:
        since = deals.as_of - period
        there = ~np.isnan(start) & (end > since) & (start <= end)
        self.row, self.way = np.nonzero(there)
        self.leaf, self.scopes = deals.leaf[self.row], scopes
        self.shape = (scopes.contains.shape[0], start.shape[1], OLDEST + 1)
        first, last = start[there], end[there]
        self.old = np.clip(last - first, 0, OLDEST).astype(np.int64)
        self.young = np.minimum(np.clip(since + 1 - first, 0, OLDEST).astype(np.int64), self.old)

    def count(self, chosen: Bools, at: Ints | None = None) -> Floats:
        """Deals of ``chosen`` (n, w) by the age at their end, or by ``at``; (m, w, ages)."""
        kept = np.flatnonzero(chosen[self.row, self.way])
        age = (self.old if at is None else at)[kept]
        width, leaves = self.shape[2], self.scopes.contains.shape[1]
        cells = (self.leaf[kept], self.way[kept] * width + age)
        by_leaf = sparse.coo_array((np.ones(kept.size), cells), shape=(leaves, self.shape[1] * width)).tocsr()
        return np.asarray((self.scopes.contains @ by_leaf).toarray(), dtype=np.float64).reshape(self.shape)

    def incidences(self, one: Bools, other: Bools) -> tuple[Floats, Floats, Floats, Floats]:
        """At risk, cumulative incidences of both ends, and what is left, (m, w, ages) each."""
        everyone = np.ones_like(one)
        left = self.count(everyone)
        at_risk = np.cumsum(self.count(everyone, self.young), axis=-1) - (np.cumsum(left, axis=-1) - left)
        someone = at_risk > 0
        ones = np.divide(self.count(one), at_risk, out=np.zeros(self.shape), where=someone)
        others = np.divide(self.count(other), at_risk, out=np.zeros(self.shape), where=someone)
        survival = np.cumprod(1.0 - np.minimum(ones + others, 1.0), axis=-1)
        before = np.concatenate([np.ones((*self.shape[:2], 1)), survival[..., :-1]], axis=-1)
        return at_risk, np.cumsum(before * ones, axis=-1), np.cumsum(before * others, axis=-1), survival


def chance_open(known: Curves, scopes: Scopes, after: int, until: int) -> Floats:
    """P(won in the window) of a deal that has been in a stage for a days, (m, K + 1, OLDEST + 1) by stage and age.

    The window is the days after + 1 … until from as_of. F6's (C_won(a + h) − C_won(a)) / (1 − C_won(a) − C_lost(a)) holds as
    it is for the last stage, which deals leave won or lost. A deal *still in* an earlier one has not moved on, which most of
    those that will be won have done by then: there, moving on takes the place of winning, followed by the curve from
    entering the next stage, Σ_d adv(d)·C_won,next(a + h − d) / S(a) over a < d ≤ a + h. The last row, for deals whose stage is
    not known, is F6's formula from the opening. Curves of the scope, or of the one above where fewer than 20 are at risk; 0
    where nobody is left. Raises LandingError for a window that ends before it begins.
    """
    whole = chance_open_whole(known, scopes, after, until)
    nexts = scopes.upward(known.won[:, 2:], known.at_risk[:, 2:, :1] >= ENOUGH)
    nexts = np.concatenate([nexts, np.ones((nexts.shape[0], 1, OLDEST + 1))], axis=1)
    gained = _by(known.advanced, nexts, until) - _by(known.advanced, nexts, after)
    own = np.divide(gained, known.stays, out=np.zeros(gained.shape), where=known.stays > NOBODY)
    own = scopes.upward(np.clip(own, 0.0, 1.0), known.in_stage >= ENOUGH)
    return np.concatenate([own, whole[:, :1]], axis=1)


def chance_open_whole(known: Curves, scopes: Scopes, after: int, until: int) -> Floats:
    """F6's formula on the curves from each way in (the opening, then each stage) to the end, (m, K + 1, OLDEST + 1)."""
    first, last = _ahead(np.arange(OLDEST + 1), after, until)
    left = 1.0 - known.won - known.lost
    gained = known.won[..., last] - known.won[..., first]
    own = np.divide(gained, left, out=np.zeros(gained.shape), where=left > NOBODY)
    return scopes.upward(np.clip(own, 0.0, 1.0), known.at_risk >= ENOUGH)


def _by(advanced: Floats, nexts: Floats, horizon: int) -> Floats:
    """Chance to have moved on and then won, ``horizon`` days after each age; (…, ages)."""
    if horizon == 0:
        return np.zeros(advanced.shape)
    ages = advanced.shape[-1]
    curve = nexts[..., np.minimum(np.arange(horizon), ages - 1)]
    cells = ages + horizon - 1
    size = fft.next_fast_len(cells, real=True)
    # At n: Σ_j curve(j)·advanced(n − j), j < horizon.
    both = fft.irfft(fft.rfft(advanced, size) * fft.rfft(curve, size), size)[..., :cells]
    # The last age has nothing after it.
    ahead = np.concatenate([both[..., horizon:], np.zeros((*both.shape[:-1], 1))], axis=-1)
    return np.where(ahead > NOBODY, ahead, 0.0)  # below, the ripple of the transform


def chance_new(known: Curves, scopes: Scopes, after: int, until: int) -> Floats:
    """P(won in the window) of a deal that appears on day 1 … until from as_of, (m, until)."""
    appears = np.arange(1, until + 1)
    first, last = _ahead(-appears, after, until)
    won = known.won[:, 0]
    by_then = np.where(last >= 0, won[:, np.maximum(last, 0)], 0.0)
    too_soon = np.where(first >= 0, won[:, np.maximum(first, 0)], 0.0)
    return scopes.upward(by_then - too_soon, known.at_risk[:, 0, :1] >= ENOUGH)


def _ahead(age: Ints, after: int, until: int) -> tuple[Ints, Ints]:
    if not 0 <= after <= until:
        raise LandingError(BAD_WINDOW)
    return np.minimum(age + after, OLDEST), np.minimum(age + until, OLDEST)
