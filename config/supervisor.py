"""`make demo` once all is installed: servers, database, web, worker and beat, and nothing left behind at the end.

Children are bound to this process by the kernel (config.processes): they end with it, even when it is killed. The
embedded servers belong to their keeper (config.embedded), which ends with its last user.
"""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import psycopg2

from config.embedded import BASE_DIR, Servers, servers_in_environment
from config.port import PortTaken, require_free
from config.processes import die_with_parent, kill_group, spawn, tail
from config.server_home import ServerError

PATIENCE = 120.0
PULSE = 0.25
LEAVE_WITHIN = 10.0
# A child that dies more often than this is broken, not unlucky.
MOST_DEATHS, DEATHS_WITHIN = 5, 60.0
LARGEST_LOG = 10_000_000


class Stopped(Exception):
    """Somebody asked the supervisor to stop."""


class Broken(RuntimeError):
    """The product cannot be served; the message says why."""


@dataclass(slots=True)
class Service:
    """One child: how to start it, and how to ask it to leave when this process is gone."""

    name: str
    arguments: list[str]
    death_signal: signal.Signals
    log: Path
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)

    def start(self) -> None:
        self.process = spawn(
            [sys.executable, "-m", *self.arguments],
            death_signal=self.death_signal,
            cwd=BASE_DIR,
            log=self.log,
        )

    def revive(self) -> None:
        """Start again after a death. Errors: Broken when it has died too often."""
        assert self.process is not None
        now = time.monotonic()
        self.deaths = [moment for moment in self.deaths if now - moment < DEATHS_WITHIN] + [now]
        if len(self.deaths) >= MOST_DEATHS:
            raise Broken(f"{self.name} keeps ending:\n{tail(self.log)}")
        say(f"{self.name} ended by itself ({self.process.returncode}): starting it again.")
        kill_group(self.process)
        self.start()


class Supervisor:
    """The services of one demo."""

    def __init__(self, host: str, port: int, data_dir: Path) -> None:
        self.host, self.port = host, port
        log = data_dir / "log"
        log.mkdir(exist_ok=True)
        for file in log.glob("*.log"):
            if file.stat().st_size > LARGEST_LOG:
                file.replace(file.with_suffix(".log.1"))
        celery = ["celery", "--quiet", "-A"]
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        self.services = [
            Service(
                "Web",
                ["gunicorn", "-c", "python:config.gunicorn", "config.wsgi"],
                signal.SIGTERM,
                log / "web.log",
            ),
            # At once, also in the middle of its start: what it was doing is taken up by the next worker.
            Service(
                "Worker", [*celery, "config.celery", "worker", *quiet], signal.SIGKILL, log / "worker.log"
            ),
            Service("Beat", [*celery, "config.beat", "beat"], signal.SIGKILL, log / "beat.log"),
        ]

    def start(self) -> None:
        for service in self.services:
            service.start()

    def look_after(self) -> None:
        for service in self.services:
            if service.process is not None and service.process.poll() is not None:
                service.revive()

    def wait_until(self, done: Callable[[], bool]) -> bool:
        """Wait for something while looking after the services; False when it takes longer than PATIENCE."""
        deadline = time.monotonic() + PATIENCE
        while not done():
            self.look_after()
            if time.monotonic() > deadline:
                return False
            time.sleep(PULSE)
        return True

    def answers(self) -> bool:
        """Whether /readyz says that database, broker and clock are well."""
        asked = http.client.HTTPConnection(self.host, self.port, timeout=5)
        try:
            asked.request("GET", "/readyz")
            return asked.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            asked.close()

    def stop(self) -> None:
        """Ask all to leave at once, give them a moment, then insist."""
        running = [service.process for service in self.services if service.process is not None]
        for process in running:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + LEAVE_WITHIN
        while any(process.poll() is None for process in running) and time.monotonic() < deadline:
            time.sleep(0.05)
        for process in running:
            kill_group(process)


def serve(found: Servers | None, supervisor: Supervisor, logins: Path) -> None:
    """Prepare, start, say that all is ready, then keep everything running until Stopped."""
    prepare(logins)
    # From here on nobody needs to be the owner of the tables.
    os.environ.pop("MIGRATE_DATABASE_URL", None)
    say("Starting web, worker and beat…")
    supervisor.start()
    if not supervisor.wait_until(supervisor.answers):
        logs = "\n".join(f"{service.name}:\n{tail(service.log)}" for service in supervisor.services)
        raise Broken(f"Boussole did not become ready.\n{logs}")
    say("Waiting for the night's figures…")
    if not supervisor.wait_until(no_run_waits):
        say("Large organisations are still being computed: their pages show the figures of the run before.")
    say(f"Boussole is ready: http://{supervisor.host}:{supervisor.port}")
    say(logins.read_text().rstrip())
    while True:
        supervisor.look_after()
        if found is not None and not found.alive():
            raise Broken("The embedded servers were ended from outside. Start again: nothing saved is lost.")
        time.sleep(PULSE)


def prepare(logins: Path) -> None:
    """Run config.prepare in a process of its own, which leaves the demo logins in a file."""
    child = spawn([sys.executable, "-m", "config.prepare", logins], death_signal=signal.SIGTERM, cwd=BASE_DIR)
    try:
        while child.poll() is None:
            time.sleep(0.05)
    finally:
        kill_group(child)
    if child.returncode != 0:
        raise Broken("The database could not be prepared: see above.")


def no_run_waits() -> bool:
    """Whether the ledger of jobs, which every role may read, holds no recompute that is still to be done."""
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT NOT EXISTS (SELECT FROM tenants_job"
                " WHERE kind = 'recompute' AND state IN ('queued', 'running'))"
            )
            row = cursor.fetchone()
        return bool(row and row[0])
    finally:
        connection.close()


def _asked_to_stop(number: int, frame: FrameType | None) -> None:
    # A second request changes nothing: stopping is under way.
    for known in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(known, signal.SIG_IGN)
    raise Stopped


def say(words: str) -> None:
    print(words, flush=True)


def main() -> int:
    if "--with-parent" in sys.argv:
        # `make` may be killed without passing it on.
        die_with_parent(signal.SIGTERM)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _asked_to_stop)
    host, port = os.environ.get("HOST") or "127.0.0.1", int(os.environ.get("PORT") or 8000)
    data_dir = Path(os.environ.get("DATA_DIR") or BASE_DIR / ".boussole").absolute()
    os.environ.update(
        DJANGO_SETTINGS_MODULE="config.settings.demo", DATA_DIR=str(data_dir), PYTHONUNBUFFERED="1"
    )
    try:
        require_free(host, port)
        say("Starting PostgreSQL and Valkey…")
        with servers_in_environment(data_dir, os.environ) as found:
            supervisor = Supervisor(host, port, data_dir)
            try:
                serve(found, supervisor, data_dir / "logins.txt")
            finally:
                supervisor.stop()
    except Stopped:
        say("Stopped.")
        return 0
    except (Broken, PortTaken, ServerError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
