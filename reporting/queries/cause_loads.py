"""How much people had at once, month by month, and how deals moved on in their busy months and in their calm ones (F10)."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from pipeline.queries.passage_sql import NOBODY
from reporting.queries.cause_deals import BEFORE_DAYS, RECENT_DAYS

MONTH = 28  # months of four whole weeks: every one has as many working days
MONTHS = (RECENT_DAYS + BEFORE_DAYS) // MONTH
HAND = ["team", "owner"]

Read = Callable[[str, Sequence[str]], pd.DataFrame]

SINCE = "least((%(as_of)s - opened_on) / %(month)s, %(months)s)"  # the month of the opening; null: not known
CLOSES_COUNTED = "cause_count"
# All that is counted of closes, in one pass over them.
COUNT_CLOSES = f"""
CREATE TEMP TABLE {CLOSES_COUNTED} ON COMMIT DROP AS
SELECT team_id, owner_id, segment, kind, closed_on >= %(recent)s AS recent, is_told, is_lost_first,
       (%(as_of)s - closed_on) / %(month)s AS until, {SINCE} AS since, count(*) AS deals
FROM {{closed}} GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
"""

# Open deals of everybody at the beginning of each month; month 0 is the last one before the day. A deal was open at those
# of the months from that of its close up to the one before its opening.
LOADS = f"""
SELECT d.team_id, d.owner_id, m.number, sum(d.deals)
FROM (
    SELECT team_id, owner_id, 0 AS until, {SINCE} AS since, count(*) AS deals
    FROM {{opened}} WHERE kind = 'open' GROUP BY 1, 2, 3, 4
    UNION ALL
    SELECT team_id, owner_id, until, since, deals FROM {CLOSES_COUNTED}
) d CROSS JOIN LATERAL generate_series(d.until, d.since - 1) m (number)
GROUP BY 1, 2, 3
"""
WAYS_OUT = """
SELECT s.team_id, s.owner_id, (%(as_of)s - f.day) / %(month)s, sum(f.denominator), sum(f.numerator)
FROM {facts} f
JOIN pipeline_stagescope s ON s.organisation_id = %(org)s AND s.number = f.scope
WHERE {own} f.metric = 'exited' AND f.day > %(as_of)s - %(month)s * %(months)s AND f.day <= %(as_of)s
GROUP BY 1, 2, 3
"""

# What everybody did, by month; months as in LOADS. A month without any is a month of none.
ACTIVITIES = f"""
SELECT coalesce(a.team_id, {NOBODY}), coalesce(a.person_id, {NOBODY}), (%(as_of)s - a.day) / %(month)s, sum(a.quantity)
FROM prospecting_activity a
WHERE a.organisation_id = %(org)s AND a.day > %(as_of)s - %(month)s * %(months)s AND a.day <= %(as_of)s AND a.kind <> 'lead'
GROUP BY 1, 2, 3
"""


def loads(read: Read) -> list[pd.DataFrame]:
    """The sums of the load in open items (open_before: the mean of the months before the recent window), and in activities, by
    hand. read: a statement and its columns, with the parameters of cause_signals."""
    opened, done = read(LOADS, [*HAND, "month", "open"]), read(ACTIVITIES, [*HAND, "month", "done"])
    ways_out = read(WAYS_OUT, [*HAND, "month", "left", "advanced"])
    recent = RECENT_DAYS // MONTH
    before = opened[opened["month"] >= recent].groupby(HAND)["open"].sum() / (MONTHS - recent)
    return [
        _table({"open_before": before} | _sides(opened, "open", ways_out)),
        _table({f"act_{name}": values for name, values in _sides(done, "done", ways_out).items()}),
    ]


def _sides(loads: pd.DataFrame, load: str, ways_out: pd.DataFrame) -> dict[str, Any]:
    """What left its stage, by hand, in busy months (more than in the owner's median one) and in calm ones (less)."""
    usual = loads.groupby(HAND)[load].transform("median")
    found = loads.assign(side=np.sign(loads[load] - usual)).merge(ways_out, on=[*HAND, "month"])
    sums: dict[str, Any] = {}
    for name, sign in (("high", 1), ("low", -1)):
        months = found[found["side"] == sign].groupby(HAND)[["left", "advanced"]].sum()
        sums |= {f"{name}_{column}": months[column] for column in months}
    return sums


def _table(sums: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(sums).rename_axis(HAND).reset_index()
