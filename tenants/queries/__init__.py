"""Reads of the global tables, the only ones made before an organisation is known, and team read models."""

import hashlib
import hmac
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from tenants.domain.roles import Role
from tenants.models import ApiKey, Job, Membership, Organisation, Person, Team, User
from tenants.reading import all_of, rows

# Tables without an organisation column or policy: fixed, and inside the canary test.
PLACES = """
SELECT o.id, o.name, o.slug FROM tenants_membership m JOIN tenants_organisation o ON o.id = m.organisation_id
WHERE m.user_id = %s AND m.is_active AND o.is_active ORDER BY o.name
"""
STAYS = """
SELECT person_id, team_id, start_on FROM tenants_teammembership
WHERE organisation_id = %(org)s AND (start_on IS NULL OR start_on <= %(day)s) AND (end_on IS NULL OR end_on > %(day)s)
"""
GLOBAL_TABLES = frozenset({"organisation", "user", "membership", "apikey", "job"})


def organisation_by_slug(slug: str) -> Organisation | None:
    return Organisation.objects.filter(slug=slug, is_active=True).first()


def membership_for(user: User, slug: str) -> Membership | None:
    """Return the active membership of `user` in the organisation at `slug`, or None: the caller answers 404."""
    found = (
        Membership.objects.select_related("organisation")
        .filter(user=user, organisation__slug=slug, is_active=True, organisation__is_active=True)
        .first()
    )
    if found is not None:
        found.user = user
    return found


def memberships_of(user: User) -> list[Membership]:
    return list(
        Membership.objects.select_related("organisation")
        .filter(user=user, is_active=True, organisation__is_active=True)
        .order_by("organisation__name")
    )


def places_of(user: User) -> list[tuple[UUID, str, str]]:
    """The active organisations of `user`: id, name and slug, by name. One query, on every page: in SQL of its own."""
    with connection.cursor() as cursor:
        cursor.execute(PLACES, [user.pk])
        return cursor.fetchall()


def membership(organisation_id: UUID, membership_id: UUID) -> Membership | None:
    """Return a member of this organisation, active or not, or None."""
    return (
        Membership.objects.select_related("user")
        .filter(organisation_id=organisation_id, id=membership_id)
        .first()
    )


def user_by_email(email: str) -> User | None:
    return User.objects.filter(email__iexact=email).first()


def member_names(organisation_id: UUID, ids: Collection[UUID]) -> dict[UUID, str]:
    """The names of these members, active or not, by membership. One query."""
    found = Membership.objects.select_related("user").filter(organisation_id=organisation_id, id__in=ids)
    return {one.id: str(one.user) for one in found}


def directors_of(organisation_id: UUID) -> list[Membership]:
    """The active sales directors. One query."""
    return members_with(organisation_id, [Role.DIRECTOR])


def members_with(organisation_id: UUID, roles: Iterable[Role]) -> list[Membership]:
    """The active members with one of these roles. One query."""
    return list(
        Membership.objects.select_related("user").filter(
            organisation_id=organisation_id, role__in=[role.value for role in roles], is_active=True
        )
    )


def api_keys_of(organisation_id: UUID) -> list[ApiKey]:
    return list(ApiKey.objects.filter(organisation_id=organisation_id).order_by("-created_at"))


def api_key(organisation_id: UUID, key_id: UUID) -> ApiKey | None:
    return ApiKey.objects.filter(organisation_id=organisation_id, id=key_id).first()


def api_key_for(token: str, now: datetime) -> ApiKey | None:
    """Return the live key that `token` (bsl_<prefix>_<secret>) proves, or None."""
    parts = token.split("_", 2)
    if len(parts) != 3 or parts[0] != "bsl":
        return None
    key = ApiKey.objects.select_related("organisation").filter(prefix=parts[1], revoked_at=None).first()
    if key is None or not hmac.compare_digest(key.digest, hashlib.sha256(parts[2].encode()).hexdigest()):
        return None
    if (key.expires_at is not None and key.expires_at <= now) or not key.organisation.is_active:
        return None
    return key


def job(organisation_id: UUID, job_id: UUID) -> Job | None:
    return Job.objects.filter(organisation_id=organisation_id, id=job_id).first()


def jobs_of(organisation_id: UUID, kind: str, limit: int = 50) -> list[Job]:
    return list(Job.objects.filter(organisation_id=organisation_id, kind=kind).order_by("-queued_at")[:limit])


def jobs_by_key(organisation_id: UUID, kind: str, *, before: str = "", limit: int = 50) -> list[Job]:
    """Jobs of a kind, the greatest keys first (the latest days, where keys are days), only those under `before`."""
    found = Job.objects.filter(organisation_id=organisation_id, kind=kind)
    return list((found.filter(key__lt=before) if before else found).order_by("-key")[:limit])


def job_in_slot(organisation_id: UUID, kind: str, key: str) -> Job | None:
    return Job.objects.filter(organisation_id=organisation_id, kind=kind, key=key).first()


@dataclass(frozen=True, slots=True)
class TeamTree:
    """The teams of the organisation in force, and who is in each on a day. Three queries."""

    teams: dict[UUID, Team]
    people: dict[UUID, Person]
    team_of: dict[UUID, UUID]  # person → team on that day

    def ancestors(self, team_id: UUID) -> list[UUID]:
        """The team itself, then its parents up to the root."""
        chain: list[UUID] = []
        current: UUID | None = team_id
        while current is not None and current not in chain:
            chain.append(current)
            current = self.teams[current].parent_id if current in self.teams else None
        return chain

    def children(self, team_id: UUID | None) -> list[Team]:
        return [team for team in self.teams.values() if team.parent_id == team_id]

    def descendants(self, team_id: UUID) -> set[UUID]:
        """The team and every team below it."""
        return {other for other in self.teams if team_id in self.ancestors(other)}

    def members(self, team_id: UUID) -> list[Person]:
        """People of this very team (not of the teams below)."""
        return [self.people[person] for person, team in self.team_of.items() if team == team_id]

    def managed_by(self, person_id: UUID) -> set[UUID]:
        """Every team that this person manages, with the teams below."""
        own = [team.id for team in self.teams.values() if team.manager_id == person_id]
        return set().union(*(self.descendants(team_id) for team_id in own)) if own else set()


def team_tree(day: date) -> TeamTree:
    """Teams, people and memberships as they are on `day`."""
    return TeamTree(
        teams={team.id: team for team in all_of(Team, "ORDER BY t.name")},
        people={person.id: person for person in all_of(Person, "ORDER BY t.name")},
        team_of={person: team for person, team, _since in stays_on(day)},
    )


def stays_on(day: date) -> list[tuple[UUID, UUID, date | None]]:
    """Who is in which team on `day`, and since when: person, team, first day. One query."""
    return rows(STAYS, day=day)


def person_of(membership: Membership) -> Person | None:
    """The salesperson that this login is, if any."""
    return Person.objects.filter(membership_id=membership.id).first()


def organisations() -> Iterable[Organisation]:
    return Organisation.objects.filter(is_active=True)
