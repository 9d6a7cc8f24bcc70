"""Temporary tables in which a file lands before it touches anything.

PostgreSQL refuses COPY into a table with row-level security, so rows go by COPY into these, which die with the
transaction, and from there by set-based statements into the tables of the organisation.
"""

from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Any

import pandas as pd
from django.db import connection

TEXT = "text"

ROWS = "import_row"
REFUSED = "import_refused"
CELLS = "import_cells"
REFUSED_COLUMNS = {"row": "integer", "column": TEXT, "code": TEXT, "params": "jsonb"}
CELLS_COLUMNS = {"row": "integer", "cells": "jsonb"}


def create(name: str, columns: Mapping[str, str]) -> None:
    """Make an empty temporary table; `columns`: name → SQL type. Text columns are never null: '' is "not said"."""
    written = ", ".join(
        f'"{column}" {kind}' + (" NOT NULL DEFAULT ''" if kind == TEXT else "")
        for column, kind in columns.items()
    )
    execute(f"DROP TABLE IF EXISTS pg_temp.{name}; CREATE TEMP TABLE {name} ({written}) ON COMMIT DROP")


def copy(name: str, frame: pd.DataFrame, columns: Mapping[str, str]) -> None:
    """Append the frame's columns (strings; "" or missing is null except in text columns) by COPY."""
    kept = [column for column in columns if column in frame.columns]
    buffer = StringIO()
    frame[kept].to_csv(buffer, header=False, index=False, lineterminator="\n")
    buffer.seek(0)
    texts = [f'"{column}"' for column in kept if columns[column] == TEXT]
    options = f", FORCE_NOT_NULL ({', '.join(texts)})" if texts else ""
    listed = ", ".join(f'"{column}"' for column in kept)
    with connection.cursor() as cursor:
        cursor.cursor.copy_expert(f"COPY {name} ({listed}) FROM STDIN (FORMAT csv{options})", buffer)


def analyse(name: str) -> None:
    """Give the planner the table's figures: it knows nothing of a table made in this transaction."""
    execute(f"ANALYZE {name}")


def execute(sql: str, params: Mapping[str, Any] | None = None) -> int:
    """Run a statement and return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


def rows(sql: str, params: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def value(sql: str, params: Mapping[str, Any] | None = None) -> Any:
    """The first column of the first row."""
    return rows(sql, params)[0][0]


def refuse(sql: str, params: Mapping[str, Any] | None = None) -> int:
    """Refuse the rows that `sql` selects as (row, column, code, params), and take them out of the file's rows."""
    if not execute(f'INSERT INTO {REFUSED} ("row", "column", code, params) {sql}', params):
        return 0
    return execute(f'DELETE FROM {ROWS} f USING {REFUSED} r WHERE f."row" = r."row"')


def slices(name: str, size: int) -> Sequence[tuple[int, int]]:
    """Ranges of row numbers, both ends included, of about `size` rows: what one statement writes at a time."""
    first, last = rows(f'SELECT min("row"), max("row") FROM {name}')[0]
    if first is None:
        return []
    return [(start, start + size - 1) for start in range(first, last + 1, size)]
