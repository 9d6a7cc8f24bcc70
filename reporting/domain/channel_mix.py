"""Where new deals come from, and what another mix of channels would bring (R20, F5). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

VALUE_PRIOR = 10.0  # wins of all channels that a channel's own average value is weighed with


@dataclass(frozen=True, slots=True)
class Channel:
    """A source of deals: its share of those opened in the last year (counts beside), and what one is worth in the end.

    ``worth`` = eventual win rate × average value, minor units; ``key`` the activity channel that it is, "" for none.
    """

    name: str
    key: str
    share: float
    opened: int
    rate: float
    low: float
    high: float
    worth: float


def worths(rate: ArrayLike, wins: ArrayLike, amount: ArrayLike) -> Floats:
    """What a new deal of each channel is worth, (c,): its win rate × its average value.

    ``rate`` (c,) posterior means; ``wins`` (c,) and their ``amount`` (c,): few wins are weighed with ten of all channels.
    """
    won, money = np.asarray(wins, dtype=np.float64), np.asarray(amount, dtype=np.float64)
    usual = float(money.sum() / won.sum()) if won.sum() > 0 else 0.0
    value = (money + VALUE_PRIOR * usual) / (won + VALUE_PRIOR)
    return np.asarray(np.asarray(rate, dtype=np.float64) * value)


def yield_ratio(channels: Sequence[Channel], mix: Mapping[str, float]) -> float:
    """What multiplies the worth of the deals to come when their shares become ``mix`` (names → share, Σ = 1); 1 for no mix.

    Σ s'·w / Σ s·w: the mix part of F5 with the channels' own worths; a channel that ``mix`` does not name gets none.
    """
    if not mix:
        return 1.0
    today = sum(one.share * one.worth for one in channels)
    then = sum(mix.get(one.name, 0.0) * one.worth for one in channels)
    return then / today if today > 0 else 1.0
