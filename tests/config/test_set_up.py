"""What the two commands stand on: the port, the pinned packages, the bundle, the translations."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from config import assets, translations
from config.port import PortTaken, require_free

ROOT = Path(__file__).resolve().parents[2]


def test_a_taken_port_is_said_with_the_remedy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        with pytest.raises(PortTaken, match=f"Port {port} is taken.*make demo PORT={port + 1}"):
            require_free("127.0.0.1", port)


def test_a_free_port_is_not_held() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

    require_free("127.0.0.1", port)
    with socket.create_server(("127.0.0.1", port)):
        pass


def test_the_supervisor_refuses_a_taken_port_before_it_starts_anything(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "config.supervisor"],
            env={**os.environ, "PORT": str(port), "DATA_DIR": str(tmp_path / "data")},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 1
    assert f"Port {port} is taken" in done.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_are_pinned_and_name_no_index(name: str) -> None:
    lines = (ROOT / name).read_text().splitlines()
    packages = [line for line in lines if line and not line.lstrip().startswith("#")]

    assert packages
    assert all(re.fullmatch(r"[a-z0-9._-]+==\S+( ; .+)?", line) for line in packages)
    assert not any(word in line for line in lines for word in ("://", "--index", "--find-links"))


def test_the_npm_lock_pins_by_content_and_names_no_registry() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    locked = {name: entry for name, entry in packages.items() if name}

    assert locked
    assert all(entry["integrity"].startswith("sha512-") for entry in locked.values())
    assert not any("resolved" in entry for entry in locked.values())


def test_no_packages_script_runs_at_installation() -> None:
    assert "ignore-scripts=true" in (ROOT / ".npmrc").read_text().splitlines()


def test_the_bundle_is_there_and_loads_nothing_from_another_host() -> None:
    for entry in assets.ENTRIES:
        text = (assets.TARGET / entry).read_text()
        assert text
        assert not re.search(r"""(url\(|import\(|@import|src=)\s*["']?https?:""", text)


def test_every_class_of_tabler_that_a_template_names_is_in_the_bundle() -> None:
    whole, cut = (
        set(re.findall(r"\.([a-z][\w-]*)", sheet.read_text()))
        for sheet in (assets.PACKAGES / "@tabler/core/dist/css/tabler.css", assets.TARGET / "app.css")
    )
    named = {
        word
        for template in (ROOT / "templates").rglob("*.html")
        for classes in re.findall(r'class="([^"]*)"', template.read_text())
        for word in re.findall(r"[\w-]+", classes)
    }

    assert {"btn", "form-control", "is-invalid", "visually-hidden"} <= named & whole
    assert named & whole <= cut


def test_a_catalogue_is_compiled_when_its_text_is_newer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n')
    monkeypatch.setattr(translations, "LOCALE", tmp_path)

    assert translations.main() == 0
    compiled = folder / "django.mo"
    first = compiled.stat().st_mtime_ns

    assert translations.main() == 0
    assert compiled.stat().st_mtime_ns == first
    os.utime(folder / "django.po", ns=(first + 1, first + 1))
    assert translations.main() == 0
    assert compiled.stat().st_mtime_ns != first


def test_a_broken_catalogue_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "locale" / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text("not a catalogue\n")
    monkeypatch.setattr(translations, "LOCALE", tmp_path / "locale")

    assert translations.main() == 1
    assert "locale/fr/LC_MESSAGES/django.po" in capsys.readouterr().err


def test_continuous_integration_runs_the_tests_and_nothing_else() -> None:
    lines = [
        line for line in (ROOT / ".ci" / "run").read_text().splitlines() if line and not line.startswith("#")
    ]

    assert lines == ["set -euo pipefail", 'cd "$(dirname "${BASH_SOURCE[0]}")/.."', "exec make test"]


def test_migrations_on_a_database_that_is_not_named_are_refused() -> None:
    with pytest.raises(CommandError, match="MIGRATE_DATABASE_URL is not set"):
        call_command("migrate", database="of nobody")
