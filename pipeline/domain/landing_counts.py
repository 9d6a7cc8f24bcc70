"""A landing from counts of stays and daily facts, as a nightly run has them: no row a deal, however many there are (F6).

Beside `landing_known.learn`, which looks at single deals, two things differ. The curves count whole histories and not the
last two years. And the curve from a stage to the win is the chain of the stays from there on: C_won,k = adv_k ∗ C_won,k+1,
which supposes that a deal does not remember how long it was in the stage before. What that costs is in docs/landing.md.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft, sparse

from pipeline.domain.landing import Past
from pipeline.domain.landing_creation import (
    AMOUNT_PERIOD,
    PACE_HALF_LIFE,
    YEAR,
    Calendar,
    Worth,
    rhythm,
    weighed,
)
from pipeline.domain.landing_curves import ENOUGH, NOBODY, OLDEST, Curves, Deals, Scopes
from pipeline.domain.landing_known import Known, Measure, OpenDeals, Window, put_together

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ON, LOST, STILL = 0, 1, 2  # how a stay ended: moved on (or won), lost, not yet
PAST_CYCLES = 12


@dataclass(frozen=True, slots=True, eq=False)
class Stays:
    """Counts of stays, (n,): ``way`` 0 the whole life of a deal, k + 1 the stay in stage k; ``age`` in days when it ended,
    or so far; ``end`` ON, LOST or STILL."""

    leaf: Ints
    way: Ints
    age: Ints
    end: Ints
    count: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Daily:
    """Counts by day, (n,): what happened on ``day`` in ``leaf``, ``count`` times, for ``amount`` together."""

    leaf: Ints
    day: Ints
    count: Floats
    amount: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """What is known at the end of ``as_of`` of deals with ``stages`` open stages."""

    as_of: int
    stages: int
    stays: Stays
    open: OpenDeals
    opened: Daily  # amounts are not looked at
    won: Daily


def learn_counts(
    counts: Counts, scopes: Scopes, calendar: Calendar, window: Window, capacity: Floats
) -> Known:
    """As `landing_known.learn`, from counts. Raises LandingError."""
    return put_together(
        counts.open,
        booked=_booked(counts, scopes, window),
        found=curves_of(counts.stays, scopes, counts.stages),
        openings=_openings(counts),
        brought=worth_of(counts.won, counts.as_of, scopes),
        calendar=calendar,
        window=window,
        scopes=scopes,
        capacity=capacity,
    )


def curves_of(stays: Stays, scopes: Scopes, stages: int) -> Curves:
    """Aalen–Johansen curves of lives and of stays (on one day, events precede censorings), and the chain of stays.

    Each link of the chain is the scope's own, or that of the scope above where fewer than 20 ever entered the stage.
    ``events`` from a stage on are the stays that ended, which is what counts can tell.
    """
    shape = (scopes.contains.shape[0], stages + 1, OLDEST + 1)
    leaves, age = scopes.contains.shape[1], np.minimum(stays.age, OLDEST)

    def table(chosen: NDArray[np.bool_]) -> Floats:
        cells = (stays.leaf[chosen], stays.way[chosen] * shape[2] + age[chosen])
        by_leaf = sparse.coo_array((stays.count[chosen], cells), shape=(leaves, shape[1] * shape[2])).tocsr()
        return np.asarray((scopes.contains @ by_leaf).toarray(), dtype=np.float64).reshape(shape)

    on, lost, still = (table(stays.end == end) for end in (ON, LOST, STILL))
    left = on + lost + still
    at_risk = left.sum(axis=-1, keepdims=True) - (np.cumsum(left, axis=-1) - left)
    someone = at_risk > 0
    ones = np.divide(on, at_risk, out=np.zeros(shape), where=someone)
    others = np.divide(lost, at_risk, out=np.zeros(shape), where=someone)
    survival = np.cumprod(1.0 - np.minimum(ones + others, 1.0), axis=-1)
    before = np.concatenate([np.ones((*shape[:2], 1)), survival[..., :-1]], axis=-1)
    moved, dropped = before * ones, before * others
    won, gone = np.cumsum(moved, axis=-1), np.cumsum(dropped, axis=-1)
    enough = at_risk[..., :1] >= ENOUGH
    later: tuple[Floats, Floats] | None = None
    for way in range(stages, 0, -1):  # stages, few
        if later is not None:
            won[:, way] = _then(moved[:, way], later[0])
            gone[:, way] += _then(moved[:, way], later[1])
        later = scopes.upward(won[:, way], enough[:, way]), scopes.upward(gone[:, way], enough[:, way])
    return Curves(
        at_risk=at_risk,
        won=won,
        lost=gone,
        events=(on + lost).sum(axis=-1),
        in_stage=at_risk[:, 1:],
        advanced=moved[:, 1:],
        stays=survival[:, 1:],
        left=(on + lost)[:, 1:].sum(axis=-1),
    )


def worth_of(won: Daily, as_of: int, scopes: Scopes) -> Worth:
    """What the deals won in the last two years brought, from sums by day; few wins are weighed with ten of the scope above.

    A sum of n deals varies √n times more than one: the spread of one deal is that of the sums about what their counts
    make of the mean. An amount without a count (a part of somebody else's deal) counts in the mean.
    """
    recent = (won.day > as_of - AMOUNT_PERIOD) & (won.day <= as_of)
    leaf, count, amount = won.leaf[recent], won.count[recent], won.amount[recent]
    several = np.maximum(count, 1.0)
    size, total, sums, square = (
        np.asarray(scopes.contains @ np.bincount(leaf, of, scopes.contains.shape[1]), dtype=np.float64)
        for of in (
            count,
            amount,
            (count > 0).astype(np.float64),
            np.where(count > 0, amount**2 / several, 0.0),
        )
    )
    even = np.divide(total**2, size, out=np.zeros(size.shape), where=size > 0)
    apart = np.maximum(square - even, 0.0)
    return weighed(
        size, total, even + np.divide(apart * size, sums, out=np.zeros(size.shape), where=sums > 0), scopes
    )


def past_of(counts: Counts, known: Known, calendar: Calendar, capacity: Floats) -> dict[Measure, Past]:
    """The cycles before this one for the whole organisation: what came, and what was to be expected on their own eve.

    As many as have a year of history before them, 12 at most. On an eve all that is looked at is how many deals had been
    opened on which day, and the pace of the year before: less than a landing knows, so the effect that cycles share is
    taken for a little larger than it is. ``capacity`` (T,) of the whole organisation.
    """
    whole = _openings(counts)
    began = int(whole.opened.min(initial=counts.as_of))
    length = known.window.last - known.window.first + 1
    days = rhythm(whole, calendar, capacity) * capacity
    opened = _by_day(counts.opened.day, counts.opened.count, began, counts.as_of)
    wins = _by_day(counts.won.day, counts.won.count, began, counts.as_of)
    money = _by_day(counts.won.day, counts.won.amount, began, counts.as_of)
    curve = known.curves.won[0, 0]
    spread = 1.0 + known.worth.spread[0] ** 2
    rows: list[tuple[float, ...]] = []
    for back in range(1, PAST_CYCLES + 1):  # past cycles, few
        eve = known.window.first - 1 - back * length
        if eve - YEAR < began:
            break
        if eve + length > counts.as_of:
            continue
        at = eve - began
        age = at - np.arange(at + 1)
        old = float(
            opened[: at + 1] @ (curve[np.minimum(age + length, OLDEST)] - curve[np.minimum(age, OLDEST)])
        )
        seen = days[calendar.span(max(began, calendar.first), eve)]
        fade = (0.5 ** (age / PACE_HALF_LIFE))[-seen.size :]
        lately = opened[at + 1 - seen.size : at + 1]
        faded = float(lately @ fade)
        past_pace = faded / max(float(seen @ fade), NOBODY)
        doubt = float(lately @ fade**2) / max(faded, 1.0) ** 2
        ahead = days[calendar.span(eve + 1, eve + length)]
        new = past_pace * float(ahead @ curve[np.minimum(length - 1 - np.arange(length), OLDEST)])
        recent = slice(max(0, at + 1 - AMOUNT_PERIOD), at + 1)
        if old + new <= 0 or wins[recent].sum() <= 0:
            continue
        each = float(money[recent].sum() / wins[recent].sum())
        came = slice(at + 1, at + 1 + length)
        luck = old + new + new**2 * doubt
        rows.append((float(wins[came].sum()), old + new, luck, float(money[came].sum()), each, spread))
    found = np.array(rows, dtype=np.float64).reshape(-1, 6).T
    count, mean, variance, amount, value, wide = found
    return {
        Measure.WINS: Past(count, mean, variance),
        Measure.AMOUNT: Past(amount, mean * value, value**2 * (variance + mean * (wide - 1.0))),
    }


def _then(moved: Floats, later: Floats) -> Floats:
    """Σ_d moved(d)·later(t − d): to have moved on and then come to an end by each age, (m, ages)."""
    ages = moved.shape[-1]
    size = fft.next_fast_len(2 * ages - 1, real=True)
    both = fft.irfft(fft.rfft(moved, size) * fft.rfft(later, size), size)[..., :ages]
    return np.clip(np.maximum.accumulate(both, axis=-1), 0.0, 1.0)


def _booked(counts: Counts, scopes: Scopes, window: Window) -> dict[Measure, Floats]:
    found = {}
    for measure, daily in (
        (Measure.AMOUNT, counts.won),
        (Measure.WINS, counts.won),
        (Measure.OPENED, counts.opened),
    ):
        inside = (daily.day >= window.first) & (daily.day <= min(window.last, counts.as_of))
        value = daily.amount if measure is Measure.AMOUNT else daily.count
        by_leaf = np.bincount(daily.leaf[inside], value[inside], scopes.contains.shape[1])
        found[measure] = np.asarray(scopes.contains @ by_leaf, dtype=np.float64)
    return found


def _openings(counts: Counts) -> Deals:
    """The days on which deals appeared, for what looks at nothing else of them."""
    times = np.maximum(counts.opened.count, 0.0).astype(np.int64)
    day = np.repeat(counts.opened.day, times).astype(np.float64)
    unknown = np.full(day.size, np.nan)
    return Deals(
        as_of=counts.as_of, opened=day, entered=np.zeros((day.size, 0)), closed=unknown, won=np.zeros(day.size, dtype=np.bool_),
        amount=unknown, leaf=np.repeat(counts.opened.leaf, times),
    )  # fmt: skip


def _by_day(day: Ints, value: Floats, first: int, last: int) -> Floats:
    inside = (day >= first) & (day <= last)
    return np.bincount(day[inside] - first, value[inside], last - first + 1)
