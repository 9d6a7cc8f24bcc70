"""The values of a GapResult, from what was measured: sums against the path, levels against the target."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
import pandas as pd

from objectives.models import Objective
from pipeline.domain.small_samples import State, amount_state, count_posterior
from reporting.actions.window import Window

Values = dict[str, Any]
Floats = npt.NDArray[np.float64]

SEED = 20_260  # any fixed number: the same inputs give the same rows


def counted(actual: pd.Series, path: pd.Series) -> pd.DataFrame:
    return count_posterior(actual.to_numpy(), path.to_numpy())


def summed(amounts: pd.DataFrame, path: pd.Series, *, typical: float) -> pd.DataFrame:
    """`amount_state` where amounts may be negative (a margin): what is lost is certain, and moves what is due."""
    lost = (
        amounts["amount"].clip(upper=0.0).groupby(amounts["group"]).sum().reindex(path.index, fill_value=0.0)
    )
    gained = amounts.assign(amount=amounts["amount"].clip(lower=0.0))
    found = amount_state(gained, path - lost, seed=SEED, typical_amount=typical)
    found[["low", "high"]] = found[["low", "high"]].add(lost, axis=0)
    nothing_due = ~(path > 0)
    found["p_below"] = found["p_below"].mask(nothing_due)
    found["state"] = found["state"].mask(nothing_due, str(State.NONE))
    return found


def against_path(
    window: Window, metric: str, own: Sequence[Objective], total: Floats,
    judge: Callable[[pd.Series, pd.Series], pd.DataFrame], inputs: Mapping[UUID, Values] | None = None,
) -> dict[UUID, Values]:  # fmt: skip
    """The values of objectives on a sum. total: done by the end of each day, (O, D); judge(actual, path), by id."""
    keys = pd.Index([one.id for one in own], tupleize_cols=False)
    share = window.share_of_path(metric)
    curves = np.array([window.path_of(one, share) for one in own])
    actual = pd.Series(total[:, window.today], keys, dtype=float)
    path = pd.Series(curves[:, window.today], keys, dtype=float)
    found: dict[UUID, Values] = {}
    states = judge(actual, path).to_dict("records")
    series = window.series(curves, total)
    for one, weeks, done, due, row in zip(own, series, actual.tolist(), path.tolist(), states, strict=True):
        target = None if one.target is None else float(one.target)
        found[one.id] = {
            "target": target, "path": number(due), "actual": done, "numerator": done, "denominator": None,
            "gap_to_path": number(done - due), "gap_to_target": None if target is None else done - target,
            "low": number(row["low"]), "high": number(row["high"]), "p_below": number(row["p_below"]),
            "raw_state": row["state"], "series": weeks, "levers": [],
            "inputs": (inputs or {}).get(one.id, {}),
        }  # fmt: skip
    return found


def levels(
    own: Sequence[Objective], verdicts: pd.DataFrame, *, path: pd.Series | None = None
) -> dict[UUID, Values]:
    """The values of objectives on a level (a rate, a mean, a median): due at their target from the first day, but `path`."""
    found: dict[UUID, Values] = {}
    dues = [None] * len(own) if path is None else path.tolist()
    for one, at_last, row in zip(own, dues, verdicts.to_dict("records"), strict=True):
        target = None if one.target is None else float(one.target)
        due = target if path is None else number(at_last)
        actual = number(row["value"])
        known = actual is not None
        found[one.id] = {
            "target": target, "path": due, "actual": actual,
            "numerator": number(row["numerator"]), "denominator": number(row["denominator"]),
            "gap_to_path": None if actual is None or due is None else actual - due,
            "gap_to_target": None if actual is None or target is None else actual - target,
            "low": number(row["low"]) if known else None, "high": number(row["high"]) if known else None,
            "p_below": number(row["p_behind"]), "raw_state": row["state"], "series": {}, "levers": [],
            "inputs": {} if pd.isna(row["estimate"]) else {"estimate": float(row["estimate"])},
        }  # fmt: skip
    return found


def targets(own: Sequence[Objective]) -> pd.Series:
    keys = pd.Index([one.id for one in own], tupleize_cols=False)
    return pd.Series([np.nan if one.target is None else float(one.target) for one in own], keys, dtype=float)


def number(value: Any) -> float | None:
    return None if value is None or value != value else float(value)
