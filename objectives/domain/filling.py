"""Shares proportional to weights, held between bounds: the one root finding behind F1 and F7."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

SMALLEST_WEIGHT = 1e-100


def proportions(weights: ArrayLike) -> Floats:
    """Return weights over the largest, (n,), in [0, 1]; one too small for a finite m counts as 0."""
    w = np.asarray(weights, dtype=np.float64)
    peak = w.max(initial=0.0)
    if peak <= 0:
        return np.zeros(w.shape)
    scaled: Floats = w / peak
    return np.where(scaled > SMALLEST_WEIGHT, scaled, 0.0)


def fill(total: float, weights: ArrayLike, low: ArrayLike, high: ArrayLike) -> Floats:
    """Return x with x_i = clip(m·w_i, low_i, high_i) and Σx = total, for the one m ≥ 0 that fits.

    Shapes: ``weights``, ``low`` and ``high`` are (n,), in the unit of ``total``; ``high`` may be infinite.
    ``weights`` ≥ 0, 0 ≤ low ≤ high. A total outside what the bounds (and the weights of 0, which stay at
    their ``low``) can hold gives the nearest attainable x: everyone at the low or at the high bound.
    Source: formulas F7. Clipping one share at a time is wrong: the sum is one increasing, piecewise
    linear function of m, so its knots are sorted once and m is solved inside the right piece.
    """
    w = proportions(weights)
    lo = np.broadcast_to(np.asarray(low, dtype=np.float64), w.shape)
    hi = np.broadcast_to(np.asarray(high, dtype=np.float64), w.shape)
    moving = w > 0
    resting = float(lo[~moving].sum())
    x = lo.copy()
    if not moving.any():
        return x
    w_m, lo_m, hi_m = w[moving], lo[moving], hi[moving]

    # 1. Each share starts to grow at m = low/w and stops at m = high/w.
    starts, stops = lo_m / w_m, hi_m / w_m
    finite = np.isfinite(stops)
    knots = np.concatenate([starts, stops[finite]])
    slopes = np.concatenate([w_m, -w_m[finite]])
    order = np.argsort(knots, kind="stable")
    knots, slopes = knots[order], slopes[order]

    # 2. The sum at each knot, by accumulation; find the piece that holds the total.
    growth = np.maximum(np.cumsum(slopes), 0.0)
    sums = lo_m.sum() + np.concatenate([[0.0], np.cumsum(growth[:-1] * np.diff(knots))])
    goal = total - resting
    piece = int(np.searchsorted(sums, goal, side="right")) - 1
    if piece < 0:
        return x
    # 3. Inside the piece the growing shares are known: solve for m directly, free of accumulated error.
    growing = (starts <= knots[piece]) & (stops > knots[piece])
    stopped = stops <= knots[piece]
    held = float(hi_m[stopped].sum() + lo_m[starts > knots[piece]].sum())
    slope = float(w_m[growing].sum())
    m = (goal - held) / slope if slope > 0 else float(knots[piece])
    x[moving] = np.where(stopped, hi_m, np.clip(m * w_m, lo_m, hi_m))
    return x
