"""The meetings of engagements as they were known at the end of a day: rows for `prospecting.domain.partner_figures`."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pandas as pd
from django.db import connection

from prospecting.domain.partner_fees import worked_days
from tenants.domain.working_days import is_working
from tenants.models import Organisation
from tenants.queries.calendar import public_holidays
from tenants.scope import current_organisation_id

# The state on a day is that of the last event until then. `said`: when the outcome was first said, after the last
# no-show that was taken back; `answered`: when the client answered, or the answer lapsed.
KNOWN = """
SELECT m.engagement_id AS engagement, m.id AS meeting, m.moved_from_id AS moved_from, known.state,
       (m.starts_at AT TIME ZONE %(zone)s)::date AS slot_on,
       CASE WHEN known.state = 'cancelled' THEN m.cancelled_in_time END AS in_time, known.disputed,
       (EXTRACT(epoch FROM known.said - m.ends_at) / 3600)::float8 AS log_hours,
       known.held AT TIME ZONE %(zone)s AS held_at, known.answered AT TIME ZONE %(zone)s AS answered_at,
       m.price_minor, {deal}, m.unmet_id, m.in_target
FROM prospecting_meeting m
CROSS JOIN LATERAL (
    SELECT (array_agg(e.after ORDER BY e.at DESC, e.recorded_at DESC, e.id DESC))[1] AS state,
           COALESCE(bool_or(e.verb = 'dispute'), false) AS disputed,
           min(e.at) FILTER (WHERE e.verb IN ('hold', 'guest_no_show', 'host_no_show') AND e.at >= COALESCE(
               (SELECT max(u.at) FROM prospecting_meetingevent u WHERE u.organisation_id = m.organisation_id
                AND u.meeting_id = m.id AND u.verb = 'undo_no_show' AND u.at < %(until)s), '-infinity')) AS said,
           max(e.at) FILTER (WHERE e.verb = 'hold') AS held,
           min(e.at) FILTER (WHERE e.verb IN ('accept', 'refuse', 'lapse')) AS answered
    FROM prospecting_meetingevent e
    WHERE e.organisation_id = m.organisation_id AND e.meeting_id = m.id AND e.at < %(until)s
) known
{joins}
WHERE m.organisation_id = %(organisation)s AND m.engagement_id = ANY(%(engagements)s)
  AND m.starts_at >= %(since)s AND m.starts_at < %(until)s AND known.state IS NOT NULL
"""
# The house reads the pipeline; a partner what was disclosed, whenever that was.
HOUSE_DEAL = """
       CASE WHEN o.created_on IS NULL OR o.created_on <= %(as_of)s THEN o.id END AS opportunity,
       CASE WHEN o.id IS NULL OR o.created_on > %(as_of)s THEN ''
            WHEN s.kind <> 'open' AND COALESCE(o.closed_on, %(as_of)s) <= %(as_of)s THEN s.kind ELSE 'open' END AS outcome,
       o.amount_minor
"""
HOUSE_JOINS = """
LEFT JOIN pipeline_opportunity o ON o.organisation_id = m.organisation_id AND o.id = m.opportunity_id
LEFT JOIN pipeline_stage s ON s.organisation_id = o.organisation_id AND s.id = o.stage_id
"""
DISCLOSED_DEAL = """
       CASE WHEN m.disclosed_outcome <> '' THEN m.id END AS opportunity, m.disclosed_outcome AS outcome,
       m.disclosed_amount_minor AS amount_minor
"""


def known_meetings(
    organisation: Organisation,
    engagements: Collection[UUID],
    *,
    first: date | None,
    as_of: date,
    disclosed_only: bool = False,
) -> pd.DataFrame:
    """The rows of partner_figures.COLUMNS, and unmet_id, in_target: slots from `first` (None: all) to `as_of`.

    disclosed_only: of opportunities what the engagement discloses, nothing else. One query.
    """
    zone = organisation.zone
    values: dict[str, Any] = {
        "organisation": current_organisation_id(),
        "engagements": list(engagements),
        "zone": organisation.time_zone,
        "since": datetime.combine(first or date(1970, 1, 2), time(), zone),
        "until": datetime.combine(as_of + timedelta(days=1), time(), zone),
        "as_of": as_of,
    }
    deal, joins = (DISCLOSED_DEAL, "") if disclosed_only else (HOUSE_DEAL, HOUSE_JOINS)
    with connection.cursor() as cursor:
        cursor.execute(KNOWN.format(deal=deal, joins=joins), values)
        names = [column.name for column in cursor.description or ()]
        rows = pd.DataFrame(cursor.fetchall(), columns=names)
    rows["log_hours"] = rows["log_hours"].astype("float64").clip(lower=0)
    rows["answer_days"] = _answer_days(rows, organisation, as_of)
    return rows.drop(columns=["held_at", "answered_at"])


def _answer_days(rows: pd.DataFrame, organisation: Organisation, as_of: date) -> pd.Series:
    held, answered = (pd.to_datetime(rows[name]) for name in ("held_at", "answered_at"))
    if held.isna().all():
        return pd.Series(float("nan"), index=rows.index, dtype="float64")
    first = held.min().date()
    holidays = public_holidays(organisation.country, first.year, as_of.year)
    working = [
        float(is_working(first + timedelta(days=number), organisation.working_days, holidays))
        for number in range((as_of - first).days + 1)
    ]
    begun, ended = (one.to_numpy(dtype="datetime64[s]") for one in (held, answered))
    return pd.Series(worked_days(begun, ended, first, working), index=rows.index)
