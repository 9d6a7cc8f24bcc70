"""From a closed cycle to the draft of the next one, with what was accepted of the proposals (R16)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from objectives.actions import cycles, plans, strategies
from objectives.actions.strategies import MixRow
from objectives.models import Cycle, Objective
from objectives.queries.strategies import strategy_on
from tenants.access import Actor
from tenants.actions import audit
from tenants.domain.roles import Permission

LAST = "last"
# What makes an objective the same one in the next cycle.
PLACE = ("metric", "segment", "team_id", "person_id", "stage_id")


@dataclass(frozen=True, slots=True)
class NextCycle:
    """What the next cycle is to be. last_day is inside; revenue in minor units; rhythm one of Cycle.Rhythm."""

    name: str
    first_day: date
    last_day: date
    revenue_minor: int
    rows: Sequence[MixRow]
    rhythm: str


def start_next(*, source: Cycle, wanted: NextCycle, by: Actor) -> Cycle:
    """Make the draft of the cycle that follows `source`, a closed one: ambition shared out, mix taken, rhythm set.

    What the objectives of `source` said of whom, where and how comes along; targets do not, apart from those in
    `wanted`. Raises ValidationError at `name`, `first_day`, `last_day`, `revenue` or `rhythm`, and for a cycle that is
    not closed.
    """
    by.require(Permission.SET_OBJECTIVES)
    if source.state != Cycle.State.CLOSED:
        raise ValidationError(_("Close the cycle first: the next one stands on its results."))
    if wanted.rhythm not in Cycle.Rhythm:
        raise ValidationError({"rhythm": _("Choose how often the objectives are reviewed.")})
    cycle = cycles.create(name=wanted.name, first_day=wanted.first_day, last_day=wanted.last_day, by=by)
    cycle.origin, cycle.rhythm, cycle.strategy = LAST, wanted.rhythm, strategy_on(wanted.first_day)
    cycle.save(update_fields=["origin", "rhythm", "strategy"])
    plans.set_ambition(cycle=cycle, revenue_minor=wanted.revenue_minor, version=0, by=by)
    strategies.take(cycle=cycle, rows=wanted.rows, by=by)
    _bring_contexts(source, cycle)
    detail = {"from": source.name, "objectives": len(wanted.rows)}
    audit.record(by=by, verb="cycle.follow", obj=cycle, detail=detail)
    return cycle


def _bring_contexts(source: Cycle, cycle: Cycle) -> None:
    """The own part of the context of each objective that the new cycle has again. Three queries."""
    stored = Objective.objects.filter(cycle=source).exclude(context={})
    said = {tuple(row[:-1]): row[-1] for row in stored.values_list(*PLACE, "context")}
    rows = []
    for row in Objective.objects.filter(cycle=cycle, context={}):
        context = said.get(tuple(getattr(row, name) for name in PLACE))
        if context is not None:
            row.context = context
            rows.append(row)
    Objective.objects.bulk_update(rows, ["context"], batch_size=500)
