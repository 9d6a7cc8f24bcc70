"""Each objective of the cycle against its path (F8), with the gap attributed to levers (F4)."""

from collections import defaultdict
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd

from objectives.models import Cycle, Objective
from pipeline.domain.many_cells import settle
from pipeline.domain.small_samples import State, amount_state
from pipeline.queries.columns import integers
from reporting.actions.conversions import Conversion
from reporting.actions.levers import lever_rows, to_the_cent
from reporting.actions.measure_values import SEED, Values, against_path, counted
from reporting.actions.measures import Measuring, is_elsewhere
from reporting.actions.rows import write
from reporting.actions.window import Hands, Window
from reporting.models import DailyFact, GapResult, Run
from tenants.queries import TeamTree
from tenants.scope import current_organisation_id

METRIC_FACTS = {
    "revenue_won": (DailyFact.Metric.WON, "numerator"),
    "deals_won": (DailyFact.Metric.WON, "denominator"),
    "opportunities_opened": (DailyFact.Metric.OPENED, "numerator"),
}


def read_facts(*, table: str, cycle: Cycle, as_of: date, scopes: pd.DataFrame) -> pd.DataFrame:
    """The facts of the cycle up to the day: stage, team, owner, metric, day (index in the cycle), numerator, denominator."""
    stored = table == DailyFact._meta.db_table
    metrics = DailyFact.Metric.values
    found = integers(
        f"SELECT scope, array_position(%(metrics)s, metric::text) - 1, day - %(start)s::date, numerator, denominator"
        f" FROM {table} WHERE {'organisation_id = %(org)s AND' if stored else ''} day >= %(start)s AND day <= %(as_of)s",
        {"org": current_organisation_id(), "start": cycle.start_on, "as_of": as_of, "metrics": metrics},
        ("scope", "metric", "day", "numerator", "denominator"),
    )
    rows = scopes.reindex(found.pop("scope")).reset_index(drop=True)
    rows["metric"] = np.array(metrics, dtype=object)[found.pop("metric")]
    return rows.assign(**found)


def store(
    *, run: Run, measuring: Measuring, objectives: list[Objective], facts: pd.DataFrame,
    conversions: list[Conversion], previous: Run | None,
) -> int:  # fmt: skip
    """Save a GapResult for every objective; return how many."""
    window, tree = measuring.window, measuring.tree
    before = _states_before(previous)
    # A part of the deals has no chain of its own: levers are those of whole owners.
    whole = [one for one in objectives if not one.segment] if window.is_planned else []
    levers = lever_rows(window=window, objectives=whole, facts=facts, tree=tree)
    values = _from_facts(window, objectives, facts, tree)
    rates = {(row.from_stage_id, row.person_id or row.team_id): row for row in conversions}
    stage_rates = [one for one in objectives if one.metric == "stage_conversion_rate" and is_elsewhere(one)]
    values |= {one.id: _rate_values(one, rates) for one in stage_rates}
    values |= measuring.values([one for one in objectives if not is_elsewhere(one)])
    was = [before.get(one.id, (State.NONE, State.NONE)) for one in objectives]
    raws = [State(values[one.id]["raw_state"]) for one in objectives]
    shown = settle([one for one, _ in was], [raw for _, raw in was], raws)
    rows = []
    for objective, state in zip(objectives, shown, strict=True):
        found = values[objective.id] | {"state": state}
        if _is_reached(objective.metric, found["actual"], found["target"]):
            found |= {"state": State.ON_OR_ABOVE, "raw_state": State.ON_OR_ABOVE}
        if objective.id in levers:
            found["levers"] = to_the_cent(levers[objective.id], found["gap_to_path"])
        rows.append({"run_id": run.id, "objective_id": objective.id, **found})
    names = rows[0] if rows else {"run_id": None}
    return write(GapResult, {name: [row[name] for row in rows] for name in names})


def _is_reached(metric: str, actual: float | None, target: float | None) -> bool:
    """Whether a sum has come to the whole target of the day: no estimate is needed then, nor a second night."""
    return metric in METRIC_FACTS and actual is not None and bool(target) and actual >= (target or 0.0)


def _from_facts(
    window: Window, objectives: list[Objective], facts: pd.DataFrame, tree: TeamTree
) -> dict[UUID, Values]:
    """The values of the objectives that the daily facts measure."""
    found: dict[UUID, Values] = {}
    for metric, (fact, column) in METRIC_FACTS.items():
        own = [one for one in objectives if one.metric == metric and is_elsewhere(one)]
        if not own:
            continue
        hands = Hands(facts[facts["metric"] == fact], tree)
        by_hand = hands.daily(column, window.days)
        total = np.array([by_hand[hands.of(one)].sum(axis=0) for one in own]).cumsum(axis=1)
        if metric != "revenue_won":
            found |= against_path(window, metric, own, total, counted)
            continue
        counts = hands.daily("denominator", window.days)[:, : window.today + 1].sum(axis=1)
        inputs = {one.id: {"wins": int(counts[hands.of(one)].sum())} for one in own}
        amounts, typical = _amounts(hands, own), window.plan.average_value or np.nan
        judge = partial(_revenue_state, amounts, typical)
        found |= against_path(window, metric, own, total, judge, inputs)
    return found


def _revenue_state(
    amounts: pd.DataFrame, typical: float, _actual: pd.Series, path: pd.Series
) -> pd.DataFrame:
    return amount_state(amounts, path, seed=SEED, typical_amount=typical)


def _amounts(hands: Hands, objectives: list[Objective]) -> pd.DataFrame:
    """A row per won deal and objective: group, amount.

    Facts sum the deals that one person won on one day; those few take their mean. A part of somebody else's deal, which
    counts no deal, is an amount of its own.
    """
    count = np.maximum(hands.rows["denominator"].to_numpy(), (hands.rows["numerator"] > 0).to_numpy())
    mean = np.maximum(hands.rows["numerator"].to_numpy() / np.maximum(count, 1), 0.0)
    groups, amounts = [], []
    for objective in objectives:
        own = hands.of(objective)[hands.hand]
        amounts.append(np.repeat(mean[own], count[own]))
        groups += [objective.id] * len(amounts[-1])
    return pd.DataFrame({"group": groups, "amount": np.concatenate(amounts)})


def _rate_values(objective: Objective, rates: dict[tuple[Any, Any], Conversion]) -> dict[str, Any]:
    """A rate has no path: it is due at its target from the first day."""
    row = rates.get((objective.stage_id, objective.person_id or objective.team_id))
    target = None if objective.target is None else float(objective.target)
    actual = row.eventual_rate if row else None
    gap = None if actual is None or target is None else actual - target
    return {
        "target": target, "path": target, "actual": actual,
        "numerator": row.inputs["x_eff"] if row else None, "denominator": row.inputs["n_eff"] if row else None,
        "gap_to_path": gap, "gap_to_target": gap,
        "low": row.low if row else None, "high": row.high if row else None, "p_below": row.p_below if row else None,
        "raw_state": row.raw_state if row else State.NONE, "levers": [], "series": {},
        "inputs": {"estimate": row.mean} if row and row.mean is not None else {},
    }  # fmt: skip


def _states_before(previous: Run | None) -> dict[UUID, tuple[State, State]]:
    if previous is None:
        return {}
    found = GapResult.objects.filter(run=previous).values_list("objective_id", "state", "raw_state")
    return defaultdict(lambda: (State.NONE, State.NONE), {o: (State(s), State(raw)) for o, s, raw in found})
