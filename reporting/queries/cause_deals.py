"""The deals that causes are looked for in: those closed in the two windows, and those open on the day.

What was closed is read from the events of the closes alone: in the hands, and with the amount, that they tell. The night
finds them stored (`pipeline.models.Close`); for another day they are derived, which costs what the closes cost, where every
passage of fifteen months would cost a night of its own. Open deals, few, are those of `pipeline.queries.histories`.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from pipeline.models import Close
from pipeline.queries import histories
from pipeline.queries.close_sql import CLOSES, open_stages
from pipeline.queries.passage_sql import EVENTS, EVERYTHING, NOBODY, stage_order
from prospecting.domain.meetings import REFUSED
from prospecting.queries import facts as logged
from tenants.planner import by_whole_tables
from tenants.scope import current_organisation_id

RECENT_DAYS, BEFORE_DAYS = 91, 364
CLOSED = "cause_close"


@dataclass(frozen=True, slots=True)
class Deals:
    """Temporary tables, ids of nobody nil, money in minor units.

    closed: opportunity_id, kind (won, lost), closed_on, opened_on, team_id, owner_id, amount_minor, margin_minor,
    list_price_minor, segment (the channel in an organisation without segments), company_id, is_told (its stages are known),
    is_lost_first (lost without having passed the first stage). opened: `Histories.deals`.
    """

    closed: str
    opened: str


def windows(as_of: date) -> tuple[date, date]:
    """First days of the recent window and of the year before it."""
    recent = as_of - timedelta(days=RECENT_DAYS - 1)
    return recent, recent - timedelta(days=BEFORE_DAYS)


def parameters(as_of: date, known: str | None = None) -> dict[str, Any]:
    """What every statement about causes takes. known: the snapshot of a run; None: all that is told by now."""
    recent, before = windows(as_of)
    seen = EVERYTHING if known is None else {"snapshot": known, "xmin": int(known.split(":")[0])}
    return logged.parameters(as_of) | seen | {
        "org": current_organisation_id(), "recent": recent, "since": before, "refused": sorted(REFUSED),
    }  # fmt: skip


def deals(as_of: date, *, known: str | None = None, fresh: bool = False, stored: bool = False) -> Deals:
    """Write the tables as of the end of the day.

    stored: the closes are those of the frontier, which is that day as known to that snapshot; else they are derived.
    """
    opened = histories.as_of(as_of, since=as_of, known=known, fresh=fresh)
    closes = STORED if stored else CLOSES.format(events=EVENTS)
    stages = {} if stored else open_stages(stage_order())
    with connection.cursor() as cursor, by_whole_tables(cursor):
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{CLOSED}")
        cursor.execute(WITH_DEALS.format(closes=closes), parameters(as_of, known) | stages)
        cursor.execute(f"ANALYZE {CLOSED} (kind, closed_on)")
    return Deals(CLOSED, opened.deals)


STORED = f"""
SELECT * FROM {Close._meta.db_table} WHERE organisation_id = %(org)s AND closed_on >= %(since)s AND closed_on <= %(as_of)s
"""

WITH_DEALS = f"""
CREATE TEMP TABLE {CLOSED} ON COMMIT DROP AS
WITH named AS (
    SELECT EXISTS (SELECT FROM pipeline_opportunity WHERE organisation_id = %(org)s AND segment <> '') AS segments
)
SELECT c.opportunity_id, c.kind, c.closed_on, o.created_on AS opened_on,
       coalesce(c.team_id, o.team_id, {NOBODY}) AS team_id, coalesce(c.owner_id, o.owner_id, {NOBODY}) AS owner_id,
       coalesce(c.amount_minor, o.amount_minor) AS amount_minor, coalesce(c.margin_minor, o.margin_minor) AS margin_minor,
       t.list_price_minor, CASE WHEN n.segments THEN o.segment ELSE o.channel END AS segment, o.company_id,
       c.is_told, c.is_lost_first
FROM ({{closes}}) c
CROSS JOIN named n
JOIN pipeline_opportunity o ON o.organisation_id = %(org)s AND o.id = c.opportunity_id
LEFT JOIN pipeline_product t ON t.organisation_id = %(org)s AND t.id = o.product_id
"""
