"""What the client lets a partner know of the opportunities that its meetings led to.

Copied to the meetings, so that no partner ever reads the pipeline (docs/adr/0008): nothing; the outcome; or the outcome
and, once it is won, the amount.
"""

from uuid import UUID

from django.db import connection

from tenants.planner import by_whole_tables
from tenants.scope import behind_the_wall, current_organisation_id

# One statement: what is no longer disclosed is emptied, what does not change is not written.
REFRESH = """
UPDATE prospecting_meeting m
SET disclosed_outcome = told.outcome, disclosed_amount_minor = told.amount
FROM (
    SELECT m.id,
           CASE WHEN e.disclosure IN ('outcome', 'amount') THEN COALESCE(s.kind, '') ELSE '' END AS outcome,
           CASE WHEN e.disclosure = 'amount' AND s.kind = 'won' THEN o.amount_minor END AS amount
    FROM prospecting_meeting m
    JOIN prospecting_engagement e ON e.organisation_id = m.organisation_id AND e.id = m.engagement_id
    LEFT JOIN pipeline_opportunity o ON o.organisation_id = m.organisation_id AND o.id = m.opportunity_id
    LEFT JOIN pipeline_stage s ON s.organisation_id = o.organisation_id AND s.id = o.stage_id
    WHERE m.organisation_id = %(organisation)s AND (%(engagement)s::uuid IS NULL OR e.id = %(engagement)s)
) told
WHERE m.organisation_id = %(organisation)s AND m.id = told.id
  AND (m.disclosed_outcome, m.disclosed_amount_minor) IS DISTINCT FROM (told.outcome, told.amount)
"""


def refresh(*, engagement_id: UUID | None = None) -> int:
    """Copy the outcome and amount of every opportunity to its meeting as the engagement allows; return how many changed.

    engagement_id: of one engagement only. By the nightly job and after a setting changes. Twice is once.
    """
    values = {"organisation": current_organisation_id(), "engagement": engagement_id}
    with behind_the_wall(), connection.cursor() as cursor, by_whole_tables(cursor):
        cursor.execute(REFRESH, values)
        changed = int(cursor.rowcount)
    return changed
