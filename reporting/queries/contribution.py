"""The common aim and somebody's own part of it: an owner's figures beside those of every level above."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, Sum

from reporting.models import GapResult


@dataclass(frozen=True, slots=True)
class Level:
    """One level of the common aim: a person, a team, or (neither) the company. Units of the metric.

    shares: what the targets right below it add up to, None where there are none below.
    """

    objective_id: UUID
    team_id: UUID | None
    person_id: UUID | None
    target: float | None
    actual: float | None
    state: str
    shares: float | None

    @property
    def cover(self) -> float | None:
        """Σ shares over the target; None without any share, or for a target of 0 or none."""
        return self.shares / self.target if self.shares is not None and self.target else None

    @property
    def mismatch(self) -> float | None:
        """Σ shares less the target: below 0, part of it is not shared out."""
        return None if self.shares is None or self.target is None else self.shares - self.target


def levels(*, run_id: UUID, metric: str, above: Sequence[UUID], person_id: UUID | None = None) -> list[Level]:
    """The own level first, then each team of `above` (the nearest first), then the company. Two queries.

    Without a person the first team of `above` is the own level. Levels without an objective on the metric are left out.
    """
    owners = Q(objective__team_id__in=list(above)) | Q(
        objective__team=None, objective__person=None, objective__engagement=None
    )
    if person_id is not None:
        owners |= Q(objective__person_id=person_id)
    whole = GapResult.objects.filter(run_id=run_id, objective__metric=metric, objective__segment="")
    rows = list(
        whole.filter(owners).values_list(
            "objective_id", "objective__team_id", "objective__person_id", "target", "actual", "state"
        )
    )
    below = whole.filter(objective__parent_id__in=[row[0] for row in rows]).order_by()
    shares = dict(below.values_list("objective__parent_id").annotate(Sum("target")))
    found = [
        Level(key, team, person, target, actual, state, shares.get(key))
        for key, team, person, target, actual, state in rows
    ]
    place: dict[UUID | None, int] = {team: index for index, team in enumerate(above, start=1)}
    return sorted(found, key=lambda one: 0 if one.person_id else place.get(one.team_id, len(above) + 1))
