"""Opportunities: one row each, with the present stage and the dates that the source kept.

1. Refuse what only the database can see. 2. Make the names that are missing. 3. Resolve every row: ids instead
of names, whether the opportunity is known, and the dated entries that the row proves. 4. Write the new ones, slice
by slice. 5. Compare the known ones with what is stored, and write what differs (importing_known.py).
"""

from dataclasses import dataclass
from uuid import UUID

from pipeline.actions import import_tables, importing_catalogue, importing_known, importing_people
from pipeline.actions.import_session import Report, Session
from pipeline.actions.importing_people import OWNERS, TEAM_ON_DAY, TEAMS
from pipeline.domain.importing.fields import ENTERED_AT
from pipeline.models import ImportRun, Stage

RESOLVED = "import_resolved"
SLICE_ROWS = 50_000

COLUMNS = {
    "row": "integer",
    "external_id": "text",
    "name": "text",
    "owner_email": "text",
    "owner_name": "text",
    "team": "text",
    "company": "text",
    "company_key": "text",
    "company_external_id": "text",
    "product": "text",
    "product_key": "text",
    "segment": "text",
    "channel": "text",
    "stage_id": "uuid",
    "amount_minor": "bigint",
    "margin_minor": "bigint",
    "recurring_minor": "bigint",
    "contract_months": "smallint",
    "created_on": "date",
    "expected_close_on": "date",
    "closed_on": "date",
    "lost_reason": "text",
}

CREATED_IS_SECOND_STAGE = "created_is_second_stage"
SURE_FROM_ROWS = 20  # rows in the first stage before their empty dates mean something
SURE_SHARE = 0.95  # of the rows beyond it that must have the date


@dataclass(frozen=True, slots=True)
class Entries:
    """Which columns of the staged rows date the entry into which stage."""

    columns: tuple[tuple[str, Stage], ...]  # of entered_at:<Stage> fields
    created_stage: UUID  # the stage whose entry created_on proves

    @property
    def open(self) -> dict[str, str]:
        """Column → stage, as SQL: the entries into open stages.

        An entry into a closed stage that is not the present one contradicts it, and proves nothing.
        """
        return {column: f"'{stage.id}'::uuid" for column, stage in self.columns if stage.kind == "open"}


def entry_columns(session: Session) -> dict[str, tuple[str, Stage]]:
    """Field `entered_at:<Stage>` → (column of the staged rows, stage)."""
    stages = {stage.name: (number, stage) for number, stage in enumerate(session.stages)}
    return {
        field: (f"entered_{stages[name][0]}", stages[name][1])
        for field in session.mapping.columns.values()
        if field.startswith(ENTERED_AT) and (name := field.removeprefix(ENTERED_AT)) in stages
    }


def columns(session: Session) -> dict[str, str]:
    """The columns of the staged rows."""
    return COLUMNS | {column: "date" for column, _stage in entry_columns(session).values()}


def check(session: Session) -> None:
    """Refuse the rows that contradict what is stored, or name what may not be created."""
    if not session.create_unknown:
        importing_people.refuse_unknown(session)
        importing_catalogue.refuse_unknown(session)
    import_tables.refuse(CLOSED_BEFORE_CREATED, session.params | {"column": session.header("closed_on")})


def apply(session: Session, report: Report) -> None:
    """Write the staged rows; `report` receives the counts."""
    entries = Entries(tuple(entry_columns(session).values()), _created_stage(session, report))
    importing_catalogue.settle(session, report)
    importing_people.settle_owners(session, report)
    importing_people.settle_teams(report)
    import_tables.execute(f"DROP TABLE IF EXISTS pg_temp.{RESOLVED}")
    params = session.params | {"created_stage": entries.created_stage}
    import_tables.execute(_resolve_sql(entries), params)
    import_tables.execute(f"CREATE INDEX ON {RESOLVED} (row)")
    import_tables.analyse(RESOLVED)
    # References are checked as each statement ends: a million rows leave no queue of checks behind in memory.
    import_tables.execute("SET CONSTRAINTS ALL IMMEDIATE")
    ranges = import_tables.slices(RESOLVED, SLICE_ROWS)
    for number, (first, last) in enumerate(ranges):
        session.progress("writing", number, len(ranges))
        window = params | {"first": first, "last": last}
        report.created += import_tables.execute(NEW_OPPORTUNITIES, window)
        import_tables.execute(_new_events_sql(entries), window)
    report.changed = importing_known.apply(params, entries.open)
    total = import_tables.value(f"SELECT count(*) FROM {RESOLVED}")
    report.unchanged = total - report.created - report.changed
    session.progress("writing", len(ranges), len(ranges))


def _created_stage(session: Session, report: Report) -> UUID:
    """The stage whose entry created_on proves: the first, unless the file shows that it cannot be.

    A date that no row of the first stage has, while nearly all the others do, is not the day of creation: it is
    the day of the next stage. Once seen in a whole file, the same is understood of later, smaller ones.
    """
    stages = [stage for stage in session.stages if stage.kind == "open"]
    if len(stages) < 2 or "created_on" not in session.fields:
        return stages[0].id
    first_rows, first_dated, other_rows, other_dated = import_tables.rows(
        """SELECT count(*) FILTER (WHERE stage_id = %(first)s), count(created_on) FILTER (WHERE stage_id = %(first)s),
                  count(*) FILTER (WHERE stage_id <> %(first)s), count(created_on) FILTER (WHERE stage_id <> %(first)s)
           FROM import_row""",
        {"first": stages[0].id},
    )[0]
    shown = first_rows >= SURE_FROM_ROWS and other_rows > 0 and other_dated >= SURE_SHARE * other_rows
    if first_dated or not (shown or _read_so_before()):
        return stages[0].id
    report.note(
        CREATED_IS_SECOND_STAGE,
        header=session.header("created_on"),
        first=stages[0].name,
        second=stages[1].name,
    )
    return stages[1].id


def _read_so_before() -> bool:
    reports = ImportRun.objects.filter(kind="opportunities", status=ImportRun.Status.FINISHED)
    return bool(reports.filter(report__notes__contains=[{"code": CREATED_IS_SECOND_STAGE}]).exists())


CLOSED_BEFORE_CREATED = """
SELECT f.row, %(column)s, 'closed_before_created',
       jsonb_build_object('closed', m.closed_on::text, 'created', m.created_on::text)
FROM import_row f
JOIN pipeline_stage st ON st.organisation_id = %(organisation)s AND st.id = f.stage_id AND st.kind <> 'open'
LEFT JOIN pipeline_opportunity o ON o.organisation_id = %(organisation)s AND o.external_id = f.external_id
CROSS JOIN LATERAL (
    SELECT coalesce(f.created_on, o.created_on) AS created_on,
           coalesce(f.closed_on, CASE WHEN o.stage_id = f.stage_id THEN o.closed_on END) AS closed_on
) m
WHERE m.closed_on < m.created_on
"""


def _resolve_sql(entries: Entries) -> str:
    """Rows with ids. `entry_of_present`: when the row's present stage was entered, if the row tells.

    `created_entry`: created_on where it is the only date of the stage that it proves.
    """
    given = {stage.id: f"f.{column}" for column, stage in entries.columns}
    created_entry = f"CASE WHEN {given.get(entries.created_stage, 'NULL')} IS NULL THEN f.created_on END"
    cases = " ".join(f"WHEN f.stage_id = '{stage}' THEN {column}" for stage, column in given.items())
    present = f"CASE {cases} END" if cases else "NULL::date"
    listed = "".join(f", f.{column}" for column, _stage in entries.columns)
    return f"""
CREATE TEMP TABLE {RESOLVED} ON COMMIT DROP AS
SELECT f.row, f.external_id, o.id AS known_id, coalesce(o.id, uuidv7()) AS opportunity_id, f.name, f.segment, f.channel,
       f.stage_id, st.kind AS stage_kind, ow.person_id AS owner_id, te.team_id AS team_said, ow.team_now_id,
       c.company_id, p.id AS product_id, f.amount_minor, f.margin_minor, f.recurring_minor, f.contract_months,
       f.created_on, f.expected_close_on, f.lost_reason{listed},
       e.created_entry, CASE WHEN st.kind <> 'open' THEN coalesce(f.closed_on, {present}) END AS closed_on,
       CASE WHEN st.kind <> 'open' THEN coalesce(f.closed_on, {present})
            ELSE coalesce({present}, CASE WHEN f.stage_id = %(created_stage)s THEN e.created_entry END)
       END AS entry_of_present
FROM import_row f
JOIN pipeline_stage st ON st.organisation_id = %(organisation)s AND st.id = f.stage_id
CROSS JOIN LATERAL (SELECT {created_entry} AS created_entry) e
LEFT JOIN {OWNERS} ow ON ow.owner_email = f.owner_email AND ow.owner_name = f.owner_name
LEFT JOIN {TEAMS} te ON te.team = f.team
LEFT JOIN import_company c ON c.company_key = f.company_key AND c.company_external_id = f.company_external_id
LEFT JOIN pipeline_product p ON p.organisation_id = %(organisation)s AND p.key = f.product_key
LEFT JOIN pipeline_opportunity o ON o.organisation_id = %(organisation)s AND o.external_id = f.external_id
ORDER BY f.row
"""


# An opportunity's team: the row's; else its owner's on the day that it closed, or today; else its owner's today.
NEW_OPPORTUNITIES = f"""
INSERT INTO pipeline_opportunity
    (id, organisation_id, external_id, name, owner_id, team_id, company_id, product_id, segment, channel, stage_id,
     amount_minor, margin_minor, recurring_minor, contract_months, created_on, expected_close_on, closed_on, lost_reason)
SELECT r.opportunity_id, %(organisation)s, r.external_id, r.name, r.owner_id,
       coalesce(r.team_said, tm.team_id, r.team_now_id), r.company_id, r.product_id, r.segment, r.channel, r.stage_id,
       r.amount_minor, r.margin_minor, r.recurring_minor, r.contract_months, r.created_on, r.expected_close_on,
       r.closed_on, r.lost_reason
FROM {RESOLVED} r
{TEAM_ON_DAY.format(owner="r.owner_id", day="coalesce(r.closed_on, %(today)s)")}
WHERE r.known_id IS NULL AND r.row BETWEEN %(first)s AND %(last)s
ORDER BY r.row
"""


def _new_events_sql(entries: Entries) -> str:
    """A new opportunity's events: the entries that its dates prove, then its present stage, dated when told.

    Only the last one carries the amounts: what was known on the earlier days is not told by the file.
    """
    dated = {**entries.open, "created_entry": "%(created_stage)s::uuid"}
    values = ", ".join(f"({stage}, r.{column})" for column, stage in dated.items())
    return f"""
INSERT INTO pipeline_opportunityevent
    (id, organisation_id, opportunity_id, kind, occurred_on, source, import_run, actor_id, changed, stage_id, owner_id,
     team_id, amount_minor, margin_minor, expected_close_on)
SELECT uuidv7(), %(organisation)s, r.opportunity_id, 'stage', v.day,
       CASE WHEN v.day IS NULL THEN 'import' ELSE 'inferred' END, %(run)s, %(actor)s, '', v.stage_id, r.owner_id,
       coalesce(r.team_said, tm.team_id, r.team_now_id), CASE WHEN v.last THEN r.amount_minor END,
       CASE WHEN v.last THEN r.margin_minor END, CASE WHEN v.last THEN r.expected_close_on END
FROM {RESOLVED} r
CROSS JOIN LATERAL (
    SELECT d.stage_id, d.day, false AS last
    FROM (VALUES {values}) d (stage_id, day)
    WHERE d.day IS NOT NULL AND d.stage_id <> r.stage_id
    UNION ALL
    SELECT r.stage_id, r.entry_of_present, true
) v
{TEAM_ON_DAY.format(owner="r.owner_id", day="coalesce(v.day, %(today)s)")}
WHERE r.known_id IS NULL AND r.row BETWEEN %(first)s AND %(last)s
ORDER BY r.row, v.last, v.day
"""
