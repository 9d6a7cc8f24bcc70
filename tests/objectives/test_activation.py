from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from objectives.actions import activation, plans
from objectives.actions.errors import Locked
from objectives.models import Cycle, Objective
from objectives.queries import objective_tree, parents_of
from tenants.models import Job, Membership
from tenants.scope import tenant_scope
from tests import factories
from tests.kept import kept
from tests.objectives.conftest import House

NOW = datetime(2026, 2, 10, 9, 0, tzinfo=UTC)


def activate(cycle: Cycle, member: Membership) -> Cycle:
    return activation.activate(cycle=cycle, by=factories.actor(member), now=NOW)


@kept
def planned(quarter: Cycle, director: Membership) -> Cycle:
    with tenant_scope(quarter.organisation_id):
        plans.set_ambition(cycle=quarter, revenue_minor=60_000_000, version=0, by=factories.actor(director))
        factories.make_ready(quarter)
    return quarter


def test_activation_makes_the_objectives_that_follow_from_the_plan(
    house: House, planned: Cycle, director: Membership
) -> None:
    with tenant_scope(planned.organisation_id):
        activate(planned, director)
        company = {
            (row.metric, str(row.stage or "")): row.target
            for row in Objective.objects.filter(team=None, person=None).select_related("stage")
        }
        of_people = Objective.objects.exclude(person=None)

        assert set(company) == {
            ("revenue_won", ""),
            ("deals_won", ""),
            ("opportunities_opened", ""),
            ("stage_conversion_rate", "Prospecting"),
            ("stage_conversion_rate", "Engaging"),
        }
        assert company[("deals_won", "")] == 50
        assert sum(row.target or 0 for row in of_people.filter(metric="deals_won")) == 50
        opened = of_people.filter(metric="opportunities_opened")
        assert sum(row.target or 0 for row in opened) == company[("opportunities_opened", "")]
        assert not Objective.objects.exclude(state="active").exists()


def test_an_active_objective_is_locked_by_the_database_too(planned: Cycle, director: Membership) -> None:
    with tenant_scope(planned.organisation_id):
        activate(planned, director)

        with pytest.raises(DatabaseError, match="locked"), transaction.atomic():
            Objective.objects.update(target=1)


def test_the_cycle_says_who_activated_it_and_a_recompute_is_asked_for(
    planned: Cycle, director: Membership
) -> None:
    with tenant_scope(planned.organisation_id):
        activate(planned, director)
        planned.refresh_from_db()

    assert (planned.state, planned.activated_at, planned.activated_by) == ("active", NOW, director.id)
    assert Job.objects.get().key == "2026-02-09"


def test_a_past_cycle_is_recomputed_as_of_its_last_day(house: House, director: Membership) -> None:
    past = factories.cycle(house.organisation, "Q3", start_on=date(2025, 7, 1), end_on=date(2025, 10, 1))
    with tenant_scope(house.organisation.id):
        plans.set_ambition(cycle=past, revenue_minor=60_000_000, version=0, by=factories.actor(director))
        factories.make_ready(past)
        activate(past, director)

    assert Job.objects.get().key == "2025-09-30"


def test_without_an_ambition_it_is_refused(quarter: Cycle, director: Membership) -> None:
    with tenant_scope(quarter.organisation_id), pytest.raises(ValidationError):
        activate(quarter, director)


def test_a_share_without_target_blocks_and_is_named(
    house: House, planned: Cycle, director: Membership
) -> None:
    with tenant_scope(planned.organisation_id):
        Objective.objects.filter(person=house.people["Ann"]).update(target=None)

        with pytest.raises(ValidationError) as refused:
            activate(planned, director)

    assert "Ann" in " ".join(refused.value.messages)


def test_a_share_of_somebody_who_left_blocks_and_is_named(
    house: House, planned: Cycle, director: Membership
) -> None:
    with tenant_scope(planned.organisation_id):
        house.people["Cai"].end_on = date(2025, 12, 1)
        house.people["Cai"].save()

        with pytest.raises(ValidationError) as refused:
            activate(planned, director)

    assert "Cai" in " ".join(refused.value.messages)


def test_activating_twice_is_refused(planned: Cycle, director: Membership) -> None:
    with tenant_scope(planned.organisation_id):
        activate(planned, director)

        with pytest.raises(Locked):
            activate(planned, director)


def test_only_who_sets_objectives_activates(planned: Cycle, bob: Membership) -> None:
    with tenant_scope(planned.organisation_id), pytest.raises(PermissionDenied):
        activate(planned, bob)


def test_a_house_without_history_activates_with_its_revenue_alone(house: House, alice: Membership) -> None:
    with tenant_scope(house.organisation.id):
        far = factories.cycle(
            house.organisation, "Q1 2020", start_on=date(2020, 1, 1), end_on=date(2020, 4, 1)
        )
        plan = factories.plan(far, revenue_minor=1_000)
        plan.result = {"chain": [], "links": [], "wins": None}
        plan.save()
        factories.objective(far, target=1_000)
        factories.make_ready(far)
        activate(far, alice)

        assert set(Objective.objects.filter(cycle=far).values_list("metric", flat=True)) == {"revenue_won"}


def test_the_tree_is_read_a_level_at_a_time(planned: Cycle, director: Membership) -> None:
    with tenant_scope(planned.organisation_id):
        activate(planned, director)
        (root,) = objective_tree(planned).nodes
        below = objective_tree(planned, root).nodes
        north = next(node for node in below if node.owner == "North")
        ann, _bea = objective_tree(planned, north).nodes

        assert north.has_children
        assert not ann.has_children
        above = parents_of(Objective.objects.get(pk=ann.pk))
        assert [row.pk for row in above] == [root.pk, north.pk]
