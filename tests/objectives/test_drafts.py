"""Undo: every change of a draft can be taken back, exactly, until the cycle is active."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from objectives.actions import cascades, drafts, plans
from objectives.actions.errors import Locked, StaleVersion
from objectives.domain.cascade import Infeasible
from objectives.models import Cycle, DraftStep, Objective, Plan
from tenants.access import Actor
from tenants.models import AuditEntry, Membership
from tenants.scope import tenant_scope
from tests import factories
from tests.kept import kept
from tests.objectives.conftest import House

Change = Callable[[House, Cycle, Actor], None]


def undo_last(cycle: Cycle, by: Actor) -> DraftStep:
    last = DraftStep.objects.filter(cycle=cycle).latest("number")
    return drafts.undo(cycle=cycle, step_id=last.pk, by=by)


def set_ambition(amount: int) -> Change:
    def change(house: House, cycle: Cycle, by: Actor) -> None:
        plans.set_ambition(cycle=cycle, revenue_minor=amount, version=version_of(cycle), by=by)

    return change


def version_of(cycle: Cycle) -> int:
    plan = Plan.objects.filter(cycle=cycle).first()
    return plan.version if plan else 0


def row_of(cycle: Cycle, **owner: object) -> Objective:
    return Objective.objects.get(cycle=cycle, metric="revenue_won", **owner)


def type_a_share(house: House, cycle: Cycle, by: Actor) -> None:
    row = row_of(cycle, person=house.people["Ann"])
    cascades.change_share(
        cycle=cycle, objective=row, target_minor=100, version=row.version, by=by, reason="Part time"
    )


def turn_a_padlock(house: House, cycle: Cycle, by: Actor) -> None:
    row = row_of(cycle, team=house.teams["North"])
    cascades.set_padlock(cycle=cycle, objective=row, locked=not row.is_locked, version=row.version, by=by)


def change_the_cover(house: House, cycle: Cycle, by: Actor) -> None:
    cascades.set_cover(cycle=cycle, ratio=Decimal("1.1"), version=version_of(cycle), by=by)


def type_a_rate(house: House, cycle: Cycle, by: Actor) -> None:
    stage = str(house.stages["Engaging"].id)
    plans.set_lever(cycle=cycle, lever=stage, version=version_of(cycle), by=by, value=0.25)


def recompute(house: House, cycle: Cycle, by: Actor) -> None:
    plans.recompute_plan(cycle=cycle, by=by)


def cai_leaves(house: House, cycle: Cycle, by: Actor) -> None:
    house.people["Cai"].end_on = date(2025, 12, 1)
    house.people["Cai"].save()
    cascades.share_out(cycle=cycle, by=by)


def a_team_under_another(house: House, cycle: Cycle, by: Actor) -> None:
    house.teams["South"].parent = house.teams["North"]
    house.teams["South"].save()
    cascades.share_out(cycle=cycle, by=by)


def a_typed_objective(house: House, cycle: Cycle, by: Actor) -> None:
    with drafts.remembered(cycle, "objective.add", by):
        segment = f"Industry {Objective.objects.count()}"
        Objective.objects.create(
            cycle=cycle, metric="deals_won", target=3, segment=segment, context={"channels": ["Phone"]}
        )


def another_rhythm(house: House, cycle: Cycle, by: Actor) -> None:
    with drafts.remembered(cycle, "cycle.rhythm", by):
        Cycle.objects.filter(pk=cycle.pk).update(rhythm="monthly", answers_due_on=date(2025, 12, 20))


CHANGES: list[Change] = [
    set_ambition(60_000_000),
    set_ambition(75_000_000),
    type_a_share,
    turn_a_padlock,
    change_the_cover,
    type_a_rate,
    recompute,
    cai_leaves,
    a_team_under_another,
    a_typed_objective,
    another_rhythm,
]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chosen=st.lists(st.sampled_from(CHANGES), min_size=1, max_size=6))
def test_as_many_undos_as_changes_give_back_what_was(
    house: House, quarter: Cycle, director: Membership, chosen: list[Change]
) -> None:
    by = factories.actor(director)
    with tenant_scope(house.organisation.id):
        before = drafts.read(quarter)
        states = []
        for change in chosen:
            known = DraftStep.objects.count()
            now = drafts.read(quarter)
            try:
                with transaction.atomic():
                    change(house, quarter, by)
            except (ValidationError, Infeasible, Objective.DoesNotExist):
                continue
            if DraftStep.objects.count() > known:
                states.append(now)

        for was in reversed(states):
            undo_last(quarter, by)
            found = drafts.read(quarter)
            assert (found.cycle, found.plan, found.objectives) == (was.cycle, was.plan, was.objectives)

        assert not DraftStep.objects.exists()
        assert drafts.read(quarter).objectives == before.objectives
        transaction.set_rollback(True)


@kept
def planned(quarter: Cycle, director: Membership) -> Cycle:
    with tenant_scope(quarter.organisation_id):
        plans.set_ambition(cycle=quarter, revenue_minor=60_000_000, version=0, by=factories.actor(director))
    return quarter


def test_what_one_person_did_at_once_is_one_step(planned: Cycle, director: Membership) -> None:
    with tenant_scope(planned.organisation_id):
        (step,) = DraftStep.objects.filter(cycle=planned)

    assert (step.verb, step.actor_id) == ("plan.ambition", director.id)


def test_a_change_that_changes_nothing_leaves_no_step(
    house: House, planned: Cycle, director: Membership
) -> None:
    with tenant_scope(planned.organisation_id):
        cascades.share_out(cycle=planned, by=factories.actor(director))

        assert DraftStep.objects.count() == 1


def test_a_refused_change_leaves_no_step(house: House, planned: Cycle, director: Membership) -> None:
    with tenant_scope(planned.organisation_id):
        with pytest.raises(ValidationError), transaction.atomic():
            cascades.set_cover(cycle=planned, ratio=Decimal(9), version=1, by=factories.actor(director))

        assert DraftStep.objects.count() == 1


def test_undoing_outdates_what_others_look_at(house: House, planned: Cycle, director: Membership) -> None:
    """Two people: what one saw before the undo is refused, although the figures may look alike."""
    by = factories.actor(director)
    with tenant_scope(planned.organisation_id):
        seen = row_of(planned, person=house.people["Ann"])
        type_a_share(house, planned, by)
        undo_last(planned, by)

        with pytest.raises(StaleVersion):
            cascades.change_share(cycle=planned, objective=seen, target_minor=5, version=seen.version, by=by)


def test_only_the_change_that_was_named_is_undone(house: House, planned: Cycle, director: Membership) -> None:
    by = factories.actor(director)
    with tenant_scope(planned.organisation_id):
        shown = DraftStep.objects.latest("number")
        type_a_share(house, planned, by)

        with pytest.raises(StaleVersion):
            drafts.undo(cycle=planned, step_id=shown.pk, by=by)


def test_undoing_twice_the_same_is_refused(planned: Cycle, director: Membership) -> None:
    by = factories.actor(director)
    with tenant_scope(planned.organisation_id):
        step = DraftStep.objects.latest("number")
        drafts.undo(cycle=planned, step_id=step.pk, by=by)

        with pytest.raises(StaleVersion):
            drafts.undo(cycle=planned, step_id=step.pk, by=by)


def test_the_last_fifty_changes_are_kept(planned: Cycle, director: Membership) -> None:
    by = factories.actor(director)
    with tenant_scope(planned.organisation_id):
        for count in range(55):
            with drafts.remembered(planned, "objective.change", by):
                Objective.objects.filter(cycle=planned, team=None, person=None).update(priority=1 + count % 2)

        assert DraftStep.objects.count() == drafts.KEPT


def test_undoing_is_in_the_audit_trail(planned: Cycle, director: Membership) -> None:
    with tenant_scope(planned.organisation_id):
        undo_last(planned, factories.actor(director))

        entry = AuditEntry.objects.get(verb="draft.undo")

    assert (entry.actor_id, entry.detail) == (director.id, {"verb": "plan.ambition"})


def test_a_locked_cycle_is_neither_changed_nor_undone(
    house: House, quarter: Cycle, director: Membership
) -> None:
    by = factories.actor(director)
    with tenant_scope(quarter.organisation_id):
        plans.set_ambition(cycle=quarter, revenue_minor=60_000_000, version=0, by=by)
        step = DraftStep.objects.get()
        Cycle.objects.filter(pk=quarter.pk).update(state="active", activated_at=factories.NOON)

        with pytest.raises(Locked):
            drafts.undo(cycle=quarter, step_id=step.pk, by=by)
        with pytest.raises(Locked), drafts.remembered(quarter, "cascade.share", by):
            pass


def test_who_may_not_set_objectives_undoes_nothing(planned: Cycle, bob: Membership) -> None:
    with tenant_scope(planned.organisation_id):
        step = DraftStep.objects.get()
        with pytest.raises(PermissionDenied):
            drafts.undo(cycle=planned, step_id=step.pk, by=factories.actor(bob))


# The button ----------------------------------------------------------------------------------------------------


def page(name: str, cycle: Cycle) -> str:
    return reverse(f"objectives:{name}", kwargs={"organisation": "atelier", "cycle": cycle.pk})


def test_every_step_names_the_last_change_and_who_made_it(
    planned: Cycle, director: Membership, client_of: Callable[[Membership], Client]
) -> None:
    browser = client_of(director)

    for step in ("ambition", "funnel", "cascade", "review"):
        text = browser.get(page(step, planned)).text
        assert "Undo: revenue objective changed" in text
        assert "Alice, " in text


def test_the_button_takes_the_change_back_and_stays_on_the_step(
    planned: Cycle, director: Membership, client_of: Callable[[Membership], Client]
) -> None:
    browser = client_of(director)
    with tenant_scope(planned.organisation_id):
        change = DraftStep.objects.get().pk

    answer = browser.post(page("undo", planned), {"change": change, "step": "funnel"}, follow=True)

    assert answer.redirect_chain[-1][0] == page("funnel", planned)
    assert "Undone: revenue objective changed." in answer.text
    assert "Undo: " not in answer.text
    with tenant_scope(planned.organisation_id):
        assert not Objective.objects.exists()


def test_the_button_of_an_outdated_page_undoes_nothing_and_says_why(
    house: House, planned: Cycle, director: Membership, client_of: Callable[[Membership], Client]
) -> None:
    with tenant_scope(planned.organisation_id):
        change = DraftStep.objects.get().pk
        type_a_share(house, planned, factories.actor(director))

    answer = client_of(director).post(page("undo", planned), {"change": change, "step": "x"}, follow=True)

    assert "Nothing was undone: Alice changed the draft meanwhile (share changed)." in answer.text
    with tenant_scope(planned.organisation_id):
        assert DraftStep.objects.count() == 2


def test_an_adviser_has_no_undo(planned: Cycle, client_of: Callable[[Membership], Client]) -> None:
    browser = client_of(factories.member(planned.organisation, "adviser"))

    assert "Undo" not in browser.get(page("funnel", planned)).text
    assert browser.post(page("undo", planned), {"change": planned.pk}).status_code == 403
