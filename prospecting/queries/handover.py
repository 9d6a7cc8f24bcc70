"""How meetings change hands: judged, accepted, answered after how long, by where they came from. As of a day."""

from dataclasses import dataclass
from datetime import date
from typing import cast
from uuid import UUID

import pandas as pd
from django.db import connection

from prospecting.domain.meetings import ACCEPTED, REFUSED
from prospecting.queries.facts import RECENT, STATES, parameters

MEETINGS = f"""
WITH known AS MATERIALIZED ({STATES.format(which=RECENT)})
SELECT m.engagement_id, e.name, m.host_id, m.booked_by_id, k.state, coalesce(a.day, k.said_on) - k.held_on, m.opportunity_id IS NOT NULL
FROM known k
JOIN prospecting_meeting m ON m.organisation_id = %(org)s AND m.id = k.id
JOIN tenants_organisation o ON o.id = m.organisation_id
LEFT JOIN prospecting_engagement e ON e.organisation_id = %(org)s AND e.id = m.engagement_id
CROSS JOIN LATERAL (SELECT (m.answered_at AT TIME ZONE o.time_zone)::date) d (day)
LEFT JOIN LATERAL (SELECT d.day WHERE d.day <= %(as_of)s) a (day) ON true
WHERE k.state = ANY(%(held)s) AND k.held_on >= %(since)s AND m.in_target
"""
COLUMNS = ["engagement", "name", "host", "booked_by", "state", "delay", "opened"]


@dataclass(frozen=True, slots=True)
class HandOver:
    """held: in target, in the window. judged: without those that wait or are disputed. p50, p80: days to the answer."""

    held: int
    judged: int
    accepted: int
    opened: int
    p50: float | None
    p80: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Meetings:
    """The meetings held in a window, one a row: COLUMNS."""

    rows: pd.DataFrame

    def own(self) -> HandOver:
        return _summed(self.rows[self.rows["engagement"].isna()])

    def partners(self) -> list[tuple[UUID, str, HandOver]]:
        """By name of the engagement, never by result."""
        groups = self.rows[self.rows["engagement"].notna()].groupby(["name", "engagement"])
        return [(cast(UUID, engagement), str(name), _summed(rows)) for (name, engagement), rows in groups]

    def hosted_by(self, person: UUID) -> HandOver:
        """What others brought to this person."""
        rows = self.rows
        return _summed(rows[(rows["host"] == person) & (rows["booked_by"] != person)])

    def booked_by(self, person: UUID) -> HandOver:
        """What this person brought to others."""
        rows = self.rows
        return _summed(rows[(rows["booked_by"] == person) & (rows["host"] != person)])


def meetings(*, since: date, as_of: date) -> Meetings:
    """One query."""
    with connection.cursor() as cursor:
        cursor.execute(MEETINGS, parameters(as_of) | {"since": since})
        return Meetings(pd.DataFrame(cursor.fetchall(), columns=COLUMNS).astype({"opened": "bool"}))


def _summed(rows: pd.DataFrame) -> HandOver:
    accepted = rows["state"].isin(sorted(ACCEPTED))
    judged = accepted | rows["state"].isin(sorted(REFUSED))
    delays = rows.loc[judged, "delay"].astype(float)
    return HandOver(
        held=len(rows), judged=int(judged.sum()), accepted=int(accepted.sum()), opened=int(rows["opened"].sum()),
        p50=float(delays.quantile(0.5)) if len(delays) else None,
        p80=float(delays.quantile(0.8)) if len(delays) else None,
    )  # fmt: skip
