"""Amounts, rates and dates are written as the reader's language writes them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants import formatting

NARROW = "\u202f"
FIXED = "\u00a0"
MINUS = "\u2212"
DASH = "\u2013"


@pytest.mark.parametrize(
    ("minor", "currency", "language", "written"),
    [
        pytest.param(25_000_000, "EUR", "fr", f"250{NARROW}000{FIXED}€", id="french-spaces-do-not-break"),
        pytest.param(25_000_000, "EUR", "en", "€250,000", id="english"),
        pytest.param(25_000_000, "EUR", "fr-fr", f"250{NARROW}000{FIXED}€", id="regional-code"),
        pytest.param(25_000_000, "EUR", "xx", "€250,000", id="unknown-language-reads-english"),
        pytest.param(-11_490_240, "EUR", "en", f"{MINUS}€114,902", id="true-minus"),
        pytest.param(5_425, "EUR", "fr", f"54,25{FIXED}€", id="cents-matter-when-small"),
        pytest.param(5_500, "EUR", "en", "€55", id="no-empty-cents"),
        pytest.param(400_000, "JPY", "en", "¥400,000", id="currency-without-cents"),
        pytest.param(1_000_553_450, "USD", "en", "$10,005,534", id="half-to-even"),
        pytest.param(0, "EUR", "en", "€0", id="zero-is-not-unknown"),
        pytest.param(None, "EUR", "en", DASH, id="unknown-is-not-zero"),
    ],
)
def test_an_amount_is_written_in_whole_units_of_its_currency(
    minor: int | None, currency: str, language: str, written: str
) -> None:
    assert formatting.format_money(minor, currency, language) == written


def test_an_exact_amount_keeps_its_cents() -> None:
    assert formatting.format_money(23_333_333, "EUR", "en", exact=True) == "€233,333.33"


@pytest.mark.parametrize(
    ("minor", "written"),
    [(4_000_00, "+€4,000"), (-4_000_00, f"{MINUS}€4,000"), (0, "€0")],
    ids=["gain", "loss", "nothing"],
)
def test_a_signed_amount_says_on_which_side_it_is(minor: int, written: str) -> None:
    assert formatting.format_money(minor, "EUR", "en", signed=True) == written


@pytest.mark.parametrize(
    ("minor", "language", "written"),
    [
        pytest.param(142_000_000, "fr", f"1,42{FIXED}M{FIXED}€", id="millions"),
        pytest.param(-9_600_000, "fr", f"{MINUS}96{FIXED}k{FIXED}€", id="thousands"),
        pytest.param(123_400, "en", "€1.2K", id="few-thousands"),
        pytest.param(85_000, "en", "€850", id="hundreds"),
        pytest.param(99_999_999, "en", "€1M", id="never-1000K"),
        pytest.param(None, "en", DASH, id="unknown"),
    ],
)
def test_a_headline_amount_has_about_three_figures(minor: int | None, language: str, written: str) -> None:
    assert formatting.format_money_compact(minor, "EUR", language) == written


@given(minor=st.integers(min_value=-(10**13), max_value=10**13), language=st.sampled_from(["fr", "en"]))
def test_no_amount_can_break_across_lines(minor: int, language: str) -> None:
    assert " " not in formatting.format_money(minor, "EUR", language)


@given(minor=st.integers(min_value=0, max_value=10**13))
def test_an_exact_amount_reads_back_to_the_cent(minor: int) -> None:
    written = formatting.format_money(minor, "EUR", "en", exact=True)

    assert int(written.translate(str.maketrans("", "", "€,."))) == minor


@pytest.mark.parametrize(
    ("ratio", "language", "written"),
    [
        pytest.param(0.31, "fr", f"31{FIXED}%", id="french"),
        pytest.param(0.31, "en", "31%", id="english"),
        pytest.param(0.076, "fr", f"7,6{FIXED}%", id="a-decimal-below-ten"),
        pytest.param(0.08, "en", "8%", id="no-empty-decimal"),
        pytest.param(0.0996, "en", "10%", id="rounds-up-to-ten"),
        pytest.param(1.2, "en", "120%", id="attainment-is-not-capped"),
        pytest.param(0, "en", "0%", id="zero"),
        pytest.param(None, "en", DASH, id="no-rate"),
    ],
)
def test_a_rate_shows_the_decimals_that_matter(ratio: float | None, language: str, written: str) -> None:
    assert formatting.format_percent(ratio, language) == written


@pytest.mark.parametrize(
    ("low", "high", "written"),
    [
        pytest.param(0.26, 0.36, f"26{DASH}36{FIXED}%", id="whole"),
        pytest.param(0.062, 0.09, f"6,2{DASH}9,0{FIXED}%", id="same-decimals-at-both-ends"),
        pytest.param(0.06, 0.09, f"6{DASH}9{FIXED}%", id="no-empty-decimals"),
        pytest.param(None, 0.09, DASH, id="unknown"),
    ],
)
def test_an_interval_has_one_sign_and_even_decimals(low: float | None, high: float, written: str) -> None:
    assert formatting.format_percent_interval(low, high, "fr") == written


def test_a_small_amount_with_a_fraction_of_a_cent_is_written_in_whole_units() -> None:
    assert formatting.format_money_compact(16_266.1662, "EUR", "en") == "€163"


def test_an_interval_of_amounts_is_compact() -> None:
    written = formatting.format_money_interval(128_000_000, 155_000_000, "EUR", "en")

    assert written == f"€1.28M{FIXED}{DASH}{FIXED}€1.55M"


@pytest.mark.parametrize(
    ("value", "language", "written"),
    [
        (10_005_534, "fr", f"10{NARROW}005{NARROW}534"),
        (10_005_534, "en", "10,005,534"),
        (Decimal("-2.25"), "fr", f"{MINUS}2,25"),
        (None, "fr", DASH),
    ],
    ids=["french", "english", "decimal", "unknown"],
)
def test_a_count_is_grouped(value: int | Decimal | None, language: str, written: str) -> None:
    assert formatting.format_number(value, language) == written


@pytest.mark.parametrize(
    ("style", "language", "written"),
    [
        ("medium", "en", "12 Jan 2027"),
        ("medium", "fr", "12 janv. 2027"),
        ("weekday", "en", "Tue 12 Jan"),
        ("weekday", "fr", "mar. 12 janv."),
        ("sentence", "en", "Tue 12 Jan"),
        ("sentence", "fr", "mardi 12 janvier"),
        ("long", "fr", "12 janvier 2027"),
        ("month", "en", "January 2027"),
    ],
)
def test_a_day_comes_before_its_month_in_both_languages(style: str, language: str, written: str) -> None:
    assert formatting.format_day(date(2027, 1, 12), language, style) == written


def test_an_unknown_date_style_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown date style 'tiny'"):
        formatting.format_day(date(2027, 1, 12), "en", "tiny")


def test_an_instant_is_written_on_24_hours() -> None:
    instant = datetime(2027, 1, 12, 14, 4)

    assert formatting.format_moment(instant, "en") == "12 Jan 2027, 14:04"
    assert formatting.format_moment(instant, "fr", "clock") == "14:04"


@pytest.mark.parametrize(
    ("days", "language", "written"),
    [(12, "fr", f"12{FIXED}jours"), (1.2, "en", "1.2 days"), (1, "en", "1 day"), (40.4, "en", "40 days")],
)
def test_a_duration_names_its_unit(days: float, language: str, written: str) -> None:
    assert formatting.format_days(days, language) == written


@pytest.mark.parametrize(
    ("months", "language", "written"),
    [(18.5, "en", "18.5 months"), (12, "fr", f"12{FIXED}mois"), (1, "en", "1 month"), (None, "en", "–")],
)
def test_a_contract_length_names_its_unit(months: float | None, language: str, written: str) -> None:
    assert formatting.format_months(months, language) == written
