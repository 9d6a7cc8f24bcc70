"""Each objective of the cycle against its path (F8), with the gap attributed to levers (F4)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd
from django.db import connection

from objectives.models import Cycle, Objective
from objectives.queries import PhasedPlan
from pipeline.domain.many_cells import settle
from pipeline.domain.small_samples import State, amount_state, count_posterior
from pipeline.queries.stays import stage_scopes
from reporting.actions.levers import lever_rows, to_the_cent
from reporting.models import ConversionResult, DailyFact, GapResult, Run
from tenants.queries import TeamTree
from tenants.scope import current_organisation_id

SEED = 20_260  # any fixed number: the same inputs give the same rows

METRIC_FACTS = {
    "revenue_won": (DailyFact.Metric.WON, "numerator"),
    "deals_won": (DailyFact.Metric.WON, "denominator"),
    "opportunities_opened": (DailyFact.Metric.OPENED, "numerator"),
}


@dataclass(frozen=True, slots=True)
class Window:
    """A cycle up to a day: what the gaps of one run are measured in."""

    cycle: Cycle
    as_of: date
    plan: PhasedPlan

    @property
    def days(self) -> int:
        return (self.cycle.end_on - self.cycle.start_on).days

    @property
    def today(self) -> int:
        """Index of as_of in the cycle."""
        return (min(self.as_of, self.cycle.end_on - timedelta(days=1)) - self.cycle.start_on).days

    def share_of_path(self, metric: str) -> np.ndarray:
        """What part of the target is due by the end of each day (D,): 0 before the first, 1 at the end."""
        starts = self.plan.counts[0] if len(self.plan.counts) else np.zeros(0)
        if metric == "opportunities_opened" and starts.size and starts[-1] > 0:
            return np.asarray(starts / starts[-1])
        return self.plan.path


def read_facts(*, table: str, cycle: Cycle, as_of: date) -> pd.DataFrame:
    """The facts of the cycle up to the day: stage, team, owner, metric, day (index in the cycle), numerator, denominator."""
    stored = table == DailyFact._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT scope, metric, day - %(start)s::date AS day, numerator, denominator FROM {table}"
            f" WHERE {'organisation_id = %(org)s AND' if stored else ''} day >= %(start)s AND day <= %(as_of)s",
            {"org": current_organisation_id(), "start": cycle.start_on, "as_of": as_of},
        )
        rows = pd.DataFrame(cursor.fetchall(), columns=["scope", "metric", "day", "numerator", "denominator"])
    rows = rows.astype({"scope": "int64", "day": "int64", "numerator": "int64", "denominator": "int64"})
    return stage_scopes().reindex(rows.pop("scope")).reset_index(drop=True).join(rows)


def store(
    *, run: Run, window: Window, objectives: list[Objective], facts: pd.DataFrame, tree: TeamTree,
    conversions: list[ConversionResult], previous: Run | None,
) -> int:  # fmt: skip
    """Save a GapResult for every objective; return how many."""
    before = _states_before(previous)
    levers = lever_rows(window=window, objectives=objectives, facts=facts, tree=tree)
    measured = _measured(window, objectives, facts, tree)
    rates = {(row.from_stage_id, row.person_id or row.team_id): row for row in conversions}
    results = []
    for objective in objectives:
        if objective.metric == "stage_conversion_rate":
            values = _rate_values(objective, rates)
        else:
            values = measured[objective.id]
            values["levers"] = to_the_cent(levers.get(objective.id, []), values["gap_to_path"])
        shown_before, raw_before = before.get(objective.id, (State.NONE, State.NONE))
        raw = State(values["raw_state"])
        values["state"] = settle([shown_before], [raw_before], [raw])[0]
        results.append(GapResult(run=run, objective=objective, **values))
    return len(GapResult.objects.bulk_create(results, batch_size=1000))


def _measured(
    window: Window, objectives: list[Objective], facts: pd.DataFrame, tree: TeamTree
) -> dict[UUID, dict[str, Any]]:
    """Actual, path, gap, state and series of the objectives that count something over the cycle."""
    found: dict[UUID, dict[str, Any]] = {}
    for metric, (fact, column) in METRIC_FACTS.items():
        own = [objective for objective in objectives if objective.metric == metric]
        if not own:
            continue
        rows = facts[facts["metric"] == fact]
        hands = Hands(rows, tree)
        by_hand = hands.daily(column, window.days)
        daily = {objective.id: by_hand[hands.of(objective)].sum(axis=0) for objective in own}
        share = window.share_of_path(metric)
        targets = {o.id: np.nan if o.target is None else float(o.target) for o in own}
        path = {key: target * float(share[window.today]) for key, target in targets.items()}
        actual = {o.id: float(daily[o.id][: window.today + 1].sum()) for o in own}
        if metric == "revenue_won":
            states = amount_state(
                _amounts(hands, own),
                pd.Series(path),
                seed=SEED,
                typical_amount=window.plan.average_value or np.nan,
            )
        else:
            states = count_posterior([*actual.values()], [*path.values()])
        for o, row in zip(own, states.to_dict("records"), strict=True):
            target = _number(targets[o.id])
            found[o.id] = {
                "target": target,
                "path": _number(path[o.id]),
                "actual": actual[o.id],
                "numerator": actual[o.id],
                "denominator": None,
                "gap_to_path": _number(actual[o.id] - path[o.id]),
                "gap_to_target": None if target is None else actual[o.id] - target,
                "low": _number(row["low"]),
                "high": _number(row["high"]),
                "p_below": _number(row["p_below"]),
                "raw_state": row["state"],
                "series": _series(window, target, share, daily[o.id]),
                "inputs": {"wins": int(row["n"])} if "n" in row else {},
            }
    return found


class Hands:
    """The facts of one metric by who held them: looked up per owner of an objective, however many objectives."""

    def __init__(self, rows: pd.DataFrame, tree: TeamTree) -> None:
        self.rows = rows
        self.tree = tree
        self.hand = rows.groupby(["team", "owner"], observed=True).ngroup().to_numpy()  # of each row
        _numbers, first = np.unique(self.hand, return_index=True)
        self.of_hand = rows[["team", "owner"]].iloc[first].astype(object)

    def daily(self, column: str, days: int) -> np.ndarray:
        """Sums of a column by hand and day, (H, days)."""
        hands = len(self.of_hand)
        place = self.hand * days + self.rows["day"].to_numpy()
        return np.bincount(place, weights=self.rows[column], minlength=hands * days).reshape(hands, days)

    def of(self, objective: Objective) -> np.ndarray:
        """Which hands belong to the objective's owner, (H,); a team holds the teams below it."""
        if objective.person_id is not None:
            return (self.of_hand["owner"] == objective.person_id).to_numpy(dtype=bool)
        if objective.team_id is not None:
            return self.of_hand["team"].isin(list(self.tree.descendants(objective.team_id))).to_numpy()
        return np.ones(len(self.of_hand), dtype=bool)


def _amounts(hands: Hands, objectives: list[Objective]) -> pd.DataFrame:
    """A row per won deal and objective: group, amount.

    Facts sum the deals that one person won on one day; those few take their mean.
    """
    count = hands.rows["denominator"].to_numpy()
    count = np.where(count > 0, count, 0)
    mean = np.maximum(hands.rows["numerator"].to_numpy() / np.maximum(count, 1), 0.0)
    groups, amounts = [], []
    for objective in objectives:
        own = hands.of(objective)[hands.hand]
        amounts.append(np.repeat(mean[own], count[own]))
        groups += [objective.id] * len(amounts[-1])
    return pd.DataFrame({"group": groups, "amount": np.concatenate(amounts)})


def _series(window: Window, target: float | None, share: np.ndarray, daily: np.ndarray) -> dict[str, Any]:
    """Weekly points of the path to the end, and of the actual up to the day; both days themselves included."""
    last = window.days - 1
    first_sunday = (6 - window.cycle.start_on.weekday()) % 7  # weeks are told from Monday to Sunday
    points = sorted({*range(first_sunday, last, 7), window.today, last})
    total = np.cumsum(daily)
    return {
        "dates": [(window.cycle.start_on + timedelta(days=point)).isoformat() for point in points],
        "path": [None if target is None else round(target * float(share[point]), 4) for point in points],
        "actual": [float(total[point]) if point <= window.today else None for point in points],
        "today": (window.cycle.start_on + timedelta(days=window.today)).isoformat(),
    }


def _rate_values(objective: Objective, rates: dict[tuple[Any, Any], ConversionResult]) -> dict[str, Any]:
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
        "raw_state": row.raw_state if row else State.NONE, "levers": [], "series": {}, "inputs": {},
    }  # fmt: skip


def _states_before(previous: Run | None) -> dict[UUID, tuple[State, State]]:
    if previous is None:
        return {}
    found = GapResult.objects.filter(run=previous).values_list("objective_id", "state", "raw_state")
    return defaultdict(lambda: (State.NONE, State.NONE), {o: (State(s), State(raw)) for o, s, raw in found})


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)
