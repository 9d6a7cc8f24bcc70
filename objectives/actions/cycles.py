"""Cycles: the periods that objectives cover."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from objectives.actions import starting
from objectives.actions.errors import InUse, Locked
from objectives.models import Cycle, Objective, Plan
from objectives.queries.starting import LAST, NOTHING, origins, stage_of
from tenants.access import Actor
from tenants.actions import audit
from tenants.domain.roles import Permission
from tenants.formatting import format_day
from tenants.turns import take_turn

LONGEST = timedelta(days=366)
OVERLAP = "cycles_do_not_overlap"


def create(*, name: str, first_day: date, last_day: date, by: Actor, start: str = NOTHING) -> Cycle:
    """Make a draft cycle; `last_day` is inside. `start`: what it begins with, one of objectives.queries.starting.origins.

    Raises ValidationError at `name`, `first_day`, `last_day` or `start`.
    """
    by.require(Permission.SET_OBJECTIVES)
    name = name.strip()
    if start not in origins():
        raise ValidationError({"start": _("Choose what the cycle starts from.")})
    if not name:
        raise ValidationError({"name": _("A cycle needs a name.")})
    if last_day < first_day:
        raise ValidationError({"last_day": _("The last day comes after the first.")})
    if last_day - first_day >= LONGEST:
        raise ValidationError({"last_day": _("A cycle is a year at most.")})
    take_turn("cycles")
    try:
        # The database is what refuses an overlap.
        with transaction.atomic():
            cycle: Cycle = Cycle.objects.create(
                name=name, start_on=first_day, end_on=last_day + timedelta(days=1), origin=start
            )
    except IntegrityError as error:
        if OVERLAP not in str(error):
            raise
        raise _overlap(first_day, last_day) from None
    _begin(cycle, start)
    detail = {"first_day": first_day.isoformat(), "last_day": last_day.isoformat()}
    audit.record(by=by, verb="cycle.create", obj=cycle, detail=detail)
    return cycle


def _begin(cycle: Cycle, start: str) -> None:
    """Fill the draft with what it starts from."""
    stage = stage_of(start)
    if stage is not None:
        starting.from_template(cycle, stage)
    elif start == LAST and not starting.from_last(cycle):
        raise ValidationError({"start": _("There is no cycle before this one: choose something else.")})


def delete(*, cycle: Cycle, by: Actor) -> None:
    """Delete a draft with its plan and its draft objectives.

    Raises Locked for an active one, InUse for one that lever actions are planned in.
    """
    by.require(Permission.SET_OBJECTIVES)
    locked = Cycle.objects.select_for_update().get(pk=cycle.pk)
    if locked.state != Cycle.State.DRAFT:
        raise Locked
    try:
        with transaction.atomic():
            audit.record(
                by=by,
                verb="cycle.delete",
                obj=cycle,
                detail={"first_day": cycle.start_on.isoformat(), "after_last_day": cycle.end_on.isoformat()},
            )
            Objective.objects.filter(cycle=cycle).delete()
            Plan.objects.filter(cycle=cycle).delete()
            locked.delete()
    except ProtectedError as error:
        raise InUse from error


def _overlap(first_day: date, last_day: date) -> ValidationError:
    """Say which cycle is in the way, at the field that runs into it."""
    other = Cycle.objects.filter(start_on__lte=last_day, end_on__gt=first_day).order_by("start_on").first()
    if other is None:  # it went away in between
        return ValidationError({"first_day": _("These days overlap another cycle.")})
    language = get_language() or "en"
    words = {
        "cycle": other.name,
        "first": format_day(other.start_on, language),
        "last": format_day(other.end_on - timedelta(days=1), language),
    }
    field = "first_day" if other.start_on <= first_day else "last_day"
    return ValidationError({field: _("These days overlap %(cycle)s (%(first)s to %(last)s).") % words})
