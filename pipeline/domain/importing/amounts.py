"""Amounts and numbers of a file: one cell to an exact canonical string, and the decimal mark of a column."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from pipeline.domain.importing.errors import Problem, shown
from pipeline.domain.importing.texts import BLANKS

DecimalMark = Literal[".", ","]

MAX_LENGTH = 60  # of a number in a cell; what is longer is a text
MAX_WHOLE_DIGITS = 15  # 15 digits and 3 decimals still fit a 64-bit count of minor units

# What may stand for a currency in an amount: a sign, with the currencies that it may mean.
CURRENCY_SIGNS: dict[str, frozenset[str]] = {
    "€": frozenset({"EUR"}),
    "EURO": frozenset({"EUR"}),
    "EUROS": frozenset({"EUR"}),
    "$": frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP"}),
    "US$": frozenset({"USD"}),
    "$US": frozenset({"USD"}),
    "CA$": frozenset({"CAD"}),
    "C$": frozenset({"CAD"}),
    "$CA": frozenset({"CAD"}),
    "A$": frozenset({"AUD"}),
    "AU$": frozenset({"AUD"}),
    "£": frozenset({"GBP", "EGP"}),
    "¥": frozenset({"JPY", "CNY"}),
    "₹": frozenset({"INR"}),
    "R$": frozenset({"BRL"}),
    "ZŁ": frozenset({"PLN"}),
    "KČ": frozenset({"CZK"}),
    "KR": frozenset({"SEK", "NOK", "DKK", "ISK"}),
    "FR": frozenset({"CHF"}),
    "FR.": frozenset({"CHF"}),
    "₺": frozenset({"TRY"}),
    "₽": frozenset({"RUB"}),
    "₴": frozenset({"UAH"}),
    "₪": frozenset({"ILS"}),
    "₩": frozenset({"KRW"}),
    "FCFA": frozenset({"XOF", "XAF"}),
    "DH": frozenset({"MAD", "AED"}),
}

_SPACES = re.compile("[ \u00a0\u2007\u2009\u202f]+")
_SIGN = r"[-+\u2212\u2013]"
_UNIT = r"(?:[^\W\d_]{1,5}\.?|[A-Za-z]{0,2}[$€£¥₹₺₽₴₪₩][A-Za-z]{0,2})"
# Over a text whose runs of spaces are one plain space: nothing in it can match a run in two ways.
_WRAPPED = re.compile(
    rf"(?P<open>\()? ?(?P<sign>{_SIGN})? ?(?P<before>{_UNIT})? ?(?P<sign2>{_SIGN})?"
    rf" ?(?P<digits>[\d.,](?:[\d.,'’ ]*[\d.,])?)"
    rf" ?(?P<sign3>{_SIGN})? ?(?P<after>{_UNIT})? ?(?P<close>\))?"
)
_PLAIN = re.compile(r"-?\d{1,15}(?:\.\d+)?")


def _digits_pattern(decimal: DecimalMark) -> re.Pattern[str]:
    """Whole part, in groups of three or in one piece, then decimals."""
    other = "," if decimal == "." else "."
    mark = re.escape(decimal)
    return re.compile(
        rf"(?:(?P<grouped>\d{{1,3}}(?P<separator>[ '’{other}])\d{{3}}(?:(?P=separator)\d{{3}})*)"
        rf"|(?P<whole>\d*))"
        rf"(?:{mark}(?P<decimals>\d*))?"
    )


_DIGITS: dict[str, re.Pattern[str]] = {".": _digits_pattern("."), ",": _digits_pattern(",")}
# Under a decimal comma, 1.234 is a group of thousands and 1234.5 can only be a typed spreadsheet number.
_GROUPED_BY_POINT = re.compile(r"-?\d{1,3}(?:\.\d{3})+")


def read_number(text: str, decimal: DecimalMark, *, typed: bool = False) -> tuple[Decimal, str] | None:
    """The exact number in a trimmed text and the currency or unit beside it; None when it is not one.

    Parentheses, a minus before or after, thousands separated by spaces, apostrophes or the other mark.
    `typed`: the cells come from a spreadsheet, whose numbers are written with a point whatever the mark.
    """
    if len(text) > MAX_LENGTH:
        return None
    if (decimal == "." or (typed and not _GROUPED_BY_POINT.fullmatch(text))) and _PLAIN.fullmatch(text):
        return Decimal(text), ""
    match = _WRAPPED.fullmatch(_SPACES.sub(" ", text))
    if match is None or bool(match["open"]) != bool(match["close"]):
        return None
    signs = [sign for sign in (match["sign"], match["sign2"], match["sign3"]) if sign]
    if len(signs) + bool(match["open"]) > 1 or (match["before"] and match["after"]):
        return None
    digits = _DIGITS[decimal].fullmatch(match["digits"])
    if digits is None:
        return None
    whole = re.sub(r"\D", "", digits["grouped"] or "") or digits["whole"] or ""
    if not whole and not digits["decimals"]:
        return None
    number = Decimal(f"{whole or '0'}.{digits['decimals'] or '0'}")
    negative = bool(match["open"]) or (bool(signs) and signs[0] != "+")
    return (-number if negative else number), (match["before"] or match["after"] or "")


def means_currency(sign: str, currency: str) -> bool | None:
    """Whether a sign or a code means the currency; None when it is not a currency at all."""
    name = sign.strip().upper()
    if name in CURRENCY_SIGNS:
        return currency in CURRENCY_SIGNS[name]
    return name == currency if re.fullmatch(r"[A-Z]{3}", name) else None


def to_minor(number: Decimal, exponent: int) -> int:
    """Minor units, halves away from zero. `exponent`: decimals of the currency (EUR 2, JPY 0)."""
    return int(number.scaleb(exponent).quantize(Decimal(1), rounding=ROUND_HALF_UP))


@dataclass(frozen=True)
class NumberReader:
    """How the numbers of one file are written, and in which currency its amounts must be."""

    decimal: DecimalMark
    currency: str
    exponent: int
    typed: bool = False

    def parse_amount(self, raw: str, *, share: bool = False) -> tuple[str, bool] | Problem:
        """Minor units as a string, and whether they were rounded. With `share`, "35 %" gives "0.35%"."""
        text = raw.strip(BLANKS)
        if not text:
            return "", False
        whole, _, decimals = text.partition(self.decimal)
        if whole.isdecimal() and text.isascii() and len(whole) <= MAX_WHOLE_DIGITS:  # most amounts, quickly
            if not decimals:
                return str(int(whole) * 10**self.exponent), False
            if decimals.isdecimal() and len(decimals) <= self.exponent:
                return str(int(whole + decimals.ljust(self.exponent, "0"))), False
        if share and text.endswith("%"):
            part = self._read_share(text)
            return (f"{part}%", False) if part is not None else self._problem("not_an_amount", text)
        found = read_number(text, self.decimal, typed=self.typed)
        if found is None:
            return self._problem("not_an_amount", text)
        number, unit = found
        if unit and not (fits := means_currency(unit, self.currency)):
            code = "not_an_amount" if fits is None else "other_currency"
            return self._problem(code, text)
        if number.adjusted() >= MAX_WHOLE_DIGITS:
            return self._too_great(text)
        minor = to_minor(number, self.exponent)
        return str(minor), Decimal(minor).scaleb(-self.exponent) != number

    def parse_number(self, raw: str) -> str | Problem:
        """A number with two decimals; "80 %" is 0.80."""
        text = raw.strip(BLANKS)
        if not text:
            return ""
        if text.endswith("%"):
            number = self._read_share(text)
        else:
            found = read_number(text, self.decimal, typed=self.typed)
            number = found[0] if found and not found[1] else None
        if number is None:
            return self._problem("not_a_number", text)
        if number.adjusted() >= MAX_WHOLE_DIGITS:
            return self._too_great(text)
        return str(number.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))

    def parse_integer(self, raw: str) -> str | Problem:
        """A whole number; "12.0" is one, "12.5" is not."""
        text = raw.strip(BLANKS)
        if not text:
            return ""
        found = read_number(text, self.decimal, typed=self.typed)
        if found is None or found[1] or found[0] != found[0].to_integral_value():
            return Problem("not_whole", {"value": shown(text)})
        if found[0].adjusted() >= MAX_WHOLE_DIGITS:
            return self._too_great(text)
        return str(int(found[0]))

    def _read_share(self, text: str) -> Decimal | None:
        found = read_number(text[:-1].rstrip(BLANKS), self.decimal, typed=self.typed)
        return found[0] / 100 if found and not found[1] else None

    def _too_great(self, text: str) -> Problem:
        return Problem("too_great", {"value": shown(text), "maximum": 10**MAX_WHOLE_DIGITS})

    def _problem(self, code: str, text: str) -> Problem:
        return Problem(code, {"value": shown(text), "decimal": self.decimal, "currency": self.currency})


_BOTH = re.compile(r"\D*\d{1,3}(?:([.,])\d{3})+(?!\1)([.,])\d+\D*")
_REPEATED = re.compile(r"\D*\d{1,3}(?:([.,])\d{3}){2,}\D*")
_GROUP = re.compile(r"\D*[1-9]\d{0,2}([.,])\d{3}\D*")
_SINGLE = re.compile(r"\D*?\d[\d \u00a0\u202f'’]*([.,])\d+\D*")
_OTHER = {".": ",", ",": "."}


@dataclass
class DecimalEvidence:
    """Distinct cells that prove one decimal mark, and those that only suggest it."""

    point: int = 0
    comma: int = 0
    weak_point: int = 0  # "1,234": most likely a group of thousands
    weak_comma: int = 0

    def add(self, cells: Iterable[str]) -> None:
        for cell in cells:
            mark, strong = _mark_of(cell)
            if mark == ".":
                self.point, self.weak_point = self.point + strong, self.weak_point + (not strong)
            elif mark == ",":
                self.comma, self.weak_comma = self.comma + strong, self.weak_comma + (not strong)

    @property
    def decimal(self) -> DecimalMark | None:
        """The mark of the file; None when nothing tells."""
        if self.point != self.comma:
            return "." if self.point > self.comma else ","
        if self.weak_point != self.weak_comma:
            return "." if self.weak_point > self.weak_comma else ","
        return None


def _mark_of(cell: str) -> tuple[str, bool]:
    """The decimal mark that a cell speaks for, and whether it proves it."""
    text = cell.strip(BLANKS)
    if len(text) > MAX_LENGTH:
        return "", False
    if match := _BOTH.fullmatch(text):
        return match[2], True
    if match := _REPEATED.fullmatch(text):
        return _OTHER[match[1]], True
    if match := _GROUP.fullmatch(text):
        return _OTHER[match[1]], False
    match = _SINGLE.fullmatch(text)
    return (match[1], True) if match else ("", False)
