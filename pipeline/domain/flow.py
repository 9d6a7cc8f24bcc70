"""How the open pipeline of a scope went from one day to another, so that it adds up exactly.

open at the start + new + reopened + found + owner in + pulled in + amount told + amount up - amount down
- won - lost - owner out - pushed out - gone = open at the end, in money and in deals.

Every deal comes into the scope at most once, changes its amount at most once and goes out at most once, each on one line.
A deal that came and went between the two days is on both lines. Source: the pipeline flow of R8.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Bools = npt.NDArray[np.bool_]

START, END = "start", "end"
CAME = ("new", "reopened", "found", "owner_in", "pulled_in")
CHANGED = ("told", "up", "down")
LEFT = ("won", "lost", "owner_out", "pushed_out", "gone")
LINES = (START, *CAME, *CHANGED, *LEFT, END)

COLUMNS = (
    "kind_before", "in_hands_before", "due_before", "amount_before", "kind_after", "in_hands_after", "due_after",
    "amount_after",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """lines, indexed by LINES: deals (that the line is about), moves (what it does to the number of open deals), amount
    (what it does to their sum). deals: as given, with came, changed and left (a name of a line, or "") and the amount of
    each: came_amount, changed_amount, left_amount.
    """

    lines: pd.DataFrame
    deals: pd.DataFrame


def flow(deals: pd.DataFrame) -> Flow:
    """`deals`: COLUMNS, a row per deal that was open in the scope on one of the days, or closed in between.

    kind_before, kind_after: 'none' (not opened yet), 'open', 'won', 'lost' or 'unknown'. in_hands: it is the scope's, by
    owner. due: it is expected to close in the cycle that the scope is about (True everywhere when the scope is not about
    a cycle). Amounts in integer minor units, missing where nobody has told any: it then counts as nothing, until it is
    told. The amount after a close is what was won, or what was lost.

    Raises ValueError for a missing column.
    """
    if missing := [name for name in COLUMNS if name not in deals]:
        raise ValueError(f"column missing from the deals: {missing}")
    before, after = deals["kind_before"], deals["kind_after"]
    hands_before, hands_after = (
        deals[f"in_hands_{when}"].to_numpy(dtype=bool) for when in ("before", "after")
    )
    due_before, due_after = (deals[f"due_{when}"].to_numpy(dtype=bool) for when in ("before", "after"))
    there = (before == "open").to_numpy() & hands_before & due_before
    still = (after == "open").to_numpy() & hands_after & due_after
    closed_before = before.isin(["won", "lost"]).to_numpy()
    won, lost = (after == "won").to_numpy(), (after == "lost").to_numpy()
    # What was won counts whenever it was expected; what was lost, when it was expected in the cycle.
    through = ~there & ~still & ~closed_before & hands_after & (won | lost & due_after)
    comes, goes = ~there & (still | through), there & ~still | through

    came = _named(comes, {
        "new": before == "none", "reopened": before.isin(["won", "lost"]), "found": before == "unknown",
        "owner_in": ~hands_before, "pulled_in": np.ones(len(deals), dtype=bool),
    })  # fmt: skip
    left = _named(goes, {
        "owner_out": ~hands_after, "won": won, "lost": lost, "pushed_out": after == "open",
        "gone": np.ones(len(deals), dtype=bool),
    })  # fmt: skip

    told_before, told_after = (
        deals["amount_before"].notna().to_numpy(),
        deals["amount_after"].notna().to_numpy(),
    )
    at_first, at_last = (_whole(deals[name]) for name in ("amount_before", "amount_after"))
    was_open = (before == "open").to_numpy()
    entered_at = np.where(was_open, at_first, at_last)  # what began in between has no earlier amount
    change = np.where((there | comes) & was_open, at_last - at_first, 0)
    changed = _named(change != 0, {"told": ~told_before & told_after, "up": change > 0, "down": change < 0})

    found = deals.assign(
        came=came, came_amount=np.where(comes, entered_at, 0), changed=changed, changed_amount=change,
        left=left, left_amount=np.where(goes, -at_last, 0), starts=there, ends=still,
    )  # fmt: skip
    lines = pd.DataFrame(0, index=pd.Index(LINES, name="line"), columns=["deals", "moves", "amount"])
    lines.loc[START] = [there.sum(), there.sum(), at_first[there].sum()]
    lines.loc[END] = [still.sum(), still.sum(), at_last[still].sum()]
    for name, amount, sign in (
        ("came", "came_amount", 1),
        ("changed", "changed_amount", 0),
        ("left", "left_amount", -1),
    ):
        summed = found[found[name] != ""].groupby(name)[amount].agg(["size", "sum"])
        lines.loc[summed.index, "deals"] = summed["size"]
        lines.loc[summed.index, "moves"] = sign * summed["size"]
        lines.loc[summed.index, "amount"] = summed["sum"]
    return Flow(lines.astype("int64"), found)


def _named(rows: Bools, names: dict[str, "pd.Series | Bools"]) -> npt.NDArray[np.object_]:
    """The first name whose condition holds, "" outside `rows`."""
    conditions = [rows & np.asarray(condition, dtype=bool) for condition in names.values()]
    found: npt.NDArray[np.object_] = np.select(conditions, list(names), default="").astype(object)
    return found


def _whole(amounts: pd.Series) -> npt.NDArray[np.int64]:
    """Exact: never by way of floats."""
    return np.asarray(amounts.astype("Int64").fillna(0).to_numpy(dtype=np.int64), dtype=np.int64)
