from __future__ import annotations

from datetime import date

from objectives.actions.versions import record_first
from objectives.models import Objective, ObjectiveVersion
from tenants.models import Membership, Organisation
from tenants.scope import tenant_scope
from tests import factories


def test_the_first_version_says_what_was_activated_with_the_context_from_above(
    atelier: Organisation, alice: Membership
) -> None:
    with tenant_scope(atelier.id):
        cycle = factories.cycle(atelier, state="active")
        company = factories.objective(
            cycle, context={"segments": ["industry"], "success": "signed"}, state="active"
        )
        team = factories.objective(
            cycle,
            team=factories.team(atelier),
            parent=company,
            context={"success": "paid"},
            target=10_000,
            stretch=12_000,
            why="Half of it.",
            state="active",
        )

        written = record_first(cycle, factories.actor(alice), factories.NOON)

        version = ObjectiveVersion.objects.get(objective=team)
        assert written == 2
        assert (version.number, version.from_on, version.actor_id) == (1, date(2026, 1, 1), alice.id)
        assert (version.target, version.stretch, version.why) == (10_000, 12_000, "Half of it.")
        assert version.context == {"segments": ["industry"], "success": "paid"}


def test_the_first_versions_take_two_queries_however_many_objectives(
    atelier: Organisation, alice: Membership, django_assert_num_queries
) -> None:
    with tenant_scope(atelier.id):
        cycle = factories.cycle(atelier, state="active")
        company = factories.objective(cycle, state="active")
        Objective.objects.bulk_create(
            Objective(
                organisation=atelier,
                cycle=cycle,
                metric="revenue_won",
                parent=company,
                person=factories.person(atelier, f"P{n}"),
                target=n,
                state="active",
            )
            for n in range(20)
        )

        with django_assert_num_queries(2):
            record_first(cycle, factories.actor(alice), factories.NOON)
