"""Daily facts: the passages counted by day, in the hands in which each step was made."""

import hashlib
from datetime import date
from typing import Any

from django.db import connection

from objectives.models import Cycle
from pipeline.actions.passages import Refresh
from reporting.models import DailyFact, FactState
from tenants.scope import current_organisation_id

FACTS_TABLE = DailyFact._meta.db_table
PAST_FACTS = "past_fact"
COLUMNS = "organisation_id, scope, metric, day, numerator, denominator"

# Rows carry the sign of what they come from (−1 for what was): sums of an incremental refresh are differences.
# A metric has a row where it counted something, and none elsewhere: a filtered sum of nothing is null.
FACTS = """
WITH p AS MATERIALIZED (
    SELECT s.number AS scope, k.kind = 'open' AS is_open, k.kind = 'won' AS is_won, p.entered_on, p.exited_on, p.outcome,
           p.is_first, p.sign, p.sign * p.amount_minor AS amount, p.opened_on >= c.start_on AS in_cycle
    FROM {passages} p
    JOIN pipeline_stagescope s ON s.organisation_id = %(org)s AND s.stage_id = p.stage_id
         AND s.team_id = p.team_id AND s.owner_id = p.owner_id
    JOIN pipeline_stage k ON k.organisation_id = %(org)s AND k.id = p.stage_id
    LEFT JOIN objectives_cycle c ON c.organisation_id = %(org)s AND p.entered_on >= c.start_on AND p.entered_on < c.end_on
), entry AS (
    SELECT scope, entered_on AS day, sum(sign) AS entered, sum(sign) FILTER (WHERE in_cycle) AS in_cycle,
           sum(sign) FILTER (WHERE is_first) AS opened
    FROM p WHERE is_open GROUP BY 1, 2
), win AS (
    SELECT scope, entered_on AS day, sum(amount)::bigint AS amount, sum(sign) AS count,
           (sum(amount) FILTER (WHERE in_cycle))::bigint AS cycle_amount, sum(sign) FILTER (WHERE in_cycle) AS cycle_count
    FROM p WHERE is_won GROUP BY 1, 2
)
SELECT scope, metric, day, numerator, 0::bigint AS denominator
FROM entry CROSS JOIN LATERAL (VALUES ('entered', entered), ('in_cycle', in_cycle), ('opened', opened))
    AS m (metric, numerator)
WHERE numerator IS NOT NULL
UNION ALL
SELECT scope, 'exited', exited_on, coalesce(sum(sign) FILTER (WHERE outcome = 'A'), 0), sum(sign) FROM p
WHERE outcome IN ('A', 'L') GROUP BY 1, 3
UNION ALL
SELECT scope, metric, day, numerator, denominator
FROM win CROSS JOIN LATERAL (VALUES ('won', amount, count), ('won_in_cycle', cycle_amount, cycle_count))
    AS m (metric, numerator, denominator)
WHERE denominator IS NOT NULL
"""


def signature() -> str:
    """What the facts were counted against besides the events: the dates of the cycles."""
    cycles = Cycle.objects.order_by("start_on").values_list("start_on", "end_on")
    return hashlib.sha256(repr(list(cycles)).encode()).hexdigest()


def are_current() -> bool:
    """Whether the stored facts were counted against today's cycles; otherwise they are due for a rebuild."""
    state = FactState.objects.first()
    return state is not None and state.signature == signature()


def store(*, refresh: Refresh, as_of: date) -> str:
    """Count the facts of a refresh and return the table that holds them as of the day."""
    parameters: dict[str, Any] = {"org": current_organisation_id(), "as_of": as_of}
    select = FACTS.format(passages=refresh.passages)
    with connection.cursor() as cursor:
        if refresh.mode == "past":
            cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{PAST_FACTS}")
            cursor.execute(f"CREATE TEMP TABLE {PAST_FACTS} ON COMMIT DROP AS {select}", parameters)
            return PAST_FACTS
        rows = f"SELECT %(org)s::uuid, scope, metric, day, numerator, denominator FROM ({select}) f"
        if refresh.mode == "full":
            cursor.execute(f"DELETE FROM {FACTS_TABLE} WHERE organisation_id = %(org)s", parameters)
            cursor.execute(
                f"INSERT INTO {FACTS_TABLE} ({COLUMNS}) {rows} ORDER BY scope, metric, day", parameters
            )
        else:
            cursor.execute(
                f"""
                INSERT INTO {FACTS_TABLE} AS t ({COLUMNS}) {rows} WHERE numerator <> 0 OR denominator <> 0
                ON CONFLICT (organisation_id, scope, metric, day) DO UPDATE
                SET numerator = t.numerator + excluded.numerator, denominator = t.denominator + excluded.denominator
                """,
                parameters,
            )
            cursor.execute(
                f"DELETE FROM {FACTS_TABLE} WHERE organisation_id = %(org)s AND numerator = 0 AND denominator = 0",
                parameters,
            )
    FactState.objects.update_or_create(organisation_id=parameters["org"], defaults={"signature": signature()})
    return FACTS_TABLE
