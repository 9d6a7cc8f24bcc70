"""What is told of each open opportunity, in SQL, from passages and events: see `pipeline.models.OpenDeal`."""

from pipeline.queries.passage_sql import CLOSED, NOBODY, VISIBLE, StageOrder, stage_values
from pipeline.queries.told_sql import TOLD

COLUMNS = (
    "stage_id",
    "opened_on",
    "team_id",
    "owner_id",
    "amount_minor",
    "company_id",
    "first_expected_on",
    "last_event_on",
    "turns_on",
)

# An open deal is one whose last passage has no way out: it has one such at most.
OPEN_DEALS = """
WITH stage (id, kind, ord) AS (VALUES {stages}
), standing AS (
    SELECT p.opportunity_id, p.stage_id, p.opened_on
    FROM {passages} p JOIN stage s ON s.id = p.stage_id AND s.kind = 'open'
    WHERE p.sign = 1 AND p.outcome IS NULL
), event AS MATERIALIZED (
    SELECT e.* FROM standing d JOIN {events} e ON e.organisation_id = %(org)s AND e.opportunity_id = d.opportunity_id
), {told}, waiting AS (
    SELECT e.opportunity_id, min(d.day) AS turns_on
    FROM event e
    JOIN tenants_organisation z ON z.id = %(org)s
    CROSS JOIN LATERAL (SELECT (e.recorded_at AT TIME ZONE z.time_zone)::date AS day) d
    WHERE {visible} AND e.occurred_on IS NULL AND d.day > %(as_of)s GROUP BY 1
)
SELECT d.opportunity_id, d.stage_id, d.opened_on, coalesce(v.team_id, {nobody}) AS team_id,
       coalesce(v.owner_id, {nobody}) AS owner_id, v.amount_minor, o.company_id, u.first_expected_on, v.last_event_on,
       w.turns_on
FROM standing d
JOIN {opportunities} o ON o.organisation_id = %(org)s AND o.id = d.opportunity_id
JOIN value v ON v.opportunity_id = d.opportunity_id
LEFT JOIN pushed u ON u.opportunity_id = d.opportunity_id
LEFT JOIN waiting w ON w.opportunity_id = d.opportunity_id
"""


def open_deals(stages: list[StageOrder], *, passages: str, events: str, opportunities: str) -> str:
    """The SELECT of the open deals (opportunity_id, COLUMNS) from these tables, as of %(as_of)s."""
    return OPEN_DEALS.format(
        stages=stage_values(stages), passages=passages, events=events, opportunities=opportunities, nobody=NOBODY,
        visible=VISIBLE, told=TOLD.format(events="event", closed=CLOSED, visible=VISIBLE),
    )  # fmt: skip
