"""What one person was handed by marketing, and how it was answered."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import numpy as np

from prospecting.models import Lead


@dataclass(frozen=True, slots=True)
class Received:
    """p50, p80: days to the answer; None without any."""

    passed: int
    accepted: int
    refused: int
    p50: float | None
    p80: float | None


def leads_of(person: UUID, *, since: date, as_of: date) -> Received:
    """The leads passed to a person in these days, as they were answered by the last one. One query."""
    rows = Lead.objects.filter(owner_id=person, passed_on__gte=since, passed_on__lte=as_of)
    found = list(rows.values_list("state", "passed_on", "answered_on"))
    answered = [(state, (on - passed).days) for state, passed, on in found if on is not None and on <= as_of]
    delays = np.array([days for _state, days in answered], dtype=float)
    accepted = sum(state == Lead.State.ACCEPTED for state, _days in answered)
    p50, p80 = (float(np.quantile(delays, part)) if delays.size else None for part in (0.5, 0.8))
    return Received(len(found), accepted, len(answered) - accepted, p50, p80)
