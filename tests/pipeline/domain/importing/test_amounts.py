from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.importing.amounts import DecimalEvidence, DecimalMark, NumberReader, read_number
from pipeline.domain.importing.errors import Problem


def reader(decimal: DecimalMark = ".", **changes: Any) -> NumberReader:
    return NumberReader(**{"decimal": decimal, "currency": "EUR", "exponent": 2, **changes})


@pytest.mark.parametrize(
    ("text", "decimal", "minor"),
    [
        ("", ".", ""),
        ("1054", ".", "105400"),
        ("0", ".", "0"),
        ("007", ".", "700"),
        ("38.5", ".", "3850"),
        ("38,5", ",", "3850"),
        (".5", ".", "50"),
        ("1 234,50", ",", "123450"),
        ("1\u202f234,50", ",", "123450"),
        ("1\u00a0234\u00a0567", ",", "123456700"),
        ("1'234.50", ".", "123450"),
        ("1’234", ".", "123400"),
        ("1,234,567.89", ".", "123456789"),
        ("1.234.567,89", ",", "123456789"),
        ("1.234", ",", "123400"),
        ("1,234", ".", "123400"),
        ("(1,234.50)", ".", "-123450"),
        ("-12", ".", "-1200"),
        ("\u221212", ".", "-1200"),
        ("12-", ".", "-1200"),
        ("12,50 €", ",", "1250"),
        ("€12.50", ".", "1250"),
        ("-€12.50", ".", "-1250"),
        ("EUR 12.50", ".", "1250"),
        ("12.50 euros", ".", "1250"),
        ("1.10", ".", "110"),
        ("1.100", ".", "110"),
    ],
)
def test_an_amount_is_read_exactly(text: str, decimal: DecimalMark, minor: str) -> None:
    assert reader(decimal).parse_amount(text) == (minor, False)


@pytest.mark.parametrize(
    ("text", "decimal", "code"),
    [
        ("abc", ".", "not_an_amount"),
        ("1,5", ".", "not_an_amount"),
        ("1.5", ",", "not_an_amount"),
        ("1.234,5", ".", "not_an_amount"),
        ("1,234 567", ".", "not_an_amount"),
        ("1 2", ".", "not_an_amount"),
        ("--5", ".", "not_an_amount"),
        ("(5", ".", "not_an_amount"),
        ("(-5)", ".", "not_an_amount"),
        ("12k", ".", "not_an_amount"),
        ("12 M€", ".", "not_an_amount"),
        ("1e5", ".", "not_an_amount"),
        ("12 %", ".", "not_an_amount"),
        ("#N/A", ".", "not_an_amount"),
        (".", ".", "not_an_amount"),
        ("$12", ".", "other_currency"),
        ("12 GBP", ".", "other_currency"),
        ("9" * 16, ".", "too_great"),
        ("9" * 9000, ".", "not_an_amount"),
    ],
)
def test_what_is_not_an_amount_is_refused_with_its_reason(text: str, decimal: DecimalMark, code: str) -> None:
    problem = reader(decimal).parse_amount(text)

    assert isinstance(problem, Problem)
    assert problem.code == code


@pytest.mark.parametrize(("text", "minor"), [("0.005", "1"), ("12.344999", "1234"), ("-0.005", "-1")])
def test_more_decimals_than_the_currency_has_are_rounded_and_told(text: str, minor: str) -> None:
    assert reader().parse_amount(text) == (minor, True)


def test_the_decimals_are_those_of_the_currency() -> None:
    assert reader(currency="JPY", exponent=0).parse_amount("¥1,200") == ("1200", False)
    assert reader(currency="TND", exponent=3).parse_amount("1.5") == ("1500", False)


def test_a_dollar_sign_fits_every_dollar_and_us_dollars_only_one() -> None:
    assert reader(currency="CAD").parse_amount("$5") == ("500", False)
    assert isinstance(reader(currency="CAD").parse_amount("US$5"), Problem)


@pytest.mark.parametrize(("text", "number"), [("0.8", "0.80"), ("80 %", "0.80"), ("1", "1.00"), ("", "")])
def test_a_capacity_may_be_a_percentage(text: str, number: str) -> None:
    assert reader().parse_number(text) == number


@pytest.mark.parametrize(("text", "number"), [("12", "12"), ("12.0", "12"), ("1,185", "1185"), ("-3", "-3")])
def test_a_whole_number_is_read(text: str, number: str) -> None:
    assert reader().parse_integer(text) == number


@pytest.mark.parametrize("text", ["12.5", "twelve", "12 €"])
def test_a_number_that_is_not_whole_is_refused(text: str) -> None:
    assert isinstance(reader().parse_integer(text), Problem)


@given(
    minor=st.integers(-(10**15) + 1, 10**15 - 1),
    decimal=st.sampled_from([".", ","]),
    separator=st.sampled_from(["", " ", "\u202f", "\u00a0", "'", "other"]),
    symbol=st.sampled_from(["{}", "{} €", "€{}", "EUR {}"]),
    parentheses=st.booleans(),
)
def test_a_written_amount_is_read_back_to_the_cent(
    minor: int, decimal: DecimalMark, separator: str, symbol: str, parentheses: bool
) -> None:
    thousands = {"other": "," if decimal == "." else "."}.get(separator, separator)
    digits = f"{abs(minor) // 100:,}".replace(",", thousands) + decimal + f"{abs(minor) % 100:02d}"
    text = symbol.format(digits)
    if minor < 0:
        text = f"({text})" if parentheses else f"-{text}"

    assert reader(decimal).parse_amount(text) == (str(minor), False)


@given(st.text(max_size=80), st.sampled_from([".", ","]))
def test_any_text_is_a_number_or_nothing(text: str, decimal: DecimalMark) -> None:
    result = read_number(text, decimal)

    assert result is None or isinstance(result[0], Decimal)


@pytest.mark.parametrize(
    ("cells", "decimal"),
    [
        (["12", "38", ""], None),
        (["12.5", "38"], "."),
        (["12,5", "38"], ","),
        (["1 234,56 €"], ","),
        (["1,234.56"], "."),
        (["1.234,56"], ","),
        (["1.234.567"], ","),
        (["1,234"], "."),
        (["1.234"], ","),
        (["1,234", "12,5"], ","),
        (["0.123"], "."),
        (["n/a", "#REF!"], None),
    ],
)
def test_a_column_tells_its_decimal_mark(cells: list[str], decimal: str | None) -> None:
    evidence = DecimalEvidence()

    evidence.add(cells)

    assert evidence.decimal == decimal
