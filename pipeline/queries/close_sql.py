"""The close in force of each opportunity, in SQL, from a table of events: see `pipeline.models.Close`."""

from typing import Any

from pipeline.queries.passage_sql import NOBODY, VISIBLE, StageOrder

COLUMNS = (
    "kind",
    "closed_on",
    "opened_on",
    "team_id",
    "owner_id",
    "amount_minor",
    "margin_minor",
    "segment",
    "channel",
    "company_id",
    "product_id",
    "is_told",
    "is_lost_first",
)

# Of what was closed on or after %(since)s: the events of an earlier close can say nothing of a later one.
CLOSES = f"""
SELECT c.opportunity_id, c.kind, c.closed_on, o.created_on AS opened_on,
       coalesce(c.team_id, o.team_id, {NOBODY}) AS team_id, coalesce(c.owner_id, o.owner_id, {NOBODY}) AS owner_id,
       coalesce(c.amount_minor, o.amount_minor) AS amount_minor, coalesce(c.margin_minor, o.margin_minor) AS margin_minor,
       o.segment, o.channel, o.company_id, o.product_id,
       coalesce(s.is_told, false) AS is_told, coalesce(c.kind = 'lost' AND s.is_told AND NOT s.has_passed, false) AS is_lost_first
FROM (
    -- A close that was undone since is none.
    SELECT DISTINCT ON (e.opportunity_id) e.opportunity_id, CASE e.kind WHEN 'stage' THEN k.kind ELSE 'open' END AS kind,
           e.occurred_on AS closed_on, e.team_id, e.owner_id, e.amount_minor, e.margin_minor
    FROM {{events}} e
    JOIN pipeline_stage k ON k.organisation_id = %(org)s AND k.id = e.stage_id
    WHERE {VISIBLE} AND (e.kind = 'stage' AND k.kind <> 'open' OR e.kind = 'reopen')
      AND e.occurred_on >= %(since)s::date AND e.occurred_on <= %(as_of)s
    ORDER BY e.opportunity_id, e.occurred_on DESC, e.id DESC
) c
JOIN {{opportunities}} o ON o.organisation_id = %(org)s AND o.id = c.opportunity_id
LEFT JOIN (
    -- Of every deal: grouping all events costs less than finding those of most deals.
    SELECT e.opportunity_id, bool_or(e.stage_id <> %(first)s::uuid) AS has_passed, bool_or(e.source <> 'inferred') AS is_told
    FROM {{events}} e
    WHERE {VISIBLE} AND e.kind = 'stage' AND e.stage_id = ANY(%(open)s::uuid[])
      AND (e.occurred_on IS NULL OR e.occurred_on <= %(as_of)s)
    GROUP BY 1
) s ON s.opportunity_id = c.opportunity_id
WHERE c.kind <> 'open'
"""


def open_stages(stages: list[StageOrder]) -> dict[str, Any]:
    """The parameters of CLOSES about the stages."""
    found = [stage.id for stage in stages if stage.kind == "open"]
    return {"open": found, "first": next(iter(found), None)}
