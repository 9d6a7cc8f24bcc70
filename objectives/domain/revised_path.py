"""The path of an objective whose target was revised: what was due before that day stays what it was (R15, F8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import ArrayLike, NDArray

from objectives.domain.path import PathError

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Step:
    """From a day on, this target: `offset` in days from the start of the cycle; NaN for "no target yet"."""

    offset: int
    target: float


def steps(versions: Sequence[tuple[date, float]], start: date) -> list[Step]:
    """Return what held from which day on. `versions` (from, target) in the order in which they were decided.

    A later decision with an earlier day replaces what was decided for the days after it. A first version that begins
    before the cycle begins with it.
    """
    kept: list[tuple[date, float]] = []
    for from_on, target in versions:
        while kept and kept[-1][0] >= from_on:
            kept.pop()
        kept.append((from_on, target))
    return [Step(max(0, (from_on - start).days), target) for from_on, target in kept]


def revised_path(share: ArrayLike, targets: Sequence[Step]) -> Floats:
    """Return what is due by the end of each day, (D,), in the unit of the targets.

    `share` (D,) is the path of the cycle (F8): never falling, 1 on the last day; `targets` by offset. Until the day of
    a revision the path is that of the target before it. From then on, what is left of the new target follows what is
    left of the share: it ends at the new target. A new target below what was due already is due at once (the path
    steps down on that day and stays). Without any step, or before the first one, nothing is due.

    A share that grows evenly over 4 days, 100 raised to 200 on the third day (offset 2) → 25, 50, 125, 200; lowered to
    40 → 25, 50, 40, 40. Raises PathError for steps out of order.
    """
    shares = np.asarray(share, dtype=np.float64)
    due = np.zeros(shares.size)
    previous = -1
    for step in targets:
        if step.offset <= previous:
            raise PathError("the steps of a revised path come in the order of their days")
        previous = step.offset
        if step.offset >= shares.size:
            break
        before, begun = (0.0, 0.0) if step.offset == 0 else (due[step.offset - 1], shares[step.offset - 1])
        due[step.offset :] = _from_there(shares[step.offset :], step.target, before, begun)
    return due


def _from_there(shares: Floats, target: float, before: float, begun: float) -> Floats:
    left = 1.0 - begun
    if target <= before or left <= 0:
        return np.full(shares.size, target)
    if begun == 0.0 and before == 0.0:
        return np.asarray(target * shares)
    due = before + (target - before) * np.clip((shares - begun) / left, 0.0, 1.0)
    due[-1] = target  # exactly
    return np.asarray(due)
