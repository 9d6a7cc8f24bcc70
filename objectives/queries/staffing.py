"""Who joined, left or changed team since a cycle was shared out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Max, Q

from objectives.models import Cycle, Objective, ObjectiveVersion
from objectives.queries.tree import share_rows
from tenants.models import Person, Team, TeamMembership


@dataclass(frozen=True, slots=True)
class Change:
    """Somebody whose place has changed. on: the day; home: the objective that the share belongs under now."""

    person: Person
    on: date
    home: Objective | None = None
    row: Objective | None = None  # the share; None for who joined


@dataclass(frozen=True, slots=True)
class Staffing:
    """The changes that no revision has taken up yet."""

    joined: list[Change] = field(default_factory=list)
    left: list[Change] = field(default_factory=list)
    moved: list[Change] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.joined or self.left or self.moved)


def staffing(cycle: Cycle, day: date, rows: list[Objective] | None = None) -> Staffing:
    """Compare who carries a share of an active cycle with who is there on `day`. Five queries at most, none for another state.

    `rows`: the revenue objectives, read when they are not given.

    A change counts as taken up once a revision from that day on has changed the share (or has made one).
    """
    if cycle.state != Cycle.State.ACTIVE or not cycle.start_on <= day < cycle.end_on:
        return Staffing()
    if rows is None:
        rows = share_rows(cycle)
    return changes_among(cycle, rows, day)


def changes_among(cycle: Cycle, rows: list[Objective], day: date) -> Staffing:
    """As staffing, of revenue objectives that were read. Four queries, three when no revision changed any."""
    homes = _Homes.on(day, rows)
    revised = _last_revised(rows)
    shares = {row.person_id: row for row in rows if row.person_id is not None}
    found = Staffing()
    for person in homes.people:
        row = shares.get(person.pk)
        home = homes.of(person.pk)
        if row is None:
            if homes.sells(person, day) and home is not None:
                found.joined.append(Change(person, _joined_on(cycle, person, homes), home))
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
class _Homes:
    """Where people belong on a day: their team, or the nearest one above it that has an objective, or the company."""

    people: list[Person]
    team_of: Mapping[UUID, UUID]
    since: Mapping[UUID, date | None]
    teams: Mapping[UUID, Team]
    by_team: Mapping[UUID | None, Objective]

    @classmethod
    def on(cls, day: date, rows: list[Objective]) -> "_Homes":
        there = (Q(start_on=None) | Q(start_on__lte=day)) & (Q(end_on=None) | Q(end_on__gt=day))
        stays = list(TeamMembership.objects.filter(there).values_list("person_id", "team_id", "start_on"))
        return cls(
            people=list(Person.objects.all()),
            team_of={person: team for person, team, _since in stays},
            since={person: since for person, _team, since in stays},
            teams={team.pk: team for team in Team.objects.all()},
            by_team={row.team_id: row for row in rows if row.person_id is None},
        )

    def of(self, person: UUID) -> Objective | None:
        team: UUID | None = self.team_of.get(person)
        seen: set[UUID] = set()
        while team is not None and team not in self.by_team and team not in seen:
            seen.add(team)
            team = self.teams[team].parent_id
        return self.by_team.get(team) or self.by_team.get(None)

    def sells(self, person: Person, day: date) -> bool:
        manages = any(team.manager_id == person.pk for team in self.teams.values())
        return person.is_present(day) and (person.pk in self.team_of or not manages)


def _joined_on(cycle: Cycle, person: Person, homes: _Homes) -> date:
    days = [day for day in (person.start_on, homes.since.get(person.pk)) if day is not None]
    return max([cycle.start_on, *days])


def _last_revised(rows: list[Objective]) -> dict[UUID, date]:
    """From which day the latest change of each share holds."""
    revised = [row.pk for row in rows if row.revision_id is not None]
    if not revised:
        return {}
    later = ObjectiveVersion.objects.filter(objective__in=revised).exclude(revision=None).order_by()
    return dict(later.values_list("objective_id").annotate(last=Max("from_on")))
