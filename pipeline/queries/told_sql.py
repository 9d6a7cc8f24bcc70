"""What the events told of each deal by a day, in SQL: its value, its hands, when it is expected to close.

The rules are those of `pipeline.queries.histories`, which says them in words.
"""

# CTEs over {events} and stage (id, kind, ord), as of %(as_of)s: value (a row a deal) and pushed (of those with an expected
# close), for a statement that goes on from there.
TOLD = """
told AS (
    -- day: from when on it was told; null where an undated event stands in for what nothing tells.
    SELECT e.id, e.opportunity_id, e.occurred_on, e.amount_minor, e.margin_minor, e.expected_close_on, e.team_id, e.owner_id, e.recorded_at,
           s.ord < {closed} AS is_open, CASE WHEN d.day <= %(as_of)s THEN d.day END AS day
    FROM {events} e
    JOIN stage s ON s.id = e.stage_id
    JOIN tenants_organisation z ON z.id = %(org)s
    CROSS JOIN LATERAL (SELECT coalesce(e.occurred_on, (e.recorded_at AT TIME ZONE z.time_zone)::date) AS day) d
    WHERE {visible} AND (d.day <= %(as_of)s OR e.occurred_on IS NULL AND s.ord < {closed})
), ranked AS (
    -- Latest first; those that stand in after the others, the first recorded before the next.
    SELECT *, row_number() OVER (
               PARTITION BY opportunity_id
               ORDER BY day DESC NULLS LAST, CASE WHEN day IS NULL THEN recorded_at END, recorded_at DESC,
                        CASE WHEN day IS NULL THEN id END, id DESC) AS place
    FROM told
), pushed AS (
    SELECT opportunity_id, (array_agg(expected_close_on ORDER BY place DESC))[1] AS first_expected_on,
           count(*) FILTER (WHERE expected_close_on > before) AS pushes
    FROM (
        SELECT opportunity_id, expected_close_on, place,
               lag(expected_close_on) OVER (PARTITION BY opportunity_id ORDER BY place DESC) AS before
        FROM ranked WHERE expected_close_on IS NOT NULL AND day IS NOT NULL
    ) x GROUP BY 1
), value AS (
    SELECT opportunity_id, max(day) AS touched_on, max(occurred_on) AS last_event_on,
           (array_agg(amount_minor ORDER BY place) FILTER (WHERE amount_minor IS NOT NULL AND is_open))[1] AS amount_minor,
           (array_agg(amount_minor ORDER BY place) FILTER (WHERE amount_minor <> 0 AND NOT is_open))[1] AS closing_minor,
           (array_agg(margin_minor ORDER BY place) FILTER (WHERE margin_minor IS NOT NULL AND is_open))[1] AS margin_minor,
           (array_agg(margin_minor ORDER BY place) FILTER (WHERE margin_minor IS NOT NULL))[1] AS closing_margin_minor,
           (array_agg(expected_close_on ORDER BY place) FILTER (WHERE expected_close_on IS NOT NULL))[1] AS expected_close_on,
           (array_agg(team_id ORDER BY place) FILTER (WHERE team_id IS NOT NULL))[1] AS team_id,
           (array_agg(owner_id ORDER BY place) FILTER (WHERE owner_id IS NOT NULL))[1] AS owner_id
    FROM ranked GROUP BY 1
)
"""
