"""Derived tables with a natural key (ADR 0003): brought to what a SELECT derives, or moved by differences."""

from collections.abc import Sequence
from typing import Any


def replace(
    cursor: Any,
    table: str,
    select: str,
    parameters: dict[str, Any],
    *,
    key: Sequence[str],
    values: Sequence[str],
) -> None:
    """Make the rows of organisation %(org)s in `table` those of `select` (the columns `key` and `values`, one row a key).

    A row that says the same already is left alone: most do in a rebuild, and writing costs more than reading.
    """
    columns = ", ".join((*key, *values))
    cursor.execute(f"SELECT EXISTS (SELECT FROM {table} WHERE organisation_id = %(org)s)", parameters)
    if not cursor.fetchone()[0]:
        # In the order of the index, which is then filled from one end to the other.
        cursor.execute(
            f"INSERT INTO {table} (organisation_id, {columns})"
            f" SELECT %(org)s::uuid, {columns} FROM ({select}) n ORDER BY {', '.join(key)}",
            parameters,
        )
        return
    cursor.execute(
        f"""
        MERGE INTO {table} t USING (SELECT %(org)s::uuid AS organisation_id, {columns} FROM ({select}) n) s
        ON t.organisation_id = s.organisation_id AND {" AND ".join(f"t.{one} = s.{one}" for one in key)}
        WHEN MATCHED AND ({_of("t", values)}) IS DISTINCT FROM ({_of("s", values)}) THEN
            UPDATE SET {", ".join(f"{one} = s.{one}" for one in values)}
        WHEN NOT MATCHED THEN INSERT (organisation_id, {columns}) VALUES (s.organisation_id, {_of("s", (*key, *values))})
        WHEN NOT MATCHED BY SOURCE AND t.organisation_id = %(org)s THEN DELETE
        """,
        parameters,
    )


def add(
    cursor: Any,
    table: str,
    select: str,
    parameters: dict[str, Any],
    *,
    key: Sequence[str],
    sums: Sequence[str],
) -> None:
    """Add what `select` counts, differences with their sign; a row of which nothing is left goes."""
    columns = ", ".join((*key, *sums))
    cursor.execute(
        f"""
        MERGE INTO {table} t
        USING (SELECT %(org)s::uuid AS organisation_id, {columns} FROM ({select}) n
               WHERE {" OR ".join(f"{one} <> 0" for one in sums)}) s
        ON t.organisation_id = s.organisation_id AND {" AND ".join(f"t.{one} = s.{one}" for one in key)}
        WHEN MATCHED AND {" AND ".join(f"t.{one} + s.{one} = 0" for one in sums)} THEN DELETE
        WHEN MATCHED THEN UPDATE SET {", ".join(f"{one} = t.{one} + s.{one}" for one in sums)}
        WHEN NOT MATCHED THEN INSERT (organisation_id, {columns}) VALUES (s.organisation_id, {_of("s", (*key, *sums))})
        """,
        parameters,
    )


def _of(alias: str, columns: Sequence[str]) -> str:
    return ", ".join(f"{alias}.{one}" for one in columns)
