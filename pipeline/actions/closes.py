"""Keep the closes in force in step with the events: a part of every refresh of the counts."""

from typing import Any

from pipeline.actions import derived
from pipeline.models import Close
from pipeline.queries.close_sql import CLOSES, COLUMNS, open_stages
from pipeline.queries.passage_sql import CHANGED_EVENTS, EVENTS, StageOrder
from tenants.planner import by_whole_tables

TABLE = Close._meta.db_table


def derive_all(cursor: Any, stages: list[StageOrder], now: dict[str, Any]) -> None:
    """Derive every close from the events; those that are stored already as they are stay untouched."""
    select, parameters = CLOSES.format(events=EVENTS), _parameters(stages, now)
    with by_whole_tables(cursor):  # right after an import the planner has no figures yet
        derived.replace(cursor, TABLE, select, parameters, key=("opportunity_id",), values=COLUMNS)


def derive_changed(cursor: Any, stages: list[StageOrder], now: dict[str, Any]) -> None:
    """Derive anew those of the opportunities in the temporary table `changed_opportunity`."""
    cursor.execute(
        f"DELETE FROM {TABLE} t USING changed_opportunity c"
        " WHERE t.organisation_id = %(org)s AND t.opportunity_id = c.opportunity_id",
        now,
    )
    columns = ", ".join(("opportunity_id", *COLUMNS))
    with by_whole_tables(cursor):
        cursor.execute(
            f"INSERT INTO {TABLE} (organisation_id, {columns})"
            f" SELECT %(org)s::uuid, {columns} FROM ({CLOSES.format(events=CHANGED_EVENTS)}) n",
            _parameters(stages, now),
        )


def _parameters(stages: list[StageOrder], now: dict[str, Any]) -> dict[str, Any]:
    return now | open_stages(stages) | {"since": "-infinity"}
