"""The embedded servers: found, shared, and left to nobody. Each test has a DATA_DIR of its own, with a space in it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from redis import Redis

from config.embedded import BASE_DIR, Servers, servers, servers_in_environment
from config.forget import forget
from config.server_home import ServerError

PATIENCE = 30.0


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "data of a person"
    yield folder
    # As root the servers' files are not in a closed temporary folder, but where their user can reach them.
    forget(folder)


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Servers that tests only look at."""
    folder = tmp_path_factory.mktemp("untouched") / "data of a person"
    with servers(folder, durable=False) as found:
        yield found
    forget(folder)


@pytest.fixture
def running(data_dir: Path) -> Iterator[Servers]:
    with servers(data_dir, durable=False) as found:
        yield found


def ask(url: str, question: str) -> object:
    connection = psycopg2.connect(url)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(question)
            row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None
    finally:
        connection.close()


def wait_until_gone(found: Servers) -> bool:
    deadline = time.monotonic() + PATIENCE
    while found.alive() and time.monotonic() < deadline:
        time.sleep(0.05)
    return not found.alive()


def test_the_roles_are_bound_as_the_isolation_needs_them(untouched: Servers) -> None:
    facts = (
        "SELECT array_agg(format('%s %s %s', rolname, rolsuper, rolbypassrls) ORDER BY rolname) FROM pg_roles"
    )

    roles = ask(untouched.database_url_app, f"{facts} WHERE rolname LIKE 'boussole%'")
    assert roles == ["boussole_app f f", "boussole_migrate f t"]
    assert ask(untouched.database_url_app, "SHOW statement_timeout") == "30s"
    assert ask(untouched.database_url_app, "SHOW idle_in_transaction_session_timeout") == "1min"


def test_postgresql_18_speaks_on_a_private_socket_only(untouched: Servers) -> None:
    folder = Path(untouched.database_url_app.split("host=")[1])

    assert str(ask(untouched.database_url_app, "SHOW server_version")).startswith("18.")
    assert ask(untouched.database_url_app, "SHOW listen_addresses") == ""
    assert folder.stat().st_mode & 0o077 == 0
    assert len(str(folder)) < 80


def test_valkey_keeps_what_it_is_given_and_never_forgets_to_make_room(untouched: Servers) -> None:
    with Redis.from_url(untouched.redis_url) as valkey:
        assert valkey.config_get("appendonly") == {"appendonly": "yes"}
        assert valkey.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert valkey.config_get("port") == {"port": "0"}


def test_a_second_user_shares_the_servers_and_the_last_one_stops_them(
    running: Servers, data_dir: Path
) -> None:
    with servers(data_dir) as second:
        assert second.keeper == running.keeper

    assert ask(running.database_url_app, "SELECT 1") == 1
    running.stop()
    assert not running.alive()


def test_a_killed_user_leaves_no_server_behind(data_dir: Path) -> None:
    hold = "import sys, time, pathlib; from config.embedded import servers;"
    hold += "found = servers(pathlib.Path(sys.argv[1]), durable=False); print(found.keeper, flush=True); time.sleep(600)"
    user = subprocess.Popen(
        [sys.executable, "-c", hold, str(data_dir)], cwd=BASE_DIR, stdout=subprocess.PIPE, text=True
    )
    assert user.stdout is not None
    keeper = int(user.stdout.readline())

    user.kill()
    user.wait()
    user.stdout.close()

    deadline = time.monotonic() + PATIENCE
    while _is_alive(keeper) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _is_alive(keeper)


def test_what_was_committed_survives_the_kill_of_every_server_process(
    running: Servers, data_dir: Path
) -> None:
    ask(running.database_url_owner, "CREATE TABLE kept (word text)")
    ask(running.database_url_owner, "INSERT INTO kept VALUES ('said')")
    lines = (data_dir / "servers" / "postgresql" / "postmaster.pid").read_text().splitlines()

    os.kill(running.keeper, signal.SIGKILL)
    os.kill(int(lines[0]), signal.SIGKILL)
    assert wait_until_gone(running)

    with servers(data_dir, durable=False) as again:
        assert ask(again.database_url_owner, "SELECT word FROM kept") == "said"
        assert again.database_url_app == running.database_url_app


def test_a_lock_file_with_somebody_elses_number_does_not_stop_the_start(
    running: Servers, data_dir: Path
) -> None:
    running.stop()
    stale = data_dir / "servers" / "postgresql" / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n/elsewhere\n")

    with servers(data_dir, durable=False) as again:
        assert ask(again.database_url_app, "SELECT 1") == 1


def test_an_unreadable_queue_is_set_aside(running: Servers, data_dir: Path) -> None:
    running.stop()
    folder = data_dir / "servers" / "valkey" / "appendonlydir"
    for file in folder.iterdir():
        file.write_bytes(b"torn by a power cut")

    with servers(data_dir, durable=False) as again, Redis.from_url(again.redis_url) as valkey:
        assert valkey.ping()
    assert list((data_dir / "servers").glob("valkey-unreadable-*"))


def test_what_is_forgotten_leaves_nothing_and_touches_nothing_else(running: Servers, data_dir: Path) -> None:
    files = (data_dir / "servers").resolve()
    (data_dir / "somebody else's").touch()
    with pytest.raises(ServerError, match="in use"):
        forget(data_dir)

    running.stop()
    forget(data_dir)

    assert not files.exists()
    assert [entry.name for entry in data_dir.iterdir()] == ["somebody else's"]


def test_servers_named_by_the_environment_are_used_as_they_are(data_dir: Path) -> None:
    given = {"DATABASE_URL": "postgresql://db.example/sales", "REDIS_URL": "redis://cache.example"}

    with servers_in_environment(data_dir, given) as found:
        assert found is None
    assert not data_dir.exists()


def test_one_address_without_the_other_is_refused(data_dir: Path) -> None:
    with (
        pytest.raises(ServerError, match="DATABASE_URL is set alone"),
        servers_in_environment(data_dir, {"DATABASE_URL": "postgresql://db.example/sales"}),
    ):
        pass


def _is_alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not collected by its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
