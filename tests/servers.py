"""The servers of the test run, and this process's own corner of them.

The embedded servers of `.boussole-test/` are started by the first process that asks and reused by the others; where
DATABASE_URL and REDIS_URL are set those servers are used instead. Several runs may go on at the same time: each
process takes a free slot, and with it a database and a pair of Valkey databases of its own.
"""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from psycopg2.extensions import parse_dsn

from config.embedded import Servers, servers
from config.environment import redis_database

DATA_DIR = Path(__file__).resolve().parent.parent / ".boussole-test"
SLOTS = 30


@dataclass(frozen=True, slots=True)
class Corner:
    """Where this process tests: its slot, and how to log in as each role."""

    slot: int
    app: dict[str, Any]
    owner: dict[str, Any]
    admin: dict[str, Any] | None  # None on servers of one's own, unless ADMIN_DATABASE_URL is set
    redis_url: str
    held: tuple[IO[str], Servers | None]

    @property
    def database(self) -> str:
        return f"test_boussole_{self.slot}"


def enter() -> Corner:
    """Start or find the servers, take a slot, and put its addresses into the environment that settings read."""
    found: Servers | None = None
    if not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
        found = servers(DATA_DIR, durable=False)
    slot, lock = _free_slot()
    app, owner, admin, redis_url = _addresses(found)
    corner = Corner(
        slot=slot,
        app=app,
        owner=owner,
        admin=admin,
        # The queue's database, and the cache's after it.
        redis_url=redis_database(redis_url, 2 * slot),
        held=(lock, found),
    )
    os.environ["DATABASE_URL"] = url(app, corner.database)
    os.environ["MIGRATE_DATABASE_URL"] = url(owner, corner.database)
    os.environ["REDIS_URL"] = corner.redis_url
    return corner


def url(login: dict[str, Any], database: str) -> str:
    """The address of a database for a login, as settings and subprocesses read it."""
    password = f":{login['password']}" if login.get("password") else ""
    return f"postgresql://{login['user']}{password}@/{database}?host={login['host']}&port={login.get('port', 5432)}"


def _addresses(found: Servers | None) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any] | None, str]:
    if found is not None:
        app, owner, admin = found.database_url_app, found.database_url_owner, found.database_url_admin
        return parse_dsn(app), parse_dsn(owner), parse_dsn(admin), found.redis_url
    owner_url = os.environ.get("MIGRATE_DATABASE_URL")
    if not owner_url:
        raise RuntimeError(
            "DATABASE_URL is set: tests also need MIGRATE_DATABASE_URL, of a role that may CREATEDB."
        )
    given_admin = os.environ.get("ADMIN_DATABASE_URL")
    admin_login = parse_dsn(given_admin) if given_admin else None
    return parse_dsn(os.environ["DATABASE_URL"]), parse_dsn(owner_url), admin_login, os.environ["REDIS_URL"]


def _free_slot() -> tuple[int, IO[str]]:
    folder = DATA_DIR / "slots"
    folder.mkdir(parents=True, exist_ok=True)
    for slot in range(1, SLOTS + 1):
        lock = (folder / f"{slot}.lock").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            continue
        return slot, lock
    raise RuntimeError(f"All {SLOTS} test slots are taken: too many test runs at the same time.")
