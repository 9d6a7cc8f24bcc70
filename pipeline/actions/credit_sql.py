"""Won deals whose credit is shared, as parts in the credit of persons: to the cent, by largest remainder.

The definition is `pipeline.domain.credit.parts`. A part is in the team of its person on the day of the win; the
owner's is in the team that won it. An organisation without shared deals pays one look at an index.
"""

from typing import Any

from django.db import connection

from pipeline.actions.passages import Refresh
from pipeline.models import CreditShare
from pipeline.queries.credit_parts import CREDIT_PARTS
from pipeline.queries.passage_sql import NEW_SCOPES
from tenants.scope import current_organisation_id

PARTS = "credit_part"

CREATE_PARTS = "CREATE TEMP TABLE {parts} ON COMMIT DROP AS " + CREDIT_PARTS


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
