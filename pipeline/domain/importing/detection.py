"""What a file seems to be: its kind, what its columns mean, how it writes dates and decimals."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pipeline.domain.importing.amounts import DecimalEvidence, DecimalMark
from pipeline.domain.importing.dates import DateEvidence, DateFormat
from pipeline.domain.importing.errors import Problem
from pipeline.domain.importing.fields import FieldType, Kind
from pipeline.domain.importing.kinds import KINDS
from pipeline.domain.importing.mapping import missing_fields
from pipeline.domain.importing.matching import Match, Source, guess_kind, match_headers, recognise_source
from pipeline.domain.importing.tables import BLOCK_ROWS, Chunk, Table
from pipeline.domain.importing.texts import BLANKS, parse_status

TOP_ROWS = 1000  # for samples, and to tell a history from opportunities
NUMBER_ROWS = 50_000  # without a decimal mark in them the file has whole amounts
SAMPLES = 5
REPEATED_SHARE = 0.05  # of rows whose identifier came before: then the file is a history

_NUMERIC = (FieldType.AMOUNT, FieldType.AMOUNT_OR_SHARE, FieldType.NUMBER)


@dataclass(frozen=True)
class Proposal:
    """A mapping to confirm. `kind` is None when the headers fit no kind of file.

    `date_format` is "ambiguous" when day-first and month-first both fit the whole file. `samples`: header →
    its first distinct cells. `missing`: required fields without a column.
    """

    kind: Kind | None
    source: Source | None
    matches: list[Match]
    date_format: DateFormat | Literal["ambiguous"]
    decimal: DecimalMark
    samples: dict[str, list[str]]
    missing: list[str]

    @property
    def columns(self) -> dict[str, str]:
        """Header → field, of the recognised headers."""
        return {match.header: match.field for match in self.matches if match.field}

    @property
    def confidence(self) -> float:
        """From 0 to 1: the least sure of the matched columns; 0 when a required one is missing."""
        found = [match.confidence for match in self.matches if match.field]
        return min(found, default=0.0) if self.kind and not self.missing else 0.0

    def as_mapping(self) -> dict[str, Any]:
        """The JSON document of the proposal, to be checked by `read_mapping` once the choices are made."""
        return {
            "kind": self.kind.key if self.kind else "",
            "columns": self.columns,
            "date_format": str(self.date_format),
            "decimal": self.decimal,
        }


def detect(
    table: Table,
    kind: Kind | None = None,
    stages: Mapping[str, str] | None = None,
    columns: Mapping[str, str] | None = None,
) -> Proposal:
    """Propose a mapping for a file. `stages`: the organisation's stage names → open, won or lost.

    `columns`: header → field as the user corrected them; then only the formats are detected. Reads the
    first rows, and more only as long as the date format or the decimal mark is undecided: the whole file
    before it calls dates ambiguous.
    Raises FileError as `Table.chunks` does.
    """
    first = next(table.chunks(TOP_ROWS), None)
    samples = _samples(table.headers, first)
    kind = kind or _guess_kind(table.headers, first)
    matches = [Match(header, None, 0.0) for header in table.headers]
    if kind is not None:
        matches = match_headers(table.headers, kind, stages)
        if columns is not None:
            matches = [Match(header, columns.get(header) or None, 1.0) for header in table.headers]
        matches = [_without_foreign_status(match, samples) for match in matches]
    found = {match.header: match.field for match in matches if match.field}
    date_format, decimal = _detect_formats(table, kind, found)
    return Proposal(
        kind=kind,
        source=recognise_source(table.headers),
        matches=matches,
        date_format=date_format,
        decimal=decimal,
        samples=samples,
        missing=missing_fields(kind, found.values()) if kind else [],
    )


def _samples(headers: Sequence[str], chunk: Chunk | None) -> dict[str, list[str]]:
    if chunk is None:
        return {header: [] for header in headers}
    return {
        header: list(dict.fromkeys(cell for cell in chunk.frame[header] if cell.strip(BLANKS)))[:SAMPLES]
        for header in headers
    }


def _guess_kind(headers: Sequence[str], chunk: Chunk | None) -> Kind | None:
    """By the headers; opportunities whose identifiers repeat are a history, if its fields are there."""
    kind = guess_kind(headers)
    if kind is None or kind.key != "opportunities" or chunk is None:
        return kind
    history = KINDS["history"]
    fields = {match.field: match.header for match in match_headers(headers, history) if match.field}
    if not set(history.required) <= set(fields):
        return kind
    repeated = chunk.frame[fields["external_id"]].duplicated().mean()
    return history if repeated > REPEATED_SHARE else kind


def _without_foreign_status(match: Match, samples: Mapping[str, list[str]]) -> Match:
    """A column named status whose values are not open, won, lost is about something else."""
    if match.field != "status":
        return match
    readable = all(not isinstance(parse_status(cell), Problem) for cell in samples[match.header])
    return match if readable else Match(match.header, None, 0.0)


def _detect_formats(
    table: Table, kind: Kind | None, columns: Mapping[str, str]
) -> tuple[DateFormat | Literal["ambiguous"], DecimalMark]:
    types = {header: field.type for header, key in columns.items() if kind and (field := kind.field(key))}
    dates = [header for header, type_ in types.items() if type_ is FieldType.DATE]
    numbers = [header for header, type_ in types.items() if type_ in _NUMERIC]
    evidence = {header: DateEvidence() for header in dates}
    decimals = DecimalEvidence()
    seen = 0
    for chunk in table.chunks(BLOCK_ROWS) if dates or numbers else ():
        seen += chunk.row_count
        for header in dates:
            evidence[header].add(set(chunk.frame[header]))
        for header in numbers if not decimals.decimal else ():
            decimals.add(set(chunk.frame[header]))
        if _is_decided(evidence.values()) and (not numbers or decimals.decimal or seen >= NUMBER_ROWS):
            break
    by_habit: DecimalMark = "," if table.delimiter == ";" else "."
    date_format = sum(evidence.values(), start=DateEvidence()).date_format
    return date_format or "ambiguous", decimals.decimal or by_habit


def _is_decided(evidence: Iterable[DateEvidence]) -> bool:
    """One column that proves the day's place is enough; else each must have dates, all year-first."""
    found = list(evidence)
    return any(one.is_proof for one in found) or all(one.is_year_first for one in found)
