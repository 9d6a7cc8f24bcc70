"""Cases of the backtest: a scope of an invented organisation, seen from the eve of a quarter, and what came of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from bench.backtest.organisations import DAYS, QUARTER, Organisation, calendar, organisation
from pipeline.domain.landing import (
    Deals,
    Measure,
    Noise,
    Scopes,
    Window,
    cases,
    land,
    learn,
    past_cycles,
    summary,
    tree,
)  # fmt: skip

Floats = NDArray[np.float64]

FIRST_ORIGIN = 8 * QUARTER  # two years of history at least
LEVELS = ("company", "team", "person")
PEOPLE = 2  # of each organisation that are judged too
PROBABLE_TARGET, TARGET_SPREAD = 0.05, 0.35  # log of a target over last year's average quarter
COLUMNS = (
    "organisation", "origin", "level", "measure", "target", "actual", "mean", "low", "high", "probability",
    "standard_error", "open", "created", "weighted", "last_year", "rank",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scoping:
    scopes: Scopes
    level: list[str]


def run(seeds: Iterable[int], measures: Iterable[Measure] = tuple(Measure), every: int = 1) -> pd.DataFrame:
    """All cases of some organisations, a row each; ``every``: the quarters between two origins.

    Inputs are read by `Organisation.known_at(as_of)`. A target is last year's average quarter of the scope times a
    lognormal draw that looks at nothing; scopes without any win last year have none and are no case.
    """
    noise = Noise(seed=1)
    wanted = tuple(measures)
    rows = [row for seed in seeds for row in _of_organisation(organisation(seed), wanted, every, noise)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def scoping(made: Organisation) -> Scoping:
    """The company, its teams and some of its people (all of them leaves)."""
    people, teams = made.team_of.size, int(made.team_of.max()) + 1
    chosen = np.random.default_rng([11, made.seed]).permutation(people)[:PEOPLE]
    leaves = [np.arange(people), *(np.flatnonzero(made.team_of == team) for team in range(teams))]
    parent = [-1, *[0] * teams, *(1 + int(made.team_of[person]) for person in chosen)]
    level = ["company", *["team"] * teams, *["person"] * len(chosen)]
    return Scoping(tree([*leaves, *([person] for person in chosen)], parent, people), level)


def _of_organisation(
    made: Organisation, measures: tuple[Measure, ...], every: int, noise: Noise
) -> Iterator[tuple[object, ...]]:
    scope, days = scoping(made), calendar()
    for as_of in range(FIRST_ORIGIN - 1, DAYS - QUARTER, QUARTER * every):
        deals, window = made.known_at(as_of), Window(as_of + 1, as_of + QUARTER)
        known = learn(deals, scope.scopes, days, window)
        pasts = past_cycles(deals, days, window, measures, seed=made.seed)
        for measure, past in pasts.items():
            found = cases(known, measure, np.arange(len(scope.level)))
            last_year = truth(made, scope.scopes, measure, as_of - 4 * QUARTER, as_of) / 4
            target = last_year * wishes(made.seed, as_of, len(scope.level))
            drawn = land(found, past, noise)
            told = summary(found, drawn, np.where(target > 0, target, np.nan))
            actual = truth(made, scope.scopes, measure, as_of, as_of + QUARTER)
            # Openings have no stage-weighted forecast: last year's average quarter stands in.
            weighted = (
                last_year if measure is Measure.OPENED else stage_weighted(deals, scope.scopes, measure)
            )
            below, upto = (
                (drawn.landing < actual[:, None]).mean(1),
                (drawn.landing <= actual[:, None]).mean(1),
            )
            for i in np.flatnonzero(target > 0):
                yield (
                    made.seed, as_of, scope.level[i], measure.value, target[i], actual[i], told.mean[i], told.low[i],
                    told.high[i], told.probability[i], told.standard_error[i], told.open[i], told.created[i],
                    weighted[i], last_year[i], (below[i] + upto[i]) / 2,
                )  # fmt: skip


def stage_weighted(deals: Deals, scopes: Scopes, measure: Measure) -> Floats:
    """The classic forecast, (m,): Σ amount of the open deals × the share won so far of those that reached their stage.

    That share is won / closed among the deals of the organisation that reached the stage; a deal without an amount counts
    for the mean of the wins.
    """
    money = measure is Measure.AMOUNT
    reached = ~np.isnan(deals.entered)
    over = ~np.isnan(deals.closed)
    closed, won = (reached & over[:, None]).sum(axis=0), (reached & deals.won[:, None]).sum(axis=0)
    rate = np.divide(won, closed, out=np.zeros(closed.shape), where=closed > 0)
    stage = deals.open_stage()
    wins = deals.amount[deals.won & ~np.isnan(deals.amount)]
    value = (
        np.where(np.isnan(deals.amount), wins.mean() if wins.size else 0.0, deals.amount) if money else 1.0
    )
    worth = np.where(stage >= 0, rate[np.maximum(stage, 0)] * value, 0.0)
    return np.asarray(scopes.contains @ np.bincount(deals.leaf, worth, scopes.contains.shape[1]))


def truth(made: Organisation, scopes: Scopes, measure: Measure, after: int, until: int) -> Floats:
    """What came in the days after + 1 … until, with everything known."""
    day = made.opened if measure is Measure.OPENED else np.where(made.won, made.closed, np.inf)
    inside = (day > after) & (day <= until)
    value = made.paid[inside] if measure is Measure.AMOUNT else np.ones(int(inside.sum()))
    return np.asarray(scopes.contains @ np.bincount(made.person[inside], value, made.team_of.size))


def wishes(seed: int, as_of: int, size: int) -> Floats:
    random = np.random.default_rng([23, seed, as_of])
    return np.exp(random.normal(PROBABLE_TARGET, TARGET_SPREAD, size))
