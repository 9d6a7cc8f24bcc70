"""Figures in the reader's words: amounts, counts and rates of an objective's unit."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.utils.translation import get_language

from objectives.domain.catalogue import Unit
from tenants import formatting


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes in one currency and language. Money is minor units, rates are ratios; None is a dash."""

    currency: str
    language: str

    @classmethod
    def of(cls, currency: str) -> "Writer":
        return cls(currency, get_language() or "en")

    def figure(self, value: float | None, unit: Unit, *, signed: bool = False) -> str:
        """In full: "1 420 000 €", "12", "31 %"."""
        return _figure(value, unit, signed, self.currency, self.language)

    def short(self, value: float | None, unit: Unit, *, signed: bool = False) -> str:
        """Three figures or so for money ("1,42 M €"); the rest in full."""
        if unit == Unit.MONEY:
            return _compact(value, signed, self.currency, self.language)
        return _figure(value, unit, signed, self.currency, self.language)

    def number(self, value: float | None, *, signed: bool = False) -> str:
        """A count; an expected one may have a fraction, of which one digit is worth showing."""
        return _figure(value, Unit.COUNT, signed, self.currency, self.language)

    def percent(self, ratio: float | None) -> str:
        return _figure(ratio, Unit.RATE, False, self.currency, self.language)

    def interval(self, low: float | None, high: float | None, unit: Unit) -> str:
        """Empty when it is not known."""
        return _interval(low, high, unit, self.currency, self.language)

    def day(self, value: date | None, style: str = "medium") -> str:
        return _day(value, style, self.language)

    def days(self, value: float | None) -> str:
        return _figure(value, Unit.DAYS, False, self.currency, self.language)

    def chart_format(self, unit: Unit) -> dict[str, str]:
        """The `format` of a chart's JSON (assets/charts/format.js)."""
        if unit == Unit.MONEY:
            return {"locale": self.language, "kind": "money", "currency": self.currency}
        return {"locale": self.language, "kind": "percent" if unit == Unit.RATE else "number"}


# Pages write the same stored figures again and again, and to write one takes longer than to remember it.


@lru_cache(maxsize=50_000)
def _figure(value: float | None, unit: Unit, signed: bool, currency: str, language: str) -> str:
    match unit:
        case Unit.MONEY:
            return formatting.format_money(value, currency, language, signed=signed)
        case Unit.RATE:
            return _points(value, language) if signed else formatting.format_percent(value, language)
        case Unit.DAYS:
            return formatting.format_days(value, language)
        case Unit.MONTHS:
            return formatting.format_months(value, language)
        case Unit.COUNT:
            digits = 0 if value is None or value == round(value) or abs(value) >= 100 else 1
            return formatting.format_number(value, language, digits=digits, signed=signed)


def _points(difference: float | None, language: str) -> str:
    """A difference of two rates, in points."""
    if difference is None:
        return formatting.UNKNOWN
    return formatting.format_number(difference * 100, language, digits=1, signed=True) + " pts"


@lru_cache(maxsize=20_000)
def _compact(minor: float | None, signed: bool, currency: str, language: str) -> str:
    return formatting.format_money_compact(minor, currency, language, signed=signed)


@lru_cache(maxsize=20_000)
def _interval(low: float | None, high: float | None, unit: Unit, currency: str, language: str) -> str:
    if low is None or high is None:
        return ""
    match unit:
        case Unit.MONEY:
            return formatting.format_money_interval(low, high, currency, language)
        case Unit.RATE:
            return formatting.format_percent_interval(low, high, language)
        case Unit.COUNT:
            return formatting.format_number_interval(round(low), round(high), language)
        case _:
            return formatting.format_number_interval(round(low, 1), round(high, 1), language)


@lru_cache(maxsize=2_000)
def _day(value: date | None, style: str, language: str) -> str:
    return formatting.format_day(value, language, style)
