"""How much people had at once, month by month, and how deals moved on in their busy months and in their calm ones (F10)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.queries.passage_sql import NOBODY
from reporting.queries.cause_deals import BEFORE_DAYS, RECENT_DAYS

MONTH = 28  # months of four whole weeks: every one has as many working days
MONTHS = (RECENT_DAYS + BEFORE_DAYS) // MONTH


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """What a statement sums up: the number of the hand (a team and an owner) of each row, and its columns by name."""

    hand: NDArray[np.int64]
    columns: dict[str, NDArray[Any]]

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self.columns[name]


# A statement, whose first two columns are the team and the owner, and the names of the others.
Read = Callable[[str, Sequence[str]], Sums]

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


def loads(read: Read) -> list[Sums]:
    """The sums of the load in open items (open_before: the mean of the months before the recent window), and in activities, by
    hand. read: with the parameters of cause_signals."""
    opened, done = read(LOADS, ["month", "open"]), read(ACTIVITIES, ["month", "done"])
    ways_out = read(WAYS_OUT, ["month", "left", "advanced"])
    before = opened["month"] >= RECENT_DAYS // MONTH
    mean = opened["open"][before] / (MONTHS - RECENT_DAYS // MONTH)
    return [
        Sums(opened.hand[before], {"open_before": mean}),
        _sides(opened, "open", ways_out, ""),
        _sides(done, "done", ways_out, "act_"),
    ]


def _sides(loads: Sums, load: str, ways_out: Sums, prefix: str) -> Sums:
    """What left its stage, by hand, in busy months (more than in the owner's median one) and in calm ones (less)."""
    hands = max(int(one.hand.max(initial=-1)) for one in (loads, ways_out)) + 1
    by_month = np.full((hands, MONTHS + 1), np.nan)
    by_month[loads.hand, loads["month"].astype(np.int64)] = loads[load]
    seen = ~np.isnan(by_month).all(axis=1)
    usual = np.zeros(hands)
    usual[seen] = np.nanmedian(by_month[seen], axis=1)
    side = by_month - usual[:, np.newaxis]  # NaN: no such month
    here = side[ways_out.hand, ways_out["month"].astype(np.int64)]
    sums: dict[str, NDArray[Any]] = {}
    for name, chosen in (("high", here > 0), ("low", here < 0)):
        for column in ("left", "advanced"):
            sums[f"{prefix}{name}_{column}"] = np.bincount(
                ways_out.hand[chosen], ways_out[column][chosen], hands
            )
    return Sums(np.arange(hands), sums)
