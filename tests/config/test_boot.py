"""Web and worker refuse to start on a database role that row-level security does not bind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import Corner, url

ROOT = Path(__file__).resolve().parents[2]
WEB = ["-c", "import config.wsgi; print('serving')"]
WORKER = [
    "-m",
    "celery",
    "-A",
    "config.celery",
    "--quiet",
    "worker",
    "--pool=solo",
    "--without-gossip",
    "--without-mingle",
]

pytestmark = pytest.mark.django_db


def start(arguments: list[str], database_url: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "ignore", *arguments],
        env={**os.environ, "DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "config.settings.test"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_web_starts_as_the_bound_role(corner: Corner) -> None:
    done = start(WEB, url(corner.app, corner.database))

    assert done.stdout == "serving\n", done.stderr


@pytest.mark.parametrize("arguments", [WEB, WORKER], ids=["web", "worker"])
def test_the_owner_of_the_tables_is_refused(corner: Corner, arguments: list[str]) -> None:
    done = start(arguments, url(corner.owner, corner.database))

    assert done.returncode != 0
    assert "the runtime database role bypasses row-level security" in done.stderr
    assert "the runtime database role owns tables" in done.stderr
    assert "connect as boussole_app" in done.stderr
