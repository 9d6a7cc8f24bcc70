"""Closing a cycle: what was reached is frozen as it is known that day; later corrections show beside it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from objectives.domain.catalogue import CATALOGUE
from objectives.domain.outcome import outcomes
from objectives.models import Cycle, Objective, Revision
from tenants.access import Actor
from tenants.actions import audit
from tenants.domain.roles import Permission


class AlreadyClosed(Exception):
    """The cycle was closed before: what was frozen then stays."""


def close(*, cycle: Cycle, actuals: Mapping[UUID, float | None], by: Actor, now: datetime) -> Cycle:
    """Freeze the outcome of every objective of an active cycle that is over, and lock it for good.

    actuals: by objective, as known for the last day, in the unit of the metric; one that is missing or None was not
    measured, and its outcome says so. Revisions that nobody decided lapse. Raises AlreadyClosed, or ValidationError
    for a draft and before the last day is over.
    """
    by.require(Permission.SET_OBJECTIVES)
    locked: Cycle = (
        Cycle.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=cycle.pk)
    )
    if locked.state == Cycle.State.CLOSED:
        raise AlreadyClosed
    if locked.state == Cycle.State.DRAFT:
        raise ValidationError(_("A draft is not closed: activate it, or delete it."))
    if not is_over(locked, now):
        raise ValidationError(_("This cycle is not over yet: it can be closed once its last day is over."))
    objectives = list(Objective.objects.filter(cycle=locked).order_by("id"))
    reached = _freeze(locked, objectives, actuals)
    lapsed = Revision.objects.filter(cycle=locked, state=Revision.State.PROPOSED)
    undecided = lapsed.update(state=Revision.State.WITHDRAWN, decided_at=now, decided_by=by.id)
    locked.state, locked.closed_at, locked.closed_by = Cycle.State.CLOSED, now, by.id
    locked.save(update_fields=["state", "closed_at", "closed_by"])
    detail = {"objectives": len(objectives), "reached": reached, "undecided": undecided}
    audit.record(by=by, verb="cycle.close", obj=locked, detail=detail)
    return locked


def is_over(cycle: Cycle, now: datetime) -> bool:
    """Whether the last day of the cycle is over where the organisation is. No query when it came with the cycle."""
    return now.astimezone(cycle.organisation.zone).date() >= cycle.end_on


def _freeze(cycle: Cycle, objectives: list[Objective], actuals: Mapping[UUID, float | None]) -> int:
    """Write the outcomes; return how many objectives were reached."""
    if not objectives:
        return 0
    documents = outcomes(
        [actuals.get(row.pk) for row in objectives],
        [None if row.target is None else float(row.target) for row in objectives],
        [CATALOGUE[row.metric].higher_is_better is not False for row in objectives],
        cycle.end_on - timedelta(days=1),
    )
    for row, outcome in zip(objectives, documents, strict=True):
        row.outcome, row.state = outcome, Objective.State.CLOSED
    Objective.objects.bulk_update(objectives, ["outcome", "state"], batch_size=500)
    return sum(outcome["hit"] is True for outcome in documents)
