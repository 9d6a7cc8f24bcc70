"""Generated organisations, each with one planted cause or none: events drawn one by one, then summed as a run sums them.

Twelve people in three teams; a quarter, and the year before it, in which all was well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from reporting.domain.attribution import shapley
from reporting.domain.causes import SEGMENT_SUMS, SUMS, Explains, Family, shortfalls
from reporting.domain.scopes import spread

PEOPLE, TEAMS, QUARTERS_BEFORE = 12, 3, 4
VALUE = 2_000_000.0  # minor units
LINES = {team: [team] for team in range(TEAMS)}


@dataclass(frozen=True)
class World:
    """How an organisation sells in a quarter; rates by segment where there are two."""

    contacts: float = 150.0  # prospects contacted, a person and quarter
    off_target: float = 0.12
    meets: float = 0.15  # in the target; two fifths of it outside
    accepts: float = 0.8
    segments: tuple[float, float] = (0.65, 0.35)
    passes: tuple[float, float] = (0.7, 0.45)  # the first stage
    wins: tuple[float, float] = (0.62, 0.35)  # of those that passed
    value: float = VALUE
    discount: float = 0.08
    margin: float = 0.45
    open_deals: float = 15.0
    silent: float = 0.15
    slips: float = 0.18
    effort_on_small: float = 0.48
    activities: float = 200.0  # a person and quarter
    busy_falls_to: float = 1.0  # the rate of months with many open deals, of that of the others
    tired_falls_to: float = 1.0  # the same of months with many activities


HEALTHY = World()
PLANTED: Mapping[str, tuple[Family, World]] = {
    "contacts outside the target": (Family.TARGETING, replace(HEALTHY, off_target=0.45)),
    "the lesser segment": (Family.TARGETING, replace(HEALTHY, segments=(0.25, 0.75))),
    "meetings not accepted": (Family.QUALIFICATION, replace(HEALTHY, accepts=0.42)),
    "losses at the first stage": (Family.QUALIFICATION, replace(HEALTHY, passes=(0.42, 0.22))),
    "a message that does not carry": (Family.MESSAGE, replace(HEALTHY, meets=0.08)),
    "deals left alone": (Family.FOLLOW_UP, replace(HEALTHY, silent=0.55, wins=(0.4, 0.22))),
    "closes that slip": (Family.FOLLOW_UP, replace(HEALTHY, slips=0.6, wins=(0.4, 0.22))),
    "effort on small deals": (Family.PRIORITISATION, replace(HEALTHY, effort_on_small=0.78, wins=(0.4, 0.22))),
    "too much at once": (
        Family.OVERLOAD,
        replace(HEALTHY, open_deals=26.0, busy_falls_to=0.6, passes=(0.56, 0.36), wins=(0.43, 0.24)),
    ),
    "too many activities": (
        Family.OVERLOAD,
        replace(HEALTHY, activities=320.0, tired_falls_to=0.6, passes=(0.56, 0.36), wins=(0.43, 0.24)),
    ),
    "smaller deals": (Family.VALUE, replace(HEALTHY, value=0.62 * VALUE)),
    "discounts": (Family.VALUE, replace(HEALTHY, discount=0.28, value=VALUE * 0.72 / 0.92)),
    "a margin given away": (Family.VALUE, replace(HEALTHY, margin=0.33)),
}  # fmt: skip


@dataclass(frozen=True)
class Organisations:
    """sums and segments as `measure` takes them, one table per seed; due and losses of each seed's company."""

    sums: pd.DataFrame
    segments: pd.DataFrame
    due: pd.Series  # by seed
    losses: pd.DataFrame  # by seed, columns Explains


def generate(world: World, seeds: Sequence[int]) -> Organisations:
    drawn = [_draw(world, seed) for seed in seeds]
    people = np.stack([one for one, _, _ in drawn], axis=1).reshape(len(SUMS), -1)
    by_segment = np.stack([one for _, one, _ in drawn], axis=1).reshape(len(SEGMENT_SUMS), -1)
    plan = _plan()
    actual = np.array([chain for _, _, chain in drawn])
    losses = [shortfalls(_lines(row)) for row in shapley(np.tile(plan, (len(actual), 1)), actual)]
    kinds = [one for one in Explains if one is not Explains.NOTHING]
    owner = np.tile(np.arange(PEOPLE), len(drawn))
    hands = pd.DataFrame(people.T, columns=SUMS).assign(
        table=np.repeat([*seeds], PEOPLE), owner=owner, team=owner % TEAMS
    )
    segments = pd.DataFrame(by_segment.T, columns=SEGMENT_SUMS).assign(
        table=np.repeat([*seeds], PEOPLE * 2), owner=np.repeat(owner, 2), team=np.repeat(owner, 2) % TEAMS,
        segment=np.tile([0, 1], owner.size),
    )  # fmt: skip
    return Organisations(
        sums=spread(hands, LINES, ["table"]),
        segments=spread(segments, LINES, ["table", "segment"]),
        due=pd.Series(plan.prod(), index=[*seeds]),
        losses=pd.DataFrame(losses, index=[*seeds], columns=kinds),
    )


def _draw(world: World, seed: int) -> tuple[np.ndarray, np.ndarray, list[float]]:
    """SUMS of everybody, SEGMENT_SUMS of everybody and segment, and the counts of the chain."""
    random = np.random.default_rng(seed)
    now, now_segments, chain = _quarter(world, 1, random)
    past, past_segments, _ = _quarter(HEALTHY, QUARTERS_BEFORE, random)
    people = now | {f"{name}_before": values for name, values in past.items()}
    people |= _pipeline(world, random) | _months(world, random)
    rows = now_segments | {f"{name}_before": values for name, values in past_segments.items()}
    segments = np.array([rows[name].ravel() for name in SEGMENT_SUMS])
    return np.array([people[name] for name in SUMS], dtype=float), segments, chain


def _quarter(world: World, quarters: int, random: np.random.Generator) -> tuple[dict, dict, list[float]]:
    """Contacts → meetings → opportunities → wins of every person, deal by deal."""
    everybody = random.poisson(world.contacts * quarters, PEOPLE)
    off = random.binomial(everybody, world.off_target)
    held = random.binomial(everybody - off, world.meets)
    held_off = random.binomial(off, world.meets * 0.4)
    judged = random.binomial(held + held_off, 0.95)
    accepted = random.binomial(judged, world.accepts)
    opened = random.binomial(accepted, 0.9)
    owner = np.repeat(np.arange(PEOPLE), opened)
    segment = (random.random(owner.size) >= world.segments[0]).astype(int)
    passed = random.random(owner.size) < np.array(world.passes)[segment]
    won = passed & (random.random(owner.size) < np.array(world.wins)[segment])
    hands, sold = owner[won], int(won.sum())
    amount = world.value * random.lognormal(-0.125, 0.5, sold)
    given = np.clip(random.normal(world.discount, 0.05, sold), 0, 0.9)
    price, margin = amount / (1 - given), amount * random.normal(world.margin, 0.08, sold)

    def each(values: np.ndarray) -> np.ndarray:
        return np.bincount(hands, values, PEOPLE)

    def by_segment(kept: np.ndarray) -> np.ndarray:
        return np.bincount(owner[kept] * 2 + segment[kept], minlength=PEOPLE * 2).reshape(PEOPLE, 2)

    deals = each(np.ones(sold))
    people = {
        "contacts": everybody - off, "contacts_off": off, "meetings": held, "judged": judged, "accepted": accepted,
        "won": deals, "won_amount": each(amount), "won_squares": each(amount**2),
        "listed": deals, "paid": each(amount), "list_price": each(price), "paid_squares": each(amount**2),
        "list_squares": each(price**2), "list_cross": each(amount * price),
        "margined": deals, "margin": each(margin), "margin_amount": each(amount), "margin_squares": each(margin**2),
        "amount_squares": each(amount**2), "margin_cross": each(margin * amount),
    }  # fmt: skip
    every = np.ones(owner.size, dtype=bool)
    segments = {
        "closed": by_segment(every), "won": by_segment(won), "left_first": by_segment(every),
        "lost_first": by_segment(~passed),
    }  # fmt: skip
    chain = [owner.size, passed.mean(), won.sum() / passed.sum(), amount.mean()]
    return people, segments, [float(one) for one in chain]


def _pipeline(world: World, random: np.random.Generator) -> dict[str, np.ndarray]:
    """Open deals, and the touches of the quarter on each of them."""
    count = random.poisson(world.open_deals, PEOPLE)
    owner = np.repeat(np.arange(PEOPLE), count)
    small = random.random(owner.size) < 0.5
    effort = random.poisson(6.0 * np.where(small, world.effort_on_small, 1 - world.effort_on_small))
    silent, slipped = (random.random(owner.size) < part for part in (world.silent, world.slips))

    def each(values: np.ndarray) -> np.ndarray:
        return np.bincount(owner, values, PEOPLE)

    return {
        "open_deals": count, "timed_deals": count, "silent_deals": each(silent), "dated_deals": count, "slipped_deals": each(slipped),
        "effort": each(effort), "effort_small": each(effort * small), "effort_squares": each(effort**2),
        "open_before": random.poisson(HEALTHY.open_deals * 12, PEOPLE) / 12, "capacity": np.ones(PEOPLE),
    }  # fmt: skip


def _months(world: World, random: np.random.Generator) -> dict[str, np.ndarray]:
    """Ways out of the stages in busy months and in calm ones; what was done in the quarter and in the year before."""
    sums: dict[str, np.ndarray] = {}
    for name, falls_to in (("", world.busy_falls_to), ("act_", world.tired_falls_to)):
        busy, calm = random.poisson(60, PEOPLE), random.poisson(60, PEOPLE)
        sums |= {
            f"{name}high_left": busy, f"{name}high_advanced": random.binomial(busy, 0.55 * falls_to),
            f"{name}low_left": calm, f"{name}low_advanced": random.binomial(calm, 0.55),
        }  # fmt: skip
    # People differ, and so do the quarters of one of them.
    pace = random.gamma(20, 1 / 20, (2, PEOPLE))
    return sums | {
        "activities": random.poisson(world.activities * pace[0]),
        "activities_before": random.poisson(HEALTHY.activities * QUARTERS_BEFORE * pace[1]),
    }


def _plan() -> np.ndarray:
    """What the healthy organisation does in a quarter: opportunities, two rates, average value."""
    one = HEALTHY
    meetings = one.contacts * one.meets * (1 - one.off_target + 0.4 * one.off_target)
    passes = np.dot(one.segments, one.passes)
    wins = np.dot(np.array(one.segments) * one.passes, one.wins) / passes
    return np.array([PEOPLE * meetings * 0.95 * one.accepts * 0.9, passes, wins, one.value])


def _lines(contributions: np.ndarray) -> list[dict[str, object]]:
    names = ("volume", "rate", "rate", "value")
    return [{"lever": name, "contribution": part} for name, part in zip(names, contributions, strict=True)]
