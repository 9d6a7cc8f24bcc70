"""What was said of the objectives of closed cycles, and what happened: the rows of the calibration check."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import pandas as pd

from objectives.models import Cycle, Objective
from reporting.queries.looking import final_day
from tenants.models import Team, TeamMembership

CYCLES = 12  # three years of quarters; what was said before was said by other rules


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """cycles: closed, latest first. rows: an objective each, with the columns cycle (id), level (company, team,
    person), band, probability, hit and manager (name, "" for nobody's); only those with a probability and a verdict.
    unsaid: how many others were closed."""

    cycles: list[Cycle]
    rows: pd.DataFrame
    unsaid: int

    def of_level(self, level: str) -> pd.DataFrame:
        """The rows of one level; all of them for ""."""
        return self.rows[self.rows["level"] == level] if level else self.rows


def said() -> Said:
    """The last 12 closed cycles. Four queries."""
    closed = Cycle.objects.filter(state=Cycle.State.CLOSED).order_by("-start_on")
    cycles = list(closed[:CYCLES])
    found = Objective.objects.filter(cycle__in=[one.id for one in cycles]).order_by("id")
    rows: list[tuple[Any, ...]] = list(
        found.values_list(
            "cycle_id",
            "team_id",
            "person_id",
            "calibration__probability",
            "calibration__band",
            "outcome__hit",
        )
    )
    known = [row for row in rows if row[3] is not None and row[5] is not None and row[4]]
    managers = _managers(cycles) if known else {}
    table = pd.DataFrame(
        [
            (
                cycle,
                "person" if person else "team" if team else "company",
                band,
                float(probability),
                bool(hit),
                managers.get((cycle, person or team), ""),
            )
            for cycle, team, person, probability, band, hit in known
        ],
        columns=["cycle", "level", "band", "probability", "hit", "manager"],
    )
    return Said(cycles, table, len(rows) - len(known))


def _managers(cycles: list[Cycle]) -> dict[tuple[UUID, UUID], str]:
    """Who managed a team, or the team of a person on the last day of the cycle, by (cycle, team or person)."""
    of_team = {team.id: team.manager.name for team in Team.objects.select_related("manager") if team.manager}
    stays: dict[UUID, list[tuple[UUID, date | None, date | None]]] = defaultdict(list)
    for person, team, start, end in TeamMembership.objects.values_list(
        "person_id", "team_id", "start_on", "end_on"
    ):
        stays[person].append((team, start, end))
    found: dict[tuple[UUID, UUID], str] = {}
    for cycle in cycles:
        day = final_day(cycle)
        found |= {(cycle.id, team): name for team, name in of_team.items()}
        for person, spent in stays.items():
            for team, start, end in spent:
                if (start is None or start <= day) and (end is None or end > day) and team in of_team:
                    found[cycle.id, person] = of_team[team]
    return found
