"""Who opens the pages of the benchmark: a director, a manager of a team, one of its salespeople, and a key."""

from dataclasses import dataclass
from uuid import UUID

from django.test import Client

from tenants.access import SYSTEM
from tenants.actions import api_keys
from tenants.domain.roles import Role
from tenants.models import Membership, Organisation, Person, Team, User
from tenants.scope import tenant_scope


@dataclass(frozen=True, slots=True)
class Readers:
    """A signed-in client for each role, and one that carries a key."""

    director: Client
    manager: Client
    rep: Client
    key: Client


def readers_of(organisation_id: UUID) -> Readers:
    organisation = Organisation.objects.get(pk=organisation_id)
    memberships = {role: _member(organisation, role) for role in (Role.DIRECTOR, Role.MANAGER, Role.REP)}
    with tenant_scope(organisation_id):
        team = Team.objects.order_by("key").first()
        sellers = Person.objects.filter(pk__in=team.memberships.values("person")).order_by("key")
        for role, person in zip((Role.MANAGER, Role.REP), sellers, strict=False):
            Person.objects.filter(pk=person.pk).update(membership=memberships[role])
        Team.objects.filter(pk=team.pk).update(manager=sellers[0])
        _key, token = api_keys.create(
            organisation=organisation, name="Benchmark", by=SYSTEM, scopes=api_keys.SCOPES
        )
    return Readers(
        director=_signed_in(memberships[Role.DIRECTOR]),
        manager=_signed_in(memberships[Role.MANAGER]),
        rep=_signed_in(memberships[Role.REP]),
        key=Client(headers={"Authorization": f"Bearer {token}"}),
    )


def _member(organisation: Organisation, role: Role) -> Membership:
    email = f"{role.value}@{organisation.slug}.example"
    user = User.objects.filter(email=email).first()
    user = user or User.objects.create_user(email, name=role.value.title(), language="en")
    found, _made = Membership.objects.get_or_create(
        organisation=organisation, user=user, defaults={"role": role.value}
    )
    return found


def _signed_in(membership: Membership) -> Client:
    client = Client()
    client.force_login(membership.user)
    return client
