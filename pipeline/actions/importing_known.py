"""Rows of opportunities that exist already: compared field by field, and written as events where they differ.

An empty cell says nothing: it never erases what is known. Nothing differs, nothing is written.
"""

from collections.abc import Mapping
from typing import Any

from pipeline.actions import import_tables
from pipeline.actions.importing_people import TEAM_ON_DAY

COMPARED = "import_compared"
EVENTS = "import_event"

# Name in `changed` → column; a text column says nothing when it is empty.
TEXTS = {"name": "name", "segment": "segment", "channel": "channel", "lost_reason": "lost_reason"}
VALUES = {
    "owner": "owner_id",
    "company": "company_id",
    "product": "product_id",
    "amount": "amount_minor",
    "margin": "margin_minor",
    "recurring": "recurring_minor",
    "contract": "contract_months",
    "expected_close": "expected_close_on",
    "created": "created_on",
}
PROJECTED = (*TEXTS.values(), *VALUES.values(), "team_id", "closed_on", "stage_id")

# The state after the import beside the state before (o_…).
COMPARE = f"""
CREATE TEMP TABLE {COMPARED} ON COMMIT DROP AS
SELECT r.row, r.opportunity_id, r.team_said, r.team_now_id, r.stage_kind, r.entry_of_present,
       {{entries}},
       {", ".join(f"coalesce(nullif(r.{column}, ''), o.{column}) AS {column}" for column in TEXTS.values())},
       {", ".join(f"coalesce(r.{column}, o.{column}) AS {column}" for column in VALUES.values())},
       {", ".join(f"o.{column} AS o_{column}" for column in PROJECTED)},
       CASE WHEN r.team_said IS NOT NULL THEN r.team_said
            WHEN r.owner_id IS DISTINCT FROM o.owner_id AND r.owner_id IS NOT NULL
            THEN coalesce(r.team_now_id, o.team_id) ELSE o.team_id END AS team_id,
       r.stage_id, old.kind AS o_stage_kind,
       CASE WHEN r.stage_kind = 'open' THEN NULL
            WHEN r.stage_id = o.stage_id THEN coalesce(r.closed_on, o.closed_on) ELSE r.closed_on END AS closed_on
FROM import_resolved r
JOIN pipeline_opportunity o ON o.organisation_id = %(organisation)s AND o.id = r.known_id
JOIN pipeline_stage old ON old.organisation_id = %(organisation)s AND old.id = o.stage_id
"""

EVENT_COLUMNS = """opportunity_id, kind, occurred_on, source, changed, stage_id, owner_id, team_id, amount_minor,
    margin_minor, expected_close_on"""
AFTER = "c.owner_id, c.team_id, c.amount_minor, c.margin_minor, c.expected_close_on"

# 1. A close undone: today when the deal is open again; when it is closed otherwise than was recorded, from the day
# of that close, which has then never been. 2. The new stage. 3. What the dates prove and no event says yet.
STAGE_EVENTS = f"""
CREATE TEMP TABLE {EVENTS} ON COMMIT DROP AS
SELECT c.row, 1 AS step, c.opportunity_id, 'reopen' AS kind, %(today)s::date AS occurred_on, 'import' AS source,
       '' AS changed, c.stage_id, {AFTER}
FROM {COMPARED} c WHERE c.o_stage_kind <> 'open' AND c.stage_kind = 'open'
UNION ALL
SELECT c.row, 1, c.opportunity_id, 'reopen', least(c.o_closed_on, c.closed_on, %(today)s), 'import', '', c.stage_id, {AFTER}
FROM {COMPARED} c
WHERE c.o_stage_kind <> 'open' AND c.stage_kind <> 'open'
  AND (c.stage_id <> c.o_stage_id OR c.closed_on <> c.o_closed_on)
UNION ALL
SELECT c.row, 3, c.opportunity_id, 'stage', c.entry_of_present,
       CASE WHEN c.entry_of_present IS NULL THEN 'import' ELSE 'inferred' END, '', c.stage_id, {AFTER}
FROM {COMPARED} c WHERE c.stage_id <> c.o_stage_id
UNION ALL
SELECT c.row, 2, c.opportunity_id, 'stage', v.day, 'inferred', '', v.stage_id, c.owner_id,
       coalesce(c.team_said, tm.team_id, c.team_now_id, c.team_id),
       CASE WHEN v.stage_id = c.stage_id THEN c.amount_minor END,
       CASE WHEN v.stage_id = c.stage_id THEN c.margin_minor END,
       CASE WHEN v.stage_id = c.stage_id THEN c.expected_close_on END
FROM {COMPARED} c
CROSS JOIN LATERAL (
    SELECT d.* FROM (VALUES {{values}}) d (stage_id, day, new)
    WHERE d.new AND d.day IS NOT NULL AND NOT (d.stage_id = c.stage_id AND c.stage_id <> c.o_stage_id)
) v
{TEAM_ON_DAY.format(owner="c.owner_id", day="v.day")}
WHERE NOT EXISTS (
    SELECT FROM pipeline_opportunityevent e
    WHERE e.organisation_id = %(organisation)s AND e.opportunity_id = c.opportunity_id AND e.kind = 'stage'
      AND e.stage_id = v.stage_id AND e.occurred_on = v.day
)
"""

# Values that moved. A date is told by the event that it proves; only one that proves nothing new is listed.
CHANGE_EVENTS = f"""
INSERT INTO {EVENTS} (row, step, {EVENT_COLUMNS})
SELECT c.row, 4, c.opportunity_id, 'change', NULL, 'import', m.changed, c.stage_id, {AFTER}
FROM {COMPARED} c
CROSS JOIN LATERAL (
    SELECT concat_ws(',', {{listed}}) AS changed
) m
WHERE m.changed <> ''
"""

WRITE_EVENTS = f"""
INSERT INTO pipeline_opportunityevent (id, organisation_id, import_run, actor_id, {EVENT_COLUMNS})
SELECT uuidv7(), %(organisation)s, %(run)s, %(actor)s, {EVENT_COLUMNS}
FROM {EVENTS} ORDER BY row, step, occurred_on
"""

PROJECT = f"""
UPDATE pipeline_opportunity o
SET {", ".join(f"{column} = c.{column}" for column in PROJECTED)}
FROM {COMPARED} c
WHERE o.organisation_id = %(organisation)s AND o.id = c.opportunity_id
  AND EXISTS (SELECT FROM {EVENTS} e WHERE e.row = c.row)
  AND ({", ".join(f"c.{column}" for column in PROJECTED)})
      IS DISTINCT FROM ({", ".join(f"c.o_{column}" for column in PROJECTED)})
"""


def apply(params: Mapping[str, Any], entries: Mapping[str, str]) -> int:
    """Write what the resolved rows of known opportunities change; return how many of them did.

    `entries`: column of a dated entry in the resolved rows → its stage, as SQL.
    """
    if not import_tables.value("SELECT EXISTS (SELECT FROM import_resolved WHERE known_id IS NOT NULL)"):
        return 0
    listed = ["r.created_entry", *(f"r.{column}" for column in entries)]
    values = [f"({stage}, c.{column}, true)" for column, stage in entries.items()]
    # What created_on proves was written when it came; another file may read the same date another way.
    values.append("(%(created_stage)s::uuid, c.created_entry, c.created_on IS DISTINCT FROM c.o_created_on)")
    values.append(
        "(c.stage_id, CASE WHEN c.stage_kind <> 'open' THEN c.closed_on END, c.stage_id = c.o_stage_id)"
    )
    import_tables.execute(f"DROP TABLE IF EXISTS pg_temp.{COMPARED}, pg_temp.{EVENTS}")
    import_tables.execute(COMPARE.format(entries=", ".join(listed)), params)
    import_tables.analyse(COMPARED)
    import_tables.execute(STAGE_EVENTS.format(values=", ".join(values)), params)
    import_tables.execute(CHANGE_EVENTS.format(listed=_listed()), params)
    import_tables.analyse(EVENTS)
    import_tables.execute(WRITE_EVENTS, params)
    import_tables.execute(PROJECT, params)
    return int(import_tables.value(f"SELECT count(DISTINCT row) FROM {EVENTS}"))


def _listed() -> str:
    """The names of what differs, as arguments of concat_ws."""
    proved = f"EXISTS (SELECT FROM {EVENTS} e WHERE e.row = c.row AND e.occurred_on = c.{{column}})"
    parts = [
        f"CASE WHEN c.{column} IS DISTINCT FROM c.o_{column}"
        + (f" AND NOT {proved.format(column=column)}" if column == "created_on" else "")
        + f" THEN '{name}' END"
        for name, column in ({**VALUES, "team": "team_id", "closed": "closed_on"} | TEXTS).items()
        if name != "closed"
    ]
    closed = proved.format(column="closed_on")
    parts.append(
        f"CASE WHEN c.closed_on IS DISTINCT FROM c.o_closed_on AND c.closed_on IS NOT NULL AND NOT {closed} THEN 'closed' END"
    )
    return ", ".join(parts)
