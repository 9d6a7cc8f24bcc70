"""What waits for the sales director."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from objectives.models import Cycle, Negotiation, Revision


@dataclass(frozen=True, slots=True)
class Waiting:
    """So many decisions of one kind, in one cycle."""

    cycle_id: UUID
    cycle: str
    count: int


def waiting_revisions() -> list[Waiting]:
    """Proposed revisions of active cycles, latest cycle first. One query."""
    found = Revision.objects.filter(state=Revision.State.PROPOSED, cycle__state=Cycle.State.ACTIVE)
    rows = found.order_by("-cycle__start_on").values_list("cycle_id", "cycle__name")
    return [Waiting(*row) for row in rows.annotate(count=Count("id"))]


def waiting_counters() -> list[Waiting]:
    """Counter-proposals of drafts, latest cycle first. One query."""
    found = Negotiation.objects.filter(
        state=Negotiation.State.COUNTERED, objective__cycle__state=Cycle.State.DRAFT
    )
    rows = found.order_by("-objective__cycle__start_on").values_list(
        "objective__cycle_id", "objective__cycle__name"
    )
    return [Waiting(*row) for row in rows.annotate(count=Count("id"))]
