"""Who shares an objective, and by which weight: capacity in the cycle × past productivity (formulas F7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import numpy as np
import pandas as pd
from django.db.models import F, Q
from numpy.typing import NDArray

from objectives.domain import cascade
from objectives.models import Cycle
from objectives.queries.calendar import working_days
from objectives.queries.planning import basis_window
from pipeline.queries.stays import frontier, stays
from tenants.models import Person, Team, TeamMembership

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

DAYS_PER_MONTH = 365.25 / 12


@dataclass(frozen=True, slots=True)
class Seller:
    """Somebody who sells in the cycle, with what the weight is made of.

    team: where most of the cycle is spent, None without a team; presence: share of the cycle's working days; ramp:
    mean share of full capacity over them; won_minor and months (FTE-months × ramp) over the basis window;
    productivity: minor units a month, drawn toward the group's.
    """

    person: Person
    team_id: UUID | None
    presence: float
    ramp: float
    won_minor: int
    months: float
    productivity: float
    weight: float


@dataclass(frozen=True, slots=True)
class Sellers:
    """The sellers by name, the teams, and the days that productivity was looked at over (None: no history)."""

    people: list[Seller]
    teams: dict[UUID, Team]
    first_day: date | None
    last_day: date | None


def sellers(cycle: Cycle) -> Sellers:
    """Everybody present in the cycle, apart from those who only manage a team. Seven queries."""
    last = cycle.end_on - timedelta(days=1)
    teams = {team.id: team for team in Team.objects.all()}
    days = _days(cycle.start_on, last)
    worked = working_days(cycle.organisation, cycle.start_on, last)
    worked = worked if worked.any() else np.ones(days.size)
    team_of = _main_teams(cycle, days, worked)
    managers = {team.manager_id for team in teams.values()}
    people = [
        person
        for person in Person.objects.all()
        if _present(person, days).any() and (person.id in team_of or person.id not in managers)
    ]
    if not people:
        return Sellers([], teams, None, None)
    won, window = _won(cycle)
    share, ramp = _capacity(people, days, worked)
    fte = np.array([float(person.fte) for person in people])
    amounts = np.array([float(won.get(person.id, 0)) for person in people])
    months = _months(people, fte, window) if window else np.zeros(len(people))
    productivity = cascade.productivity(amounts, months)
    weight = cascade.weights(fte, ramp, share, productivity)
    return Sellers(
        [
            Seller(
                person=person,
                team_id=team_of.get(person.id),
                presence=float(share[i]),
                ramp=float(ramp[i]),
                won_minor=int(amounts[i]),
                months=float(months[i]),
                productivity=float(productivity[i]),
                weight=float(weight[i]),
            )
            for i, person in enumerate(people)
        ],
        teams,
        *(window or (None, None)),
    )


def capacities(cycle: Cycle, people: Sequence[Person]) -> dict[UUID, tuple[float, float]]:
    """Presence (share of the cycle's working days) and mean ramp while here, by person. No query."""
    last = cycle.end_on - timedelta(days=1)
    worked = working_days(cycle.organisation, cycle.start_on, last)
    worked = worked if worked.any() else np.ones(worked.size)
    if not people:
        return {}
    share, ramp = _capacity(people, _days(cycle.start_on, last), worked)
    return {person.id: (float(share[i]), float(ramp[i])) for i, person in enumerate(people)}


def _capacity(people: Sequence[Person], days: NDArray[np.int64], worked: Floats) -> tuple[Floats, Floats]:
    """Share of the working days that each person is here, and mean ramp over them; (n,) both."""
    presence = np.array([_present(person, days) for person in people]) * worked
    ramps = _ramps(people, days)
    ramp = np.divide(
        (presence * ramps).sum(axis=1),
        presence.sum(axis=1),
        out=ramps[:, -1].copy(),
        where=presence.sum(axis=1) > 0,
    )
    return presence.sum(axis=1) / worked.sum(), ramp


def _won(cycle: Cycle) -> tuple[dict[UUID, int], tuple[date, date] | None]:
    """Won amounts by owner over the basis window, and the window cut to what the data covers."""
    front = frontier()
    if front is None:
        return {}, None
    won = stays(as_of=front.as_of).won()
    if won.empty:
        return {}, None
    planned_on = min(front.as_of, cycle.start_on - timedelta(days=1))
    first, last, _after = basis_window(won, planned_on, front.as_of)
    inside = won[won["entered"].between(first.toordinal(), last.toordinal())]
    # Months before the first win ever would count as months without success.
    first = max(first, date.fromordinal(int(won["entered"].min())).replace(day=1))
    by_owner: pd.Series = inside.groupby("owner")["amount_minor"].sum()
    return {owner: int(amount) for owner, amount in by_owner.items()}, (min(first, last), last)  # type: ignore[misc]


def _main_teams(cycle: Cycle, days: NDArray[np.int64], worked: Floats) -> dict[UUID, UUID]:
    """The team in which each person spends most working days of the cycle; at equality, the later one."""
    overlap = (Q(start_on=None) | Q(start_on__lt=cycle.end_on)) & (
        Q(end_on=None) | Q(end_on__gt=cycle.start_on)
    )
    rows = TeamMembership.objects.filter(overlap).order_by(F("start_on").asc(nulls_first=True))
    best: dict[UUID, float] = {}
    team_of: dict[UUID, UUID] = {}
    for stay in rows:
        spent = float(worked[between(days, stay.start_on, stay.end_on)].sum())
        if spent >= best.get(stay.person_id, 0.0):
            best[stay.person_id], team_of[stay.person_id] = spent, stay.team_id
    return team_of


def _months(people: list[Person], fte: Floats, window: tuple[date, date]) -> Floats:
    """FTE-months × ramp of each person over the window, (n,)."""
    days = _days(*window)
    present = np.array([_present(person, days) for person in people])
    return np.asarray(fte * (present * _ramps(people, days)).sum(axis=1) / DAYS_PER_MONTH)


def _ramps(people: Sequence[Person], days: NDArray[np.int64]) -> Floats:
    """The share of full capacity of each person on each day, (n, D); without a start date, full."""
    start = np.array(
        [float("-inf") if person.start_on is None else person.start_on.toordinal() for person in people]
    )
    profile = np.array([person.profile for person in people])[:, np.newaxis]
    tenure = (days - start[:, np.newaxis]) / DAYS_PER_MONTH
    return cascade.ramp(np.clip(tenure, -1.0, 1e6), profile)


def _present(person: Person, days: NDArray[np.int64]) -> Bools:
    return between(days, person.start_on, person.end_on)


def between(days: NDArray[np.int64], start: date | None, end: date | None) -> Bools:
    """Which days lie in [start, end); None is without end."""
    after = np.ones(days.size, dtype=np.bool_) if start is None else days >= start.toordinal()
    return after if end is None else after & (days < end.toordinal())


def _days(first: date, last: date) -> NDArray[np.int64]:
    return np.arange(first.toordinal(), last.toordinal() + 1)
