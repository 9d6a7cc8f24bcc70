"""From a chunk of raw strings to typed values, and to the rows that are refused, each with its reason.

Cells repeat (owners, stages, days), so each distinct cell of a column is converted once per chunk; what
remains per row is a dictionary look-up.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from pipeline.domain.importing.amounts import NumberReader, means_currency
from pipeline.domain.importing.dates import parse_date
from pipeline.domain.importing.duplicates import SeenIdentities
from pipeline.domain.importing.errors import Problem, RowError, shown
from pipeline.domain.importing.fields import Field, FieldType
from pipeline.domain.importing.keys import normalise_key
from pipeline.domain.importing.mapping import ColumnMapping
from pipeline.domain.importing.rules import Columns, Failures, ImportSettings, apply_rules
from pipeline.domain.importing.tables import Chunk
from pipeline.domain.importing.texts import (
    BLANKS,
    are_clean,
    parse_email,
    parse_identifier,
    parse_name,
    parse_profile,
    parse_status,
    parse_text,
)

Converter = Callable[[str], str | Problem]

ERROR_COLUMNS = ("row", "column", "code", "params")


@dataclass
class Parsed:
    """A chunk after parsing.

    `values`: the good rows, indexed by row number, one column of strings per field, "" when empty: days as
    YYYY-MM-DD, amounts as whole minor units, the rest as text; ready for COPY with "" as NULL.
    `errors`: row, column (header, "" for the whole row), code, params (JSON); a row may have several.
    `refused`: row number and cells as the file has them, one entry per refused row.
    `notes`: counts of NOTES codes. `read`: rows seen.
    """

    values: pd.DataFrame
    errors: pd.DataFrame
    refused: list[tuple[int, list[str]]]
    notes: dict[str, int]
    read: int


class Parser:
    """Parses the chunks of one file, in order: it remembers identities to find duplicates."""

    def __init__(self, mapping: ColumnMapping, settings: ImportSettings) -> None:
        self._mapping = mapping
        self._settings = settings
        self._zone = ZoneInfo(settings.time_zone)
        self._seen = SeenIdentities()

    def parse(self, chunk: Chunk) -> Parsed:
        """Typed values and refusals of a chunk. Raises nothing for bad cells: they are in `errors`."""
        frame = chunk.frame
        rows = frame.index.to_numpy()
        failures = Failures(len(frame))
        reader = NumberReader(
            self._mapping.decimal, self._settings.currency, self._settings.exponent, chunk.typed
        )
        columns: Columns = {}
        for header, key in self._mapping.columns.items():
            field = self._mapping.kind.field(key)
            if field is not None:
                columns[key] = self._convert(frame[header].tolist(), header, field, reader, failures)
        apply_rules(columns, self._mapping, self._settings, failures)
        self._refuse_duplicates(columns, rows, failures)
        columns.pop("currency", None)  # the organisation's, or the row was refused
        good = ~failures.failed
        values = {key: column[good] for key, column in columns.items()}
        index = pd.Index(rows[good], dtype="int64", name="row")
        bad = frame[failures.failed]
        refused = [(int(row), list(cells)) for row, *cells in bad.itertuples(name=None)]
        refused += [(error.row, cells) for error, cells in chunk.misshapen]
        return Parsed(
            values=pd.DataFrame(values, index=index, dtype=object),
            errors=_error_frame(rows, failures, [error for error, _ in chunk.misshapen]),
            refused=sorted(refused, key=lambda one: one[0]),
            notes={code: count for code, count in failures.notes.items() if count},
            read=chunk.row_count,
        )

    def _convert(
        self, cells: list[str], header: str, field: Field, reader: NumberReader, failures: Failures
    ) -> np.ndarray:
        """The canonical strings of a column, (n,), "" where refused."""
        wrong = np.zeros(len(cells), dtype=bool)
        if field.type in (FieldType.TEXT, FieldType.IDENTIFIER) and are_clean(cells, field.length):
            values = np.array(cells, dtype=object)
        else:
            rounded: set[str] = set()
            converted = _Converted(self._converter(field, reader, rounded))
            values = np.fromiter(map(converted.__getitem__, cells), dtype=object, count=len(cells))
            problems = {cell: value for cell, value in converted.items() if isinstance(value, Problem)}
            if problems:
                wrong = np.fromiter((cell in problems for cell in cells), dtype=bool, count=len(cells))
                values[wrong] = ""
                failures.add(wrong, header, lambda position: problems[cells[position]])
            if rounded:
                failures.notes["rounded"] += sum(cell in rounded for cell in cells)
        if field.required:
            failures.add((values == "") & ~wrong, header, lambda _: Problem("required"))
        return values

    def _converter(self, field: Field, reader: NumberReader, rounded: set[str]) -> Converter:
        """How to read a cell of this field; cells whose amount is rounded are added to `rounded`."""
        length = field.length
        match field.type:
            case FieldType.DATE:
                return partial(parse_date, date_format=self._mapping.date_format, zone=self._zone)
            case FieldType.AMOUNT | FieldType.AMOUNT_OR_SHARE:
                return partial(_read_amount, reader=reader, field=field, rounded=rounded)
            case FieldType.NUMBER:
                return partial(_bounded, convert=reader.parse_number, field=field)
            case FieldType.INTEGER:
                return partial(_bounded, convert=reader.parse_integer, field=field)
            case FieldType.CURRENCY:
                return partial(_read_currency, currency=self._settings.currency)
            case FieldType.NAME:
                return partial(parse_name, length=length)
            case FieldType.IDENTIFIER:
                return partial(parse_identifier, length=length)
            case FieldType.EMAIL:
                return partial(parse_email, length=length)
            case FieldType.STATUS:
                return parse_status
            case FieldType.PROFILE:
                return parse_profile
            case FieldType.CHOICE:
                return partial(_read_choice, field=field)
            case FieldType.TEXT:
                return partial(parse_text, length=length)

    def _refuse_duplicates(self, columns: Columns, rows: np.ndarray, failures: Failures) -> None:
        identities, key = self._identities(columns)
        if identities is None:
            return
        present = identities != ""
        first = rows.copy()
        first[present] = self._seen.first_rows(identities[present], rows[present])
        failures.add(
            first != rows,
            self._mapping.header_of(key),
            lambda position: Problem(
                "duplicate_in_file",
                {"value": shown(columns[key][position]), "first_row": int(first[position])},
            ),
        )

    def _identities(self, columns: Columns) -> tuple[np.ndarray | None, str]:
        """What may be only once in a file, and the field that carries it; a history may repeat anything."""
        match self._mapping.kind.key:
            case "opportunities":
                return columns["external_id"], "external_id"
            case "companies" | "products":
                return _keys(columns["name"]), "name"
            case "teams":
                key = "owner_name" if "owner_name" in columns else "owner_email"
                people = _keys(columns[key])
                if "start_on" in columns:  # a person may change team
                    people = np.where(people == "", "", people + "\n" + columns["start_on"])
                return people, key
        identity = self._mapping.kind.identity
        return columns.get(identity), identity


class _Converted(dict[str, str | Problem]):
    """Cells as converted, each distinct one when it is first asked for."""

    def __init__(self, convert: Converter) -> None:
        super().__init__()
        self._convert = convert

    def __missing__(self, cell: str) -> str | Problem:
        value = self[cell] = self._convert(cell)
        return value


def _keys(names: np.ndarray) -> np.ndarray:
    keys = {name: normalise_key(name) for name in set(names)}
    return np.array([keys[name] for name in names], dtype=object)


def _read_amount(raw: str, *, reader: NumberReader, field: Field, rounded: set[str]) -> str | Problem:
    result = reader.parse_amount(raw, share=field.type is FieldType.AMOUNT_OR_SHARE)
    if isinstance(result, Problem):
        return result
    value, is_rounded = result
    if is_rounded:
        rounded.add(raw)
    if field.minimum is not None and value.startswith("-"):
        return Problem("too_small", {"value": shown(raw.strip(BLANKS)), "minimum": field.minimum})
    return value


def _bounded(raw: str, *, convert: Converter, field: Field) -> str | Problem:
    value = convert(raw)
    if isinstance(value, Problem) or not value:
        return value
    if field.minimum is not None and Decimal(value) < field.minimum:
        return Problem("too_small", {"value": shown(raw.strip(BLANKS)), "minimum": str(field.minimum)})
    if field.maximum is not None and Decimal(value) > field.maximum:
        return Problem("too_great", {"value": shown(raw.strip(BLANKS)), "maximum": field.maximum})
    return value


def _read_choice(cell: str, field: Field) -> str | Problem:
    text = cell.strip(BLANKS)
    if not text:
        return ""
    known = field.by_word.get(normalise_key(text))
    listed = ", ".join(value for value, _words in field.choices)
    return known or Problem("not_a_choice", {"value": shown(text), "choices": listed})


def _read_currency(raw: str, *, currency: str) -> str | Problem:
    text = raw.strip(BLANKS)
    if not text or means_currency(text, currency):
        return currency
    return Problem("other_currency", {"value": shown(text), "currency": currency})


def _error_frame(rows: np.ndarray, failures: Failures, misshapen: list[RowError]) -> pd.DataFrame:
    found = [
        (int(rows[position]), header, problem.code, problem.params)
        for position, header, problem in failures.found
    ]
    found += [(error.row, error.column, error.code, error.params) for error in misshapen]
    found.sort(key=lambda one: one[0])
    records = [
        (row, column, code, json.dumps(dict(params), ensure_ascii=False))
        for row, column, code, params in found
    ]
    return pd.DataFrame(records, columns=list(ERROR_COLUMNS), dtype=object).astype({"row": "int64"})
