"""The documents say what is so: fields, logins, tests, links."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.conf import settings

from demo.organisations import DEMOS, PASSWORD
from pipeline.domain.importing.kinds import KINDS
from pipeline.domain.importing.mapping import read_mapping

ROOT = Path(settings.BASE_DIR)
DOCUMENTS = [ROOT / name for name in ("README.md", "CHANGELOG.md", "GLOSSARY.md")] + sorted(
    (ROOT / "docs").rglob("*.md")
)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
TEST_FILE = re.compile(r"`(?:tests/\S+/)?(test_\w+\.py)(?:::(test_\w+))?`")


def text(name: str) -> str:
    return (ROOT / name).read_text()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(document: Path) -> None:
    links = [link for link in LINK.findall(document.read_text()) if "://" not in link]

    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_field_of_an_import_is_documented(kind: object) -> None:
    described = text("docs/imports.md").split(f"**{kind.key}**:", 1)[1].split("\n\n", 1)[0]  # type: ignore[attr-defined]

    assert [field.key for field in kind.fields if f"`{field.key}`" not in described] == []  # type: ignore[attr-defined]


def test_the_mapping_of_the_guide_is_one() -> None:
    document = json.loads(text("docs/imports.md").split("```json\n", 1)[1].split("```", 1)[0])

    mapping = read_mapping(document, list(document["columns"]), ["Prospecting", "Engaging", "Won", "Lost"])

    assert mapping.columns["engage_date"] == "entered_at:Engaging"


def test_every_demo_login_is_in_the_readme() -> None:
    logins = [email for demo in DEMOS for email, _name in demo.logins.values()]

    assert [email for email in [PASSWORD, *logins] if f"`{email}`" not in text("README.md")] == []


@pytest.mark.parametrize("name", ["docs/security.md", "docs/figures.md"])
def test_the_tests_that_a_document_names_exist(name: str) -> None:
    found: dict[str, str] = {}
    for path in (ROOT / "tests").rglob("test_*.py"):
        found[path.name] = found.get(path.name, "") + path.read_text()

    named = TEST_FILE.findall(text(name))

    assert named
    assert [one for one in named if f"def {one[1]}" not in found.get(one[0], "")] == []


def test_the_index_of_decisions_is_whole() -> None:
    index = text("docs/adr/README.md")

    assert [path.name for path in (ROOT / "docs" / "adr").glob("0*.md") if path.name not in index] == []
