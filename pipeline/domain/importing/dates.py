"""Dates of a file: one cell to an ISO day, and the format that a whole column is in.

Year-first dates, ISO date-times and spreadsheet serials read the same in every format; only
day/month/year against month/day/year needs to be chosen.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from pipeline.domain.importing.errors import Problem, shown
from pipeline.domain.importing.texts import BLANKS

FIRST_YEAR, LAST_YEAR = 1900, 2199
MAX_LENGTH = 40  # of a date with its time in a cell


class DateFormat(StrEnum):
    ISO = "ISO"
    DMY = "DMY"
    MDY = "MDY"


FORMAT_EXAMPLES = {DateFormat.ISO: "2024-12-31", DateFormat.DMY: "31/12/2024", DateFormat.MDY: "12/31/2024"}

_TIME = r"(?:[T ,]+\d{1,2}[:hH.]\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[AaPp]\.?[Mm]\.?)?)?"
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_ISO_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*")
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})" + _TIME)
_COMPACT = re.compile(r"((?:19|20|21)\d{2})(\d{2})(\d{2})")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})" + _TIME)
# Days since 1899-12-30, as spreadsheets count; five digits are 1927 to 2173.
_SERIAL = re.compile(r"([1-9]\d{4})(?:[.,]\d+)?")
_SERIAL_ORIGIN = date(1899, 12, 30)


def parse_date(raw: str, date_format: DateFormat, zone: ZoneInfo) -> str | Problem:
    """The day of a cell as YYYY-MM-DD, "" when empty, or its Problem.

    A time with an offset is brought to `zone` first: the day is the organisation's. A time without one
    is already local and only cut. Years of two digits are refused, never guessed.
    """
    text = raw.strip(BLANKS)
    if not text:
        return ""
    try:
        day = _read_day(text, date_format, zone) if len(text) <= MAX_LENGTH else None
    except (ValueError, OverflowError):
        day = None
    if day is None:
        last = _YEAR_LAST.fullmatch(text)
        code = "two_digit_year" if last and len(last[4]) == 2 else "not_a_date"
        return Problem(code, {"value": shown(text), "format": FORMAT_EXAMPLES[date_format]})
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return Problem("date_out_of_range", {"value": shown(text), "first": FIRST_YEAR, "last": LAST_YEAR})
    return day.isoformat()


def _read_day(text: str, date_format: DateFormat, zone: ZoneInfo) -> date | None:
    """None when no pattern fits; ValueError when one fits and the day does not exist."""
    if not text.isascii():
        text = " ".join(text.split())  # "31/12/2024 14:05" with a no-break space
    if match := _ISO_DAY.fullmatch(text):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if _ISO_TIME.fullmatch(text):
        moment = datetime.fromisoformat(text.removesuffix(" UTC") + ("Z" if text.endswith(" UTC") else ""))
        return (moment.astimezone(zone) if moment.tzinfo else moment).date()
    if match := _YEAR_LAST.fullmatch(text):
        if len(match[4]) == 2 or date_format is DateFormat.ISO:
            return None
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        return date(year, second, first) if date_format is DateFormat.DMY else date(year, first, second)
    if match := _YEAR_FIRST.fullmatch(text):
        return date(int(match[1]), int(match[3]), int(match[4]))
    if match := _SERIAL.fullmatch(text):
        return _SERIAL_ORIGIN + timedelta(days=int(match[1]))
    if match := _COMPACT.fullmatch(text):
        return date(int(match[1]), int(match[2]), int(match[3]))
    return None


@dataclass
class DateEvidence:
    """Counts of distinct cells by the readings that they allow."""

    day_first: int = 0  # 31/12/2024
    month_first: int = 0  # 12/31/2024
    either: int = 0  # 03/04/2024: two different days
    same: int = 0  # 05/05/2024: one day in both
    year_first: int = 0

    def add(self, cells: Iterable[str]) -> None:
        for cell in cells:
            text = cell.strip(BLANKS)
            if match := _YEAR_LAST.fullmatch(text):
                self._add_year_last(int(match[1]), int(match[3]))
            elif text:
                self.year_first += 1

    def _add_year_last(self, first: int, second: int) -> None:
        if first == second <= 12:
            self.same += 1
        elif first <= 12 and second <= 12:
            self.either += 1
        elif first <= 31 and second <= 12:
            self.day_first += 1
        elif first <= 12 and second <= 31:
            self.month_first += 1

    def __add__(self, other: "DateEvidence") -> "DateEvidence":
        return DateEvidence(
            self.day_first + other.day_first,
            self.month_first + other.month_first,
            self.either + other.either,
            self.same + other.same,
            self.year_first + other.year_first,
        )

    @property
    def is_proof(self) -> bool:
        """Some cells can only be day-first, or only month-first."""
        return self.day_first != self.month_first

    @property
    def is_year_first(self) -> bool:
        return self.year_first > 0 and not (self.day_first or self.month_first or self.either or self.same)

    @property
    def date_format(self) -> DateFormat | None:
        """The format of the file; None when day-first and month-first both fit and give other days."""
        if self.is_proof:
            return DateFormat.DMY if self.day_first > self.month_first else DateFormat.MDY
        if self.either or self.day_first:
            return None
        return DateFormat.DMY if self.same else DateFormat.ISO
