"""Stored conversion results: the transitions of scopes, in the order of the stages."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from pipeline.models import Stage
from reporting.models import ConversionResult


@dataclass(frozen=True, slots=True)
class Transition:
    """A transition of one scope with its stages."""

    result: ConversionResult
    from_stage: Stage
    to_stage: Stage

    @property
    def scope_id(self) -> UUID | None:
        return self.result.person_id or self.result.team_id

    @property
    def is_known(self) -> bool:
        return self.result.eventual_rate is not None


def stages() -> list[Stage]:
    """Every stage in order. One query."""
    return list(Stage.objects.order_by("position"))


def transitions(
    *, run_id: UUID, stages: Sequence[Stage], company: bool, team_ids: Collection[UUID] = (),
    person_ids: Collection[UUID] = (),
) -> list[Transition]:  # fmt: skip
    """The transitions of these scopes, by the order of the stages. One query."""
    scopes = Q(team_id__in=list(team_ids)) | Q(person_id__in=list(person_ids))
    if company:
        scopes |= Q(team=None, person=None)
    by_id = {stage.id: stage for stage in stages}
    found = [
        Transition(result, by_id[result.from_stage_id], by_id[result.to_stage_id])
        for result in ConversionResult.objects.filter(scopes, run_id=run_id)
    ]
    return sorted(found, key=lambda one: one.from_stage.position)
