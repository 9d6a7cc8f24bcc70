"""The teams that a reader may choose from, for the filters of a page."""

from typing import Any
from uuid import UUID

from reporting.queries.reach import Reach
from tenants.access import TenantRequest


def team_options(request: TenantRequest, reach: Reach, team_id: UUID | None) -> list[dict[str, Any]]:
    """The company first, for who sees it; each team under its parent."""
    everyone = [{"value": "", "label": request.organisation.name, "selected": team_id is None}]
    teams = [
        {"value": team.id, "label": "\u2003" * depth + team.name, "selected": team.id == team_id}
        for depth, team in reach.teams
    ]
    return (everyone if reach.sees_company else []) + teams
