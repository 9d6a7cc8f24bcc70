"""Which causes to name, and in which order: the many-cells rule (F3), then the euros that the gap's levers lose (F4)."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from pipeline.domain.many_cells import flag_cells
from pipeline.domain.small_samples import CERTAINTY, State
from reporting.domain.causes.catalogue import BY_KEY, Explains

CASES_NEEDED = 10  # whoever has fewer is named by no rule


def raw_states(cells: pd.DataFrame) -> pd.Series:
    """Tonight's states: behind = beyond the limit and flagged, on_or_above = surely within it, cannot_tell otherwise.

    cells: table, scope_kind, p, cases. One table is what a page shows together: the scopes of one kind of one organisation.
    """
    enough = cells["cases"].to_numpy(dtype=np.float64) >= CASES_NEEDED
    p = np.where(enough, cells["p"].to_numpy(dtype=np.float64), np.nan)
    flagged = np.zeros(len(cells), dtype=bool)
    for rows in cells.groupby(["table", "scope_kind"], sort=False).indices.values():
        flagged[rows] = flag_cells(p[rows])
    within = 1 - p >= CERTAINTY
    states = np.select([flagged, within], [State.BEHIND, State.ON_OR_ABOVE], State.CANNOT_TELL)
    return pd.Series(states, index=cells.index, dtype=object)


def shortfalls(levers: Sequence[Mapping[str, Any]]) -> dict[Explains, float]:
    """What each kind of rule may explain of an attributed gap: the losses of its levers, as minor units >= 0.

    levers: GapResult.levers, in the order of the chain. A lever that gained takes nothing off another one's loss.
    """
    losses: dict[str, float] = {"volume": 0.0, "value": 0.0, "carried_in": 0.0}
    rates = []
    for line in levers:
        loss = max(0.0, -float(line["contribution"]))
        if line["lever"] == "rate":
            rates.append(loss)
        else:
            losses[line["lever"]] = loss
    later = sum(rates[1:]) if len(rates) > 1 else sum(rates)
    return {
        Explains.VOLUME: losses["volume"],
        Explains.FIRST_RATE: sum(rates[:1]),
        Explains.LATER_RATES: later + losses["carried_in"],
        Explains.ALL_RATES: sum(rates),
        Explains.VALUE: losses["value"],
    }


def euros_at_stake(cells: pd.DataFrame, due: pd.Series, losses: pd.DataFrame) -> pd.Series:
    """Minor units that the cause accounts for in the gap to path; NaN for a scope without an attributed gap.

    cells: rule, gain, numerator, denominator. due: what the path expects by the day, (C,), NaN without an objective.
    losses: the shortfalls, (C, Explains). A lever that would be higher by `gain` is short of due·gain/(1+gain); no cause
    accounts for more than its levers lost. The margin is no lever of revenue: what is at stake is margin, on what was won.
    """
    gain = cells["gain"].to_numpy(dtype=np.float64)
    missing = due.to_numpy(dtype=np.float64) * gain / (1 + gain)
    explains = cells["rule"].map({key: rule.explains for key, rule in BY_KEY.items()})
    column = losses.columns.get_indexer(pd.Index(explains))
    cap = losses.to_numpy(dtype=np.float64)[np.arange(len(cells)), np.maximum(column, 0)]
    euros = np.minimum(missing, cap)
    own = cells["numerator"].to_numpy(dtype=np.float64) * gain
    return pd.Series(np.where(column < 0, own, euros), index=cells.index)


def in_order(cells: pd.DataFrame) -> pd.DataFrame:
    """Causes by euros at stake, the largest first; those without a figure last, by how sure they are."""
    order = np.lexsort((-cells["p"].to_numpy(), -cells["euros"].fillna(-1.0).to_numpy()))
    return cells.iloc[order]
