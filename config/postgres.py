"""The embedded PostgreSQL: one cluster, one database, two roles, on a private Unix socket."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg2
from psycopg2.extensions import connection as Connection

from config.processes import spawn, stop, tail
from config.server_home import ServerError, ServerHome, give

MAJOR = "18"
DATABASE = "boussole"
ADMIN_ROLE, OWNER_ROLE, APP_ROLE = "postgres", "boussole_migrate", "boussole_app"
PATIENCE = 120.0
LEAST_SHARED_MEMORY = 256_000_000

TUNING = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    # Two test processes, the house of the browser tests, and fifty who book one slot at once.
    "max_connections": "200",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "32MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "on",
    "random_page_cost": "1.1",
    # Compilation costs more than it saves on queries of this size.
    "jit": "off",
    "synchronous_commit": "on",
    # A first import is counted within seconds: until then the planner takes the tables for empty.
    "autovacuum_naptime": "10s",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u ",
    "log_checkpoints": "off",
}
# For a cluster that may be thrown away: what survives a killed process, but not a power cut.
FLEETING = {"fsync": "off", "full_page_writes": "off"}

# Run as the superuser at every start, so that an older cluster receives what is new.
ROLES = Path(__file__).with_name("roles.sql")
DATABASE_RIGHTS = Path(__file__).with_name("database.sql")


class Postgres:
    """One PostgreSQL server of one DATA_DIR."""

    def __init__(self, home: ServerHome, binaries: Path, *, durable: bool) -> None:
        self.home = home
        self.binaries = binaries
        self.durable = durable
        self.settings = TUNING | ({} if durable else FLEETING) | _memory_for_parallel_queries()
        self.cluster = home.files / "postgresql"
        self.log = home.log / "postgresql.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make the cluster when absent, start it, wait for its recovery, bring roles and extensions up to date."""
        if not self.cluster.exists():
            self._initialise()
        major = (self.cluster / "PG_VERSION").read_text().strip()
        if major != MAJOR:
            raise ServerError(
                f"The cluster in {self.cluster} is of PostgreSQL {major}, the server is {MAJOR}."
            )
        self._clear_stale_locks()
        options = [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")]
        self.process = spawn(
            [self.binaries / "postgres", "-D", self.cluster, "-k", self.home.sockets, *options],
            # The fast shutdown: sessions are ended, work is written.
            death_signal=signal.SIGINT,
            cwd=self.home.files,
            log=self.log,
            run_as=self.home.run_as,
        )
        self._bootstrap(self._first_connection())

    def _initialise(self) -> None:
        """Run initdb in a draft folder, so that one cut short is never taken for a cluster."""
        draft = self.cluster.with_name("postgresql.draft")
        shutil.rmtree(draft, ignore_errors=True)
        give(draft, self.home.run_as)
        run_as = self.home.run_as
        made = subprocess.run(
            [
                self.binaries / "initdb",
                f"--pgdata={draft}",
                f"--username={ADMIN_ROLE}",
                # The socket folder is closed to every other user of the machine, and there is no TCP port.
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                *([] if self.durable else ["--no-sync"]),
            ],
            user=run_as.uid if run_as else None,
            group=run_as.gid if run_as else None,
            extra_groups=[] if run_as else None,
            cwd=self.home.files,
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode != 0:
            raise ServerError(f"PostgreSQL's initdb failed:\n{made.stderr or made.stdout}")
        draft.rename(self.cluster)

    def _clear_stale_locks(self) -> None:
        """Remove the lock files of a dead server, waiting for one that is still writing its data.

        PostgreSQL takes any process with the number in the file for its predecessor: after a restart of the machine
        that number is often somebody else's, and in a container without an init process it may be a zombie's.
        """
        lock = self.cluster / "postmaster.pid"
        deadline = time.monotonic() + PATIENCE
        while lock.exists() and time.monotonic() < deadline:
            pid = int(lock.read_text().split("\n", 1)[0] or 0)
            if not _is_server_of(pid, self.cluster):
                lock.unlink(missing_ok=True)
                break
            # A server whose keeper was killed.
            os.kill(pid, signal.SIGINT)
            time.sleep(0.1)
        for left in self.home.sockets.glob(".s.PGSQL.*"):
            left.unlink(missing_ok=True)

    def _first_connection(self) -> Connection:
        deadline = time.monotonic() + PATIENCE
        problem = "it did not answer"
        while time.monotonic() < deadline and self.process is not None and self.process.poll() is None:
            try:
                return self._connect("template1")
            except psycopg2.OperationalError as error:
                problem = str(error)
                time.sleep(0.03)
        self.stop()
        raise ServerError(f"PostgreSQL does not start ({problem.strip()}):\n{tail(self.log)}")

    def _bootstrap(self, template: Connection) -> None:
        """Roles and extensions in template1 (so that test databases carry them too), then the database."""
        self._run(template, ROLES.read_text())
        # CREATE DATABASE copies template1, which must have no session.
        admin = self._connect("postgres")
        with admin.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER_ROLE}")
        self._run(admin, DATABASE_RIGHTS.read_text())

    def _connect(self, database: str) -> Connection:
        connection = psycopg2.connect(host=str(self.home.sockets), user=ADMIN_ROLE, dbname=database)
        connection.autocommit = True
        return connection

    @staticmethod
    def _run(connection: Connection, sql: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql)
        connection.close()

    def stop(self) -> None:
        if self.process is not None:
            stop(self.process, first=signal.SIGINT, patience=60)

    def url(self, role: str) -> str:
        return f"postgresql://{role}@/{DATABASE}?host={self.home.sockets}"


def _memory_for_parallel_queries() -> dict[str, str]:
    """Where containers have next to no /dev/shm, a parallel query would fail there: use files instead."""
    shared = Path("/dev/shm")
    if shared.is_dir() and shutil.disk_usage(shared).free < LEAST_SHARED_MEMORY:
        return {"dynamic_shared_memory_type": "mmap"}
    return {}


def _is_server_of(pid: int, cluster: Path) -> bool:
    """Whether process `pid` is a PostgreSQL server of this very cluster."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return False
        shown = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, check=False)
        command = shown.stdout
    except OSError:
        return False
    return os.fsencode(cluster) in command
