from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from objectives.actions import cascades, plans
from objectives.actions.errors import Locked, StaleVersion
from objectives.domain.cascade import Conflict, Infeasible
from objectives.models import Cycle, Objective
from objectives.queries.capacity import sellers
from objectives.queries.tree import cascade_rows, revenue_rows
from tenants.models import Membership, TeamMembership
from tenants.scope import tenant_scope
from tests import factories
from tests.kept import kept
from tests.objectives.conftest import House

TARGET = 60_000_000


@kept
def shared(quarter: Cycle, director: Membership) -> Cycle:
    """The quarter with its ambition, shared out."""
    with tenant_scope(quarter.organisation_id):
        plans.set_ambition(cycle=quarter, revenue_minor=TARGET, version=0, by=factories.actor(director))
    return quarter


def share_of(cycle: Cycle, name: str) -> Objective:
    """The revenue objective of a team or a person; of the company for ""."""
    rows = {str(row.team or row.person or ""): row for row in revenue_rows(cycle)}
    return rows[name]


def targets(cycle: Cycle) -> dict[str, int]:
    return {str(row.team or row.person or ""): int(row.target or 0) for row in revenue_rows(cycle)}


def type_share(cycle: Cycle, member: Membership, name: str, target: int, **given: Any) -> None:
    row = share_of(cycle, name)
    known = {"target_minor": target, "version": row.version, **given}
    cascades.change_share(cycle=cycle, objective=row, by=factories.actor(member), **known)


def test_the_ambition_is_shared_down_to_people_to_the_cent(shared: Cycle) -> None:
    with tenant_scope(shared.organisation_id):
        found = targets(shared)

    assert found["North"] + found["South"] == found[""] == TARGET
    assert found["Ann"] + found["Bea"] == found["North"]
    assert found["Cai"] == found["South"]


def test_weights_are_capacity_times_productivity(house: House, quarter: Cycle) -> None:
    with tenant_scope(house.organisation.id):
        people = {one.person.name: one for one in sellers(quarter).people}

    assert people["Ann"].presence == people["Ann"].ramp == 1
    assert people["Ann"].months == pytest.approx(12, abs=0.1)
    assert people["Ann"].won_minor > 0
    assert people["Ann"].weight == pytest.approx(people["Ann"].productivity)


def test_somebody_who_comes_in_the_middle_weighs_by_the_days_here(house: House, quarter: Cycle) -> None:
    with tenant_scope(house.organisation.id):
        dora = factories.person(house.organisation, "Dora", team=house.teams["South"], profile="ramping")
        dora.start_on = date(2026, 2, 16)
        dora.save()
        people = {one.person.name: one for one in sellers(quarter).people}

    assert people["Dora"].presence == pytest.approx(32 / 63)  # working days of France
    assert 0.25 <= people["Dora"].ramp < 0.5


def test_who_left_before_the_cycle_has_no_share(house: House, quarter: Cycle) -> None:
    with tenant_scope(house.organisation.id):
        house.people["Bea"].end_on = date(2025, 12, 1)
        house.people["Bea"].save()

        assert {one.person.name for one in sellers(quarter).people} == {"Ann", "Cai"}


def test_who_changes_team_counts_where_most_of_the_cycle_is_spent(house: House, quarter: Cycle) -> None:
    with tenant_scope(house.organisation.id):
        TeamMembership.objects.filter(person=house.people["Bea"]).update(end_on=date(2026, 2, 1))
        TeamMembership.objects.create(
            person=house.people["Bea"], team=house.teams["South"], start_on=date(2026, 2, 1)
        )
        people = {one.person.name: one for one in sellers(quarter).people}

    assert people["Bea"].team_id == house.teams["South"].id
    assert people["Bea"].presence == 1


def test_who_only_manages_has_no_share(house: House, quarter: Cycle) -> None:
    with tenant_scope(house.organisation.id):
        boss = factories.person(house.organisation, "Boss")
        house.teams["North"].manager = boss
        house.teams["North"].save()

        assert "Boss" not in {one.person.name for one in sellers(quarter).people}


def test_sub_teams_stand_below_their_team(house: House, quarter: Cycle, director: Membership) -> None:
    with tenant_scope(house.organisation.id):
        house.teams["South"].parent = house.teams["North"]
        house.teams["South"].save()
        plans.set_ambition(cycle=quarter, revenue_minor=TARGET, version=0, by=factories.actor(director))
        found = targets(quarter)

        assert share_of(quarter, "South").parent_id == share_of(quarter, "North").pk
    assert found["North"] == TARGET == found["Ann"] + found["Bea"] + found["South"]


def test_a_typed_share_is_fixed_and_the_others_re_balance(shared: Cycle, director: Membership) -> None:
    with tenant_scope(shared.organisation_id):
        before = targets(shared)
        type_share(shared, director, "North", 30_000_000, reason="Two large accounts")
        found, north = targets(shared), share_of(shared, "North")

    assert (found["North"], found["South"]) == (30_000_000, 30_000_000)
    assert found["Ann"] + found["Bea"] == 30_000_000
    assert (north.is_locked, north.reason) == (True, "Two large accounts")
    assert north.computed_target == before["North"]


def test_freeing_a_share_gives_the_computed_one_again(shared: Cycle, director: Membership) -> None:
    with tenant_scope(shared.organisation_id):
        before = targets(shared)
        type_share(shared, director, "North", 30_000_000)
        north = share_of(shared, "North")
        cascades.set_padlock(
            cycle=shared, objective=north, locked=False, version=north.version, by=factories.actor(director)
        )

        assert targets(shared) == before


def test_an_edited_ambition_reaches_every_share_and_padlocks_stay(
    shared: Cycle, director: Membership
) -> None:
    with tenant_scope(shared.organisation_id):
        type_share(shared, director, "North", 30_000_000)
        plans.set_ambition(cycle=shared, revenue_minor=90_000_000, version=1, by=factories.actor(director))
        found = targets(shared)

    assert (found[""], found["North"], found["South"]) == (90_000_000, 30_000_000, 60_000_000)


def test_an_ambition_below_the_fixed_shares_keeps_them_and_shows_the_difference(
    shared: Cycle, director: Membership
) -> None:
    with tenant_scope(shared.organisation_id):
        type_share(shared, director, "North", 30_000_000)
        plans.set_ambition(cycle=shared, revenue_minor=20_000_000, version=1, by=factories.actor(director))
        company = cascade_rows(revenue_rows(shared), [])[0]

    assert (company.difference, company.cover) == (10_000_000, 1.5)


def test_shares_that_cannot_hold_are_named(shared: Cycle, director: Membership) -> None:
    with tenant_scope(shared.organisation_id), pytest.raises(Infeasible) as refused:
        type_share(shared, director, "North", 70_000_000)

    assert (refused.value.conflict, refused.value.names) == (Conflict.FIXED, ("North",))


def test_a_bound_holds_a_free_share(shared: Cycle, director: Membership) -> None:
    with tenant_scope(shared.organisation_id):
        before = targets(shared)
        type_share(shared, director, "South", before["South"], high=10_000_000)
        found, south = targets(shared), share_of(shared, "South")

    assert (found["South"], found["North"]) == (10_000_000, 50_000_000)
    assert not south.is_locked


@pytest.mark.parametrize(
    ("given", "field"),
    [({"target": -1}, "target"), ({"target": 1, "low": 5, "high": 4}, "high")],
    ids=["negative", "crossed"],
)
def test_a_share_without_meaning_is_refused_at_its_field(
    shared: Cycle, director: Membership, given: dict[str, int], field: str
) -> None:
    target = given.pop("target")
    with tenant_scope(shared.organisation_id), pytest.raises(ValidationError) as refused:
        type_share(shared, director, "North", target, **given)

    assert field in refused.value.message_dict


def test_the_cover_ratio_adds_a_margin_at_the_first_level(shared: Cycle, director: Membership) -> None:
    with tenant_scope(shared.organisation_id):
        by = factories.actor(director)
        cascades.set_cover(cycle=shared, ratio=Decimal("1.1"), version=1, by=by)
        company, north, *_ = cascade_rows(revenue_rows(shared), [])

    assert company.difference == 6_000_000
    assert company.cover == pytest.approx(1.1)
    assert north.difference == 0


def test_a_share_that_moved_meanwhile_is_stale(shared: Cycle, director: Membership) -> None:
    with tenant_scope(shared.organisation_id):
        seen = share_of(shared, "South")
        type_share(shared, director, "North", 30_000_000)

        with pytest.raises(StaleVersion) as refused:
            type_share(shared, director, "South", 1_000, version=seen.version)

    assert refused.value.current.target == 30_000_000  # type: ignore[attr-defined]
    assert refused.value.by == director.id


def test_a_newcomer_gets_a_share_when_it_is_shared_out_again(
    house: House, shared: Cycle, director: Membership
) -> None:
    with tenant_scope(shared.organisation_id):
        factories.person(house.organisation, "Dora", team=house.teams["South"])
        cascades.share_out(cycle=shared, by=factories.actor(director))
        found = targets(shared)

    assert found["Dora"] > 0
    assert found["Cai"] + found["Dora"] == found["South"]


def test_who_left_loses_the_share_when_it_is_shared_out_again(
    house: House, shared: Cycle, director: Membership
) -> None:
    with tenant_scope(shared.organisation_id):
        house.people["Cai"].end_on = date(2025, 12, 1)
        house.people["Cai"].save()
        cascades.share_out(cycle=shared, by=factories.actor(director))
        found = targets(shared)

    assert "Cai" not in found
    assert "South" not in found
    assert found["North"] == TARGET


def test_only_who_sets_objectives_may_share(shared: Cycle, bob: Membership) -> None:
    with tenant_scope(shared.organisation_id), pytest.raises(PermissionDenied):
        type_share(shared, bob, "North", 1_000)


def test_an_active_cycle_is_locked(house: House, alice: Membership) -> None:
    cycle = factories.cycle(house.organisation, state=Cycle.State.ACTIVE)

    with tenant_scope(house.organisation.id), pytest.raises(Locked):
        cascades.share_out(cycle=cycle, by=factories.actor(alice))


def test_an_edit_asks_for_a_fixed_number_of_queries(
    shared: Cycle, director: Membership, django_assert_max_num_queries: Any
) -> None:
    with tenant_scope(shared.organisation_id):
        north = share_of(shared, "North")
        by = factories.actor(director)
        with django_assert_max_num_queries(17):
            cascades.change_share(
                cycle=shared, objective=north, target_minor=30_000_000, version=north.version, by=by
            )


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    edits=st.lists(
        st.tuples(
            st.sampled_from(["North", "South", "Ann", "Bea"]), st.integers(0, 30_000_000), st.booleans()
        ),
        max_size=5,
    )
)
def test_after_any_edits_the_differences_shown_are_the_true_ones(
    shared: Cycle, director: Membership, edits: list[tuple[str, int, bool]]
) -> None:
    by = factories.actor(director)
    with tenant_scope(shared.organisation_id):
        for name, amount, free in edits:
            try:
                type_share(shared, director, name, amount)
                if free:
                    row = share_of(shared, name)
                    cascades.set_padlock(
                        cycle=shared, objective=row, locked=False, version=row.version, by=by
                    )
            except Infeasible:
                continue
        rows = revenue_rows(shared)
        locked = {str(row.team or row.person or "") for row in rows if row.is_locked}
        found = targets(shared)

    children = {"": ("North", "South"), "North": ("Ann", "Bea"), "South": ("Cai",)}
    shown = {str(r.objective.team or r.objective.person or ""): r.difference for r in cascade_rows(rows, [])}
    for parent, names in children.items():
        together = sum(found[name] for name in names)
        assert shown[parent] == together - found[parent]
        if parent == "" and not locked >= set(names):
            assert together == found[parent]
