"""What lever actions did, measured from the deals' lives as of a day (F11): as the night stored it, else worked out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from uuid import UUID

import numpy as np
import pandas as pd
from django.db.models import QuerySet

from pipeline.queries import histories
from reporting.domain.effect import CELLS, Bools, Effects, Measure, Verdict, cells, effects, measure_of
from reporting.domain.effect_levels import WEEK, Levels, level_effects, pace, value
from reporting.domain.lever_actions import LeverKind, State
from reporting.models import ActionEffect, LeverAction, Run
from reporting.queries.effect_entries import entries, worth
from reporting.queries.looking import RunMark
from reporting.queries.memo import of_run, remember
from tenants.queries import TeamTree

SEED = 20_260_101
LOOKED_BACK = 180  # days of entries before the start, whose outcome was known when it began
LONGEST = 180  # days that a deal has to move on, at most
ENOUGH = 20
MEASURED = (State.RUNNING, State.REVIEWED)


@dataclass(frozen=True, slots=True)
class Measured:
    """Of one action: (numerator, denominator) by cell, of a rate moved on and entered, of the pace entries and weeks, of the
    value minor units and wins; horizon in days; entries (of the value: wins) since the start; what it added (points ÷ 100,
    entries a week, minor units a win), and in minor units all told, each with its interval."""

    verdict: Verdict
    counts: dict[str, tuple[float, float]]
    measure: Measure = Measure.RATE
    horizon: int = 0
    entries: int = 0
    added: tuple[float, float, float] = (0.0, 0.0, 0.0)
    money: tuple[float, float, float] = (0.0, 0.0, 0.0)
    helped: float = 0.5


def begun_by(day: date) -> QuerySet[LeverAction]:
    """The actions that have an effect to measure as of a day."""
    states = [state.value for state in MEASURED]
    found: QuerySet[LeverAction] = LeverAction.objects.filter(state__in=states, start_on__lte=day)
    return found


def measured(actions: Sequence[LeverAction], *, run: RunMark | Run, tree: TeamTree) -> dict[UUID, Measured]:
    """The effect of each action that has begun, by id.

    As the night of the run stored it. What was written, begun or changed since is worked out, and remembered by run: a second
    look asks nothing; the first takes two passes over the events, then two or three queries a stage.
    """
    begun = [one for one in actions if State(one.state) in MEASURED and one.start_on <= run.as_of]
    if not begun:
        return {}
    touched = touching(run.as_of)
    now = {one.pk: basis(one, touched) for one in begun}
    stored = {
        row.action_id: of_row(row)
        for row in ActionEffect.objects.filter(run_id=run.id, action_id__in=list(now))
        if row.basis == now[row.action_id]
    }
    rest = [one for one in begun if one.pk not in stored]
    if not rest:
        return stored
    worked_out = remember(
        lambda: work_out(rest, run.as_of, tree, touched),
        name="effects", source=of_run(run), asked=sorted((str(one.pk), now[one.pk]) for one in rest),
    )  # fmt: skip
    return stored | worked_out


def stored_effects(action_ids: Sequence[UUID], day: date | None = None) -> dict[UUID, ActionEffect]:
    """The latest effect that a night stored of each action, up to a day where one is said. One query."""
    found = ActionEffect.objects.filter(action_id__in=action_ids).select_related("run")
    if day is not None:
        found = found.filter(run__as_of__lte=day)
    return {row.action_id: row for row in found.order_by("action_id", "-run__as_of").distinct("action_id")}


def touching(day: date) -> list[LeverAction]:
    """Every action that has begun by the day: what it touches is compared with nothing. One query."""
    begun = LeverAction.objects.exclude(state=State.PLANNED.value).filter(start_on__lte=day)
    return list(begun.order_by("pk"))


def basis(action: LeverAction, touched: Sequence[LeverAction]) -> str:
    """What an effect is worked out from besides the events: which actions there are on the same, where and since when."""
    marks = [
        (one.pk, one.team_id, one.person_id, one.segment, one.channel, one.start_on)
        for one in touched
        if _place(one) == _place(action)
    ]
    told = [tuple(map(str, mark)) for mark in [(action.pk, *_place(action)), *marks]]
    return sha256(repr(told).encode()).hexdigest()


def _place(one: LeverAction) -> tuple[Measure, UUID | None]:
    """What an action is about: two of one place take each other's untouched scopes away."""
    return measure_of(LeverKind(one.lever)), one.stage_id


def of_row(row: ActionEffect) -> Measured:
    return Measured(
        verdict=Verdict(row.verdict), counts={name: (x, n) for name, (x, n) in row.counts.items()},
        measure=Measure(row.measure), horizon=row.horizon, entries=row.entries, added=(row.added, row.low, row.high),
        money=(row.money_minor, row.money_low_minor, row.money_high_minor), helped=row.helped,
    )  # fmt: skip


def work_out(
    begun: Sequence[LeverAction], as_of: date, tree: TeamTree, touched: Sequence[LeverAction]
) -> dict[UUID, Measured]:
    """The effects, from the events. Actions of one measure and stage share what is read."""
    found = histories.as_of(as_of)
    together: dict[tuple[Measure, UUID | None], list[LeverAction]] = {}
    for one in begun:
        together.setdefault(_place(one), []).append(one)
    told: dict[UUID, Measured] = {}
    for (measure, stage), actions in together.items():  # stages, few
        beside = [one for one in touched if _place(one) == (measure, stage)]
        table = entries(found, measure, stage, scopes=beside, tree=tree)
        brings = worth(found, measure, stage)
        for one in actions:  # actions, few: each looks at arrays
            own, others = _sides(table, [other.pk for other in beside].index(one.pk))
            seen = own | others
            told[one.pk] = _measure(
                measure, table[seen], own[seen], one.start_on.toordinal(), as_of.toordinal(), brings
            )
    return told


def _measure(
    measure: Measure, table: pd.DataFrame, own: Bools, start: int, as_of: int, brings: float
) -> Measured:
    column = {
        name: table[name].to_numpy() for name in table if name in ("day", "lag", "count", "amount", "squares")
    }
    since = int(column["count"][own & (column["day"] >= start)].sum())
    if measure is Measure.RATE:
        horizon = _horizon(table, start)
        found = cells(
            column["day"], column["lag"], own, start=start, as_of=as_of, horizon=horizon, back=LOOKED_BACK,
            count=column["count"],
        )  # fmt: skip
        told = effects(
            [[found[cell][0] for cell in CELLS]], [[found[cell][1] for cell in CELLS]], entries=[since],
            worth=[brings], seed=SEED,
        )  # fmt: skip
        counts = {cell: (float(advanced), float(entered)) for cell, (entered, advanced) in found.items()}
        return _of(told, measure, counts, horizon, since)
    horizon, units = 0, float(since)
    if measure is Measure.PACE:
        levels = pace(column["day"], own, column["count"], start=start, as_of=as_of, back=LOOKED_BACK)
        units = float((as_of - start + 1) / WEEK)
    else:
        horizon = _horizon(table, start)
        levels = value(**column, own=own, start=start, as_of=as_of, horizon=horizon, back=LOOKED_BACK)
    told = level_effects([levels], units=[units], worth=[brings], seed=SEED)
    return _of(told, measure, _counts(levels), horizon, since)


def _counts(levels: Levels) -> dict[str, tuple[float, float]]:
    return {
        cell: (float(levels.total[place]), float(levels.units[place])) for place, cell in enumerate(CELLS)
    }


def _of(
    told: Effects, measure: Measure, counts: dict[str, tuple[float, float]], horizon: int, since: int
) -> Measured:
    return Measured(
        verdict=told.verdict[0], counts=counts, measure=measure, horizon=horizon, entries=since,
        added=(float(told.added[0]), float(told.low[0]), float(told.high[0])),
        money=(float(told.euros[0]), float(told.euros_low[0]), float(told.euros_high[0])),
        helped=float(told.helped[0]),
    )  # fmt: skip


def _sides(table: pd.DataFrame, place: int) -> tuple[Bools, Bools]:
    """Which entries are in the scope of the action at this place of the mask, and which in no action's, (n,) each."""
    masks = table["mask"].cat.categories
    own = np.array([mask[place] == "1" for mask in masks], dtype=np.bool_)
    none = np.array(["1" not in mask for mask in masks], dtype=np.bool_)
    codes = table["mask"].cat.codes.to_numpy()
    return own[codes], none[codes]


def _horizon(table: pd.DataFrame, start: int) -> int:
    """The 90th percentile of the lags of what entered before the start; of old entries, where there are some."""
    lag = table.loc[(table["day"] < start) & table["lag"].notna(), ["day", "lag", "count"]]
    old = lag[lag["day"] < start - LONGEST]
    lags = old if old["count"].sum() >= ENOUGH else lag
    if lags.empty:
        return LONGEST
    found = np.quantile(np.repeat(lags["lag"].to_numpy(), lags["count"].to_numpy()), 0.9)
    return int(min(LONGEST, np.ceil(found)))
