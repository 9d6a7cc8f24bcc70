"""Stored results to read: runs, conversion results and gaps with fixed figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from objectives.models import Cycle, Objective
from pipeline.models import Stage
from reporting.models import (
    ActionEffect,
    CauseResult,
    ConversionResult,
    GapResult,
    LandingCheck,
    LandingResult,
    LeverAction,
    Run,
)
from tenants.models import Organisation, Person, Team
from tests import factories

AS_OF = date(2026, 2, 11)  # a Wednesday of the first quarter
NIGHT = datetime(2026, 2, 12, 1, 2, tzinfo=UTC)


def run(organisation: Organisation, as_of: date = AS_OF, **given: Any) -> Run:
    defaults = {
        "mode": "full",
        "started_at": NIGHT,
        "finished_at": NIGHT + timedelta(seconds=2),
        "counts": {"opportunities": 8800, "conversions": 4, "gaps": 2},
        "timings": {"passages": 1200, "facts": 300},
        "engine": "2026.11",
    }
    with factories.scope_of(organisation):
        return Run.objects.create(organisation=organisation, as_of=as_of, **{**defaults, **given})


def conversion(run: Run, from_stage: Stage, to_stage: Stage, **given: Any) -> ConversionResult:
    """Discovery-like: 41 of 132 advanced, 11 open, 31 % (26-36 %) for an objective of 45 %: behind."""
    owner = given.get("person") or given.get("team")
    kind = "person" if isinstance(owner, Person) else "team" if isinstance(owner, Team) else "company"
    defaults = {
        "scope_kind": kind,
        "entered": 132,
        "advanced": 41,
        "lost": 80,
        "open": 11,
        "eventual_rate": 0.31,
        "mean": 0.312,
        "low": 0.26,
        "high": 0.36,
        "snapshot_rate": 0.339,
        "median_days": 12.5,
        "objective_rate": 0.45,
        "p_below": 0.98,
        "raw_state": "behind",
        "state": "behind",
        "inputs": {"n_eff": 130.0, "x_eff": 40.3, "prior_a": 2.0, "prior_b": 6.0},
    }
    with factories.scope_of(run.organisation):
        return ConversionResult.objects.create(
            organisation=run.organisation,
            run=run,
            from_stage=from_stage,
            to_stage=to_stage,
            **{**defaults, **given},
        )


def gap(run: Run, objective: Objective, **given: Any) -> GapResult:
    """200 000 won for a path of 227 000 and a target of 500 000: 12 % behind, two thirds of it in one rate."""
    defaults = {
        "target": 50_000_000.0,
        "path": 22_700_000.0,
        "actual": 20_000_000.0,
        "numerator": 20_000_000.0,
        "gap_to_path": -2_700_000.0,
        "gap_to_target": -30_000_000.0,
        "low": 17_000_000.0,
        "high": 23_000_000.0,
        "p_below": 0.95,
        "raw_state": "behind",
        "state": "behind",
        "levers": [],
        "series": series(),
        "inputs": {"wins": 12},
    }
    with factories.scope_of(run.organisation):
        return GapResult.objects.create(
            organisation=run.organisation, run=run, objective=objective, **{**defaults, **given}
        )


def action_effect(run: Run, action: LeverAction, **given: Any) -> ActionEffect:
    """4 points of 250 entries, 24 000 in all: helped."""
    defaults = {
        "measure": "rate", "verdict": "helped", "horizon": 30, "entries": 250, "added": 0.04, "low": 0.01, "high": 0.07,
        "money_minor": 2_400_000.0, "money_low_minor": 600_000.0, "money_high_minor": 4_200_000.0, "helped": 0.96,
        "counts": {"before": [62, 200], "after": [72, 200], "others_before": [300, 1000], "others_after": [310, 1000]},
        "basis": "",
    }  # fmt: skip
    with factories.scope_of(run.organisation):
        return ActionEffect.objects.create(
            organisation=run.organisation, run=run, action=action, **{**defaults, **given}
        )


def cause(run: Run, rule: str = "off_target_share", **given: Any) -> CauseResult:
    """40 of 100 contacts outside the target, for 25 % at most: almost certain, 12 000 at stake."""
    owner = given.get("person") or given.get("team")
    kind = "person" if isinstance(owner, Person) else "team" if isinstance(owner, Team) else "company"
    defaults = {
        "scope_kind": kind, "signal": 0.4, "mean": 0.402, "low": 0.34, "high": 0.46, "threshold": 0.25, "numerator": 40.0,
        "denominator": 100.0, "cases": 100.0, "p": 0.999, "gain": 0.25, "at_stake_minor": 1_200_000,
        "raw_state": "behind", "state": "behind",
        "inputs": {"recent_from": "2025-11-13", "before_from": "2024-11-14", "setting": 0.25, "due": 22_700_000.0},
    }  # fmt: skip
    with factories.scope_of(run.organisation):
        return CauseResult.objects.create(
            organisation=run.organisation, run=run, rule=rule, **{**defaults, **given}
        )


def landing(run: Run, **given: Any) -> LandingResult:
    """480 000 (430 000 to 530 000) for a target of 500 000: 31 %; down by 20 000 since the week before."""
    owner = given.get("person") or given.get("team")
    kind = "person" if isinstance(owner, Person) else "team" if isinstance(owner, Team) else "company"
    defaults = {
        "scope_kind": kind,
        "metric": "revenue_won",
        "target": 50_000_000.0,
        "mean": 48_000_000.0,
        "low": 43_000_000.0,
        "high": 53_000_000.0,
        "probability": 0.31,
        "standard_error": 0.007,
        "booked": 20_000_000.0,
        "open": 18_000_000.0,
        "created": 10_000_000.0,
        "weighted": 61_000_000.0,
        "since": run.as_of - timedelta(days=7),
        "flow": [
            {"line": "won", "amount": 1_500_000, "count": 3},
            {"line": "lost", "amount": -4_000_000, "count": 5},
            {"line": "handed", "amount": 0, "count": 0},
            {"line": "created", "amount": 400_000, "count": None},
            {"line": "learnt", "amount": 100_000, "count": None},
        ],
        "inputs": {
            "open_deals": 40.0, "new_deals": 55.0, "new_wins": 6.2, "win_rate": 0.25, "value": 1_610_000.0,
            "cycle_effect": 0.12, "past_cycles": 5.0,
        },
    }  # fmt: skip
    with factories.scope_of(run.organisation):
        return LandingResult.objects.create(organisation=run.organisation, run=run, **{**defaults, **given})


def check(organisation: Organisation, **given: Any) -> LandingCheck:
    """Said in week 4 of the last quarter of 2025: 500 000 (450 000 to 550 000) for 520 000; 510 000 came."""
    defaults = {
        "start_on": date(2025, 10, 1), "end_on": date(2026, 1, 1), "week": 4, "as_of": date(2025, 10, 28),
        "scope_kind": "team" if given.get("team") else "company", "metric": "revenue_won", "target": 52_000_000.0,
        "mean": 50_000_000.0, "low": 45_000_000.0, "high": 55_000_000.0, "probability": 0.4, "weighted": 70_000_000.0,
        "actual": 51_000_000.0, "engine": "2026.11", "computed_at": NIGHT,
    }  # fmt: skip
    with factories.scope_of(organisation):
        return LandingCheck.objects.create(organisation=organisation, **{**defaults, **given})


def series(per_week: float = 3_000_000.0, made_per_week: float = 2_500_000.0) -> dict[str, Any]:
    """Sundays of the first quarter of 2026 and the day itself: the path and the actual rise evenly."""
    days = sorted(
        {date(2026, 1, 4) + timedelta(weeks=week) for week in range(13)} | {AS_OF, date(2026, 3, 31)}
    )
    weeks = [(day - date(2025, 12, 31)).days / 7 for day in days]
    return {
        "dates": [day.isoformat() for day in days],
        "path": [week * per_week for week in weeks],
        "actual": [
            week * made_per_week if day <= AS_OF else None for day, week in zip(days, weeks, strict=True)
        ],
    }


def levers(stage: Stage) -> list[dict[str, Any]]:
    """They sum to the gap of `gap()`."""
    return [
        {"lever": "volume", "stage": None, "contribution": 100_000},
        {"lever": "mix", "stage": None, "contribution": 0},
        {"lever": "rate", "stage": str(stage.id), "contribution": -1_800_000},
        {"lever": "value", "stage": None, "contribution": -700_050},
        {"lever": "carried_in", "stage": None, "contribution": -299_950},
    ]


@dataclass(slots=True)
class Quarter:
    """Atelier's first quarter as of 11 February: North with Carol and Bob as its manager, South with Sofia."""

    organisation: Organisation
    cycle: Cycle
    run: Run
    north: Team
    south: Team
    bob: Person
    carol: Person
    sofia: Person
    company_objective: Objective
    north_objective: Objective
    carol_objective: Objective


def quarter(organisation: Organisation) -> Quarter:
    """An active cycle with a run: the company, North and Carol have a gap; company and North have rates."""
    with factories.scope_of(organisation):
        stages = factories.stages(organisation)
        bob = factories.person(organisation, "Bob", membership=factories.member(organisation, "manager"))
        north = factories.team(organisation, "North", manager=bob)
        south = factories.team(organisation, "South")
        carol = factories.person(
            organisation, "Carol", team=north, membership=factories.member(organisation, "rep")
        )
        sofia = factories.person(organisation, "Sofia", team=south)
        cycle = factories.cycle(organisation, state=Cycle.State.ACTIVE)
        night = run(organisation)
        company = factories.objective(cycle, state="active")
        team = factories.objective(cycle, team=north, parent=company, target=30_000_000, state="active")
        person = factories.objective(cycle, person=carol, parent=team, target=15_000_000, state="active")
        engaging = stages["Engaging"]
        gap(night, company, levers=levers(engaging))
        gap(night, team, target=30_000_000.0, levers=levers(engaging))
        gap(night, person, target=15_000_000.0)
        for owner in ({}, {"team": north}, {"person": carol}):
            unknown = {"eventual_rate": None, "mean": None, "low": None, "high": None, "objective_rate": None}
            conversion(
                night, stages["Prospecting"], engaging, entered=0, advanced=0, lost=0, open=0, unknown=7,
                state="none", raw_state="none", p_below=None, median_days=None, snapshot_rate=None, inputs={},
                **unknown, **owner,
            )  # fmt: skip
            conversion(night, engaging, stages["Won"], **owner)
    return Quarter(organisation, cycle, night, north, south, bob, carol, sofia, company, team, person)
