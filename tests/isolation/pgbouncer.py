"""PgBouncer in transaction mode with one server connection: the place where a setting that stays behind shows."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from tests.servers import Corner

PORT = 6432
REMEDY = "PgBouncer is needed to test pooled connections: apt-get install pgbouncer"

CONFIGURATION = """
[databases]
pooled = host={host} port={port} dbname={database} user={user}{password}
[pgbouncer]
pool_mode = transaction
default_pool_size = 1
max_client_conn = 50
auth_type = any
listen_addr =
listen_port = {listen}
unix_socket_dir = {folder}
logfile = {folder}/log
ignore_startup_parameters = extra_float_digits
"""


def program() -> str:
    """The path of the program; the test fails, with the remedy, where there is none."""
    found = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None:
        pytest.fail(REMEDY, pytrace=False)
    return found


@contextmanager
def pgbouncer(corner: Corner) -> Iterator[dict[str, Any]]:
    """Run one in front of this process's database; gives the Django settings of a connection through it."""
    command = program()
    folder = Path(tempfile.mkdtemp(prefix="boussole-pool-", dir="/tmp"))
    try:
        login = corner.app
        (folder / "ini").write_text(
            CONFIGURATION.format(
                host=login["host"],
                port=login.get("port", 5432),
                database=corner.database,
                user=login["user"],
                password=f" password={login['password']}" if login.get("password") else "",
                listen=PORT,
                folder=folder,
            )
        )
        process = _start(command, folder, Path(str(login["host"])))
        try:
            _wait(process, folder)
            yield {
                "NAME": "pooled",
                "HOST": str(folder),
                "PORT": str(PORT),
                "USER": login["user"],
                "PASSWORD": "",
            }
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=10)
    finally:
        shutil.rmtree(folder)


def _start(command: str, folder: Path, server: Path) -> subprocess.Popen[bytes]:
    """It refuses to run as root: then it runs as the owner of the server's socket folder, or as nobody."""
    identity: dict[str, Any] = {}
    if os.geteuid() == 0:
        owner = server.stat() if server.is_dir() and server.stat().st_uid else None
        uid, gid = (owner.st_uid, owner.st_gid) if owner else (65534, 65534)
        for path in (folder, folder / "ini"):
            os.chown(path, uid, gid)
        identity = {"user": uid, "group": gid, "extra_groups": []}
    return subprocess.Popen(
        [command, "-q", str(folder / "ini")],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **identity,
    )


def _wait(process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            psycopg2.connect(host=str(folder), port=PORT, dbname="pooled", user="anybody").close()
            return
        except psycopg2.OperationalError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                log = folder / "log"
                said = log.read_text() if log.exists() else ""
                raise RuntimeError(f"PgBouncer does not start: {error}\n{said}") from error
            time.sleep(0.02)
