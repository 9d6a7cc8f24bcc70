"""Probable causes of the night (F10): the signals of every scope, weighed, ranked by the euros of the gaps, and stored."""

import math
from typing import Any
from uuid import UUID

import pandas as pd

from pipeline.actions.passages import Refresh
from pipeline.domain.many_cells import settle
from pipeline.domain.small_samples import State
from pipeline.queries.stays import NOBODY, Stays
from reporting.actions.conversions import Conversion
from reporting.actions.rows import known, write
from reporting.domain import causes
from reporting.domain.causes import Explains
from reporting.domain.scopes import ScopeKind, spread
from reporting.models import CauseResult, GapResult, Run
from reporting.queries.cause_signals import Measured, measured
from reporting.queries.cause_thresholds import thresholds
from reporting.queries.gaps import REVENUE
from tenants.queries import TeamTree

LOSSES = [one for one in Explains if one is not Explains.NOTHING]
NO_GAP = (math.nan,) * (1 + len(LOSSES))
FIGURES = ("signal", "mean", "low", "high", "reference", "numerator", "denominator", "cases", "p", "gain")


def store(
    *, run: Run, stays: Stays, tree: TeamTree, conversions: list[Conversion], previous: Run | None,
    facts: str, refresh: Refresh,
) -> int:  # fmt: skip
    """Save a CauseResult for every scope and rule that has anything to go by; return how many."""
    open_stages = [stage.id for stage in stays.open_stages]
    odds = _odds(open_stages, conversions)
    found = measured(
        as_of=run.as_of, tree=tree, facts=facts, stage_odds=odds, known=refresh.known, stored=refresh.mode != "past"
    )  # fmt: skip
    settings = thresholds()
    cells = _cells(found, tree, settings)
    if cells.empty:
        return 0
    cells["raw_state"] = causes.raw_states(cells)
    cells["scope"] = cells["scope"].astype(object).where(cells["scope"].notna(), None)
    gaps = _gaps(run)
    places = zip(cells["scope_kind"], cells["scope"], strict=True)
    found_gaps = pd.DataFrame([gaps.get(place, NO_GAP) for place in places], columns=["due", *LOSSES])
    cells["due"] = found_gaps["due"]
    cells["euros"] = causes.euros_at_stake(cells, cells["due"], found_gaps[LOSSES])
    before = _states_before(previous)
    rules, raws = cells["rule"].tolist(), cells["raw_state"].tolist()
    was = [before.get(place, (State.NONE, State.NONE)) for place in zip(rules, cells["scope"], strict=True)]
    shown = settle([one for one, _ in was], [raw for _, raw in was], raws)
    windows = {"recent_from": found.recent_from.isoformat(), "before_from": found.before_from.isoformat()}
    of_rule: dict[str, dict[str, Any]] = {
        "silent_deals": {"silence_days": found.silence_days},
        "effort_on_small": {"odds": {str(stage): chance for stage, chance in odds.items()}},
    }
    kinds, scopes = cells["scope_kind"].tolist(), cells["scope"].tolist()
    dues = known(cells["due"])
    columns: dict[str, list[Any]] = {
        "run_id": [run.id] * len(cells),
        "scope_kind": kinds,
        "team_id": [
            scope if kind == ScopeKind.TEAM else None for kind, scope in zip(kinds, scopes, strict=True)
        ],
        "person_id": [
            scope if kind == ScopeKind.PERSON else None for kind, scope in zip(kinds, scopes, strict=True)
        ],
        "rule": rules,
        "threshold": known(cells["limit"]),
        "at_stake_minor": [None if one is None else round(one) for one in known(cells["euros"])],
        "raw_state": raws,
        "state": shown.tolist(),
        "inputs": [
            windows | of_rule.get(rule, {}) | {"setting": settings[rule], "due": due}
            for rule, due in zip(rules, dues, strict=True)
        ],
        **{name: known(cells[name]) for name in FIGURES},
    }
    return write(CauseResult, columns)


def _cells(found: Measured, tree: TeamTree, settings: dict[str, float]) -> pd.DataFrame:
    lines: dict[Any, list[Any]] = {team: [*tree.ancestors(team)] for team in tree.teams}
    sums, segments = (
        spread(rows.assign(table=0), lines, ["table", *by], nobody=NOBODY)
        for rows, by in ((found.hands, []), (found.segments, ["segment"]))
    )
    return pd.DataFrame() if sums.empty else causes.measure(sums, segments, settings)


def _odds(open_stages: list[UUID], conversions: list[Conversion]) -> dict[UUID, float]:
    """P(won) from each open stage: the company's rates from there on. A rate that nobody knows counts as certain: deals
    are then told apart by what is known, and by their amounts."""
    rates = {
        row.from_stage_id: row.eventual_rate
        for row in conversions
        if row.scope_kind == ScopeKind.COMPANY and row.eventual_rate is not None
    }
    odds, product = {}, 1.0
    for stage in reversed(open_stages):
        product *= rates.get(stage, 1.0)
        odds[stage] = product
    return {stage: odds[stage] for stage in open_stages}


def _gaps(run: Run) -> dict[tuple[str, UUID | None], tuple[float, ...]]:
    """By scope_kind and scope: what is due of the revenue's path, and what each of LOSSES may explain of its levers."""
    stored = GapResult.objects.filter(
        run=run, objective__metric=REVENUE, objective__segment="", objective__engagement=None
    ).exclude(levers=[])
    found: dict[tuple[str, UUID | None], tuple[float, ...]] = {}
    for team, person, path, levers in stored.values_list(
        "objective__team_id", "objective__person_id", "path", "levers"
    ):
        kind = ScopeKind.PERSON if person else ScopeKind.TEAM if team else ScopeKind.COMPANY
        lost = causes.shortfalls(levers)
        due = math.nan if path is None else path
        found.setdefault((kind.value, person or team), (due, *(lost[one] for one in LOSSES)))
    return found


def _states_before(previous: Run | None) -> dict[tuple[str, Any], tuple[State, State]]:
    if previous is None:
        return {}
    found = CauseResult.objects.filter(run=previous).values_list(
        "rule", "person_id", "team_id", "state", "raw_state"
    )
    return {(rule, person or team): (State(state), State(raw)) for rule, person, team, state, raw in found}
