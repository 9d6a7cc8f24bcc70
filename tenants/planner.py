"""Help for PostgreSQL's planner where its figures cannot be trusted."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def by_whole_tables(cursor: Any) -> Iterator[None]:
    """Have the statements inside join by hashing or merging whole tables, for as long as nothing else will do.

    Right after a first import the planner still believes that the tables are empty, and would loop over one for every row
    of another: minutes instead of milliseconds. For statements that read much of an organisation anyway.
    """
    cursor.execute("SET LOCAL enable_nestloop = off")
    yield
    cursor.execute("SET LOCAL enable_nestloop = on")
