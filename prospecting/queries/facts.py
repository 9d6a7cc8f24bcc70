"""What was done to reach prospects, day by day, as of a day: what objectives on prospecting are measured from.

Inside the target only counts; what was done outside it is there too, apart (`in_target`). Meetings are read from their
events, so that any past day can be counted again: a no-show that was taken back, or an acceptance that a second look
undid, flows back through every figure.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from django.db import connection

from prospecting.domain.meetings import ACCEPTED, HELD
from tenants.scope import current_organisation_id

CONTACTED, CONVERSATIONS, MEETINGS, ACCEPTANCES = (
    "prospects_contacted", "conversations", "meetings_held", "meetings_accepted",
)  # fmt: skip
OF_ACTIVITIES = frozenset({CONTACTED, CONVERSATIONS})
OF_MEETINGS = frozenset({MEETINGS, ACCEPTANCES})
LOGGED = OF_ACTIVITIES | OF_MEETINGS

COLUMNS = ["metric", "day", "owner", "team", "engagement", "segment", "channel", "in_target", "value"]

ACTIVITIES = """
SELECT m.metric, a.day - DATE '0001-01-01' + 1, a.person_id, a.team_id, a.engagement_id, coalesce(s.name, ''), a.channel,
       a.in_target, sum(a.quantity)
FROM prospecting_activity a
LEFT JOIN prospecting_segment s ON s.organisation_id = %(org)s AND s.id = a.segment_id
JOIN (VALUES ('prospects_contacted'), ('conversations')) m (metric)
  ON CASE m.metric WHEN 'conversations' THEN a.kind = 'conversation' ELSE a.is_first AND a.kind IN ('contact', 'conversation') END
WHERE a.organisation_id = %(org)s AND a.day >= %(since)s AND a.day <= %(as_of)s
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
"""

# What had been said of each meeting by the day. It was held on the day it began, whenever that was logged.
STATES = """
SELECT DISTINCT ON (e.meeting_id) m.id, (m.starts_at AT TIME ZONE o.time_zone)::date AS held_on, e.after AS state,
       d.day AS said_on
FROM prospecting_meeting m
JOIN tenants_organisation o ON o.id = m.organisation_id
JOIN prospecting_meetingevent e ON e.organisation_id = %(org)s AND e.meeting_id = m.id
CROSS JOIN LATERAL (
    SELECT CASE WHEN e.verb = 'hold' THEN least(m.starts_at, e.at) ELSE e.at END AT TIME ZONE o.time_zone
) t (at)
CROSS JOIN LATERAL (SELECT t.at::date) d (day)
WHERE m.organisation_id = %(org)s AND d.day <= %(as_of)s AND {which}
ORDER BY e.meeting_id, e.at DESC, e.recorded_at DESC, e.id DESC
"""
RECENT = "(m.starts_at >= %(since)s::date - 1 OR m.marked_at >= %(since)s::date - 1)"

# In the hands of who booked it; of who was the host where a partner did.
MEETINGS_BY_DAY = f"""
WITH known AS MATERIALIZED ({STATES.format(which=RECENT)})
SELECT n.metric, n.day - DATE '0001-01-01' + 1, coalesce(m.booked_by_id, m.host_id), m.team_id, m.engagement_id,
       coalesce(s.name, ''), m.channel, m.in_target, count(*)
FROM known k
JOIN prospecting_meeting m ON m.organisation_id = %(org)s AND m.id = k.id
LEFT JOIN prospecting_segment s ON s.organisation_id = %(org)s AND s.id = m.segment_id
CROSS JOIN LATERAL (VALUES ('meetings_held', k.held_on, k.state = ANY(%(held)s)),
                           ('meetings_accepted', k.said_on, k.state = ANY(%(accepted)s))) n (metric, day, counts)
WHERE n.counts AND n.day >= %(since)s
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
"""

ANY_LOGGED = """
SELECT EXISTS (SELECT FROM prospecting_activity a WHERE a.organisation_id = %(org)s AND a.kind <> 'lead'
               AND a.day >= %(since)s AND a.day <= %(as_of)s),
       EXISTS (SELECT FROM prospecting_meeting m JOIN tenants_organisation o ON o.id = m.organisation_id
               WHERE m.organisation_id = %(org)s
               AND m.starts_at >= %(since)s::date::timestamp AT TIME ZONE o.time_zone
               AND m.starts_at < (%(as_of)s::date + 1)::timestamp AT TIME ZONE o.time_zone)
"""


@dataclass(frozen=True, slots=True, eq=False)
class Logged:
    """rows: COLUMNS; day a proleptic ordinal, owner the person, segment a name, "" for none; value a count of that day.

    metrics: those of which something was logged in the window, so that nothing typed counts for them.
    """

    rows: pd.DataFrame
    metrics: frozenset[str]

    @property
    def in_target(self) -> pd.DataFrame:
        return self.rows[self.rows["in_target"]]

    @property
    def off_target(self) -> pd.DataFrame:
        return self.rows[~self.rows["in_target"]]


NOTHING = Logged(pd.DataFrame(columns=COLUMNS), frozenset())


def daily(*, since: date, as_of: date) -> Logged:
    """Count the days from `since` to `as_of`. Three queries, however many rows."""
    given = parameters(as_of) | {"since": since}
    with connection.cursor() as cursor:
        rows: list[tuple[Any, ...]] = []
        for sql in (ACTIVITIES, MEETINGS_BY_DAY):
            cursor.execute(sql, given)
            rows += cursor.fetchall()
    found = pd.DataFrame(rows, columns=COLUMNS)
    return Logged(
        found.astype({"day": "int64", "in_target": "bool", "value": "float64"}),
        logged(since=since, as_of=as_of),
    )


def logged(*, since: date, as_of: date) -> frozenset[str]:
    """The metrics of which something was logged on these days: contacts of any kind, meetings of any state. One query."""
    with connection.cursor() as cursor:
        cursor.execute(ANY_LOGGED, parameters(as_of) | {"since": since})
        activities, meetings = cursor.fetchone()
    return (OF_ACTIVITIES if activities else frozenset()) | (OF_MEETINGS if meetings else frozenset())


def parameters(as_of: date) -> dict[str, Any]:
    """What the statements about meetings as of a day take."""
    return {
        "org": current_organisation_id(), "as_of": as_of, "held": sorted(HELD), "accepted": sorted(ACCEPTED),
    }  # fmt: skip
