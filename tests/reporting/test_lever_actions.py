"""Lever actions: written, moved only as they may, measured afterwards, shown to whom they concern."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from time_machine import travel

from objectives.actions import cycles
from objectives.actions.errors import InUse
from reporting.actions import lever_actions as actions
from reporting.actions.lever_actions import Wanted
from reporting.domain import lever_actions as domain
from reporting.domain.effect import Verdict
from reporting.domain.lever_actions import IllegalMove, LeverKind, State, Verb
from reporting.models import ActionEffect, LeverAction
from reporting.queries.action_effects import measured
from tenants.access import SYSTEM
from tenants.actions import jobs
from tenants.models import AuditEntry, Membership
from tenants.queries import team_tree
from tests import factories
from tests.reporting.builders import AS_OF, Quarter

TODAY = date(2026, 2, 12)
LIST = "/o/atelier/analysis/actions/"


def wanted(quarter: Quarter, **given: Any) -> Wanted:
    fields = {
        "lever": LeverKind.FOLLOW_UP, "owner": quarter.carol, "start_on": TODAY, "review_on": date(2026, 3, 12),
        "team_id": quarter.north.pk, "expected": 9_600_000, "note": "Call back within a day",
        "steps": [{"text": "List the late ones"}, {"text": "Call them"}],
    }  # fmt: skip
    return Wanted(**{**fields, **given})


def planned(quarter: Quarter, **given: Any) -> LeverAction:
    with factories.scope_of(quarter.organisation):
        return actions.plan(cycle=quarter.cycle, wanted=wanted(quarter, **given), today=TODAY, by=SYSTEM)


def moved(quarter: Quarter, action: LeverAction, *verbs: Verb) -> LeverAction:
    with factories.scope_of(quarter.organisation):
        for verb in verbs:
            action = actions.move(action=action, verb=verb, today=TODAY, by=SYSTEM, conclusion="Seen")
        return action


def fields(quarter: Quarter, **given: Any) -> dict[str, Any]:
    """The form of an action as it is typed."""
    return {
        "lever": "follow_up", "scope": f"team:{quarter.north.pk}", "owner": str(quarter.carol.pk), "note": "Call back",
        "expected": "96k", "start_on": "2026-02-16", "review_on": "2026-03-16", "steps": "List them\nCall them", **given,
    }  # fmt: skip


# Moves ----------------------------------------------------------------------------------------------------------


def test_the_database_refuses_every_move_that_is_not_in_the_table(quarter: Quarter) -> None:
    ways = {State.PLANNED: (), State.RUNNING: (Verb.START,), State.REVIEWED: (Verb.START, Verb.REVIEW), State.ABANDONED: (Verb.ABANDON,)}  # fmt: skip
    legal = {(one.before, one.after) for one in domain.MOVES}
    for before, after in product(State, State):
        if before is after:
            continue
        action = moved(quarter, planned(quarter), *ways[before])
        over = "'2026-02-12'" if after in (State.REVIEWED, State.ABANDONED) else "NULL"
        with factories.scope_of(quarter.organisation):
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(
                        f"UPDATE reporting_leveraction SET state = %s, over_on = {over} WHERE id = %s",
                        [after.value, action.pk],
                    )
            except IntegrityError:
                done = False
            else:
                done = True
        assert done == ((before, after) in legal), (before, after)


def test_what_is_over_does_not_change(quarter: Quarter) -> None:
    action = moved(quarter, planned(quarter), Verb.START, Verb.REVIEW)
    with factories.scope_of(quarter.organisation):
        with pytest.raises(ValidationError):
            actions.change(action=action, wanted=wanted(quarter), today=TODAY, by=SYSTEM)
        with pytest.raises(ValidationError):
            actions.tick(action=action, done=[0], today=TODAY, by=SYSTEM)
        with pytest.raises(IntegrityError), transaction.atomic():
            LeverAction.objects.filter(pk=action.pk).update(note="Better words")


@pytest.mark.parametrize(
    ("before", "verb"), [((), Verb.REVIEW), ((Verb.START,), Verb.START), ((Verb.ABANDON,), Verb.START)]
)
def test_the_action_and_the_page_refuse_an_illegal_move(
    quarter: Quarter, alice: Membership, before: tuple[Verb, ...], verb: Verb
) -> None:
    action = moved(quarter, planned(quarter), *before)
    with factories.scope_of(quarter.organisation), pytest.raises(IllegalMove):
        actions.move(action=action, verb=verb, today=TODAY, by=SYSTEM, conclusion="Seen")
    answer = factories.client_of(alice).post(f"{LIST}{action.pk}/", {"do": verb.value, "conclusion": "Seen"})
    assert answer.status_code == 422
    assert "cannot do that now" in answer.text


def test_a_review_says_what_was_concluded(quarter: Quarter, bob: Membership) -> None:
    action = moved(quarter, planned(quarter), Verb.START)
    client = factories.client_of(bob)
    assert client.post(f"{LIST}{action.pk}/", {"do": "review"}).status_code == 422
    client.post(f"{LIST}{action.pk}/", {"do": "review", "conclusion": "Go on until June"})
    with factories.scope_of(quarter.organisation):
        action.refresh_from_db()
        assert (action.state, action.conclusion) == ("reviewed", "Go on until June")
        assert AuditEntry.objects.filter(verb="lever_action.review", object_id=action.pk).exists()


def test_an_early_start_is_measured_from_the_day_it_began(quarter: Quarter) -> None:
    action = moved(quarter, planned(quarter, start_on=date(2026, 2, 20)), Verb.START)
    assert action.start_on == TODAY


# Writing --------------------------------------------------------------------------------------------------------


def test_a_manager_writes_actions_for_own_teams_and_people_only(quarter: Quarter, bob: Membership) -> None:
    by = factories.actor(bob)
    with factories.scope_of(quarter.organisation):
        for own in ({}, {"team_id": None, "person_id": quarter.carol.pk}):
            actions.plan(cycle=quarter.cycle, wanted=wanted(quarter, **own), today=TODAY, by=by)
        for other in (
            {"team_id": quarter.south.pk},
            {"team_id": None},
            {"team_id": None, "person_id": quarter.sofia.pk},
        ):
            with pytest.raises(PermissionDenied):
                actions.plan(cycle=quarter.cycle, wanted=wanted(quarter, **other), today=TODAY, by=by)


@travel(TODAY, tick=False)
def test_the_form_is_filled_in_by_the_query_and_keeps_what_was_typed(
    quarter: Quarter, bob: Membership
) -> None:
    client, stage = factories.client_of(bob), factories.stages(quarter.organisation)["Engaging"]
    page = client.get(
        f"{LIST}new/",
        {"lever": "qualification", "stage": str(stage.pk), "team": str(quarter.north.pk), "expected": "9600000", "note": "Ask"},
    )  # fmt: skip
    assert 'value="96,000"' in page.text
    assert page.context["form"].initial["scope"] == f"team:{quarter.north.pk}"
    wrong = client.post(f"{LIST}new/", fields(quarter, expected="lots"))
    assert wrong.status_code == 422
    assert 'value="lots"' in wrong.text
    assert "This is not an amount" in wrong.text
    made = client.post(f"{LIST}new/", fields(quarter, stage=str(stage.pk)), follow=True)
    assert "Follow-up, North" in made.text
    assert [step["text"] for step in made.context["steps"]] == ["List them", "Call them"]


@travel(TODAY, tick=False)
def test_steps_are_ticked_and_words_are_changed(quarter: Quarter, bob: Membership) -> None:
    action, client = planned(quarter), factories.client_of(bob)
    client.post(f"{LIST}{action.pk}/", {"do": "tick", "done": ["1"]})
    client.post(
        f"{LIST}{action.pk}/",
        fields(quarter, do="save", steps="Call them\nThank them", start_on="2026-02-12"),
    )
    with factories.scope_of(quarter.organisation):
        action.refresh_from_db()
        assert action.steps == [{"text": "Call them", "done": True}, {"text": "Thank them", "done": False}]


# Reading --------------------------------------------------------------------------------------------------------


@travel(TODAY, tick=False)
def test_a_list_shows_what_is_within_reach_and_what_is_due(
    quarter: Quarter, alice: Membership, bob: Membership
) -> None:
    planned(quarter)
    moved(quarter, planned(quarter, review_on=date(2026, 2, 15)), Verb.START)
    planned(quarter, team_id=quarter.south.pk, start_on=date(2026, 3, 2), lever=LeverKind.VALUE)

    def titles(member: Membership, query: str = "") -> list[str]:
        return [row["title"] for row in factories.client_of(member).get(LIST + query).context["rows"]]

    assert sorted(titles(alice)) == ["Follow-up, North", "Follow-up, North", "Value, South"]
    assert titles(bob) == ["Follow-up, North"] * 2
    assert titles(alice, "?state=running") == ["Follow-up, North"]
    assert titles(alice, "?due=1") == ["Follow-up, North"] * 2
    assert titles(alice, f"?team={quarter.south.pk}") == ["Value, South"]


@travel(TODAY, tick=False)
def test_what_is_due_this_week_waits_on_the_homes(
    quarter: Quarter, alice: Membership, bob: Membership, carol: Membership
) -> None:
    action = planned(quarter)
    state = {"cycle": str(quarter.cycle.pk), "as_of": AS_OF.isoformat()}
    assert (
        "1 lever action due this week" in factories.client_of(alice).get("/o/atelier/director/", state).text
    )
    assert "1 lever action due this week" in factories.client_of(bob).get("/o/atelier/manager/", state).text
    assert f"/analysis/actions/{action.pk}/" in factories.client_of(carol).get("/o/atelier/rep/", state).text


def test_who_answers_for_an_action_reads_it_and_changes_nothing(quarter: Quarter, carol: Membership) -> None:
    action, client = planned(quarter), factories.client_of(carol)
    page = client.get(f"{LIST}{action.pk}/")
    assert (page.status_code, page.context["form"]) == (200, None)
    assert client.post(f"{LIST}{action.pk}/", {"do": "start"}).status_code == 403
    assert client.get(LIST).status_code == 403
    assert (
        client.get(f"{LIST}{planned(quarter, team_id=quarter.south.pk, owner=quarter.sofia).pk}/").status_code
        == 404
    )


def test_a_program_reads_them(quarter: Quarter) -> None:
    planned(quarter)
    (row,) = (
        factories.api_client(quarter.organisation)
        .get("/api/v1/lever-actions", {"state": "planned"})
        .json()["results"]
    )
    assert (row["lever"], row["expected_effect"], row["currency"], row["team"]) == (
        "follow_up", "96000.00", "EUR", str(quarter.north.pk),
    )  # fmt: skip


# Effect ---------------------------------------------------------------------------------------------------------

START = date(2025, 9, 1)


def sell(quarter: Quarter, *, owner: Any, team: Any, rates: tuple[float, float], size: int = 60) -> None:
    """Deals of somebody before and since the start of an action, which move on after five days at these rates."""
    stages = factories.stages(quarter.organisation)
    with factories.scope_of(quarter.organisation):
        for side, rate in enumerate(rates):
            for number in range(size):
                day = START + timedelta(days=number % 40 + (1 if side else -100))
                after = stages["Engaging" if number < rate * size else "Lost"]
                deal = factories.opportunity(
                    quarter.organisation, f"{owner.name}-{side}-{number}", stage=stages["Prospecting"], owner=owner,
                    team=team, created_on=day,
                )  # fmt: skip
                factories.event(deal, stages["Prospecting"], day)
                factories.event(deal, after, day + timedelta(days=5))


def test_an_effect_is_measured_against_what_happened_elsewhere(quarter: Quarter, bob: Membership) -> None:
    """North goes from 30 % to 60 % while South stays at 30 %."""
    sell(quarter, owner=quarter.carol, team=quarter.north, rates=(0.3, 0.6))
    sell(quarter, owner=quarter.sofia, team=quarter.south, rates=(0.3, 0.3))
    stage = factories.stages(quarter.organisation)["Prospecting"]
    helped = planned(quarter, stage=stage, start_on=START)
    everywhere = planned(quarter, stage=stage, start_on=START, team_id=None)
    moved(quarter, helped, Verb.START)
    with factories.scope_of(quarter.organisation):
        tree = team_tree(AS_OF)
        found = measured([LeverAction.objects.get(pk=helped.pk)], run=quarter.run, tree=tree)[helped.pk]
    assert found.counts == {
        "before": (18, 60),
        "after": (36, 60),
        "others_before": (18, 60),
        "others_after": (18, 60),
    }
    assert (found.verdict, found.entries) == (Verdict.HELPED, 60)
    assert found.added[0] == pytest.approx(0.3, abs=0.02)
    page = factories.client_of(bob).get(f"{LIST}{helped.pk}/")
    assert page.context["effect"]["verdict"] == "helped"
    assert "36" in page.text

    # A second action on the same rate leaves nobody untouched to compare with.
    moved(quarter, everywhere, Verb.START)
    with factories.scope_of(quarter.organisation):
        again = measured([LeverAction.objects.get(pk=helped.pk)], run=quarter.run, tree=tree)[helped.pk]
    assert again.verdict is Verdict.CANNOT_TELL


def test_capacity_is_measured_on_how_many_deals_come_and_value_on_what_a_win_brings(
    quarter: Quarter, bob: Membership
) -> None:
    """North goes from two deals a week of 10 000 to four of 20 000; South stays at two of 10 000."""
    stages = factories.stages(quarter.organisation)
    with factories.scope_of(quarter.organisation):
        for owner, team, since in ((quarter.carol, quarter.north, 2), (quarter.sofia, quarter.south, 1)):
            for number in range(-40, 20 * since):
                day = START + timedelta(days=number * 7 // (2 * since if number >= 0 else 2))
                amount = 1_000_000 * (since if number >= 0 else 1)
                deal = factories.opportunity(
                    quarter.organisation, f"{owner.name}{number}", stage=stages["Won"], owner=owner, team=team, created_on=day,
                    amount_minor=amount,
                )  # fmt: skip
                factories.event(deal, stages["Prospecting"], day)
                factories.event(deal, stages["Won"], day + timedelta(days=10))
    capacity = planned(quarter, lever=LeverKind.CAPACITY, start_on=START)
    worth = planned(quarter, lever=LeverKind.VALUE, start_on=START)
    begun = [moved(quarter, one, Verb.START) for one in (capacity, worth)]
    with factories.scope_of(quarter.organisation):
        found = measured(begun, run=quarter.run, tree=team_tree(AS_OF))
    assert found[capacity.pk].verdict is Verdict.HELPED
    assert found[worth.pk].verdict is Verdict.HELPED
    assert found[worth.pk].counts["after"] == (80_000_000, 40)
    assert found[worth.pk].added[0] == pytest.approx(1_000_000, rel=0.05)

    page = factories.client_of(bob).get(f"{LIST}{capacity.pk}/")
    assert "deals a week" in page.text
    assert "a win" in factories.client_of(bob).get(f"{LIST}{worth.pk}/").text


def test_a_night_stores_the_effects_and_a_page_reads_them(
    quarter: Quarter, bob: Membership, run_queued_jobs: Callable[[], int]
) -> None:
    sell(quarter, owner=quarter.carol, team=quarter.north, rates=(0.3, 0.6))
    sell(quarter, owner=quarter.sofia, team=quarter.south, rates=(0.3, 0.3))
    stage = factories.stages(quarter.organisation)["Prospecting"]
    action = moved(quarter, planned(quarter, stage=stage, start_on=START), Verb.START)
    jobs.enqueue(
        organisation_id=quarter.organisation.pk,
        kind=jobs.RECOMPUTE,
        key=AS_OF.isoformat(),
        task=jobs.RECOMPUTE_TASK,
    )
    run_queued_jobs()  # the night, which asks for the effects
    run_queued_jobs()
    with factories.scope_of(quarter.organisation):
        stored = ActionEffect.objects.get(action=action)
        assert (stored.run.as_of, stored.verdict, stored.counts["after"]) == (AS_OF, "helped", [36, 60])
        # What is read is what was said, whatever was written since.
        ActionEffect.objects.update(verdict="hurt")
    address = f"{LIST}{action.pk}/?as_of={AS_OF}"
    assert factories.client_of(bob).get(address).context["effect"]["state"] == "hurt"

    # Another action on the same rate changes what there is to compare with: what was stored holds no longer.
    moved(quarter, planned(quarter, stage=stage, start_on=START, team_id=None), Verb.START)
    page = factories.client_of(bob).get(address)
    assert page.context["effect"]["state"] == "cannot_tell"
    assert "No untouched scope" in page.text


def test_a_draft_cycle_that_actions_are_planned_in_is_not_deleted(quarter: Quarter) -> None:
    with factories.scope_of(quarter.organisation):
        draft = factories.cycle(quarter.organisation, start_on=date(2026, 4, 1), end_on=date(2026, 7, 1))
        factories.objective(draft)
        dates = {"start_on": date(2026, 4, 2), "review_on": date(2026, 5, 4)}
        actions.plan(cycle=draft, wanted=wanted(quarter, **dates), today=TODAY, by=SYSTEM)

        with pytest.raises(InUse):
            cycles.delete(cycle=draft, by=SYSTEM)

        assert draft.objectives.count() == 1
        assert not AuditEntry.objects.filter(verb="cycle.delete").exists()
