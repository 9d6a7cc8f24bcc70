"""What objectives measure beyond the daily facts, read from the passages: won deals one by one, and what is in a segment.

Read only when an objective asks for it, and only for the deals that it is about: those won in the window, those of
the customers who bought in it, those of the segments named. The rules are those of every other figure: the same derivation
of passages from the events, as of the day. Company, segment, recurring amount and contract length are known as they are
now (no event tells them); the margin is that of the day wherever an event tells it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import pandas as pd
from django.db import connection

from pipeline.actions import credit_sql, passages
from pipeline.actions.passages import Refresh
from pipeline.queries.passage_sql import VISIBLE
from tenants.planner import by_whole_tables
from tenants.scope import current_organisation_id

CANDIDATES, DERIVED, PARTS = "measured_opportunity", "measured_passage", "measured_part"

# Deals that may have been won in the window: by an event, whatever came of it later.
WON_THEN = """
SELECT e.opportunity_id FROM pipeline_opportunityevent e
JOIN pipeline_stage k ON k.organisation_id = %(org)s AND k.id = e.stage_id AND k.kind = 'won'
WHERE e.organisation_id = %(org)s AND e.kind = 'stage' AND e.occurred_on >= %(since)s AND e.occurred_on <= %(as_of)s
"""
OF_THEIR_COMPANIES = f"""
SELECT o.id FROM pipeline_opportunity o
WHERE o.organisation_id = %(org)s AND o.company_id IN (
    SELECT w.company_id FROM ({WON_THEN}) e
    JOIN pipeline_opportunity w ON w.organisation_id = %(org)s AND w.id = e.opportunity_id)
"""
OF_SEGMENTS = """
SELECT o.id FROM pipeline_opportunity o WHERE o.organisation_id = %(org)s AND o.segment = ANY(%(segments)s)
"""

WINS = f"""
WITH won AS (
    SELECT p.opportunity_id, p.team_id, p.owner_id, p.entered_on, p.amount_minor
    FROM {{passages}} p
    JOIN pipeline_stage k ON k.organisation_id = %(org)s AND k.id = p.stage_id AND k.kind = 'won'
    WHERE p.sign = 1{{recent}}
), priced AS (
    SELECT e.opportunity_id, (array_agg(e.margin_minor ORDER BY e.recorded_at DESC, e.id DESC)
               FILTER (WHERE e.occurred_on IS NULL OR e.occurred_on <= %(as_of)s))[1] AS margin_minor
    FROM pipeline_opportunityevent e JOIN won USING (opportunity_id)
    WHERE {VISIBLE} AND e.margin_minor IS NOT NULL AND {{margins}}
    GROUP BY 1
)
SELECT w.opportunity_id, w.team_id, w.owner_id, w.entered_on - DATE '0001-01-01' + 1, w.amount_minor, o.segment,
       o.company_id, CASE WHEN m.opportunity_id IS NULL THEN o.margin_minor ELSE m.margin_minor END,
       o.recurring_minor, o.contract_months
FROM won w
JOIN pipeline_opportunity o ON o.organisation_id = %(org)s AND o.id = w.opportunity_id
LEFT JOIN priced m ON m.opportunity_id = w.opportunity_id
{{which}}
"""
RECENT = " AND p.entered_on >= %(since)s"
AND_EARLIER = """
WHERE w.entered_on >= %(since)s OR o.company_id IN (
    SELECT c.company_id FROM won x JOIN pipeline_opportunity c ON c.organisation_id = %(org)s AND c.id = x.opportunity_id
    WHERE x.entered_on >= %(since)s)
"""
WIN_COLUMNS = [
    "opportunity", "team", "owner", "day", "amount", "segment", "company", "margin", "recurring", "months",
]  # fmt: skip

CREDITED = "SELECT opportunity_id, team_id, owner_id, share, amount_minor FROM {parts} WHERE sign = 1"

OPENED = """
SELECT o.segment, p.team_id, p.owner_id, p.entered_on - DATE '0001-01-01' + 1, count(*)
FROM {passages} p
JOIN pipeline_stage k ON k.organisation_id = %(org)s AND k.id = p.stage_id AND k.kind = 'open'
JOIN pipeline_opportunity o ON o.organisation_id = %(org)s AND o.id = p.opportunity_id AND o.segment = ANY(%(segments)s)
WHERE p.sign = 1 AND p.is_first AND p.entered_on >= %(since)s
GROUP BY 1, 2, 3, 4
"""

# Stays in the stages, and lives (stage null), as in pipeline.queries.passage_sql, by segment.
SEGMENT_STAYS = """
SELECT o.segment, CASE WHEN n.life THEN NULL ELSE p.stage_id END, p.team_id, p.owner_id,
       CASE WHEN n.life AND k.kind <> 'open' THEN p.entered_on - p.opened_on
            WHEN p.outcome IS NOT NULL THEN p.exited_on - p.entered_on
            WHEN n.life THEN %(as_of)s - p.opened_on ELSE %(as_of)s - p.entered_on END,
       count(*) FILTER (WHERE k.kind = 'won' OR p.outcome = 'A'), count(*) FILTER (WHERE k.kind = 'lost' OR p.outcome = 'L'),
       count(*) FILTER (WHERE k.kind = 'open' AND p.outcome IS NULL)
FROM {passages} p
JOIN pipeline_stage k ON k.organisation_id = %(org)s AND k.id = p.stage_id
JOIN pipeline_opportunity o ON o.organisation_id = %(org)s AND o.id = p.opportunity_id AND o.segment = ANY(%(segments)s)
JOIN (VALUES (false), (true)) n (life)
  ON CASE WHEN n.life THEN k.kind = 'open' AND p.outcome IS NULL OR k.kind <> 'open' AND NOT p.is_first
          ELSE k.kind = 'open' AND p.outcome IS DISTINCT FROM 'U' END
WHERE p.sign = 1
GROUP BY 1, 2, 3, 4, 5
"""

OPENED_COLUMNS = ["segment", "team", "owner", "day", "count"]
STAY_COLUMNS = ["segment", "stage", "team", "owner", "day", "advanced", "lost", "censored"]


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """Days are proleptic ordinals; ids UUIDs, nil where there is none; money minor units, NaN where it is not known.

    wins: a row per won deal of the window (and before it, of the same companies, when asked): WIN_COLUMNS, in the hands
    that won it. credited: the same with the parts of shared deals in the hands they are credited to, and `share`.
    opened: segment, team, owner, day, count. stays: segment, stage (None: the whole life), team, owner, day, advanced,
    lost, censored.
    """

    wins: pd.DataFrame
    credited: pd.DataFrame
    opened: pd.DataFrame
    stays: pd.DataFrame


@cache
def nothing() -> Read:
    """What is read when nothing is asked for; the same frames for everybody, to be read only."""
    wins = pd.DataFrame(columns=[*WIN_COLUMNS, "share"])
    return Read(wins, wins, _rows(None, "", OPENED_COLUMNS, None), _rows(None, "", STAY_COLUMNS, None))


def read(
    refresh: Refresh, *, as_of: date, since: date, wins: bool, companies: bool, margins: bool, segments: Collection[str]
) -> Read:  # fmt: skip
    """Read what is asked for, up to the day.

    wins: the deals won from `since` on; companies: with the earlier ones of the same companies; margins: with what they
    earn (otherwise as known now); segments: what was opened from `since` on, and the stays, of these segments.
    """
    parameters: dict[str, Any] = {
        "org": current_organisation_id(), "as_of": as_of, "since": since, "segments": list(segments),
        "snapshot": refresh.known, "xmin": int(refresh.known.split(":")[0]),
    }  # fmt: skip
    source = refresh.passages
    with connection.cursor() as cursor:
        if refresh.mode == "incremental":
            wanted = [
                OF_THEIR_COMPANIES if companies else "",
                WON_THEN if wins else "",
                OF_SEGMENTS if segments else "",
            ]
            cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{CANDIDATES}")
            with by_whole_tables(cursor):
                cursor.execute(
                    f"CREATE TEMP TABLE {CANDIDATES} ON COMMIT DROP AS"
                    f" SELECT opportunity_id FROM ({' UNION '.join(filter(None, wanted))}) c (opportunity_id)",
                    parameters,
                )
            passages.derive_some(refresh, as_of=as_of, opportunities=CANDIDATES, passages=DERIVED)
            source = DERIVED
        query = WINS.format(
            passages=source, recent="" if companies else RECENT, which=AND_EARLIER if companies else "",
            margins="true" if margins else "false",
        )  # fmt: skip
        with by_whole_tables(cursor):
            cursor.execute(query, parameters)
            won = pd.DataFrame(cursor.fetchall(), columns=WIN_COLUMNS)
            found = [
                _rows(cursor, sql.format(passages=source), columns, parameters if segments else None)
                for sql, columns in ((OPENED, OPENED_COLUMNS), (SEGMENT_STAYS, STAY_COLUMNS))
            ]
    won = won.astype({"day": "int64", "amount": "float64"})
    known = ["margin", "recurring", "months"]
    won[known] = won[known].astype("float64")
    return Read(won, _credited(refresh, source, won), *found)


def _rows(cursor: Any, sql: str, columns: list[str], parameters: dict[str, Any] | None) -> pd.DataFrame:
    rows = []
    if parameters is not None:
        cursor.execute(sql, parameters)
        rows = cursor.fetchall()
    numbers = [name for name in columns if name in ("day", "count", "advanced", "lost", "censored")]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(numbers, "int64"))


def _credited(refresh: Refresh, source: str, won: pd.DataFrame) -> pd.DataFrame:
    """The wins in the hands that they are credited to."""
    whole = won.assign(share=1.0)
    if won.empty or (table := credit_sql.write_parts(refresh, passages=source, parts=PARTS)) is None:
        return whole
    with connection.cursor() as cursor:
        cursor.execute(CREDITED.format(parts=table))
        columns = ["opportunity", "team", "owner", "share", "amount"]
        given = pd.DataFrame(cursor.fetchall(), columns=columns)
    given = given.astype({"share": "float64", "amount": "float64"})
    shared = won["opportunity"].isin(given["opportunity"])
    of_deals = won[shared].drop(columns=["team", "owner", "amount"])
    split = given.merge(of_deals, on="opportunity")
    known = ["margin", "recurring"]
    split[known] = split[known].mul(split["share"], axis=0)
    return pd.concat([whole[~shared], split], ignore_index=True)
