"""A file of activities: staged, judged and written by the statements that write any other activity."""

import pandas as pd

from pipeline.actions import import_tables, importing_catalogue, importing_people
from pipeline.actions.import_session import Report, Session
from pipeline.actions.importing_catalogue import COMPANIES
from pipeline.actions.importing_people import OWNERS
from pipeline.domain.importing.keys import normalise_key
from prospecting.actions import activity_sql as sql
from prospecting.actions import activity_writing as writing
from prospecting.actions.importing_contacts import settle_companies
from prospecting.domain.retention import KEPT_YEARS
from prospecting.models import Activity, Segment

COLUMNS = {
    "row": "integer",
    "external_id": "text",
    "day": "date",
    "kind": "text",
    "channel": "text",
    "quantity": "integer",
    "owner_name": "text",
    "owner_email": "text",
    "team": "text",  # never filled: a person's team is that of the day
    "company": "text",
    "company_key": "text",
    "company_external_id": "text",
    "contact": "text",
    "contact_email": "text",
    "contact_external_id": "text",
    "segment": "text",
    "note": "text",
}
CONTACTS, GIVEN, JUDGED, SEGMENTS = "import_contact", "import_given", "import_judged", "import_segment"
SEGMENT_COLUMNS = {"segment": "text", "segment_id": "uuid"}

# Who is meant: by identifier, by address, else by the name at that company. One row for each way of saying somebody.
FIND_CONTACTS = f"""
CREATE TEMP TABLE {CONTACTS} ON COMMIT DROP AS
WITH said AS (
    SELECT f.contact_external_id, f.contact_email, f.contact, d.company_id, min(f.row) AS row, min(f.day) AS first_day,
           max(f.day) AS last_day
    FROM import_row f
    LEFT JOIN {COMPANIES} d ON d.company_key = f.company_key AND d.company_external_id = f.company_external_id
    WHERE f.contact_external_id <> '' OR f.contact_email <> '' OR f.contact <> '' GROUP BY 1, 2, 3, 4
)
SELECT s.*, NULL::uuid AS contact_id FROM said s
"""
MEET_CONTACTS = (
    "s.contact_external_id <> '' AND c.external_id = s.contact_external_id",
    "s.contact_email <> '' AND lower(c.email) = s.contact_email",
    "s.contact <> '' AND s.contact_external_id = '' AND s.contact_email = '' AND c.company_id = s.company_id"
    " AND lower(c.name) = lower(s.contact)",
)
MEET = f"""
UPDATE {CONTACTS} s SET contact_id = c.id FROM prospecting_contact c
WHERE s.contact_id IS NULL AND c.organisation_id = %(organisation)s AND c.erased_at IS NULL AND c.merged_into_id IS NULL
  AND {{way}}
"""
# One for each identifier, else for each address, else for each name at a company; the rows meet them afterwards.
MAKE_CONTACTS = f"""
INSERT INTO prospecting_contact
    (id, organisation_id, company_id, external_id, name, job_title, email, phone, channel, basis, basis_note,
     collected_on, keep_until)
SELECT uuidv7(), %(organisation)s, company_id, contact_external_id, contact, '', contact_email, '', '', 'interest', '',
       first_day, (last_day + make_interval(years => %(years)s))::date
FROM (
    SELECT DISTINCT ON (coalesce(nullif(contact_external_id, ''), nullif(contact_email, ''),
                                 company_id::text || ':' || lower(contact), lower(contact))) *
    FROM {CONTACTS} WHERE contact_id IS NULL AND (company_id IS NOT NULL OR contact_external_id <> '' OR contact_email <> '')
    ORDER BY coalesce(nullif(contact_external_id, ''), nullif(contact_email, ''),
                      company_id::text || ':' || lower(contact), lower(contact)), row
) d ORDER BY row
"""

# Nobody's company, in the place of NULL: "IS NOT DISTINCT FROM" cannot be hashed, and the rows of a hundred thousand
# people of a few names would be compared with each other.
NO_COMPANY = "'00000000-0000-0000-0000-000000000000'::uuid"
GIVE = f"""
CREATE TEMP TABLE {GIVEN} ON COMMIT DROP AS
SELECT f.row, NULL::uuid AS id, f.external_id, f.day, f.kind, f.channel, coalesce(f.quantity, 1) AS quantity, o.person_id,
       NULL::uuid AS engagement_id, d.company_id, s.contact_id, g.segment_id, f.note
FROM import_row f
LEFT JOIN {OWNERS} o ON o.owner_email = f.owner_email AND o.owner_name = f.owner_name
LEFT JOIN {COMPANIES} d ON d.company_key = f.company_key AND d.company_external_id = f.company_external_id
LEFT JOIN {CONTACTS} s ON s.contact_external_id = f.contact_external_id AND s.contact_email = f.contact_email
    AND s.contact = f.contact AND coalesce(s.company_id, {NO_COMPANY}) = coalesce(d.company_id, {NO_COMPANY})
LEFT JOIN {SEGMENTS} g ON g.segment = f.segment
"""


def columns(session: Session) -> dict[str, str]:
    """The columns of the staged rows."""
    return COLUMNS


def check(session: Session) -> None:
    """Refuse days to come, segments that are not there, and names that may not be made."""
    if not session.create_unknown:
        importing_people.refuse_unknown(session)
        importing_catalogue.refuse_unknown_companies(session)
    import_tables.refuse(
        """SELECT row, %(column)s, 'still_to_come', jsonb_build_object('value', day::text)
           FROM import_row WHERE day > %(today)s""",
        session.params | {"column": session.header("day")},
    )
    _find_segments()
    import_tables.refuse(
        f"""SELECT f.row, %(column)s, 'unknown_segment', jsonb_build_object('value', f.segment)
            FROM import_row f JOIN {SEGMENTS} g ON g.segment = f.segment WHERE g.segment_id IS NULL""",
        {"column": session.header("segment")},
    )


def apply(session: Session, report: Report) -> None:
    """Write the staged rows; `report` receives the counts."""
    importing_people.settle_owners(session, report)
    settle_companies(session, report)
    _settle_contacts(session)
    import_tables.execute(f"DROP TABLE IF EXISTS pg_temp.{GIVEN}, pg_temp.{JUDGED}")
    import_tables.execute(GIVE)
    import_tables.analyse(GIVEN)
    session.progress("writing", 0, 2)
    params = session.params | writing.judging(session.organisation.time_zone)
    import_tables.execute(
        f"CREATE TEMP TABLE {JUDGED} ON COMMIT DROP AS SELECT * FROM {sql.judged(GIVEN)} j", params
    )
    import_tables.analyse(JUDGED)
    _refuse_barred(session, params)
    total = import_tables.value(f"SELECT count(*) FROM {JUDGED}")
    session.progress("writing", 1, 2)
    report.created, report.changed = writing.write_staged(
        table=JUDGED, source=Activity.Source.IMPORT, params=params
    )
    report.unchanged = total - report.created - report.changed
    session.progress("writing", 2, 2)


def _refuse_barred(session: Session, params: dict[str, object]) -> None:
    field = "company" if "company" in session.fields else "contact_email"
    import_tables.refuse(
        f"""SELECT row, %(column)s, 'left_alone', jsonb_build_object('reason', reason)
            FROM ({sql.forbidden(JUDGED)}) barred""",
        params | {"column": session.header(field)},
    )
    import_tables.execute(f'DELETE FROM {JUDGED} j USING {import_tables.REFUSED} r WHERE r."row" = j."row"')


def _find_segments() -> None:
    """The table that leads from each spelling to its segment; without one, it is not there."""
    known = {segment.key: segment.id for segment in Segment.objects.filter(is_active=True, kind="segment")}
    said = [
        row[0] for row in import_tables.rows("SELECT DISTINCT segment FROM import_row WHERE segment <> ''")
    ]
    import_tables.create(SEGMENTS, SEGMENT_COLUMNS)
    found = [(text, str(known.get(normalise_key(text)[:120], ""))) for text in said]
    import_tables.copy(SEGMENTS, pd.DataFrame(found, columns=list(SEGMENT_COLUMNS)), SEGMENT_COLUMNS)


def _settle_contacts(session: Session) -> None:
    """Find the contacts of the rows, and make those that are missing, kept as long as any other."""
    import_tables.execute(f"DROP TABLE IF EXISTS pg_temp.{CONTACTS}")
    import_tables.execute(FIND_CONTACTS)
    _meet(session)
    import_tables.execute(MAKE_CONTACTS, session.params | {"years": KEPT_YEARS})
    _meet(session)
    import_tables.analyse(CONTACTS)


def _meet(session: Session) -> None:
    import_tables.analyse(CONTACTS)
    for way in MEET_CONTACTS:
        import_tables.execute(MEET.format(way=way), session.params)
