"""Who joined, left or changed team since a cycle was shared out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple
from uuid import UUID

from objectives.models import Cycle, Objective
from objectives.queries.tree import REVENUE
from tenants.models import Person, Team
from tenants.queries import stays_on
from tenants.reading import all_of, rows

SHARES = """
SELECT o.id, o.parent_id, o.team_id, o.person_id, o.revision_id FROM objectives_objective o
WHERE o.organisation_id = %(org)s AND o.cycle_id = %(cycle)s AND o.metric = %(metric)s AND o.segment = '' ORDER BY o.id
"""
LAST_REVISED = """
SELECT v.objective_id, max(v.from_on) FROM objectives_objectiveversion v
WHERE v.organisation_id = %(org)s AND v.objective_id = ANY(%(shares)s) AND v.revision_id IS NOT NULL
GROUP BY v.objective_id
"""


class Share(NamedTuple):
    """A revenue objective, as far as it says who carries it. Fields are named as those of the objective."""

    pk: UUID
    parent_id: UUID | None
    team_id: UUID | None
    person_id: UUID | None
    revision_id: UUID | None


@dataclass(frozen=True, slots=True)
class Change[S: (Objective, Share)]:
    """Somebody whose place has changed. on: the day; home: the objective that the share belongs under now."""

    person: Person
    on: date
    home: S | None = None
    row: S | None = None  # the share; None for who joined


@dataclass(frozen=True, slots=True)
class Staffing[S: (Objective, Share)]:
    """The changes that no revision has taken up yet."""

    joined: list[Change[S]] = field(default_factory=list)
    left: list[Change[S]] = field(default_factory=list)
    moved: list[Change[S]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.joined or self.left or self.moved)


def staffing(
    cycle: Cycle, day: date, shares: Sequence[Objective] | None = None
) -> Staffing[Objective] | Staffing[Share]:
    """Compare who carries a share of an active cycle with who is there on `day`. Five queries at most, none for another state.

    `shares`: the revenue objectives, read when they are not given.

    A change counts as taken up once a revision from that day on has changed the share (or has made one).
    """
    if cycle.state != Cycle.State.ACTIVE or not cycle.start_on <= day < cycle.end_on:
        return Staffing()
    if shares is not None:
        return changes_among(cycle, shares, day)
    return changes_among(cycle, [Share(*row) for row in rows(SHARES, cycle=cycle.pk, metric=REVENUE)], day)


def changes_among[S: (Objective, Share)](cycle: Cycle, carried: Sequence[S], day: date) -> Staffing[S]:
    """As staffing, of revenue objectives that were read. Four queries, three when no revision changed any."""
    homes = _Homes.on(day, carried)
    revised = _last_revised(carried)
    shares = {row.person_id: row for row in carried if row.person_id is not None}
    found = Staffing[S]()
    for person in homes.people:
        row = shares.get(person.pk)
        home = homes.of(person.pk)
        if row is None:
            if homes.sells(person, day) and home is not None:
                found.joined.append(
                    Change(person, _joined_on(cycle, person, homes.since.get(person.pk)), home)
                )
            continue
        last = revised.get(row.pk)
        if person.end_on is not None and person.end_on <= day:
            on = max(person.end_on, cycle.start_on)
            if last is None or last < on:
                found.left.append(Change(person, on, home, row))
            continue
        since = homes.since.get(person.pk)
        has_moved = home is not None and home.pk != row.parent_id and since is not None
        if has_moved and since is not None and since > cycle.start_on and (last is None or last < since):
            found.moved.append(Change(person, since, home, row))
    return found


@dataclass(frozen=True, slots=True)
class _Homes[S: (Objective, Share)]:
    """Where people belong on a day: their team, or the nearest one above it that has an objective, or the company."""

    people: list[Person]
    team_of: Mapping[UUID, UUID]
    since: Mapping[UUID, date | None]
    teams: Mapping[UUID, Team]
    by_team: Mapping[UUID | None, S]

    @classmethod
    def on(cls, day: date, carried: Sequence[S]) -> "_Homes[S]":
        stays = stays_on(day)
        return cls(
            people=all_of(Person, "ORDER BY t.name"),
            team_of={person: team for person, team, _since in stays},
            since={person: since for person, _team, since in stays},
            teams={team.pk: team for team in all_of(Team)},
            by_team={row.team_id: row for row in carried if row.person_id is None},
        )

    def of(self, person: UUID) -> S | None:
        team: UUID | None = self.team_of.get(person)
        seen: set[UUID] = set()
        while team is not None and team not in self.by_team and team not in seen:
            seen.add(team)
            team = self.teams[team].parent_id
        return self.by_team.get(team) or self.by_team.get(None)

    def sells(self, person: Person, day: date) -> bool:
        manages = any(team.manager_id == person.pk for team in self.teams.values())
        return person.is_present(day) and (person.pk in self.team_of or not manages)


def _joined_on(cycle: Cycle, person: Person, since: date | None) -> date:
    return max([cycle.start_on, *filter(None, (person.start_on, since))])


def _last_revised(carried: Sequence[Objective] | Sequence[Share]) -> dict[UUID, date]:
    """From which day the latest change of each share holds."""
    revised = [row.pk for row in carried if row.revision_id is not None]
    return dict(rows(LAST_REVISED, shares=revised)) if revised else {}
