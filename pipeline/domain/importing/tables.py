"""A file as a table: its header, and its rows in chunks of raw strings with their row numbers."""

import csv
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import pandas as pd

from pipeline.domain.importing.errors import FileError, RowError
from pipeline.domain.importing.sniffing import (
    declared_delimiter,
    is_spreadsheet,
    read_sample,
    sniff_delimiter,
    sniff_text,
)
from pipeline.domain.importing.spreadsheets import Sheet, check_workbook
from pipeline.domain.importing.texts import BLANKS, EMAIL

CHUNK_ROWS = 50_000
BLOCK_ROWS = 5_000  # small enough for the rows to stay in the processor's cache until they are columns
MAX_ROWS = 1_000_000
MAX_COLUMNS = 500
HEADER_SEARCH = 20  # rows; a report may have its title above the table

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}.*|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}.*")
_NUMBER = re.compile(r"[-+(]?[\d  ]+(?:[.,]\d+)*\)?")

Record = list[str] | None  # None: wrong quotation marks


@dataclass
class Chunk:
    """Some rows of a file. `frame`: raw strings, one column per header, indexed by row number.

    `misshapen`: rows with another number of cells or wrong quotation marks, left out of the frame, with
    the cells that could be read. `typed`: numbers and dates come from typed spreadsheet cells.
    """

    frame: pd.DataFrame
    misshapen: list[tuple[RowError, list[str]]]
    typed: bool

    @property
    def row_count(self) -> int:
        return len(self.frame) + len(self.misshapen)


@dataclass
class Table(ABC):
    """An open file. `header_row`: its row number as a spreadsheet shows it, 1 for most files."""

    path: Path
    headers: list[str] = field(init=False)
    header_row: int = field(init=False)
    row_count_estimate: int = field(init=False)  # from above, when cells contain line breaks
    encoding: str | None = field(init=False, default=None)  # None for a spreadsheet
    delimiter: str | None = field(init=False, default=None)
    sheet: str | None = field(init=False, default=None)
    typed: bool = field(init=False, default=False)

    @abstractmethod
    def _blocks(self, size: int) -> Iterator[tuple[int, list[Record]]]:
        """Every record from the top, `size` at a time, with the row number of the first of them."""

    def _find_header(self) -> None:
        """Set headers and header_row. Raises FileError when there is none, or no row below it."""
        start, block = next(self._blocks(HEADER_SEARCH), (1, []))
        top = [
            (row, cells) for row, cells in enumerate(block, start) if cells and "".join(cells).strip(BLANKS)
        ]
        if not top:
            raise FileError("empty_file")
        wide = [(row, cells) for row, cells in top if sum(bool(cell.strip(BLANKS)) for cell in cells) > 1]
        self.header_row, self._header_record = (wide or top)[0]
        self.headers = clean_headers(self._header_record)
        if not any(cells is None or any(cells) for _, rest in self._blocks_below() for cells in rest):
            raise FileError("no_rows")

    def _blocks_below(self, size: int = BLOCK_ROWS) -> Iterator[tuple[int, list[Record]]]:
        for start, block in self._blocks(size):
            above = max(0, self.header_row + 1 - start)
            yield start + above, block[above:]

    def chunks(self, size: int = CHUNK_ROWS) -> Iterator[Chunk]:
        """The rows below the header, at most `size` at a time. Blank rows are left out.

        Raises FileError in the middle of a file whose quotation marks never close.
        """
        step = min(size, BLOCK_ROWS)
        count = 0
        builder = _ChunkBuilder(self.headers, self._header_record)
        for start, block in self._blocks_below(step):
            builder.add(start, block)
            if count + builder.row_count > MAX_ROWS:
                raise FileError("too_many_rows", limit=MAX_ROWS)
            if builder.row_count + step > size:
                count += builder.row_count
                yield builder.build(typed=self.typed)
                builder = _ChunkBuilder(self.headers, self._header_record)
        if builder.row_count:
            yield builder.build(typed=self.typed)


class _ChunkBuilder:
    """Turns records into columns, block by block, and sets aside those of another shape."""

    def __init__(self, headers: list[str], header_record: list[str]) -> None:
        self._headers = headers
        self._header_record = header_record
        self._columns: list[list[str]] = [[] for _ in headers]
        self._rows: list[int] = []
        self._misshapen: list[tuple[RowError, list[str]]] = []

    @property
    def row_count(self) -> int:
        return len(self._rows) + len(self._misshapen)

    def add(self, start: int, block: list[Record]) -> None:
        """Add consecutive records, the first of them in row `start`."""
        records = [record for record in block if record is not None]
        rows: Sequence[int] = range(start, start + len(block))
        if not self._is_regular(block, records):
            checked = [(row, self._check(row, record)) for row, record in zip(rows, block, strict=True)]
            rows = [row for row, record in checked if record is not None]
            records = [record for _, record in checked if record is not None]
        self._rows.extend(rows)
        for column, cells in zip(self._columns, zip(*records, strict=True), strict=False):
            column.extend(cells)

    def _is_regular(self, block: list[Record], records: list[list[str]]) -> bool:
        """Whether every record has the header's width, and none is blank, broken or the header again."""
        return (
            len(records) == len(block)
            and self._header_record not in records
            and set(map(len, records)) == {len(self._headers)}
            and all(map(any, records))
        )

    def _check(self, row: int, record: Record) -> list[str] | None:
        """The record cut to the header; None when it is blank or, set aside, has another shape."""
        expected = len(self._headers)
        if record is None:
            self._misshapen.append((RowError(row, "", "bad_quotes"), []))
            return None
        if not any(cell.strip(BLANKS) for cell in record):
            return None
        if record == self._header_record:
            self._misshapen.append((RowError(row, "", "repeated_header"), record))
            return None
        if len(record) < expected or any(record[expected:]):
            code = "too_few_cells" if len(record) < expected else "too_many_cells"
            params = {"found": len(record), "expected": expected}
            self._misshapen.append((RowError(row, "", code, params), record))
            return None
        return record[:expected]

    def build(self, *, typed: bool) -> Chunk:
        index = pd.Index(self._rows, dtype="int64", name="row")
        columns = dict(zip(self._headers, self._columns, strict=True))
        return Chunk(pd.DataFrame(columns, index=index, dtype=object), self._misshapen, typed)


class CsvTable(Table):
    """A text file with delimiters."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        text = sniff_text(path)
        self.encoding = text.encoding
        sample = read_sample(path, text.encoding)
        declared = declared_delimiter(sample)
        self._is_declared = declared is not None
        self.delimiter = declared or sniff_delimiter(sample)
        self._find_header()
        self.row_count_estimate = max(1, text.lines - self.header_row - self._is_declared)

    def _blocks(self, size: int) -> Iterator[tuple[int, list[Record]]]:
        with self.path.open(encoding=self.encoding, newline="") as file:
            if self._is_declared:
                file.readline()  # a spreadsheet does not show the line `sep=;`
            reader = csv.reader(file, delimiter=self.delimiter or ",", strict=True)
            start = 1
            while block := self._read_block(reader, size, start):
                yield start, block
                start += len(block)

    def _read_block(self, reader: Iterator[list[str]], size: int, start: int) -> list[Record]:
        block: list[Record] = []
        while len(block) < size:
            try:
                for record in islice(reader, size - len(block)):
                    block.append(record)  # one by one: what precedes an error is kept
                break
            except csv.Error as error:
                if "field limit" in str(error):
                    raise FileError(
                        "cell_too_long", row=start + len(block), limit=csv.field_size_limit()
                    ) from error
                if "expected after" not in str(error):
                    raise FileError("unclosed_quote", row=start + len(block)) from error
                block.append(None)
        return block


class XlsxTable(Table):
    """The first visible sheet of a workbook."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        check_workbook(path)
        self._sheet = Sheet(path)
        self.sheet = self._sheet.name
        self.typed = True
        self._find_header()
        self.row_count_estimate = max(1, self._sheet.last_row - self.header_row)

    def _blocks(self, size: int) -> Iterator[tuple[int, list[Record]]]:
        rows = self._sheet.rows()
        start = 1
        while block := list[Record](islice(rows, size)):
            yield start, block
            start += len(block)


def open_table(path: Path | str) -> Table:
    """Open an uploaded file, CSV or XLSX by its content. Raises FileError with the reason of a refusal."""
    path = Path(path)
    return XlsxTable(path) if is_spreadsheet(path) else CsvTable(path)


def clean_headers(cells: list[str]) -> list[str]:
    """Column names: trimmed, on one line, without NUL; empty ones are numbered, and dropped at the end of the row."""
    headers = [" ".join(cell.replace("\0", "").strip(BLANKS).split()) for cell in cells]
    while headers and not headers[-1]:
        headers.pop()
    if len(headers) > MAX_COLUMNS:
        raise FileError("too_many_columns", limit=MAX_COLUMNS)
    filled = [header for header in headers if header]
    doubled = sorted({header for header in filled if filled.count(header) > 1})
    if doubled:
        raise FileError("doubled_headers", headers=", ".join(f"“{header}”" for header in doubled))
    data = [header for header in filled if _DATE.fullmatch(header) or EMAIL.fullmatch(header)]
    numbers = [header for header in filled if _NUMBER.fullmatch(header)]
    if data or len(numbers) * 2 > len(filled):
        raise FileError("no_header", value=(data or numbers)[0])
    return [header or f"Column {position}" for position, header in enumerate(headers, start=1)]
