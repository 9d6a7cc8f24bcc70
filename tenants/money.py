"""Amounts between their two forms: decimals for people and files, integer minor units for storage.

Minor units follow ISO 4217 as CLDR gives it: 2 digits for EUR and USD, 0 for JPY, 3 for TND.
"""

from decimal import ROUND_HALF_EVEN, Decimal

from babel.core import get_global
from babel.numbers import get_currency_precision


def is_currency(code: str) -> bool:
    """Whether `code` is a currency that is legal tender somewhere or was once, as CLDR knows it (upper case)."""
    return code in get_global("all_currencies")


def currency_exponent(code: str) -> int:
    """Digits after the decimal mark: 10 ** exponent minor units make one unit."""
    return get_currency_precision(code)


def to_minor(amount: Decimal, currency: str) -> int:
    """Minor units of an amount, half to even beyond the currency's precision: 12.5 EUR is 1250."""
    return int(amount.scaleb(currency_exponent(currency)).to_integral_value(ROUND_HALF_EVEN))


def to_decimal(minor: int, currency: str) -> Decimal:
    """The exact amount with the currency's digits: 1250 EUR is Decimal("12.50")."""
    return Decimal(minor).scaleb(-currency_exponent(currency))
