"""The test database: a template that the owner role migrates once, cloned by every process that tests.

The template is named after a digest of the migrations, so that it is built again only when they change.
`python -m tests.databases` makes it ahead of the tests, and says whether a migration is missing.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
import psycopg2
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from psycopg2 import errors
from psycopg2.extensions import connection as Connection

from tests.servers import Corner, enter, leave

ROOT = Path(__file__).resolve().parent.parent
BUILD_LOCK = 20_271_001
PATIENCE = 30.0
# Filled by migrations; everything else is emptied after a test that commits.
FEW_BYTES = 8_000_000
KEPT_TABLES = ("django_migrations", "django_content_type", "auth_permission")


def connect(login: dict[str, Any], database: str, **options: Any) -> Connection:
    """A plain connection in autocommit, outside Django."""
    connection = psycopg2.connect(**{**login, "dbname": database, **options})
    connection.autocommit = True
    return connection


@contextmanager
def maintenance(corner: Corner) -> Iterator[Any]:
    """A cursor of the owner role outside the test databases, for CREATE and DROP DATABASE."""
    connection = connect(corner.owner, "postgres")
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def prepare(corner: Corner) -> None:
    """Make this process's database a fresh clone of the template, and point Django at it."""
    with maintenance(corner) as cursor:
        # One builder at a time; the lock also keeps clones off a template that is being made. However long that takes:
        # every migration runs in there, on a machine that may have much else to do.
        cursor.execute("SET lock_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(%s)", [BUILD_LOCK])
        template = _template(corner, cursor)
        cursor.execute(f"DROP DATABASE IF EXISTS {corner.database} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {corner.database} TEMPLATE {template}")
        cursor.execute(f"REVOKE ALL ON DATABASE {corner.database} FROM PUBLIC")
        cursor.execute(f"GRANT CONNECT, TEMPORARY ON DATABASE {corner.database} TO {corner.app['user']}")
        cursor.execute("SELECT pg_advisory_unlock(%s)", [BUILD_LOCK])


def drop(corner: Corner) -> None:
    """Drop this process's database once the sessions of killed processes are over: the owner may not end the app's."""
    deadline = time.monotonic() + PATIENCE
    with maintenance(corner) as cursor:
        while True:
            try:
                cursor.execute(f"DROP DATABASE IF EXISTS {corner.database} WITH (FORCE)")
                return
            except (errors.InsufficientPrivilege, errors.ObjectInUse):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)


def _template(corner: Corner, cursor: Any) -> str:
    name = f"test_boussole_template_{_migrations_digest()}"
    cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'test_boussole_template_%%'")
    known = {row[0] for row in cursor.fetchall()}
    if name in known:
        return name
    # The name is given at the end: a build that was cut short is never taken for a template.
    draft = f"{name}_draft"
    for stale in known - {name}:
        cursor.execute(f"DROP DATABASE IF EXISTS {stale} WITH (FORCE)")
    cursor.execute(f"CREATE DATABASE {draft}")
    _migrate(draft)
    cursor.execute(f"ALTER DATABASE {draft} RENAME TO {name}")
    return name


def _migrate(database: str) -> None:
    owner = connections["owner"]
    previous = owner.settings_dict["NAME"]
    owner.close()
    owner.settings_dict["NAME"] = database
    try:
        call_command("migrate", database="owner", verbosity=0, interactive=False)
    finally:
        owner.close()
        owner.settings_dict["NAME"] = previous


def _migrations_digest() -> str:
    """Digest of every migration's text and of what the migrations call."""
    digest = hashlib.sha256(f"{django.get_version()} {sorted(settings.INSTALLED_APPS)}".encode())
    loader = MigrationLoader(None)
    for app, name in sorted(loader.disk_migrations):
        digest.update(f"{app}.{name}".encode())
    for file in [*sorted(ROOT.glob("*/migrations/*.py")), ROOT / "tenants" / "migration_operations.py"]:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def empty(corner: Corner) -> None:
    """Empty every table: the app role has no TRUNCATE, and audit rows refuse DELETE.

    TRUNCATE makes every table anew, which takes half a second: a few rows are deleted instead, past keys and triggers,
    by a superuser where there is one. Both wait for whoever still writes.
    """
    connection = connect(corner.admin or corner.owner, corner.database)
    connection.autocommit = False
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            tables = sorted({row[0] for row in cursor.fetchall()} - set(KEPT_TABLES))
            cursor.execute(f"LOCK TABLE {', '.join(tables)}")
            cursor.execute(
                "SELECT tablename, pg_relation_size(tablename::regclass) FROM pg_tables WHERE tablename = ANY(%s)",
                [tables],
            )
            filled = {table: size for table, size in cursor.fetchall() if size}
            if corner.admin is None or sum(filled.values()) > FEW_BYTES:
                cursor.execute(f"TRUNCATE {', '.join(tables)}")
            elif filled:
                cursor.execute("SET LOCAL session_replication_role = replica")
                cursor.execute("; ".join(f"DELETE FROM {table}" for table in filled))
    finally:
        connection.close()


def main() -> None:
    corner = enter()
    try:
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
        django.setup()
        prepare(corner)
        call_command("makemigrations", check_changes=True, dry_run=True)
        connections.close_all()
        drop(corner)
    finally:
        leave(corner)


if __name__ == "__main__":
    main()
