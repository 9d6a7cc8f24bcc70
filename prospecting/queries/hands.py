"""For whom a member may say what was done: for everybody, for the own teams, or for oneself."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tenants.access import Actor
from tenants.domain.roles import Permission, Role, allows
from tenants.models import Person
from tenants.queries import team_tree


@dataclass(frozen=True, slots=True)
class Hands:
    """everything: whoever it is. Without it, only these people. me: the salesperson that the login is, if any."""

    everything: bool
    people: tuple[Person, ...]  # by name
    me: UUID | None = None

    def hold(self, person_id: UUID | None) -> bool:
        return self.everything or any(person.id == person_id for person in self.people)


def hands_of(by: Actor, day: date) -> Hands:
    """Whose activities this member may write on `day`. Three queries, none for the system and partners.

    A manager: oneself and the people of the managed teams with those below; a salesperson or marketing: oneself.
    """
    if by.role is None:
        return Hands(True, ())
    if by.role is Role.PARTNER:
        return Hands(False, ())
    tree = team_tree(day)
    present = {key: person for key, person in tree.people.items() if person.is_present(day)}
    me = next((person.id for person in tree.people.values() if person.membership_id == by.id), None)
    if allows(by.role, Permission.VIEW_COMPANY):
        return Hands(True, _by_name(present.values()), me)
    teams = tree.managed_by(me) if me is not None and by.role is Role.MANAGER else set()
    held = {person for person, team in tree.team_of.items() if team in teams} | {me}
    return Hands(False, _by_name(person for key, person in present.items() if key in held), me)


def _by_name(people: Iterable[Person]) -> tuple[Person, ...]:
    return tuple(sorted(people, key=lambda person: person.name.casefold()))
