"""Whose objectives a member may act on: everybody's, those of the own teams, or the own."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from objectives.models import Objective
from tenants.access import Actor
from tenants.domain.roles import Permission, allows
from tenants.queries import team_tree


@dataclass(frozen=True, slots=True)
class Hands:
    """everything: the company's too. Without it, only what these teams and people carry."""

    everything: bool
    team_ids: frozenset[UUID]
    person_ids: frozenset[UUID]

    def hold(self, objective: Objective) -> bool:
        return self.everything or self.hold_owner(objective.team_id, objective.person_id)

    def hold_owner(self, team_id: UUID | None, person_id: UUID | None) -> bool:
        return self.everything or team_id in self.team_ids or person_id in self.person_ids


EVERYTHING = Hands(True, frozenset(), frozenset())


def hands_of(by: Actor, day: date) -> Hands:
    """What this member answers for on `day`. Three queries, none for who sees the company.

    A manager: the managed teams with those below, their people and oneself; a salesperson: oneself.
    """
    if by.role is None or allows(by.role, Permission.VIEW_COMPANY):
        return EVERYTHING
    tree = team_tree(day)
    me = next((person.id for person in tree.people.values() if person.membership_id == by.id), None)
    if me is None or not allows(by.role, Permission.VIEW_OWN):
        return Hands(False, frozenset(), frozenset())
    teams = frozenset(tree.managed_by(me)) if allows(by.role, Permission.VIEW_TEAM) else frozenset()
    people = {person for person, team in tree.team_of.items() if team in teams}
    return Hands(False, teams, frozenset({*people, me}))
