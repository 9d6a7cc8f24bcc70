"""Amounts and percentages as people type them: "600 000", "600,000.00", "1.2M", "25 %"."""

import re
from decimal import Decimal
from enum import StrEnum

LARGEST = Decimal(10) ** 12
SCALES = {"": 1, "k": 1_000, "m": 1_000_000}
# Spaces of every width, and the apostrophe of Swiss thousands.
GROUPING = re.compile(r"[\s\u00a0\u202f\u2009'’_]")
SHAPE = re.compile(r"(?P<number>\d[\d.,]*|[.,]\d+)(?P<scale>[km]?)", re.IGNORECASE)


class Flaw(StrEnum):
    """Why a text is no amount."""

    EMPTY = "empty"
    UNREADABLE = "unreadable"
    NEGATIVE = "negative"
    TOO_LARGE = "too_large"
    TOO_PRECISE = "too_precise"


class UnreadableAmount(ValueError):
    def __init__(self, flaw: Flaw) -> None:
        self.flaw = flaw
        super().__init__(flaw.value)


def parse_amount(text: str, *, digits: int, symbols: tuple[str, ...] = ()) -> Decimal:
    """Return the amount that `text` says, at most 10¹², with at most `digits` decimals.

    Spaces and apostrophes group; k and M multiply; `symbols` (currency code and sign) may stand around. Of "." and ","
    the last one is the decimal mark when both are there. Alone, a mark that comes more than once, or before exactly
    three digits, groups thousands ("600,000" is six hundred thousand in every language): unless the currency has
    three decimals or a k or M follows. Raises UnreadableAmount.
    """
    bare = _bare(text, symbols)
    if bare.startswith("-"):
        raise UnreadableAmount(Flaw.NEGATIVE)
    found = SHAPE.fullmatch(bare)
    if found is None:
        raise UnreadableAmount(Flaw.EMPTY if not bare else Flaw.UNREADABLE)
    scale = found["scale"].lower()
    amount = _number(found["number"], three_are_thousands=not scale and digits != 3) * SCALES[scale]
    if amount > LARGEST:
        raise UnreadableAmount(Flaw.TOO_LARGE)
    if amount != round(amount, digits):
        raise UnreadableAmount(Flaw.TOO_PRECISE)
    return round(amount, digits)


def parse_percent(text: str) -> Decimal:
    """Return the ratio of a percentage: "25", "25 %" and "25,0" are 0.25. Raises UnreadableAmount."""
    bare = _bare(text, ("%",))
    if bare.startswith("-"):
        raise UnreadableAmount(Flaw.NEGATIVE)
    if not bare or not re.fullmatch(r"\d+([.,]\d+)?", bare):
        raise UnreadableAmount(Flaw.EMPTY if not bare else Flaw.UNREADABLE)
    if len(bare) > 20:
        raise UnreadableAmount(Flaw.TOO_LARGE)
    return Decimal(bare.replace(",", ".")) / 100


def _bare(text: str, symbols: tuple[str, ...]) -> str:
    bare = GROUPING.sub("", text).replace("−", "-").replace("–", "-")
    for symbol in symbols:
        bare = re.sub(re.escape(symbol), "", bare, flags=re.IGNORECASE)
    return bare[:60]


def _number(text: str, *, three_are_thousands: bool) -> Decimal:
    marks = [mark for mark in ".," if mark in text]
    if len(marks) == 2:
        decimal = max(marks, key=text.rfind)
        grouping = "," if decimal == "." else "."
        whole, _, fraction = text.rpartition(decimal)
        groups = whole.split(grouping)
        if decimal in whole or any(len(group) != 3 for group in groups[1:]):
            raise UnreadableAmount(Flaw.UNREADABLE)
        return Decimal(f"{''.join(groups)}.{fraction or 0}")
    if not marks:
        return Decimal(text)
    parts = text.split(marks[0])
    if len(parts) > 2 or (three_are_thousands and len(parts[1]) == 3 and parts[0].strip("0")):
        if any(len(part) != 3 for part in parts[1:]):
            raise UnreadableAmount(Flaw.UNREADABLE)
        return Decimal("".join(parts))
    return Decimal(f"{parts[0] or 0}.{parts[1] or 0}")
