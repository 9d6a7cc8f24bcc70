"""Where a what-if starts from: the landing of a scope as of a run, ready to be moved, with what each lever is today.

The heavy part (every deal, the curves, the past cycles) is done once a run and scope and remembered; an answer then only
multiplies and draws.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from objectives.domain import scenario
from objectives.models import Cycle, Objective
from objectives.queries.calibrating import SEED, landing_calendar
from objectives.queries.calibrating_deals import KnownDeals, known_deals
from objectives.queries.calibrating_scopes import hands_of, key_of, scoping
from pipeline.domain.landing import Calendar, Deals, Known, Measure, Noise, Past, Window, learn, past_cycles
from pipeline.domain.landing_creation import rhythm
from pipeline.models import Stage
from reporting.domain import what_if as domain
from reporting.domain.channel_mix import Channel, yield_ratio
from reporting.domain.scenario_answer import Board
from reporting.domain.what_if_cost import Spending
from reporting.queries import conversion
from reporting.queries.looking import RunMark
from reporting.queries.memo import of_run, remember
from reporting.queries.what_if_channels import channels
from reporting.queries.what_if_costs import spending

Floats = NDArray[np.float64]

DAYS_IN_WEEK = 7
WEEKS = 26
QUARTER = 91
QUARTERS = 4
ENOUGH_WINS = 5
OWN_BEST = 0.8  # quantile of the own weeks


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose landing: a team, a person, or with neither the company."""

    team_id: UUID | None = None
    person_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Lever:
    """A lever as it is: ``today`` (None: cannot be known), the own ``best``, and of a rate its interval and counts."""

    key: str
    today: float | None
    best: float | None
    stage: str = ""  # names of the stages, of a rate
    to: str = ""
    low: float | None = None
    high: float | None = None
    advanced: int = 0
    entered: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Situation:
    """What a what-if of a scope starts from. people: who has its deals, None for the company; days_ahead to the end of the
    cycle, fte_days of work in them."""

    as_of: int
    days_ahead: int
    fte_days: float
    people: list[UUID] | None
    levers: list[Lever]
    stages: list[str]  # keys of the stages of the basis, in order
    basis: domain.Basis
    past: Past
    channels: list[Channel]


def situation(*, cycle: Cycle, run: RunMark, scope: Scope) -> Situation | None:
    """The start of a what-if, remembered or worked out; None when nothing is known of any deal that was won."""
    return remember(
        lambda: _computed(cycle, run, scope),
        name="what-if",
        source=of_run(run),
        asked=(cycle.pk, cycle.start_on, cycle.end_on, scope.team_id, scope.person_id),
    )


def spent(found: Situation, run: RunMark) -> Spending:
    """What the rest of the cycle costs at today's prices. Five queries at most."""
    weeks = found.days_ahead / DAYS_IN_WEEK
    return spending(run.as_of, fte_days=found.fte_days, weeks=weeks, people=found.people)


@lru_cache(maxsize=1)
def noise() -> Noise:
    """The random numbers of every landing."""
    return Noise(SEED)


def board_of(found: Situation) -> Board:
    """The levers as numbers, in the order of the page."""
    keys = [lever.key for lever in found.levers]
    return Board(
        keys=keys,
        today=np.array([np.nan if one.today is None else one.today for one in found.levers]),
        best=np.array([np.nan if one.best is None else one.best for one in found.levers]),
        opened=(keys.index(scenario.VOLUME), keys.index(scenario.CAPACITY)),
        value=keys.index(scenario.AVERAGE_VALUE),
        length=keys.index(scenario.CYCLE_DAYS),
        rates=tuple(keys.index(stage) for stage in found.stages),
    )


def mix_ratio(found: Situation, document: scenario.Scenario) -> float:
    """What multiplies the worth of the deals to come under the scenario's mix of channels."""
    return yield_ratio(found.channels, document["mix"])


def objective_of(cycle: Cycle, scope: Scope) -> Objective | None:
    """The revenue objective that the scope carries. One query."""
    return Objective.objects.filter(
        cycle=cycle, metric="revenue_won", segment="", engagement=None, team_id=scope.team_id, person_id=scope.person_id
    ).first()  # fmt: skip


def _computed(cycle: Cycle, run: RunMark, scope: Scope) -> Situation | None:
    known = known_deals(run.as_of)
    if not (known.deals.won & ~np.isnan(known.deals.amount)).any():
        return None
    asked = Objective(team_id=scope.team_id, person_id=scope.person_id)  # whose deals: it is not kept
    calendar = landing_calendar(cycle, known.deals.as_of, int(known.deals.opened.min()))
    days = calendar.first, calendar.first + calendar.worked.size - 1
    scopes = scoping(cycle, [asked], hands_of(known), *days)
    window = Window(cycle.start_on.toordinal(), cycle.end_on.toordinal() - 1)
    learned = learn(known.deals, scopes.scopes, calendar, window, scopes.capacity)
    past = past_cycles(known.deals, calendar, window, [Measure.AMOUNT], SEED)[Measure.AMOUNT]
    row = scopes.row[key_of(asked)]
    leaves = scopes.scopes.contains[[row]].indices
    after, until = window.ahead(known.deals.as_of)
    steps = conversion.transitions(
        run_id=run.id, stages=(stages := conversion.stages()), company=scope == Scope(),
        team_ids=[scope.team_id] if scope.team_id else [], person_ids=[scope.person_id] if scope.person_id else [],
    )  # fmt: skip
    own = _Own(
        deals=known.deals, learned=learned, calendar=calendar,
        rhythm=rhythm(known.deals, calendar, scopes.capacity[0]), capacity=scopes.capacity[row],
        leaves=np.asarray(leaves, dtype=np.int64), row=row, until=until,
    )  # fmt: skip
    people = None if scope == Scope() else sorted({known.leaves[leaf][0] for leaf in leaves})
    return Situation(
        as_of=known.deals.as_of,
        days_ahead=until,
        fte_days=own.fte_days(),
        people=people,
        levers=[own.volume(), own.full_time(), *_rates(known, steps, stages), own.value(), own.length()],
        stages=[str(stage) for stage in known.stages],
        basis=_basis(learned, own, after, until),
        past=past,
        channels=channels(run.as_of, people),
    )


def _basis(learned: Known, own: "_Own", after: int, until: int) -> domain.Basis:
    curves, scopes, row, deals = learned.curves, learned.scopes, own.row, own.deals
    chance = domain.chances(curves, scopes, row, after, until)
    stage, chance_of, value = domain.open_deals(deals, own.leaves, chance, learned.worth, row)
    booked = deals.won & own.mine & (deals.closed >= learned.window.first)
    booked &= deals.closed <= min(learned.window.last, deals.as_of)
    return domain.Basis(
        booked=float(np.nan_to_num(deals.amount[booked]).sum()),
        stage=stage,
        chance=chance_of,
        value=value,
        new=domain.new_wins(curves, scopes, row, own.expected_openings(), after, until),
        pace_shape=float(learned.pace.shape[row]),
        rate=float(learned.rate[row]),
        rate_doubt=float(learned.rate_doubt[row]),
        value_mean=float(learned.worth.mean[row]),
        value_spread=float(learned.worth.spread[row]),
        value_doubt=float(learned.worth.doubt[row]),
    )


def _rates(known: KnownDeals, steps: Sequence[conversion.Transition], stages: Sequence[Stage]) -> list[Lever]:
    """The rate out of each open stage, as the run has it; one that cannot be known has no figure."""
    by_stage = {one.from_stage.id: one for one in steps}
    open_stages = [stage for stage in stages if stage.id in set(known.stages)]
    after = dict(zip(open_stages, [*open_stages[1:], None], strict=False))
    levers = []
    for stage in open_stages:
        one, to = by_stage.get(stage.id), after[stage]
        known_rate = one is not None and one.is_known and one.rate
        levers.append(
            Lever(
                key=str(stage.id), stage=stage.name,
                to=one.to_stage.name if one is not None else "" if to is None else to.name,
                today=one.rate if one is not None and known_rate else None,
                best=max(one.high or 0.0, one.rate or 0.0) if one is not None and known_rate else None,
                low=one.low if one else None, high=one.high if one else None,
                advanced=one.advanced if one else 0, entered=one.entered if one else 0,
            )
        )  # fmt: skip
    return levers


@dataclass(frozen=True, slots=True, eq=False)
class _Own:
    """What the scope's own past says of its levers."""

    deals: Deals
    learned: Known
    calendar: Calendar
    rhythm: Floats  # (T,) weight of each day of the calendar on openings
    capacity: Floats  # (T,) full-time salespeople on each of them
    leaves: NDArray[np.int64]
    row: int
    until: int

    @property
    def mine(self) -> NDArray[np.bool_]:
        return np.isin(self.deals.leaf, self.leaves)

    def _days(self, first: int, last: int) -> slice:
        return self.calendar.span(max(first, self.calendar.first), last)

    def _ahead(self) -> slice:
        return self._days(self.deals.as_of + 1, self.deals.as_of + self.until)

    def expected_openings(self) -> Floats:
        """Deals expected to appear on each day to come, (until,)."""
        pace = self.learned.pace.shape[self.row] / self.learned.pace.exposure[self.row]
        return np.asarray(self.rhythm[self._ahead()] * self.capacity[self._ahead()] * pace)

    def fte_days(self) -> float:
        """Full-time days of work to come."""
        ahead = self._ahead()
        return float((self.capacity[ahead] * (self.calendar.worked[ahead] > 0)).sum())

    def _fte(self) -> float:
        return float(self.capacity[self._ahead()].mean()) if self.until else 0.0

    def volume(self) -> Lever:
        """New deals a week of a full-time salesperson: expected from now on, and those of the own good weeks."""
        fte = self._fte()
        if fte <= 0:
            return Lever(scenario.VOLUME, None, None)
        today = float(self.expected_openings().sum()) / (self.until / DAYS_IN_WEEK) / fte
        as_of = self.deals.as_of
        back = (as_of - self.deals.opened[self.mine]) // DAYS_IN_WEEK
        by_week = np.bincount(back[(back >= 0) & (back < WEEKS)].astype(np.int64), minlength=WEEKS)
        past = self.capacity[self._days(as_of - WEEKS * DAYS_IN_WEEK + 1, as_of)]
        good = float(np.quantile(by_week, OWN_BEST)) / float(past.mean()) if past.mean() > 0 else 0.0
        return Lever(scenario.VOLUME, today, max(good, today))

    def full_time(self) -> Lever:
        """Salespeople at work on a mean day to come; the most of the last half year and of what is planned."""
        fte = self._fte()
        as_of = self.deals.as_of
        most = float(self.capacity[self._days(as_of - 2 * QUARTER + 1, as_of + self.until)].max())
        return Lever(scenario.CAPACITY, fte if fte > 0 else None, max(most, fte))

    def value(self) -> Lever:
        mean = float(self.learned.worth.mean[self.row])
        quarters = [float(amounts.mean()) for amounts, _days in self._wins()]
        return Lever(scenario.AVERAGE_VALUE, mean, max([mean, *quarters]))

    def length(self) -> Lever:
        """Median days from the opening to the win, of the last two years; the best quarter's."""
        curves = self.learned.curves
        curve = self.learned.scopes.upward(curves.won[:, 0], curves.events[:, :1] >= ENOUGH_WINS)[self.row]
        if curve[-1] <= 0:
            return Lever(scenario.CYCLE_DAYS, None, None)
        median = float(max(1, int(np.searchsorted(curve, curve[-1] / 2))))
        quarters = [max(1.0, float(np.median(days))) for _amounts, days in self._wins()]
        best = min([median, *quarters])
        return Lever(scenario.CYCLE_DAYS, median, max(best, median * domain.SHORTEST))

    def _wins(self) -> list[tuple[Floats, Floats]]:
        """Amounts and days of the wins of each of the last quarters that has enough of them."""
        deals = self.deals
        won = deals.won & ~np.isnan(deals.amount) & self.mine
        back = (deals.as_of - deals.closed) // QUARTER
        quarters = [won & (back == quarter) for quarter in range(QUARTERS)]
        return [
            (deals.amount[own], (deals.closed - deals.opened)[own])
            for own in quarters
            if own.sum() >= ENOUGH_WINS
        ]
