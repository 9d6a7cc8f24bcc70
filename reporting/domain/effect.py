"""What a lever action did, measured: difference in differences on Beta posteriors (R15, F11).

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


class EffectError(ValueError):
    """The counts have no meaning (shapes that differ, more that moved on than entered)."""


@dataclass(frozen=True, slots=True, eq=False)
class Effects:
    """Of m actions, (m,) each. ``rate``, ``low``, ``high``: what the action added to the rate (mean, 80 %); ``helped`` P(it is
    above 0); ``euros`` and its interval: over the entries since the start, minor units; ``verdict``."""

    rate: Floats
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
    levels = _levels(seed)
    drawn = special.betaincinv(
        (x + JEFFREYS)[..., np.newaxis], (n - x + JEFFREYS)[..., np.newaxis], levels[np.newaxis]
    )
    change = (drawn[:, 1] - drawn[:, 0]) - (drawn[:, 3] - drawn[:, 2])
    mean = change.mean(axis=1)
    low, high = np.quantile(change, INTERVAL, axis=1)
    helped = (change > 0).mean(axis=1)
    per_point = np.asarray(entries, dtype=np.float64) * np.asarray(worth, dtype=np.float64)
    known = (n > 0).all(axis=1)
    return Effects(
        rate=mean,
        low=low,
        high=high,
        helped=helped,
        euros=mean * per_point,
        euros_low=low * per_point,
        euros_high=high * per_point,
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
    day: ArrayLike, lag: ArrayLike, own: Bools, *, start: int, as_of: int, horizon: int, back: int
) -> Mapping[str, tuple[int, int]]:
    """Mature entries and advances by cell of one action, from its passages.

    ``day`` (n,) ordinals of the entries; ``lag`` (n,) days until they moved on, NaN: not (yet), or lost; ``own`` (n,) entries
    of the action's scope, False: of untouched ones. ``start`` its first day; ``back`` days before it that are looked at.
    """
    entry, after = np.asarray(day, dtype=np.int64), np.asarray(lag, dtype=np.float64)
    moved = after <= horizon  # False for NaN
    before = (entry + horizon < start) & (entry >= start - horizon - back)
    since = (entry >= start) & (entry + horizon <= as_of)
    masks = {
        "before": own & before,
        "after": own & since,
        "others_before": ~own & before,
        "others_after": ~own & since,
    }
    return {name: (int(mask.sum()), int((mask & moved).sum())) for name, mask in masks.items()}


def _levels(seed: int) -> Floats:
    """Even quantiles of the four rates, (4, DRAWS), each in an order of its own."""
    random = np.random.default_rng(seed)
    even = (np.arange(DRAWS) + 0.5) / DRAWS
    return np.array([random.permutation(even) for _ in CELLS])
