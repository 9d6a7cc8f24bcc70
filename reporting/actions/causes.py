"""Probable causes of the night (F10): the signals of every scope, weighed, ranked by the euros of the gaps, and stored."""

from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd

from pipeline.actions.passages import Refresh
from pipeline.domain.many_cells import settle
from pipeline.domain.small_samples import State
from pipeline.queries.stays import NOBODY, Stays
from reporting.domain import causes
from reporting.domain.causes import Explains
from reporting.domain.scopes import ScopeKind, spread
from reporting.models import CauseResult, ConversionResult, GapResult, Run
from reporting.queries.cause_signals import Measured, measured
from reporting.queries.cause_thresholds import thresholds
from reporting.queries.gaps import REVENUE
from tenants.queries import TeamTree

LOSSES = [one for one in Explains if one is not Explains.NOTHING]
PLACE = ["scope_kind", "scope"]
FIGURES = ("signal", "mean", "low", "high", "reference", "numerator", "denominator", "cases", "p", "gain")


def store(
    *, run: Run, stays: Stays, tree: TeamTree, conversions: list[ConversionResult], previous: Run | None,
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
    cells = cells.merge(_gaps(run), on=PLACE, how="left")
    cells["euros"] = causes.euros_at_stake(cells, cells["due"], cells[LOSSES])
    before = _states_before(previous)
    cells["scope"] = cells["scope"].astype(object).where(cells["scope"].notna(), None)
    rows = cells.to_dict("records")
    was = [before.get((row["rule"], row["scope"]), (State.NONE, State.NONE)) for row in rows]
    shown = settle([one for one, _ in was], [raw for _, raw in was], [row["raw_state"] for row in rows])
    windows = {"recent_from": found.recent_from.isoformat(), "before_from": found.before_from.isoformat()}
    of_rule: dict[str, dict[str, Any]] = {
        "silent_deals": {"silence_days": found.silence_days},
        "effort_on_small": {"odds": {str(stage): chance for stage, chance in odds.items()}},
    }
    results = [
        CauseResult(
            run=run, scope_kind=row["scope_kind"], rule=row["rule"], threshold=row["limit"],
            team_id=row["scope"] if row["scope_kind"] == ScopeKind.TEAM else None,
            person_id=row["scope"] if row["scope_kind"] == ScopeKind.PERSON else None,
            at_stake_minor=None if np.isnan(row["euros"]) else round(row["euros"]),
            raw_state=row["raw_state"], state=state,
            inputs=windows | of_rule.get(row["rule"], {}) | {"setting": settings[row["rule"]], "due": _number(row["due"])},
            **{name: _number(row[name]) for name in FIGURES},
        )
        for row, state in zip(rows, shown, strict=True)
    ]  # fmt: skip
    return len(CauseResult.objects.bulk_create(results, batch_size=2000))


def _cells(found: Measured, tree: TeamTree, settings: dict[str, float]) -> pd.DataFrame:
    lines: dict[Any, list[Any]] = {team: [*tree.ancestors(team)] for team in tree.teams}
    sums, segments = (
        spread(rows.assign(table=0), lines, ["table", *by], nobody=NOBODY)
        for rows, by in ((found.hands, []), (found.segments, ["segment"]))
    )
    if sums.empty:
        return pd.DataFrame()
    # Deals may have been closed in a year by hands that hold nothing else: every scope has a row of sums.
    keys = pd.concat([sums[causes.KEYS], segments[causes.KEYS]]).drop_duplicates()
    sums = keys.merge(sums, on=causes.KEYS, how="left").fillna(dict.fromkeys(causes.SUMS, 0.0))
    return causes.measure(sums, segments, settings)


def _odds(open_stages: list[UUID], conversions: list[ConversionResult]) -> dict[UUID, float]:
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


def _gaps(run: Run) -> pd.DataFrame:
    """By scope_kind and scope: `due` of the revenue's path, and what each kind of rule may explain of its levers."""
    stored = GapResult.objects.filter(run=run, objective__metric=REVENUE, objective__segment="").exclude(
        levers=[]
    )
    rows = []
    for team, person, engagement, path, levers in stored.values_list(
        "objective__team_id", "objective__person_id", "objective__engagement_id", "path", "levers"
    ):
        if engagement is None:
            kind = ScopeKind.PERSON if person else ScopeKind.TEAM if team else ScopeKind.COMPANY
            place: dict[Any, Any] = {"scope_kind": kind.value, "scope": person or team, "due": path}
            rows.append(place | causes.shortfalls(levers))
    found = pd.DataFrame(rows, columns=[*PLACE, "due", *LOSSES])
    return found.astype({"scope": object, "due": "float64"}).drop_duplicates(PLACE)


def _states_before(previous: Run | None) -> dict[tuple[str, Any], tuple[State, State]]:
    if previous is None:
        return {}
    found = CauseResult.objects.filter(run=previous).values_list(
        "rule", "person_id", "team_id", "state", "raw_state"
    )
    return {(rule, person or team): (State(state), State(raw)) for rule, person, team, state, raw in found}


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)
