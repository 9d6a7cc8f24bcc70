import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.importing.errors import Problem
from pipeline.domain.importing.texts import (
    are_clean,
    parse_email,
    parse_identifier,
    parse_name,
    parse_profile,
    parse_status,
    parse_text,
)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("  Acme  ", "Acme"),
        ("\ufeffAcme\u200b", "Acme"),
        ("Acme\u00a0Corp", "Acme Corp"),
        ("two\r\nlines", "two lines"),
        ("Zoé 👩‍💻", "Zoé 👩‍💻"),
        ("", ""),
    ],
)
def test_a_text_is_trimmed_to_one_line(raw: str, text: str) -> None:
    assert parse_text(raw, 50) == text


@pytest.mark.parametrize(
    ("raw", "code"), [("a\0b", "control_character"), ("a\x1bb", "control_character"), ("x" * 51, "too_long")]
)
def test_a_text_with_control_characters_or_too_long_is_refused(raw: str, code: str) -> None:
    problem = parse_text(raw, 50)

    assert isinstance(problem, Problem)
    assert problem.code == code


@given(st.lists(st.text(max_size=12), max_size=5))
def test_clean_cells_are_those_that_stay_as_they_are(cells: list[str]) -> None:
    if are_clean(cells, 10):
        assert [parse_text(cell, 10) for cell in cells] == cells
        assert [parse_identifier(cell, 10) for cell in cells] == cells


def test_an_identifier_shortened_by_a_spreadsheet_is_refused() -> None:
    assert parse_identifier("1.23457E+11", 50) == Problem("damaged_identifier", {"value": "1.23457E+11"})
    assert parse_identifier("006D000000AbCdE", 50) == "006D000000AbCdE"


def test_a_name_needs_a_letter_or_a_digit() -> None:
    assert parse_name("---", 50) == Problem("no_letters", {"value": "---"})


@pytest.mark.parametrize("raw", ["Ann@Example.COM", " ann@example.com "])
def test_an_email_is_lowered(raw: str) -> None:
    assert parse_email(raw, 254) == "ann@example.com"


@pytest.mark.parametrize(
    "raw", ["ann", "ann@", "ann@example", "a b@example.com", "ann@example.com, bob@example.com"]
)
def test_what_is_not_an_email_is_refused(raw: str) -> None:
    assert isinstance(parse_email(raw, 254), Problem)


def test_statuses_and_profiles_are_read_in_both_languages() -> None:
    assert [parse_status(raw) for raw in ("Won", "gagné", "PERDU", "Ouvert", "")] == [
        "won",
        "won",
        "lost",
        "open",
        "",
    ]
    assert [parse_profile(raw) for raw in ("Senior", "confirmé", "en rampe")] == [
        "senior",
        "confirmed",
        "ramping",
    ]
    assert isinstance(parse_status("Pending"), Problem)
