"""Where the benchmark runs: servers and a database of its own, made anew at each run, migrated as the owner.

The servers are those of `make demo`, with the same settings; only the folder differs.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from config.embedded import Servers, servers
from config.environment import BASE_DIR

DATA_DIR = BASE_DIR / "build" / "bench-data"
DATABASE = "bench"
APP_ROLE = "boussole_app"


@dataclass(frozen=True, slots=True)
class Place:
    """The addresses of the benchmark's database, by role."""

    app: str
    owner: str
    admin: str

    @contextmanager
    def superuser(self) -> Iterator[Any]:
        """A cursor that populates, exports and empties: never one that is measured. One transaction."""
        connection = psycopg2.connect(self.admin)
        try:
            with connection, connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()

    def maintain(self, statement: str) -> None:
        """Run a statement that refuses a transaction (VACUUM)."""
        _alone(self.admin, statement)


@contextmanager
def enter(*, keep: bool) -> Iterator[Place]:
    """Start the servers, make the database (`keep`: use the one that is there), set Django up on it, migrate."""
    with servers(DATA_DIR) as found:
        place = _place(found)
        if not (keep and _exists(found)):
            _make_database(found, place)
        os.environ |= {
            "DATA_DIR": str(DATA_DIR),
            "DATABASE_URL": place.app,
            "MIGRATE_DATABASE_URL": place.owner,
            "REDIS_URL": found.redis_url,
            "ALLOWED_HOSTS": "testserver",
            "LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "config.settings.demo",
        }
        set_up()
        from django.core.management import call_command
        from django.db import connections

        call_command("migrate", database="owner", verbosity=0, interactive=False)
        try:
            yield place
        finally:
            connections.close_all()


def set_up() -> None:
    """Set Django up in this process: the place is in its environment, and in that of the processes that it starts.

    With the tasks of a worker loaded, as its processes begin (config.celery).
    """
    import django

    from config.boot import set_aside_what_stays
    from config.celery import app

    django.setup()
    app.loader.import_default_modules()
    set_aside_what_stays()


def _place(found: Servers) -> Place:
    return Place(
        app=_address(found.database_url_app, DATABASE),
        owner=_address(found.database_url_owner, DATABASE),
        admin=_address(found.database_url_admin, DATABASE),
    )


def _address(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def _exists(found: Servers) -> bool:
    connection = psycopg2.connect(found.database_url_admin)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE])
            return bool(cursor.rowcount)
    finally:
        connection.close()


def _make_database(found: Servers, place: Place) -> None:
    owner = urlsplit(place.owner).username
    for statement in (
        f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)",
        f"CREATE DATABASE {DATABASE} OWNER {owner}",
        f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC",
        f"GRANT CONNECT, TEMPORARY ON DATABASE {DATABASE} TO {APP_ROLE}",
    ):
        _alone(found.database_url_admin, statement)


def _alone(url: str, statement: str) -> None:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()
