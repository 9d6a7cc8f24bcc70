"""What the objectives of one run are measured in: the cycle up to the day, and the rows in whose hands they are."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd

from objectives.domain.revised_path import Step, revised_path
from objectives.models import Cycle, Objective
from objectives.queries import PhasedPlan
from objectives.queries.calendar import working_days
from tenants.models import Organisation
from tenants.queries import TeamTree

OPENS_THE_CHAIN = frozenset(
    {"prospects_contacted", "conversations", "meetings_held", "meetings_accepted", "opportunities_opened"}
)
AS_DAYS_PASS = frozenset({"learning_milestones"})


@dataclass(frozen=True, slots=True)
class Window:
    """A cycle up to a day: what the gaps of one run are measured in.

    steps: of the objectives that were revised. is_planned: whether `plan` was made from a revenue objective; otherwise it
    only says how the working days of the cycle pass.
    """

    cycle: Cycle
    as_of: date
    plan: PhasedPlan
    steps: Mapping[UUID, list[Step]] = field(default_factory=dict)
    is_planned: bool = True

    @property
    def days(self) -> int:
        return (self.cycle.end_on - self.cycle.start_on).days

    @property
    def today(self) -> int:
        """Index of as_of in the cycle."""
        return (min(self.as_of, self.cycle.end_on - timedelta(days=1)) - self.cycle.start_on).days

    def share_of_path(self, metric: str) -> np.ndarray:
        """What part of the target is due by the end of each day (D,): 0 before the first, 1 at the end.

        What opens the chain goes as the plan starts it, learning as the working days pass, results as they are won.
        """
        starts = self.plan.counts[0] if len(self.plan.counts) else np.zeros(0)
        if metric in OPENS_THE_CHAIN and starts.size and starts[-1] > 0:
            return np.asarray(starts / starts[-1])
        worked = np.cumsum(self.plan.day_weights)
        if metric in AS_DAYS_PASS and worked[-1] > 0:
            return np.asarray(worked / worked[-1])
        return self.plan.path

    def series(self, paths: np.ndarray, totals: np.ndarray) -> list[dict[str, Any]]:
        """Weekly points of each path to the end, and of the actual (both cumulative, (O, D)) up to the day.

        The day and the last one are among them.
        """
        last, today = self.days - 1, self.today
        first_sunday = (6 - self.cycle.start_on.weekday()) % 7  # weeks are told from Monday to Sunday
        points = sorted({*range(first_sunday, last, 7), today, last})
        dates = [(self.cycle.start_on + timedelta(days=point)).isoformat() for point in points]
        told = {"dates": dates, "today": (self.cycle.start_on + timedelta(days=today)).isoformat()}
        to_come = [None] * sum(point > today for point in points)
        done = totals[:, [point for point in points if point <= today]].tolist()
        due = [[None if one != one else round(one, 4) for one in path] for path in paths[:, points].tolist()]
        return [
            told | {"path": path, "actual": actual + to_come} for path, actual in zip(due, done, strict=True)
        ]

    def path_of(self, objective: Objective, share: np.ndarray) -> np.ndarray:
        """What is due by the end of each day (D,), in the unit of the metric; NaN without a target.

        `share` as of share_of_path. What was due before a revision stays.
        """
        target = np.nan if objective.target is None else float(objective.target)
        return revised_path(share, self.steps.get(objective.pk) or [Step(0, target)])


class Hands:
    """Rows by who held them (team, owner, and where they have one segment and engagement): looked up per objective,
    however many rows."""

    def __init__(self, rows: pd.DataFrame, tree: TeamTree) -> None:
        self.rows = rows
        self.tree = tree
        keys = [key for key in ("team", "owner", "engagement", "segment") if key in rows.columns]
        # Ids as small numbers: one combination a row, and one comparison per objective.
        codes = {key: pd.factorize(rows[key]) for key in keys}
        together = np.zeros(len(rows), dtype=np.int64)
        for code, known in codes.values():
            together = together * (len(known) + 1) + code + 1  # −1: none
        self.hand, _combinations = pd.factorize(together)  # of each row
        _numbers, first = np.unique(self.hand, return_index=True)
        self.hands = len(first)
        self.number: dict[str, tuple[np.ndarray, dict[Any, int]]] = {
            key: (code[first], {one: number for number, one in enumerate(known)})
            for key, (code, known) in codes.items()
        }

    def daily(self, column: str, days: int) -> np.ndarray:
        """Sums of a column by hand and day, (H, days)."""
        hands = self.hands
        place = self.hand * days + self.rows["day"].to_numpy()
        weights = self.rows[column].to_numpy(dtype=np.float64)
        return np.bincount(place, weights=weights, minlength=hands * days).reshape(hands, days)

    def of(self, objective: Objective) -> np.ndarray:
        """Which hands belong to the objective's owner, (H,), in its segment; a team holds the teams below it."""
        found = np.ones(self.hands, dtype=bool)
        if objective.person_id is not None:
            found = self._among("owner", [objective.person_id])
        elif objective.team_id is not None:
            found = self._among("team", self.tree.descendants(objective.team_id))
        elif objective.engagement_id is not None:  # a deal is in nobody's engagement
            found = (
                self._among("engagement", [objective.engagement_id])
                if "engagement" in self.number
                else ~found
            )
        if objective.segment and "segment" in self.number:
            found &= self._among("segment", [objective.segment])
        return found

    def _among(self, key: str, wanted: Collection[Any]) -> np.ndarray:
        codes, known = self.number[key]
        numbers = [known[one] for one in wanted if one in known]
        return codes == numbers[0] if len(numbers) == 1 else np.isin(codes, numbers)

    def samples(self, objectives: Collection[Objective], columns: list[str]) -> pd.DataFrame:
        """The rows of each objective, with its id as `group`: a row as often as objectives hold it."""
        held = [np.flatnonzero(self.of(one)[self.hand]) for one in objectives]
        ids = np.array([one.id for one in objectives], dtype=object)
        found = self.rows.iloc[np.concatenate(held) if held else []][columns].reset_index(drop=True)
        return found.assign(group=np.repeat(ids, [len(rows) for rows in held]))


def calendar_plan(cycle: Cycle, organisation: Organisation) -> PhasedPlan:
    """What stands for a plan in a cycle without a revenue objective: its working days, of a target of 1."""
    days = (cycle.end_on - cycle.start_on).days
    weights = working_days(organisation, cycle.start_on, cycle.end_on - timedelta(days=1))
    weights = weights if weights.sum() > 0 else np.ones(days)
    due = np.cumsum(weights) / weights.sum()
    return PhasedPlan(
        dates=[cycle.start_on + timedelta(days=day) for day in range(days)], target=1, stages=[],
        counts=np.zeros((0, days)), chain_revenue=due, carried_revenue=np.zeros(days), rates=np.zeros(0),
        average_value=None, day_weights=weights,
    )  # fmt: skip
