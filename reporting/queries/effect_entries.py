"""What lever actions are measured on, as grouped counts: entries, how long until they moved on, wins and what they brought."""

from uuid import UUID

import pandas as pd
from django.db import connection

from pipeline.queries.histories import Histories
from reporting.domain.effect import Measure

KEYS = ["day", "team", "owner", "segment", "channel"]
_HANDS = "{0}.team_id, {0}.owner_id, {0}.segment, {0}.channel"
_PASSAGE, _DEAL = _HANDS.format("p"), _HANDS.format("d")
_ENTERED = "p.stage_id = %(stage)s AND p.is_first AND p.entered_on IS NOT NULL"
_ORDINAL = "{} - DATE '0001-01-01' + 1"

# Entries into a stage (whole lives: into the first one), once a deal, in whose hands, and how long until it moved on; of
# wins, until they were won.
ENTRIES = {
    (Measure.RATE, True): f"""
SELECT {_ORDINAL.format("p.entered_on")}, {_PASSAGE}, CASE WHEN p.outcome = 'A' THEN p.exited_on - p.entered_on END, count(*)
FROM {{passages}} p WHERE {_ENTERED} AND p.outcome IS DISTINCT FROM 'U' GROUP BY 1, 2, 3, 4, 5, 6
""",
    (Measure.RATE, False): f"""
SELECT {_ORDINAL.format("d.opened_on")}, {_DEAL}, CASE WHEN d.kind = 'won' THEN d.closed_on - d.opened_on END, count(*)
FROM {{deals}} d WHERE d.opened_on IS NOT NULL AND d.kind <> 'unknown' GROUP BY 1, 2, 3, 4, 5, 6
""",
    (Measure.PACE, True): f"""
SELECT {_ORDINAL.format("p.entered_on")}, {_PASSAGE}, count(*) FROM {{passages}} p WHERE {_ENTERED} GROUP BY 1, 2, 3, 4, 5
""",
    (Measure.PACE, False): f"""
SELECT {_ORDINAL.format("d.opened_on")}, {_DEAL}, count(*)
FROM {{deals}} d WHERE d.opened_on IS NOT NULL GROUP BY 1, 2, 3, 4, 5
""",
    (Measure.VALUE, True): f"""
SELECT {_ORDINAL.format("p.entered_on")}, {_PASSAGE}, d.closed_on - p.entered_on, count(*), sum(d.amount_minor::float8),
       sum(d.amount_minor::float8 ^ 2)
FROM {{passages}} p JOIN {{deals}} d ON d.opportunity_id = p.opportunity_id
WHERE {_ENTERED} AND d.kind = 'won' AND d.closed_on IS NOT NULL AND d.amount_minor > 0 GROUP BY 1, 2, 3, 4, 5, 6
""",
    (Measure.VALUE, False): f"""
SELECT {_ORDINAL.format("d.opened_on")}, {_DEAL}, d.closed_on - d.opened_on, count(*), sum(d.amount_minor::float8),
       sum(d.amount_minor::float8 ^ 2)
FROM {{deals}} d
WHERE d.opened_on IS NOT NULL AND d.kind = 'won' AND d.closed_on IS NOT NULL AND d.amount_minor > 0
GROUP BY 1, 2, 3, 4, 5, 6
""",
}
COLUMNS = {
    Measure.RATE: [*KEYS, "lag", "count"],
    Measure.PACE: [*KEYS, "count"],
    Measure.VALUE: [*KEYS, "lag", "count", "amount", "squares"],
}

VALUE = "SELECT avg(amount_minor) FROM {deals} WHERE kind = 'won' AND amount_minor > 0"
# Of the deals that entered a stage (were opened), or moved on from it, and are closed: how many, and how many were won.
WON_AFTER = """
SELECT count(*), count(*) FILTER (WHERE d.kind = 'won')
FROM {passages} p JOIN {deals} d ON d.opportunity_id = p.opportunity_id
WHERE p.stage_id = %(stage)s AND p.is_first AND d.kind IN ('won', 'lost') AND (p.outcome = 'A' OR NOT %(advanced)s)
"""
WON_OF_OPENED = (
    "SELECT count(*), count(*) FILTER (WHERE kind = 'won') FROM {deals} WHERE kind IN ('won', 'lost')"
)


def entries(found: Histories, measure: Measure, stage: UUID | None) -> pd.DataFrame:
    """Rows of COLUMNS: day is an ordinal, lag in days (NaN: did not move on), amounts in minor units. One query."""
    with connection.cursor() as cursor:
        query = ENTRIES[measure, stage is not None].format(passages=found.passages, deals=found.deals)
        cursor.execute(query, {"stage": stage})
        rows = pd.DataFrame(cursor.fetchall(), columns=COLUMNS[measure])
    floats = [name for name in ("lag", "amount", "squares") if name in rows]
    return rows.astype({"day": "int64", "count": "int64", **dict.fromkeys(floats, "float64")})


def worth(found: Histories, measure: Measure, stage: UUID | None) -> float:
    """What one more brings, minor units: that moves on, or that comes, its chance to be won × the average value; of a whole life,
    the value; of what a win brings, itself. At most two queries."""
    if measure is Measure.VALUE:
        return 1.0
    with connection.cursor() as cursor:
        cursor.execute(VALUE.format(deals=found.deals))
        value = float(cursor.fetchone()[0] or 0)
        if stage is None and measure is Measure.RATE:
            return value
        query = WON_AFTER if stage is not None else WON_OF_OPENED
        cursor.execute(
            query.format(passages=found.passages, deals=found.deals),
            {"stage": stage, "advanced": measure is Measure.RATE},
        )
        closed, won = cursor.fetchone()
    return value * won / closed if closed else 0.0
