"""What the user decided: which column means which field, and how dates and decimals are written.

As JSON: {"kind": "opportunities", "columns": {"Header in the file": "field"}, "date_format": "DMY",
"decimal": ","}. A column matched with "" or null is left out.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast, get_args

from pipeline.domain.importing.amounts import DecimalMark
from pipeline.domain.importing.dates import DateFormat
from pipeline.domain.importing.errors import MappingError, Problem, shown
from pipeline.domain.importing.fields import ENTERED_AT, Kind
from pipeline.domain.importing.keys import normalise_key
from pipeline.domain.importing.kinds import KINDS

ENTRIES = ("kind", "columns", "date_format", "decimal")


@dataclass(frozen=True)
class ColumnMapping:
    """A checked mapping: every field is one of the kind, and each is matched once.

    `columns`: header → field key (or `entered_at:<Stage>`).
    """

    kind: Kind
    columns: Mapping[str, str]
    date_format: DateFormat = DateFormat.ISO
    decimal: DecimalMark = "."

    def header_of(self, field: str) -> str:
        """The header matched with a field, or the field's own key when no column is."""
        return next((header for header, key in self.columns.items() if key == field), field)

    def as_dict(self) -> dict[str, Any]:
        """The JSON document of this mapping; `read_mapping` gives an equal mapping back."""
        return {
            "kind": self.kind.key,
            "columns": dict(self.columns),
            "date_format": str(self.date_format),
            "decimal": self.decimal,
        }


def load_mapping(text: str, headers: Sequence[str], stages: Iterable[str] | None = None) -> ColumnMapping:
    """`read_mapping` of a JSON text. Raises MappingError."""
    try:
        document = json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        raise MappingError(
            [Problem("mapping_not_json", {"line": error.lineno, "column": error.colno})]
        ) from error
    return read_mapping(document, headers, stages)


def read_mapping(
    document: object, headers: Sequence[str], stages: Iterable[str] | None = None
) -> ColumnMapping:
    """Check a mapping document against a file's headers.

    `stages`: names of the organisation's stages; when given, `entered_at:<Stage>` must name one of them
    and takes its spelling. Raises MappingError with every problem found.
    """
    if not isinstance(document, dict) or not isinstance(document.get("columns"), dict):
        raise MappingError([Problem("mapping_not_object")])
    kind = KINDS.get(str(document.get("kind")))
    if kind is None:
        params = {"value": shown(str(document.get("kind"))), "kinds": ", ".join(KINDS)}
        raise MappingError([Problem("mapping_unknown_kind", params)])
    problems = [
        Problem("mapping_unknown_entry", {"entry": shown(str(entry)), "entries": ", ".join(ENTRIES)})
        for entry in document
        if entry not in ENTRIES
    ]
    columns, column_problems = _read_columns(document["columns"], kind, headers, stages)
    problems += column_problems
    date_format = document.get("date_format", "ISO")
    if date_format not in list(DateFormat):
        params = {"value": shown(str(date_format)), "formats": ", ".join(DateFormat)}
        problems.append(Problem("mapping_bad_date_format", params))
    decimal = document.get("decimal", ".")
    if decimal not in get_args(DecimalMark):
        problems.append(Problem("mapping_bad_decimal", {"value": shown(str(decimal))}))
    if problems:
        raise MappingError(problems)
    return ColumnMapping(kind, columns, DateFormat(date_format), cast(DecimalMark, decimal))


def _read_columns(
    document: Mapping[Any, Any], kind: Kind, headers: Sequence[str], stages: Iterable[str] | None
) -> tuple[dict[str, str], list[Problem]]:
    columns: dict[str, str] = {}
    problems: list[Problem] = []
    by_field: dict[str, list[str]] = {}
    for wanted, name in document.items():
        if name is None or name == "":
            continue
        header = _find_header(str(wanted), headers)
        if header is None:
            problems.append(Problem("mapping_unknown_header", {"header": shown(str(wanted))}))
            continue
        field = _find_field(str(name), kind, stages)
        if isinstance(field, Problem):
            problems.append(Problem(field.code, {**field.params, "header": header, "kind": kind.key}))
            continue
        columns[header] = field
        by_field.setdefault(field, []).append(header)
    problems += [
        Problem(
            "mapping_doubled_field", {"headers": ", ".join(f"“{one}”" for one in doubled), "field": field}
        )
        for field, doubled in by_field.items()
        if len(doubled) > 1
    ]
    if not columns and not problems:
        problems.append(Problem("mapping_no_columns"))
    problems += [
        Problem("mapping_missing_field", {"field": field}) for field in missing_fields(kind, by_field)
    ]
    return columns, problems


def missing_fields(kind: Kind, fields: Iterable[str]) -> list[str]:
    """Required fields that are absent; alternatives are named together ("owner_name / owner_email")."""
    present = set(fields)
    missing = [field for field in kind.required if field not in present]
    if kind.one_of and present.isdisjoint(kind.one_of):
        missing.append(" / ".join(kind.one_of))
    return missing


def _find_header(wanted: str, headers: Sequence[str]) -> str | None:
    """The header itself, else the only one that differs in case, accents or punctuation."""
    if wanted in headers:
        return wanted
    key = normalise_key(wanted)
    alike = [header for header in headers if key and normalise_key(header) == key]
    return alike[0] if len(alike) == 1 else None


def _find_field(name: str, kind: Kind, stages: Iterable[str] | None) -> str | Problem:
    """A canonical field key, through the aliases of the kind."""
    if name.startswith(ENTERED_AT) and kind.staged:
        stage = name.removeprefix(ENTERED_AT).strip()
        if stages is not None:
            stage = {normalise_key(known): known for known in stages}.get(normalise_key(stage), "")
        if not stage:
            return Problem("mapping_unknown_stage", {"stage": shown(name.removeprefix(ENTERED_AT).strip())})
        return ENTERED_AT + stage
    field = kind.aliases.get(name.strip().lower(), name.strip())
    return field if field in kind.by_key else Problem("mapping_unknown_field", {"field": shown(name)})
