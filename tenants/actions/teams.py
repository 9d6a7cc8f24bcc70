"""The tree of teams."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tenants.access import Actor
from tenants.actions import audit
from tenants.domain.names import normalise_key
from tenants.domain.roles import Permission
from tenants.models import Person, Team


def create(*, name: str, parent: Team | None, manager: Person | None, by: Actor) -> Team:
    """Raises ValidationError at `name` when it is taken."""
    by.require(Permission.MANAGE_PEOPLE)
    team = Team(name=name, key=_free_key(name), parent=parent, manager=manager)
    team.save()
    audit.record(by=by, verb="team.create", obj=team, detail=_ids(parent, manager))
    return team


def change(*, team: Team, name: str, parent: Team | None, manager: Person | None, by: Actor) -> None:
    """Rename, move below another team, give another manager.

    Raises ValidationError at `name` when it is taken, at `parent` when the tree would close on itself.
    """
    by.require(Permission.MANAGE_PEOPLE)
    key = _free_key(name, team)
    if parent is not None:
        _refuse_cycle(team, parent)
    team.name, team.key, team.parent, team.manager = name, key, parent, manager
    team.save()
    audit.record(by=by, verb="team.change", obj=team, detail=_ids(parent, manager))


def _free_key(name: str, team: Team | None = None) -> str:
    key = normalise_key(name)[: Team.KEY_LENGTH]  # "ß" counts for two
    if not key:
        raise ValidationError({"name": _("A name needs letters or digits.")})
    taken = Team.objects.filter(key=key).exclude(pk=team.pk if team else None).first()
    if taken is not None:
        raise ValidationError(
            {"name": _("There is a team of this name already: %(name)s.") % {"name": taken.name}}
        )
    return key


def _refuse_cycle(team: Team, parent: Team) -> None:
    """All teams are locked, so that two moves at the same time cannot close the tree between them."""
    parent_of = {
        other.id: other.parent_id for other in Team.objects.select_for_update(no_key=True).order_by("id")
    }
    above: UUID | None = parent.id
    seen: set[UUID] = set()
    while above is not None and above not in seen:
        if above == team.id:
            raise ValidationError(
                {
                    "parent": _("%(parent)s is %(team)s itself or below it.")
                    % {"parent": parent.name, "team": team.name}
                }
            )
        seen.add(above)
        above = parent_of.get(above)


def _ids(parent: Team | None, manager: Person | None) -> dict[str, Any]:
    return {"parent": str(parent.id) if parent else None, "manager": str(manager.id) if manager else None}
