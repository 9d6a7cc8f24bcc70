"""Invented organisations whose whole life is known: what a landing is judged against. Pure, from a seed.

They are made to disobey the method: openings, win rates and deal values drift, every quarter has its own luck (the
organisation's and each team's), sellers differ, come and leave, months differ, large deals are harder, losses come later
than wins, amounts change at the signature and are sometimes missing before, stages are skipped.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from pipeline.domain.landing import Calendar, Deals

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

START = date(2021, 1, 1)
MONTHS = 48
DAYS = 1461  # four years
QUARTER = 91


@dataclass(frozen=True, slots=True, eq=False)
class Organisation:
    """Every deal from opening to end. ``entered`` (n, K) day of reaching each stage, inf = never; ``asked`` and ``paid``: the
    amount before and at the signature (asked NaN: not filled in before). ``team_of`` (people,) team of each person."""

    seed: int
    opened: Floats
    entered: Floats
    closed: Floats
    won: NDArray[np.bool_]
    asked: Floats
    paid: Floats
    person: Ints
    team_of: Ints

    def known_at(self, day: int) -> Deals:
        """What could be read at the end of ``day``, and nothing that became known later."""
        there = np.flatnonzero(self.opened <= day)
        closed, entered = self.closed[there], self.entered[there]
        over = closed <= day
        won = self.won[there] & over
        return Deals(
            as_of=day,
            opened=self.opened[there],
            entered=np.where(entered <= np.minimum(day, closed)[:, np.newaxis], entered, np.nan),
            closed=np.where(over, closed, np.nan),
            won=won,
            amount=np.where(won, self.paid[there], self.asked[there]),
            leaf=self.person[there],
        )


def calendar() -> Calendar:
    """Monday to Friday, on days counted from 1 January 2021."""
    days = np.datetime64(START) + np.arange(DAYS + QUARTER)
    weekday = (days.astype("datetime64[D]").astype(np.int64) + 3) % 7
    return Calendar(
        first=0,
        worked=(weekday < 5).astype(np.float64),
        month=days.astype("datetime64[M]").astype(np.int64) % 12,
    )


def organisation(seed: int) -> Organisation:
    """Draw one organisation of four years."""
    random = np.random.default_rng([97, seed])
    people = int(random.integers(3, 21))
    teams = int(random.integers(1, min(4, people // 2) + 1))
    team_of = np.sort(np.arange(people) % teams).astype(np.int64)
    luck = _Luck(random, teams)
    person, opened = _openings(random, team_of, luck)
    amount = np.exp(random.normal(0, random.uniform(0.3, 0.9), opened.size))
    amount *= 10 ** random.uniform(3.3, 5.0) * luck.value ** (opened / 365)
    entered, closed, won = _lives(random, opened, amount, team_of[person], luck)
    paid = amount * np.exp(random.normal(-0.04, 0.12, amount.size))
    asked = np.where(random.random(amount.size) < random.choice([0.0, 0.1, 0.3]), np.nan, amount)
    return Organisation(seed, opened, entered, closed, won, asked, paid, person, team_of)


class _Luck:
    """What all the deals of a period share: drift by year, season by month, effects by quarter (and team)."""

    def __init__(self, random: np.random.Generator, teams: int) -> None:
        quarters = DAYS // QUARTER + 3
        self.pace_drift = np.exp(random.normal(0.03, 0.10))
        self.rate_drift = random.normal(0.0, 0.10)  # of the log-odds of the whole chain, by year
        self.value = np.exp(random.normal(0.02, 0.05))
        season = np.exp(random.normal(0, random.uniform(0.0, 0.25), 12))
        season[7] *= random.uniform(0.5, 1.0)
        self.season = season / season.mean()
        whole, part = random.uniform(0.03, 0.18), random.uniform(0.0, 0.10)
        self.pace = random.normal(0, whole, quarters) + random.normal(0, part, (teams, quarters))
        whole, part = random.uniform(0.0, 0.22), random.uniform(0.0, 0.12)
        self.rate = random.normal(0, whole, quarters) + random.normal(0, part, (teams, quarters))


def _openings(random: np.random.Generator, team_of: Ints, luck: _Luck) -> tuple[Ints, Floats]:
    """Person and day of every opening: Poisson by working day."""
    people, days = team_of.size, np.arange(DAYS)
    pace = random.uniform(2.0, 9.0) / 21.0 * np.exp(random.normal(0, 0.3, people))
    joins = np.where(random.random(people) < 0.25, random.uniform(0, DAYS, people), -1.0)
    leaves = np.where(random.random(people) < 0.2, random.uniform(DAYS / 2, DAYS * 1.5, people), np.inf)
    tenure = days - joins[:, np.newaxis]
    ramp = np.where(joins[:, np.newaxis] < 0, 1.0, np.clip(0.2 + tenure / 180, 0.0, 1.0)) * (tenure >= 0)
    there = ramp * (days < leaves[:, np.newaxis])
    known = calendar()
    day_weight = (known.worked * luck.season[known.month])[:DAYS] * luck.pace_drift ** (days / 365)
    level = pace[:, np.newaxis] * there * day_weight * np.exp(luck.pace[team_of][:, days // QUARTER])
    count = random.poisson(level)
    person, day = np.nonzero(count)
    times = count[person, day]
    order = np.argsort(np.repeat(day, times), kind="stable")
    return np.repeat(person, times)[order].astype(np.int64), np.repeat(day, times)[order].astype(np.float64)


def _lives(
    random: np.random.Generator, opened: Floats, amount: Floats, team: Ints, luck: _Luck
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Days of reaching each stage (inf = never) and of the end, and whether it was won."""
    stages = int(random.integers(3, 6))
    odds = np.log(random.uniform(0.8, 3.0, stages))
    days = random.uniform(4, 28, stages)
    slope = random.uniform(-0.5, 0.0)  # larger deals are harder
    size = (np.log(amount) - np.log(amount).mean()) / max(np.log(amount).std(), 1e-9)
    later = random.uniform(1.0, 1.8)
    spread = random.uniform(0.4, 0.9)
    entered = np.full((opened.size, stages), np.inf)
    closed, alive, now = np.full(opened.size, np.inf), np.ones(opened.size, dtype=np.bool_), opened.copy()
    for stage in range(stages):
        entered[alive, stage] = now[alive]
        quarter = np.minimum(now // QUARTER, luck.rate.shape[1] - 1).astype(np.int64)
        moved = (luck.rate_drift * now / 365 + luck.rate[team, quarter] + slope * size) / stages
        logit = odds[stage] + moved
        on = random.random(opened.size) < 1 / (1 + np.exp(-logit))
        skipped = (random.random(opened.size) < 0.04) & (stage > 0) & on
        lag = np.exp(random.normal(np.log(days[stage]), spread, opened.size)) * np.where(on, 1.0, later)
        end = now + np.where(skipped, 0.0, np.maximum(np.rint(lag), 1.0))
        closed = np.where(alive & ~on, end, closed)
        alive &= on
        now = np.where(alive, end, now)
    return entered, np.where(alive, now, closed), alive
