"""Daily facts: the passages counted by day, in the hands in which each step was made."""

import hashlib
from datetime import date
from typing import Any

from django.db import connection

from objectives.models import Cycle
from pipeline.actions import derived
from pipeline.actions.credit_sql import write_parts
from pipeline.actions.passages import Refresh
from pipeline.models import CreditShare, Frontier
from reporting.models import DailyFact, FactState
from tenants.scope import current_organisation_id

FACTS_TABLE = DailyFact._meta.db_table
PAST_FACTS = "past_fact"

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
    FROM {wins} WHERE is_won GROUP BY 1, 2
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

# Wins with what shared credit moves from the one who won the deal to the others, to the cent. The count of deals stays
# with the owner, and so does the won_in_cycle that levers multiply up: they are about the deal as it was worked.
SHARED_WINS = """
(
    SELECT scope, is_won, entered_on, sign, amount, in_cycle FROM p
    UNION ALL
    SELECT s.number, true, m.entered_on, 0, m.moved, false
    FROM (
        SELECT stage_id, team_id, owner_id, entered_on, sign * amount_minor AS moved FROM {parts}
        UNION ALL
        SELECT stage_id, won_team, won_owner, entered_on, -sign * amount_minor FROM {parts}
    ) m
    JOIN pipeline_stagescope s ON s.organisation_id = %(org)s AND s.stage_id = m.stage_id AND s.team_id = m.team_id
         AND s.owner_id = m.owner_id
) wins
"""


# Teams of those who shared the credit of deals by then. (Whoever began to since then is in no stored fact.)
TEAMS_OF_SHARERS = """
SELECT m.person_id, m.team_id, m.start_on, m.end_on FROM tenants_teammembership m
WHERE m.organisation_id = %(org)s AND m.person_id IN (
    SELECT s.person_id FROM pipeline_creditshare s
    WHERE s.organisation_id = %(org)s AND pg_visible_in_snapshot(s.recorded_xact::text::xid8, %(known)s::pg_snapshot))
ORDER BY 1, 3
"""


def signature(known: str) -> str:
    """What facts that know the transactions of a snapshot are counted against besides the events.

    The dates of the cycles, and the teams of those who share the credit of deals.
    """
    counted: list[Any] = list(Cycle.objects.order_by("start_on").values_list("start_on", "end_on"))
    if CreditShare.objects.exists():
        with connection.cursor() as cursor:
            cursor.execute(TEAMS_OF_SHARERS, {"org": current_organisation_id(), "known": known})
            counted += cursor.fetchall()
    return hashlib.sha256(repr(counted).encode()).hexdigest()


def are_current() -> bool:
    """Whether the stored facts were counted against today's cycles and teams; otherwise they are due for a rebuild."""
    state, frontier = FactState.objects.first(), Frontier.objects.first()
    return state is not None and frontier is not None and state.signature == signature(frontier.snapshot)


def store(*, refresh: Refresh, as_of: date) -> str:
    """Count the facts of a refresh and return the table that holds them as of the day."""
    parameters: dict[str, Any] = {"org": current_organisation_id(), "as_of": as_of}
    parts = write_parts(refresh)
    wins = SHARED_WINS.format(parts=parts) if parts else "p"
    select = FACTS.format(passages=refresh.passages, wins=wins)
    with connection.cursor() as cursor:
        if refresh.mode == "past":
            cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{PAST_FACTS}")
            cursor.execute(f"CREATE TEMP TABLE {PAST_FACTS} ON COMMIT DROP AS {select}", parameters)
            return PAST_FACTS
        key, sums = ("scope", "metric", "day"), ("numerator", "denominator")
        if refresh.mode == "full":
            derived.replace(cursor, FACTS_TABLE, select, parameters, key=key, values=sums)
        else:
            derived.add(cursor, FACTS_TABLE, select, parameters, key=key, sums=sums)
    FactState.objects.update_or_create(
        organisation_id=parameters["org"], defaults={"signature": signature(refresh.known)}
    )
    return FACTS_TABLE
