"""Where the company stands before a cycle, metric by metric: what proposed targets start from."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from django.core.cache import cache
from django.db import connection

from objectives.domain.markets import QUARTERS_A_YEAR, Maturity, market_maturity
from objectives.models import Cycle
from pipeline.domain.conversion import eventual_rates
from pipeline.models import Frontier
from pipeline.queries.stays import frontier
from tenants.scope import current_organisation_id

YEAR = timedelta(days=365)
QUARTERS = 3 * QUARTERS_A_YEAR
DAYS_A_QUARTER = 365.25 / 4
CACHED_FOR = 24 * 3600
MOST_SEGMENTS = 50

# Every deal that had begun by a day, as that day saw it: closed later is still open.
DEALS = """
WITH deals AS MATERIALIZED (
    SELECT o.segment, o.company_id, o.amount_minor AS amount, o.margin_minor AS margin, o.recurring_minor AS recurring,
           o.created_on AS opened, s.kind = 'won' AND o.closed_on <= %(day)s AS won,
           s.kind = 'lost' AND o.closed_on <= %(day)s AS lost, o.closed_on AS closed,
           s.kind <> 'open' AND o.closed_on IS NULL AS undated
    FROM pipeline_opportunity o JOIN pipeline_stage s ON s.organisation_id = o.organisation_id AND s.id = o.stage_id
    WHERE o.organisation_id = %(org)s AND coalesce(o.created_on, o.closed_on) <= %(day)s
)
"""
BY_SEGMENT = """
SELECT segment, min(coalesce(opened, closed)), count(*) FILTER (WHERE opened >= %(first)s),
       count(*) FILTER (WHERE won AND closed >= %(first)s), sum(amount) FILTER (WHERE won AND closed >= %(first)s),
       sum(margin) FILTER (WHERE won AND closed >= %(first)s),
       sum(amount) FILTER (WHERE won AND closed >= %(first)s AND margin IS NOT NULL),
       sum(recurring) FILTER (WHERE won AND closed >= %(first)s),
       sum(amount) FILTER (WHERE won AND closed >= %(first)s AND recurring IS NOT NULL)
FROM deals GROUP BY segment ORDER BY 5 DESC NULLS LAST, 1
"""
BY_AGE = """
SELECT CASE WHEN won OR lost THEN closed ELSE %(day)s END - opened, count(*) FILTER (WHERE won),
       count(*) FILTER (WHERE lost), count(*) FILTER (WHERE NOT won AND NOT lost)
FROM (SELECT opened, closed, coalesce(won, false) AS won, coalesce(lost, false) AS lost FROM deals
      WHERE opened IS NOT NULL AND NOT undated) d
GROUP BY 1
"""
CUSTOMERS = """
SELECT sum(again), count(*) FILTER (WHERE before), count(*) FILTER (WHERE before AND back)
FROM (SELECT sum(amount) FILTER (WHERE closed >= %(first)s AND closed > first_win) AS again,
             bool_or(closed >= %(eve_of_length)s::date - 365 AND closed < %(eve_of_length)s) AS before,
             bool_or(closed >= %(eve_of_length)s) AS back
      FROM (SELECT company_id, closed, amount, min(closed) OVER (PARTITION BY company_id) AS first_win
            FROM deals WHERE won AND company_id IS NOT NULL) w
      GROUP BY company_id) c
"""
BY_QUARTER = """
SELECT segment, floor((%(day)s - closed) / %(quarter)s)::int, count(*) FROM deals
WHERE won AND segment <> '' AND %(day)s - closed < %(quarter)s * %(quarters)s GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Levels:
    """``by_place``: present level by (metric, segment; "" for the whole), in the unit of the metric, amounts and counts
    for a time as long as the cycle; ``markets``: the segments with their maturity, the one that brings most first;
    ``day``: the last day looked at, None without data.
    """

    by_place: Mapping[tuple[str, str], float]
    markets: tuple[Maturity, ...]
    day: date | None

    def of_company(self) -> dict[str, float]:
        return {metric: level for (metric, segment), level in self.by_place.items() if not segment}


def present_levels(cycle: Cycle) -> Levels:
    """The levels of the 12 months before the cycle; where nothing was opened then, of the last 12 months known.

    Six queries at most, then remembered until the next recompute.
    """
    front = frontier()
    if front is None:
        return Levels({}, (), None)
    key = _key(cycle, front)
    found: Levels | None = cache.get(key)
    if found is None:
        found = _levels(cycle, min(front.as_of, cycle.start_on - timedelta(days=1)))
        if not found.by_place and front.as_of >= cycle.start_on:
            found = _levels(cycle, front.as_of)
        cache.set(key, found, CACHED_FOR)
    return found


def _key(cycle: Cycle, front: Frontier) -> str:
    about = f"{cycle.start_on}:{cycle.end_on}:{front.as_of}:{front.snapshot}:{front.signature}"
    return f"org:{current_organisation_id()}:levels:{hashlib.sha256(about.encode()).hexdigest()}"


def _levels(cycle: Cycle, day: date) -> Levels:
    length = (cycle.end_on - cycle.start_on).days
    given: dict[str, Any] = {
        "org": current_organisation_id(),
        "day": day,
        "first": day - YEAR + timedelta(days=1),
        "eve_of_length": day - timedelta(days=length - 1),
        "quarter": DAYS_A_QUARTER,
        "quarters": QUARTERS,
    }
    segments = _rows(BY_SEGMENT, given)
    began = min((row[1] for row in segments if row[1] is not None), default=None)
    if began is None or not any(row[2] or row[3] for row in segments):
        return Levels({}, (), None)
    part = length / ((day - max(began, given["first"])).days + 1)
    places: dict[tuple[str, str], float] = {}
    for segment, values in _sums(segments).items():
        places |= {(metric, segment): level for metric, level in _of_sums(values, part).items()}
    whole = _of_ages(_rows(BY_AGE, given)) | _of_customers(_rows(CUSTOMERS, given)[0], part, began, given)
    places |= {(metric, ""): level for metric, level in whole.items()}
    return Levels(places, tuple(_markets(segments, _rows(BY_QUARTER, given), began, day)), day)


def _rows(select: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(DEALS + select, given)
        return cursor.fetchall()


def _sums(segments: list[tuple[Any, ...]]) -> dict[str, list[float]]:
    """opened, won, revenue, margin, revenue with margin, recurring, revenue with recurring; by segment, "" for all."""
    sums = {row[0]: [float(value or 0) for value in row[2:]] for row in segments[:MOST_SEGMENTS] if row[0]}
    sums[""] = [float(sum(row[place] or 0 for row in segments)) for place in range(2, 9)]
    return sums


def _of_sums(values: list[float], part: float) -> dict[str, float]:
    opened, won, revenue, margin, with_margin, recurring, with_recurring = values
    levels = {"opportunities_opened": opened * part, "deals_won": won * part, "revenue_won": revenue * part}
    levels |= {"margin_won": margin * part} if with_margin else {}
    ratios = {
        "average_deal_value": (revenue, won),
        "margin_rate": (margin, with_margin),
        "recurring_share": (recurring, with_recurring),
    }
    return levels | {key: above / below for key, (above, below) in ratios.items() if below and above > 0}


def _of_ages(rows: list[tuple[Any, ...]]) -> dict[str, float]:
    """Win rate and sales cycle (F2, deals still open are not decided), and the share of those that stall."""
    counts = pd.DataFrame(rows, columns=["day", "advanced", "lost", "censored"]).astype("int64")
    counts = counts[counts["day"] >= 0].assign(group="all")
    if counts.empty:
        return {}
    rates = eventual_rates(counts).iloc[0]
    levels = {"win_rate": rates["eventual_rate"], "sales_cycle_days": rates["median_days"]}
    still = int(counts["censored"].sum())
    if still and np.isfinite(rates["p90_days"]):
        levels["stale_share"] = counts.loc[counts["day"] > rates["p90_days"], "censored"].sum() / still
    return {metric: float(level) for metric, level in levels.items() if np.isfinite(level)}


def _of_customers(row: tuple[Any, ...], part: float, began: date, given: dict[str, Any]) -> dict[str, float]:
    again, before, back = row
    levels = {"repeat_revenue": float(again) * part} if again else {}
    # Without a whole year before, nobody knows who was a customer.
    if before and began <= given["eve_of_length"] - YEAR:
        levels["customer_retention"] = back / before
    return levels


def _markets(
    segments: list[tuple[Any, ...]], wins: list[tuple[Any, ...]], began: date, day: date
) -> list[Maturity]:
    names = [row[0] for row in segments if row[0]][:MOST_SEGMENTS]
    place = {name: i for i, name in enumerate(names)}
    table = np.zeros((len(names), QUARTERS))
    for name, ago, count in wins:
        if name in place:
            table[place[name], QUARTERS - 1 - ago] = count
    return market_maturity(names, table, int(((day - began).days + 1) / DAYS_A_QUARTER))
