"""Padlocks of the reverse funnel: which levers must move, and how far, for the locked objective (F1)."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from objectives.domain.filling import fill

Floats = NDArray[np.float64]


class PadlockError(ValueError):
    """The levers have no meaning (negative or missing value, shapes that differ)."""


@dataclass(frozen=True, slots=True)
class PadlockSolution:
    """Levers after the solve.

    ``values`` (L,) new levers; ``exponents`` (L,) the w_i used, Σ = 1 when the target is met, 0 for what
    did not move; ``factor`` k = target / current product (infinite when the product is 0); ``product`` of
    ``values``; ``residual`` what is still missing and ``surplus`` what is above the target, both ≥ 0 in the
    unit of the target; ``at_ceiling`` (L,) free levers that reached their ceiling.
    """

    values: Floats
    exponents: Floats
    factor: float
    product: float
    residual: float
    surplus: float
    at_ceiling: NDArray[np.bool_]


def solve(
    values: ArrayLike,
    ceilings: ArrayLike,
    locked: ArrayLike,
    target: float,
    weights: ArrayLike | None = None,
) -> PadlockSolution:
    """Raise the free levers together until their product meets ``target``.

    Shapes (L,): ``values`` current levers (counts, rates in [0, 1], average value), ``ceilings`` the own
    80th percentile or the best credible past (≤ 1 for a rate), ``locked`` bool, ``weights`` ≥ 0 the user's
    effort per free lever (default: the headroom h_i = max(0, ln(ceiling/x))). ``target`` is in the unit of
    the product.

    x_i' = x_i·k^(w_i), Σw_i = 1, held at the ceiling, the rest re-distributed over the others by weight.
    k ≤ 1: nothing moves, the surplus is returned. ln k > Σh: all free levers go to their ceiling, and the
    residual is returned. A weight of 0 holds a lever like a padlock. A lever of 0 cannot be multiplied: the
    product stays 0, nothing moves, and the whole target is the residual. Raises :class:`PadlockError`.
    Source: formulas F1, Padlocks.
    """
    x = np.asarray(values, dtype=np.float64)
    ceiling = np.asarray(ceilings, dtype=np.float64)
    held = np.asarray(locked, dtype=np.bool_)
    if x.ndim != 1 or ceiling.shape != x.shape or held.shape != x.shape:
        raise PadlockError("values, ceilings and locked must be rows of the same length")
    if not np.isfinite(x).all() or not np.isfinite(ceiling).all() or (x < 0).any() or (ceiling < 0).any():
        raise PadlockError("values and ceilings must be finite and not negative")
    if not math.isfinite(target) or target < 0:
        raise PadlockError("the target must be finite and not negative")

    product = float(np.prod(x))
    if product <= 0 or target <= product:
        factor = target / product if product > 0 else (math.inf if target > 0 else 1.0)
        return _unmoved(x, factor, product, target)

    headroom = np.zeros(x.size)
    can_rise = ~held & (ceiling > x)
    headroom[can_rise] = np.log(ceiling[can_rise] / x[can_rise])
    effort = _effort(headroom, weights)
    log_k = math.log(target / product)
    # Whoever may move fills up to its headroom; past Σh this is every ceiling.
    rise = fill(log_k, effort, 0.0, np.where(effort > 0, headroom, 0.0))
    at_ceiling = (rise >= headroom) & (rise > 0)
    moved = np.where(at_ceiling, ceiling, x * np.exp(rise))
    reached = float(np.prod(moved))
    met = math.isclose(float(rise.sum()), log_k, rel_tol=1e-9)
    return PadlockSolution(
        values=moved,
        exponents=rise / log_k,
        factor=target / product,
        product=reached,
        residual=0.0 if met else target - reached,
        surplus=0.0,
        at_ceiling=at_ceiling,
    )


def _effort(headroom: Floats, weights: ArrayLike | None) -> Floats:
    """Return the weights of the levers that can rise (L,), 0 for the others."""
    if weights is None:
        return headroom
    given = np.asarray(weights, dtype=np.float64)
    if given.shape != headroom.shape or not np.isfinite(given).all() or (given < 0).any():
        raise PadlockError("weights must be finite, not negative, one per lever")
    return np.where(headroom > 0, given, 0.0)


def _unmoved(x: Floats, factor: float, product: float, target: float) -> PadlockSolution:
    return PadlockSolution(
        values=x.copy(),
        exponents=np.zeros(x.size),
        factor=factor,
        product=product,
        residual=max(0.0, target - product),
        surplus=max(0.0, product - target),
        at_ceiling=np.zeros(x.size, dtype=np.bool_),
    )
