"""From what happens in each stage to what happens in the end: won and lost curves of a whole chain (F6)."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from objectives.domain.delays import delayed
from objectives.domain.funnel_error import FunnelError

Floats = NDArray[np.float64]


def won_and_lost(advanced: ArrayLike, lost: ArrayLike) -> tuple[Floats, Floats]:
    """Return C_won and C_lost, (K, H): cumulative chances of both ends, by days since entering each stage.

    ``advanced``, ``lost`` (K, H) are the chances of leaving a stage for the next one, or lost, on each day after
    entering it (increments of its curves, first stage first; the last one advances to won). Days in one stage are
    taken as independent of those in the next. Raises FunnelError for shapes that differ or chances above 1.
    """
    on = np.asarray(advanced, dtype=np.float64)
    out = np.asarray(lost, dtype=np.float64)
    if on.ndim != 2 or on.shape != out.shape or on.shape[1] == 0:
        raise FunnelError("the ways out of the stages must be two tables of the same shape")
    if (on < 0).any() or (out < 0).any() or ((on + out).sum(axis=1) > 1 + 1e-9).any():
        raise FunnelError("the chances of leaving a stage must be between 0 and 1")
    won, gone = np.zeros(on.shape), out.copy()
    later_won, later_lost = np.zeros(on.shape[1]), np.zeros(on.shape[1])
    later_won[0] = 1.0  # past the last stage the deal is won, at once
    for stage in reversed(range(len(on))):
        won[stage] = delayed(later_won, on[stage])
        gone[stage] += delayed(later_lost, on[stage])
        later_won, later_lost = won[stage], gone[stage]
    return np.cumsum(won, axis=1), np.cumsum(gone, axis=1)
