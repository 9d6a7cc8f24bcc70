"""Working days of an organisation: its week and the public holidays of its country."""

from datetime import date
from functools import lru_cache

import holidays
import numpy as np
from numpy.typing import NDArray

from objectives.domain.path import working_day_weights
from tenants.models import Organisation


def working_days(organisation: Organisation, first: date, last: date) -> NDArray[np.float64]:
    """1.0 for each working day from `first` to `last`, both included, else 0.0. No query."""
    off = public_holidays(organisation.country, first.year, last.year)
    return working_day_weights(first, last, organisation.working_days, off)


@lru_cache(maxsize=256)
def public_holidays(country: str, first_year: int, last_year: int) -> frozenset[date]:
    """The public holidays of these years; none for a country whose calendar is not known."""
    try:
        found = holidays.country_holidays(country, years=range(first_year, last_year + 1))
    except NotImplementedError:
        return frozenset()
    return frozenset(found)
