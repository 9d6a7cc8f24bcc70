"""Where a what-if starts from: the landing of a scope as of a run, ready to be moved, with what each lever is today.

The heavy part (every deal, the curves, the past cycles) is done once a run and scope and remembered; an answer then only
multiplies and draws. It looks at single deals where the run has counts, which ends a percent or so beside the landing that
the run stored: the start is brought to that one, so that every page tells the same landing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from objectives.domain import scenario
from objectives.models import Cycle, Objective
from objectives.queries.calibrating import SEED, landing_calendar
from objectives.queries.calibrating_deals import KnownDeals, known_deals
from objectives.queries.calibrating_scopes import hands_of, key_of, scoping
from pipeline.domain.landing import Known, Measure, Past, Window, learn, past_cycles
from pipeline.domain.landing_creation import rhythm
from pipeline.models import Stage
from reporting.domain import what_if as domain
from reporting.domain.channel_mix import Channel, yield_ratio
from reporting.domain.landing_noise import noise
from reporting.domain.scenario_answer import Answer, Board
from reporting.domain.what_if_cost import Spending
from reporting.models import LandingResult
from reporting.queries import conversion
from reporting.queries.looking import RunMark
from reporting.queries.memo import of_run, remember
from reporting.queries.what_if_channels import channels
from reporting.queries.what_if_costs import spending
from reporting.queries.what_if_own import DAYS_IN_WEEK, Lever, Own

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose landing: a team, a person, or with neither the company."""

    team_id: UUID | None = None
    person_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What the run says of the landing beside its mean, which the basis has."""

    low: float
    high: float
    target: float | None
    probability: float | None

    def on(self, today: Answer, target: float | None) -> Answer:
        """The answer that moves nothing, as the run tells it; its probability for the same target only."""
        same = target is not None and target == self.target and self.probability is not None
        probability = self.probability if same else today.probability
        return replace(today, low=self.low, high=self.high, probability=probability)


@dataclass(frozen=True, slots=True, eq=False)
class Situation:
    """What a what-if of a scope starts from. people: who has its deals, None for the company; days_ahead to the end of the
    cycle, fte_days of work in them; told: None where the run stored no landing."""

    as_of: int
    days_ahead: int
    fte_days: float
    people: list[UUID] | None
    levers: list[Lever]
    stages: list[str]  # keys of the stages of the basis, in order
    basis: domain.Basis
    told: Told | None
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
    own = Own(
        deals=known.deals, learned=learned, calendar=calendar,
        rhythm=rhythm(known.deals, calendar, scopes.capacity[0]), capacity=scopes.capacity[row],
        leaves=np.asarray(leaves, dtype=np.int64), row=row, until=until,
    )  # fmt: skip
    people = None if scope == Scope() else sorted({known.leaves[leaf][0] for leaf in leaves})
    basis = _basis(learned, own, after, until)
    stored = LandingResult.objects.filter(
        run_id=run.id, metric="revenue_won", team_id=scope.team_id, person_id=scope.person_id
    ).first()
    told = None
    if stored is not None:
        told = Told(stored.low, stored.high, stored.target, stored.probability)
        basis = domain.anchored(
            basis, len(known.stages), past, noise(), booked=stored.booked, mean=stored.mean
        )
    return Situation(
        as_of=known.deals.as_of,
        days_ahead=until,
        fte_days=own.fte_days(),
        people=people,
        levers=[own.volume(), own.full_time(), *_rates(known, steps, stages), own.value(), own.length()],
        stages=[str(stage) for stage in known.stages],
        basis=basis,
        told=told,
        past=past,
        channels=channels(run.as_of, people),
    )


def _basis(learned: Known, own: Own, after: int, until: int) -> domain.Basis:
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
