"""What waits for the sales director."""

from dataclasses import dataclass
from uuid import UUID

from objectives.models import Cycle, Negotiation, Revision
from tenants.reading import rows

REVISIONS = """
SELECT c.id, c.name, count(*) FROM objectives_revision r
JOIN objectives_cycle c ON c.organisation_id = r.organisation_id AND c.id = r.cycle_id
WHERE r.organisation_id = %(org)s AND r.state = %(state)s AND c.state = %(cycle)s
GROUP BY c.id, c.name, c.start_on ORDER BY c.start_on DESC
"""
COUNTERS = """
SELECT c.id, c.name, count(*) FROM objectives_negotiation n
JOIN objectives_objective o ON o.organisation_id = n.organisation_id AND o.id = n.objective_id
JOIN objectives_cycle c ON c.organisation_id = o.organisation_id AND c.id = o.cycle_id
WHERE n.organisation_id = %(org)s AND n.state = %(state)s AND c.state = %(cycle)s
GROUP BY c.id, c.name, c.start_on ORDER BY c.start_on DESC
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """So many decisions of one kind, in one cycle."""

    cycle_id: UUID
    cycle: str
    count: int


def waiting_revisions() -> list[Waiting]:
    """Proposed revisions of active cycles, latest cycle first. One query."""
    given = {"state": Revision.State.PROPOSED.value, "cycle": Cycle.State.ACTIVE.value}
    return [Waiting(*row) for row in rows(REVISIONS, **given)]


def waiting_counters() -> list[Waiting]:
    """Counter-proposals of drafts, latest cycle first. One query."""
    given = {"state": Negotiation.State.COUNTERED.value, "cycle": Cycle.State.DRAFT.value}
    return [Waiting(*row) for row in rows(COUNTERS, **given)]
