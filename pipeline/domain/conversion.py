"""Stage conversion without maturity bias (formula F2).

An item that entered a stage ends in one of two competing ways, it advances or it is lost, or it is still open
and then says only that nothing had happened yet. The Aalen-Johansen estimator uses all three. A young cohort
is therefore incomplete, never lost.

Everything here works on *grouped counts*: one row per (group, day), where a group is whatever the caller
compares (a stage in a scope) and a day is the number of days from entry to exit, or to as_of for open items.
The cost follows the number of rows, not the number of deals, and no Python loop runs over rows or groups.
How stage events become passages, hence counts, is defined in `pipeline.domain.passages`.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

COUNT_COLUMNS = ("group", "day", "advanced", "lost", "censored")

# Sums of probabilities carry rounding errors of a few 1e-16; a quantile must not slip a day because of them.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class LagDistribution:
    """When the converted items convert.

    `groups` labels the rows of `probabilities`, shape (groups, horizon + 1): P(lag = d days | conversion),
    the last cell gathering the lags of `horizon` days or more. A group that never advanced has a row of NaN.
    """

    groups: pd.Index
    probabilities: Floats


@dataclass(frozen=True, slots=True)
class _Steps:
    """The estimator's steps, one per (group, day) on which something happened, sorted by group, then day.

    Arrays of steps: code (position of the group), day, at_risk, cif_advanced, cif_lost, survival.
    Arrays of groups: first (position of a group's first step), size (its number of steps), advanced, lost,
    open.
    """

    groups: pd.Index
    code: Ints
    day: Ints
    at_risk: Ints
    cif_advanced: Floats
    cif_lost: Floats
    survival: Floats
    first: Ints
    size: Ints
    advanced: Ints
    lost: Ints
    open: Ints

    def at_end(self, values: Floats, *, without_steps: float) -> Floats:
        """Each group's value at its last step."""
        result = np.full(len(self.groups), without_steps)
        has_steps = self.size > 0
        result[has_steps] = values[(self.first + self.size - 1)[has_steps]]
        return result

    def lag_quantile(self, share: float) -> Floats:
        """Smallest day by which `share` of the eventual conversions have happened; NaN without conversion."""
        eventual = self.at_end(self.cif_advanced, without_steps=0.0)
        not_yet = self.cif_advanced < share * eventual[self.code] * (1 - ROUNDING)
        steps_before = np.bincount(self.code[not_yet], minlength=len(self.groups))
        result = np.full(len(self.groups), np.nan)
        converts = eventual > 0
        result[converts] = self.day[(self.first + steps_before)[converts]]
        return result


def eventual_rates(counts: pd.DataFrame) -> pd.DataFrame:
    """Aalen-Johansen estimate at the last event of each group.

    `counts`: columns group (hashable), day (integer >= 0), advanced, lost, censored (integers >= 0); rows of
    one (group, day) are added up. On one day, events precede censorings.

    Returns one row per group, in order of first appearance: entered, advanced, lost, open (items);
    eventual_rate (cumulative incidence of advancing, NaN when nothing advanced or was lost yet), lost_rate,
    survival (share not yet decided); n_eff and x_eff, the sample size and successes that carry the same
    information for formula F3 (0 and 0 without event); median_days and p90_days of advancing given
    conversion.

    Raises ValueError when a column is missing or a value is negative or missing.
    Source: Aalen and Johansen (1978); formulas F2 and F3.
    """
    steps = _steps(counts)
    cif_advanced = steps.at_end(steps.cif_advanced, without_steps=0.0)
    cif_lost = steps.at_end(steps.cif_lost, without_steps=0.0)
    events = steps.advanced + steps.lost
    # 1 - S(tau) is written as the sum of both incidences: no cancellation when almost all items are open.
    decided = cif_advanced + cif_lost
    n_eff = np.divide(events, decided, out=np.zeros(len(events)), where=events > 0)
    return pd.DataFrame(
        {
            "entered": events + steps.open,
            "advanced": steps.advanced,
            "lost": steps.lost,
            "open": steps.open,
            "eventual_rate": np.where(events > 0, cif_advanced, np.nan),
            "lost_rate": np.where(events > 0, cif_lost, np.nan),
            "survival": steps.at_end(steps.survival, without_steps=1.0),
            "n_eff": n_eff,
            "x_eff": n_eff * cif_advanced,
            "median_days": steps.lag_quantile(0.5),
            "p90_days": steps.lag_quantile(0.9),
        },
        index=steps.groups,
    )


def curves(counts: pd.DataFrame) -> pd.DataFrame:
    """The whole estimate behind `eventual_rates`, one row per (group, day) with an exit or a censoring.

    Returns group, day, at_risk (items still in the stage at the start of that day), cif_advanced, cif_lost
    and survival (shares after that day, together 1), sorted by group in order of first appearance, then day.
    """
    steps = _steps(counts)
    return pd.DataFrame(
        {
            "group": steps.groups.take(steps.code),
            "day": steps.day,
            "at_risk": steps.at_risk,
            "cif_advanced": steps.cif_advanced,
            "cif_lost": steps.cif_lost,
            "survival": steps.survival,
        }
    )


def lag_distribution(counts: pd.DataFrame, horizon: int) -> LagDistribution:
    """Distribution of the days from entry to advancing, given that the item advances: CIF(t) / CIF(tau).

    `counts` as for `eventual_rates`; `horizon` in days, the last cell gathers that day and all later ones.
    Raises ValueError when the horizon is negative.
    """
    if horizon < 0:
        raise ValueError(f"the horizon is a number of days, not {horizon}")
    steps = _steps(counts)
    width = horizon + 1
    cell = steps.code * width + np.minimum(steps.day, horizon)
    increments = np.diff(steps.cif_advanced, prepend=0.0)
    starts = steps.first[steps.size > 0]
    increments[starts] = steps.cif_advanced[starts]
    cells = np.bincount(cell, weights=increments, minlength=len(steps.groups) * width)
    mass = cells.astype(np.float64).reshape(len(steps.groups), width)  # no step at all would give integers
    total = mass.sum(axis=1, keepdims=True)
    probabilities = np.divide(mass, total, out=np.full_like(mass, np.nan), where=total > 0)
    return LagDistribution(steps.groups, probabilities)


def snapshot_ratio(advanced: npt.ArrayLike, lost: npt.ArrayLike) -> Floats:
    """advanced / (advanced + lost) among the items decided so far, NaN without any; same shape as the inputs.

    The figure that most dashboards show. It forgets the open items, so it moves with the age of the cohort:
    shown beside the eventual rate under its own name, never in its place.
    """
    wins = np.asarray(advanced, dtype=np.float64)
    decided = wins + np.asarray(lost, dtype=np.float64)
    result: Floats = np.divide(wins, decided, out=np.full(decided.shape, np.nan), where=decided > 0)
    return result


def mature_rate(rows: pd.DataFrame) -> pd.DataFrame:
    """Share advanced among the items at least as old as the 90th percentile of their group's own lags.

    `rows`: the columns of `eventual_rates` and `age`, the days from entry to as_of whatever happened since.
    The percentile is the p90_days of `eventual_rates` over all rows, so that slow conversions still under way
    count.

    Returns one row per group: p90_days, entered, advanced, lost, open of the mature cohort, and mature_rate =
    advanced / entered. Open items stay in the denominator. NaN for a group that never advanced (its lags are
    unknown) or has no mature item.
    """
    if "age" not in rows:
        raise ValueError("column missing from the counts: age")
    p90_days = eventual_rates(rows)["p90_days"]
    code, groups = pd.factorize(rows["group"])
    mature = rows["age"].to_numpy() >= p90_days.to_numpy()[code]

    def total(column: str) -> Ints:
        weights = rows[column].to_numpy()[mature]
        return np.bincount(code[mature], weights=weights, minlength=len(groups)).astype(np.int64)

    advanced, lost, still_open = total("advanced"), total("lost"), total("censored")
    entered = advanced + lost + still_open
    rate = np.divide(advanced, entered, out=np.full(len(groups), np.nan), where=entered > 0)
    return pd.DataFrame(
        {
            "p90_days": p90_days.to_numpy(),
            "entered": entered,
            "advanced": advanced,
            "lost": lost,
            "open": still_open,
            "mature_rate": rate,
        },
        index=p90_days.index,
    )


def _steps(counts: pd.DataFrame) -> _Steps:
    """Run the estimator over all groups at once.

    1. Add up the rows of one (group, day) and sort them: steps. 2. At risk on a day = everything that
    entered, minus what left or was censored on earlier days. 3. Survival is the running product, per group,
    of the shares that nothing happened to; an incidence is the running sum of survival before the day x
    hazard on the day.
    """
    code, day, columns, groups = _added_up(counts)
    advanced, lost, censored = columns
    size = np.bincount(code, minlength=len(groups))
    first = np.cumsum(size) - size

    def per_group(values: Ints) -> Ints:
        return np.bincount(code, weights=values, minlength=len(groups)).astype(np.int64)

    leaving = advanced + lost + censored
    left_before = np.cumsum(leaving) - leaving
    left_in_earlier_groups = left_before[first[code]] if len(code) else left_before
    at_risk = per_group(leaving)[code] - (left_before - left_in_earlier_groups)

    survival = _running_product(1 - (advanced + lost) / at_risk, code)
    survival_before = np.roll(survival, 1)
    survival_before[first[size > 0]] = 1.0
    return _Steps(
        groups=groups,
        code=code,
        day=day,
        at_risk=at_risk,
        cif_advanced=_running_sum(survival_before * advanced / at_risk, code),
        cif_lost=_running_sum(survival_before * lost / at_risk, code),
        survival=survival,
        first=first,
        size=size,
        advanced=per_group(advanced),
        lost=per_group(lost),
        open=per_group(censored),
    )


def _running_product(shares: Floats, code: Ints) -> Floats:
    """Running product within each group."""
    products: Floats = pd.Series(shares).groupby(code, sort=False).cumprod().to_numpy().astype(np.float64)
    return products


def _running_sum(probabilities: Floats, code: Ints) -> Floats:
    """Running sum within each group, never decreasing and at most 1 whatever the rounding.

    pandas carries the rounding error along (Kahan), so that adding 0 may take back the last digit.
    """
    sums = pd.Series(probabilities).groupby(code, sort=False).cumsum()
    rising: Floats = sums.groupby(code, sort=False).cummax().to_numpy().astype(np.float64)
    return np.where(rising > 1.0, 1.0, rising)


def _added_up(counts: pd.DataFrame) -> tuple[Ints, Ints, tuple[Ints, Ints, Ints], pd.Index]:
    """Group positions, days and (advanced, lost, censored) per distinct (group, day), sorted; and the groups.

    A group whose counts are all zero has no step but stays among the groups.
    """
    for column in COUNT_COLUMNS:
        if column not in counts:
            raise ValueError(f"column missing from the counts: {column}")
    for column in COUNT_COLUMNS[1:]:
        if counts[column].isna().any() or (counts[column] < 0).any():
            raise ValueError(f"negative or missing value in the counts: {column}")
    code, labels = pd.factorize(counts["group"])
    if (code < 0).any():
        raise ValueError("missing value in the counts: group")
    groups = pd.Index(labels, name="group", tupleize_cols=False)

    day, *values = (counts[column].to_numpy(dtype=np.int64) for column in COUNT_COLUMNS[1:])
    filled = np.flatnonzero(values[0] + values[1] + values[2])
    width = int(day.max(initial=0)) + 1
    key = code[filled].astype(np.int64) * width + day[filled]
    order = np.argsort(key, kind="stable")  # near linear when the database already sorted
    key = key[order]
    starts = np.flatnonzero(np.diff(key, prepend=-1))
    if len(starts) == 0:
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing, (nothing, nothing, nothing), groups
    advanced, lost, censored = (np.add.reduceat(column[filled][order], starts) for column in values)
    return key[starts] // width, key[starts] % width, (advanced, lost, censored), groups
