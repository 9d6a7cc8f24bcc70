from typing import Any

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from objectives.actions import plans
from objectives.actions.errors import Locked, StaleVersion
from objectives.models import Cycle, Plan
from objectives.queries import phased_plan
from tenants.access import Actor
from tenants.models import AuditEntry, Membership, Organisation
from tenants.scope import tenant_scope
from tests import factories
from tests.objectives.conftest import House

TARGET = 60_000_000  # 600 000.00


def set_ambition(cycle: Cycle, member: Membership, **given: Any) -> Plan:
    with tenant_scope(cycle.organisation_id):
        known = {"revenue_minor": TARGET, "version": 0, **given}
        return plans.set_ambition(cycle=cycle, by=factories.actor(member), **known)


def set_lever(cycle: Cycle, member: Membership, lever: str, **given: Any) -> Plan:
    with tenant_scope(cycle.organisation_id):
        version = Plan.objects.get(cycle=cycle).version
        known = {"version": version, **given}
        return plans.set_lever(cycle=cycle, lever=lever, by=factories.actor(member), **known)


def test_an_ambition_becomes_wins_and_entries_of_each_stage(quarter: Cycle, director: Membership) -> None:
    plan = set_ambition(quarter, director)

    assert plan.result["wins"] == pytest.approx(50)
    first, second = plan.result["links"]
    assert second["expected"] == pytest.approx(50 / second["rate"])
    assert first["expected"] == pytest.approx(50 / (first["rate"] * second["rate"]))
    assert first["safe"] > first["expected"]
    assert (plan.version, plan.engine) == (1, "plan-1")


def test_typed_rates_give_the_golden_figures(house: House, quarter: Cycle, director: Membership) -> None:
    set_ambition(quarter, director)
    set_lever(quarter, director, str(house.stages["Prospecting"].id), value=0.5)
    plan = set_lever(quarter, director, str(house.stages["Engaging"].id), value=0.25)

    assert [link["expected"] for link in plan.result["links"]] == pytest.approx([400, 200])
    assert [link["safe"] for link in plan.result["links"]] == [444, 220]
    assert [link["source"] for link in plan.result["links"]] == ["typed", "typed"]


def test_taking_the_history_again_undoes_what_was_typed(
    house: House, quarter: Cycle, director: Membership
) -> None:
    before = set_ambition(quarter, director).result["rates"]
    stage = str(house.stages["Engaging"].id)
    set_lever(quarter, director, stage, value=0.25)

    assert set_lever(quarter, director, stage, value=None).result["rates"] == before


def test_an_open_padlock_raises_the_rate_when_the_volume_is_held(
    house: House, quarter: Cycle, director: Membership
) -> None:
    stage = str(house.stages["Engaging"].id)
    before = set_ambition(quarter, director).result["rates"]
    set_lever(quarter, director, plans.VOLUME, locked=True, keep_value=True)

    plan = set_lever(quarter, director, stage, locked=False, keep_value=True)

    assert plan.result["rates"][0] == before[0]
    assert plan.result["rates"][1] > before[1]
    assert plan.result["links"][1]["source"] == "solved"


def test_a_typed_value_closes_an_open_padlock(house: House, quarter: Cycle, director: Membership) -> None:
    stage = str(house.stages["Engaging"].id)
    set_ambition(quarter, director)
    set_lever(quarter, director, plans.VOLUME, locked=True, keep_value=True)
    set_lever(quarter, director, stage, locked=False, keep_value=True)

    plan = set_lever(quarter, director, stage, value=0.31)

    assert plan.result["rates"][1] == pytest.approx(0.31)
    assert plan.overrides["rates"][stage] == {"value": 0.31, "locked": True}


def test_what_is_too_late_and_what_the_open_pipeline_brings_are_in_the_plan(
    quarter: Cycle, director: Membership
) -> None:
    result = set_ambition(quarter, director).result

    assert 0 < result["open"] < TARGET
    assert result["to_close"] == pytest.approx(TARGET - result["open"])
    assert 0 < result["too_late"] <= result["to_close"]
    assert len(result["weeks"]) == 14


def test_the_phased_plan_ends_on_the_target_exactly(quarter: Cycle, director: Membership) -> None:
    set_ambition(quarter, director)

    with tenant_scope(quarter.organisation_id):
        phased = phased_plan(Plan.objects.select_related("cycle").get(cycle=quarter))

    assert phased is not None
    assert phased.revenue[-1] == TARGET
    assert phased.counts.shape == (3, 90)
    assert (np.diff(phased.revenue, prepend=0) >= 0).all()
    assert phased.path[-1] == 1


def test_without_history_the_path_follows_the_working_days(atelier: Organisation, alice: Membership) -> None:
    factories.stages(atelier)
    cycle = factories.cycle(atelier)
    plan = set_ambition(cycle, alice)

    with tenant_scope(atelier.id):
        phased = phased_plan(Plan.objects.select_related("cycle").get(pk=plan.pk))

    assert phased is not None
    assert phased.stages == []
    assert not phased.chain_revenue.any()
    worked = np.asarray(phased.day_weights).cumsum()
    np.testing.assert_allclose(phased.path, worked / worked[-1])


def test_a_plan_without_ambition_has_no_phasing(atelier: Organisation) -> None:
    plan = factories.plan(factories.cycle(atelier), revenue_minor=None)

    assert phased_plan(plan) is None


def test_a_plan_that_was_never_computed_follows_the_working_days(atelier: Organisation) -> None:
    phased = phased_plan(factories.plan(factories.cycle(atelier)))

    assert phased is not None
    assert phased.revenue[-1] == phased.target


def test_a_stale_version_carries_the_others_change(quarter: Cycle, director: Membership) -> None:
    set_ambition(quarter, director)

    with pytest.raises(StaleVersion) as refused:
        set_ambition(quarter, director, revenue_minor=70_000_000)

    assert refused.value.current.revenue_minor == TARGET  # type: ignore[attr-defined]
    assert refused.value.by == director.id


def test_the_same_wish_twice_is_no_conflict(quarter: Cycle, director: Membership) -> None:
    set_ambition(quarter, director)

    assert set_ambition(quarter, director).version == 1


@pytest.mark.parametrize("amount", [0, -1, 2**60])
def test_an_ambition_without_meaning_is_refused_at_its_field(
    quarter: Cycle, director: Membership, amount: int
) -> None:
    with pytest.raises(ValidationError) as refused:
        set_ambition(quarter, director, revenue_minor=amount)

    assert "revenue" in refused.value.message_dict


@pytest.mark.parametrize("rate", [0.0, -0.1, 1.01])
def test_a_rate_without_meaning_is_refused(
    house: House, quarter: Cycle, director: Membership, rate: float
) -> None:
    set_ambition(quarter, director)

    with pytest.raises(ValidationError):
        set_lever(quarter, director, str(house.stages["Engaging"].id), value=rate)


def test_only_who_sets_objectives_may(quarter: Cycle, bob: Membership) -> None:
    with pytest.raises(PermissionDenied):
        set_ambition(quarter, bob)


def test_an_active_cycle_is_locked(house: House, alice: Membership) -> None:
    active = factories.cycle(house.organisation, state=Cycle.State.ACTIVE)

    with pytest.raises(Locked):
        set_ambition(active, alice)


def test_each_change_leaves_its_trace(quarter: Cycle, director: Membership) -> None:
    set_ambition(quarter, director)

    with tenant_scope(quarter.organisation_id):
        entry = AuditEntry.objects.get(verb="plan.ambition")
        assert (entry.actor_id, entry.detail["revenue"]) == (director.id, TARGET)


def test_recomputing_keeps_what_was_typed(house: House, quarter: Cycle, director: Membership) -> None:
    set_ambition(quarter, director)
    set_lever(quarter, director, str(house.stages["Engaging"].id), value=0.25)

    with tenant_scope(quarter.organisation_id):
        by: Actor = factories.actor(director)
        plan = plans.recompute_plan(cycle=quarter, by=by)

    assert plan.result["rates"][1] == 0.25
