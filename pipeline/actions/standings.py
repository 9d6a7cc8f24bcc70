"""Keep where each opportunity stands in step with the events, its close or what is told of it while it is open: a part of
every refresh of the counts."""

from typing import Any

from pipeline.actions import derived
from pipeline.models import Close, OpenDeal
from pipeline.queries import close_sql, open_deal_sql
from pipeline.queries.passage_sql import CHANGED_EVENTS, CHANGED_OPPORTUNITIES, EVENTS, StageOrder
from tenants.planner import by_whole_tables

CLOSES, OPEN_DEALS, OPPORTUNITIES = Close._meta.db_table, OpenDeal._meta.db_table, "pipeline_opportunity"


def derive_all(cursor: Any, stages: list[StageOrder], now: dict[str, Any], passages: str) -> None:
    """Derive all of them from the events; those that are stored already as they are stay untouched.

    passages: the table of those of the refresh.
    """
    parameters = _parameters(stages, now)
    with by_whole_tables(cursor):  # right after an import the planner has no figures yet
        for table, select, columns in _selects(stages, passages, EVENTS, OPPORTUNITIES):
            derived.replace(cursor, table, select, parameters, key=("opportunity_id",), values=columns)


def derive_changed(cursor: Any, stages: list[StageOrder], now: dict[str, Any], passages: str) -> None:
    """Derive anew those of the opportunities in the temporary table `changed_opportunity`."""
    parameters = _parameters(stages, now)
    for table, select, columns in _selects(stages, passages, CHANGED_EVENTS, CHANGED_OPPORTUNITIES):
        cursor.execute(
            f"DELETE FROM {table} t USING changed_opportunity c"
            " WHERE t.organisation_id = %(org)s AND t.opportunity_id = c.opportunity_id",
            now,
        )
        named = ", ".join(("opportunity_id", *columns))
        with by_whole_tables(cursor):
            cursor.execute(
                f"INSERT INTO {table} (organisation_id, {named}) SELECT %(org)s::uuid, {named} FROM ({select}) n",
                parameters,
            )


def _selects(
    stages: list[StageOrder], passages: str, events: str, opportunities: str
) -> list[tuple[str, str, tuple[str, ...]]]:
    closes = close_sql.CLOSES.format(events=events, opportunities=opportunities)
    opened = open_deal_sql.open_deals(stages, passages=passages, events=events, opportunities=opportunities)
    return [(CLOSES, closes, close_sql.COLUMNS), (OPEN_DEALS, opened, open_deal_sql.COLUMNS)]


def _parameters(stages: list[StageOrder], now: dict[str, Any]) -> dict[str, Any]:
    return now | close_sql.open_stages(stages) | {"since": "-infinity"}
