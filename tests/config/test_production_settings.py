"""Production refuses to start on anything unsafe."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from config.environment import Environment
from config.safety import faults
from config.settings.demo import DEMO_KEY_PREFIX, demo_key

ROOT = Path(__file__).resolve().parents[2]
SOUND = {
    "SECRET_KEY": "kX7vQ2mZr9LtW4yBn8DcFh3JsPqUaE6gTiRo1VwYxN5MzKbHdC0GfSj",
    "ALLOWED_HOSTS": "boussole.example",
    "PUBLIC_URL": "https://boussole.example",
    "DATABASE_URL": "postgresql://boussole_app:secret@db.example/boussole",
    "REDIS_URL": "redis://cache.example:6379/0",
    "EMAIL_HOST": "mail.example",
}


def check_in_production(variables: dict[str, str], *, settings: str = "config.settings.production") -> str:
    """What `check --deploy` says in a process of its own with these variables only; empty when all is well."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LD_LIBRARY_PATH") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "django", "check", "--deploy", "--fail-level", "WARNING"],
        env={**kept, **variables, "DJANGO_SETTINGS_MODULE": settings},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else done.stderr


def test_sound_settings_pass_djangos_deployment_check() -> None:
    assert check_in_production(SOUND) == ""


def test_every_missing_variable_is_named_at_once() -> None:
    said = check_in_production({})

    for name in SOUND:
        assert f"{name} is not set" in said


@pytest.fixture
def given() -> Environment:
    return Environment(
        secret_key=SOUND["SECRET_KEY"],
        allowed_hosts=[SOUND["ALLOWED_HOSTS"]],
        public_url=SOUND["PUBLIC_URL"],
        database_url=SOUND["DATABASE_URL"],
        redis_url=SOUND["REDIS_URL"],
        email_host=SOUND["EMAIL_HOST"],
    )


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        pytest.param(
            {"secret_key": "demo-" + "kX7vQ2mZr9LtW4yBn8DcFh3JsPqUaE" * 2},
            "demo or default",
            id="demo secret",
        ),
        pytest.param({"secret_key": "kX7vQ2mZ"}, "too short", id="short secret"),
        pytest.param({"secret_key": "a" * 80}, "too regular", id="regular secret"),
        pytest.param(
            {"secret_key": "change-me-" + "kX7vQ2mZr9LtW4yB" * 4}, "demo or default", id="placeholder"
        ),
        pytest.param({"debug": True}, "DEBUG is on", id="debug"),
        pytest.param({"allowed_hosts": ["*"]}, "any host", id="any host"),
        pytest.param({"public_url": "http://boussole.example"}, "not https", id="no https"),
        pytest.param({"hsts_seconds": 0}, "HSTS", id="no strict transport"),
    ],
)
def test_an_unsafe_setting_is_refused(given: Environment, change: dict[str, Any], fault: str) -> None:
    found = faults(replace(given, **change))

    assert len(found) == 1
    assert fault in found[0]


def test_sound_settings_have_no_fault(given: Environment) -> None:
    assert faults(given) == []


def test_a_demo_draws_its_own_secret_once_and_production_would_refuse_it(
    given: Environment, tmp_path: Path
) -> None:
    secret = demo_key(tmp_path)

    assert demo_key(tmp_path) == secret
    assert secret.startswith(DEMO_KEY_PREFIX)
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
    assert faults(replace(given, secret_key=secret))
