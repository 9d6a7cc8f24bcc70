"""Why a landing is not what it was some days before: what became of the deals, line by line (F6). Pure.

A deal counts for its chance to be won in the window times its value. Both days are read with the curves of the later one,
so that a line tells what happened to deals, and what was learnt meanwhile stands apart.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.domain.landing_curves import chance_open
from pipeline.domain.landing_known import Known, OpenDeals

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NOT_THERE, OPEN, WON, LOST = 0, 1, 2, 3
LINES = ("won", "lost", "new", "amount", "moved", "handed", "undone", "waited")


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """Some deals at the end of a day, (n,): ``state``, ``leaf`` that they are in, ``stage`` and ``age`` in it (of open
    ones), ``amount`` (NaN: not known; of a win: what it brought, if it came in the window, else 0)."""

    state: Ints
    leaf: Ints
    stage: Ints
    age: Ints
    amount: Floats


def flow(known: Known, days: int, before: Side, after: Side) -> tuple[Floats, Floats]:
    """What became of the deals in the last ``days``, by scope and line (see LINES): amounts and how many deals, (m, 8) both.

    ``before``, ``after``: the deals to which something happened, in the same order, ``days`` ago and now. Those to which
    nothing happened are the others of ``known.deals``; they make "waited", together with the deals that did not move
    though something else happened to them. Lines: won, lost, new (whatever became of it since), amount changed, moved to
    another stage, handed over into or out of the scope, undone (a win or a loss taken back), waited.
    """
    scopes, value = known.scopes, known.worth.mean
    then = chance_open(known.curves, scopes, *known.window.ahead(known.as_of - days))
    first = _sided(known, before)
    second = _sided(known, after)
    both = first.merge(second, on=["scope", "deal"], how="outer", suffixes=("_0", "_1"), indicator=True)
    row, deal = both["scope"].to_numpy(), both["deal"].to_numpy()
    state_0 = np.where(both["_merge"] != "right_only", before.state[deal], NOT_THERE)
    state_1 = np.where(both["_merge"] != "left_only", after.state[deal], NOT_THERE)
    worth_0, worth_1 = _value(before.amount[deal], value[row]), _value(after.amount[deal], value[row])
    p_0, p_1 = _chance(then, row, before, deal), _chance(known.open, row, after, deal)
    was = np.where(state_0 == OPEN, p_0 * worth_0, np.where(state_0 == WON, worth_0, 0.0))
    is_now = np.where(state_1 == OPEN, p_1 * worth_1, np.where(state_1 == WON, worth_1, 0.0))
    real_0, real_1 = before.state[deal], after.state[deal]
    stays = (state_0 == OPEN) & (state_1 == OPEN)
    repriced = np.where(stays, p_0 * (worth_1 - worth_0), 0.0)
    same_stage = stays & (before.stage[deal] == after.stage[deal])
    line = np.select(
        [
            (real_0 != NOT_THERE) & ((state_0 == NOT_THERE) | (state_1 == NOT_THERE)),
            real_0 == NOT_THERE,
            stays & same_stage,
            stays,
            (real_0 == OPEN) & (real_1 == WON),
            (real_0 == OPEN) & (real_1 == LOST),
        ],
        ["handed", "new", "waited", "moved", "won", "lost"],
        "undone",
    )
    amounts, counts = np.zeros((2, value.size, len(LINES)))
    column = np.array([LINES.index(name) for name in line], dtype=np.int64)
    happened = (state_0 != state_1) | stays
    np.add.at(amounts, (row, column), is_now - was - repriced)
    np.add.at(counts, (row[happened], column[happened]), 1.0)
    np.add.at(amounts, (row, np.full(row.size, LINES.index("amount"))), repriced)
    changed = np.abs(repriced) > 0
    np.add.at(counts, (row[changed], np.full(int(changed.sum()), LINES.index("amount"))), 1.0)
    _waited(known, then, days, after, amounts, counts)
    return amounts, counts


def _waited(known: Known, then: Floats, days: int, after: Side, amounts: Floats, counts: Floats) -> None:
    """Adds the deals to which nothing happened: all open ones, less the open ones among ``after``."""
    at = LINES.index("waited")
    still = after.state == OPEN
    told = OpenDeals(after.leaf[still], after.stage[still], after.age[still], after.amount[still])
    for sign, deals in ((1.0, known.deals), (-1.0, told)):
        row, deal = _expand(known, deals.leaf)
        oldest = known.open.shape[2] - 1
        age, stage = np.clip(deals.age[deal], 0, oldest), deals.stage[deal]
        slower = known.open[row, stage, age] - then[row, stage, np.clip(age - days, 0, oldest)]
        value = _value(deals.amount[deal], known.worth.mean[row])
        amounts[:, at] += sign * np.bincount(row, slower * value, amounts.shape[0])
        counts[:, at] += sign * np.bincount(row, minlength=amounts.shape[0])


def _sided(known: Known, side: Side) -> pd.DataFrame:
    """The scopes that each deal is in on that day."""
    there = np.flatnonzero(side.state != NOT_THERE)
    row, place = _expand(known, side.leaf[there])
    return pd.DataFrame({"scope": row, "deal": there[place]})


def _expand(known: Known, leaf: Ints) -> tuple[Ints, Ints]:
    """Pairs of a scope and the position of a leaf that it contains."""
    inside = known.scopes.contains.tocsc()
    starts, counts = inside.indptr[leaf], np.diff(inside.indptr)[leaf]
    place = np.repeat(np.arange(leaf.size), counts)
    offset = np.arange(place.size) - np.repeat(np.cumsum(counts) - counts, counts)
    return inside.indices[np.repeat(starts, counts) + offset].astype(np.int64), place


def _chance(table: Floats, row: Ints, side: Side, deal: Ints) -> Floats:
    stage = np.clip(side.stage[deal], 0, table.shape[1] - 1)
    return np.asarray(table[row, stage, np.clip(side.age[deal], 0, table.shape[2] - 1)])


def _value(amount: Floats, usual: Floats) -> Floats:
    return np.nan_to_num(np.where(np.isnan(amount), usual, amount))
