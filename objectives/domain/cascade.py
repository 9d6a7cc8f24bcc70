"""Cascade of a target to its children, exact to the cent or the unit (formulas F7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from objectives.domain.filling import fill, proportions

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

RAMP_CURVE = (0.25, 0.5, 0.75, 1.0)
KAPPA = 12.0
# Above this, float64 no longer tells one unit from the next with room to spare.
LARGEST_TOTAL = 2**50


class CascadeError(ValueError):
    """The input of a cascade has no meaning (negative weight, shapes that differ, part of a unit)."""


class Conflict(StrEnum):
    """Which bounds cannot hold together."""

    CROSSED = "crossed"  # a child's low bound is above its high bound
    LOW = "low"  # the low bounds add up to more than the total
    HIGH = "high"  # the high bounds add up to less than the total
    WEIGHTS = "weights"  # nobody has a weight, and the low bounds leave something to share
    FIXED = "fixed"  # the manual edits add up to more than the total


class Infeasible(CascadeError):
    """No share meets the bounds; says which ones are in conflict.

    ``indexes`` are positions in the input, ``names`` the given names of those positions (empty without
    names), ``asked`` the total to share and ``limit`` what the bounds allow, both in units of the input.
    """

    def __init__(
        self, conflict: Conflict, indexes: Sequence[int], names: Sequence[str], asked: int, limit: int
    ) -> None:
        self.conflict = conflict
        self.indexes = tuple(int(i) for i in indexes)
        self.names = tuple(names[i] for i in self.indexes) if names else ()
        self.asked = asked
        self.limit = limit
        who = ", ".join(self.names or (str(i) for i in self.indexes))
        super().__init__(f"{conflict.value} bounds in conflict ({who}): asked {asked}, limit {limit}")


@dataclass(frozen=True, slots=True)
class _Bounds:
    low: Floats
    high: Floats


def covered_total(total: int, cover: Decimal | float = 1, unit: int = 1) -> int:
    """Return round(total × cover) to a whole number of ``unit``, half away from zero.

    ``total`` in minor units or counts. A total that is not a whole number of units is rounded, and the
    difference shows in :func:`mismatch`.
    """
    units = (Decimal(total) * Decimal(str(cover)) / unit).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return int(units) * unit


def share(
    total: int,
    weights: ArrayLike,
    low: ArrayLike | None = None,
    high: ArrayLike | None = None,
    unit: int = 1,
    *,
    cover: Decimal | float = 1,
    names: Sequence[str] = (),
) -> Ints:
    """Share ``total`` × ``cover`` by weight within bounds: whole units, and the sum is exact.

    x_i = clip(m·w_i, low_i, high_i) with one m for all; bounds are rounded inward to the unit, the rest of
    the rounding goes to the largest remainders, ties to the first in order, never past a bound.
    Shapes: ``weights``, ``low``, ``high`` (n,); amounts in minor units (or counts), NaN or no array at all
    means "no bound" (a low bound is at least 0). Returns (n,) int64. Raises :class:`Infeasible` with the
    bounds in conflict, :class:`CascadeError` for input without meaning. Source: formulas F7.
    """
    w = np.asarray(weights, dtype=np.float64)
    if w.ndim != 1 or not np.isfinite(w).all() or (w < 0).any():
        raise CascadeError("weights must be one row of finite numbers, none negative")
    if unit < 1:
        raise CascadeError("the unit must be at least 1")
    goal = covered_total(total, cover, unit)
    if not 0 <= goal <= LARGEST_TOTAL:
        raise CascadeError(f"the total must be between 0 and {LARGEST_TOTAL}")
    w = proportions(w)
    bounds = _inward(low, high, w.size, unit)
    _check(goal, w, bounds, unit, names)
    units = goal // unit
    exact = fill(units, w, bounds.low, bounds.high)
    return _to_whole(exact, units, bounds) * unit


def rebalance(
    total: int,
    weights: ArrayLike,
    fixed: ArrayLike,
    values: ArrayLike,
    low: ArrayLike | None = None,
    high: ArrayLike | None = None,
    unit: int = 1,
    *,
    cover: Decimal | float = 1,
    names: Sequence[str] = (),
) -> Ints:
    """Share again around manual edits: fixed children keep their value, the others share what is left.

    ``fixed`` (n,) bool; ``values`` (n,), read where fixed, whole units. A manual edit is a decision and is
    not held to its own bounds. When every child is fixed the values come back as they are, and the
    difference to the total is for :func:`mismatch` to show. Raises :class:`Infeasible` (``FIXED``) when the
    edits alone pass the total, otherwise as :func:`share`, with indexes of the whole input.
    """
    w = np.asarray(weights, dtype=np.float64)
    held = np.asarray(fixed, dtype=np.bool_)
    given = np.asarray(values, dtype=np.float64)
    if held.shape != w.shape or given.shape != w.shape:
        raise CascadeError("weights, fixed and values must have the same length")
    if not np.isfinite(given[held]).all() or (given[held] < 0).any() or (given[held] % unit != 0).any():
        raise CascadeError("a fixed value must be a whole number of units, not negative")
    result = np.zeros(w.size, dtype=np.int64)
    result[held] = given[held].astype(np.int64)
    free = np.flatnonzero(~held)
    if free.size == 0:
        return result
    goal = covered_total(total, cover, unit)
    taken = int(result.sum())
    if taken > goal:
        raise Infeasible(Conflict.FIXED, np.flatnonzero(held).tolist(), names, goal, taken)
    lo, hi = (None if b is None else _row(b, w.size)[free] for b in (low, high))
    try:
        result[free] = share(goal - taken, w[free], lo, hi, unit)
    except Infeasible as error:
        indexes = [int(free[i]) for i in error.indexes]
        raise Infeasible(error.conflict, indexes, names, error.asked, error.limit) from None
    return result


def productivity(won: ArrayLike, capacity_months: ArrayLike, kappa: float = KAPPA) -> Floats:
    """Return (W_i + κ·W̄)/(C_i + κ) with W̄ = ΣW/ΣC: won per FTE-month, drawn toward the group's.

    ``won`` (n,) in money and ``capacity_months`` (n,) FTE-months × ramp over the last 4 closed cycles; κ in
    FTE-months, so that one lucky month does not set a quota. Without any history (ΣW = 0 or ΣC = 0)
    everyone counts the same: ones. Source: formulas F7.
    """
    w = np.asarray(won, dtype=np.float64)
    c = np.asarray(capacity_months, dtype=np.float64)
    if (c < 0).any() or kappa <= 0:
        raise CascadeError("capacity must not be negative, and kappa must be above 0")
    if w.sum() <= 0 or c.sum() <= 0:
        return np.ones(w.shape)
    return (w + kappa * (w.sum() / c.sum())) / (c + kappa)


def weights(fte: ArrayLike, ramp: ArrayLike, presence: ArrayLike, productivity: ArrayLike) -> Floats:
    """Return capacity × productivity, capacity = FTE × ramp × presence (share of the cycle); all (n,)."""
    parts = (np.asarray(part, dtype=np.float64) for part in (fte, ramp, presence, productivity))
    first, *others = parts
    for other in others:
        first = first * other
    return first


def ramp(tenure_months: ArrayLike, profile: ArrayLike, curve: Sequence[float] = RAMP_CURVE) -> Floats:
    """Return the share of full capacity, (n,): the curve's step of the month for "ramping", else 1.

    ``tenure_months`` (n,) full or part months since the start (the first month is step 0; past the curve's
    end its last step holds); a negative tenure (not started) is 0 for every profile. ``profile`` (n,) of
    "ramping", "confirmed", "senior".
    """
    tenure = np.asarray(tenure_months, dtype=np.float64)
    steps = np.asarray(curve, dtype=np.float64)
    step = np.clip(np.floor(tenure), 0, steps.size - 1).astype(np.int64)
    ramping = np.asarray(profile) == "ramping"
    return np.where(tenure < 0, 0.0, np.where(ramping, steps[step], 1.0))


def mismatch(children: Sequence[int | None], parent: int | None) -> int | None:
    """Return Σ children − parent, signed, in the unit of the input.

    A child without a target yet adds nothing. None when the parent, or every child, has none: empty is
    not 0.
    """
    known = [child for child in children if child is not None]
    return None if parent is None or not known else sum(known) - parent


def cover_ratio(children: Sequence[int | None], parent: int | None) -> float | None:
    """Return Σ children / parent; None when either has no target yet, or the parent's is 0."""
    known = [child for child in children if child is not None]
    return None if not parent or not known else sum(known) / parent


def _row(bound: ArrayLike, n: int) -> Floats:
    row = np.asarray(bound, dtype=np.float64)
    if row.shape != (n,):
        raise CascadeError("bounds must have one value per weight")
    return row


def _inward(low: ArrayLike | None, high: ArrayLike | None, n: int, unit: int) -> _Bounds:
    """Return the bounds in whole units, rounded inward; NaN becomes "no bound"."""
    lo = np.zeros(n) if low is None else np.where(np.isnan(_row(low, n)), 0.0, _row(low, n))
    if np.isposinf(lo).any():
        raise CascadeError("a low bound must be finite")
    hi = np.full(n, np.inf) if high is None else np.where(np.isnan(_row(high, n)), np.inf, _row(high, n))
    return _Bounds(np.maximum(np.ceil(lo / unit), 0.0), np.floor(hi / unit))


def _check(goal: int, w: Floats, bounds: _Bounds, unit: int, names: Sequence[str]) -> None:
    """Raise Infeasible when no share fits, naming the bounds."""
    low, high = bounds.low, bounds.high
    crossed = np.flatnonzero(low > high)
    if crossed.size:
        first = int(crossed[0])
        raise Infeasible(
            Conflict.CROSSED, crossed.tolist(), names, int(low[first]) * unit, int(high[first]) * unit
        )
    units = goal // unit
    if low.sum() > units:
        raise Infeasible(Conflict.LOW, np.flatnonzero(low > 0).tolist(), names, goal, int(low.sum()) * unit)
    ceiling = np.where(w > 0, high, low)
    if ceiling.sum() < units:
        conflict = Conflict.HIGH if (w > 0).any() else Conflict.WEIGHTS
        binding = np.flatnonzero(np.isfinite(high) & (w > 0)) if (w > 0).any() else np.arange(w.size)
        raise Infeasible(conflict, binding.tolist(), names, goal, int(ceiling.sum()) * unit)


def _to_whole(exact: Floats, total: int, bounds: _Bounds) -> Ints:
    """Round to whole units with Σ = total: largest remainder, ties in order, never past a bound."""
    # A remainder smaller than the float error is not a remainder: it would break ties by noise.
    noise = max(1e-9, 64 * np.finfo(np.float64).eps * total)
    whole = np.clip(np.floor(exact + noise), bounds.low, bounds.high)
    remainder = np.round((exact - whole) / noise) * noise
    missing = total - int(whole.sum())
    while missing:
        step = 1 if missing > 0 else -1
        room = whole < bounds.high if step > 0 else whole > bounds.low
        order = np.argsort(-step * remainder, kind="stable")
        chosen = order[room[order]][: abs(missing)]
        whole[chosen] += step
        missing -= step * chosen.size
    return whole.astype(np.int64)
