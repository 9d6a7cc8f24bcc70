"""Child processes that never outlive their parent."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True, slots=True)
class RunAs:
    """The system user a child runs as, when the parent is root and the child must not be."""

    uid: int
    gid: int


def die_with_parent(death_signal: signal.Signals) -> None:
    """Ask the kernel (Linux only) to send `death_signal` to this process when its parent dies, even by kill -9."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)


def _bound_to(parent: int, death_signal: signal.Signals) -> Callable[[], None]:
    def prepare() -> None:
        die_with_parent(death_signal)
        if os.getppid() != parent:
            # The parent was gone before the request was in force.
            os._exit(1)

    return prepare


def spawn(
    arguments: Sequence[str | Path],
    *,
    death_signal: signal.Signals,
    cwd: Path,
    log: Path | None = None,
    environment: dict[str, str] | None = None,
    run_as: RunAs | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child in a process group of its own, bound to this process's life.

    A Ctrl-C in the terminal then reaches only the parent, which stops its children in order.
    `log` receives both output streams; None inherits them. Must be called from the main thread: the kernel binds the
    child to the thread that forked it.
    """
    output = log.open("ab") if log is not None else None
    try:
        return subprocess.Popen(
            [str(argument) for argument in arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output is not None else None,
            cwd=cwd,
            env=environment,
            process_group=0,
            user=run_as.uid if run_as else None,
            group=run_as.gid if run_as else None,
            extra_groups=[] if run_as else None,
            # Runs after the user has been changed, which would have cleared the request.
            preexec_fn=_bound_to(os.getpid(), death_signal),
        )
    finally:
        if output is not None:
            output.close()


def stop(process: subprocess.Popen[bytes], *, first: signal.Signals, patience: float) -> None:
    """Send `first`, wait `patience` seconds, then kill the child's whole group."""
    if process.poll() is None:
        process.send_signal(first)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=patience)
    kill_group(process)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of the child's process group and collect the child."""
    # When nothing is left of the group (macOS says PermissionError for a group of zombies).
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log file, for an error message; empty when there is none."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""
