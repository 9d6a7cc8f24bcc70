"""What a lever action did to a rate, measured: difference in differences on Beta posteriors (R15, F11).

Mature entries only: those that had a whole horizon (the 90th percentile of the own lags) in which to move on, which a
young cohort never had; what came after the horizon counts for nobody. Before the action: entries whose horizon was over when
it began. Others: the scopes that no action of the same rate touched, over the same days; what moved there too is not the
action's doing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from reporting.domain.lever_actions import LeverKind

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

CELLS: Final = ("before", "after", "others_before", "others_after")
JEFFREYS = 0.5
CERTAINTY = 0.9
INTERVAL = (0.1, 0.9)
DRAWS = 1024  # standard error of a probability: 0.9 point at .9


class Verdict(StrEnum):
    HELPED = "helped"
    CANNOT_TELL = "cannot_tell"
    HURT = "hurt"


class Measure(StrEnum):
    """What an action is measured on."""

    RATE = "rate"  # of those that entered, how many moved on
    PACE = "pace"  # how many entered in a week
    VALUE = "value"  # what a win brought


def measure_of(lever: LeverKind) -> Measure:
    """Capacity changes how many deals come, value what they bring; every other lever how many move on."""
    return {LeverKind.CAPACITY: Measure.PACE, LeverKind.VALUE: Measure.VALUE}.get(lever, Measure.RATE)


class EffectError(ValueError):
    """The counts have no meaning (shapes that differ, more that moved on than entered)."""


@dataclass(frozen=True, slots=True, eq=False)
class Effects:
    """Of m actions, (m,) each. ``added``, ``low``, ``high``: what the action added to what it is about (mean, 80 %); ``helped``
    P(it is above 0); ``euros`` and its interval: over what came since the start, minor units; ``verdict``."""

    added: Floats
    low: Floats
    high: Floats
    helped: Floats
    euros: Floats
    euros_low: Floats
    euros_high: Floats
    verdict: list[Verdict]


def effects(
    entered: ArrayLike, advanced: ArrayLike, *, entries: ArrayLike, worth: ArrayLike, seed: int
) -> Effects:
    """Measure m actions.

    ``entered``, ``advanced`` (m, 4): mature entries and those of them that moved on within the horizon, in the order of
    CELLS; ``entries`` (m,) all entries since the start, mature or not; ``worth`` (m,) minor units that one more advance
    brings (win rate from there × average value). Posteriors are Beta with Jeffreys' prior: no scope is judged on its
    neighbours. effect = (after − before) − (others after − others before). helped / hurt at P ≥ .9, else cannot tell;
    without an entry in one of the own cells or of the others', cannot tell. Every action meets the same seeded draws.
    Raises EffectError. Source: formulas F11; Card and Krueger 1994.
    """
    n, x = (np.atleast_2d(np.asarray(v, dtype=np.float64)) for v in (entered, advanced))
    if n.shape != x.shape or n.shape[1] != len(CELLS) or not ((x >= 0) & (x <= n)).all():
        raise EffectError("four counts each, and no more that moved on than entered")
    levels = even_levels(seed)
    drawn = special.betaincinv(
        (x + JEFFREYS)[..., np.newaxis], (n - x + JEFFREYS)[..., np.newaxis], levels[np.newaxis]
    )
    change = (drawn[:, 1] - drawn[:, 0]) - (drawn[:, 3] - drawn[:, 2])
    each = np.asarray(entries, dtype=np.float64) * np.asarray(worth, dtype=np.float64)
    return told(change, known=(n > 0).all(axis=1), each=each)


def told(change: Floats, *, known: Bools, each: Floats) -> Effects:
    """What drawn changes say: ``change`` (m, DRAWS), ``known`` (m,) there is something to compare, ``each`` (m,) minor units
    of a change by one."""
    mean = change.mean(axis=1)
    low, high = np.quantile(change, INTERVAL, axis=1)
    helped = (change > 0).mean(axis=1)
    return Effects(
        added=mean,
        low=low,
        high=high,
        helped=helped,
        euros=mean * each,
        euros_low=low * each,
        euros_high=high * each,
        verdict=[
            Verdict.CANNOT_TELL
            if not there or (1 - CERTAINTY < share < CERTAINTY)
            else Verdict.HELPED
            if share >= CERTAINTY
            else Verdict.HURT
            for there, share in zip(known, helped, strict=True)
        ],
    )


def cells(
    day: ArrayLike,
    lag: ArrayLike,
    own: Bools,
    *,
    start: int,
    as_of: int,
    horizon: int,
    back: int,
    count: ArrayLike | None = None,
) -> Mapping[str, tuple[int, int]]:
    """Mature entries and advances by cell of one action, from its passages.

    ``day`` (n,) ordinals of the entries; ``lag`` (n,) days until they moved on, NaN: not (yet), or lost; ``own`` (n,) entries
    of the action's scope, False: of untouched ones. ``start`` its first day; ``back`` days before it that are looked at.
    ``count`` (n,) how many entries a row stands for, one unless said.
    """
    entry, after = np.asarray(day, dtype=np.int64), np.asarray(lag, dtype=np.float64)
    times = np.ones(len(entry), np.int64) if count is None else np.asarray(count, dtype=np.int64)
    moved = after <= horizon  # False for NaN
    masks = mature(entry, own, start=start, as_of=as_of, horizon=horizon, back=back)
    return {name: (int(times[mask].sum()), int(times[mask & moved].sum())) for name, mask in masks.items()}


def mature(
    entry: NDArray[np.int64], own: Bools, *, start: int, as_of: int, horizon: int, back: int
) -> dict[str, Bools]:
    """Which entries are in which of CELLS, (n,) each: only those that had their horizon before the start, or up to the day."""
    before = (entry + horizon < start) & (entry >= start - horizon - back)
    since = (entry >= start) & (entry + horizon <= as_of)
    return dict(zip(CELLS, (own & before, own & since, ~own & before, ~own & since), strict=True))


def even_levels(seed: int) -> Floats:
    """Even quantiles of the four cells, (4, DRAWS), each in an order of its own."""
    random = np.random.default_rng(seed)
    even = (np.arange(DRAWS) + 0.5) / DRAWS
    return np.array([random.permutation(even) for _ in CELLS])
