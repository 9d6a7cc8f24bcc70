"""Files of companies and of products: rows meet what exists by identifier, then by name key, and complete it."""

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.actions import import_tables
from pipeline.actions.import_session import Report, Session

RESOLVED = "import_resolved"


@dataclass(frozen=True, slots=True)
class Directory:
    """A table filled by such files. Field of the file → column; an empty cell leaves what is known."""

    table: str
    texts: Mapping[str, str]
    values: Mapping[str, tuple[str, str]]  # field → (column, SQL type)
    has_external_id: bool

    @property
    def columns(self) -> dict[str, str]:
        """The columns of the staged rows, under the names of the table."""
        given = {"row": "integer", "key": "text"} | dict.fromkeys(self.texts.values(), "text")
        return given | dict(self.values.values())

    @property
    def compared(self) -> list[tuple[str, str]]:
        """(column, its value after the import as SQL over the row f and what is known, c)."""
        texts = [(column, f"coalesce(nullif(f.{column}, ''), c.{column})") for column in self.texts.values()]
        values = [(column, f"coalesce(f.{column}, c.{column})") for column, _type in self.values.values()]
        return [("key", "f.key"), *texts, *values]


COMPANIES = Directory(
    table="pipeline_company",
    texts={
        "name": "name",
        "external_id": "external_id",
        "industry": "industry",
        "country": "country",
        "parent_company": "parent_name",
        "website": "website",
        "vat_number": "vat_number",
        "technology": "technology",
    },
    values={
        "employees": ("employees", "integer"),
        "revenue": ("revenue_minor", "bigint"),
        "founded_year": ("founded_year", "smallint"),
    },
    has_external_id=True,
)
PRODUCTS = Directory(
    table="pipeline_product",
    texts={"name": "name", "series": "series"},
    values={"list_price": ("list_price_minor", "bigint")},
    has_external_id=False,
)
DIRECTORIES = {"companies": COMPANIES, "products": PRODUCTS}

SAME_NAME_ABOVE = """
SELECT f.row, %(column)s, 'duplicate_in_file', jsonb_build_object('value', f.name, 'first_row', f.first_row)
FROM (SELECT row, name, min(row) OVER (PARTITION BY key) AS first_row FROM import_row) f
WHERE f.row > f.first_row
"""

SAME_IDENTIFIER_ABOVE = """
SELECT f.row, %(column)s, 'duplicate_in_file', jsonb_build_object('value', f.external_id, 'first_row', f.first_row)
FROM (SELECT row, external_id, min(row) OVER (PARTITION BY external_id) AS first_row
      FROM import_row WHERE external_id <> '') f
WHERE f.row > f.first_row
"""

NAME_TAKEN = """
SELECT f.row, %(column)s, 'name_taken', jsonb_build_object('value', f.name, 'identifier', c.external_id)
FROM import_row f
JOIN pipeline_company c ON c.organisation_id = %(organisation)s AND c.key = f.key
WHERE f.external_id <> '' AND c.external_id <> f.external_id
  AND (c.external_id <> '' OR EXISTS (SELECT FROM pipeline_company i
       WHERE i.organisation_id = %(organisation)s AND i.external_id = f.external_id))
"""


LEAVE_MERGED = f"""
DELETE FROM {RESOLVED} f USING pipeline_company c
WHERE c.organisation_id = %(organisation)s AND c.id = f.known_id AND c.merged_into_id IS NOT NULL
"""


def columns(session: Session) -> dict[str, str]:
    """The columns of the staged rows."""
    return DIRECTORIES[session.mapping.kind.key].columns


def check(session: Session) -> None:
    """Refuse a name or an identifier said twice, and a name that a company of another identifier has."""
    name = {"column": session.header("name")}
    import_tables.refuse(SAME_NAME_ABOVE, name)
    if DIRECTORIES[session.mapping.kind.key].has_external_id:
        import_tables.refuse(SAME_IDENTIFIER_ABOVE, {"column": session.header("external_id")})
        import_tables.refuse(NAME_TAKEN, session.params | name)


def apply(session: Session, report: Report) -> None:
    """Write the staged rows; `report` receives the counts."""
    directory = DIRECTORIES[session.mapping.kind.key]
    import_tables.execute(f"DROP TABLE IF EXISTS pg_temp.{RESOLVED}")
    import_tables.execute(_resolve_sql(directory), session.params)
    import_tables.analyse(RESOLVED)
    total = import_tables.value(f"SELECT count(*) FROM {RESOLVED}")
    if directory.has_external_id:
        # What is said of a company that was merged is not said of the one it was merged into: the row is left as it is.
        import_tables.execute(LEAVE_MERGED, session.params)
    report.changed = import_tables.execute(_update_sql(directory), session.params)
    report.created = import_tables.execute(_insert_sql(directory), session.params)
    report.unchanged = total - report.created - report.changed


def _resolve_sql(directory: Directory) -> str:
    by_id, known = "", "by_key.id"
    if directory.has_external_id:
        known = "coalesce(by_id.id, by_key.id)"
        by_id = f"""LEFT JOIN {directory.table} by_id ON by_id.organisation_id = %(organisation)s
            AND by_id.external_id = f.external_id AND by_id.external_id <> ''"""
    return f"""
        CREATE TEMP TABLE {RESOLVED} ON COMMIT DROP AS
        SELECT f.*, {known} AS known_id FROM import_row f {by_id}
        LEFT JOIN {directory.table} by_key ON by_key.organisation_id = %(organisation)s AND by_key.key = f.key
    """


def _update_sql(directory: Directory) -> str:
    sets = ", ".join(f"{column} = {after}" for column, after in directory.compared)
    before = ", ".join(f"c.{column}" for column, _after in directory.compared)
    after = ", ".join(after for _column, after in directory.compared)
    return f"""
        UPDATE {directory.table} c SET {sets} FROM {RESOLVED} f
        WHERE c.organisation_id = %(organisation)s AND c.id = f.known_id AND ({before}) IS DISTINCT FROM ({after})
    """


def _insert_sql(directory: Directory) -> str:
    columns = ", ".join(column for column, _after in directory.compared)
    return f"""
        INSERT INTO {directory.table} (id, organisation_id, {columns})
        SELECT uuidv7(), %(organisation)s, {columns} FROM {RESOLVED} WHERE known_id IS NULL ORDER BY row
    """
