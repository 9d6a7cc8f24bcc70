"""The band of a landing between today and the last day, as the fan chart draws it. Pure."""

from collections.abc import Sequence

import numpy as np


def fan_band(
    days: Sequence[int],
    path: Sequence[float | None],
    actual: Sequence[float | None],
    today: int,
    landing: tuple[float, float, float],
) -> tuple[list[float | None], list[float | None]]:
    """Low and high on each of `days` (rising): None before `today`, the actual on it, the interval of the landing at the end.

    `path`, `actual` cumulative, by day; `landing` low, mean, high. Only the end is computed. In between the mean follows what
    the path still asks, and the width grows like its square root, as that of a sum of deals does; results never fall below
    what is there.
    """
    at = np.asarray(days, dtype=np.float64)
    due = np.array([np.nan if value is None else value for value in path], dtype=np.float64)
    made = [value for day, value in zip(days, actual, strict=True) if value is not None and day <= today]
    if not made:
        return [None] * len(days), [None] * len(days)
    now, (low, mean, high) = float(made[-1]), landing
    ahead = at >= today
    left = due[-1] - due[ahead][0] if ahead.any() else 0.0
    by_path = left > 0
    share = (due - due[ahead][0]) / left if by_path else (at - today) / max(at[-1] - today, 1.0)
    share = np.clip(share, 0.0, 1.0)
    middle = now + (mean - now) * share
    bottom = np.maximum(middle - (mean - low) * np.sqrt(share), min(now, low))
    top = middle + (high - mean) * np.sqrt(share)
    return (
        [float(value) if there else None for value, there in zip(bottom, ahead, strict=True)],
        [float(value) if there else None for value, there in zip(top, ahead, strict=True)],
    )
