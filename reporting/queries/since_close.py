"""What was recorded after a cycle was closed: its revenue as it was said then, and as the daily facts know it now (R25)."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Sum

from objectives.domain.outcome import correction
from objectives.models import Cycle, Objective
from pipeline.models import StageScope
from reporting.models import DailyFact
from reporting.queries.gaps import REVENUE
from tenants.queries import TeamTree


@dataclass(frozen=True, slots=True)
class SinceClose:
    """In minor units; change is never 0."""

    said: float
    known: float
    change: float


def since_close(cycle: Cycle, team_id: UUID | None = None, tree: TeamTree | None = None) -> SinceClose | None:
    """Of the company, or of a team with those below it in the tree; None where nothing changed, or nothing was said. Two queries of a closed cycle,
    none of another.

    The facts are brought to the last event every night, whatever day it is about: no past day has to be computed again.
    """
    if cycle.state != Cycle.State.CLOSED:
        return None
    own = Objective.objects.filter(
        cycle=cycle, metric=REVENUE, segment="", team_id=team_id, person=None, engagement=None
    )
    said = own.values_list("outcome", flat=True).first()
    if said is None:
        return None
    won = DailyFact.objects.filter(metric=DailyFact.Metric.WON, day__gte=cycle.start_on, day__lt=cycle.end_on)
    if team_id is not None and tree is not None:
        hands = StageScope.objects.filter(team_id__in=tree.descendants(team_id))
        won = won.filter(scope__in=hands.values("number"))
    known = won.aggregate(known=Sum("numerator"))["known"]
    known = None if known is None else float(known)
    change = correction(said, known)
    return SinceClose(said["actual"], known, change) if known is not None and change else None
