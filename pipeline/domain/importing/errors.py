"""What can be wrong with a file, a mapping or a row: codes here, human text at the edge.

An error is a code and named parameters; `message` puts them together through the caller's gettext.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

SHOWN_CHARACTERS = 60  # of a refused value, in a message


def gettext_noop(message: str) -> str:
    """Mark a string for translation without translating it: the domain knows no reader."""
    return message


# Message templates in English; these are the msgids of the translations.
FILE_ERRORS = {
    "empty_file": gettext_noop("The file is empty."),
    "no_rows": gettext_noop("The file has a header and no row below it."),
    "no_header": gettext_noop(
        "The first row looks like data, not like column names (for example “{value}”). Add a header row."
    ),
    "doubled_headers": gettext_noop("Two columns have the same name: {headers}. Rename one of them."),
    "too_large": gettext_noop("The file is larger than {limit} MB."),
    "too_many_rows": gettext_noop("The file has more than {limit} rows. Split it."),
    "too_many_columns": gettext_noop("The file has more than {limit} columns."),
    "not_a_table": gettext_noop("This is not a table: send a CSV or an XLSX file."),
    "html_file": gettext_noop(
        "This is a web page named like a spreadsheet. Open it in a spreadsheet, save it as XLSX or CSV."
    ),
    "zip_archive": gettext_noop("This is an archive. Unpack it and send the CSV or XLSX file inside."),
    "old_spreadsheet": gettext_noop(
        "This is an old .xls file or a spreadsheet with a password. Save it as XLSX, without a password."
    ),
    "other_spreadsheet": gettext_noop("This spreadsheet format is not read here. Save it as XLSX or CSV."),
    "zip_bomb": gettext_noop("This spreadsheet unpacks to more than {limit} MB and was not opened."),
    "sheet_too_big": gettext_noop(
        "The sheet extends to column {column}, row {row}. Delete the stray cells far from the table."
    ),
    "broken_spreadsheet": gettext_noop("This spreadsheet cannot be read: the file is damaged."),
    "broken_encoding": gettext_noop(
        "The text is UTF-8 with damaged characters, the first one in line {line}. Export the file again."
    ),
    "unknown_encoding": gettext_noop(
        "The characters of this file are neither UTF-8 nor Windows-1252. Save it as CSV UTF-8."
    ),
    "unclosed_quote": gettext_noop("A quotation mark opened in row {row} is never closed."),
    "cell_too_long": gettext_noop(
        "A cell of row {row} has more than {limit} characters; a quotation mark opened there may never be closed."
    ),
}

MAPPING_ERRORS = {
    "mapping_not_json": gettext_noop("The mapping is not valid JSON: line {line}, column {column}."),
    "mapping_not_object": gettext_noop("The mapping must be a JSON object with “kind” and “columns”."),
    "mapping_unknown_entry": gettext_noop("“{entry}” is not an entry of a mapping. Entries: {entries}."),
    "mapping_unknown_kind": gettext_noop("“{value}” is not a kind of file. Kinds: {kinds}."),
    "mapping_no_columns": gettext_noop("The mapping names no column."),
    "mapping_unknown_field": gettext_noop("“{field}”, for column “{header}”, is not a field of {kind}."),
    "mapping_unknown_stage": gettext_noop(
        "“{stage}”, for column “{header}”, is not a stage of the organisation."
    ),
    "mapping_unknown_header": gettext_noop("The file has no column “{header}”."),
    "mapping_missing_field": gettext_noop("No column is matched with {field}, which is required."),
    "mapping_doubled_field": gettext_noop("Columns {headers} are both matched with {field}."),
    "mapping_bad_date_format": gettext_noop("“{value}” is not a date format. Formats: {formats}."),
    "mapping_bad_decimal": gettext_noop("“{value}” is not a decimal mark: “.” or “,”."),
}

ROW_ERRORS = {
    "too_many_cells": gettext_noop("The row has {found} cells for {expected} columns."),
    "too_few_cells": gettext_noop("The row has {found} cells for {expected} columns."),
    "bad_quotes": gettext_noop("The quotation marks of this row are wrong."),
    "repeated_header": gettext_noop("The row repeats the header."),
    "required": gettext_noop("This cell is required and empty."),
    "required_one_of": gettext_noop("One of these is required: {fields}."),
    "not_a_date": gettext_noop("“{value}” is not a date in the format {format}."),
    "two_digit_year": gettext_noop("“{value}” has a year of two digits; write four."),
    "date_out_of_range": gettext_noop("“{value}” is not a date between {first} and {last}."),
    "not_an_amount": gettext_noop("“{value}” is not an amount with “{decimal}” before the decimals."),
    "not_a_number": gettext_noop("“{value}” is not a number with “{decimal}” before the decimals."),
    "not_whole": gettext_noop("“{value}” is not a whole number."),
    "too_small": gettext_noop("“{value}” is below {minimum}."),
    "too_great": gettext_noop("“{value}” is above {maximum}."),
    "share_without_amount": gettext_noop("“{value}” is a share of an amount that is not there."),
    "other_currency": gettext_noop("“{value}” is not in {currency}, the currency of the organisation."),
    "not_an_email": gettext_noop("“{value}” is not an e-mail address."),
    "not_a_status": gettext_noop("“{value}” is none of open, won, lost."),
    "not_a_profile": gettext_noop("“{value}” is none of ramping, confirmed, senior."),
    "not_a_choice": gettext_noop("“{value}” is none of {choices}."),
    "too_long": gettext_noop("The text has {length} characters, the limit is {limit}."),
    "control_character": gettext_noop("The text contains an invisible control character."),
    "no_letters": gettext_noop("“{value}” contains neither a letter nor a digit."),
    "damaged_identifier": gettext_noop(
        "“{value}” was shortened by a spreadsheet; export the identifiers again as text."
    ),
    "duplicate_in_file": gettext_noop("“{value}” is already in row {first_row}."),
    "closed_before_created": gettext_noop("Closed on {closed}, before its creation on {created}."),
    "own_parent": gettext_noop("“{value}” is its own parent."),
}

# Not errors: counted in the report, the row is taken.
NOTES = {
    "closed_on_open_row": gettext_noop("Close dates of open deals, taken as expected close dates: {count}."),
    "closed_without_date": gettext_noop("Won or lost deals without a close date: {count}."),
    "rounded": gettext_noop("Amounts with more decimals than the currency has, rounded: {count}."),
    "stage_from_status": gettext_noop(
        "Deals moved to the won or lost stage because their status says so: {count}."
    ),
}

ERROR_CODES = FILE_ERRORS | MAPPING_ERRORS | ROW_ERRORS | NOTES


@dataclass(frozen=True, slots=True)
class Problem:
    """A code of ERROR_CODES with its parameters; the place is known by the holder."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowError:
    """A refused row. `row` counts as a spreadsheet user does; `column` is a header, "" for the whole row."""

    row: int
    column: str
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


class FileError(Exception):
    """The whole file is refused: `code` of FILE_ERRORS and parameters."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(message(code, params))
        self.code = code
        self.params = params


class MappingError(Exception):
    """The mapping is refused: every problem found, not only the first."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(" ".join(message(problem.code, problem.params) for problem in problems))
        self.problems = problems


def message(code: str, params: Mapping[str, Any], translate: Callable[[str], str] = gettext_noop) -> str:
    """The sentence for a reader; `translate` is the caller's gettext."""
    return translate(ERROR_CODES[code]).format_map(params)


def shown(value: str) -> str:
    """A refused value as a message quotes it: cut, and without characters that cannot be seen."""
    visible = "".join(
        character if character.isprintable() else " " for character in value[: SHOWN_CHARACTERS + 1]
    )
    return visible if len(visible) <= SHOWN_CHARACTERS else visible[:SHOWN_CHARACTERS] + "…"
