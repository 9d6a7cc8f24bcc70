"""The open pipeline from one day to another, and how far it covers what is left to win."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd
from django.db import connection

from objectives.models import Cycle
from pipeline.domain.cohorts import win_chance_at
from pipeline.domain.coverage import coverage, needed_coverage
from pipeline.domain.flow import COLUMNS, Flow, flow
from pipeline.queries import histories
from pipeline.queries.stay_cells import life_cells
from reporting.queries import memo
from reporting.queries.by_dimension import Scope
from reporting.queries.open_pipeline import DealRow, deal_rows
from tenants.planner import by_whole_tables
from tenants.scope import current_organisation_id

DUE = "({alias}.expected_close_on >= %(first)s AND {alias}.expected_close_on < %(end)s)"

# Deals of the scope that were open on one of the days, or closed in between. A win closes in the cycle that it is won in.
# (The tables of the first day hold what was open then or touched since: a deal missing there is new or was long closed.)
MOVED = """
SELECT a.opportunity_id, coalesce(b.kind, 'none'), coalesce({hands_b}, false), coalesce({due_b}, false), b.amount_minor,
       a.kind, {hands_a}, coalesce({due_a}, false) OR a.kind = 'won', a.amount_minor
FROM {after} a
LEFT JOIN {before} b ON b.opportunity_id = a.opportunity_id
WHERE b.kind = 'open' AND ({hands_b}) OR a.kind = 'open' AND ({hands_a})
   OR a.kind IN ('won', 'lost') AND a.closed_on > %(start)s AND coalesce(b.kind, 'none') NOT IN ('won', 'lost')
      AND ({hands_a})
"""

COVER = """
SELECT %(as_of)s - p.opened_on, coalesce(p.amount_minor, p.list_price_minor), p.amount_minor IS NULL,
       p.expected_close_on <= %(as_of)s, coalesce({due}, false), p.expected_close_on IS NULL
FROM {deals} p WHERE p.kind = 'open' AND ({inside})
"""


@dataclass(frozen=True, slots=True, eq=False)
class Moved:
    """lines: of `pipeline.domain.flow.Flow`. untold: open deals at the end whose amount nobody has told."""

    lines: pd.DataFrame
    untold: int


@dataclass(frozen=True, slots=True)
class Cover:
    """Money in minor units. closing: open deals expected to close in the cycle; listed: of them, at the list price, as no
    amount is told; overdue: of them, expected before the day; undated: open deals without an expected close, not counted.
    """

    target: float | None
    won: float | None
    closing_minor: int
    closing: int
    listed: int
    overdue: int
    undated: int
    ratio: float | None
    needed: float | None


def moved(start: date, day: date, scope: Scope, cycle: Cycle | None) -> Moved:
    """The flow between the ends of two days; `cycle`: only of deals that close in it. Kept for a second look."""

    def work() -> Moved:
        found = moved_deals(start, day, scope, cycle)
        ends = found.deals["ends"].to_numpy(dtype=bool)
        return Moved(found.lines, int(found.deals["amount_after"][ends].isna().sum()))

    asked = (start, scope.asked, cycle and (cycle.start_on, cycle.end_on))
    return memo.remember(work, name="flow", source=memo.as_known(day), asked=asked)


def moved_deals(start: date, day: date, scope: Scope, cycle: Cycle | None) -> Flow:
    """The flow with its deals, indexed by opportunity."""
    after = histories.as_of(day)
    before = histories.as_of(start, since=start, slot="_before")
    due = {"due_a": "true", "due_b": "true"}
    if cycle is not None:
        due = {f"due_{alias}": DUE.format(alias=alias) for alias in "ab"}
    query = MOVED.format(
        after=after.deals,
        before=before.deals,
        hands_a=scope.hands.where("a"),
        hands_b=scope.hands.where("b"),
        **due,
    )
    values: dict[str, Any] = {"start": start, **scope.hands.parameters(), **_dates(cycle)}
    with connection.cursor() as cursor, by_whole_tables(cursor):
        cursor.execute(query, values)
        rows = pd.DataFrame(cursor.fetchall(), columns=["opportunity", *COLUMNS])
    rows[["amount_before", "amount_after"]] = rows[["amount_before", "amount_after"]].astype("Int64")
    return flow(rows.set_index("opportunity"))


def line_rows(
    start: date, day: date, scope: Scope, cycle: Cycle | None, line: str, *, offset: int, limit: int
) -> tuple[list[DealRow], int]:
    """The deals of a line as they stood on the day, the largest amounts first; and how many there are."""

    def work() -> tuple[list[DealRow], int]:
        ids = behind_line(moved_deals(start, day, scope, cycle), line)
        return deal_rows(histories.as_of(day), ids[offset : offset + limit]), len(ids)

    asked = (start, scope.asked, cycle and (cycle.start_on, cycle.end_on), line, offset, limit)
    return memo.remember(work, name="line_rows", source=memo.as_known(day), asked=asked)


def behind_line(found: Flow, line: str) -> list[UUID]:
    """The deals of a line, the largest amounts first."""
    deals = found.deals
    for name, amount in (("came", "came_amount"), ("changed", "changed_amount"), ("left", "left_amount")):
        if (chosen := deals[name] == line).any():
            return _largest(deals[chosen], amount)
    if line in ("start", "end"):
        which, amount = ("starts", "amount_before") if line == "start" else ("ends", "amount_after")
        return _largest(deals[deals[which].to_numpy(dtype=bool)], amount)
    return []


def _largest(deals: pd.DataFrame, amount: str) -> list[UUID]:
    order = deals[amount].fillna(0).abs().sort_values(ascending=False, kind="stable")
    return list(order.index)


def cover(day: date, scope: Scope, cycle: Cycle, *, target: float | None, won: float | None) -> Cover:
    """How far the open pipeline that closes in the cycle covers what is left of the target (F14)."""

    def work() -> Cover:
        found = histories.as_of(day)
        query = COVER.format(deals=found.deals, inside=scope.hands.where("p"), due=DUE.format(alias="p"))
        values: dict[str, Any] = {
            "org": current_organisation_id(), "as_of": day, **scope.hands.parameters(), **_dates(cycle),
        }  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(query, values)
            rows = pd.DataFrame(
                cursor.fetchall(), columns=["age", "amount", "listed", "overdue", "due", "undated"]
            )
        due = rows[rows["due"].to_numpy(dtype=bool)]
        amounts = due["amount"].fillna(0).to_numpy(dtype=np.float64)
        total = int(due["amount"].fillna(0).sum())
        chances = win_chance_at(life_cells(found, "''", scope.hands), due["age"].to_numpy(dtype=np.int64))
        listed = due["listed"].to_numpy(dtype=bool) & due["amount"].notna().to_numpy()
        return Cover(
            target, won, total, len(due), int(listed.sum()), int(due["overdue"].fillna(False).astype(bool).sum()),
            int(rows["undated"].sum()), coverage(total, target, won), needed_coverage(amounts, chances),
        )  # fmt: skip

    asked = (scope.asked, cycle.start_on, cycle.end_on, target, won)
    return memo.remember(work, name="cover", source=memo.as_known(day), asked=asked)


def _dates(cycle: Cycle | None) -> dict[str, date | None]:
    return {"first": cycle and cycle.start_on, "end": cycle and cycle.end_on}


def eve(cycle: Cycle) -> date:
    """The end of the day before the cycle: where its flow begins."""
    return cycle.start_on - timedelta(days=1)
