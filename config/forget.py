"""`python -m config.forget`: remove what the product keeps in DATA_DIR, wherever the servers' files are."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from config.embedded import BASE_DIR, is_in_use
from config.server_home import ServerError

OURS = (
    "servers", "sockets", "servers.json", "start.lock", "users.lock", "keeper.lock", "keeper.log", "log", "uploads",
    "mail", "slots", "secret_key", "logins.txt",
)  # fmt: skip


def forget(data_dir: Path) -> None:
    """Remove our own entries of `data_dir`, and the folder itself when nothing else is in it.

    Errors: ServerError while its servers run.
    """
    if not data_dir.is_dir():
        return
    if is_in_use(data_dir):
        raise ServerError(
            f"The servers of {data_dir} are in use: stop `make demo`, or whatever uses them, first."
        )
    servers = data_dir / "servers"
    if servers.is_symlink():
        shutil.rmtree(servers.resolve(), ignore_errors=True)
    for name in OURS:
        entry = data_dir / name
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink(missing_ok=True)
    if not any(data_dir.iterdir()):
        data_dir.rmdir()


def main() -> int:
    """Forget DATA_DIR of the environment."""
    data_dir = Path(os.environ.get("DATA_DIR") or BASE_DIR / ".boussole").absolute()
    try:
        forget(data_dir)
    except ServerError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Nothing of Boussole is left in {data_dir}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
