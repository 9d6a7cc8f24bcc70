"""Whose figures a member may open: the company's, some teams', some people's."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tenants.domain.roles import Permission
from tenants.models import Membership, Person, Team
from tenants.queries import TeamTree, team_tree


@dataclass(frozen=True, slots=True)
class Reach:
    """tree: the teams and people of the organisation on the day. me: the salesperson that the login is, if any."""

    tree: TeamTree
    me: Person | None
    sees_company: bool
    team_ids: frozenset[UUID]
    person_ids: frozenset[UUID]

    @property
    def teams(self) -> list[tuple[int, Team]]:
        """Teams that may be opened with their depth, each under its parent, by name."""
        lines: list[tuple[int, Team]] = []

        def walk(parent: UUID | None, depth: int) -> None:
            for team in sorted(self.tree.children(parent), key=lambda team: team.name.casefold()):
                reachable = team.id in self.team_ids
                if reachable:
                    lines.append((depth, team))
                walk(team.id, depth + reachable)

        walk(None, 0)
        return lines

    @property
    def people(self) -> list[Person]:
        """People whose page may be opened, by name."""
        return sorted((self.tree.people[one] for one in self.person_ids), key=lambda one: one.name.casefold())

    @property
    def home_team(self) -> UUID | None:
        """The team that a page opens on: None for the company."""
        return None if self.sees_company or not self.team_ids else self.teams[0][1].id

    def below(self, team_id: UUID | None) -> tuple[list[Team], list[Person]]:
        """The teams and the people directly under a team (None: the company), by name; people only within reach."""
        if team_id is None:
            alone = [self.tree.people[one] for one in self.tree.people if one not in self.tree.team_of]
            teams, people = self.tree.children(None), alone
        else:
            teams, people = self.tree.children(team_id), self.tree.members(team_id)
        return (
            sorted(teams, key=lambda team: team.name.casefold()),
            sorted((one for one in people if one.id in self.person_ids), key=lambda one: one.name.casefold()),
        )


def reach_of(membership: Membership, day: date) -> Reach:
    """What this member may see as of `day`. Three queries.

    Who sees the company sees everybody. A manager sees the managed teams, those below, their people and oneself;
    a salesperson oneself. Marketing follows the chain of every team, without anybody's own figures.
    """
    tree = team_tree(day)
    me = next((person for person in tree.people.values() if person.membership_id == membership.id), None)
    everything = membership.allows(Permission.VIEW_COMPANY)
    sees_people, sees_teams = membership.allows(Permission.VIEW_OWN), membership.allows(Permission.VIEW_TEAM)
    if everything:
        return Reach(tree, me, True, frozenset(tree.teams), frozenset(tree.people))
    if sees_teams and not sees_people:
        return Reach(tree, me, True, frozenset(tree.teams), frozenset())
    teams = frozenset(tree.managed_by(me.id)) if sees_teams and me else frozenset()
    people = {person for person, team in tree.team_of.items() if team in teams}
    if me is not None and sees_people:
        people.add(me.id)
    return Reach(tree, me, False, teams, frozenset(people))


def whole_reach(day: date) -> Reach:
    """Everybody, for who stands for the whole organisation: a key of the API. Three queries."""
    tree = team_tree(day)
    return Reach(tree, None, True, frozenset(tree.teams), frozenset(tree.people))
