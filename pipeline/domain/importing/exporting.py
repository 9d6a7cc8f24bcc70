"""CSV that a spreadsheet opens without running anything.

Every cell is quoted (RFC 4180), and a text that a spreadsheet would take for a formula gets a leading
apostrophe, as OWASP advises; numbers and dates stay as they are.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

# The full-width forms at the end are formulas too where the spreadsheet is Japanese or Chinese.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_PLAIN_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?", re.ASCII)

BYTE_ORDER_MARK = "\ufeff"  # tells Excel that the file is UTF-8


def neutralise(cell: object) -> str:
    """The text of a cell, harmless in a spreadsheet; None is empty."""
    text = "" if cell is None else str(cell)
    is_formula = text.lstrip(" \u00a0").startswith(_FORMULA_STARTS)
    return "'" + text if is_formula and not _PLAIN_NUMBER.fullmatch(text) else text


def csv_lines(
    rows: Iterable[Sequence[object]], headers: Sequence[str], *, mark: bool = False
) -> Iterator[str]:
    """The lines of a CSV file, one string per row, to stream. `mark`: start with a byte order mark."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    if mark:
        buffer.write(BYTE_ORDER_MARK)
    writer.writerow([neutralise(header) for header in headers])
    yield buffer.getvalue()
    for row in rows:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow([neutralise(cell) for cell in row])
        yield buffer.getvalue()


def write_csv(rows: Iterable[Sequence[object]], headers: Sequence[str], *, mark: bool = False) -> str:
    """A whole CSV file as text; encode it in UTF-8."""
    return "".join(csv_lines(rows, headers, mark=mark))
