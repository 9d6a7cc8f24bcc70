"""The servers of the test run, and this process's own corner of them.

The embedded servers of `.boussole-test/` are started by the first process that asks and reused by the others;
where DATABASE_URL and REDIS_URL are set those servers are used instead. Several runs may go on at once: each
process takes a free slot, and with it a database and a pair of Valkey databases of its own.
"""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from psycopg2.extensions import parse_dsn

from config.embedded import Servers, servers
from config.environment import redis_database

DATA_DIR = Path(__file__).resolve().parent.parent / ".boussole-test"
SLOTS = 30
# The first process of a run leaves the servers' addresses here for its workers and other children.
INHERITED = "BOUSSOLE_TEST_SERVERS"


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
    """Start or find the servers, take a slot, put its addresses where the settings read them."""
    addresses, found = _addresses()
    os.environ[INHERITED] = json.dumps(addresses)
    corner = _corner(addresses, found)
    os.environ["DATABASE_URL"] = url(corner.app, corner.database)
    os.environ["MIGRATE_DATABASE_URL"] = url(corner.owner, corner.database)
    os.environ["REDIS_URL"] = corner.redis_url
    return corner


def another() -> Corner:
    """One more slot on the servers of this run, for processes that a test starts; `leave` gives it back."""
    return _corner(json.loads(os.environ[INHERITED]), None)


def _corner(addresses: dict[str, str], found: Servers | None) -> Corner:
    slot, lock = _free_slot()
    return Corner(
        slot=slot,
        app=parse_dsn(addresses["app"]),
        owner=parse_dsn(addresses["owner"]),
        admin=parse_dsn(addresses["admin"]) if addresses["admin"] else None,
        # The queue's database, and the cache's after it.
        redis_url=redis_database(addresses["redis"], 2 * slot),
        held=(lock, found),
    )


def url(login: dict[str, Any], database: str) -> str:
    """The address of a database for a login, as settings and subprocesses read it."""
    password = f":{login['password']}" if login.get("password") else ""
    place = f"host={login['host']}&port={login.get('port', 5432)}"
    return f"postgresql://{login['user']}{password}@/{database}?{place}"


def _addresses() -> tuple[dict[str, str], Servers | None]:
    if INHERITED in os.environ:
        return json.loads(os.environ[INHERITED]), None
    if not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
        found = servers(DATA_DIR, durable=False)
        return {
            "app": found.database_url_app,
            "owner": found.database_url_owner,
            "admin": found.database_url_admin,
            "redis": found.redis_url,
        }, found
    if not os.environ.get("MIGRATE_DATABASE_URL"):
        raise RuntimeError(
            "DATABASE_URL is set: tests also need MIGRATE_DATABASE_URL, of a role with CREATEDB."
        )
    return {
        "app": os.environ["DATABASE_URL"],
        "owner": os.environ["MIGRATE_DATABASE_URL"],
        "admin": os.environ.get("ADMIN_DATABASE_URL", ""),
        "redis": os.environ["REDIS_URL"],
    }, None


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


def leave(corner: Corner) -> None:
    """Give the slot back; the servers stop when nobody else uses them."""
    lock, found = corner.held
    lock.close()
    if found is not None:
        found.stop()
