"""Won deals whose credit is shared, as parts in the credit of persons: to the cent, by largest remainder.

The definition is `pipeline.domain.credit.parts`. A part is in the team of its person on the day of the win; the
owner's is in the team that won it. An organisation without shared deals pays one look at an index.
"""

from typing import Any

from django.db import connection

from pipeline.actions.passages import Refresh
from pipeline.models import CreditShare
from pipeline.queries.passage_sql import NEW_SCOPES, NOBODY
from tenants.scope import current_organisation_id

PARTS = "credit_part"

# Ties go to the owner, then by person. Shares in force: those of the latest agreement that the run can have seen.
CREATE_PARTS = f"""
CREATE TEMP TABLE {{parts}} ON COMMIT DROP AS
WITH share AS (
    SELECT v.sign, s.opportunity_id, s.person_id, s.share,
           rank() OVER (PARTITION BY v.sign, s.opportunity_id ORDER BY s.number DESC) AS age
    FROM pipeline_creditshare s
    JOIN (VALUES (1, %(known)s::pg_snapshot), (-1, %(known_before)s::pg_snapshot)) v (sign, snapshot)
      ON pg_visible_in_snapshot(s.recorded_xact::text::xid8, v.snapshot)
    WHERE s.organisation_id = %(org)s
), won AS (
    SELECT p.opportunity_id, p.stage_id, p.team_id AS won_by, p.owner_id AS owner, p.opened_on, p.entered_on, p.sign,
           p.amount_minor, s.person_id, s.share, floor(p.amount_minor * s.share)::bigint AS low
    FROM {{passages}} p
    JOIN pipeline_stage k ON k.organisation_id = %(org)s AND k.id = p.stage_id AND k.kind = 'won'
    JOIN share s ON s.opportunity_id = p.opportunity_id AND s.sign = p.sign AND s.age = 1
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY opportunity_id, sign
                                 ORDER BY low - amount_minor * share, person_id NULLS FIRST) AS place,
           amount_minor - sum(low) OVER (PARTITION BY opportunity_id, sign) AS rest
    FROM won
)
SELECT r.opportunity_id, r.stage_id, coalesce(r.person_id, r.owner) AS owner_id, r.opened_on, r.entered_on, r.sign,
       CASE WHEN coalesce(r.person_id, r.owner) = r.owner THEN r.won_by ELSE coalesce(m.team_id, {NOBODY}) END AS team_id,
       r.share, r.low + CASE WHEN r.place <= r.rest THEN 1 ELSE 0 END AS amount_minor, r.owner AS won_owner,
       r.won_by AS won_team, r.amount_minor AS whole_minor
FROM ranked r
LEFT JOIN tenants_teammembership m ON m.organisation_id = %(org)s AND m.person_id = r.person_id
     AND (m.start_on IS NULL OR m.start_on <= r.entered_on) AND (m.end_on IS NULL OR m.end_on > r.entered_on)
"""


def write_parts(refresh: Refresh, *, passages: str = "", parts: str = PARTS) -> str | None:
    """Fill a temporary table with the parts of the shared deals among `passages` (those of the refresh without it).

    Columns: opportunity_id, stage_id, owner_id (whose credit), team_id, opened_on, entered_on, sign, share,
    amount_minor (the part), won_owner, won_team, whole_minor (the deal). None, and no table, when no deal of the
    organisation was ever shared.
    """
    if not CreditShare.objects.exists():
        return None
    parameters: dict[str, Any] = {
        "org": current_organisation_id(), "known": refresh.known, "known_before": refresh.known_before,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{parts}")
        cursor.execute(CREATE_PARTS.format(passages=passages or refresh.passages, parts=parts), parameters)
        cursor.execute(NEW_SCOPES.format(passages=parts), parameters)
    return parts
