"""Segments and account profiles: the rules that say who is a target, in the order in which they are tried."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _

from prospecting.actions import classification
from prospecting.domain.companies import name_key
from prospecting.domain.targeting import Rule
from prospecting.models import Segment
from prospecting.queries.targets import in_order
from tenants.access import Actor
from tenants.actions import audit
from tenants.domain.roles import Permission

FIELDS = ("name", "description", "is_active")


def create(
    *, kind: str, name: str, rules: Sequence[Rule], by: Actor, description: str = "", is_active: bool = True
) -> Segment:
    """Make a segment or a profile, tried after those of its kind, and classify. Raises ValidationError at `name`, `rules`."""
    by.require(Permission.SET_TARGETS)
    _check(rules)
    last = Segment.objects.filter(kind=kind).aggregate(last=Max("position"))["last"]
    segment: Segment = Segment.objects.create(
        kind=kind,
        name=name.strip(),
        key=_free_key(name, kind),
        description=description.strip(),
        rules=[rule.as_dict() for rule in rules],
        position=0 if last is None else last + 1,
        is_active=is_active,
    )
    classification.ask()
    audit.record(by=by, verb="segment.create", obj=segment)
    return segment


def change(*, segment: Segment, rules: Sequence[Rule], version: int, by: Actor, **values: Any) -> list[str]:
    """Set some of FIELDS and the rules, and classify when whom it means has changed; return what changed.

    `version`: the one that was read; raises ValidationError when somebody else changed the segment since, at `name` or
    `rules` where those are wrong.
    """
    by.require(Permission.SET_TARGETS)
    locked = Segment.objects.select_for_update(no_key=True).get(pk=segment.pk)
    if locked.version != version:
        raise ValidationError(_("Somebody changed this in the meantime: look at it again, then save."))
    _check(rules)
    wanted = {field: values[field] for field in FIELDS if field in values}
    wanted["rules"] = [rule.as_dict() for rule in rules]
    changed = [field for field, value in wanted.items() if value != getattr(locked, field)]
    if not changed:
        return changed
    for field in changed:
        setattr(locked, field, wanted[field])
    if "name" in changed:
        locked.key = _free_key(locked.name, locked.kind, locked)
    locked.version += 1
    locked.save(update_fields=[*changed, "key", "version"])
    if {"rules", "is_active"} & set(changed):
        classification.ask()
    audit.record(by=by, verb="segment.change", obj=locked, detail={"fields": changed})
    return changed


def switch(*, segment: Segment, by: Actor) -> bool:
    """Take a segment out of use, or into use again; return whether it is in use now. What it counted so far stays."""
    by.require(Permission.SET_TARGETS)
    segment.is_active = not segment.is_active
    segment.version += 1
    segment.save(update_fields=["is_active", "version"])
    classification.ask()
    audit.record(by=by, verb="segment.switch", obj=segment, detail={"is_active": segment.is_active})
    return segment.is_active


def move(*, segment: Segment, up: bool, by: Actor) -> None:
    """Try a segment before, or after, its neighbour; nothing at the ends."""
    by.require(Permission.SET_TARGETS)
    listed = in_order(segment.kind)
    place = next(at for at, one in enumerate(listed) if one.pk == segment.pk)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(listed):
        return
    listed[place], listed[other] = listed[other], listed[place]
    for position, one in enumerate(listed):
        one.position = position
    Segment.objects.bulk_update(listed, ["position"])
    classification.ask()
    audit.record(by=by, verb="segment.move", obj=segment)


def _check(rules: Sequence[Rule]) -> None:
    if not rules:
        raise ValidationError({"rules": _("Say at least one thing about the companies that are meant.")})


def _free_key(name: str, kind: str, segment: Segment | None = None) -> str:
    key = name_key(name)[:120]
    if not key:
        raise ValidationError({"name": _("A name needs letters or digits.")})
    if Segment.objects.filter(kind=kind, key=key).exclude(pk=segment.pk if segment else None).exists():
        raise ValidationError({"name": _("There is one of this name already.")})
    return key
