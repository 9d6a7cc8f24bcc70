"""A stage history: one row per transition, of opportunities that exist.

Every row but exact repeats becomes an event; skips, steps back, rows out of order and rows after the close are kept
and counted, and the derivation of passages says what they mean (pipeline.domain.passages).

The present state is the opportunity file's. A history moves it only forward in time: when the opportunity is open
in a stage that it entered on a known day (which the history itself may tell), and the history ends later than that day
in another stage; or when the history gives a close its missing date.
"""

from collections.abc import Sequence

from pipeline.actions import import_tables, importing_people
from pipeline.actions.import_session import Report, Session
from pipeline.actions.importing_people import OWNERS, TEAM_ON_DAY, TEAMS
from pipeline.models import Stage

RESOLVED = "import_resolved"
SLICE_ROWS = 100_000

COLUMNS = {
    "row": "integer",
    "external_id": "text",
    "stage_id": "uuid",
    "entered_at": "date",
    "owner_email": "text",
    "owner_name": "text",
    "team": "text",
    "amount_minor": "bigint",
}

UNKNOWN_OPPORTUNITIES = """
SELECT f.row, %(column)s, 'unknown_opportunity', jsonb_build_object('value', f.external_id)
FROM import_row f
WHERE NOT EXISTS (SELECT FROM pipeline_opportunity o
                  WHERE o.organisation_id = %(organisation)s AND o.external_id = f.external_id)
"""

# `repeated`: said on an earlier row, or by an earlier history.
RESOLVE = f"""
CREATE TEMP TABLE {RESOLVED} ON COMMIT DROP AS
SELECT f.row, o.id AS opportunity_id, f.stage_id, f.entered_at, coalesce(ow.person_id, o.owner_id) AS owner_id,
       te.team_id AS team_said, ow.team_now_id, o.team_id AS o_team_id, f.amount_minor, s.kind AS stage_kind, so.place,
       row_number() OVER (PARTITION BY o.id, f.stage_id, f.entered_at ORDER BY f.row) > 1 OR EXISTS (
           SELECT FROM pipeline_opportunityevent e
           WHERE e.organisation_id = %(organisation)s AND e.opportunity_id = o.id AND e.kind = 'stage'
             AND e.source = 'history' AND e.stage_id = f.stage_id AND e.occurred_on = f.entered_at
       ) AS repeated
FROM import_row f
JOIN pipeline_opportunity o ON o.organisation_id = %(organisation)s AND o.external_id = f.external_id
JOIN pipeline_stage s ON s.organisation_id = %(organisation)s AND s.id = f.stage_id
JOIN (VALUES {{places}}) so (stage_id, place) ON so.stage_id = f.stage_id
LEFT JOIN {OWNERS} ow ON ow.owner_email = f.owner_email AND ow.owner_name = f.owner_name
LEFT JOIN {TEAMS} te ON te.team = f.team
"""

WRITE = f"""
INSERT INTO pipeline_opportunityevent
    (id, organisation_id, opportunity_id, kind, occurred_on, source, import_run, actor_id, changed, stage_id, owner_id,
     team_id, amount_minor)
SELECT uuidv7(), %(organisation)s, r.opportunity_id, 'stage', r.entered_at, 'history', %(run)s, %(actor)s, '',
       r.stage_id, r.owner_id, coalesce(r.team_said, tm.team_id, r.team_now_id, r.o_team_id), r.amount_minor
FROM {RESOLVED} r
{TEAM_ON_DAY.format(owner="r.owner_id", day="r.entered_at")}
WHERE NOT r.repeated AND r.row BETWEEN %(first)s AND %(last)s
ORDER BY r.row
"""

# Over the file's distinct rows, each opportunity's by date, then stage order.
ODDITIES = f"""
SELECT count(*) FILTER (WHERE place > before + 1 AND stage_kind = 'open'
                           OR before < %(last_open)s AND stage_kind = 'won') AS skipped,
       count(*) FILTER (WHERE place < before AND NOT after_close) AS backward,
       count(*) FILTER (WHERE after_close) AS after_close,
       count(*) FILTER (WHERE entered_at < latest_above) AS out_of_order
FROM (
    SELECT place, stage_kind, entered_at,
           lag(place) OVER told AS before,
           coalesce(bool_or(stage_kind <> 'open') OVER (told ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), false)
               AS after_close,
           max(entered_at) OVER (PARTITION BY opportunity_id ORDER BY row
                                 ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS latest_above
    FROM (SELECT DISTINCT ON (opportunity_id, stage_id, entered_at) * FROM {RESOLVED}
          ORDER BY opportunity_id, stage_id, entered_at, row) once
    WINDOW told AS (PARTITION BY opportunity_id ORDER BY entered_at, place)
) d
"""

# By all that histories have told of the file's opportunities, so that it is the same in one file, in several, or again.
MOVE_PRESENT = f"""
WITH told AS (
    SELECT DISTINCT ON (e.opportunity_id) e.opportunity_id, e.stage_id, s.kind AS stage_kind, e.occurred_on AS entered_at
    FROM (SELECT DISTINCT opportunity_id FROM {RESOLVED}) r
    JOIN pipeline_opportunityevent e ON e.organisation_id = %(organisation)s AND e.opportunity_id = r.opportunity_id
    JOIN pipeline_stage s ON s.organisation_id = %(organisation)s AND s.id = e.stage_id
    JOIN (VALUES {{places}}) so (stage_id, place) ON so.stage_id = e.stage_id
    WHERE e.kind = 'stage' AND e.source = 'history'
    ORDER BY e.opportunity_id, e.occurred_on DESC, so.place DESC
), present AS (
    SELECT t.*, o.stage_id AS o_stage_id, o.closed_on AS o_closed_on, o.created_on, os.kind AS o_kind, (
        SELECT max(e.occurred_on) FROM pipeline_opportunityevent e
        WHERE e.organisation_id = %(organisation)s AND e.opportunity_id = o.id AND e.stage_id = o.stage_id
          AND e.kind = 'stage'
    ) AS entered_present
    FROM told t
    JOIN pipeline_opportunity o ON o.organisation_id = %(organisation)s AND o.id = t.opportunity_id
    JOIN pipeline_stage os ON os.organisation_id = %(organisation)s AND os.id = o.stage_id
)
UPDATE pipeline_opportunity o
SET stage_id = p.stage_id, closed_on = CASE WHEN p.stage_kind <> 'open' THEN p.entered_at END
FROM present p
WHERE o.organisation_id = %(organisation)s AND o.id = p.opportunity_id
  AND (p.stage_kind = 'open' OR p.created_on IS NULL OR p.created_on <= p.entered_at)
  AND (p.o_kind = 'open' AND p.stage_id <> p.o_stage_id AND p.entered_at > p.entered_present
       OR p.o_kind <> 'open' AND p.stage_id = p.o_stage_id AND p.o_closed_on IS NULL)
"""


def columns(session: Session) -> dict[str, str]:
    """The columns of the staged rows."""
    return COLUMNS


def check(session: Session) -> None:
    """Refuse the rows of opportunities that do not exist, and unknown names when they may not be created."""
    import_tables.refuse(UNKNOWN_OPPORTUNITIES, session.params | {"column": session.header("external_id")})
    if not session.create_unknown:
        importing_people.refuse_unknown(session)


def apply(session: Session, report: Report) -> None:
    """Write the staged rows as events; `report` receives the counts."""
    importing_people.settle_owners(session, report)
    importing_people.settle_teams(report)
    import_tables.execute(f"DROP TABLE IF EXISTS pg_temp.{RESOLVED}")
    places = _places(session.stages)
    import_tables.execute(RESOLVE.format(places=places), session.params)
    import_tables.execute(f"CREATE INDEX ON {RESOLVED} (row)")
    import_tables.analyse(RESOLVED)
    import_tables.execute("SET CONSTRAINTS ALL IMMEDIATE")
    _note_oddities(session, report)
    ranges = import_tables.slices(RESOLVED, SLICE_ROWS)
    for number, (first, last) in enumerate(ranges):
        session.progress("writing", number, len(ranges))
        report.created += import_tables.execute(WRITE, session.params | {"first": first, "last": last})
    report.repeated = report.unchanged = import_tables.value(
        f"SELECT count(*) FROM {RESOLVED} WHERE repeated"
    )
    report.note("history_repeats", count=report.repeated)
    report.moved = import_tables.execute(MOVE_PRESENT.format(places=places), session.params)
    report.note("present_moved", count=report.moved)
    session.progress("writing", len(ranges), len(ranges))


def _note_oddities(session: Session, report: Report) -> None:
    """Count what is odd in the file."""
    last_open = sum(stage.kind == "open" for stage in session.stages) - 1
    counts = import_tables.rows(ODDITIES, {"last_open": last_open})[0]
    names = ("history_skips", "history_steps_back", "history_after_close", "history_out_of_order")
    for code, count in zip(names, counts, strict=True):
        report.note(code, count=count)


def _places(stages: Sequence[Stage]) -> str:
    """VALUES of the stages with their order: open ones 0, 1, 2 …, closed ones after them."""
    return ", ".join(f"('{stage.id}'::uuid, {place})" for place, stage in enumerate(stages))
