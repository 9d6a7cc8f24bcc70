"""The objectives that rates by dimension are compared with: those of the day's run."""

from typing import Any
from uuid import UUID

from pipeline.models import Stage
from reporting.queries.by_dimension import PERSON, TEAM, Scope
from reporting.queries.conversion import transitions


def objectives_of(run_id: UUID | None, scope: Scope, dimension: str, stages: list[Stage]) -> dict[Any, float]:
    """Rates by stage, and by stage and group where the groups are teams or people; ids as text. One query.

    Segments, channels, products and periods have the objective of the scope. None without a run.
    """
    if run_id is None:
        return {}
    of_teams = scope.reach.tree.teams if dimension == TEAM else [scope.team_id] if scope.team_id else []
    rows = transitions(
        run_id=run_id, stages=stages, company=scope.team_id is None, team_ids=set(of_teams),
        person_ids=scope.reach.person_ids if dimension == PERSON else [],
    )  # fmt: skip
    result: dict[Any, float] = {}
    for row in rows:
        if row.objective_rate is None:
            continue
        stage = str(row.from_stage.id)
        if row.scope_id == scope.team_id:
            result[stage] = row.objective_rate
        if row.scope_id is not None and dimension in (TEAM, PERSON):
            result[stage, str(row.scope_id)] = row.objective_rate
    return result
