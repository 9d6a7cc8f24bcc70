"""Closing a cycle: the outcome is frozen once, after the last day, and nothing changes it any more."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from objectives.actions import closing
from objectives.models import Cycle, Objective, Revision
from tenants.models import AuditEntry, Membership, Organisation
from tenants.scope import tenant_scope
from tests import factories

# The first quarter of 2026 ends on 31 March, in Paris.
LAST_EVENING = datetime(2026, 3, 31, 21, 59, tzinfo=UTC)  # 23:59 in Paris
MIDNIGHT = datetime(2026, 3, 31, 22, 0, tzinfo=UTC)


@pytest.fixture
def quarter(atelier: Organisation) -> Cycle:
    """Active: 500 000.00 for the company, a cycle length of 20 days at most, and a rate that nothing measures."""
    cycle = factories.cycle(atelier, state=Cycle.State.ACTIVE)
    stages = factories.stages(atelier)
    factories.objective(cycle, state="active")
    factories.objective(cycle, "sales_cycle_days", target=20, state="active")
    factories.objective(
        cycle, "stage_conversion_rate", target="0.25", stage=stages["Engaging"], state="active"
    )
    return cycle


def close(cycle: Cycle, member: Membership, *, now: datetime = MIDNIGHT, **actuals: float | None) -> Cycle:
    """`actuals` by metric."""
    rows = Objective.objects.filter(cycle=cycle)
    figures = {row.id: actuals.get(row.metric) for row in rows}
    return closing.close(cycle=cycle, actuals=figures, by=factories.actor(member), now=now)


def outcome(cycle: Cycle, metric: str) -> Objective:
    return Objective.objects.get(cycle=cycle, metric=metric)


def test_closing_freezes_what_each_objective_reached(quarter: Cycle, alice: Membership) -> None:
    with tenant_scope(quarter.organisation_id):
        close(quarter, alice, revenue_won=65_000_000.0, sales_cycle_days=25.0)

        revenue, days = outcome(quarter, "revenue_won"), outcome(quarter, "sales_cycle_days")
        rate = outcome(quarter, "stage_conversion_rate")

    assert revenue.outcome == {
        "actual": 65_000_000.0,
        "attainment": 1.3,
        "hit": True,
        "as_of": "2026-03-31",
    }
    assert (days.outcome["attainment"], days.outcome["hit"]) == (0.8, False)  # lower is better
    assert (rate.outcome["actual"], rate.outcome["attainment"], rate.outcome["hit"]) == (None, None, None)
    assert {row.state for row in (revenue, days, rate)} == {"closed"}


def test_the_cycle_says_when_and_by_whom_it_was_closed_and_the_trail_what_came_of_it(
    quarter: Cycle, alice: Membership
) -> None:
    with tenant_scope(quarter.organisation_id):
        close(quarter, alice, revenue_won=50_000_000.0)
        quarter.refresh_from_db()
        entry = AuditEntry.objects.get(verb="cycle.close")

    assert (quarter.state, quarter.closed_at, quarter.closed_by) == ("closed", MIDNIGHT, alice.id)
    assert entry.detail == {"objectives": 3, "reached": 1, "undecided": 0}


def test_a_cycle_is_closed_from_the_first_minute_after_its_last_day(
    quarter: Cycle, alice: Membership
) -> None:
    with tenant_scope(quarter.organisation_id):
        with pytest.raises(ValidationError, match="not over"):
            close(quarter, alice, now=LAST_EVENING)

        assert close(quarter, alice, now=MIDNIGHT).state == "closed"


def test_a_second_closing_is_refused_and_what_was_frozen_stays(quarter: Cycle, alice: Membership) -> None:
    with tenant_scope(quarter.organisation_id):
        close(quarter, alice, revenue_won=1.0)

        with pytest.raises(closing.AlreadyClosed):
            close(quarter, alice, revenue_won=2.0)

        assert outcome(quarter, "revenue_won").outcome["actual"] == 1.0


def test_a_draft_is_not_closed(atelier: Organisation, alice: Membership) -> None:
    draft = factories.cycle(atelier)
    with tenant_scope(atelier.id), pytest.raises(ValidationError, match="draft"):
        close(draft, alice)


def test_only_who_sets_objectives_closes(quarter: Cycle, bob: Membership) -> None:
    with tenant_scope(quarter.organisation_id), pytest.raises(PermissionDenied):
        close(quarter, bob)


def test_a_cycle_without_objectives_closes_too(atelier: Organisation, alice: Membership) -> None:
    empty = factories.cycle(atelier, state=Cycle.State.ACTIVE)
    with tenant_scope(atelier.id):
        assert close(empty, alice).state == "closed"


def test_what_is_closed_is_locked_by_the_database_too(quarter: Cycle, alice: Membership) -> None:
    with tenant_scope(quarter.organisation_id):
        close(quarter, alice, revenue_won=1.0)

        changes: list[dict[str, Any]] = [{"outcome": {}}, {"target": 1}, {"state": "active"}]
        for change in changes:
            with pytest.raises(DatabaseError, match="locked"), transaction.atomic():
                Objective.objects.filter(metric="revenue_won").update(**change)


def test_an_outcome_is_written_by_closing_alone(quarter: Cycle) -> None:
    with tenant_scope(quarter.organisation_id):
        with pytest.raises(DatabaseError, match="locked"), transaction.atomic():
            Objective.objects.update(outcome={"actual": 1.0})
        with pytest.raises(DatabaseError, match="locked"), transaction.atomic():
            Objective.objects.update(state="closed", target=1)


def test_a_revision_that_nobody_decided_lapses(quarter: Cycle, alice: Membership) -> None:
    with tenant_scope(quarter.organisation_id):
        waiting = Revision.objects.create(
            cycle=quarter, kind="scope", text="A team less.", effective_on=date(2026, 3, 1)
        )
        close(quarter, alice)
        waiting.refresh_from_db()
        detail = AuditEntry.objects.get(verb="cycle.close").detail

    assert (waiting.state, waiting.decided_at, waiting.decided_by) == ("withdrawn", MIDNIGHT, alice.id)
    assert detail["undecided"] == 1
