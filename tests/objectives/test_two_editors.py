"""Two people at the same time, with real transactions."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from objectives.actions import cascades, cycles, plans
from objectives.actions.errors import StaleVersion
from objectives.models import Cycle, Objective, Plan
from objectives.queries.tree import revenue_rows
from tenants.models import Organisation
from tenants.scope import tenant_scope
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def together(organisation: Organisation, *acts: Callable[[], Any]) -> list[Any]:
    """Run the acts at once, each in a scope of its own; give what each returned or raised."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            start.wait(10)
            with tenant_scope(organisation.id):
                return act()
        except (StaleVersion, ValidationError) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_of_cycles_over_the_same_days_made_at_once_one_is_made_and_the_others_told() -> None:
    house = factories.organisation("atelier")
    by = factories.actor(factories.member(house, "director"))

    def create() -> Cycle:
        return cycles.create(name="Q1", first_day=date(2026, 1, 1), last_day=date(2026, 3, 31), by=by)

    answers = together(house, *[create] * 4)

    assert sorted(type(answer).__name__ for answer in answers) == ["Cycle", *["ValidationError"] * 3]


def test_of_two_ambitions_at_once_one_is_kept_and_the_other_told() -> None:
    house = factories.organisation("atelier")
    by = factories.actor(factories.member(house, "director"))
    cycle = factories.cycle(house)

    def want(amount: int) -> Callable[[], Plan]:
        return lambda: plans.set_ambition(cycle=cycle, revenue_minor=amount, version=0, by=by)

    answers = together(house, want(1_000_000), want(2_000_000))

    kept = [answer for answer in answers if isinstance(answer, Plan)]
    told = [answer for answer in answers if isinstance(answer, StaleVersion)]
    assert (len(kept), len(told)) == (1, 1)
    assert told[0].current.revenue_minor == kept[0].revenue_minor  # type: ignore[attr-defined]


def test_of_two_edits_of_one_cascade_one_is_kept_and_the_sum_stays_exact() -> None:
    house = factories.organisation("atelier")
    by = factories.actor(factories.member(house, "director"))
    factories.stages(house)
    for name in ("Ann", "Bea", "Cai"):
        factories.person(house, name)
    cycle = factories.cycle(house)
    with tenant_scope(house.id):
        plans.set_ambition(cycle=cycle, revenue_minor=3_000_000, version=0, by=by)
        rows = {str(row.person): row for row in revenue_rows(cycle) if row.person}

    def give(name: str, amount: int) -> Callable[[], None]:
        row: Objective = rows[name]
        return lambda: cascades.change_share(
            cycle=cycle, objective=row, target_minor=amount, version=row.version, by=by
        )

    answers = together(house, give("Ann", 2_000_000), give("Bea", 1_800_000))

    assert sum(isinstance(answer, StaleVersion) for answer in answers) == 1
    with tenant_scope(house.id):
        shares = [row.target for row in revenue_rows(cycle) if row.person]
    assert sum(share or 0 for share in shares) == 3_000_000
