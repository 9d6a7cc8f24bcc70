"""A file of contacts: each meets who is known by identifier, then by e-mail address, and completes it."""

from pipeline.actions import import_tables, importing_catalogue
from pipeline.actions.import_session import Report, Session
from pipeline.actions.importing_catalogue import COMPANIES
from pipeline.models import Company
from prospecting.actions.classification import classify
from prospecting.domain.retention import KEPT_YEARS

COLUMNS = {
    "row": "integer",
    "external_id": "text",
    "name": "text",
    "email": "text",
    "phone": "text",
    "job_title": "text",
    "company": "text",
    "company_key": "text",
    "company_external_id": "text",
    "channel": "text",
    "collected_on": "date",
}
SAID = ("name", "email", "phone", "job_title", "channel")

RESOLVED = "import_contact_row"

# Erased people are not met: nothing says any more who they were.
RESOLVE = f"""
CREATE TEMP TABLE {RESOLVED} ON COMMIT DROP AS
SELECT f.*, coalesce(by_id.id, by_email.id) AS known_id, d.company_id
FROM import_row f
LEFT JOIN {COMPANIES} d ON d.company_key = f.company_key AND d.company_external_id = f.company_external_id
LEFT JOIN prospecting_contact by_id ON by_id.organisation_id = %(organisation)s
    AND by_id.external_id = f.external_id AND by_id.external_id <> ''
LEFT JOIN LATERAL (
    SELECT c.id FROM prospecting_contact c
    WHERE c.organisation_id = %(organisation)s AND lower(c.email) = f.email AND f.email <> '' AND c.merged_into_id IS NULL
    ORDER BY c.id LIMIT 1
) by_email ON true
"""

SAME_ADDRESS_ABOVE = """
SELECT f.row, %(column)s, 'duplicate_in_file', jsonb_build_object('value', f.email, 'first_row', f.first_row)
FROM (SELECT row, email, min(row) OVER (PARTITION BY email) AS first_row FROM import_row WHERE email <> '') f
WHERE f.row > f.first_row
"""

_AFTER = {name: f"coalesce(nullif(f.{name}, ''), c.{name})" for name in SAID} | {
    "external_id": "coalesce(nullif(c.external_id, ''), f.external_id)",
    "company_id": "coalesce(f.company_id, c.company_id)",
}
UPDATE = f"""
UPDATE prospecting_contact c SET {", ".join(f"{name} = {text}" for name, text in _AFTER.items())}
FROM {RESOLVED} f
WHERE c.organisation_id = %(organisation)s AND c.id = f.known_id
  AND ({", ".join(f"c.{name}" for name in _AFTER)}) IS DISTINCT FROM ({", ".join(_AFTER.values())})
"""

INSERT = f"""
INSERT INTO prospecting_contact
    (id, organisation_id, company_id, external_id, basis, basis_note, collected_on, keep_until, {", ".join(SAID)})
SELECT uuidv7(), %(organisation)s, f.company_id, f.external_id, 'interest', '', f.since,
       (f.since + make_interval(years => %(years)s))::date, {", ".join(f"f.{name}" for name in SAID)}
FROM (SELECT *, coalesce(collected_on, %(today)s) AS since FROM {RESOLVED}) f
WHERE f.known_id IS NULL ORDER BY f.row
"""

# What the list of those to leave alone says of a contact: by its address and its company, as of today.
BARRED = f"""
SELECT row, %(column)s, 'left_alone', jsonb_build_object('reason', reason) FROM (
    SELECT f.row, d.reason FROM {RESOLVED} f
    JOIN prospecting_donotcontact d ON d.organisation_id = %(organisation)s AND d.email_digest <> ''
        AND d.email_digest = encode(sha256(convert_to(%(organisation)s::text || ':' || f.email, 'UTF8')), 'hex')
    WHERE f.email <> ''
) barred
"""


def columns(session: Session) -> dict[str, str]:
    """The columns of the staged rows."""
    return COLUMNS


def check(session: Session) -> None:
    """Refuse an address said twice, days to come, and companies that may not be made."""
    if not session.create_unknown:
        importing_catalogue.refuse_unknown_companies(session)
    import_tables.refuse(SAME_ADDRESS_ABOVE, {"column": session.header("email")})
    import_tables.refuse(
        """SELECT row, %(column)s, 'still_to_come', jsonb_build_object('value', collected_on::text)
           FROM import_row WHERE collected_on > %(today)s""",
        session.params | {"column": session.header("collected_on")},
    )


def apply(session: Session, report: Report) -> None:
    """Write the staged rows; `report` receives the counts."""
    settle_companies(session, report)
    import_tables.execute(f"DROP TABLE IF EXISTS pg_temp.{RESOLVED}")
    import_tables.execute(RESOLVE, session.params)
    import_tables.analyse(RESOLVED)
    import_tables.refuse(BARRED, session.params | {"column": session.header("email")})
    import_tables.execute(f'DELETE FROM {RESOLVED} f USING {import_tables.REFUSED} r WHERE r."row" = f."row"')
    total = import_tables.value(f"SELECT count(*) FROM {RESOLVED}")
    report.changed = import_tables.execute(UPDATE, session.params)
    report.created = import_tables.execute(INSERT, session.params | {"years": KEPT_YEARS})
    report.unchanged = total - report.created - report.changed


def settle_companies(session: Session, report: Report) -> None:
    """Find or make the companies of the rows; whether the new ones are targets is told at once."""
    before = report.new_counts.get("companies", 0)
    importing_catalogue.settle_companies(session, report)
    if report.new_counts.get("companies", 0) > before:
        made = [row[0] for row in import_tables.rows(f"SELECT DISTINCT company_id FROM {COMPANIES}")]
        classify(Company.objects.filter(id__in=made))
