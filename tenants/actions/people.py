"""Salespeople and their teams over time."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tenants.access import Actor
from tenants.actions import audit
from tenants.domain.membership_dates import Stay, plan_move
from tenants.domain.names import normalise_key
from tenants.domain.roles import Permission
from tenants.formatting import format_day
from tenants.models import Person, Team, TeamMembership

FIELDS = ("name", "email", "fte", "profile", "start_on", "end_on")


def create(
    *,
    name: str,
    by: Actor,
    email: str = "",
    fte: Decimal = Decimal(1),
    profile: str = "confirmed",
    start_on: date | None = None,
    end_on: date | None = None,
    team: Team | None = None,
) -> Person:
    """Make a salesperson, in `team` from the start date (since always without one). Raises ValidationError by field."""
    by.require(Permission.MANAGE_PEOPLE)
    person = Person(
        name=name,
        key=_free_key(name),
        email=email,
        fte=fte,
        profile=profile,
        start_on=start_on,
        end_on=end_on,
    )
    _check(person)
    person.save()
    if team is not None:
        TeamMembership.objects.create(person=person, team=team, start_on=start_on)
    audit.record(by=by, verb="person.create", obj=person, detail={"team": str(team.id) if team else None})
    return person


def change(*, person: Person, by: Actor, **values: Any) -> list[str]:
    """Set some of FIELDS and return those that changed. Raises ValidationError by field."""
    by.require(Permission.MANAGE_PEOPLE)
    changed = [field for field in FIELDS if field in values and values[field] != getattr(person, field)]
    for field in changed:
        setattr(person, field, values[field])
    person.key = _free_key(person.name, person)
    _check(person)
    if changed:
        person.save(update_fields=[*changed, "key"])
        audit.record(by=by, verb="person.change", obj=person, detail={"fields": changed})
    return changed


def move(
    *, person: Person, team: Team, start_on: date | None, end_on: date | None, by: Actor
) -> TeamMembership:
    """Put a person in a team over [start_on, end_on); the stay under way on that day ends there.

    Raises ValidationError at `team`, `start_on` or `end_on`.
    """
    by.require(Permission.MANAGE_PEOPLE)
    if start_on is not None and end_on is not None and end_on <= start_on:
        raise ValidationError({"end_on": _("The end comes after the start.")})
    # Two moves of one person at the same time wait for each other.
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    known = {stay.id: stay for stay in person.team_memberships.select_related("team")}
    stays = [Stay(stay.id, stay.team_id, stay.start_on, stay.end_on) for stay in known.values()]
    planned = plan_move(stays, start_on, end_on)
    if planned.blocked_by is not None:
        raise _blocked(person, known[planned.blocked_by.id], start_on)
    if planned.closes is not None:
        if planned.closes.team_id == team.id:
            raise ValidationError(
                {"team": _("%(person)s is in this team on that day already.") % {"person": person.name}}
            )
        TeamMembership.objects.filter(pk=planned.closes.id).update(end_on=start_on)
    stay = TeamMembership.objects.create(person=person, team=team, start_on=start_on, end_on=end_on)
    audit.record(
        by=by,
        verb="person.move",
        obj=person,
        detail={
            "team": str(team.id),
            "from": start_on and start_on.isoformat(),
            "until": end_on and end_on.isoformat(),
        },
    )
    return stay


def remove_stay(*, stay: TeamMembership, by: Actor) -> None:
    """Take back a stay that was entered by mistake; the one before it stays as it is."""
    by.require(Permission.MANAGE_PEOPLE)
    detail = {"team": str(stay.team_id), "from": stay.start_on and stay.start_on.isoformat()}
    audit.record(by=by, verb="person.remove_stay", obj=stay.person, detail=detail)
    stay.delete()


def _blocked(person: Person, stay: TeamMembership, start_on: date | None) -> ValidationError:
    words = {
        "person": person.name,
        "team": stay.team.name,
        "day": format_day(stay.start_on, get_language() or "en"),
    }
    if stay.start_on is None:
        text = _("%(person)s is in %(team)s since always: give a start date, and that stay ends there.")
        return ValidationError({"start_on": text % words})
    if stay.start_on == start_on:
        text = _("%(person)s joins %(team)s on that very day: remove that stay first.")
        return ValidationError({"start_on": text % words})
    text = _("%(person)s is in %(team)s from %(day)s: end this stay by then, or remove that one first.")
    return ValidationError({"end_on": text % words})


def _free_key(name: str, person: Person | None = None) -> str:
    key = normalise_key(name)[: Person.KEY_LENGTH]  # "ß" counts for two
    if not key:
        raise ValidationError({"name": _("A name needs letters or digits.")})
    taken = Person.objects.filter(key=key).exclude(pk=person.pk if person else None).first()
    if taken is not None:
        text = _(
            "There is somebody of this name already: %(name)s. Add what tells them apart, such as the town."
        )
        raise ValidationError({"name": text % {"name": taken.name}})
    return key


def _check(person: Person) -> None:
    if not 0 < person.fte <= 2:
        raise ValidationError({"fte": _("A capacity is above 0 and at most 2.")})
    if person.start_on and person.end_on and person.end_on <= person.start_on:
        raise ValidationError({"end_on": _("The end comes after the start.")})
