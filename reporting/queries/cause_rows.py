"""The deals, meetings and contacts behind a stored cause, as of its run: the rows that its signal was counted from."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from prospecting.queries import facts as logged
from reporting.models import CauseResult
from reporting.queries import cause_deals
from reporting.queries.cause_signals import LONG_SILENCE, SILENT, SLIPPED, VALUED, parameters
from tenants.planner import by_whole_tables

ROWS = 50

WITHIN = "(%(everybody)s OR {team} = ANY(%(teams)s) OR {owner} = %(person)s)"
IN_HANDS = WITHIN.format(team="d.team_id", owner="d.owner_id")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of evidence; what a rule does not speak of is empty. opportunity_id, meeting_id: where it can be opened.

    day: of what is counted (the close, the last touch, the meeting). other: the second day or figure of the rule.
    """

    opportunity_id: UUID | None
    meeting_id: UUID | None
    name: str
    company: str
    owner: str
    stage: str
    day: date | None
    other_day: date | None
    amount_minor: int | None
    other_minor: int | None
    text: str
    number: float | None


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Row]
    count: int


def evidence(cause: CauseResult, *, teams: Collection[UUID], page: int) -> Page:
    """One page of the rows behind a cause. teams: the scope's team and those below it. Seven statements for deals, one for
    what was logged."""
    day = cause.run.as_of
    sql, of_deals = EVIDENCE[cause.rule]
    given = parameters(day) | {
        "everybody": cause.team_id is None and cause.person_id is None, "teams": list(teams),
        "person": cause.person_id, "limit": ROWS, "offset": (max(page, 1) - 1) * ROWS,
    }  # fmt: skip
    names: dict[str, str] = {}
    if of_deals:
        found = cause_deals.deals(day)
        names = {"closed": found.closed, "opened": found.opened}
        odds: dict[str, float] = cause.inputs.get("odds", {})
        given |= {"stages": [*odds], "odds": [*odds.values()]}
    with connection.cursor() as cursor, by_whole_tables(cursor):
        cursor.execute(sql.format(**names), given)
        rows = cursor.fetchall()
    return Page([Row(*row[1:]) for row in rows], rows[0][0] if rows else 0)


def _deals(
    where: str, *, source: str = "closed", day: str = "d.closed_on", other_day: str = "NULL::date", other: str = "NULL::bigint", text: str = "''",
    number: str = "NULL::float8", before: str = "", joins: str = "", order: str = "day DESC NULLS LAST",
) -> str:  # fmt: skip
    """SQL of a page of closed or open deals."""
    stage = "d.stage_id" if source == "opened" else "o.stage_id"
    return f"""
    {before}
    SELECT count(*) OVER (), d.opportunity_id, NULL::uuid, coalesce(nullif(o.name, ''), o.external_id), coalesce(c.name, ''),
           coalesce(w.name, ''), k.name, {day} AS day, {other_day}, d.amount_minor, {other}, {text}, {number} AS number
    FROM {{{source}}} d
    JOIN pipeline_opportunity o ON o.organisation_id = %(org)s AND o.id = d.opportunity_id
    JOIN pipeline_stage k ON k.organisation_id = %(org)s AND k.id = {stage}
    LEFT JOIN pipeline_company c ON c.organisation_id = %(org)s AND c.id = d.company_id
    LEFT JOIN tenants_person w ON w.organisation_id = %(org)s AND w.id = d.owner_id
    {joins}
    WHERE {IN_HANDS} AND {where}
    ORDER BY {order}, d.opportunity_id LIMIT %(limit)s OFFSET %(offset)s
    """


def _contacts(where: str) -> str:
    """SQL of a page of prospects contacted: text says through which channel, number how many, other_day the meeting."""
    within = WITHIN.format(team="a.team_id", owner="a.person_id")
    return f"""
    WITH known AS ({logged.STATES.format(which=logged.RECENT)}), met AS (
        SELECT m.company_id, min(k.held_on) AS day FROM known k
        JOIN prospecting_meeting m ON m.organisation_id = %(org)s AND m.id = k.id
        WHERE k.state = ANY(%(held)s) AND k.held_on <= %(as_of)s AND k.held_on >= %(recent)s GROUP BY 1
    )
    SELECT count(*) OVER (), NULL::uuid, NULL::uuid, coalesce(c.name, ''), coalesce(c.name, ''), coalesce(w.name, ''), '',
           a.day AS day, t.day, NULL::bigint, NULL::bigint, a.channel, a.quantity::float8
    FROM prospecting_activity a
    LEFT JOIN pipeline_company c ON c.organisation_id = %(org)s AND c.id = a.company_id
    LEFT JOIN tenants_person w ON w.organisation_id = %(org)s AND w.id = a.person_id
    LEFT JOIN met t ON t.company_id = a.company_id
    WHERE a.organisation_id = %(org)s AND a.day >= %(recent)s AND a.day <= %(as_of)s AND a.is_first
      AND a.kind IN ('contact', 'conversation') AND {within} AND {where}
    ORDER BY a.day DESC, a.id LIMIT %(limit)s OFFSET %(offset)s
    """


ACTIVITIES_DONE = f"""
SELECT count(*) OVER (), NULL::uuid, NULL::uuid, coalesce(c.name, ''), coalesce(c.name, ''), coalesce(w.name, ''), '',
       a.day AS day, NULL::date, NULL::bigint, NULL::bigint, a.channel, a.quantity::float8
FROM prospecting_activity a
LEFT JOIN pipeline_company c ON c.organisation_id = %(org)s AND c.id = a.company_id
LEFT JOIN tenants_person w ON w.organisation_id = %(org)s AND w.id = a.person_id
WHERE a.organisation_id = %(org)s AND a.day >= %(recent)s AND a.day <= %(as_of)s AND a.kind <> 'lead'
  AND {WITHIN.format(team="a.team_id", owner="a.person_id")}
ORDER BY a.day DESC, a.id LIMIT %(limit)s OFFSET %(offset)s
"""

REFUSED_MEETINGS = f"""
WITH known AS ({logged.STATES.format(which=logged.RECENT)})
SELECT count(*) OVER (), NULL::uuid, m.id, m.company_name, m.company_name, coalesce(w.name, ''), '', k.held_on AS day,
       NULL::date, NULL::bigint, NULL::bigint, coalesce(nullif(m.reason, ''), u.label, ''), NULL::float8
FROM known k
JOIN prospecting_meeting m ON m.organisation_id = %(org)s AND m.id = k.id
LEFT JOIN prospecting_criterion u ON u.organisation_id = %(org)s AND u.id = m.unmet_id
LEFT JOIN tenants_person w ON w.organisation_id = %(org)s AND w.id = coalesce(m.booked_by_id, m.host_id)
WHERE k.state = ANY(%(refused)s) AND k.held_on >= %(recent)s AND k.held_on <= %(as_of)s
  AND {WITHIN.format(team="m.team_id", owner="coalesce(m.booked_by_id, m.host_id)")}
ORDER BY k.held_on DESC, m.id LIMIT %(limit)s OFFSET %(offset)s
"""

RECENT = "d.closed_on >= %(recent)s"
WON = "d.kind = 'won' AND d.closed_on >= %(recent)s AND d.amount_minor > 0"
OPEN = "d.kind = 'open'"

# By rule: the statement, and whether it reads the histories of deals.
EVIDENCE: dict[str, tuple[str, bool]] = {
    "off_target_share": (_contacts("NOT a.in_target"), False),
    "contact_rate": (_contacts("a.in_target"), False),
    "acceptance_rate": (REFUSED_MEETINGS, False),
    "segment_mix": (_deals(RECENT, text="d.segment"), True),
    "first_stage_loss": (_deals(f"{RECENT} AND d.is_lost_first", text="o.lost_reason"), True),
    "silent_deals": (
        _deals(
            f"{OPEN} AND {SILENT}", source="opened", day="coalesce(t.day, d.opened_on)", before=f"WITH {LONG_SILENCE}",
            joins="CROSS JOIN usual u LEFT JOIN last_touch t ON t.opportunity_id = d.opportunity_id",
            number="(%(as_of)s - coalesce(t.day, d.opened_on))::float8", order="day",
        ),
        True,
    ),
    "slipped_closes": (
        _deals(
            f"{OPEN} AND {SLIPPED}", source="opened", day="d.first_expected_on", other_day="d.expected_close_on",
            number="d.pushes::float8", order="day",
        ),
        True,
    ),
    "effort_on_small": (
        _deals(
            "v.is_small", source="opened", day="d.entered_on", before=f"WITH {VALUED}", number="s.effort / v.beside",
            joins="JOIN valued v ON v.opportunity_id = d.opportunity_id JOIN spent s ON s.company_id = v.company_id",
            other="round(v.value)::bigint", order="number DESC",
        ),
        True,
    ),
    "load": (_deals(OPEN, source="opened", day="d.entered_on", order="w.name, day"), True),
    "activity_load": (ACTIVITIES_DONE, False),
    "average_value": (_deals(WON), True),
    "discount": (_deals(f"{WON} AND d.list_price_minor > 0", other="d.list_price_minor"), True),
    "margin_rate": (_deals(f"{WON} AND d.margin_minor IS NOT NULL", other="d.margin_minor"), True),
}  # fmt: skip
