"""What the deals of the organisation in force were on a day: their passages, and where each of them stood.

For analyses that the stored counts cannot answer: by segment, channel or product, between two days, deal by deal. The
passages are those of every other figure: the same derivation of the events, as of the day.

A value counts from the day that it was told. A dated event tells on its day, an undated one on the day that it was
recorded: the amount of a win or the nothing of a loss says nothing of the days before. Where nothing was told by the
day, the first undated event that finds the deal in an open stage stands in: it says what the deal was worth, and not
when it began to be. Segment, channel, product and company are known as they are now: no event tells them.

Cost: two passes over the events with a sort each, paid once in a scope and slot. `since` bounds it to the deals that were open on that day or that anything happened to from then on.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from pipeline.queries.passage_sql import (
    CLOSED,
    EVENTS,
    EVERYTHING,
    NOBODY,
    VISIBLE,
    StageOrder,
    derive,
    features,
    stage_order,
    stage_values,
)
from pipeline.queries.told_sql import TOLD
from tenants.planner import by_whole_tables
from tenants.scope import current_organisation_id, kept

KEPT = "histories"


@dataclass(frozen=True, slots=True)
class Histories:
    """Two temporary tables of the transaction; ids of nobody are nil UUIDs, money is in minor units.

    passages: opportunity_id, stage_id, team_id, owner_id (at the entry), opened_on, entered_on, exited_on, outcome ('A',
    'L', 'U' cannot be known, null: open or a close), is_first, is_skipped, amount_minor, segment, channel, product_id,
    company_id.

    deals, a row per deal opened by the day: opportunity_id, stage_id (the furthest reached, or the close), kind ('open',
    'won', 'lost', or 'unknown': seen further on, without a date), entered_on (that stage), opened_on, closed_on, team_id,
    owner_id (of an open deal: on the day; of a closed one: at the close), amount_minor (null: never told; of a won deal
    what was won, of a lost one what it was worth before), list_price_minor (of its product, as it is now), margin_minor,
    expected_close_on, first_expected_on, pushes (times that the expected close was put off), touched_on (the last day
    that anything was told), last_event_on (the last day of a dated event), segment, channel, product_id, company_id.
    """

    as_of: date
    since: date | None
    known: str | None  # a pg_snapshot; None: everything that the transaction can see
    passages: str
    deals: str


def as_of(
    day: date, *, since: date | None = None, known: str | None = None, slot: str = "", fresh: bool = False
) -> Histories:
    """Fill the tables as of the end of `day`, or find them filled by an earlier call of this scope.

    since: only the deals that were open, or that something happened to or was written of, on or after this day.
    known: what a run knew (`Frontier.snapshot`). slot: tables of another name, for two days side by side; the next
    call of the same slot with another day drops those that were there. fresh: the scope wrote events since.
    """
    wanted = Histories(day, since, known, f"history_passage{slot}", f"history_deal{slot}")
    found: dict[str, Histories] = kept().setdefault(KEPT, {})
    if fresh or found.get(slot) != wanted:
        found.pop(slot, None)
        _write(wanted)
        found[slot] = wanted
    return wanted


def parameters(histories: Histories) -> dict[str, Any]:
    """Of statements that read the events as the tables were derived from them."""
    now: dict[str, Any] = {
        "org": current_organisation_id(), "as_of": histories.as_of, "since": histories.since, **EVERYTHING,
    }  # fmt: skip
    if histories.known is not None:
        now |= {"snapshot": histories.known, "xmin": int(histories.known.split(":")[0])}
    return now


def present_stages() -> str:
    """The stages as VALUES (id, kind, ord), in the order of the derivation. One query."""
    return stage_values(stage_order())


def _write(wanted: Histories) -> None:
    now, stages = parameters(wanted), stage_order()
    events = EVENTS
    with connection.cursor() as cursor, by_whole_tables(cursor):
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{wanted.passages}, pg_temp.{wanted.deals}")
        if wanted.since is not None:
            events = f"{wanted.passages}_event"
            cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{events}")
            cursor.execute(EVENTS_SINCE.format(events=events), now)
            cursor.execute(f"ANALYZE {events} (opportunity_id, kind, stage_id, occurred_on)")
        select = derive(stages, features(cursor, now, events), events=events)
        _fill(cursor, wanted.passages, PASSAGES.format(select=select), now)
        _fill(cursor, wanted.deals, deals_of(wanted.passages, stages, events), now)


def _fill(cursor: Any, table: str, select: str, now: dict[str, Any]) -> None:
    cursor.execute(f"CREATE TEMP TABLE {table} ON COMMIT DROP AS {select}", now)
    cursor.execute(f"ANALYZE {table}")


def deals_of(passages: str, stages: list[StageOrder], events: str) -> str:
    """The SELECT of `Histories.deals`, from a table of passages or a subquery with their columns."""
    told = TOLD.format(events=events, closed=CLOSED, visible=VISIBLE)
    return DEALS.format(
        passages=passages, stages=stage_values(stages), closed=CLOSED, told=told, nobody=NOBODY
    )


# A deal that nothing happened to since then is as it is now: only those still open can have been open on the day.
# (Looking their events up deal by deal is quicker with fresh statistics, and quadratic with old ones: after an import.)
EVENTS_SINCE = """
CREATE TEMP TABLE {events} ON COMMIT DROP AS
SELECT e.* FROM pipeline_opportunityevent e
WHERE e.organisation_id = %(org)s AND e.opportunity_id IN (
    SELECT t.opportunity_id FROM pipeline_opportunityevent t
    WHERE t.organisation_id = %(org)s AND t.occurred_on >= %(since)s
    UNION
    SELECT t.opportunity_id FROM pipeline_opportunityevent t
    WHERE t.organisation_id = %(org)s AND t.occurred_on IS NULL AND t.recorded_at >= %(since)s::date - 1
    UNION
    SELECT o.id FROM pipeline_opportunity o
    JOIN pipeline_stage k ON k.organisation_id = %(org)s AND k.id = o.stage_id AND k.kind = 'open'
    WHERE o.organisation_id = %(org)s)
"""

PASSAGES = """
SELECT p.*, o.segment, o.channel, o.product_id, o.company_id
FROM ({select}) p
JOIN pipeline_opportunity o ON o.organisation_id = %(org)s AND o.id = p.opportunity_id
"""

DEALS = """
WITH stage (id, kind, ord) AS (VALUES {stages}
), standing AS (
    SELECT DISTINCT ON (p.opportunity_id) p.opportunity_id, p.stage_id, p.entered_on, p.opened_on, p.team_id, p.owner_id,
           p.amount_minor, p.segment, p.channel, p.product_id, p.company_id, s.kind AS stage_kind,
           CASE WHEN s.ord < {closed} AND p.outcome = 'U' THEN 'unknown' ELSE s.kind END AS kind
    FROM {passages} p JOIN stage s ON s.id = p.stage_id
    ORDER BY p.opportunity_id, s.ord DESC
), {told}
SELECT d.opportunity_id, d.stage_id, d.kind, d.entered_on, d.opened_on,
       CASE WHEN d.stage_kind <> 'open' THEN d.entered_on END AS closed_on,
       CASE WHEN d.stage_kind = 'open' THEN coalesce(v.team_id, {nobody}) ELSE d.team_id END AS team_id,
       CASE WHEN d.stage_kind = 'open' THEN coalesce(v.owner_id, {nobody}) ELSE d.owner_id END AS owner_id,
       CASE d.stage_kind WHEN 'won' THEN d.amount_minor WHEN 'lost' THEN coalesce(v.amount_minor, v.closing_minor)
            ELSE v.amount_minor END AS amount_minor,
       t.list_price_minor,
       CASE d.stage_kind WHEN 'won' THEN coalesce(v.closing_margin_minor, o.margin_minor) ELSE v.margin_minor
       END AS margin_minor,
       v.expected_close_on, u.first_expected_on, coalesce(u.pushes, 0)::int AS pushes, v.touched_on, v.last_event_on,
       d.segment, d.channel, d.product_id, d.company_id
FROM standing d
JOIN pipeline_opportunity o ON o.organisation_id = %(org)s AND o.id = d.opportunity_id
JOIN value v ON v.opportunity_id = d.opportunity_id
LEFT JOIN pushed u ON u.opportunity_id = d.opportunity_id
LEFT JOIN pipeline_product t ON t.organisation_id = %(org)s AND t.id = d.product_id
"""
