"""From a closed cycle to the draft of the next one, with what was accepted of the proposals (R16)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from objectives.actions import cycles, drafts, plans, strategies
from objectives.actions.strategies import MixRow
from objectives.models import Cycle, Objective, Plan
from objectives.queries.starting import LAST
from objectives.queries.strategies import strategy_on
from tenants.access import Actor
from tenants.actions import audit
from tenants.domain.roles import Permission

VERB = "cycle.follow"


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
    """Make the draft of the cycle that follows `source`, a closed one: begun from it, with what was accepted in place.

    What objectives said of whom, where and how comes along; of the company's own objectives outside the cascade, only
    those of `wanted` stay. Raises ValidationError at `name`, `first_day`, `last_day`, `revenue` or `rhythm`, and for a
    cycle that is not closed.
    """
    by.require(Permission.SET_OBJECTIVES)
    if source.state != Cycle.State.CLOSED:
        raise ValidationError(_("Close the cycle first: the next one stands on its results."))
    if wanted.rhythm not in Cycle.Rhythm:
        raise ValidationError({"rhythm": _("Choose how often the objectives are reviewed.")})
    cycle = cycles.create(
        name=wanted.name, first_day=wanted.first_day, last_day=wanted.last_day, start=LAST, by=by
    )
    with drafts.remembered(cycle, VERB, by):
        cycle.rhythm, cycle.strategy = wanted.rhythm, strategy_on(wanted.first_day)
        cycle.save(update_fields=["rhythm", "strategy"])
        version = Plan.objects.filter(cycle=cycle).values_list("version", flat=True).first() or 0
        plans.set_ambition(cycle=cycle, revenue_minor=wanted.revenue_minor, version=version, by=by)
        strategies.take(cycle=cycle, rows=_settle(cycle, wanted.rows), by=by)
    detail = {"from": source.name, "objectives": len(wanted.rows)}
    audit.record(by=by, verb=VERB, obj=cycle, detail=detail)
    return cycle


def _settle(cycle: Cycle, rows: Sequence[MixRow]) -> list[MixRow]:
    """Give what came along from the last cycle its accepted target, remove the rest; return what is still to be made."""
    accepted = {(row.metric, row.segment): row for row in rows}
    own = Objective.objects.filter(cycle=cycle, team=None, person=None, engagement=None, stage=None)
    known = list(own.exclude(source=Objective.Source.CASCADE))
    kept = [one for one in known if (one.metric, one.segment) in accepted]
    for one in kept:
        row = accepted.pop((one.metric, one.segment))
        one.target, one.computed_target, one.why = row.target, row.computed or row.target, row.why
        one.version += 1
    Objective.objects.bulk_update(kept, ["target", "computed_target", "why", "version"])
    Objective.objects.filter(pk__in=[one.pk for one in known if one not in kept]).delete()
    return list(accepted.values())
