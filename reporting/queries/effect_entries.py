"""What lever actions are measured on, as grouped counts: entries, how long until they moved on, wins and what they brought."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pandas as pd
from django.db import connection

from pipeline.queries.histories import Histories
from reporting.domain.effect import Measure
from reporting.models import LeverAction
from tenants.queries import TeamTree

_ENTERED = "x.stage_id = %(stage)s AND x.is_first AND x.entered_on IS NOT NULL"
_KEY = "- DATE '0001-01-01' + 1, {mask}"

# Entries into a stage (whole lives: into the first one), once a deal, by the scopes whose hands it is in, and how long until
# it moved on; of wins, until they were won.
ENTRIES = {
    (Measure.RATE, True): f"""
SELECT x.entered_on {_KEY}, CASE WHEN x.outcome = 'A' THEN x.exited_on - x.entered_on END, count(*)
FROM {{passages}} x WHERE {_ENTERED} AND x.outcome IS DISTINCT FROM 'U' GROUP BY 1, 2, 3
""",
    (Measure.RATE, False): f"""
SELECT x.opened_on {_KEY}, CASE WHEN x.kind = 'won' THEN x.closed_on - x.opened_on END, count(*)
FROM {{deals}} x WHERE x.opened_on IS NOT NULL AND x.kind <> 'unknown' GROUP BY 1, 2, 3
""",
    (Measure.PACE, True): f"""
SELECT x.entered_on {_KEY}, count(*) FROM {{passages}} x WHERE {_ENTERED} GROUP BY 1, 2
""",
    (Measure.PACE, False): f"""
SELECT x.opened_on {_KEY}, count(*) FROM {{deals}} x WHERE x.opened_on IS NOT NULL GROUP BY 1, 2
""",
    (Measure.VALUE, True): f"""
SELECT x.entered_on {_KEY}, d.closed_on - x.entered_on, count(*), sum(d.amount_minor::float8),
       sum(d.amount_minor::float8 ^ 2)
FROM {{passages}} x JOIN {{deals}} d ON d.opportunity_id = x.opportunity_id
WHERE {_ENTERED} AND d.kind = 'won' AND d.closed_on IS NOT NULL AND d.amount_minor > 0 GROUP BY 1, 2, 3
""",
    (Measure.VALUE, False): f"""
SELECT x.opened_on {_KEY}, x.closed_on - x.opened_on, count(*), sum(x.amount_minor::float8),
       sum(x.amount_minor::float8 ^ 2)
FROM {{deals}} x
WHERE x.opened_on IS NOT NULL AND x.kind = 'won' AND x.closed_on IS NOT NULL AND x.amount_minor > 0 GROUP BY 1, 2, 3
""",
}
COLUMNS = {
    Measure.RATE: ["day", "mask", "lag", "count"],
    Measure.PACE: ["day", "mask", "count"],
    Measure.VALUE: ["day", "mask", "lag", "count", "amount", "squares"],
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


def entries(
    found: Histories, measure: Measure, stage: UUID | None, *, scopes: Sequence[LeverAction], tree: TeamTree
) -> pd.DataFrame:
    """Rows of COLUMNS: day is an ordinal, lag in days (NaN: did not move on), amounts in minor units; mask has a digit for each
    action of `scopes`, 1 where the entries are in its scope. One query; as many rows as there are days, lags and masks."""
    given: dict[str, Any] = {"stage": stage}
    digits = [
        f"(({_inside(one, number, tree, given)}) IS TRUE)::int::text" for number, one in enumerate(scopes)
    ]
    query = ENTRIES[measure, stage is not None]
    with connection.cursor() as cursor:
        cursor.execute(
            query.format(passages=found.passages, deals=found.deals, mask=" || ".join(digits) or "''"), given
        )
        rows = pd.DataFrame(cursor.fetchall(), columns=COLUMNS[measure])
    floats = [name for name in ("lag", "amount", "squares") if name in rows]
    return rows.astype(
        {"day": "int64", "mask": "category", "count": "int64", **dict.fromkeys(floats, "float64")}
    )


def _inside(action: LeverAction, number: int, tree: TeamTree, given: dict[str, Any]) -> str:
    """SQL that tells whether a row is in the scope of an action; its values are put into `given`."""
    values: dict[str, Any] = {
        "owner_id": action.person_id, "segment": action.segment or None, "channel": action.channel or None,
    }  # fmt: skip
    parts = [f"x.{name} = %({name}{number})s" for name, value in values.items() if value is not None]
    given |= {f"{name}{number}": value for name, value in values.items()}
    if action.team_id is not None:
        parts.append(f"x.team_id = ANY(%(teams{number})s)")
        given[f"teams{number}"] = sorted(tree.descendants(action.team_id))
    return " AND ".join(parts) or "true"


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
