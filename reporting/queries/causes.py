"""Stored probable causes: those of one scope, and those that stand out in the scopes below it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from pipeline.domain.small_samples import State
from reporting.domain.causes import BY_KEY
from reporting.models import CauseResult
from tenants.reading import one_of

SHOWN_BELOW = 200  # rows of teams and people; of more the largest are shown

STANDS_OUT = State.BEHIND
# In the order of by_stake.
FOREMOST = """
AND t.run_id = %(run)s AND t.team_id IS NOT DISTINCT FROM %(team)s AND t.person_id IS NULL AND t.state = %(state)s
AND t.rule = ANY(%(rules)s)
ORDER BY t.at_stake_minor DESC NULLS LAST, t.p DESC, t.rule
"""


@dataclass(frozen=True, slots=True)
class Causes:
    """own: every rule that has anything to go by for the scope, the largest first. below: what stands out under it, by name of
    team and person (never by result: they are not ranked)."""

    own: list[CauseResult]
    below: list[CauseResult]

    @property
    def standing_out(self) -> list[CauseResult]:
        return [one for one in self.own if one.state == STANDS_OUT]


def by_stake(rows: QuerySet[CauseResult]) -> QuerySet[CauseResult]:
    """By euros at stake, the largest first; those without a figure last, by how sure they are (as in the domain's order)."""
    return rows.order_by(F("at_stake_minor").desc(nulls_last=True), "-p", "rule")


def causes_of(
    *, run_id: UUID, team_id: UUID | None, team_ids: Collection[UUID], person_ids: Collection[UUID]
) -> Causes:
    """The causes of a team (None: the company) and of the teams and people below it that may be seen. One query."""
    below = Q(state=STANDS_OUT) & (Q(team_id__in=list(team_ids)) | Q(person_id__in=list(person_ids)))
    found = CauseResult.objects.filter(
        Q(team_id=team_id, person_id=None) | below, run_id=run_id, rule__in=BY_KEY
    )
    rows = list(by_stake(found.select_related("team", "person"))[: SHOWN_BELOW + len(BY_KEY)])
    own = [one for one in rows if one.person_id is None and one.team_id == team_id]
    under = [one for one in rows if one.person_id is not None or one.team_id != team_id]
    return Causes(own, sorted(under, key=_by_name))


def foremost(*, run_id: UUID, team_id: UUID | None) -> CauseResult | None:
    """The cause of a scope with the most at stake; None when nothing stands out. One query."""
    return one_of(CauseResult, FOREMOST, run=run_id, team=team_id, state=STANDS_OUT.value, rules=list(BY_KEY))


def _by_name(one: CauseResult) -> tuple[Any, ...]:
    return one.person_id is not None, str(one.person or one.team).casefold(), -(one.at_stake_minor or 0)
