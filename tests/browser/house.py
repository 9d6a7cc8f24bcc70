"""The product as it runs for people: web server, worker and beat in processes of their own, for the whole package.

They use the test run's PostgreSQL and Valkey, with a slot (database and queue) that no test process has.
"""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from psycopg2.extensions import connection as Connection

from config.processes import kill_group, spawn, tail
from tests import databases
from tests.browser.clock import NOW, SHIFT
from tests.browser.seed import AT_FIRST
from tests.servers import Corner, url

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 240.0  # as long as it takes on a machine with other work
CELERY = ["celery", "--quiet", "-A"]
PROCESSES = {
    "web": ["gunicorn", "-c", "python:config.gunicorn", "config.wsgi"],
    "worker": [
        *CELERY,
        "config.celery",
        "worker",
        "--without-gossip",
        "--without-mingle",
        "--without-heartbeat",
    ],
    "beat": [*CELERY, "config.beat", "beat"],
}
COMPUTED = """
SELECT 1 FROM tenants_job j JOIN tenants_organisation o ON o.id = j.organisation_id
WHERE o.slug = %s AND j.kind = 'recompute' AND j.state = 'done'
"""


def until[T](found: Callable[[], T], goal: str, patience: float = PATIENCE) -> T:
    """Ask again and again for something true. Errors: AssertionError naming the goal."""
    deadline = time.monotonic() + patience
    while not (result := found()):
        assert time.monotonic() < deadline, f"not within {patience:.0f} s: {goal}"
        time.sleep(0.1)
    return result


@dataclass
class House:
    """corner: the slot of the house. data: its folder (mails, uploads, logs)."""

    corner: Corner
    data: Path
    port: int = 0
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    loaded: set[str] = field(default_factory=lambda: set(AT_FIRST))
    eye: Connection | None = None

    def __post_init__(self) -> None:
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.environment = {
            **{name: value for name, value in os.environ.items() if name != "MIGRATE_DATABASE_URL"},
            "DJANGO_SETTINGS_MODULE": "tests.browser.settings",
            "DATABASE_URL": url(self.corner.app, self.corner.database),
            "REDIS_URL": self.corner.redis_url,
            "DATA_DIR": str(self.data),
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            SHIFT: str(NOW.timestamp() - time.time()),
        }

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def open(self) -> None:
        """Seed the database, start everything, wait until the night's figures are there."""
        self._seed()
        self.start("worker")
        self.start("web")
        self.start("beat")
        try:
            until(self._ready, "the house is ready")
            until(self.is_idle, "the night's figures are computed")
        except AssertionError as error:
            logs = "\n".join(f"{name}:\n{tail(self.log(name))}" for name in PROCESSES)
            raise AssertionError(f"{error}\n{logs}") from None

    def furnish(self, slug: str) -> None:
        """Load one more of the demo organisations, with its night's figures, when somebody first asks for it."""
        if not slug or slug in self.loaded:
            return
        self._seed(slug)
        self.kill("beat")
        self.start("beat")  # it ticks as it starts
        until(lambda: self.rows(COMPUTED, slug), f"the figures of {slug}")
        until(self.is_idle, f"all that follows from the figures of {slug}")
        self.loaded.add(slug)

    def close(self) -> None:
        for name in list(self.running):
            self.kill(name)
        if self.eye is not None:
            self.eye.close()

    def start(self, name: str) -> None:
        self.running[name] = spawn(
            [sys.executable, "-m", *PROCESSES[name]],
            death_signal=signal.SIGKILL,
            cwd=ROOT,
            log=self.log(name),
            environment=self.environment,
        )

    def kill(self, name: str) -> None:
        """kill -9, with all its children."""
        kill_group(self.running.pop(name))

    def log(self, name: str) -> Path:
        return self.data / f"{name}.log"

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Look from outside, as the owner, at what is committed; or change it."""
        if self.eye is None:  # kept, since who waits looks ten times a second
            self.eye = databases.connect(self.corner.owner, self.corner.database)
        with self.eye.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    def is_idle(self) -> bool:
        """Whether every organisation is computed and no job waits or runs."""
        return self.rows(
            "SELECT EXISTS (SELECT FROM tenants_job WHERE kind = 'recompute')"
            " AND NOT EXISTS (SELECT FROM tenants_job WHERE state IN ('queued', 'running'))"
        ) == [(True,)]

    def _seed(self, *slugs: str) -> None:
        log = self.log("seed")
        with log.open("wb") as output:
            seed = [sys.executable, "-m", "tests.browser.seed", *slugs]
            done = subprocess.run(
                seed, cwd=ROOT, env=self.environment, stdout=output, stderr=output, check=False
            )
        assert done.returncode == 0, f"the seed:\n{tail(log)}"

    def _ready(self) -> bool:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)) as asked:
            try:
                asked.request("GET", "/readyz")
                return asked.getresponse().status == http.HTTPStatus.OK
            except OSError:
                return False
