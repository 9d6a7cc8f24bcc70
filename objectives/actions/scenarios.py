"""Scenarios of the what-if: kept, edited, renamed, removed. They change no objective."""

from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from objectives.domain import scenario as domain
from objectives.models import Cycle, Scenario
from objectives.queries.hands import hands_of
from tenants.access import Actor
from tenants.actions import audit
from tenants.domain.roles import Permission, Role

LONGEST_NAME = 80
MOST = 50  # of a scope in a cycle


def keep(
    *, cycle: Cycle, team_id: UUID | None, person_id: UUID | None, name: str, levers: Any, today: date,
    by: Actor,
) -> Scenario:  # fmt: skip
    """Keep a scenario of a scope that the actor steers. Raises ValidationError at `name`, or at the lever without meaning."""
    _require(by, team_id, person_id, today)
    document = _checked(levers)
    own = Scenario.objects.filter(cycle=cycle, team_id=team_id, person_id=person_id)
    if own.count() >= MOST:
        raise ValidationError(
            {"name": _("At most %(count)d scenarios a scope: remove one first.") % {"count": MOST}}
        )
    written = _named(own, name)
    made: Scenario = Scenario.objects.create(
        cycle=cycle, team_id=team_id, person_id=person_id, name=written, levers=document, owner_id=by.id
    )
    audit.record(by=by, verb="scenario.keep", obj=made, detail=_told(document))
    return made


def change(*, scenario: Scenario, name: str, levers: Any, today: date, by: Actor) -> Scenario:
    """Put other levers, or another name, in the place of those of a scenario. Raises as `keep`."""
    row = _own(scenario, today, by)
    document = _checked(levers)
    others = Scenario.objects.filter(cycle_id=row.cycle_id, team_id=row.team_id, person_id=row.person_id)
    row.name, row.levers = _named(others.exclude(pk=row.pk), name), document
    row.save(update_fields=["name", "levers"])
    audit.record(by=by, verb="scenario.change", obj=row, detail=_told(document))
    return row


def remove(*, scenario: Scenario, today: date, by: Actor) -> None:
    """Forget a scenario; the actions that came of it stay."""
    row = _own(scenario, today, by)
    audit.record(by=by, verb="scenario.remove", obj=row)
    row.delete()


def may_change(scenario: Scenario, by: Actor) -> bool:
    """Who made it, or a director."""
    return by.role in (None, Role.DIRECTOR) or (by.id is not None and scenario.owner_id == by.id)


def _own(scenario: Scenario, today: date, by: Actor) -> Scenario:
    row: Scenario = Scenario.objects.select_for_update().get(pk=scenario.pk)
    _require(by, row.team_id, row.person_id, today)
    if not may_change(row, by):
        raise PermissionDenied(Permission.STEER_LEVERS)
    return row


def _require(by: Actor, team_id: UUID | None, person_id: UUID | None, today: date) -> None:
    by.require(Permission.STEER_LEVERS)
    if not hands_of(by, today).hold_owner(team_id, person_id):
        raise PermissionDenied(Permission.STEER_LEVERS)


def _checked(levers: Any) -> domain.Scenario:
    try:
        return domain.checked(levers)
    except domain.ScenarioError as error:
        raise ValidationError({error.field: _("This value has no meaning here.")}) from None


def _named(others: Any, name: str) -> str:
    written = " ".join(name.split())
    if not written:
        raise ValidationError({"name": _("Give the scenario a name.")})
    if len(written) > LONGEST_NAME:
        raise ValidationError({"name": _("At most %(count)d characters.") % {"count": LONGEST_NAME}})
    if others.filter(name__iexact=written).exists():
        raise ValidationError({"name": _("There is already a scenario of this name.")})
    return written


def _told(document: domain.Scenario) -> dict[str, Any]:
    return {"levers": sorted(document["levers"]), "mix": bool(document["mix"])}
