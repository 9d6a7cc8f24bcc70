"""Who is credited with which deals, as agreed last."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from pipeline.models import CreditShare, Opportunity
from tenants.days import end_of
from tenants.models import Person


@dataclass(frozen=True, slots=True)
class Credit:
    """A part of a deal; person None: the owner's."""

    person: Person | None
    share: Decimal


def shares_of(opportunity: Opportunity) -> list[Credit]:
    """The shares in force, the owner's first, then by name; none when the deal is not shared. One query."""
    return credit_of([opportunity.id])[opportunity.id]


def credit_of(opportunities: Collection[UUID], day: date | None = None) -> dict[UUID, list[Credit]]:
    """`shares_of` many deals, as agreed by the end of a day where one is said; an empty list for those that are not shared.
    One query."""
    found: dict[UUID, list[Credit]] = defaultdict(list)
    latest: dict[UUID, int] = {}
    rows = CreditShare.objects.filter(opportunity_id__in=list(opportunities)).select_related("person")
    if day is not None:
        rows = rows.filter(recorded_at__lt=end_of(day))
    for row in rows.order_by("-number"):
        if latest.setdefault(row.opportunity_id, row.number) == row.number:
            found[row.opportunity_id].append(Credit(row.person, row.share))
    for one, parts in found.items():
        shared = [part for part in parts if part.person is not None]
        found[one] = sorted(parts, key=lambda part: part.person.name.casefold() if part.person else "")
        if not shared:
            found[one] = []  # given back to the owner
    return found
