"""A whole recompute beside one hand-written aggregate of the same events, and an incremental one beside a whole one."""

from collections.abc import Iterator
from datetime import date
from statistics import median
from uuid import UUID

from django.db import connection
from django.utils import timezone

from bench.figures import Figure, in_turn, seconds
from bench.population import LAST_DAY
from reporting.actions import recompute
from reporting.models import FactState
from tenants.scope import tenant_scope
from tenants.turns import take_time

AS_OF = date.fromisoformat(LAST_DAY)
TIMES = 3
CHANGED_SHARE = 100  # one opportunity in so many

# As long as a job may take, and the memory that a recompute has: both sides run under the same settings.
SETTINGS = "SET LOCAL statement_timeout = '30min'; SET LOCAL work_mem = '128MB'"

AGGREGATE = """
SELECT occurred_on, stage_id, team_id, owner_id, count(*), count(next_on), sum(next_on - occurred_on), sum(amount_minor)
FROM (
    SELECT occurred_on, stage_id, team_id, owner_id, amount_minor,
           lead(occurred_on) OVER (PARTITION BY opportunity_id ORDER BY occurred_on) AS next_on
    FROM pipeline_opportunityevent WHERE kind = 'stage' AND occurred_on <= %s
) moves
GROUP BY occurred_on, stage_id, team_id, owner_id
"""

# Deals that are open go one stage further on the last day; others take their place when there are too few.
MOVE = """
WITH moved AS (
    SELECT o.id, o.owner_id, o.team_id, o.amount_minor, later.id AS stage_id
    FROM pipeline_opportunity o
    JOIN pipeline_stage s ON s.id = o.stage_id AND s.kind = 'open'
    JOIN pipeline_stage later ON later.position = s.position + 1
    ORDER BY o.external_id LIMIT %(count)s
), told AS (
    INSERT INTO pipeline_opportunityevent (id, organisation_id, opportunity_id, kind, occurred_on, source, changed,
                                           stage_id, owner_id, team_id, amount_minor)
    SELECT uuidv7(), %(org)s, id, 'stage', %(day)s, 'history', '', stage_id, owner_id, team_id, amount_minor FROM moved
)
UPDATE pipeline_opportunity o
SET stage_id = moved.stage_id,
    closed_on = CASE WHEN (SELECT kind FROM pipeline_stage WHERE id = moved.stage_id) <> 'open' THEN %(day)s::date END
FROM moved WHERE o.id = moved.id
"""


def recompute_once(organisation_id: UUID) -> str:
    """Recompute as the worker does; the mode that it took."""
    with tenant_scope(organisation_id):
        take_time()
        return recompute.run(as_of=AS_OF, started_at=timezone.now()).mode


def forget(organisation_id: UUID) -> None:
    """Have the next recompute start from the events."""
    with tenant_scope(organisation_id):
        FactState.objects.all().delete()


def aggregate(organisation_id: UUID) -> int:
    """The hand-written aggregate; how many rows, all received by this process but not made into Python's objects."""
    with tenant_scope(organisation_id), connection.cursor() as cursor:
        cursor.execute(SETTINGS)
        cursor.execute(AGGREGATE, [AS_OF])
        return int(cursor.rowcount)


def change(organisation_id: UUID, count: int) -> int:
    """Append an event to `count` open opportunities; how many there were."""
    with tenant_scope(organisation_id), connection.cursor() as cursor:
        take_time()
        cursor.execute(MOVE, {"org": organisation_id, "count": count, "day": AS_OF})
        return int(cursor.rowcount)


def measure(organisation_id: UUID, size: int) -> Iterator[Figure]:
    whole, one_query = in_turn(
        lambda: expect(recompute_once(organisation_id), "full"),
        lambda: aggregate(organisation_id),
        times=TIMES,
        before_ours=lambda: forget(organisation_id),
    )
    yield Figure("recompute / one SQL aggregate", size, whole, one_query, budget=8, most_exponent=1.1)
    taken = []
    for _ in range(TIMES):
        expect(change(organisation_id, size // CHANGED_SHARE), size // CHANGED_SHARE)
        taken.append(seconds(lambda: expect(recompute_once(organisation_id), "incremental")))
    yield Figure(
        "recompute of 1 % changed / whole", size, median(taken), whole, budget=0.1, most_exponent=1.1
    )


def expect(found: object, wanted: object) -> None:
    if found != wanted:
        raise RuntimeError(f"the benchmark measures something else: {found} instead of {wanted}")
