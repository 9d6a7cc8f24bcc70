"""Conversion by entry cohort and age, and how long conversions take: readings of the F2 estimate.

Everything works on the grouped counts of `pipeline.domain.conversion` (group, day, advanced, lost, censored). No Python
loop runs over rows or cohorts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.domain.conversion import ROUNDING, curves

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Triangle:
    """Cohorts x ages. `groups` label the rows.

    incidence: share of the cohort that has advanced by that age (cumulative incidence, in [0, 1]), NaN where the age has
    not begun for anybody. advanced: items seen to advance by that age. entered: items of each cohort. begun: the oldest
    item of the cohort has come into this age. complete: the youngest has reached its end; a cell that has begun and is not
    complete is immature: still open items say that they had not advanced yet, not that they never will.
    """

    groups: pd.Index
    incidence: Floats
    advanced: Ints
    entered: Ints
    begun: Bools
    complete: Bools


def triangle(
    counts: pd.DataFrame, ages: Sequence[int], *, first_age: npt.ArrayLike, last_age: npt.ArrayLike
) -> Triangle:
    """The cohort triangle.

    `counts`: as for `eventual_rates`, the group being the cohort. `ages`: ends of the age columns in days, rising.
    `first_age`, `last_age`: days from the first and from the last possible entry of each cohort, in order of first
    appearance, to as_of; the last may be negative while the cohort is still filling.

    Raises ValueError for ages that do not rise. Source: Aalen and Johansen (1978), formula F2.
    """
    ends = np.asarray(ages, dtype=np.int64)
    if len(ends) == 0 or (np.diff(ends, prepend=-1) <= 0).any():
        raise ValueError("the ages must rise")
    code, labels = pd.factorize(counts["group"])
    groups = pd.Index(labels, name="group", tupleize_cols=False)
    steps = curves(counts)
    width = int(max(steps["day"].max() if len(steps) else 0, ends[-1])) + 1
    at = groups.get_indexer(steps["group"]).astype(np.int64)
    key = at * width + steps["day"].to_numpy(dtype=np.int64)
    wanted = np.arange(len(groups))[:, None] * width + ends[None, :]
    place = np.searchsorted(key, wanted, side="right") - 1
    own = (place >= 0) & (np.append(at, -1)[place] == np.arange(len(groups))[:, None])
    incidence = np.where(own, np.append(steps["cif_advanced"].to_numpy(dtype=np.float64), 0.0)[place], 0.0)

    number = len(groups)
    days = counts["day"].to_numpy(dtype=np.int64)
    moved = counts["advanced"].to_numpy(dtype=np.float64)
    column = np.searchsorted(ends, days)  # the first age whose end is not before the day
    cells = np.bincount(
        code * (len(ends) + 1) + column, weights=moved, minlength=number * (len(ends) + 1)
    ).reshape(number, len(ends) + 1)
    everybody = moved + counts["lost"].to_numpy() + counts["censored"].to_numpy()

    oldest, youngest = (
        np.broadcast_to(np.asarray(one, dtype=np.int64), (number,))[:, None] for one in (first_age, last_age)
    )
    begun = oldest > np.concatenate(([-1], ends[:-1]))[None, :]
    return Triangle(
        groups=groups,
        incidence=np.where(begun, incidence, np.nan),
        advanced=np.cumsum(cells[:, :-1], axis=1).astype(np.int64),
        entered=np.bincount(code, weights=everybody, minlength=number).astype(np.int64),
        begun=begun,
        complete=youngest >= ends[None, :],
    )


def lag_quantiles(counts: pd.DataFrame, shares: Sequence[float]) -> pd.DataFrame:
    """Days from entry by which these shares of the eventual conversions have happened, given conversion.

    One row per group in order of first appearance, one column per share; NaN for a group that never advanced.
    """
    steps = curves(counts)
    groups = pd.Index(pd.unique(counts["group"]), name="group", tupleize_cols=False)
    eventual = steps.groupby("group", sort=False)["cif_advanced"].transform("last")
    converts = eventual > 0
    found = {}
    for share in shares:
        reached = steps[converts & (steps["cif_advanced"] >= share * eventual * (1 - ROUNDING))]
        found[share] = reached.groupby("group", sort=False)["day"].first().reindex(groups)
    return pd.DataFrame(found, index=groups, dtype="float64")


def win_chance_at(counts: pd.DataFrame, ages: npt.ArrayLike) -> Floats:
    """P(won in the end | still open at this age), from the whole lives of deals as one group; shape of `ages`.

    (C_won(end) - C_won(age)) / S(age), with the F2 curves; NaN where nothing was ever seen open at that age, since
    nothing is then known of what follows.
    """
    asked = np.asarray(ages, dtype=np.int64)
    steps = curves(counts.assign(group=0))
    if steps.empty:
        return np.full(asked.shape, np.nan)
    won = np.append(steps["cif_advanced"].to_numpy(dtype=np.float64), 0.0)
    left = np.append(steps["survival"].to_numpy(dtype=np.float64), 1.0)
    place = np.searchsorted(steps["day"].to_numpy(), asked, side="right") - 1  # -1: the appended start
    final = won[-2]
    chance: Floats = np.divide(
        final - won[place], left[place], out=np.full(asked.shape, np.nan), where=left[place] > ROUNDING
    )
    return chance
