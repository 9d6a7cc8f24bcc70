"""An import of a file beside a bare COPY of the rows that it makes, into clones of the tables that they go to."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from django.db import connection, connections, transaction
from django.utils import timezone

from bench import files
from bench.figures import Figure, seconds
from bench.place import APP_ROLE, Place
from pipeline.actions import imports
from pipeline.domain.importing.mapping import read_mapping
from pipeline.models import ImportRun, Stage
from tenants.access import SYSTEM
from tenants.models import Organisation
from tenants.scope import tenant_scope
from tenants.turns import take_time

TABLES = ("pipeline_opportunity", "pipeline_opportunityevent")
# What an import fills; emptied after each, so that every import and every COPY begins with empty tables.
FILLED = (
    *TABLES, "pipeline_company", "pipeline_product", "pipeline_importrun", "pipeline_refusedrow",
    "tenants_person", "tenants_team", "tenants_teammembership", "tenants_auditentry", "tenants_job",
)  # fmt: skip
TIMES = 3
ONCE_FROM = 1_000_000  # rows from which one round is measured instead of three: it takes minutes

FOREIGN_KEYS = """
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass
"""


def clone(table: str) -> str:
    return f"bench_{table}"


@dataclass
class Round:
    """One organisation's import, then the COPY of what it wrote."""

    place: Place
    size: int
    folder: Path
    organisation: Organisation = field(init=False)

    def __post_init__(self) -> None:
        slug = f"import-{self.size}"
        self.organisation = Organisation.objects.create(name=slug, slug=slug, currency="EUR")
        with tenant_scope(self.organisation.id):
            for position, (name, kind) in enumerate(files.STAGES):
                Stage.objects.create(name=name, key=name.lower(), position=position, kind=kind)
        self.file = self.folder / f"{self.size}.csv"
        files.write(self.file, self.size)

    def load(self) -> None:
        """The import, from the sent file to the report, committed."""
        with tenant_scope(self.organisation.id):
            take_time()
            with self.file.open("rb") as content:
                run = imports.upload(
                    file=content, name=self.file.name, kind="", by=SYSTEM, organisation=self.organisation
                )
            document = {"kind": "opportunities", "columns": {name: name for name in files.HEADERS}}
            mapping = read_mapping(document, files.HEADERS, [name for name, _kind in files.STAGES])
            policy = ImportRun.Policy.GOOD_ROWS
            imports.settle(run=run, mapping=mapping, policy=policy, create_unknown=True, by=SYSTEM)
            report = imports.perform(run=run, organisation=self.organisation, by=SYSTEM, now=timezone.now())
            if report.created != self.size:
                raise RuntimeError(f"{report.created} of {self.size} rows were imported: {report.errors[:3]}")

    def export(self) -> None:
        """Put what the import wrote aside, as files: the rows that COPY gets."""
        with self.place.superuser() as cursor:
            for table in TABLES:
                with self._rows_of(table).open("wb") as file:
                    cursor.copy_expert(f"COPY {table} TO STDOUT", file)

    def copy(self) -> None:
        """The bare COPY, in one transaction, committed."""
        with transaction.atomic(), connection.cursor() as cursor:
            take_time()
            for table in TABLES:
                with self._rows_of(table).open("rb") as file:
                    cursor.cursor.copy_expert(f"COPY {clone(table)} FROM STDIN", file)

    def clear(self) -> None:
        for left in self.folder.glob("*.rows"):
            left.unlink()
        with self.place.superuser() as cursor:
            cursor.execute(f"TRUNCATE {', '.join([*FILLED, *map(clone, TABLES)])} CASCADE")
        # Otherwise autovacuum comes for what was truncated in the middle of the next round, finds no committed row in
        # a growing table, and has the planner believe that the table is empty.
        self.place.maintain("VACUUM ANALYZE")

    def _rows_of(self, table: str) -> Path:
        return self.folder / f"{table}.rows"


def measure(place: Place, size: int, folder: Path) -> Iterator[Figure]:
    """Import, COPY, import, COPY…; needs a database without opportunities, whose tables it leaves empty."""
    folder.mkdir(parents=True, exist_ok=True)
    _make_clones()
    work = Round(place, size, folder)
    taken: list[tuple[float, float]] = []
    for _ in range(1 if size >= ONCE_FROM else TIMES):
        ours = seconds(work.load)
        work.export()
        taken.append((ours, seconds(work.copy)))
        work.clear()
    work.file.unlink()
    ours, copied = (median(times) for times in zip(*taken, strict=True))
    yield Figure("import of a file / COPY of its rows", size, ours, copied, budget=5, most_exponent=1.1)


def _make_clones() -> None:
    """Tables with the columns, checks, indexes and foreign keys of the real ones, without row-level security."""
    with connections["owner"].cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"DROP TABLE IF EXISTS {clone(table)} CASCADE")
            cursor.execute(f"CREATE TABLE {clone(table)} (LIKE {table} INCLUDING ALL)")
            cursor.execute(f"GRANT SELECT, INSERT ON {clone(table)} TO {APP_ROLE}")
        for table in TABLES:
            for name, definition in _foreign_keys(cursor, table):
                cursor.execute(f"ALTER TABLE {clone(table)} ADD CONSTRAINT {name} {definition}")


def _foreign_keys(cursor: Any, table: str) -> list[tuple[str, str]]:
    """The references of a table, those to a cloned table turned to the clone."""
    cursor.execute(FOREIGN_KEYS, [table])
    return [
        (name, definition.replace("REFERENCES pipeline_opportunity(", f"REFERENCES {clone(TABLES[0])}("))
        for name, definition in cursor.fetchall()
    ]
