"""What the past of some deals says of a cycle: everything that a landing stands on, by scope (F6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy import special

from pipeline.domain.landing_creation import JEFFREYS, Calendar, Pace, Worth, pace, rhythm, worth
from pipeline.domain.landing_curves import ENOUGH, Curves, Deals, Scopes, chance_new, chance_open, curves

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Measure(StrEnum):
    """What lands."""

    AMOUNT = "amount"  # of the deals won
    WINS = "wins"
    OPENED = "opened"


@dataclass(frozen=True, slots=True)
class Window:
    """A cycle, first and last day included, on the scale of the deals' days."""

    first: int
    last: int

    def ahead(self, as_of: int) -> tuple[int, int]:
        """Days from ``as_of`` to the eve of what is still to come, and to the last day."""
        return max(0, self.first - 1 - as_of), max(0, self.last - as_of)


@dataclass(frozen=True, slots=True, eq=False)
class OpenDeals:
    """Open deals, (n,) each: ``leaf``, ``stage`` (K: not known), ``age`` in days in it, ``amount`` (NaN: not known)."""

    leaf: Ints
    stage: Ints
    age: Ints
    amount: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What the past of some deals says of a window, by scope."""

    as_of: int
    scopes: Scopes
    window: Window
    curves: Curves
    deals: OpenDeals
    booked: Mapping[Measure, Floats]  # (m,) what the window already holds
    open: Floats  # (m, K + 1, ages) chance to be won in it; the last row for deals whose stage is not known
    new: Floats  # (m,) wins expected in the window of new deals, per unit of pace
    started: Floats  # (m,) new deals expected in the window, per unit of pace
    pace: Pace
    worth: Worth
    rate: Floats  # (m,) eventual win rate, of the scope above where too few were at risk
    rate_doubt: Floats  # (m,) standard deviation of its log-odds


def learn(
    deals: Deals, scopes: Scopes, calendar: Calendar, window: Window, capacity: Floats | None = None
) -> Known:
    """Everything that a landing stands on, from deals as known at ``deals.as_of`` and nothing later.

    The first scope is the whole. ``calendar`` covers the days from the first opening (or three years back) to the end of
    the window; ``capacity`` (m, T) who can open deals in each scope on each of its days, in any unit; without it, one for
    each leaf, always. Raises LandingError.
    """
    stage = deals.open_stage()
    here = np.flatnonzero(stage >= 0)
    since = np.column_stack([deals.entered, deals.opened])[here, stage[here]]
    return put_together(
        OpenDeals(deals.leaf[here], stage[here], (deals.as_of - since).astype(np.int64), deals.amount[here]),
        booked={measure: _booked(deals, scopes, window, measure) for measure in Measure},
        found=curves(deals, scopes),
        openings=deals,
        brought=worth(deals, scopes),
        calendar=calendar,
        window=window,
        scopes=scopes,
        capacity=capacity,
    )


def put_together(
    open_deals: OpenDeals,
    *,
    booked: Mapping[Measure, Floats],
    found: Curves,
    openings: Deals,
    brought: Worth,
    calendar: Calendar,
    window: Window,
    scopes: Scopes,
    capacity: Floats | None,
) -> Known:
    """What is known, from curves, openings (their days and leaves alone are looked at) and what wins brought."""
    as_of = openings.as_of
    after, until = window.ahead(as_of)
    to_come = calendar.span(as_of + 1, as_of + until)
    if capacity is None:
        leaves = np.asarray(scopes.contains.sum(axis=1), dtype=np.float64)
        capacity = np.broadcast_to(leaves[:, np.newaxis], (leaves.size, calendar.worked.size))
    days = rhythm(openings, calendar, capacity[0])
    weights = days[to_come] * capacity[:, to_come]
    size, wins = (values[:, 0] for values in found.to_win())
    enough = found.at_risk[:, 0, 0] >= ENOUGH
    size, wins = scopes.upward(size, enough), scopes.upward(wins, enough)
    losses = np.maximum(size - wins, 0.0)
    return Known(
        as_of=as_of,
        scopes=scopes,
        window=window,
        curves=found,
        deals=open_deals,
        booked=booked,
        open=chance_open(found, scopes, after, until),
        new=(chance_new(found, scopes, after, until) * weights).sum(axis=1),
        started=weights[:, after:].sum(axis=1),
        pace=pace(openings, scopes, calendar, days, capacity),
        worth=brought,
        rate=np.divide(wins, size, out=np.zeros(size.shape), where=size > 0),
        rate_doubt=np.sqrt(special.polygamma(1, wins + JEFFREYS) + special.polygamma(1, losses + JEFFREYS)),
    )


def counted(deals: Deals, measure: Measure) -> tuple[Floats, Floats]:
    """The day on which each deal counts (NaN: never), and for how much."""
    if measure is Measure.OPENED:
        return deals.opened, np.ones(deals.opened.size)
    day = np.where(deals.won, deals.closed, np.nan)
    return day, np.nan_to_num(deals.amount) if measure is Measure.AMOUNT else np.ones(day.size)


def _booked(deals: Deals, scopes: Scopes, window: Window, measure: Measure) -> Floats:
    """What the window already holds by scope, (m,)."""
    day, value = counted(deals, measure)
    inside = (day >= window.first) & (day <= min(window.last, deals.as_of))
    by_leaf = np.bincount(deals.leaf[inside], value[inside], scopes.contains.shape[1])
    return np.asarray(scopes.contains @ by_leaf, dtype=np.float64)
