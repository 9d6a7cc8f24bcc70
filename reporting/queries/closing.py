"""How the objectives of a cycle ended, or would if it were closed now: targets, actuals, what had been said before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from objectives.domain.catalogue import CATALOGUE, Metric
from objectives.domain.outcome import Outcome, Position, correction, outcomes, position
from objectives.models import Cycle, Objective
from reporting.models import GapResult, Run
from reporting.queries.gaps import METRIC_ORDER, REVENUE
from reporting.queries.looking import final_day

ROWS = 50

Level = Literal["company", "team", "person"]
LEVELS: tuple[Level, ...] = ("company", "team", "person")
FIELDS = (
    "id", "metric", "segment", "target", "outcome", "calibration", "stage__name", "stage__position",
    "team_id", "team__name", "person_id", "person__name",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ending:
    """One objective at the end of its cycle.

    outcome: frozen, or before the closing what it would be; today: what the latest computation of the last day says,
    None when it says nothing.
    """

    id: UUID
    metric: Metric
    segment: str
    stage: str
    level: Level
    owner: str  # "" for the company
    owner_id: UUID | None
    target: float | None
    outcome: Outcome
    calibration: dict[str, Any]
    today: float | None

    @property
    def probability(self) -> float | None:
        """Of being reached, as it was said at activation."""
        return self.calibration.get("probability")

    @property
    def band(self) -> str:
        return self.calibration.get("band") or "unknown"

    @property
    def low(self) -> float | None:
        return self.calibration.get("low")

    @property
    def high(self) -> float | None:
        return self.calibration.get("high")

    @property
    def position(self) -> Position | None:
        return position(self.outcome["actual"], self.low, self.high)

    @property
    def correction(self) -> float | None:
        """Known today − frozen."""
        return correction(self.outcome, self.today)


@dataclass(frozen=True, slots=True)
class Count:
    """Of some objectives: how many there are, how many can be judged and were reached.

    said: of the judged, how many had a probability; expected: the sum of these; reached_said: how many of them were reached.
    """

    objectives: int = 0
    judged: int = 0
    reached: int = 0
    said: int = 0
    expected: float = 0.0
    reached_said: int = 0

    @classmethod
    def of(cls, endings: Iterable[Ending]) -> "Count":
        found = list(endings)
        judged = [one for one in found if one.outcome["hit"] is not None]
        said = [one for one in judged if one.probability is not None]
        return cls(
            objectives=len(found),
            judged=len(judged),
            reached=sum(one.outcome["hit"] is True for one in judged),
            said=len(said),
            expected=sum(one.probability or 0.0 for one in said),
            reached_said=sum(one.outcome["hit"] is True for one in said),
        )


@dataclass(frozen=True, slots=True)
class Closing:
    """A cycle at its end. run None: its last day was never computed; endings: company, teams, people, by name."""

    cycle: Cycle
    run: Run | None
    endings: Sequence[Ending] = field(default_factory=list)

    @property
    def is_closed(self) -> bool:
        return self.cycle.state == Cycle.State.CLOSED

    @property
    def can_be_read(self) -> bool:
        """Whether the last day was computed since the objectives were activated."""
        activated = self.cycle.activated_at
        return self.run is not None and activated is not None and self.run.finished_at >= activated

    @property
    def revenue(self) -> Ending | None:
        return next((one for one in self.endings if one.level == "company" and _is_ambition(one)), None)

    @property
    def count(self) -> Count:
        return Count.of(self.endings)

    @property
    def corrected(self) -> list[Ending]:
        """What is known differently since the closing."""
        return [one for one in self.endings if self.is_closed and one.correction]

    def page(self, number: int) -> tuple[Sequence[Ending], bool]:
        """At most ROWS of the endings, and whether there are more."""
        first = (number - 1) * ROWS
        return self.endings[first : first + ROWS], len(self.endings) > first + ROWS


def closing_of(cycle: Cycle) -> Closing:
    """The cycle with every objective, its outcome and what the run of its last day says. Three queries."""
    run = Run.objects.filter(as_of=final_day(cycle)).first()
    actuals = actuals_of(run)
    rows = list(Objective.objects.filter(cycle=cycle).values_list(*FIELDS))
    closed = cycle.state == Cycle.State.CLOSED
    expected = [] if closed else _outcomes(cycle, rows, actuals)
    endings = [
        _ending(row, row[4] if closed else expected[index], actuals.get(row[0]))
        for index, row in enumerate(rows)
    ]
    positions = {row[0]: row[7] or 0 for row in rows}
    return Closing(cycle, run, sorted(endings, key=lambda one: _place(one, positions[one.id])))


def actuals_of(run: Run | None) -> dict[UUID, float | None]:
    """What a run measured, by objective. One query."""
    if run is None:
        return {}
    return dict(GapResult.objects.filter(run=run).values_list("objective_id", "actual"))


def _outcomes(
    cycle: Cycle, rows: Sequence[tuple[Any, ...]], actuals: dict[UUID, float | None]
) -> list[Outcome]:
    """What would be frozen now."""
    if not rows:
        return []
    return outcomes(
        [actuals.get(row[0]) for row in rows],
        [None if row[3] is None else float(row[3]) for row in rows],
        [CATALOGUE[row[1]].higher_is_better is not False for row in rows],
        final_day(cycle),
    )


def _ending(row: tuple[Any, ...], outcome: Outcome | None, today: float | None) -> Ending:
    pk, metric, segment, target, _outcome, calibration, stage, _position, team, team_name, person, name = row
    return Ending(
        id=pk,
        metric=CATALOGUE[metric],
        segment=segment,
        stage=stage or "",
        level="person" if person else "team" if team else "company",
        owner=name or team_name or "",
        owner_id=person or team,
        target=None if target is None else float(target),
        outcome=outcome if outcome else Outcome(actual=None, attainment=None, hit=None, as_of=""),
        calibration=calibration or {},
        today=today,
    )


def _place(one: Ending, position: int) -> tuple[int, str, int, int, str]:
    return LEVELS.index(one.level), one.owner.casefold(), METRIC_ORDER[one.metric.key], position, one.segment


def _is_ambition(one: Ending) -> bool:
    return one.metric.key == REVENUE and not one.segment
