"""The deals that causes are looked for in: those closed in the two windows, and those open on the day.

The night finds both stored (`pipeline.models.Close`, `OpenDeal`). For another day they are derived: what was closed from the
events of the closes alone, where every passage of fifteen months would cost a night of its own; open deals, few, are those
of `pipeline.queries.histories`.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from pipeline.models import Close, OpenDeal
from pipeline.queries import histories
from pipeline.queries.close_sql import CLOSES, open_stages
from pipeline.queries.passage_sql import EVENTS, EVERYTHING, stage_order
from prospecting.domain.meetings import REFUSED
from prospecting.queries import facts as logged
from tenants.planner import by_whole_tables
from tenants.scope import current_organisation_id

RECENT_DAYS, BEFORE_DAYS = 91, 364
CLOSED = "cause_close"


@dataclass(frozen=True, slots=True)
class Deals:
    """What to read FROM: tables, or subqueries of them. Ids of nobody nil, money in minor units.

    closed: opportunity_id, kind (won, lost), closed_on, opened_on, team_id, owner_id, amount_minor, margin_minor,
    list_price_minor, segment (the channel where no closed deal has a segment), company_id, is_told (its stages are known),
    is_lost_first (lost without having passed the first stage). opened: opportunity_id, kind ('open'; derived ones others
    too), stage_id, opened_on, team_id, owner_id, amount_minor, company_id, first_expected_on, last_event_on; derived ones all
    of `Histories.deals`.
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


def deals(as_of: date, *, known: str | None = None, fresh: bool = False) -> Deals:
    """Derive them as of the end of the day, into temporary tables."""
    opened = histories.as_of(as_of, since=as_of, known=known, fresh=fresh)
    closes = CLOSES.format(events=EVENTS, opportunities="pipeline_opportunity")
    with connection.cursor() as cursor, by_whole_tables(cursor):
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{CLOSED}")
        cursor.execute(
            f"CREATE TEMP TABLE {CLOSED} ON COMMIT DROP AS {_placed(closes)}",
            parameters(as_of, known) | open_stages(stage_order()),
        )
        cursor.execute(f"ANALYZE {CLOSED} (kind, closed_on)")
    return Deals(CLOSED, opened.deals)


def stored_deals() -> Deals:
    """As they are stored: those of the frontier. For statements that take `parameters` of its day."""
    return Deals(f"({_placed(STORED_CLOSES)})", f"({STORED_OPEN_DEALS})")


def _placed(closes: str) -> str:
    return PLACED.format(closes=closes)


STORED_CLOSES = f"""
SELECT * FROM {Close._meta.db_table} WHERE organisation_id = %(org)s AND closed_on >= %(since)s AND closed_on <= %(as_of)s
"""
STORED_OPEN_DEALS = f"SELECT *, 'open' AS kind FROM {OpenDeal._meta.db_table} WHERE organisation_id = %(org)s"

# What may change without an event, as it is now: whether the organisation names segments, and its price list.
PLACED = """
SELECT c.opportunity_id, c.kind, c.closed_on, c.opened_on, c.team_id, c.owner_id, c.amount_minor, c.margin_minor,
       t.list_price_minor, CASE WHEN n.segments THEN c.segment ELSE c.channel END AS segment, c.company_id, c.is_told,
       c.is_lost_first
FROM ({closes}) c
CROSS JOIN (
    SELECT EXISTS (SELECT FROM pipeline_close WHERE organisation_id = %(org)s AND NOT segment = '') AS segments
) n
LEFT JOIN pipeline_product t ON t.organisation_id = %(org)s AND t.id = c.product_id
"""
