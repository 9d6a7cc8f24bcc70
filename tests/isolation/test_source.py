"""I18: nowhere in the code is a setting made that would outlive its transaction."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.isolation.catalogue import HOUSE_APPS

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(
    file for folder in (*HOUSE_APPS, "config") for file in (ROOT / folder).rglob("*.py") if file.is_file()
)
SET_CONFIG = re.compile(r"set_config\s*\((?P<rest>[^)]*)\)", re.IGNORECASE)
# `SET x = …`, `SET x TO …`, `SET SESSION …`, `SET ROLE …` as a statement, without LOCAL.
SESSION_SET = re.compile(
    r"(?:^|;)\s*SET\s+(?!LOCAL\b|CONSTRAINTS\b|NULL\b|DEFAULT\b)(?:SESSION\s+|ROLE\s|[\w.]+\s*(?:=|\bTO\b))",
    re.IGNORECASE,
)
# A file without this holds neither; to read the syntax of all of them takes ten times as long.
WORTH_READING = re.compile(r"""set_config|set["'\s\\]""", re.IGNORECASE)
# Files that are run once by an operator's role, never by web or worker.
NOT_RUNTIME = {"config/postgres.py": "starts the embedded server as its superuser"}


def texts(file: Path) -> list[tuple[int, str]]:
    """Every string of a module that is not a docstring; an f-string as one, with {} for what is not literal."""
    tree = ast.parse(file.read_text())
    skipped = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    found: list[tuple[int, str]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            skipped |= {id(part) for part in node.values}
            found.append(
                (
                    node.lineno,
                    "".join(
                        str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values
                    ),
                )
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            found.append((node.lineno, node.value))
    return found


def faults(text: str) -> list[str]:
    """What in a piece of SQL would set something for the whole session."""
    found = [match[0] for match in SET_CONFIG.finditer(text) if not re.search(r",\s*true\s*$", match["rest"])]
    return found + [match[0].strip() for match in SESSION_SET.finditer(text)]


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_setting_outlives_its_transaction(file: Path) -> None:
    if str(file.relative_to(ROOT)) in NOT_RUNTIME or not WORTH_READING.search(file.read_text()):
        return
    assert [(line, found) for line, text in texts(file) for found in faults(text)] == []


def test_the_exceptions_are_still_needed() -> None:
    assert all((ROOT / name).exists() for name in NOT_RUNTIME)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT set_config('app.organisation_id', %s, false)",
        "SELECT set_config(%s, %s, is_local)",
        "SET app.organisation_id = 'x'",
        "SELECT 1; SET SESSION statement_timeout = 0",
        "SET ROLE postgres",
        "set search_path to other",
    ],
)
def test_the_rule_sees_what_it_forbids(text: str) -> None:
    assert faults(text)
    assert WORTH_READING.search(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT set_config(%s, %s, true)",
        "SET LOCAL statement_timeout = '30min'; SET LOCAL lock_timeout = '5min'",
        "UPDATE t SET name = 'x' WHERE id = 1",
        "ON DELETE SET NULL (x_id)",
        "SET CONSTRAINTS ALL IMMEDIATE",
    ],
)
def test_the_rule_lets_the_rest_pass(text: str) -> None:
    assert not faults(text)
