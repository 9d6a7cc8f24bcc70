"""Time zones, countries and currencies that an organisation may choose, in the reader's words."""

from functools import cache
from zoneinfo import available_timezones

import holidays
from babel import Locale
from babel.core import get_global
from babel.numbers import get_currency_name

from tenants.domain.names import normalise_key
from tenants.formatting import number_locale

CURRENCIES = (
    "EUR",
    "GBP",
    "CHF",
    "USD",
    "CAD",
    "AUD",
    "INR",
    "JPY",
    "SEK",
    "NOK",
    "DKK",
    "PLN",
    "CZK",
    "MAD",
    "TND",
    "XOF",
)

type Choices = list[tuple[str, str]]


@cache
def time_zones() -> Choices:
    """Zones named after a place, by continent, and UTC."""
    continents = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    names = sorted(name for name in available_timezones() if name.startswith(continents))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


@cache
def countries(language: str) -> Choices:
    """Countries whose public holidays are known, by name."""
    territories = Locale.parse(language.lower()[:2]).territories
    named = ((code, territories[code]) for code in holidays.list_supported_countries() if code in territories)
    return sorted(named, key=lambda choice: normalise_key(choice[1]))


@cache
def currencies(language: str) -> Choices:
    """The usual currencies first, then every other one in use, each with its name."""
    locale = number_locale(language)
    others = sorted(_in_use() - set(CURRENCIES))
    return [(code, f"{code} · {get_currency_name(code, locale=locale)}") for code in (*CURRENCIES, *others)]


def _in_use() -> set[str]:
    """Codes that are legal tender somewhere today (CLDR)."""
    found = get_global("territory_currencies").values()
    return {code for rows in found for code, _start, end, is_tender in rows if end is None and is_tender}
