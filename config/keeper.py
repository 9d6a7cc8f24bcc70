"""The process that owns the embedded servers of one DATA_DIR.

Started, detached, by the first process that needs the servers (config.embedded). It leaves when nobody holds
DATA_DIR/users.lock any more: the kernel drops the lock of a killed process, so no server outlives its users.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType

from config.binaries import binaries
from config.postgres import ADMIN_ROLE, APP_ROLE, OWNER_ROLE, Postgres
from config.server_home import ServerError, server_home
from config.valkey import Valkey

PULSE = 0.2
LARGEST_LOG = 10_000_000


class _Leave(Exception):
    """Somebody asked the keeper to stop."""


def main(data_dir: Path, *, durable: bool) -> int:
    """Start the servers, say so in DATA_DIR/servers.json, and stop them when the last user is gone."""
    keeper_lock = (data_dir / "keeper.lock").open("a")
    try:
        fcntl.flock(keeper_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return 0
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    state = data_dir / "servers.json"
    state.unlink(missing_ok=True)
    home = server_home(data_dir)
    for log in home.log.glob("*.log"):
        if log.stat().st_size > LARGEST_LOG:
            log.replace(log.with_suffix(".log.1"))
    found = binaries(home)
    postgres = Postgres(home, found.postgres, durable=durable)
    valkey = Valkey(home, found.valkey)
    try:
        postgres.start()
        valkey.start()
        _publish(state, postgres, valkey)
        with (data_dir / "users.lock").open("a") as users:
            while not _nobody_left(users):
                for server in (postgres, valkey):
                    if server.process is not None and server.process.poll() is not None:
                        print(f"{type(server).__name__} ended by itself: starting it again", flush=True)
                        server.start()
                time.sleep(PULSE)
            # Kept until the end: whoever comes now waits for a fresh keeper.
            _stop(state, postgres, valkey)
    except _Leave:
        pass
    finally:
        _stop(state, postgres, valkey)
    return 0


def _leave(number: int, frame: FrameType | None) -> None:
    raise _Leave


def _nobody_left(users: object) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)  # type: ignore[arg-type]
    except BlockingIOError:
        return False
    return True


def _publish(state: Path, postgres: Postgres, valkey: Valkey) -> None:
    draft = state.with_suffix(".draft")
    draft.write_text(
        json.dumps(
            {
                "keeper": os.getpid(),
                "app": postgres.url(APP_ROLE),
                "owner": postgres.url(OWNER_ROLE),
                "admin": postgres.url(ADMIN_ROLE),
                "redis": valkey.url,
            }
        )
    )
    draft.replace(state)


def _stop(state: Path, postgres: Postgres, valkey: Valkey) -> None:
    state.unlink(missing_ok=True)
    valkey.stop()
    postgres.stop()
    with contextlib.suppress(OSError):
        valkey.socket.unlink(missing_ok=True)
        # Made again, at the same place, by the next start.
        postgres.home.sockets.rmdir()


if __name__ == "__main__":
    try:
        sys.exit(main(Path(sys.argv[1]), durable="--fleeting" not in sys.argv))
    except ServerError as error:
        sys.exit(str(error))
