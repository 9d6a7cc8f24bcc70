"""Whose deals an objective is about, who can open more of them, and whose past speaks where the own one is too short."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import numpy as np
from django.db.models import Q
from numpy.typing import NDArray

from objectives.domain import cascade
from objectives.models import Cycle, Objective
from objectives.queries.calibrating_deals import KnownDeals
from objectives.queries.capacity import between
from pipeline.domain.landing import Scopes, tree
from pipeline.queries.stays import NOBODY
from tenants.models import Person, Team, TeamMembership

Floats = NDArray[np.float64]

DAYS_PER_MONTH = 365.25 / 12

# Kind (company, team, person), id (NOBODY for the company) and segment ("" for all).
Key = tuple[str, UUID, str]
COMPANY: Key = ("company", NOBODY, "")


@dataclass(frozen=True, slots=True, eq=False)
class Scoping:
    """row: of each key among the scopes; capacity (m, T): people × presence × ramp on the days first … of the calendar."""

    scopes: Scopes
    row: dict[Key, int]
    capacity: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Hands:
    """(Owner, team, segment) of each leaf, and the day (ordinal) of the first own deal of each owner, known on ``as_of``."""

    leaves: Sequence[tuple[UUID, UUID, str]]
    begun: Mapping[UUID, float]
    as_of: int


@dataclass(frozen=True, slots=True, eq=False)
class _Staff:
    people: list[Person]
    teams: dict[UUID, Team]
    stays: list[TeamMembership]

    def team_of(self, person: UUID, day: date) -> UUID | None:
        found = [
            stay.team_id
            for stay in self.stays
            if stay.person_id == person
            and (stay.start_on is None or stay.start_on <= day)
            and (stay.end_on is None or day < stay.end_on)
        ]
        return found[-1] if found else None

    def above(self, team: UUID) -> list[UUID]:
        """The team and those it is part of, from itself up."""
        chain: list[UUID] = []
        current: UUID | None = team
        while current is not None and current not in chain and current in self.teams:
            chain.append(current)
            current = self.teams[current].parent_id
        return chain


def key_of(objective: Objective) -> Key:
    if objective.person_id is not None:
        return "person", objective.person_id, objective.segment
    if objective.team_id is not None:
        return "team", objective.team_id, objective.segment
    return "company", NOBODY, objective.segment


def hands_of(known: KnownDeals) -> Hands:
    """Whose deals these are."""
    size = len(known.leaves)
    first = np.full(size, np.inf)
    np.minimum.at(first, known.deals.leaf, known.deals.opened)
    begun: dict[UUID, float] = {}
    for (person, _team, _segment), day in zip(known.leaves, first.tolist(), strict=True):
        begun[person] = min(begun.get(person, np.inf), day)
    return Hands(known.leaves, begun, known.deals.as_of)


def scoping(
    cycle: Cycle,
    objectives: Iterable[Objective],
    hands: Hands,
    first: int,
    last: int,
    *,
    everybody: bool = False,
) -> Scoping:
    """The scopes of these objectives and those above them, on the days first … last (ordinals). Three queries.

    A person's scope is under that of the team that they are in when the cycle begins, a team's under its parent team's, a
    segment's under the company's for this segment. Who has no start date is there from the first own deal on. `everybody`:
    all teams, and all who have a deal, whatever the objectives.
    """
    staff = _Staff(
        list(Person.objects.all()),
        {team.id: team for team in Team.objects.all()},
        list(
            TeamMembership.objects.filter(
                Q(start_on=None) | Q(start_on__lt=cycle.end_on)
            ).order_by("person_id", "start_on")
        ),
    )  # fmt: skip
    order: dict[Key, int] = {}
    parent: list[int] = []

    def place(key: Key) -> int:
        if key not in order:
            above = _above(key, staff, cycle.start_on)
            under = -1 if above is None else place(above)
            order[key] = len(parent)
            parent.append(under)
        return order[key]

    place(COMPANY)
    for objective in objectives:
        place(key_of(objective))
    if everybody:
        for team in sorted(staff.teams):
            place(("team", team, ""))
        there = {person.id for person in staff.people}
        for person in sorted({owner for owner, _team, _segment in hands.leaves} & there):
            place(("person", person, ""))
    held = _held(staff, hands)
    leaves = [_leaves(key, held, hands) for key in order]
    capacity = _capacity(list(order), staff, hands, first, last)
    return Scoping(tree(leaves, parent, len(hands.leaves)), order, capacity)


def _above(key: Key, staff: _Staff, day: date) -> Key | None:
    kind, owner, segment = key
    if key == COMPANY:
        return None
    if kind == "company":
        return COMPANY
    if segment:
        return "company", NOBODY, segment
    teams = staff.above(owner)[1:] if kind == "team" else [staff.team_of(owner, day)]
    above = next((team for team in teams if team is not None), None)
    return COMPANY if above is None else ("team", above, "")


def _held(staff: _Staff, hands: Hands) -> dict[UUID, list[int]]:
    """The leaves of each person, and of each team with those of the teams below it."""
    held: dict[UUID, list[int]] = defaultdict(list)
    for number, (person, team, _segment) in enumerate(hands.leaves):
        for holder in (person, *staff.above(team)):
            held[holder].append(number)
    return held


def _leaves(key: Key, held: Mapping[UUID, list[int]], hands: Hands) -> list[int]:
    kind, owner, segment = key
    own = range(len(hands.leaves)) if kind == "company" else held.get(owner, [])
    return [number for number in own if not segment or hands.leaves[number][2] == segment]


def _capacity(keys: list[Key], staff: _Staff, hands: Hands, first: int, last: int) -> Floats:
    """People × presence × ramp of each scope on each day, (m, T). Only those who sell: who has a deal, or an objective.

    Deals without an owner were opened by somebody: in the company they count as one person, from the first of them on.
    """
    wanted = {owner for kind, owner, _segment in keys if kind == "person"} | set(hands.begun)
    people = [person for person in staff.people if person.id in wanted]
    days = np.arange(first, last + 1)
    each = _each(people, hands.begun, hands.as_of, days)
    row_of = {person.id: row for row, person in enumerate(people)}
    of_team = {team: np.zeros(days.size) for team in staff.teams}
    for stay in staff.stays:
        if stay.person_id in row_of:
            there = each[row_of[stay.person_id]] * between(days, stay.start_on, stay.end_on)
            for team in staff.above(stay.team_id):
                of_team[team] = of_team[team] + there
    unnamed = days >= hands.begun.get(NOBODY, np.inf)
    all_of_them = each.sum(axis=0) + unnamed if people or NOBODY in hands.begun else np.ones(days.size)
    return np.array(
        [
            all_of_them if kind == "company" else each[row_of[owner]] if kind == "person" else of_team[owner]
            for kind, owner, _segment in keys
        ]
    )


def _each(people: list[Person], begun: Mapping[UUID, float], as_of: int, days: NDArray[np.int64]) -> Floats:
    """FTE × presence × ramp of each person, (n, T)."""
    if not people:
        return np.zeros((0, days.size))
    dated = np.array([np.nan if p.start_on is None else float(p.start_on.toordinal()) for p in people])
    seen = np.array([begun.get(person.id, np.inf) for person in people])
    # Without a date nor a deal: somebody who begins now.
    start = np.where(np.isnan(dated), np.where(np.isfinite(seen), seen, as_of + 1.0), np.fmin(dated, seen))
    end = np.array([np.inf if p.end_on is None else float(p.end_on.toordinal()) for p in people])
    tenure = (days - np.where(np.isnan(dated), -1e9, dated)[:, np.newaxis]) / DAYS_PER_MONTH
    profile = np.array([person.profile for person in people])[:, np.newaxis]
    ramp = cascade.ramp(np.clip(tenure, 0.0, 1e6), profile)
    fte = np.array([float(person.fte) for person in people])[:, np.newaxis]
    return np.asarray(fte * ramp * ((days >= start[:, np.newaxis]) & (days < end[:, np.newaxis])))
