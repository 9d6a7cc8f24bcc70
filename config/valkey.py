"""The embedded Valkey: queue, cache and progress, on a private socket, with an append-only file."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

from config.processes import spawn, stop, tail
from config.server_home import ServerError, ServerHome, give

PATIENCE = 20.0


class Valkey:
    """One Valkey server of one DATA_DIR."""

    def __init__(self, home: ServerHome, binary: Path) -> None:
        self.home = home
        self.binary = binary
        self.log = home.log / "valkey.log"
        self.socket = home.sockets / "valkey.sock"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it answers.

        A data folder that Valkey cannot read (torn by a power cut) is set aside and an empty one is used: what was
        queued is known to the job ledger in PostgreSQL, which queues it again.
        """
        folder = give(self.home.files / "valkey", self.home.run_as)
        if not self._started(folder):
            folder.rename(self.home.files / f"valkey-unreadable-{time.time_ns()}")
            if not self._started(give(folder, self.home.run_as)):
                raise ServerError(f"Valkey does not start:\n{tail(self.log)}")

    def _started(self, folder: Path) -> bool:
        self.socket.unlink(missing_ok=True)
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(folder),
            "appendonly": "yes",
            "save": "",
            "maxmemory": "512mb",
            # A queue must say that it is full, never forget.
            "maxmemory-policy": "noeviction",
            "databases": "64",
            "daemonize": "no",
        }
        arguments: list[str | Path] = [
            self.binary,
            *(part for name, value in options.items() for part in (f"--{name}", value)),
        ]
        self.process = spawn(
            arguments,
            death_signal=signal.SIGTERM,
            cwd=folder,
            log=self.log,
            run_as=self.home.run_as,
        )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.process.poll() is None:
            if self._answers():
                return True
            time.sleep(0.02)
        self.stop()
        return False

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            try:
                client.connect(os.fspath(self.socket))
                client.sendall(b"PING\r\n")
                # While it reads its file it answers "-LOADING".
                return client.recv(64).startswith(b"+PONG")
            except OSError:
                return False

    def stop(self) -> None:
        if self.process is not None:
            stop(self.process, first=signal.SIGTERM, patience=PATIENCE)

    @property
    def url(self) -> str:
        return f"unix://{self.socket}?db=0"
