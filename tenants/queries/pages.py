"""Read models of this app's pages: rows ready to be written, a fixed number of queries each."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Lower, NullIf
from django.utils.translation import gettext as _

from tenants.models import (
    ApiKey,
    AuditEntry,
    Invitation,
    Job,
    Membership,
    Organisation,
    Person,
    Team,
    TeamMembership,
)
from tenants.wording import detail_label, detail_text

PENDING_SHOWN = 50


# Members -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MemberRow:
    membership: Membership
    person: Person | None


@dataclass(frozen=True, slots=True)
class InvitationRow:
    invitation: Invitation
    expired: bool
    job: Job | None  # of its mail

    @property
    def being_sent(self) -> bool:
        return self.job is not None and not self.job.is_over

    @property
    def not_sent(self) -> bool:
        return self.job is not None and self.job.state == Job.State.FAILED


def members(organisation: Organisation) -> QuerySet[Membership]:
    """Members, those who may enter first."""
    return (
        Membership.objects.select_related("user")
        .filter(organisation=organisation)
        .order_by("-is_active", Lower(Coalesce(NullIf("user__name", Value("")), "user__email")))
    )


def member_rows(memberships: Iterable[Membership]) -> list[MemberRow]:
    """With the salesperson that each is. One query."""
    memberships = list(memberships)
    persons = {person.membership_id: person for person in Person.objects.filter(membership__in=memberships)}
    return [MemberRow(membership, persons.get(membership.id)) for membership in memberships]


def pending_invitations(organisation: Organisation, now: datetime) -> list[InvitationRow]:
    """Invitations neither accepted nor revoked, newest first, with the state of their mail. Two queries."""
    pending = list(Invitation.objects.filter(accepted_at=None, revoked_at=None)[:PENDING_SHOWN])
    mails = Job.objects.filter(
        organisation=organisation,
        kind=Invitation.JOB_KIND,
        key__in=[str(invitation.id) for invitation in pending],
    )
    job_of = {job.key: job for job in mails} if pending else {}
    return [
        InvitationRow(invitation, now >= invitation.expires_at, job_of.get(str(invitation.id)))
        for invitation in pending
    ]


def invitation_by_token(token: str) -> Invitation | None:
    """The invitation that a link's secret proves, in the organisation in force."""
    return Invitation.objects.filter(digest=hashlib.sha256(token.encode()).hexdigest()).first()


# Salespeople and teams ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PersonRow:
    person: Person
    team: Team | None
    login: Membership | None
    left: bool


@dataclass(slots=True)
class TeamRow:
    """A team with the teams below it."""

    team: Team
    people: int
    below: list["TeamRow"] = field(default_factory=list)

    @property
    def people_in_all(self) -> int:
        return self.people + sum(row.people_in_all for row in self.below)


def on_day(day: date) -> Q:
    """Rows with start_on and end_on that hold on `day`."""
    return (Q(start_on=None) | Q(start_on__lte=day)) & (Q(end_on=None) | Q(end_on__gt=day))


def people(*, text: str, everyone: bool, day: date) -> QuerySet[Person]:
    """Salespeople by name: those here or still to come, or everyone, whose name or address contains `text`."""
    found = Person.objects.all() if everyone else Person.objects.filter(Q(end_on=None) | Q(end_on__gt=day))
    return found.filter(Q(name__icontains=text) | Q(email__icontains=text)) if text else found


def person_rows(persons: Iterable[Person], day: date) -> list[PersonRow]:
    """With the team of `day` and the login. Two queries."""
    persons = list(persons)
    stays = TeamMembership.objects.filter(on_day(day), person__in=persons).select_related("team")
    team_of = {stay.person_id: stay.team for stay in stays}
    logins = Membership.objects.select_related("user").in_bulk(
        [p.membership_id for p in persons if p.membership_id]
    )
    return [
        PersonRow(
            person,
            team_of.get(person.id),
            logins.get(person.membership_id),
            left=person.end_on is not None and person.end_on <= day,
        )
        for person in persons
    ]


def stays_of(person: Person) -> list[TeamMembership]:
    """The person's teams, latest first. One query."""
    stays = person.team_memberships.select_related("team")
    return sorted(stays, key=lambda stay: stay.start_on or date.min, reverse=True)


def team_forest(day: date) -> list[TeamRow]:
    """The teams at the top, each with those below, and how many people are in each on `day`. Two queries."""
    counts = dict(
        TeamMembership.objects.filter(on_day(day))
        .values_list("team_id")
        .annotate(Count("id"))
        .values_list("team_id", "id__count")
    )
    rows = {team.id: TeamRow(team, counts.get(team.id, 0)) for team in Team.objects.select_related("manager")}
    top: list[TeamRow] = []
    for row in rows.values():
        above = rows.get(row.team.parent_id)
        (above.below if above else top).append(row)
    return top


# Audit -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AuditRow:
    entry: AuditEntry
    who: str
    about: str  # the row it was done to
    details: list[tuple[str, str]]


def audit_entries(verb: str = "") -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(verb=verb) if verb else AuditEntry.objects.all()


def audit_verbs() -> list[str]:
    return list(AuditEntry.objects.order_by("verb").values_list("verb", flat=True).distinct())


def audit_rows(organisation: Organisation, entries: Iterable[AuditEntry]) -> list[AuditRow]:
    """The trail holds ids; this gives them the names that they have today. Five queries."""
    entries = list(entries)
    values = (
        value for entry in entries for value in (entry.actor_id, entry.object_id, *entry.detail.values())
    )
    names = _names_of(organisation, {found for value in values if (found := _as_id(value)) is not None})

    def named(value: object) -> str:
        found = _as_id(value)
        return "" if found is None else names.get(found) or f"{str(found)[:8]}…"

    return [
        AuditRow(
            entry,
            who=named(entry.actor_id) if entry.actor_id else _("the system"),
            about=named(entry.object_id),
            details=[
                (detail_label(name), named(value) or detail_text(name, value, organisation.currency))
                for name, value in entry.detail.items()
            ],
        )
        for entry in entries
    ]


def _names_of(organisation: Organisation, ids: set[UUID]) -> dict[UUID, str]:
    names: dict[UUID, str] = {organisation.id: organisation.name}
    for model in (Person, Team):
        names.update(model.objects.filter(id__in=ids).values_list("id", "name"))
    names.update(Invitation.objects.filter(id__in=ids).values_list("id", "email"))
    for member in Membership.objects.select_related("user").filter(organisation=organisation, id__in=ids):
        names[member.id] = str(member.user)
    for key in ApiKey.objects.filter(organisation=organisation, id__in=ids):
        names[key.id] = str(key)
    return names


def _as_id(value: object) -> UUID | None:
    if isinstance(value, UUID):
        return value
    try:
        return UUID(value) if isinstance(value, str) and len(value) == 36 else None
    except ValueError:
        return None
