"""Small files, written as an export would, and a whole import of one of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline.domain.importing.mapping import read_mapping
from pipeline.domain.importing.parsing import Parser
from pipeline.domain.importing.rules import ImportSettings
from pipeline.domain.importing.tables import CHUNK_ROWS, open_table

STAGES = {"Prospecting": "open", "Engaging": "open", "Won": "won", "Lost": "lost"}
EUROS = ImportSettings(currency="EUR", exponent=2, time_zone="Europe/Paris", stages=STAGES)

WriteFile = Callable[..., Path]


@pytest.fixture
def write_file(tmp_path: Path) -> WriteFile:
    """Write a file of text (UTF-8 unless told) or bytes and give its path."""

    def write(content: str | bytes, name: str = "file.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


@dataclass
class Imported:
    """All chunks of a file together."""

    values: pd.DataFrame
    errors: list[tuple[int, str, str]]  # row, column, code
    params: list[str]
    refused: list[tuple[int, list[str]]]
    notes: dict[str, int]

    def column(self, field: str) -> list[str]:
        return self.values[field].tolist()


def import_all(
    path: Path,
    columns: Mapping[str, str],
    *,
    kind: str = "opportunities",
    date_format: str = "ISO",
    decimal: str = ".",
    settings: ImportSettings = EUROS,
    size: int = CHUNK_ROWS,
) -> Imported:
    table = open_table(path)
    document: dict[str, Any] = {
        "kind": kind,
        "columns": columns,
        "date_format": date_format,
        "decimal": decimal,
    }
    parser = Parser(read_mapping(document, table.headers), settings)
    parsed = [parser.parse(chunk) for chunk in table.chunks(size)]
    errors = pd.concat([part.errors for part in parsed])
    notes: dict[str, int] = {}
    for part in parsed:
        for code, count in part.notes.items():
            notes[code] = notes.get(code, 0) + count
    return Imported(
        values=pd.concat([part.values for part in parsed]),
        errors=list(zip(errors["row"].tolist(), errors["column"], errors["code"], strict=True)),
        params=errors["params"].tolist(),
        refused=[one for part in parsed for one in part.refused],
        notes=notes,
    )
