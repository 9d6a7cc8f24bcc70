"""Tables of sums with a natural key (ADR 0003): brought to what a SELECT counts, or moved by differences."""

from collections.abc import Sequence
from typing import Any


def replace(
    cursor: Any,
    table: str,
    select: str,
    parameters: dict[str, Any],
    *,
    key: Sequence[str],
    sums: Sequence[str],
) -> None:
    """Make the rows of organisation %(org)s in `table` those of `select` (the columns `key` and `sums`, one row a key).

    A row that says the same already is left alone: most do in a rebuild, and writing costs more than reading.
    """
    columns = ", ".join((*key, *sums))
    cursor.execute(
        f"""
        MERGE INTO {table} t
        USING (SELECT %(org)s::uuid AS organisation_id, {columns} FROM ({select}) n ORDER BY {", ".join(key)}) s
        ON t.organisation_id = s.organisation_id AND {" AND ".join(f"t.{one} = s.{one}" for one in key)}
        WHEN MATCHED AND ({" OR ".join(f"t.{one} <> s.{one}" for one in sums)}) THEN
            UPDATE SET {", ".join(f"{one} = s.{one}" for one in sums)}
        WHEN NOT MATCHED THEN
            INSERT (organisation_id, {columns}) VALUES (s.organisation_id, {", ".join(f"s.{one}" for one in (*key, *sums))})
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
        WHEN NOT MATCHED THEN
            INSERT (organisation_id, {columns}) VALUES (s.organisation_id, {", ".join(f"s.{one}" for one in (*key, *sums))})
        """,
        parameters,
    )
