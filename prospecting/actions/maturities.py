"""How far a prospect is, in the organisation's own words, from the coldest to the warmest."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from prospecting.domain.companies import name_key
from prospecting.models import Contact, Maturity
from tenants.access import Actor
from tenants.actions import audit
from tenants.domain.roles import Permission

MAX_LEVELS = 12


def create(*, name: str, by: Actor) -> Maturity:
    """Add a level, the warmest. Raises ValidationError at `name`."""
    by.require(Permission.SET_TARGETS)
    position = Maturity.objects.count()
    if position >= MAX_LEVELS:
        raise ValidationError({"name": _("At most %(count)d levels.") % {"count": MAX_LEVELS}})
    level: Maturity = Maturity.objects.create(name=name.strip(), key=_free_key(name), position=position)
    audit.record(by=by, verb="maturity.create", obj=level)
    return level


def rename(*, level: Maturity, name: str, by: Actor) -> None:
    """Raises ValidationError at `name`."""
    by.require(Permission.SET_TARGETS)
    level.name, level.key = name.strip(), _free_key(name, level)
    level.save(update_fields=["name", "key"])
    audit.record(by=by, verb="maturity.rename", obj=level)


def move(*, level: Maturity, up: bool, by: Actor) -> None:
    """Make a level colder or warmer by one; nothing at the ends."""
    by.require(Permission.SET_TARGETS)
    listed = list(Maturity.objects.order_by("position"))
    place = next(at for at, one in enumerate(listed) if one.pk == level.pk)
    other = place - 1 if up else place + 1
    if 0 <= other < len(listed):
        listed[place], listed[other] = listed[other], listed[place]
        _number(listed)
        audit.record(by=by, verb="maturity.move", obj=level)


def delete(*, level: Maturity, by: Actor) -> None:
    """Take a level away that nobody is at. Raises ValidationError when somebody is."""
    by.require(Permission.SET_TARGETS)
    if Contact.objects.filter(maturity=level).exists():
        raise ValidationError(_("Some contacts are at this level: give them another one first."))
    audit.record(by=by, verb="maturity.delete", obj=level)
    level.delete()
    _number(list(Maturity.objects.order_by("position")))


def _number(listed: Sequence[Maturity]) -> None:
    for position, one in enumerate(listed):
        one.position = position
    Maturity.objects.bulk_update(
        listed, ["position"]
    )  # the constraint is looked at when the transaction ends


def _free_key(name: str, level: Maturity | None = None) -> str:
    key = name_key(name)[:80]
    if not key:
        raise ValidationError({"name": _("A name needs letters or digits.")})
    if Maturity.objects.filter(key=key).exclude(pk=level.pk if level else None).exists():
        raise ValidationError({"name": _("There is one of this name already.")})
    return key
