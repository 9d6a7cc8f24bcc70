from decimal import Decimal

import pytest

from tenants.domain.amounts import Flaw, UnreadableAmount, parse_amount, parse_percent


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("600000", "600000"),
        ("600 000", "600000"),
        ("600\u202f000 €", "600000"),
        ("600\u00a0000,50", "600000.50"),
        ("600,000", "600000"),
        ("600.000", "600000"),
        ("600,000.00", "600000"),
        ("1.200.000,50", "1200000.50"),
        ("1,200,000.50", "1200000.50"),
        ("600'000", "600000"),
        ("600k", "600000"),
        ("600 k€", "600000"),
        ("1,5M", "1500000"),
        ("1.234 M", "1234000"),
        ("EUR 12.5", "12.50"),
        ("0,500", "0.5"),
        ("1000000000000", "1000000000000"),
    ],
)
def test_an_amount_is_read_as_people_type_it(typed: str, amount: str) -> None:
    assert parse_amount(typed, digits=2, symbols=("EUR", "€")) == Decimal(amount)


@pytest.mark.parametrize(
    ("typed", "flaw"),
    [
        ("", Flaw.EMPTY),
        (" € ", Flaw.EMPTY),
        ("-5", Flaw.NEGATIVE),
        ("\u2212 600 000", Flaw.NEGATIVE),
        ("a lot", Flaw.UNREADABLE),
        ("6e9", Flaw.UNREADABLE),
        ("1,20,000", Flaw.UNREADABLE),
        ("1.200,000.5", Flaw.UNREADABLE),
        ("NaN", Flaw.UNREADABLE),
        ("1000000000001", Flaw.TOO_LARGE),
        ("9" * 50, Flaw.TOO_LARGE),
        ("12,3456", Flaw.TOO_PRECISE),
    ],
)
def test_what_is_no_amount_says_why(typed: str, flaw: Flaw) -> None:
    with pytest.raises(UnreadableAmount) as refused:
        parse_amount(typed, digits=2, symbols=("EUR", "€"))

    assert refused.value.flaw == flaw


def test_a_currency_of_three_decimals_keeps_them() -> None:
    assert parse_amount("1,250", digits=3) == Decimal("1.250")


@pytest.mark.parametrize("typed", ["25", "25 %", "25,0", "25.0%"])
def test_a_percentage_is_a_ratio(typed: str) -> None:
    assert parse_percent(typed) == Decimal("0.25")


@pytest.mark.parametrize("typed", ["", "a", "-3", "1,2,3", "9" * 40])
def test_what_is_no_percentage_is_refused(typed: str) -> None:
    with pytest.raises(UnreadableAmount):
        parse_percent(typed)
