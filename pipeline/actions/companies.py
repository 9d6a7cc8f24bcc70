"""Companies of opportunities, where two of them turn out to be one."""

from collections.abc import Collection
from uuid import UUID

from django.db import connection

from pipeline.models import Company
from tenants.access import Actor
from tenants.domain.roles import Permission
from tenants.scope import current_organisation_id

# The deals that move, each with the event that says so: a deal is the projection of its events.
HAND_OVER = """
WITH moved AS (
    UPDATE pipeline_opportunity o SET company_id = %(after)s
    WHERE o.organisation_id = %(organisation)s AND o.company_id = %(before)s
      AND (%(only)s::uuid[] IS NULL OR o.id = ANY(%(only)s::uuid[]))
    RETURNING o.*
), told AS (
    INSERT INTO pipeline_opportunityevent (id, organisation_id, opportunity_id, kind, source, actor_id, changed, stage_id,
        owner_id, team_id, amount_minor, margin_minor, expected_close_on)
    SELECT uuidv7(), %(organisation)s, m.id, 'change', 'manual', %(actor)s, 'company', m.stage_id, m.owner_id, m.team_id,
        m.amount_minor, m.margin_minor, m.expected_close_on
    FROM moved m ORDER BY m.id
)
SELECT id FROM moved ORDER BY id
"""


def hand_over(
    *, before: Company, after: Company, by: Actor, only: Collection[UUID] | None = None
) -> list[UUID]:
    """Give the opportunities of one company (those in `only`) to another, and return their ids. Two statements in one."""
    by.require(Permission.SET_TARGETS)
    with connection.cursor() as cursor:
        cursor.execute(
            HAND_OVER,
            {
                "organisation": current_organisation_id(),
                "before": before.id,
                "after": after.id,
                "only": None if only is None else [str(one) for one in only],
                "actor": by.id,
            },
        )
        return [row[0] for row in cursor.fetchall()]
