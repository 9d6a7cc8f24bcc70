"""Tables of many uncertain cells (formula F3): what to colour, when to change one's mind, when to rank.

A cell exactly at its objective is behind one night in nine; a table of 70 cells would cry eight times.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.domain.small_samples import CERTAINTY, State

FALSE_ALARMS = 0.05


def flag_cells(p: npt.ArrayLike, *, budget: float = FALSE_ALARMS) -> npt.NDArray[np.bool_]:
    """Which cells of one table to colour, of any shape.

    `p`: P(the cell's claim is true), for instance P(rate < objective); NaN is never coloured. Only cells with
    p >= 0.9 are candidates. They are coloured in decreasing p, as long as the mean of 1 - p over the coloured
    ones, the expected share of false alarms, is at most `budget`. Ties go by position.
    """
    probability = np.asarray(p, dtype=np.float64)
    flat = probability.ravel()
    candidates = np.flatnonzero(flat >= CERTAINTY)
    candidates = candidates[np.argsort(-flat[candidates], kind="stable")]
    share_false = np.cumsum(1 - flat[candidates]) / np.arange(1, len(candidates) + 1)
    result = np.zeros(flat.shape, dtype=np.bool_)
    # The running mean of increasing values increases: the first excess ends the colouring.
    result[candidates[share_false <= budget + 1e-12]] = True
    return result.reshape(probability.shape)


def settle(shown: npt.ArrayLike, previous: npt.ArrayLike, tonight: npt.ArrayLike) -> npt.NDArray[np.object_]:
    """The states to show from tonight on, when a state changes only after two nights.

    `shown`: the states shown until now; `previous`: what last night computed; `tonight`: what tonight
    computed (`State` or its text, missing where the cell did not exist). A change is shown once two nights in
    a row agree on it. At once, because it is a decision and no noise: a cell that appears, an objective that
    appears or goes (from or to State.NONE). Store the result and tonight's computed states for the next
    night.
    """
    before, last, now = np.broadcast_arrays(_states(shown), _states(previous), _states(tonight))
    at_once = pd.isna(before) | (before == State.NONE) | (now == State.NONE)
    return np.where(at_once | (last == now), now, before)


def overlapping(low: npt.ArrayLike, high: npt.ArrayLike) -> bool:
    """Whether any two of these intervals share a point, which forbids to rank their owners.

    An interval with a missing end could be anywhere and overlaps, unless it is alone.
    """
    bottom, top = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    if len(bottom) < 2:
        return False
    if np.isnan(bottom).any() or np.isnan(top).any():
        return True
    order = np.argsort(bottom, kind="stable")
    highest_so_far = np.maximum.accumulate(top[order])
    return bool((bottom[order][1:] <= highest_so_far[:-1]).any())


def _states(values: npt.ArrayLike) -> npt.NDArray[np.object_]:
    """States from their texts, None where missing."""
    given = np.asarray(values, dtype=object)
    flat = given.ravel()
    states = [None if gone else State(value) for value, gone in zip(flat, pd.isna(flat), strict=True)]
    result = np.empty(len(states), dtype=object)
    result[:] = states
    return result.reshape(given.shape)
