"""Why a share is what it is: capacity in the cycle, ramp-up, and what was won before (formulas F7)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from objectives.models import Objective
from objectives.queries.capacity import Seller, sellers
from objectives.queries.tree import integer


@dataclass(frozen=True, slots=True)
class Reasons:
    """part: own weight among the brothers and sisters, 0 to 1; of_parent: the share over the one above, 0 to 1.

    seller: what a person's weight is made of (None for a team, and once the cycle is active); first_day, last_day: the
    days that the past was looked at over.
    """

    part: float | None
    of_parent: float | None
    computed: int | None
    seller: Seller | None = None
    first_day: date | None = None
    last_day: date | None = None


def reasons(row: Objective, offered: int | None, *, now: bool) -> Reasons:
    """The reasons of a share (its parent at hand); `now`: with the capacity of today. One query, eight more with it."""
    together: Decimal | None = Objective.objects.filter(
        parent_id=row.parent_id, metric=row.metric, segment=row.segment
    ).aggregate(whole=Sum("weight"))["whole"]
    above = integer(row.parent.target) if row.parent is not None else None
    found = Reasons(
        part=float((row.weight or 0) / together) if together else None,
        of_parent=offered / above if above and offered is not None else None,
        computed=integer(row.computed_target),
    )
    if not now or row.person_id is None:
        return found
    known = sellers(row.cycle)
    own = next((seller for seller in known.people if seller.person.pk == row.person_id), None)
    return Reasons(found.part, found.of_parent, found.computed, own, known.first_day, known.last_day)
