"""How many meetings the working hours that are offered hold."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from prospecting.models import Availability


@dataclass(frozen=True, slots=True)
class Offered:
    """hosts: people who offer hours. slots: meetings that these hours hold; busy times and booked meetings are not taken off."""

    hosts: int
    slots: float


def offered(first_weekday: int, day_weights: NDArray[np.float64]) -> Offered:
    """The slots of days that begin on a weekday (Monday = 0), (D,) each worth its weight as a working day. One query."""
    rows = Availability.objects.values_list(
        "host_id", "weekday", "opens_at", "closes_at", "minutes", "buffer_minutes"
    )
    weekdays = (first_weekday + np.arange(day_weights.size)) % 7
    worked = np.bincount(weekdays, weights=day_weights, minlength=7)
    hosts, slots = set(), 0.0
    for host, weekday, opens, closes, minutes, pause in rows:
        span = (closes.hour - opens.hour) * 60 + closes.minute - opens.minute
        slots += (span + pause) // (minutes + pause) * float(worked[weekday])
        hosts.add(host)
    return Offered(len(hosts), slots)
