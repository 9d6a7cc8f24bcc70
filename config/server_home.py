"""Where the embedded servers of a DATA_DIR keep their files, and as whom they run.

PostgreSQL refuses to run as root. Started by root, the servers run as the owner of DATA_DIR, or as `nobody` when root
owns it. That user must reach its files, and no folder's permissions are widened for it: where DATA_DIR (or the virtual
environment) lies behind a closed folder such as /root, the files live in a private folder under /var/lib, and
DATA_DIR/servers is a link to it.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from config.processes import RunAs

# A Unix socket's path is limited to 107 bytes; PostgreSQL adds "/.s.PGSQL.5432".
LONGEST_SOCKET_FOLDER = 80
OUTSIDE_FOLDERS = (Path("/var/lib"), Path("/var/tmp"), Path("/tmp"))


class ServerError(RuntimeError):
    """The embedded servers could not be placed or started; the message says what to do."""


@dataclass(frozen=True, slots=True)
class ServerHome:
    """The places of one pair of servers."""

    files: Path
    sockets: Path
    log: Path
    run_as: RunAs | None


def server_user(data_dir: Path) -> RunAs | None:
    """As whom the servers run: None means as the present user."""
    if os.geteuid() != 0:
        return None
    owner = data_dir.stat()
    if owner.st_uid != 0:
        return RunAs(owner.st_uid, owner.st_gid)
    for name in ("nobody", "daemon"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return RunAs(entry.pw_uid, entry.pw_gid)
    raise ServerError(
        "PostgreSQL refuses to run as root and this machine has no user 'nobody'. Run as a normal user, "
        "or set DATABASE_URL and REDIS_URL to servers of your own."
    )


def reachable(path: Path, run_as: RunAs | None) -> bool:
    """Whether the servers' user can enter `path`."""
    if run_as is None:
        return os.access(path, os.X_OK)
    probe = subprocess.run(
        ["test", "-x", str(path)], user=run_as.uid, group=run_as.gid, extra_groups=[], cwd="/", check=False
    )
    return probe.returncode == 0


def give(path: Path, run_as: RunAs | None, mode: int = 0o700) -> Path:
    """Hand a folder to the servers' user, closed to everyone else."""
    path.mkdir(mode=mode, parents=True, exist_ok=True)
    if run_as is not None:
        os.chown(path, run_as.uid, run_as.gid)
    path.chmod(mode)
    return path


def data_folder(data_dir: Path) -> Path:
    """Make DATA_DIR when it is absent and return its real path.

    Errors: ServerError when it cannot be made or belongs to another user.
    """
    try:
        # Root's servers run as somebody else, who must be able to pass through.
        data_dir.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ServerError(f"DATA_DIR {data_dir} cannot be made: {error.strerror}.") from error
    if not os.access(data_dir, os.R_OK | os.W_OK | os.X_OK):
        raise ServerError(
            f"DATA_DIR {data_dir} belongs to another user. Choose another: make demo DATA_DIR=folder"
        )
    return data_dir.resolve()


def server_home(data_dir: Path) -> ServerHome:
    """Find or make the places of the servers of `data_dir`, an absolute path that exists."""
    run_as = server_user(data_dir)
    files = _files_folder(data_dir, run_as)
    log = give(data_dir / "log", None)
    return ServerHome(files=files, sockets=_socket_folder(data_dir, run_as), log=log, run_as=run_as)


def _files_folder(data_dir: Path, run_as: RunAs | None) -> Path:
    here = data_dir / "servers"
    if here.is_symlink() and here.exists():
        return give(here.resolve(), run_as)
    here.unlink(missing_ok=True) if here.is_symlink() else None
    if reachable(data_dir, run_as):
        return give(here, run_as)
    outside = Path(tempfile.mkdtemp(prefix="boussole-", dir=_first_reachable(OUTSIDE_FOLDERS, run_as)))
    if here.exists():
        # The tree was moved behind a closed folder after its first start.
        outside.rmdir()
        shutil.move(here, outside)
    here.symlink_to(outside)
    return give(outside, run_as)


def _socket_folder(data_dir: Path, run_as: RunAs | None) -> Path:
    """A short private folder outside DATA_DIR, the same at every start unless something is wrong with it."""
    note = data_dir / "sockets"
    prefix = f"boussole-{hashlib.sha256(bytes(data_dir)).hexdigest()[:8]}-"
    if note.exists():
        known = Path(note.read_text().strip())
        if known.name.startswith(prefix) and _is_private(known, run_as):
            return known
    shared = (Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp"))
    short = [
        folder for folder in shared if len(bytes(folder)) < LONGEST_SOCKET_FOLDER and " " not in str(folder)
    ]
    folder = give(Path(tempfile.mkdtemp(prefix=prefix, dir=_first_reachable(tuple(short), run_as))), run_as)
    note.write_text(f"{folder}\n")
    return folder


def _is_private(folder: Path, run_as: RunAs | None) -> bool:
    """Whether `folder` is a real folder of the servers' user, closed to others; made anew when it was swept away."""
    try:
        folder.mkdir(mode=0o700)
        give(folder, run_as)
    except FileExistsError:
        pass
    except OSError:
        return False
    found = folder.lstat()
    return found.st_uid == (run_as.uid if run_as else os.geteuid()) and found.st_mode == 0o040700


def _first_reachable(folders: tuple[Path, ...], run_as: RunAs | None) -> Path:
    for folder in folders:
        if folder.is_dir() and os.access(folder, os.W_OK) and reachable(folder, run_as):
            return folder
    raise ServerError(
        f"No folder for the embedded servers could be used among {', '.join(map(str, folders))}."
    )
