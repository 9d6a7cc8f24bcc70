from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.importing.dates import DateEvidence, DateFormat, parse_date
from pipeline.domain.importing.errors import Problem

PARIS = ZoneInfo("Europe/Paris")


def read(text: str, date_format: str = "ISO", zone: ZoneInfo = PARIS) -> str | Problem:
    return parse_date(text, DateFormat(date_format), zone)


@pytest.mark.parametrize(
    ("text", "date_format", "day"),
    [
        ("", "ISO", ""),
        ("  ", "DMY", ""),
        ("2024-12-31", "ISO", "2024-12-31"),
        ("2024-12-31", "MDY", "2024-12-31"),
        ("2024/12/31", "ISO", "2024-12-31"),
        ("2024.1.5", "DMY", "2024-01-05"),
        ("20241231", "ISO", "2024-12-31"),
        ("2024-12-31 14:05", "ISO", "2024-12-31"),
        ("2024-12-31T14:05:59.123", "ISO", "2024-12-31"),
        ("45631", "ISO", "2024-12-05"),
        ("45631.75", "MDY", "2024-12-05"),
        ("31/12/2024", "DMY", "2024-12-31"),
        ("31.12.2024", "DMY", "2024-12-31"),
        ("3-4-2024", "DMY", "2024-04-03"),
        ("3/4/2024", "MDY", "2024-03-04"),
        ("12/31/2024 2:05 PM", "MDY", "2024-12-31"),
        ("31/12/2024 14h05", "DMY", "2024-12-31"),
        ("31/12/2024\u00a014:05", "DMY", "2024-12-31"),
    ],
)
def test_a_date_is_read_in_its_format(text: str, date_format: str, day: str) -> None:
    assert read(text, date_format) == day


@pytest.mark.parametrize(
    ("text", "date_format", "code"),
    [
        ("31/12/2024", "ISO", "not_a_date"),
        ("31/12/2024", "MDY", "not_a_date"),
        ("12/31/2024", "DMY", "not_a_date"),
        ("2024-02-30", "ISO", "not_a_date"),
        ("29/02/2023", "DMY", "not_a_date"),
        ("31-12/2024", "DMY", "not_a_date"),
        ("31 Dec 2024", "DMY", "not_a_date"),
        ("soon", "ISO", "not_a_date"),
        ("9" * 5000, "ISO", "not_a_date"),
        ("31/12/24", "DMY", "two_digit_year"),
        ("31.12.24", "ISO", "two_digit_year"),
        ("31/12/0202", "DMY", "date_out_of_range"),
        ("1024-12-31", "ISO", "date_out_of_range"),
    ],
)
def test_what_is_not_a_date_is_refused_with_its_reason(text: str, date_format: str, code: str) -> None:
    problem = read(text, date_format)

    assert isinstance(problem, Problem)
    assert problem.code == code


@pytest.mark.parametrize(
    "text", ["2024-12-31T23:30:00Z", "2024-12-31T23:30:00.000+0000", "2024-12-31 23:30:00 UTC"]
)
def test_a_moment_falls_on_the_organisations_day(text: str) -> None:
    assert read(text, zone=PARIS) == "2025-01-01"
    assert read(text, zone=ZoneInfo("America/New_York")) == "2024-12-31"


@given(
    day=st.dates(date(1900, 1, 1), date(2199, 12, 31)),
    separator=st.sampled_from("/.-"),
    pattern=st.sampled_from(
        [("DMY", "{d}{s}{m}{s}{y}"), ("MDY", "{m}{s}{d}{s}{y}"), ("ISO", "{y}{s}{m}{s}{d}")]
    ),
    padded=st.booleans(),
)
def test_a_written_day_is_read_back(
    day: date, separator: str, pattern: tuple[str, str], padded: bool
) -> None:
    date_format, template = pattern
    width = "02d" if padded else "d"
    text = template.format(d=format(day.day, width), m=format(day.month, width), y=day.year, s=separator)

    assert read(text, date_format) == day.isoformat()


@given(st.text(max_size=50), st.sampled_from(list(DateFormat)))
def test_any_text_is_a_day_or_a_problem(text: str, date_format: DateFormat) -> None:
    result = parse_date(text, date_format, PARIS)

    assert isinstance(result, Problem) or result == "" or date.fromisoformat(result)


@pytest.mark.parametrize(
    ("cells", "date_format"),
    [
        (["2024-12-31", "45631", ""], "ISO"),
        ([], "ISO"),
        (["03/04/2024", "25/04/2024"], "DMY"),
        (["03/04/2024", "04/25/2024"], "MDY"),
        (["05/05/2024", "01/01/2024"], "DMY"),
        (["03/04/2024", "05/05/2024"], None),
        (["25/04/2024", "04/25/2024"], None),
        (["25/04/2024", "26/04/2024", "04/25/2024"], "DMY"),
    ],
)
def test_a_column_tells_its_format_unless_both_fit(cells: list[str], date_format: str | None) -> None:
    evidence = DateEvidence()

    evidence.add(cells)

    assert evidence.date_format == date_format
