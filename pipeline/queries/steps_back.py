"""Moves of deals to an earlier stage: no second entry (F2), and counted beside the rates."""

from django.db import connection

from pipeline.queries.histories import Histories, parameters, present_stages
from pipeline.queries.passage_sql import CLOSED, EVENTS, NOBODY, VISIBLE
from tenants.planner import by_whole_tables

# What rules 2 to 6 of pipeline.domain.passages leave of the moves: recorded history before inferred dates, by date, then
# stage order, up to the close.
STEPS_BACK = """
CREATE TEMP TABLE {table} ON COMMIT DROP AS
WITH stage (id, kind, ord) AS (VALUES {stages}
), told AS (
    SELECT e.opportunity_id, e.stage_id, s.ord, e.occurred_on AS day, e.team_id, e.owner_id, e.id,
           e.source = 'inferred' AS inferred,
           bool_and(e.source = 'inferred') OVER (PARTITION BY e.opportunity_id, e.stage_id) AS alone
    FROM {events} e JOIN stage s ON s.id = e.stage_id AND s.ord < {closed}
    WHERE {visible} AND e.kind = 'stage' AND e.occurred_on <= %(as_of)s
), moves AS (
    SELECT t.*, d.segment, d.channel, d.product_id, d.company_id,
           lag(t.ord) OVER steps AS ord_before, lag(t.stage_id) OVER steps AS stage_before
    FROM told t JOIN {deals} d ON d.opportunity_id = t.opportunity_id
    WHERE (t.alone OR NOT t.inferred) AND (d.closed_on IS NULL OR t.day <= d.closed_on)
    WINDOW steps AS (PARTITION BY t.opportunity_id ORDER BY t.day, t.ord, t.id)
)
SELECT opportunity_id, stage_before AS stage_id, coalesce(team_id, {nobody}) AS team_id,
       coalesce(owner_id, {nobody}) AS owner_id, day AS entered_on, segment, channel, product_id, company_id
FROM moves WHERE ord < ord_before
"""


def steps_back(histories: Histories) -> str:
    """Fill a temporary table beside those of `histories` and return its name: a row per step back.

    Columns: opportunity_id, stage_id (the stage that was left), team_id, owner_id, entered_on (the day of the step),
    segment, channel, product_id, company_id.
    """
    table = f"{histories.deals}_step_back"
    with connection.cursor() as cursor, by_whole_tables(cursor):
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
        cursor.execute(
            STEPS_BACK.format(
                table=table, stages=present_stages(), events=EVENTS, deals=histories.deals, closed=CLOSED,
                visible=VISIBLE, nobody=NOBODY,
            ),
            parameters(histories),
        )  # fmt: skip
    return table
