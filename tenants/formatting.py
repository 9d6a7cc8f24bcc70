"""Amounts, rates, counts and dates written the way the reader's language writes them.

Pure functions over Babel (CLDR data): the language is an argument, so that pages, exports and
charts share one spelling. `None` means "not known" and is written as a dash, never as 0.
"""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache, lru_cache

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton, format_time
from babel.numbers import format_compact_currency, format_currency, get_currency_precision
from babel.units import format_unit

UNKNOWN = EN_DASH = "\u2013"
MINUS = "\u2212"
NO_BREAK_SPACE = "\u00a0"

# Numbers follow plain English; dates follow British order, so that 1/2 never means two days.
NUMBER_LOCALES = {"en": "en", "fr": "fr"}
DATE_LOCALES = {"en": "en_GB", "fr": "fr"}
# Within a sentence French writes a day out: "au jeu. 26 nov." reads as a game.
SENTENCE_DAYS = {"en": "E d MMM", "fr": "EEEE d MMMM"}

# Under this many units of currency the cents are part of the message; above it they are noise.
CENTS_MATTER_UNDER = 1000

type Number = int | float | Decimal


def number_locale(language: str) -> Locale:
    """The locale of amounts and counts for a language code ("fr", "fr-fr", "en"); English when unknown."""
    return Locale.parse(NUMBER_LOCALES.get(language.lower()[:2], "en"))


def date_locale(language: str) -> Locale:
    """The locale of dates for a language code; day before month in both languages."""
    return Locale.parse(DATE_LOCALES.get(language.lower()[:2], "en_GB"))


def format_money(
    minor: Number | None, currency: str, language: str, *, exact: bool = False, signed: bool = False
) -> str:
    """Write an amount of integer minor units: 25_000_000 EUR is "250 000 €" or "€250,000".

    Whole units by default (half to even); amounts under 1 000 keep their cents when they have any.
    `exact` always writes the cents. `signed` writes + before a gain. Currency is an ISO 4217 code.
    """
    if minor is None:
        return UNKNOWN
    precision = get_currency_precision(currency)
    amount = _to_units(minor, precision)
    whole = amount == amount.to_integral_value()
    digits = precision if exact or (not whole and abs(amount) < CENTS_MATTER_UNDER) else 0
    amount = _rounded(amount, digits)
    before, after = _currency_frame(currency, language)
    text = f"{before}{_grouped(abs(amount), language)}{after}"
    return _with_sign(text, amount, signed=signed)


def format_money_compact(minor: Number | None, currency: str, language: str, *, signed: bool = False) -> str:
    """Write an amount in three figures or so, for headlines and axes: "1,42 M €", "€96K", "€850"."""
    if minor is None:
        return UNKNOWN
    amount = _to_units(minor, get_currency_precision(currency))
    size = abs(amount)
    if Decimal("999_500") <= size < 1_000_000:  # would round to "1000K"
        size = Decimal(1_000_000)
    digits = 2 if size >= 1_000_000 else 1 if 1_000 <= size < 10_000 else 0
    if size < 1_000:  # not shortened, hence not rounded either
        size = _rounded(size, 0)
    text = format_compact_currency(size, currency, locale=number_locale(language), fraction_digits=digits)
    return _with_sign(text, _rounded(amount, 0), signed=signed)


def format_number(
    value: Number | None, language: str, *, digits: int | None = None, signed: bool = False
) -> str:
    """Write a count or a figure with grouped thousands; `digits` fixes the decimals (else at most 2)."""
    if value is None:
        return UNKNOWN
    exact = _decimal(value)
    rounded = _rounded(exact, 2).normalize() if digits is None else _rounded(exact, digits)
    text = _grouped(abs(rounded), language)
    return _with_sign(text, rounded, signed=signed)


def percent_digits(ratio: Number) -> int:
    """Decimals worth showing for a ratio: one below 10 % when it says something (7.6 %, but 8 %), else none."""
    exact = _decimal(ratio)
    return 1 if abs(exact) < Decimal("0.0995") and _rounded(exact * 1000, 0) % 10 else 0


def format_percent(
    ratio: Number | None, language: str, *, digits: int | None = None, signed: bool = False
) -> str:
    """Write a ratio as a percentage: 0.31 is "31 %" or "31%". May pass 1: attainment is not capped."""
    if ratio is None:
        return UNKNOWN
    digits = percent_digits(ratio) if digits is None else digits
    points = _rounded(_decimal(ratio) * 100, digits)
    text = format_number(abs(points), language, digits=digits) + _percent_sign(language)
    return _with_sign(text, points, signed=signed)


def format_percent_interval(low: Number | None, high: Number | None, language: str) -> str:
    """Write an interval of ratios once, with one sign: "26-36 %"; both ends have the same decimals."""
    if low is None or high is None:
        return UNKNOWN
    ends = (_decimal(low), _decimal(high))
    digits = max(map(percent_digits, ends)) if ends[1] < Decimal("0.0995") else 0
    low_text, high_text = (format_number(end * 100, language, digits=digits) for end in ends)
    # After a minus sign a dash alone would not be told from another one.
    dash = f"{NO_BREAK_SPACE}{EN_DASH}{NO_BREAK_SPACE}" if ends[0] < 0 else EN_DASH
    return f"{low_text}{dash}{high_text}{_percent_sign(language)}"


def format_money_interval(low: Number | None, high: Number | None, currency: str, language: str) -> str:
    """Write an interval of amounts, compact: "1,28 M € - 1,55 M €"."""
    if low is None or high is None:
        return UNKNOWN
    ends = (format_money_compact(end, currency, language) for end in (low, high))
    return f"{NO_BREAK_SPACE}{EN_DASH}{NO_BREAK_SPACE}".join(ends)


def format_number_interval(low: Number | None, high: Number | None, language: str) -> str:
    """Write an interval of counts: "12-18"."""
    if low is None or high is None:
        return UNKNOWN
    return f"{format_number(low, language)}{EN_DASH}{format_number(high, language)}"


@lru_cache(maxsize=5000)
def format_day(value: date | None, language: str, style: str = "medium") -> str:
    """Write a calendar day.

    Styles: short (12/01/2027), medium (12 Jan 2027), long, full, weekday (Tue 12 Jan), sentence (the same within
    a sentence: "mardi 12 janvier"), month. Raises ValueError for another style.
    """
    if value is None:
        return UNKNOWN
    locale = date_locale(language)
    if style == "weekday":
        return format_skeleton("MMMEd", datetime.combine(value, time()), locale=locale)
    if style == "sentence":
        return format_date(value, format=SENTENCE_DAYS[locale.language], locale=locale)
    if style == "month":
        return format_skeleton("yMMMM", datetime.combine(value, time()), locale=locale)
    return _format_named(value, style, locale)


def _format_named(value: date, style: str, locale: Locale) -> str:
    match style:
        case "short" | "medium" | "long" | "full":
            return format_date(value, format=style, locale=locale)
        case _:
            raise ValueError(f"unknown date style {style!r}")


def format_moment(value: datetime | None, language: str, style: str = "full") -> str:
    """Write an instant already in the reader's time zone: "12 Jan 2027, 02:04"; style "clock": "02:04"."""
    if value is None:
        return UNKNOWN
    locale = date_locale(language)
    if style == "clock":
        return format_time(value.timetz(), format="short", locale=locale)
    return format_datetime(value, format="d MMM y, HH:mm", tzinfo=value.tzinfo, locale=locale)


def format_days(value: Number | None, language: str, *, digits: int | None = None) -> str:
    """Write a number of days with its unit: "12 days", "1,2 jour"; one decimal below 10 days unless told."""
    return _duration(value, "duration-day", 10, digits, language)


def format_months(value: Number | None, language: str, *, digits: int | None = None) -> str:
    """Write a number of months with its unit: "18.5 months", "1,2 mois"; one decimal below 100 unless told."""
    return _duration(value, "duration-month", 100, digits, language)


def _duration(value: Number | None, unit: str, whole_from: int, digits: int | None, language: str) -> str:
    if value is None:
        return UNKNOWN
    exact = _decimal(value)
    has_part = abs(exact) < whole_from and exact != exact.to_integral_value()
    rounded = _rounded(exact, int(has_part) if digits is None else digits)
    text = format_unit(abs(rounded), unit, length="long", locale=number_locale(language))
    return _with_sign(text, rounded, signed=False)


def _decimal(value: Number) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _rounded(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_EVEN)


def _to_units(minor: Number, precision: int) -> Decimal:
    return _decimal(minor).scaleb(-precision)


@cache
def _percent_sign(language: str) -> str:
    return number_locale(language).percent_formats[None].pattern.removeprefix("#,##0")


@cache
def _separators(language: str) -> tuple[str, str]:
    """The thousands separator and the decimal mark of a language."""
    symbols = number_locale(language).number_symbols["latn"]
    return symbols["group"], symbols["decimal"]


@cache
def _currency_frame(currency: str, language: str) -> tuple[str, str]:
    """What stands before and after the figure of a currency: ("€", "") in English, ("", " €") in French."""
    pattern = number_locale(language).currency_formats["standard"].pattern.replace("#,##0.00", "0")
    before, after = format_currency(
        0, currency, format=pattern, locale=number_locale(language), currency_digits=False
    ).split("0")
    return before, after


def _grouped(value: Decimal, language: str) -> str:
    """A positive figure with its own decimals. Pages hold hundreds of figures: Babel parses a pattern for each."""
    group, mark = _separators(language)
    return f"{value:,f}".translate({ord(","): group, ord("."): mark})


def _with_sign(text: str, value: Decimal, *, signed: bool) -> str:
    """Put a true minus (or a plus when `signed`) before a text written from the absolute value."""
    if value < 0:
        return MINUS + text
    return "+" + text if signed and value > 0 else text
