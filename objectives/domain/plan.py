"""From an ambition to the numbers of a plan: the reverse funnel with its lead time and padlocks (formulas F1)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from objectives.domain import funnel, padlocks
from objectives.domain.plan_document import (
    Lever,
    Levers,
    OpenPipeline,
    Override,
    Overrides,
    PlanInputs,
    PlanLink,
    PlanResult,
    PlanWeek,
    Remaining,
    Transition,
)

Floats = NDArray[np.float64]

SEED = 20_260_101
# A rate that somebody decided is no longer uncertain: a Beta of this weight.
DECIDED = 1e9


@dataclass(frozen=True, slots=True, eq=False)
class Weeks:
    """The weeks of a cycle, or of its rest, Monday to Sunday, cut at both ends: all (W,), and the week of each day, (D,).

    working: by the weights of the days, which know the season; worked: the number of days with any work; full_week: that of
    a week which nothing cuts short.
    """

    first: list[date]
    last: list[date]
    of_day: NDArray[np.int64]
    working: Floats
    worked: Floats
    full_week: float
    days_left: NDArray[np.int64]  # from the middle of the week to the last day of the cycle


@dataclass(frozen=True, slots=True, eq=False)
class _Chain:
    """The links whose rates are known, up to won: all (K,) but the average value."""

    links: list[Transition]
    rates: Floats
    sources: list[str]
    pmfs: list[Floats]
    average_value: float

    @property
    def to_win(self) -> float:
        """The chance that an entry at the first link is won in the end."""
        return float(np.prod(self.rates))


def weeks_of(first_day: date, day_weights: Sequence[float], full_week: float | None = None) -> Weeks:
    """Cut the days from ``first_day`` on, (D,) working-day weights, into weeks; the longest is full, unless told."""
    weights = np.asarray(day_weights, dtype=np.float64)
    of_day = (first_day.weekday() + np.arange(weights.size)) // 7
    starts = np.flatnonzero(np.diff(of_day, prepend=-1))
    ends = np.append(starts[1:], weights.size) - 1
    worked = np.bincount(of_day, weights=weights > 0, minlength=starts.size).astype(np.float64)
    return Weeks(
        first=[first_day + timedelta(days=int(day)) for day in starts],
        last=[first_day + timedelta(days=int(day)) for day in ends],
        of_day=of_day.astype(np.int64),
        working=np.bincount(of_day, weights=weights, minlength=starts.size).astype(np.float64),
        worked=worked,
        full_week=float(worked.max(initial=0.0)) if full_week is None else full_week,
        days_left=(weights.size - 1 - (starts + ends) // 2).astype(np.int64),
    )


def known_links(transitions: Sequence[Transition], overrides: Overrides) -> list[Transition]:
    """The transitions after the last one whose rate is neither known nor typed: those that a plan can stand on."""
    typed = overrides.get("rates", {})
    links: list[Transition] = []
    for transition in reversed(transitions):
        if transition["rate"] is None and _typed(typed.get(transition["stage"])) is None:
            break
        links.insert(0, transition)
    return links


def compute(*, revenue: int, first_day: date, inputs: PlanInputs, overrides: Overrides) -> PlanResult:
    """Compute the plan of a cycle that begins on ``first_day``; money in minor units. Pure: seeded draws, no clock."""
    weeks = weeks_of(first_day, inputs["day_weights"])
    opened = inputs["open"]
    carried = opened["amount"] if opened else 0.0
    chain = _chain(inputs, overrides)
    if chain is None:
        return _without_chain(inputs, overrides, revenue, carried, weeks)
    given = _weekly_input(chain, weeks, float(revenue), 0.0, carried)
    levers = _levers(chain, inputs, overrides, given)
    if levers is not None:
        chain = _solved(chain, levers)
        given = replace(given, rates=chain.rates, average_value=chain.average_value)
    plan = funnel.weekly_plan(given)
    wins = float(funnel.wins_needed(revenue, chain.average_value))
    return PlanResult(
        chain=[link["stage"] for link in chain.links],
        rates=chain.rates.tolist(),
        average_value=chain.average_value,
        wins=wins,
        links=_links(chain, wins, plan, weeks),
        sourcing=_sourcing(chain, inputs, overrides, wins, weeks, given),
        weeks=_week_rows(weeks, plan.starts[0], plan.chance_in_time[0]),
        open=carried,
        to_close=plan.to_close,
        too_late=plan.too_late,
        remaining=_remaining(chain, inputs, weeks, first_day, float(revenue)),
        levers=levers,
    )


def _links(chain: _Chain, wins: float, plan: funnel.WeeklyPlan, weeks: Weeks) -> list[PlanLink]:
    safe, expected = _safe(chain, wins), funnel.needed(wins, chain.rates)
    return [
        PlanLink(
            stage=link["stage"],
            rate=float(chain.rates[k]),
            source=chain.sources[k],
            expected=float(expected[k]),
            safe=_number(safe[k]),
            per_week=_per_week(plan.starts[k], weeks.working),
            too_late=_number(plan.too_late_by_link[k]),
        )
        for k, link in enumerate(chain.links)
    ]


def _sourcing(
    chain: _Chain, inputs: PlanInputs, overrides: Overrides, wins: float, weeks: Weeks,
    given: funnel.WeeklyPlanInput,
) -> list[PlanLink]:  # fmt: skip
    """What the plan asks of contacts and meetings: the same funnel, begun earlier. Levers and path stay those of the pipeline.

    Empty where the chain of the pipeline does not begin at its first stage: nothing leads from a meeting to it.
    """
    if chain.links[0]["stage"] != inputs["transitions"][0]["stage"]:
        return []
    links = known_links(inputs.get("sourcing", []), overrides)
    if not links:
        return []
    rates, sources = _rates(links, overrides)
    longer = replace(
        chain,
        links=[*links, *chain.links],
        rates=np.concatenate([rates, chain.rates]),
        sources=[*sources, *chain.sources],
        pmfs=[*(np.asarray(link["lag"] or [1.0], dtype=np.float64) for link in links), *chain.pmfs],
    )
    whole = _weekly_input(longer, weeks, given.target, given.booked, given.open_contribution)
    return _links(longer, wins, funnel.weekly_plan(whole), weeks)[: len(links)]


def lags(inputs: PlanInputs, stages: Sequence[str]) -> list[Floats]:
    """The lag distribution of each of these links: its history's, or the same day when there is none."""
    by_stage = {transition["stage"]: transition["lag"] for transition in inputs["transitions"]}
    return [np.asarray(by_stage.get(stage) or [1.0], dtype=np.float64) for stage in stages]


def _chain(inputs: PlanInputs, overrides: Overrides) -> _Chain | None:
    links = known_links(inputs["transitions"], overrides)
    value = _average_value(inputs, overrides)
    if not links or not value:
        return None
    rates, sources = _rates(links, overrides)
    return _Chain(
        links=links,
        rates=rates,
        sources=sources,
        pmfs=lags(inputs, [link["stage"] for link in links]),
        average_value=value,
    )


def _rates(links: list[Transition], overrides: Overrides) -> tuple[Floats, list[str]]:
    typed = [_typed(overrides.get("rates", {}).get(link["stage"])) for link in links]
    rates = [link["rate"] if given is None else given for link, given in zip(links, typed, strict=True)]
    return np.asarray(rates, dtype=np.float64), ["history" if given is None else "typed" for given in typed]


def _average_value(inputs: PlanInputs, overrides: Overrides) -> float | None:
    typed = _typed(overrides.get("average_value"))
    return inputs["average_value"]["value"] if typed is None else typed


def _typed(override: Override | None) -> float | None:
    return None if override is None else override.get("value")


def _without_chain(
    inputs: PlanInputs, overrides: Overrides, revenue: int, carried: float, weeks: Weeks
) -> PlanResult:
    value = _average_value(inputs, overrides)
    return PlanResult(
        chain=[],
        rates=[],
        average_value=value,
        wins=revenue / value if value else None,
        links=[],
        weeks=_week_rows(weeks, np.full(weeks.working.size, np.nan), np.zeros(weeks.working.size)),
        open=carried,
        to_close=None,
        too_late=None,
        remaining=None,
        levers=None,
    )


def _weekly_input(
    chain: _Chain, weeks: Weeks, target: float, booked: float, opened: float
) -> funnel.WeeklyPlanInput:
    most = np.array([np.nan if link["weekly_p80"] is None else link["weekly_p80"] for link in chain.links])
    # A week cut short by the cycle's ends, by today or by holidays holds less than a full one, whatever the season.
    share = weeks.worked / max(weeks.full_week, 1.0)
    return funnel.WeeklyPlanInput(
        target=target,
        booked=booked,
        open_contribution=opened,
        average_value=chain.average_value,
        rates=chain.rates,
        lag_pmfs=chain.pmfs,
        days_left=weeks.days_left,
        working_days=weeks.working,
        capacity=most[:, np.newaxis] * share,
    )


def _levers(
    chain: _Chain, inputs: PlanInputs, overrides: Overrides, given: funnel.WeeklyPlanInput
) -> Levers | None:
    """Compare what the levers give with what is left to close. None when the own pace is not known.

    The product is volume at the first link × rates × average value × the chance of being in time, which no lever
    moves. Rates and value are padlocked unless a person opens them; the volume is free unless a person closes it.
    """
    first = chain.links[0]
    if first["weekly_mean"] is None or first["weekly_p80"] is None:
        return None
    effort = given.capacity[0].sum() / first["weekly_p80"] if first["weekly_p80"] else 0.0
    chance = funnel.chance_in_time(given.lag_pmfs, given.days_left)[0]
    days = given.working_days
    in_time = float((chance * days).sum() / days.sum()) if days.sum() > 0 else 0.0
    typed = overrides.get("rates", {})
    value = inputs["average_value"]
    keys = ["volume", *(link["stage"] for link in chain.links), "average_value"]
    current = [first["weekly_mean"] * effort, *chain.rates.tolist(), chain.average_value]
    best = [
        first["weekly_p80"] * effort,
        *(
            min(1.0, max(link["high"] or 0.0, now))
            for link, now in zip(chain.links, chain.rates, strict=True)
        ),
        max(value["high"] or 0.0, chain.average_value),
    ]
    locked = [
        overrides.get("volume", {}).get("locked", False),
        *(typed.get(link["stage"], {}).get("locked", True) for link in chain.links),
        overrides.get("average_value", {}).get("locked", True),
    ]
    asked = max(0.0, given.target - given.booked - given.open_contribution)
    solved = padlocks.solve([*current, in_time], [*best, in_time], [*locked, True], asked)
    return Levers(
        gives=float(np.prod([*current, in_time])),
        asked=asked,
        factor=solved.factor if np.isfinite(solved.factor) else None,
        residual=solved.residual,
        surplus=solved.surplus,
        values=[
            Lever(
                key=key,
                current=float(current[i]),
                needed=float(solved.values[i]),
                ceiling=float(best[i]),
                locked=bool(locked[i]),
                at_ceiling=bool(solved.at_ceiling[i]),
            )
            for i, key in enumerate(keys)
        ],
    )


def _solved(chain: _Chain, levers: Levers) -> _Chain:
    """The chain with the rates and the value that the free levers must reach."""
    *rates, value = (lever["needed"] for lever in levers["values"][1:])
    moved = [not np.isclose(now, then, rtol=1e-12) for now, then in zip(chain.rates, rates, strict=True)]
    sources = [
        "solved" if is_moved else source for source, is_moved in zip(chain.sources, moved, strict=True)
    ]
    return replace(chain, rates=np.asarray(rates), sources=sources, average_value=value)


def _safe(chain: _Chain, wins: float) -> Floats:
    """The safe counts, (K,): rates from history are drawn from their posterior, decided ones are what they are."""
    a, b = np.empty(chain.rates.size), np.empty(chain.rates.size)
    for k, (link, source) in enumerate(zip(chain.links, chain.sources, strict=True)):
        if source == "history" and link["a"] is not None and link["b"] is not None:
            a[k], b[k] = link["a"], link["b"]
        else:
            a[k], b[k] = max(DECIDED * chain.rates[k], 1e-6), max(DECIDED * (1 - chain.rates[k]), 1e-6)
    if all(source != "history" for source in chain.sources):
        return funnel.safe_needed(wins, funnel.rates_to_win(chain.rates))
    return funnel.safe_needed_uncertain(wins, a, b, seed=SEED)


def _remaining(
    chain: _Chain, inputs: PlanInputs, weeks: Weeks, first_day: date, target: float
) -> Remaining | None:
    """What is left of a cycle that has begun: the days gone by have no capacity any more."""
    under_way = inputs["under_way"]
    if under_way is None:
        return None
    tomorrow = date.fromisoformat(under_way["day"]) + timedelta(days=1)
    to_come = inputs["day_weights"][(tomorrow - first_day).days :]
    left = weeks_of(tomorrow, to_come, weeks.full_week)
    plan = funnel.weekly_plan(
        _weekly_input(chain, left, target, under_way["booked"], under_way["open"]["amount"])
    )
    return Remaining(
        day=under_way["day"],
        booked=under_way["booked"],
        open=under_way["open"]["amount"],
        to_close=plan.to_close,
        too_late=plan.too_late,
    )


def _per_week(starts: Floats, working: Floats) -> float | None:
    """The mean of the weeks in which something is to be started."""
    counting = (starts > 0) & (working > 0)
    if np.isnan(starts).all():
        return None
    return float(starts[counting].mean()) if counting.any() else 0.0


def _week_rows(weeks: Weeks, starts: Floats, chance: Floats) -> list[PlanWeek]:
    return [
        PlanWeek(
            first_day=first.isoformat(),
            last_day=last.isoformat(),
            starts=_number(starts[w]),
            chance=float(chance[w]),
        )
        for w, (first, last) in enumerate(zip(weeks.first, weeks.last, strict=True))
    ]


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def open_nothing(day: date) -> OpenPipeline:
    """No open pipeline that anything is known about."""
    return OpenPipeline(day=day.isoformat(), items=0, amount=0.0, wins=0.0, not_counted=0, curve=[])
