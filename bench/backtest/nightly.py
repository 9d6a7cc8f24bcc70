"""The nightly landing put to the test: from counts alone, at weeks 1, 4, 8 and 12 of the quarters of invented organisations."""

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from bench.backtest.cases import COLUMNS, FIRST_ORIGIN, scoping, stage_weighted, truth, wishes
from bench.backtest.organisations import DAYS, QUARTER, Organisation, calendar, organisation
from pipeline.domain.landing import (
    Calendar,
    Deals,
    Known,
    Measure,
    Noise,
    Past,
    Scopes,
    Window,
    cases,
    land,
    summary,
)  # fmt: skip
from pipeline.domain.landing_counts import LOST, ON, STILL, Counts, Daily, Stays, learn_counts, past_of
from pipeline.domain.landing_known import OpenDeals

WEEKS = (1, 4, 8, 12)
MEASURES = (Measure.AMOUNT, Measure.WINS)


def run(seeds: Iterable[int], weeks: Iterable[int] = WEEKS, every: int = 1) -> pd.DataFrame:
    """All cases of some organisations, a row each, with the `week` of the quarter; ``every``: quarters between two.

    The target of a quarter is that of `cases.run`: last year's average quarter times a draw that looks at nothing.
    """
    noise, asked = Noise(seed=1), tuple(weeks)
    rows = [row for seed in seeds for row in _of_organisation(organisation(seed), asked, every, noise)]
    return pd.DataFrame(rows, columns=["week", *COLUMNS])


def _of_organisation(
    made: Organisation, weeks: tuple[int, ...], every: int, noise: Noise
) -> Iterator[tuple[object, ...]]:
    scope = scoping(made)
    size = len(scope.level)
    for eve in range(FIRST_ORIGIN - 1, DAYS - QUARTER, QUARTER * every):
        window = Window(eve + 1, eve + QUARTER)
        for week in weeks:
            deals = made.known_at(eve + 7 * week)
            learnt, pasts = known(deals, scope.scopes, calendar(), window)
            for measure in MEASURES:
                last_year = truth(made, scope.scopes, measure, eve - 4 * QUARTER, eve) / 4
                target = last_year * wishes(made.seed, eve, size)
                actual = truth(made, scope.scopes, measure, eve, eve + QUARTER)
                found = cases(learnt, measure, np.arange(size))
                drawn = land(found, pasts[measure], noise)
                told = summary(found, drawn, np.where(target > 0, target, np.nan))
                weighted = found.booked + stage_weighted(deals, scope.scopes, measure)
                rank = (drawn.landing < actual[:, None]).mean(1) + (drawn.landing <= actual[:, None]).mean(1)
                for i in np.flatnonzero(target > 0):
                    yield (
                        week, made.seed, deals.as_of, scope.level[i], measure.value, target[i], actual[i], told.mean[i],
                        told.low[i], told.high[i], told.probability[i], told.standard_error[i], told.open[i],
                        told.created[i], weighted[i], last_year[i], rank[i] / 2,
                    )  # fmt: skip


def known(deals: Deals, scopes: Scopes, days: Calendar, window: Window) -> tuple[Known, dict[Measure, Past]]:
    """What the counts of these deals say; everybody is always there."""
    counts = counts_of(deals)
    leaves = np.asarray(scopes.contains.sum(axis=1), dtype=np.float64)
    capacity = np.broadcast_to(leaves[:, np.newaxis], (leaves.size, days.worked.size))
    found = learn_counts(counts, scopes, days, window, capacity)
    return found, past_of(counts, found, days, capacity[0])


def counts_of(deals: Deals) -> Counts:
    """What the stored counts say of these deals."""
    ended = ~np.isnan(deals.closed)
    until = np.where(ended, deals.closed, deals.as_of)
    end = np.where(ended, np.where(deals.won, ON, LOST), STILL)
    parts = [(deals.leaf, np.zeros(end.size, dtype=np.int64), until - deals.opened, end)]
    stages = deals.entered.shape[1]
    after = np.column_stack([deals.entered[:, 1:], np.full(end.size, np.nan)])
    for number in range(stages):
        there = ~np.isnan(deals.entered[:, number])
        moved = ~np.isnan(after[:, number])
        left = np.where(moved, after[:, number], until)[there]
        parts.append(
            (
                deals.leaf[there], np.full(int(there.sum()), number + 1), left - deals.entered[there, number],
                np.where(moved, ON, end)[there],
            )
        )  # fmt: skip
    leaf, way, age, how = (np.concatenate(column).astype(np.int64) for column in zip(*parts, strict=True))
    stage = deals.open_stage()
    here = np.flatnonzero(stage >= 0)
    since = np.column_stack([deals.entered, deals.opened])[here, stage[here]]
    one = np.ones(deals.opened.size)
    won = deals.won
    return Counts(
        as_of=deals.as_of,
        stages=stages,
        stays=Stays(leaf, way, age, how, np.ones(leaf.size)),
        open=OpenDeals(
            deals.leaf[here], stage[here], (deals.as_of - since).astype(np.int64), deals.amount[here]
        ),
        opened=Daily(deals.leaf, deals.opened.astype(np.int64), one, one),
        won=Daily(
            deals.leaf[won], deals.closed[won].astype(np.int64), one[won], np.nan_to_num(deals.amount[won])
        ),
    )
