"""Bring the database, the demo organisations and the collected assets up to date; what `make demo` does before serving.

One process for all of it, the only one that is told how to connect as the owner of the tables. What `load_demo` says,
the demo logins, is left in the file named as argument, to be shown once the pages answer.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import django


def main(logins: Path) -> None:
    """Migrate as the owner, load the demo organisations as the app role, collect the assets when they changed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.demo")
    django.setup()
    from django.conf import settings
    from django.core.cache import cache
    from django.core.management import call_command
    from django.db import connections

    say("Preparing the database…")
    call_command("migrate", verbosity=0, interactive=False)
    connections["owner"].close()
    collect()
    say("Looking after the demo organisations…")
    said = io.StringIO()
    call_command("load_demo", stdout=said)
    logins.write_text(said.getvalue())
    # The clock's last word was about a former run.
    cache.delete(settings.BEAT_KEY)
    connections.close_all()


def collect() -> None:
    """Run collectstatic afresh when a static file changed since the last time."""
    from django.conf import settings
    from django.core.management import call_command

    target = Path(settings.STATIC_ROOT)
    stamp = target / ".stamp"
    wanted = digest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say("Collecting the assets…")
    shutil.rmtree(target, ignore_errors=True)
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(wanted)


def digest() -> str:
    """What the static files are, told by their names, sizes and dates."""
    total = hashlib.sha256()
    for name, path in sorted(_static_files()):
        facts = path.stat()
        total.update(f"{name}\0{facts.st_size}\0{facts.st_mtime_ns}\n".encode())
    return total.hexdigest()


def _static_files() -> Iterator[tuple[str, Path]]:
    from django.contrib.staticfiles.finders import get_finders

    for finder in get_finders():
        for name, storage in finder.list(["CVS", ".*", "*~"]):
            yield name, Path(storage.path(name))


def say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
