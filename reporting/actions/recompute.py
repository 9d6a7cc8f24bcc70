"""The nightly run of an organisation: events → stays and facts → conversions, gaps, causes, landings, in one transaction.

Safe to run twice: the same events give the same rows. Everything is measured as of a day that is an argument.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from objectives import queries as objective_queries
from objectives.models import Cycle, Objective
from objectives.queries.history import Promised, promised_on
from pipeline.actions import passages
from pipeline.queries import stays as stay_queries
from reporting.actions import causes, conversions, facts, gaps, landing
from reporting.actions.measures import Measuring
from reporting.actions.window import Window, calendar_plan
from reporting.models import ActionEffect, CauseResult, ConversionResult, GapResult, LandingResult, Run
from tenants.queries import team_tree

ENGINE = "2026.11"  # goes up when a formula changes, so that a stored figure tells how it was made

Progress = Callable[[str, int, int], None]
STEPS = 6


def run(
    *, as_of: date, started_at: datetime, job_id: UUID | None = None, progress: Progress | None = None
) -> Run:
    """Recompute the organisation in force as of `as_of` and return the run; its results replace those of the day."""
    clock = _Clock(progress or (lambda step, done, total: None))
    with connection.cursor() as cursor:
        # Sorts and hashes of a whole organisation; and what a temporary table holds is told well enough by three
        # thousand of its rows: thirty thousand took longer to look at than the table to fill. Only this transaction.
        cursor.execute("SET LOCAL work_mem = '128MB'; SET LOCAL default_statistics_target = 10")
    with clock.step("passages"):
        refresh = passages.refresh(as_of=as_of, rebuild=not facts.are_current())
    with clock.step("facts"):
        table = facts.store(refresh=refresh, as_of=as_of)
    previous = Run.objects.filter(as_of__lt=as_of).order_by("-as_of").first()
    this = _replace_run(as_of=as_of, job_id=job_id, mode=refresh.mode, started_at=started_at)
    tree = team_tree(as_of)
    # A closed cycle is measured again too: what was frozen stays in the objectives, corrections show beside it.
    cycle = (
        Cycle.objects.filter(start_on__lte=as_of, end_on__gt=as_of).exclude(state=Cycle.State.DRAFT).first()
    )
    objectives = (
        list(Objective.objects.filter(cycle=cycle).exclude(state=Objective.State.DRAFT)) if cycle else []
    )
    promised = promised_on(objectives, cycle, as_of) if cycle else Promised([], {})
    with clock.step("conversion"):
        stays = stay_queries.stays(as_of=as_of, table=refresh.stays)
        found = conversions.table(stays=stays, tree=tree, objectives=promised.objectives)
        rows = conversions.store(run=this, rows=found, stays=stays, previous=previous)
    with clock.step("gaps"):
        measured = 0
        if cycle is not None and promised.objectives:
            measuring = Measuring(_window(cycle, as_of, promised), refresh, stays, tree)
            measured = gaps.store(
                run=this, measuring=measuring, objectives=promised.objectives, conversions=rows,
                facts=gaps.read_facts(table=table, cycle=cycle, as_of=as_of, scopes=stays.scopes), previous=previous,
            )  # fmt: skip
    with clock.step("causes"):
        named = causes.store(
            run=this,
            stays=stays,
            tree=tree,
            conversions=rows,
            previous=previous,
            facts=table,
            refresh=refresh,
        )
    with clock.step("landing"):
        landed = 0
        if cycle is not None:
            landed = landing.store(
                run=this, cycle=cycle, stays=stays, table=table, refresh=refresh, tree=tree, objectives=promised.objectives
            )  # fmt: skip
    this.counts = {
        "opportunities": refresh.opportunities, "conversions": len(rows), "gaps": measured, "causes": named,
        "landings": landed,
    }  # fmt: skip
    this.timings = clock.milliseconds
    this.finished_at = timezone.now()
    this.save()
    return this


def _replace_run(*, as_of: date, job_id: UUID | None, mode: str, started_at: datetime) -> Run:
    this, created = Run.objects.update_or_create(
        as_of=as_of, defaults={"job_id": job_id, "mode": mode, "started_at": started_at, "engine": ENGINE}
    )
    if not created:
        ConversionResult.objects.filter(run=this).delete()
        GapResult.objects.filter(run=this).delete()
        CauseResult.objects.filter(run=this).delete()
        LandingResult.objects.filter(run=this).delete()
        ActionEffect.objects.filter(run=this).delete()
    return this


def _window(cycle: Cycle, as_of: date, promised: Promised) -> Window:
    plan = cycle.plans.select_related("cycle__organisation").first()
    phased = objective_queries.phased_plan(plan) if plan is not None else None
    if phased is not None:
        return Window(cycle=cycle, as_of=as_of, plan=phased, steps=promised.steps)
    calendar = calendar_plan(cycle, cycle.organisation)
    return Window(cycle=cycle, as_of=as_of, plan=calendar, steps=promised.steps, is_planned=False)


class _Clock:
    """Tells the progress bar which step runs, and the run row how long each took."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.milliseconds: dict[str, Any] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        self.progress(name, len(self.milliseconds), STEPS)
        begun = time.perf_counter()
        yield
        self.milliseconds[name] = round((time.perf_counter() - begun) * 1000)
