"""Typing what no data measures yet: milestones learnt, and prospecting in a cycle in which nothing is logged."""

from datetime import date, timedelta
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import get_language, gettext

from objectives.domain.catalogue import CATALOGUE, LARGEST_TARGET, Source, Unit
from objectives.models import Objective, Progress
from objectives.queries.hands import hands_of
from objectives.queries.progress import typed_metrics
from tenants.access import Actor
from tenants.actions import audit
from tenants.domain.roles import Permission
from tenants.formatting import format_day


def is_typed(metric: str, state: str) -> bool:
    """Whether people may type how far this objective is: its cycle is under way, and no data is sure to measure it.

    Where prospecting is logged (`typed_metrics`), nobody types it all the same.
    """
    return CATALOGUE[metric].source is not Source.MEASURED and state == Objective.State.ACTIVE


def type_value(
    *, objective: Objective, value: Decimal, day: date, today: date, note: str = "", by: Actor
) -> Progress:
    """Say what was done by the end of `day`, in all since the cycle began; what was typed before stays readable.

    A later value may be lower: a meeting that was counted by mistake flows back. `objective` with its cycle.
    Raises PermissionDenied for somebody else's objective, ValidationError at `value` or `day`.
    """
    by.require(Permission.TYPE_PROGRESS)
    if not hands_of(by, today).hold(objective):
        raise PermissionDenied(Permission.TYPE_PROGRESS)
    if CATALOGUE[objective.metric].source is Source.MEASURED:
        raise ValidationError({"value": gettext("This is measured from the deals: nobody types it.")})
    if objective.metric not in typed_metrics(objective.cycle):
        text = gettext(
            "This is counted from the activities and meetings logged in this cycle: nobody types it."
        )
        raise ValidationError({"value": text})
    if objective.state != Objective.State.ACTIVE:
        raise ValidationError({"value": gettext("Values are typed while the cycle is active.")})
    _check_value(objective, value)
    _check_day(objective, day, today)
    typed: Progress = Progress.objects.create(
        objective=objective, day=day, value=value, note=note.strip(), actor_id=by.id
    )
    audit.record(
        by=by, verb="progress.type", obj=objective, detail={"day": day.isoformat(), "value": float(value)}
    )
    return typed


def _check_value(objective: Objective, value: Decimal) -> None:
    unit = CATALOGUE[objective.metric].unit
    if not value.is_finite() or value < 0:
        raise ValidationError({"value": gettext("What was done is not less than nothing.")})
    if unit == Unit.COUNT and value % 1:
        raise ValidationError({"value": gettext("This is counted in whole numbers.")})
    if value > LARGEST_TARGET[unit]:
        raise ValidationError(
            {"value": gettext("This is more than anybody does: is there a digit too many?")}
        )


def _check_day(objective: Objective, day: date, today: date) -> None:
    cycle, language = objective.cycle, get_language() or "en"
    last = cycle.end_on - timedelta(days=1)
    if day > today:
        raise ValidationError({"day": gettext("This day is still to come.")})
    if not cycle.start_on <= day <= last:
        text = gettext("The cycle goes from %(first)s to %(last)s.")
        raise ValidationError(
            {
                "day": text
                % {"first": format_day(cycle.start_on, language), "last": format_day(last, language)}
            }
        )
