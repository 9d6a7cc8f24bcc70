"""The common aim and somebody's own part of it: an owner's figures beside those of every level above."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from tenants.reading import rows

LEVELS = """
SELECT o.id, o.team_id, o.person_id, g.target, g.actual, g.state,
       (SELECT sum(b.target) FROM objectives_objective c
        JOIN reporting_gapresult b
          ON b.organisation_id = c.organisation_id AND b.run_id = g.run_id AND b.objective_id = c.id
        WHERE c.organisation_id = o.organisation_id AND c.parent_id = o.id AND c.metric = o.metric AND c.segment = '')
FROM objectives_objective o
JOIN reporting_gapresult g
  ON g.organisation_id = o.organisation_id AND g.run_id = %(run)s AND g.objective_id = o.id
WHERE o.organisation_id = %(org)s AND o.metric = %(metric)s AND o.segment = ''
      AND (o.team_id = ANY(%(above)s::uuid[]) OR o.person_id = %(person)s
           OR (o.team_id IS NULL AND o.person_id IS NULL AND o.engagement_id IS NULL))
"""


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
    """The own level first, then each team of `above` (the nearest first), then the company. One query.

    Without a person the first team of `above` is the own level. Levels without an objective on the metric are left out.
    """
    given = {"above": list(above), "person": person_id}
    found = [Level(*row) for row in rows(LEVELS, run=run_id, metric=metric, **given)]
    place: dict[UUID | None, int] = {team: index for index, team in enumerate(above, start=1)}
    return sorted(found, key=lambda one: 0 if one.person_id else place.get(one.team_id, len(above) + 1))
