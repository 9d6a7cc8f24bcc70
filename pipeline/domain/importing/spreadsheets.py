"""XLSX files: refused when they would exhaust memory, else read as rows of canonical strings."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import python_calamine as calamine

from pipeline.domain.importing.errors import FileError

MAX_UNPACKED = 2 * 1024**3
MAX_RATIO = 200  # unpacked / packed, of a file above RATIO_FLOOR; sheets are seldom above 30
RATIO_FLOOR = 64 * 1024**2
MAX_CELLS = 60_000_000  # of the rectangle around all cells: the reader allocates it whole
BLOCK = 1024 * 1024
EXACT = 2.0**53  # whole numbers beyond are not what was typed
OVERLAP = 64  # bytes read again, for a reference cut between two blocks

_REFERENCE = re.compile(rb"\br\s*=\s*[\"']\s*([A-Za-z]{0,10})(\d{1,19})\s*[\"']")


def check_workbook(path: Path) -> None:
    """Unpack a workbook without keeping it. Raises FileError for what is no XLSX or would not fit in memory.

    Sizes written in the archive are not believed. A cell far from the others is refused too, because a
    few bytes naming the last cell of a sheet make a reader allocate seventeen thousand million cells.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check_content(archive.namelist())
            packed = path.stat().st_size
            limit = (
                MAX_UNPACKED if packed * MAX_RATIO > MAX_UNPACKED else max(RATIO_FLOOR, packed * MAX_RATIO)
            )
            left = limit
            for entry in archive.infolist():
                left -= _check_part(archive, entry, left, limit)
    except (
        zipfile.BadZipFile,
        EOFError,
        OSError,
        RuntimeError,
        NotImplementedError,
        zlib.error,
    ) as error:
        raise FileError("broken_spreadsheet") from error


def _check_content(names: list[str]) -> None:
    if "xl/workbook.xml" in names and "[Content_Types].xml" in names:
        return
    if "xl/workbook.bin" in names or "mimetype" in names:
        raise FileError("other_spreadsheet")
    raise FileError("zip_archive")


def _check_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int, limit: int) -> int:
    """Unpacked size of one part; FileError past `left` bytes or when its cells spread too far."""
    size = 0
    columns: set[bytes] = set()
    last_row, tail = 0, b""
    with archive.open(entry) as part:
        while block := part.read(BLOCK):
            size += len(block)
            if size > left:
                raise FileError("zip_bomb", limit=limit // 1024**2)
            found = _REFERENCE.findall(tail + block)
            tail = block[-OVERLAP:]
            if found:
                letters, numbers = zip(*found, strict=True)
                columns.update(letters)
                last_row = max(last_row, *map(int, set(numbers)))
    if columns:
        widest = max(columns, key=_column_number)
        if _column_number(widest) * last_row > MAX_CELLS:
            raise FileError("sheet_too_big", column=widest.decode().upper(), row=last_row)
    return size


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return max(number, 1)


class Sheet:
    """The first visible sheet of a workbook that has cells. `last_row`: the number of its last row."""

    def __init__(self, path: Path) -> None:
        try:
            workbook = calamine.CalamineWorkbook.from_path(path)
            self._sheet = _first_sheet(workbook)
        except FileError:
            raise
        except BaseException as error:
            # The reader panics on some damaged files: an exception outside Exception, of a hidden class.
            if isinstance(error, Exception) or type(error).__name__ == "PanicException":
                raise FileError("broken_spreadsheet") from error
            raise
        self.name = self._sheet.name
        end = self._sheet.end
        self.last_row = end[0] + 1 if end else 0

    def rows(self) -> Iterator[list[str]]:
        """Every row from the first of the sheet as canonical strings, all of the same width."""
        for row in self._sheet.iter_rows():
            yield [cell if type(cell) is str else canonical(cell) for cell in row]


def _first_sheet(workbook: calamine.CalamineWorkbook) -> calamine.CalamineSheet:
    for metadata in workbook.sheets_metadata:
        if (
            metadata.visible == calamine.SheetVisibleEnum.Visible
            and metadata.typ == calamine.SheetTypeEnum.WorkSheet
        ):
            sheet = workbook.get_sheet_by_name(metadata.name)
            if sheet.height:
                return sheet
    raise FileError("empty_file")


def canonical(cell: Any) -> str:
    """A typed cell as a string: 12, 12.5, 2024-12-31, 2024-12-31T14:05:00, TRUE.

    A whole number that the file no longer holds exactly keeps its exponent, by which it is refused. Three decimals become four ("1.2340"), so that a number cannot be taken for thousands.
    """
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        if cell.is_integer():
            return str(int(cell)) if abs(cell) < EXACT else f"{cell:E}"
        return _plain(cell)
    if isinstance(cell, datetime):
        moment = cell.isoformat(timespec="seconds")
        return moment.removesuffix("T00:00:00")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _plain(number: float) -> str:
    text = repr(number)
    if "e" in text or "n" in text:  # exponents stay as they are and are refused where a number is expected
        return text
    return text + "0" if len(text.partition(".")[2]) == 3 else text
