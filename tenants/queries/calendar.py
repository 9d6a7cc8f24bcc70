"""The calendar of an organisation: its week and the public holidays of its country. No query."""

from datetime import date, timedelta
from functools import lru_cache

import holidays

from tenants.domain import working_days
from tenants.models import Organisation


@lru_cache(maxsize=256)
def public_holidays(country: str, first_year: int, last_year: int) -> frozenset[date]:
    """The public holidays of these years; none for a country whose calendar is not known."""
    try:
        found = holidays.country_holidays(country, years=range(first_year, last_year + 1))
    except NotImplementedError:
        return frozenset()
    return frozenset(found)


def after_working_days(organisation: Organisation, day: date, count: int) -> date:
    """The `count`-th working day after `day` (before it, for a negative count)."""
    # A working week has at least one day: seven calendar days a working day, and the holidays of the years between.
    reach = timedelta(days=7 * abs(count) + working_days.LONGEST_REST)
    off = public_holidays(organisation.country, (day - reach).year, (day + reach).year)
    return working_days.after(day, count, organisation.working_days, off)
