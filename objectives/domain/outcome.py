"""How an objective ended: attainment, whether it was reached, and how that compares with what was said before.

An outcome is frozen when its cycle is closed (formulas: "a closed period is frozen as known on its day; later
corrections are visible deltas"), so a correction is always computed beside it and never written over it.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal, TypedDict

import numpy as np
import numpy.typing as npt
import pandas as pd

# Figures are summed in floating point: a target that is met to the cent is met.
TOLERANCE = 1e-9

Position = Literal["below", "inside", "above"]


class Outcome(TypedDict):
    """What is frozen. `actual` in the unit of the metric; `attainment` a ratio, never capped; None: cannot be told."""

    actual: float | None
    attainment: float | None
    hit: bool | None
    as_of: str  # ISO day that the actual is known for


def attained(
    actual: npt.ArrayLike, target: npt.ArrayLike, higher_is_better: npt.ArrayLike = True
) -> pd.DataFrame:
    """Compare actuals with targets; all inputs broadcast to (n,), NaN where a figure is missing.

    Columns: attainment (float; actual ÷ target, or target ÷ actual where lower is better; over 1 when it is beaten;
    NaN without a target, with a target of 0, or where the quotient has no value) and hit (True, False, or None where
    nothing can be said: a figure is missing, or a target of 0 that asks for nothing). Where lower is better a target
    of 0 asks for none, which can be met: hit is said, attainment is not.

    Example: 450 000 of 500 000 is 0.9; 18 days for 20 is 1.11; 0 of 4 is 0.0.
    """
    made, aim = (np.asarray(values, dtype=np.float64) for values in (actual, target))
    made, aim, higher = (np.atleast_1d(v) for v in np.broadcast_arrays(made, aim, higher_is_better))
    higher = higher.astype(bool)
    known = ~np.isnan(made) & ~np.isnan(aim)
    over, under = np.where(higher, made, aim), np.where(higher, aim, made)
    has_quotient = known & (aim > 0) & (under > 0)
    with np.errstate(over="ignore"):
        attainment = np.divide(over, under, out=np.full(over.shape, np.nan), where=has_quotient)
    attainment[np.isinf(attainment)] = np.nan  # beyond what a number can hold
    slack = TOLERANCE * np.abs(np.where(known, aim, 0.0))
    reached = np.where(higher, made >= aim - slack, made <= aim + slack)
    judged = known & ((aim > 0) | ~higher)
    hit = reached.astype(object)
    hit[~judged] = None
    return pd.DataFrame({"attainment": attainment, "hit": hit})


def outcomes(
    actual: Sequence[float | None],
    target: Sequence[float | None],
    higher_is_better: Sequence[bool],
    as_of: date,
) -> list[Outcome]:
    """The documents to freeze of n >= 1 objectives, as `attained` judges them."""
    made, aim = (np.array(values, dtype=np.float64) for values in (actual, target))
    found = attained(made, aim, np.array(higher_is_better))
    return [
        Outcome(actual=_number(one), attainment=_number(share), hit=hit, as_of=as_of.isoformat())
        for one, share, hit in zip(made, found["attainment"], found["hit"], strict=True)
    ]


def correction(frozen: Mapping[str, Any], known_today: float | None) -> float | None:
    """What later corrections changed: known today − frozen, exactly 0.0 when nothing did; None when either is missing."""
    before = frozen.get("actual")
    if before is None or known_today is None:
        return None
    difference = known_today - before
    return 0.0 if abs(difference) <= TOLERANCE * max(abs(before), abs(known_today)) else difference


def position(actual: float | None, low: float | None, high: float | None) -> Position | None:
    """Where the actual fell against the interval that was said before; None when either is missing."""
    if actual is None or low is None or high is None:
        return None
    return "below" if actual < low else "above" if actual > high else "inside"


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
