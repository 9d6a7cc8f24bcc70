"""A closed cycle is frozen: what later corrections changed is said on every page that looks at it, as a difference (R25)."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from objectives.domain.catalogue import Unit
from objectives.models import Cycle
from reporting.queries.since_close import since_close
from reporting.views.asked import here
from reporting.views.figures import Writer
from tenants.access import TenantRequest
from tenants.domain.roles import Permission
from tenants.queries import TeamTree


def closed_note(
    request: TenantRequest, cycle: Cycle | None, writer: Writer, team_id: UUID | None = None,
    tree: TeamTree | None = None,
) -> dict[str, Any]:  # fmt: skip
    """For reporting/_closed.html; empty unless the cycle is closed and the revenue of the place is known differently now.

    Without a team the figures are the company's: only for who sees it.
    """
    if cycle is None or (team_id is None and not request.membership.allows(Permission.VIEW_COMPANY)):
        return {}
    found = since_close(cycle, team_id, tree)
    if found is None:
        return {}
    words = {
        "cycle": cycle.name,
        "said": writer.figure(found.said, Unit.MONEY),
        "known": writer.figure(found.known, Unit.MONEY),
        "change": writer.figure(found.change, Unit.MONEY, signed=True),
    }
    may_open = request.membership.allows(Permission.VIEW_COMPANY)
    return {
        "text": _(
            "%(cycle)s is closed. Revenue: %(said)s said at the close, %(known)s known today, %(change)s recorded after the close."
        )
        % words,
        "url": here(request, "closing", cycle=cycle.id) if may_open else "",
    }
