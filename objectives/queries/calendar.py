"""Working days of an organisation: its week and the public holidays of its country."""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from objectives.domain.path import working_day_weights
from tenants.models import Organisation
from tenants.queries.calendar import public_holidays


def working_days(organisation: Organisation, first: date, last: date) -> NDArray[np.float64]:
    """1.0 for each working day from `first` to `last`, both included, else 0.0. No query."""
    off = public_holidays(organisation.country, first.year, last.year)
    return working_day_weights(first, last, organisation.working_days, off)
