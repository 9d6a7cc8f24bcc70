"""Stage conversion (F2, F3) for every transition and scope, from the grouped counts of stays."""

from collections.abc import Hashable
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd

from objectives.models import Objective
from pipeline.domain.conversion import eventual_rates, snapshot_ratio
from pipeline.domain.many_cells import settle
from pipeline.domain.rates import judged
from pipeline.domain.small_samples import State
from pipeline.queries.stays import NOBODY, Stays
from reporting.actions.rows import known, write
from reporting.domain.scopes import spread
from reporting.models import ConversionResult, Run
from tenants.queries import TeamTree

KEYS = ["scope_kind", "scope", "stage"]
COUNTS = ("entered", "advanced", "lost", "open", "unknown")
FIGURES = (
    "eventual_rate",
    "mean",
    "low",
    "high",
    "snapshot_rate",
    "median_days",
    "objective_rate",
    "p_below",
)
INPUTS = ("n_eff", "x_eff", "prior_a", "prior_b")


@dataclass(frozen=True, slots=True)
class Conversion:
    """Of a stored ConversionResult, what the rest of the night reads."""

    scope_kind: str
    team_id: UUID | None
    person_id: UUID | None
    from_stage_id: UUID
    eventual_rate: float | None
    mean: float | None
    low: float | None
    high: float | None
    p_below: float | None
    raw_state: State
    inputs: dict[str, float | None]


def table(*, stays: Stays, tree: TeamTree, objectives: list[Objective]) -> pd.DataFrame:
    """One row a transition and scope that anybody entered: the columns of ConversionResult but the settled state.

    Rates come from the same window for all: every dated stay up to the day (F2 needs whole cohorts, censored).
    """
    lines: dict[Hashable, list[Hashable]] = {team: [*tree.ancestors(team)] for team in tree.teams}
    unknown = stays.unknown().rename(columns={"count": "unknown"})
    told = pd.concat([stays.counts(), unknown], ignore_index=True)
    names = ["day", "advanced", "lost", "censored", "unknown"]
    told[names] = told[names].fillna(0).astype("int64")
    counts = spread(told, lines, ["stage", "day"], nobody=NOBODY)
    # By number: thousands of days, where few stages and scopes are to be told apart.
    stage, stages = pd.factorize(counts["stage"])
    group, cells = pd.factorize(counts["place"].to_numpy() * max(len(stages), 1) + stage)
    rows = eventual_rates(counts.assign(group=group))
    _places, first = np.unique(group, return_index=True)
    rows[KEYS] = counts[KEYS].astype(object).iloc[first].to_numpy()
    rows["unknown"] = np.bincount(group, counts["unknown"], len(cells)).astype(np.int64)
    rows = _with_the_company(rows, [stage.id for stage in stays.open_stages])
    rows["objective_rate"] = _objective_rates(rows, tree, objectives)
    rows.loc[~(rows["n_eff"] > 0), "eventual_rate"] = np.nan
    # A prior for each kind of scope at each stage; a page shows the cells of one kind of scope together.
    kind = rows.groupby(["scope_kind", "stage"], sort=False).ngroup()
    rows = rows.join(judged(rows, kind=kind, table=rows["scope_kind"]).rename(columns={"state": "raw_state"}))
    rows["snapshot_rate"] = snapshot_ratio(rows["advanced"], rows["lost"])
    return rows


def _with_the_company(rows: pd.DataFrame, stages: list[UUID]) -> pd.DataFrame:
    """The company's row of every transition is there even without data: what cannot be known is said to be unknown."""
    there = {*rows.loc[rows["scope_kind"] == "company", "stage"]}
    cells = [("company", None, stage) for stage in stages if stage not in there]
    company = pd.DataFrame(cells, columns=KEYS, dtype=object).assign(**dict.fromkeys((*COUNTS, "n_eff"), 0))
    return pd.concat([rows, company], ignore_index=True) if cells else rows.reset_index(drop=True)


def _objective_rates(rows: pd.DataFrame, tree: TeamTree, objectives: list[Objective]) -> np.ndarray:
    """The scope's own objective for the transition, else that of the nearest team above, else the company's."""
    own: dict[tuple[Any, Any], float] = {
        (objective.person_id or objective.team_id, objective.stage_id): float(objective.target)
        for objective in objectives
        if objective.metric == "stage_conversion_rate" and objective.target is not None
    }

    def rate(scope_kind: str, scope: UUID | None, stage: UUID) -> float:
        line: list[UUID | None] = [scope, None]
        if scope is not None:
            team = tree.team_of.get(scope) if scope_kind == "person" else scope
            above = tree.ancestors(team) if team is not None else []
            line = [scope, *above, None]
        return next((own[(place, stage)] for place in line if (place, stage) in own), float("nan"))

    return np.array([rate(*cell) for cell in rows[KEYS].itertuples(index=False, name=None)])


def store(*, run: Run, rows: pd.DataFrame, stays: Stays, previous: Run | None) -> list[Conversion]:
    """Save the table for a run; a state changes only after two nights (F3), judged against the run before."""
    open_stages = stays.open_stages
    after = [*open_stages[1:], *stays.won_stages[:1]]
    following = {stage.id: later.id for stage, later in zip(open_stages, after, strict=False)}
    told = rows[rows["stage"].isin(list(following))] if len(rows) else rows
    if told.empty:
        return []
    before = _states_before(previous)
    scopes = [
        None if kind == "company" else scope
        for kind, scope in zip(told["scope_kind"], told["scope"], strict=True)
    ]
    stages, kinds = told["stage"].tolist(), told["scope_kind"].tolist()
    was = [before.get(place, (State.NONE, State.NONE)) for place in zip(stages, scopes, strict=True)]
    raws = [State(raw) for raw in told["raw_state"]]
    figures = {name: known(told[name]) for name in (*FIGURES, *INPUTS)}
    inputs = [
        dict(zip(INPUTS, one, strict=True))
        for one in zip(*(figures.pop(name) for name in INPUTS), strict=True)
    ]
    columns: dict[str, list[Any]] = {
        "run_id": [run.id] * len(told),
        "scope_kind": kinds,
        "team_id": [scope if kind == "team" else None for kind, scope in zip(kinds, scopes, strict=True)],
        "person_id": [scope if kind == "person" else None for kind, scope in zip(kinds, scopes, strict=True)],
        "from_stage_id": stages,
        "to_stage_id": [following[stage] for stage in stages],
        **{name: told[name].tolist() for name in COUNTS},
        **figures,
        "raw_state": raws,
        "state": settle([one for one, _ in was], [raw for _, raw in was], raws).tolist(),
        "inputs": inputs,
    }
    write(ConversionResult, columns)
    return [
        Conversion(*row) for row in zip(*(columns[field.name] for field in fields(Conversion)), strict=True)
    ]


def _states_before(previous: Run | None) -> dict[tuple[Any, Any], tuple[State, State]]:
    if previous is None:
        return {}
    found = ConversionResult.objects.filter(run=previous).values_list(
        "from_stage_id", "person_id", "team_id", "state", "raw_state"
    )
    return {(stage, person or team): (State(state), State(raw)) for stage, person, team, state, raw in found}
