"""Stored conversion results: the transitions of scopes, in the order of the stages."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from pipeline.models import Stage
from reporting.models import ConversionResult

FIGURES = (
    "entered", "advanced", "lost", "open", "unknown", "eventual_rate", "mean", "low", "high", "snapshot_rate",
    "median_days", "objective_rate", "p_below", "state", "inputs",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Transition:
    """A transition of one scope (None: the company), with the stored figures of ConversionResult."""

    scope_id: UUID | None
    from_stage: Stage
    to_stage: Stage
    entered: int
    advanced: int
    lost: int
    open: int
    unknown: int
    eventual_rate: float | None
    mean: float | None
    low: float | None
    high: float | None
    snapshot_rate: float | None
    median_days: float | None
    objective_rate: float | None
    p_below: float | None
    state: str
    inputs: dict[str, Any]

    @property
    def is_known(self) -> bool:
        return self.eventual_rate is not None

    @property
    def rate(self) -> float | None:
        """What pages show beside the interval: the estimate that it belongs to (F3)."""
        return self.mean if self.mean is not None else self.eventual_rate

    @property
    def name(self) -> str:
        return f"{self.from_stage.name} → {self.to_stage.name}"


def stages() -> list[Stage]:
    """Every stage in order. One query."""
    return list(Stage.objects.order_by("position"))


def transitions(
    *, run_id: UUID, stages: Sequence[Stage], company: bool, team_ids: Collection[UUID] = (),
    person_ids: Collection[UUID] = (),
) -> list[Transition]:  # fmt: skip
    """The transitions of these scopes, by the order of the stages. One query, without building models."""
    scopes = Q(team_id__in=list(team_ids)) | Q(person_id__in=list(person_ids))
    if company:
        scopes |= Q(team=None, person=None)
    by_id = {stage.id: stage for stage in stages}
    rows = ConversionResult.objects.filter(scopes, run_id=run_id).values_list(
        "person_id", "team_id", "from_stage_id", "to_stage_id", *FIGURES
    )
    found = [
        Transition(person or team, by_id[leaves], by_id[enters], *figures)
        for person, team, leaves, enters, *figures in rows
    ]
    return sorted(found, key=lambda one: one.from_stage.position)
