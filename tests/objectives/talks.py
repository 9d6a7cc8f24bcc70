"""A quarter of 600 000.00 that is talked about: Bob manages North (Ann, Bea), nobody manages South (Cai).

Ann is Carol's login, Bea has one of her own, Cai has none. Every talk is about the first quarter of 2026, in November.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.test import Client
from django.urls import reverse

from objectives.actions import negotiations, plans
from objectives.models import Cycle, Negotiation, Objective
from objectives.queries.negotiations import Line
from objectives.queries.tree import revenue_rows
from tenants.access import Actor
from tenants.domain.roles import Role
from tenants.models import Membership
from tenants.scope import tenant_scope
from tests import factories
from tests.objectives.conftest import House

NOW = datetime(2025, 11, 20, 9, 0, tzinfo=UTC)
DUE = date(2025, 12, 10)


@dataclass(slots=True)
class Room:
    """Everybody who has something to say, and the cycle they talk about."""

    house: House
    cycle: Cycle
    director: Membership
    manager: Membership
    ann: Membership
    bea: Membership

    def by(self, who: str) -> Actor:
        return factories.actor(getattr(self, who))

    def share(self, name: str) -> Objective:
        """The share of a team or person as it is now; "" is the company's."""
        with factories.scope_of(self.house.organisation):
            return next(row for row in revenue_rows(self.cycle) if str(row.team or row.person or "") == name)

    def talk(self, name: str) -> Negotiation:
        with factories.scope_of(self.house.organisation):
            return Negotiation.objects.select_related("objective__cycle").get(objective=self.share(name))

    def line(self, name: str) -> Line:
        return Line(self.share(name), self.talk(name))

    def amounts(self) -> dict[str, int]:
        with factories.scope_of(self.house.organisation):
            return {
                str(row.team or row.person or ""): int(row.target or 0) for row in revenue_rows(self.cycle)
            }

    # What is said, with the version of now ---------------------------------------------------------------------

    def send(self, who: str = "director", *names: str, due_on: date | None = DUE) -> int:
        """Propose to these, or to everybody."""
        only = {row.pk: row.version for row in map(self.share, names)} if names else None
        with tenant_scope(self.house.organisation.id):
            return negotiations.send(cycle=self.cycle, by=self.by(who), now=NOW, due_on=due_on, only=only)

    def accept(self, who: str, name: str) -> None:
        talk = self.talk(name)
        with tenant_scope(self.house.organisation.id):
            negotiations.accept(negotiation=talk, version=talk.version, by=self.by(who), now=NOW)

    def counter(self, who: str, name: str, amount: int, reason: str = "Two clients have left.") -> None:
        talk = self.talk(name)
        with tenant_scope(self.house.organisation.id):
            negotiations.counter(
                negotiation=talk, amount_minor=amount, reason=reason, version=talk.version, by=self.by(who)
            )

    def take(self, who: str, name: str) -> None:
        talk = self.talk(name)
        with tenant_scope(self.house.organisation.id):
            negotiations.take(negotiation=talk, version=talk.version, by=self.by(who), now=NOW)

    def refuse(self, who: str, name: str, reason: str = "The market is there.") -> None:
        talk = self.talk(name)
        with tenant_scope(self.house.organisation.id):
            negotiations.refuse(negotiation=talk, reason=reason, version=talk.version, by=self.by(who))

    def withdraw(self, who: str, name: str) -> None:
        talk = self.talk(name)
        with tenant_scope(self.house.organisation.id):
            negotiations.withdraw(negotiation=talk, version=talk.version, by=self.by(who))


def room(house: House, cycle: Cycle) -> Room:
    """Give the people their logins, and share 600 000.00 out."""
    organisation = house.organisation
    director, manager = (factories.member(organisation, role) for role in (Role.DIRECTOR, Role.MANAGER))
    ann = factories.member(organisation, Role.REP)
    bea = factories.member(organisation, Role.REP, name="Bea")
    with tenant_scope(organisation.id):
        bob = factories.person(organisation, "Bob", membership=manager)
        house.teams["North"].manager = bob
        house.teams["North"].save()
        for person, login in (("Ann", ann), ("Bea", bea)):
            house.people[person].membership = login
            house.people[person].save()
        plans.set_ambition(cycle=cycle, revenue_minor=60_000_000, version=0, by=factories.actor(director))
    return Room(house, cycle, director, manager, ann, bea)


def table(room: Room) -> str:
    return reverse("objectives:negotiation", kwargs={"organisation": "atelier", "cycle": room.cycle.pk})


def page(room: Room, name: str, verb: str = "") -> str:
    word = f"talk_{verb}" if verb else "talk"
    return reverse(f"objectives:{word}", kwargs={"organisation": "atelier", "objective": room.share(name).pk})


def say(client: Client, room: Room, name: str, verb: str, **words: Any) -> Any:
    return client.post(page(room, name, verb), {"version": room.talk(name).version, **words})
