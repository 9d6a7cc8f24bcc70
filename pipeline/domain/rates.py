"""Tables of eventual rates (F2) with what the data can say of each (F3): the same for every table of the product."""

from collections.abc import Hashable

import numpy as np
import pandas as pd

from pipeline.domain.beta_binomial import JEFFREYS
from pipeline.domain.conversion import eventual_rates, snapshot_ratio
from pipeline.domain.many_cells import flag_cells
from pipeline.domain.small_samples import CERTAINTY, State, fit_priors, posterior

COUNTS = ["advanced", "lost", "censored"]


def judged(
    rows: pd.DataFrame, *, kind: pd.Series, table: pd.Series, everywhere: pd.DataFrame | None = None
) -> pd.DataFrame:
    """What can be said of each rate: mean, low, high, p_below, state, prior_a, prior_b; indexed as `rows`.

    `rows`: n_eff, x_eff (missing or 0: the rate is not known), objective_rate (NaN: none). `kind`: which rows are scopes of
    the same kind, and share a prior. `table`: which are shown together; the many-cells rule holds for each table.
    `everywhere`: kind, n_eff and x_eff of the whole organisation, where `rows` are a part of it: the prior is fitted on
    these. An unknown rate has NaN and state none. Source: F3.
    """
    n, x = rows["n_eff"].fillna(0), rows["x_eff"].fillna(0)
    known = n > 0
    if everywhere is None:
        everywhere = pd.DataFrame({"kind": kind, "n_eff": n, "x_eff": x})
    fitted = everywhere[everywhere["n_eff"] > 0]
    priors = fit_priors(fitted["kind"], fitted["n_eff"], fitted["x_eff"]).reindex(kind)
    prior_a, prior_b = (priors[name].fillna(JEFFREYS).to_numpy() for name in "ab")
    found = posterior(
        n.to_numpy(), x.to_numpy(), prior_a, prior_b, rows["objective_rate"].to_numpy(dtype=float)
    )
    found.index = rows.index
    found["prior_a"], found["prior_b"] = prior_a, prior_b
    found.loc[~known, ["mean", "low", "high", "p_below"]] = np.nan
    found.loc[~known, "state"] = State.NONE
    sure = pd.Series(np.maximum(found["p_below"], 1 - found["p_below"]), index=rows.index).fillna(0.0)
    candidates = found["state"].isin([State.BEHIND, State.ON_OR_ABOVE])
    coloured = np.zeros(len(rows), dtype=bool)
    for one in table.unique():
        here = ((table == one) & candidates & (sure >= CERTAINTY)).to_numpy()
        coloured[here] = flag_cells(sure[here].to_numpy())
    found["state"] = np.where(candidates & ~coloured, State.CANNOT_TELL, found["state"])
    return found


def rate_cells(
    counts: pd.DataFrame, objectives: dict[Hashable, float], *, scope: str = "inside"
) -> pd.DataFrame:
    """The table of the stages x groups of one dimension, with the figures of F2 and F3.

    `counts`: stage, group, `scope` (bool: whether the row belongs to what is shown), day, advanced, lost, censored. Rows
    outside the scope count for the prior alone: it is the whole organisation's. `objectives`: rate by (stage, group),
    else by stage.

    One row per (stage, group) of the scope: stage, group, then the columns of `eventual_rates`, `judged` and
    snapshot_rate.
    """
    keys = ["stage", "group"]
    everything = _estimated(counts, keys)
    own = _estimated(counts[counts[scope].to_numpy(dtype=bool)], keys)
    if own.empty:
        return own
    own["objective_rate"] = [
        objectives.get((stage, group), objectives.get(stage, np.nan))
        for stage, group in zip(own["stage"], own["group"], strict=True)
    ]
    everything["kind"] = everything["stage"]
    found = judged(
        own, kind=own["stage"], table=pd.Series("one", index=own.index), everywhere=everything[["kind", "n_eff", "x_eff"]]
    )  # fmt: skip
    own["snapshot_rate"] = snapshot_ratio(own["advanced"], own["lost"])
    return own.join(found)


def agreed(tonight: pd.Series, night_before: pd.Series) -> pd.Series:
    """The state to show where no state was stored: what both nights say, else that it cannot be told.

    A cell without an objective tonight has none; one that did not exist the night before is taken as it is.
    """
    before = night_before.reindex(tonight.index)
    same = (before == tonight) | before.isna() | (before == State.NONE) | (tonight == State.NONE)
    return tonight.where(same, State.CANNOT_TELL)


def _estimated(counts: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    cells = counts[keys].drop_duplicates().reset_index(drop=True)
    if cells.empty:
        return cells
    cells["cell"] = np.arange(len(cells))
    grouped = counts.merge(cells, on=keys)[["cell", "day", *COUNTS]].rename(columns={"cell": "group"})
    return cells.merge(eventual_rates(grouped), left_on="cell", right_index=True).drop(columns="cell")
