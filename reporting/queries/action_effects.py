"""What lever actions did, measured from the deals' lives as of a day (F11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import numpy as np
import pandas as pd
from django.db import connection
from numpy.typing import NDArray

from pipeline.queries import histories
from reporting.domain.effect import CELLS, Verdict, cells, effects
from reporting.domain.lever_actions import LeverKind, State
from reporting.models import LeverAction, Run
from reporting.queries.looking import RunMark
from reporting.queries.memo import of_run, remember
from tenants.queries import TeamTree

Bools = NDArray[np.bool_]

SEED = 20_260_101
LOOKED_BACK = 180  # days of entries before the start, whose outcome was known when it began
LONGEST = 180  # days that a deal has to move on, at most
# What is about how many deals there are, or what they bring, is not read off a rate.
NOT_A_RATE = frozenset({LeverKind.CAPACITY, LeverKind.VALUE})

# Entries into a stage (whole lives: into the first one), once a deal, in whose hands, and how long until it moved on.
ENTRIES = """
SELECT p.entered_on - DATE '0001-01-01' + 1, CASE WHEN p.outcome = 'A' THEN p.exited_on - p.entered_on END,
       p.team_id, p.owner_id, p.segment, p.channel, count(*)
FROM {passages} p
WHERE p.stage_id = %(stage)s AND p.is_first AND p.entered_on IS NOT NULL AND p.outcome IS DISTINCT FROM 'U'
GROUP BY 1, 2, 3, 4, 5, 6
"""
LIVES = """
SELECT d.opened_on - DATE '0001-01-01' + 1, CASE WHEN d.kind = 'won' THEN d.closed_on - d.opened_on END,
       d.team_id, d.owner_id, d.segment, d.channel, count(*)
FROM {deals} d
WHERE d.opened_on IS NOT NULL AND d.kind <> 'unknown'
GROUP BY 1, 2, 3, 4, 5, 6
"""
# Of the deals that moved on from a stage and are closed: how many, and how many of them were won. Then what a win brings.
WON_AFTER = """
SELECT count(*), count(*) FILTER (WHERE d.kind = 'won')
FROM {passages} p JOIN {deals} d ON d.opportunity_id = p.opportunity_id
WHERE p.stage_id = %(stage)s AND p.is_first AND p.outcome = 'A' AND d.kind IN ('won', 'lost')
"""
VALUE = "SELECT avg(amount_minor) FROM {deals} WHERE kind = 'won' AND amount_minor > 0"
ENOUGH = 20
COLUMNS = ["day", "lag", "team", "owner", "segment", "channel", "count"]


@dataclass(frozen=True, slots=True)
class Measured:
    """Of one action: (moved on, entered) by cell; horizon in days; entries since the start; the effect on the rate, in
    points, and in minor units, each with its interval."""

    verdict: Verdict
    counts: dict[str, tuple[int, int]]
    horizon: int = 0
    entries: int = 0
    rate: tuple[float, float, float] = (0.0, 0.0, 0.0)
    money: tuple[float, float, float] = (0.0, 0.0, 0.0)
    helped: float = 0.5


def measured(actions: Sequence[LeverAction], *, run: RunMark | Run, tree: TeamTree) -> dict[UUID, Measured]:
    """The effect of each action that has begun, by id; those that no rate tells about are not there.

    Remembered by run: a second look asks nothing. Two passes over the events the first time, then two queries a rate.
    """
    begun = [
        one
        for one in actions
        if State(one.state) in (State.RUNNING, State.REVIEWED)
        and LeverKind(one.lever) not in NOT_A_RATE
        and one.start_on <= run.as_of
    ]
    if not begun:
        return {}
    asked = (
        sorted(_mark(one) for one in LeverAction.objects.exclude(state=State.PLANNED.value)),
        [_mark(one) for one in begun],
    )
    return remember(
        lambda: _measured(begun, run.as_of, tree), name="effects", source=of_run(run), asked=asked
    )


def _mark(one: LeverAction) -> tuple[str, ...]:
    parts = (one.pk, one.stage_id, one.team_id, one.person_id, one.segment, one.channel, one.start_on)
    return tuple(map(str, parts))


def _measured(begun: Sequence[LeverAction], as_of: date, tree: TeamTree) -> dict[UUID, Measured]:
    found = histories.as_of(as_of)
    rates = {one.stage_id for one in begun}
    entries = {stage: _entries(found, stage) for stage in rates}  # stages, few
    worth = {stage: _worth(found, stage) for stage in rates}
    touched = list(LeverAction.objects.exclude(state=State.PLANNED.value).filter(start_on__lte=as_of))
    counts, horizons, since = [], [], []
    for one in begun:  # actions, few: each looks at arrays
        table, start = entries[one.stage_id], one.start_on.toordinal()
        own = _within(table, one, tree)
        others = ~own
        for other in touched:
            if other.stage_id == one.stage_id and other.pk != one.pk:
                others &= ~_within(table, other, tree)
        seen = own | others
        horizon = _horizon(table, start)
        counts.append(
            cells(
                table["day"].to_numpy()[seen], table["lag"].to_numpy()[seen], own[seen], start=start,
                as_of=as_of.toordinal(), horizon=horizon, back=LOOKED_BACK,
            )
        )  # fmt: skip
        horizons.append(horizon)
        since.append(int((own & (table["day"].to_numpy() >= start)).sum()))
    told = effects(
        [[row[cell][0] for cell in CELLS] for row in counts], [[row[cell][1] for cell in CELLS] for row in counts],
        entries=since, worth=[worth[one.stage_id] for one in begun], seed=SEED,
    )  # fmt: skip
    return {
        one.pk: Measured(
            verdict=told.verdict[i],
            counts={cell: (advanced, entered) for cell, (entered, advanced) in counts[i].items()},
            horizon=horizons[i],
            entries=since[i],
            rate=(float(told.rate[i]), float(told.low[i]), float(told.high[i])),
            money=(float(told.euros[i]), float(told.euros_low[i]), float(told.euros_high[i])),
            helped=float(told.helped[i]),
        )
        for i, one in enumerate(begun)
    }


def _entries(found: histories.Histories, stage: UUID | None) -> pd.DataFrame:
    """A row an entry: day, lag, team, owner, segment, channel."""
    query = ENTRIES if stage else LIVES
    with connection.cursor() as cursor:
        cursor.execute(query.format(passages=found.passages, deals=found.deals), {"stage": stage})
        rows = pd.DataFrame(cursor.fetchall(), columns=COLUMNS)
    times = rows.pop("count").astype("int64")
    rows = rows.loc[rows.index.repeat(times)].reset_index(drop=True)
    return rows.assign(day=rows["day"].astype("int64"), lag=rows["lag"].astype("float64"))


def _within(table: pd.DataFrame, action: LeverAction, tree: TeamTree) -> Bools:
    """Which entries are in the scope of an action, (n,)."""
    inside = np.ones(len(table), dtype=np.bool_)
    if action.person_id is not None:
        inside &= (table["owner"] == action.person_id).to_numpy(dtype=np.bool_)
    if action.team_id is not None:
        inside &= table["team"].isin(list(tree.descendants(action.team_id))).to_numpy(dtype=np.bool_)
    for name in ("segment", "channel"):
        if wanted := getattr(action, name):
            inside &= (table[name] == wanted).to_numpy(dtype=np.bool_)
    return inside


def _horizon(table: pd.DataFrame, start: int) -> int:
    """The 90th percentile of the lags of what entered before the start; of old entries, where there are some."""
    lag = table.loc[(table["day"] < start) & table["lag"].notna(), ["day", "lag"]]
    old = lag[lag["day"] < start - LONGEST]
    lags = (old if len(old) >= ENOUGH else lag)["lag"].to_numpy()
    return int(min(LONGEST, np.ceil(np.quantile(lags, 0.9)))) if lags.size else LONGEST


def _worth(found: histories.Histories, stage: UUID | None) -> float:
    """What one more that moves on brings, minor units: its chance to be won × the average value; of a whole life, the value."""
    with connection.cursor() as cursor:
        cursor.execute(VALUE.format(deals=found.deals))
        value = float(cursor.fetchone()[0] or 0)
        if stage is None:
            return value
        cursor.execute(WON_AFTER.format(passages=found.passages, deals=found.deals), {"stage": stage})
        closed, won = cursor.fetchone()
    return value * won / closed if closed else 0.0
