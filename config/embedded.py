"""Find, or have started, the embedded PostgreSQL and Valkey of a DATA_DIR.

    with servers(Path(".boussole")) as found:
        found.database_url_app, found.database_url_owner, found.redis_url

Any number of processes may ask at once. Each holds a shared lock for as long as it needs the servers; a keeper process
(config.keeper) owns them and stops them after the last one, whether it ended well or was killed.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO

from config.processes import tail
from config.server_home import ServerError, data_folder

BASE_DIR = Path(__file__).resolve().parent.parent
PATIENCE = 180.0
VARIABLES = ("DATABASE_URL", "REDIS_URL")


@dataclass(slots=True)
class Servers:
    """The addresses of two running servers, held until `stop()` (or the end of the process)."""

    data_dir: Path
    database_url_app: str
    database_url_owner: str
    database_url_admin: str
    redis_url: str
    keeper: int
    _hold: IO[str]
    _started: int | None = field(default=None)  # the keeper's process id, when it is a child of this process

    def alive(self) -> bool:
        """Whether the keeper that owns the servers still runs."""
        return is_in_use(self.data_dir)

    def stop(self) -> None:
        """Let go of the servers, and when nobody else uses them wait until they have stopped."""
        if not self._hold.closed:
            _let_go(self.data_dir, self._hold, self._started)

    def __enter__(self) -> Servers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def servers(data_dir: Path, *, durable: bool = True) -> Servers:
    """Find the servers of `data_dir`, starting them when needed (about a second, three the first time).

    `durable=False` makes a cluster that may be thrown away (tests): faster, and safe from killed processes but not from
    a power cut. Errors: ServerError, with the remedy or the end of the server's log.
    """
    data_dir = data_folder(data_dir)
    with _opened(data_dir / "start.lock") as start:
        _wait_for(start, fcntl.LOCK_EX, "Another process has been starting the embedded servers for too long")
        hold = _opened(data_dir / "users.lock")
        _wait_for(hold, fcntl.LOCK_SH, "The embedded servers have been stopping for too long")
        started = None
        try:
            if not _held(data_dir / "keeper.lock"):
                started = _start_keeper(data_dir, durable=durable)
            state = _state(data_dir, started)
        except BaseException:
            # Also when interrupted: whoever started a keeper waits for its end.
            _let_go(data_dir, hold, started)
            raise
    return Servers(
        data_dir=data_dir,
        database_url_app=state["app"],
        database_url_owner=state["owner"],
        database_url_admin=state["admin"],
        redis_url=state["redis"],
        keeper=int(state["keeper"]),
        _hold=hold,
        _started=started,
    )


def is_in_use(data_dir: Path) -> bool:
    """Whether a keeper runs the servers of `data_dir` now."""
    return _held(data_dir / "keeper.lock")


@contextmanager
def servers_in_environment(data_dir: Path, environment: MutableMapping[str, str]) -> Iterator[Servers | None]:
    """Put the addresses of the embedded servers into `environment`, unless it names servers already.

    Errors: ServerError when only one of the two addresses is given.
    """
    given = [name for name in VARIABLES if environment.get(name)]
    if len(given) == len(VARIABLES):
        yield None
        return
    if given:
        raise ServerError(f"{given[0]} is set alone: set both {' and '.join(VARIABLES)}, or neither.")
    with servers(data_dir) as found:
        environment["DATABASE_URL"] = found.database_url_app
        environment["MIGRATE_DATABASE_URL"] = found.database_url_owner
        environment["REDIS_URL"] = found.redis_url
        yield found


def _let_go(data_dir: Path, hold: IO[str], started: int | None) -> None:
    hold.close()
    keeper = data_dir / "keeper.lock"
    deadline = time.monotonic() + PATIENCE
    while _runs(keeper, started) and time.monotonic() < deadline:
        if _used_by_others(data_dir / "users.lock"):
            return
        time.sleep(0.03)


def _runs(keeper: Path, started: int | None) -> bool:
    # Our own child may not have come as far as its lock; asking for it also buries it.
    with contextlib.suppress(ChildProcessError):
        if started is not None and os.waitpid(started, os.WNOHANG) == (0, 0):
            return True
    return _held(keeper)


def _start_keeper(data_dir: Path, *, durable: bool) -> int:
    (data_dir / "servers.json").unlink(missing_ok=True)
    with (data_dir / "keeper.log").open("wb") as log:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "config.keeper", str(data_dir), *([] if durable else ["--fleeting"])],
            cwd=BASE_DIR,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # Not of our terminal nor our group: other users of the servers may outlive us.
            start_new_session=True,
        )
    # It is not ours to wait for when others use it, so the object must not complain that it still runs.
    keeper.returncode = 0
    return keeper.pid


def _state(data_dir: Path, started: int | None) -> dict[str, str]:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        runs = _runs(data_dir / "keeper.lock", started)
        try:
            found: dict[str, str] = json.loads((data_dir / "servers.json").read_text())
            return found
        except FileNotFoundError:
            pass
        if not runs:
            break
        time.sleep(0.02)
    raise ServerError(f"The embedded servers did not start.\n{tail(data_dir / 'keeper.log')}")


def _opened(lock: Path) -> IO[str]:
    file = lock.open("a")
    if os.geteuid() == 0:
        owner = lock.parent.stat()
        os.chown(lock, owner.st_uid, owner.st_gid)
    return file


def _wait_for(lock: IO[str], kind: int, complaint: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not _taken(lock, kind):
        if time.monotonic() > deadline:
            raise ServerError(f"{complaint} ({lock.name}).")
        time.sleep(0.02)


def _taken(lock: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _held(path: Path) -> bool:
    """Whether another process holds this lock exclusively."""
    with _opened(path) as lock:
        return not _taken(lock, fcntl.LOCK_SH)


def _used_by_others(path: Path) -> bool:
    """Whether somebody shares this lock: it can be shared, but not had alone."""
    with _opened(path) as lock:
        return not _taken(lock, fcntl.LOCK_EX) and _taken(lock, fcntl.LOCK_SH)
