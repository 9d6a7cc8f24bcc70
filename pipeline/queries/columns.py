"""Whole numbers by the hundred thousand, read as arrays: a text a column costs a tenth of a tuple a row."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def integers(select: str, parameters: Mapping[str, Any], names: Sequence[str]) -> dict[str, Ints]:
    """The columns of a SELECT of whole numbers without nulls, by these names, in the order of its rows. One query."""
    texts = ", ".join(f"string_agg({name}::text, ' ')" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {texts} FROM ({select}) AS r ({', '.join(names)})", parameters)
        found = cursor.fetchone()
    return {
        name: np.fromstring(text or "", dtype=np.int64, sep=" ")
        for name, text in zip(names, found, strict=True)
    }
