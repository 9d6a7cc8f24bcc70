"""`make demo` from start to end, killed in every way. Minutes long: `make drill`."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.forget import forget

ROOT = Path(__file__).resolve().parents[2]
# Generous: it is about what is left behind, not about speed.
FIRST_START, SECOND_START, END = 600.0, 180.0, 60.0

pytestmark = pytest.mark.drill


class Demo:
    """A supervisor of its own DATA_DIR and port, in a process group of its own."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *, within: float) -> None:
        apart = {"DATABASE_URL", "MIGRATE_DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"}
        given = {name: value for name, value in os.environ.items() if name not in apart}
        said = self.data_dir.with_suffix(".out")
        with said.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.supervisor"],
                env={**given, "PORT": str(self.port), "DATA_DIR": str(self.data_dir)},
                cwd=ROOT,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        deadline = time.monotonic() + within
        while "Boussole is ready: http://127.0.0.1:" not in said.read_text():
            assert self.process.poll() is None, said.read_text()
            assert time.monotonic() < deadline, said.read_text()
            time.sleep(0.1)

    def left(self) -> list[str]:
        """The command lines of the processes that belong to this demo."""
        mark = os.fsencode(self.data_dir)
        found = []
        for process in Path("/proc").iterdir():
            try:
                command = (process / "cmdline").read_bytes()
                if mark in command or mark in (process / "environ").read_bytes():
                    found.append(command.replace(b"\0", b" ").decode())
            except OSError:
                continue
        return [line for line in found if line]

    def wait_for_the_end(self) -> None:
        assert self.process is not None
        self.process.wait(END)
        deadline = time.monotonic() + END
        while self.left() and time.monotonic() < deadline:
            time.sleep(0.1)
        assert self.left() == []


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo that was started once and has ended."""
    first = Demo(tmp_path_factory.mktemp("drill") / "data of a demo")
    first.start(within=FIRST_START)
    _interrupt(first)
    first.wait_for_the_end()
    yield first
    forget(first.data_dir)


@pytest.fixture
def demo(prepared: Demo) -> Iterator[Demo]:
    yield prepared
    if prepared.process is not None and prepared.process.poll() is None:
        prepared.process.terminate()
        prepared.process.wait(END)


def _pid(demo: Demo) -> int:
    assert demo.process is not None
    return demo.process.pid


def _interrupt(demo: Demo) -> None:
    os.killpg(_pid(demo), signal.SIGINT)


def _terminate(demo: Demo) -> None:
    os.kill(_pid(demo), signal.SIGTERM)


def _kill_the_supervisor(demo: Demo) -> None:
    os.kill(_pid(demo), signal.SIGKILL)


def _kill_the_group(demo: Demo) -> None:
    os.killpg(_pid(demo), signal.SIGKILL)


def _kill_everything(demo: Demo) -> None:
    mark = os.fsencode(demo.data_dir)
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and mark in (process / "environ").read_bytes():
                os.kill(int(process.name), signal.SIGKILL)
        except OSError:
            continue


@pytest.mark.parametrize(
    "end",
    [_interrupt, _terminate, _kill_the_supervisor, _kill_the_group, _kill_everything],
    ids=lambda end: end.__name__,
)
def test_no_process_is_left_and_the_next_start_works(demo: Demo, end: Callable[[Demo], None]) -> None:
    demo.start(within=SECOND_START)

    end(demo)

    demo.wait_for_the_end()


def test_a_service_that_dies_is_started_again(demo: Demo) -> None:
    demo.start(within=SECOND_START)

    for process in Path("/proc").iterdir():
        try:
            command = (process / "cmdline").read_bytes()
            ours = os.fsencode(demo.data_dir) in (process / "environ").read_bytes()
        except OSError:
            continue
        if ours and b"gunicorn" in command:
            os.kill(int(process.name), signal.SIGKILL)

    deadline = time.monotonic() + END
    while "Web ended by itself" not in demo.data_dir.with_suffix(".out").read_text():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    _terminate(demo)
    demo.wait_for_the_end()
