"""What the rules of F10 are measured from: sums by hand (team, person), of a recent window and of the year before it.

Read as of a day from the deals of `cause_deals`, the daily facts and what was logged (prospecting): grouped counts only, a
fixed number of statements however many people, deals or activities. The words of each sum are in docs/causes.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd
from django.db import connection
from numpy.typing import NDArray

from pipeline.queries.passage_sql import NOBODY, VISIBLE
from prospecting.queries import facts as logged
from reporting.domain.causes import SEGMENT_SUMS, SUMS
from reporting.models import DailyFact
from reporting.queries import cause_deals, cause_loads
from reporting.queries.cause_deals import windows
from reporting.queries.cause_loads import CLOSES_COUNTED, COUNT_CLOSES, MONTH, MONTHS, Sums
from tenants.models import Person
from tenants.planner import by_whole_tables
from tenants.queries import TeamTree

WINS_READ = 1000  # the latest, for that distribution
WINS_NEEDED = 20  # for a distribution of their silences
SEGMENTS = 12  # the largest; the others together


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """hands: team, owner and SUMS. segments: team, owner, segment and SEGMENT_SUMS. silence_days: the p90 of the longest
    silences in won deals; None where too few were won to tell."""

    hands: pd.DataFrame
    segments: pd.DataFrame
    silence_days: int | None
    recent_from: date
    before_from: date


def measured(
    *, as_of: date, tree: TeamTree, facts: str, stage_odds: Mapping[UUID, float], known: str | None = None,
    stored: bool = False,
) -> Measured:  # fmt: skip
    """Read everything. Eleven statements beside those of the deals.

    facts: the table that holds the daily facts as of the day. stage_odds: P(won) of a deal in each open stage, in their order, for
    its expected value. known: the snapshot of the run. stored: the deals are those of the frontier, which is that day as known
    to that snapshot; else they are derived.
    """
    recent, before = windows(as_of)
    found = cause_deals.stored_deals() if stored else cause_deals.deals(as_of, known=known, fresh=True)
    given = parameters(as_of, known) | {"odds": [*stage_odds.values()], "stages": [*stage_odds]}
    names = {"closed": found.closed, "opened": found.opened, "facts": facts, "own": ""}
    if facts == DailyFact._meta.db_table:
        names["own"] = "f.organisation_id = %(org)s AND"
    with connection.cursor() as cursor, by_whole_tables(cursor):
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{CLOSES_COUNTED}")
        # By hashing: so few groups that sorting takes three times as long, which no figures tell the planner.
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute(COUNT_CLOSES.format(**names), given)
        cursor.execute("SET LOCAL enable_sort = on")

        hands: dict[tuple[UUID, UUID], int] = {}

        def read(sql: str, columns: Sequence[str]) -> Sums:
            cursor.execute(sql.format(**names), given)
            rows = cursor.fetchall()
            team, owner, *found = zip(*rows, strict=True) if rows else [()] * (len(columns) + 2)
            numbers = [hands.setdefault(hand, len(hands)) for hand in zip(team, owner, strict=True)]
            kinds = (object if name == "segment" else np.float64 for name in columns)
            return Sums(
                np.array(numbers, dtype=np.int64),
                {
                    name: np.array(values, dtype=kind)
                    for name, values, kind in zip(columns, found, kinds, strict=True)
                },
            )

        silences = read(
            SILENCES, ["open_deals", "timed_deals", "silent_deals", "dated_deals", "slipped_deals", "days"]
        )
        parts = [
            read(
                CONTACTS, ["contacts", "contacts_before", "contacts_off", "activities", "activities_before"]
            ),
            read(MEETINGS, ["meetings", "meetings_before", "judged", "accepted"]),
            silences,
            read(EFFORTS, ["effort", "effort_small", "effort_squares"]),
            read(WINS, [*WIN_SUMS, *(f"{name}_before" for name in WIN_SUMS)]),
            *cause_loads.loads(read),
            _capacity(tree, hands),
        ]
        segments = read(SEGMENTS_OF_DEALS, ["segment", *SEGMENT_SUMS])
    team, owner = (np.array([hand[side] for hand in hands], dtype=object) for side in (0, 1))
    held = pd.DataFrame({"team": team, "owner": owner})
    days = silences["days"][~np.isnan(silences["days"])]
    return Measured(
        hands=held.assign(**_side_by_side(parts, len(hands))),
        segments=_largest(segments, held),
        silence_days=int(days[0]) if len(days) else None,
        recent_from=recent,
        before_from=before,
    )


def parameters(as_of: date, known: str | None = None) -> dict[str, Any]:
    return cause_deals.parameters(as_of, known) | {
        "month": MONTH, "months": MONTHS, "wins_needed": WINS_NEEDED, "wins_read": WINS_READ,
    }  # fmt: skip


def _side_by_side(parts: Sequence[Sums], hands: int) -> dict[str, NDArray[np.float64]]:
    """SUMS by hand, (H,) each; what a part does not say is 0."""
    sums = {name: np.zeros(hands) for name in SUMS}
    for part in parts:
        for name in part.columns.keys() & sums.keys():
            sums[name] += np.bincount(part.hand, np.nan_to_num(part[name]), hands)
    return sums


def _capacity(tree: TeamTree, hands: dict[tuple[UUID, UUID], int]) -> Sums:
    people: list[Person] = [tree.people[one] for one in tree.team_of]
    numbers = [hands.setdefault((tree.team_of[one.id], one.id), len(hands)) for one in people]
    return Sums(
        np.array(numbers, dtype=np.int64),
        {"capacity": np.array([float(one.fte) for one in people], dtype=np.float64)},
    )


def _largest(rows: Sums, held: pd.DataFrame) -> pd.DataFrame:
    """team, owner, segment and SEGMENT_SUMS: the largest segments, the others together."""
    code, named = pd.factorize(rows["segment"])
    values = np.array([rows[name] for name in SEGMENT_SUMS])
    size = np.bincount(code, values.sum(axis=0), len(named))
    largest = np.argsort(-size, kind="stable")[:SEGMENTS]
    kept = np.full(len(named), -1)
    kept[largest] = largest
    width = len(named) + 1
    group, cells = pd.factorize(rows.hand * width + kept[code] + 1)
    sums = {
        name: np.bincount(group, column, len(cells))
        for name, column in zip(SEGMENT_SUMS, values, strict=True)
    }
    names = np.array(["…", *named], dtype=object)
    found = held.iloc[cells // width].reset_index(drop=True)
    return found.assign(segment=names[cells % width], **sums)


CONTACTS = f"""
SELECT coalesce(a.team_id, {NOBODY}), coalesce(a.person_id, {NOBODY}),
       coalesce(sum(a.quantity) FILTER (WHERE a.is_prospect AND a.in_target AND a.day >= %(recent)s), 0),
       coalesce(sum(a.quantity) FILTER (WHERE a.is_prospect AND a.in_target AND a.day < %(recent)s), 0),
       coalesce(sum(a.quantity) FILTER (WHERE a.is_prospect AND NOT a.in_target AND a.day >= %(recent)s), 0),
       coalesce(sum(a.quantity) FILTER (WHERE a.day >= %(recent)s), 0),
       coalesce(sum(a.quantity) FILTER (WHERE a.day < %(recent)s), 0)
FROM (
    SELECT team_id, person_id, day, quantity, in_target, is_first AND kind IN ('contact', 'conversation') AS is_prospect
    FROM prospecting_activity
    WHERE organisation_id = %(org)s AND day >= %(since)s AND day <= %(as_of)s AND kind <> 'lead'
) a
GROUP BY 1, 2
"""
# As in prospecting.queries.facts: in the hands of who booked it, of the host where a partner did. An open dispute is not
# judged yet.
MEETINGS = f"""
WITH known AS ({logged.STATES.format(which=logged.RECENT)})
SELECT coalesce(m.team_id, {NOBODY}), coalesce(m.booked_by_id, m.host_id, {NOBODY}),
       count(*) FILTER (WHERE m.in_target AND k.state = ANY(%(held)s) AND k.held_on >= %(recent)s),
       count(*) FILTER (WHERE m.in_target AND k.state = ANY(%(held)s) AND k.held_on < %(recent)s),
       count(*) FILTER (WHERE (k.state = ANY(%(accepted)s) OR k.state = ANY(%(refused)s)) AND k.held_on >= %(recent)s),
       count(*) FILTER (WHERE k.state = ANY(%(accepted)s) AND k.held_on >= %(recent)s)
FROM known k
JOIN prospecting_meeting m ON m.organisation_id = %(org)s AND m.id = k.id
WHERE k.held_on >= %(since)s AND k.held_on <= %(as_of)s
GROUP BY 1, 2
"""

# Every sign of life of a deal: what was told of it, and what was done with its company while it lived.
TOUCHES = f"""
SELECT opportunity_id, kind, last_event_on AS day FROM alive WHERE kind = 'open'
UNION ALL
-- Few: their events are looked up, however large the table is.
SELECT e.opportunity_id, 'won', e.occurred_on FROM pipeline_opportunityevent e
WHERE e.opportunity_id = ANY(ARRAY(SELECT opportunity_id FROM alive WHERE kind = 'won'))
  AND {VISIBLE} AND e.occurred_on <= %(as_of)s
UNION ALL
SELECT d.opportunity_id, d.kind, t.day FROM alive d
JOIN (
    SELECT a.company_id, a.day FROM prospecting_activity a
    WHERE a.organisation_id = %(org)s AND a.company_id IS NOT NULL AND a.day >= %(since)s AND a.day <= %(as_of)s
    UNION
    SELECT m.company_id, k.held_on FROM ({logged.STATES.format(which=logged.RECENT)}) k
    JOIN prospecting_meeting m ON m.organisation_id = %(org)s AND m.id = k.id
    WHERE k.state = ANY(%(held)s) AND k.held_on <= %(as_of)s
) t ON t.company_id = d.company_id AND t.day >= d.opened_on AND t.day <= coalesce(d.closed_on, %(as_of)s)
"""
# How long the won deals were silent at the longest: one in ten of them for more days than this.
LONG_SILENCE = f"""
alive AS (
    SELECT opportunity_id, kind, opened_on, NULL::date AS closed_on, company_id, last_event_on FROM {{opened}} WHERE kind = 'open'
    UNION ALL
    (SELECT opportunity_id, kind, opened_on, closed_on, company_id, NULL FROM {{closed}} WHERE kind = 'won'
     ORDER BY closed_on DESC, opportunity_id LIMIT %(wins_read)s)
), touch AS ({TOUCHES}), gap AS (
    SELECT opportunity_id, kind, day, day - lag(day) OVER (PARTITION BY opportunity_id ORDER BY day) AS days FROM touch
), longest AS (
    SELECT opportunity_id, max(days) AS days FROM gap WHERE kind = 'won' GROUP BY 1
), usual AS MATERIALIZED (
    SELECT CASE WHEN count(days) >= %(wins_needed)s
                THEN percentile_disc(0.9) WITHIN GROUP (ORDER BY days) END AS days FROM longest
), last_touch AS (
    SELECT opportunity_id, max(day) AS day FROM touch WHERE kind = 'open' GROUP BY 1
)
"""
SILENT = "%(as_of)s - coalesce(t.day, d.opened_on) > u.days"
SLIPPED = "d.first_expected_on < %(as_of)s"
SILENCES = f"""
WITH {LONG_SILENCE}
SELECT d.team_id, d.owner_id, count(*), count(u.days), count(*) FILTER (WHERE {SILENT}), count(d.first_expected_on),
       count(*) FILTER (WHERE {SLIPPED}), min(u.days)
FROM {{opened}} d CROSS JOIN usual u
LEFT JOIN last_touch t ON t.opportunity_id = d.opportunity_id
WHERE d.kind = 'open'
GROUP BY 1, 2
"""

# The effort of the recent window on the open deals, through their companies; shared where one has several. A deal is
# small when it is in the half of its owner's deals with the least expected value.
VALUED = """
odds AS (
    SELECT * FROM unnest(%(stages)s::uuid[], %(odds)s::float8[]) o (stage_id, odds)
), valued AS (
    SELECT d.opportunity_id, d.team_id, d.owner_id, d.company_id, d.amount_minor * o.odds AS value,
           2 * row_number() OVER (PARTITION BY d.owner_id ORDER BY d.amount_minor * o.odds, d.opportunity_id)
               <= count(*) OVER (PARTITION BY d.owner_id) AS is_small,
           count(*) OVER (PARTITION BY d.company_id) AS beside
    FROM {opened} d JOIN odds o ON o.stage_id = d.stage_id
    WHERE d.kind = 'open' AND d.amount_minor > 0 AND d.company_id IS NOT NULL
), spent AS (
    SELECT a.company_id, sum(a.quantity)::float8 AS effort FROM prospecting_activity a
    WHERE a.organisation_id = %(org)s AND a.day >= %(recent)s AND a.day <= %(as_of)s AND a.kind <> 'lead'
      AND a.company_id IS NOT NULL
    GROUP BY 1
)
"""
EFFORTS = f"""
WITH {VALUED}
SELECT v.team_id, v.owner_id, sum(s.effort / v.beside), coalesce(sum(s.effort / v.beside) FILTER (WHERE v.is_small), 0),
       sum((s.effort / v.beside) ^ 2)
FROM valued v JOIN spent s ON s.company_id = v.company_id
GROUP BY 1, 2
"""

WIN_SUMS = [
    "won", "won_amount", "won_squares", "listed", "paid", "list_price", "paid_squares", "list_squares", "list_cross",
    "margined", "margin", "margin_amount", "margin_squares", "amount_squares", "margin_cross",
]  # fmt: skip
_WIN_SUMS = (
    "count(*)", "sum(amount)", "sum(amount ^ 2)",
    "count(price)", "sum(amount * priced)", "sum(price)", "sum(amount ^ 2 * priced)", "sum(price ^ 2)",
    "sum(amount * price)",
    "count(margin)", "sum(margin)", "sum(amount * told)", "sum(margin ^ 2)", "sum(amount ^ 2 * told)",
    "sum(amount * margin)",
)  # fmt: skip
WINS = f"""
WITH win AS (
    SELECT team_id, owner_id, closed_on >= %(recent)s AS recent, amount_minor::float8 AS amount,
           nullif(list_price_minor, 0)::float8 AS price, margin_minor::float8 AS margin,
           (list_price_minor > 0)::int AS priced, (margin_minor IS NOT NULL)::int AS told
    FROM {{closed}} WHERE kind = 'won' AND amount_minor > 0
)
SELECT team_id, owner_id, {", ".join(f"coalesce({one} FILTER (WHERE recent), 0)" for one in _WIN_SUMS)},
       {", ".join(f"coalesce({one} FILTER (WHERE NOT recent), 0)" for one in _WIN_SUMS)}
FROM win GROUP BY 1, 2
"""

# Of the losses at the first stage, only deals whose stages are known: a file without history proves none.
_SEGMENT_COUNTS = ("", " AND kind = 'won'", " AND is_told", " AND is_lost_first")
SEGMENTS_OF_DEALS = f"""
SELECT team_id, owner_id, segment,
       {", ".join(f"coalesce(sum(deals) FILTER (WHERE recent{one}), 0)" for one in _SEGMENT_COUNTS)},
       {", ".join(f"coalesce(sum(deals) FILTER (WHERE NOT recent{one}), 0)" for one in _SEGMENT_COUNTS)}
FROM {CLOSES_COUNTED} GROUP BY 1, 2, 3
"""
