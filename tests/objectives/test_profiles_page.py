"""The profiles step: what each person carries beside the revenue share, in line with the cascade."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from objectives.actions import activation, cascades, edits, plans
from objectives.actions.profiles import take
from objectives.models import Cycle, Objective, Plan
from tenants.models import Membership, Person
from tenants.scope import tenant_scope
from tests import factories
from tests.kept import kept
from tests.objectives.conftest import House
from tests.objectives.test_activation import NOW
from tests.objectives.test_strategy_page import typed, url

ClientOf = Callable[[Membership], Client]


@kept
def shared(closed: House, quarter: Cycle, director: Membership) -> Cycle:
    """600 000 shared among Ann (senior), Bea (confirmed) and Cai, who has just begun."""
    with tenant_scope(quarter.organisation_id):
        Person.objects.filter(name="Ann").update(profile="senior")
        Person.objects.filter(name="Cai").update(profile="ramping", start_on=date(2025, 12, 1))
        plans.set_ambition(cycle=quarter, revenue_minor=60_000_000, version=0, by=factories.actor(director))
    return quarter


@pytest.fixture
def browser(director: Membership, client_of: ClientOf) -> Client:
    return client_of(director)


def sent(page: str) -> dict[str, str]:
    return typed(page.replace('class="form-plain"', 'class="form-wide"'))


def save(browser: Client, cycle: Cycle, **changes: str) -> Any:
    return browser.post(url("profiles", cycle), sent(browser.get(url("profiles", cycle)).text) | changes)


def objectives_of(cycle: Cycle, name: str) -> dict[str, Objective]:
    with tenant_scope(cycle.organisation_id):
        rows = Objective.objects.filter(cycle=cycle, person__name=name, source="profile")
        return {row.metric: row for row in rows.select_related("parent")}


def share_of(cycle: Cycle, name: str) -> Objective:
    with tenant_scope(cycle.organisation_id):
        return Objective.objects.get(cycle=cycle, person__name=name, metric="revenue_won")


def place_of(data: dict[str, str], person: Person, metric: str) -> str:
    places = [key.removeprefix("person-") for key, value in data.items() if value == str(person.pk)]
    return next(place for place in places if data[f"metric-{place}"] == metric)


# One click ----------------------------------------------------------------------------------------------------


def test_one_click_gives_everybody_the_objectives_of_the_profile(shared: Cycle, browser: Client) -> None:
    answer = save(browser, shared)

    assert answer.headers["Location"] == url("clarity", shared)
    assert set(objectives_of(shared, "Ann")) == {"average_deal_value", "win_rate"}
    assert set(objectives_of(shared, "Bea")) == {"opportunities_opened", "win_rate"}
    assert set(objectives_of(shared, "Cai")) == {"learning_milestones", "opportunities_opened"}
    row = objectives_of(shared, "Bea")["opportunities_opened"]
    assert row.parent == share_of(shared, "Bea")
    assert row.why == "Who is confirmed feeds the own pipeline, in proportion to the share."
    assert row.target == row.computed_target


def test_the_quota_of_who_begins_is_shown_with_the_ramp(shared: Cycle, browser: Client) -> None:
    page = browser.get(url("profiles", shared)).text

    assert "Ramping up" in page
    assert re.search(r"ramp 7\d% of €", page)  # second to fourth month: between half and full
    assert "3 people with a share of the revenue, 6 personal objectives beside it" in page


def test_looking_writes_nothing(shared: Cycle, browser: Client) -> None:
    browser.get(url("profiles", shared))

    assert objectives_of(shared, "Ann") == {}


def test_going_on_twice_changes_nothing(shared: Cycle, browser: Client) -> None:
    save(browser, shared)
    before = {metric: row.version for metric, row in objectives_of(shared, "Bea").items()}

    save(browser, shared)

    assert {metric: row.version for metric, row in objectives_of(shared, "Bea").items()} == before


# Edited, taken out, put back ----------------------------------------------------------------------------------


def test_a_typed_target_stays_when_the_shares_move_and_the_others_follow(
    shared: Cycle, closed: House, browser: Client, director: Membership
) -> None:
    data = sent(browser.get(url("profiles", shared)).text)
    data["target-" + place_of(data, closed.people["Bea"], "opportunities_opened")] = "40"
    browser.post(url("profiles", shared), data)
    before = objectives_of(shared, "Cai")["opportunities_opened"].target

    with tenant_scope(shared.organisation_id):
        plan = Plan.objects.get(cycle=shared)
        plans.set_ambition(
            cycle=shared, revenue_minor=120_000_000, version=plan.version, by=factories.actor(director)
        )

    bea = objectives_of(shared, "Bea")["opportunities_opened"]
    assert (bea.target, bea.is_locked) == (40, True)
    assert bea.computed_target != 40
    assert objectives_of(shared, "Cai")["opportunities_opened"].target > before
    assert "typed; computed" in browser.get(url("profiles", shared)).text


def test_one_share_moves_the_activity_that_it_asks_for(
    shared: Cycle, browser: Client, director: Membership
) -> None:
    save(browser, shared)
    before = objectives_of(shared, "Bea")["opportunities_opened"].target
    share = share_of(shared, "Bea")

    with tenant_scope(shared.organisation_id):
        cascades.change_share(
            cycle=shared,
            objective=share,
            target_minor=int(share.target) // 2,
            version=share.version,
            by=factories.actor(director),
        )

    after = objectives_of(shared, "Bea")["opportunities_opened"].target
    assert float(after) == pytest.approx(float(before) / 2, abs=1)


def test_people_share_what_the_company_has_set_for_itself(
    shared: Cycle, browser: Client, director: Membership
) -> None:
    save(browser, shared)
    with tenant_scope(shared.organisation_id):
        edits.add(
            cycle=shared,
            by=factories.actor(director),
            values={"metric": "opportunities_opened", "target": Decimal(900)},
        )
        total = Plan.objects.get(cycle=shared).revenue_minor

    row, share = objectives_of(shared, "Bea")["opportunities_opened"], share_of(shared, "Bea")
    assert float(row.target) == pytest.approx(900 * float(share.target) / total, abs=1)


def test_what_is_taken_out_stays_out_and_can_be_put_back(
    shared: Cycle, closed: House, browser: Client, director: Membership
) -> None:
    save(browser, shared)
    data = sent(browser.get(url("profiles", shared)).text)
    place = place_of(data, closed.people["Ann"], "win_rate")
    del data[f"take-{place}"]
    browser.post(url("profiles", shared), data)
    assert set(objectives_of(shared, "Ann")) == {"average_deal_value"}

    with tenant_scope(shared.organisation_id):
        cascades.share_out(cycle=shared, by=factories.actor(director))
    assert set(objectives_of(shared, "Ann")) == {"average_deal_value"}

    save(browser, shared, **{f"take-{place}": "1"})
    assert set(objectives_of(shared, "Ann")) == {"average_deal_value", "win_rate"}


def test_what_is_removed_on_its_own_page_stays_out_too(
    shared: Cycle, browser: Client, director: Membership
) -> None:
    save(browser, shared)
    row = objectives_of(shared, "Ann")["win_rate"]

    with tenant_scope(shared.organisation_id):
        by = factories.actor(director)
        edits.remove(cycle=shared, objective=row, version=row.version, by=by)
        cascades.share_out(cycle=shared, by=by)

    assert set(objectives_of(shared, "Ann")) == {"average_deal_value"}


def test_what_was_added_by_hand_is_left_alone(
    shared: Cycle, closed: House, browser: Client, director: Membership
) -> None:
    with tenant_scope(shared.organisation_id):
        edits.add(
            cycle=shared,
            by=factories.actor(director),
            values={"metric": "win_rate", "person_id": closed.people["Ann"].pk, "target": Decimal("0.5")},
        )

    save(browser, shared)

    assert set(objectives_of(shared, "Ann")) == {"average_deal_value"}
    assert "added by hand" in browser.get(url("profiles", shared)).text


def test_who_leaves_takes_the_objectives_along_and_who_comes_gets_some(
    shared: Cycle, closed: House, browser: Client, director: Membership
) -> None:
    save(browser, shared)

    with tenant_scope(shared.organisation_id):
        Person.objects.filter(name="Bea").update(end_on=date(2025, 12, 1))
        factories.person(closed.organisation, "Dora", team=closed.teams["South"])
        cascades.share_out(cycle=shared, by=factories.actor(director))

    assert objectives_of(shared, "Bea") == {}
    assert set(objectives_of(shared, "Dora")) == {"opportunities_opened", "win_rate"}


# What is refused ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"), [("140", "at most 100"), ("-5", "not negative"), ("x", "percentage")]
)
def test_a_target_that_cannot_be_meant_is_refused_at_its_field_and_kept(
    shared: Cycle, closed: House, browser: Client, text: str, said: str
) -> None:
    data = sent(browser.get(url("profiles", shared)).text)
    place = place_of(data, closed.people["Ann"], "win_rate")

    answer = browser.post(url("profiles", shared), data | {f"target-{place}": text})

    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{text}"' in answer.text
    assert f'id="personal-{place}-error"' in answer.text
    assert objectives_of(shared, "Ann") == {}


def test_a_target_that_somebody_else_changed_is_shown_before_it_is_overwritten(
    shared: Cycle, closed: House, browser: Client
) -> None:
    save(browser, shared)
    mine = sent(browser.get(url("profiles", shared)).text)
    place = place_of(mine, closed.people["Bea"], "opportunities_opened")
    browser.post(url("profiles", shared), mine | {f"target-{place}": "41"})

    answer = browser.post(url("profiles", shared), mine | {f"target-{place}": "42"})

    assert answer.status_code == 409
    assert "it is now Opportunities opened: 41" in answer.text
    assert 'value="42"' in answer.text
    again = browser.post(url("profiles", shared), sent(answer.text))
    assert again.status_code == 302
    assert objectives_of(shared, "Bea")["opportunities_opened"].target == 42


def test_without_an_ambition_the_page_says_what_to_do_first(quarter: Cycle, browser: Client) -> None:
    page = browser.get(url("profiles", quarter))

    assert "Set the ambition" in page.text
    assert browser.post(url("profiles", quarter), {}).status_code == 422


def test_after_the_activation_everybody_s_opportunities_make_those_of_the_company(
    shared: Cycle, browser: Client, director: Membership
) -> None:
    browser.post(url("strategy", shared), typed(browser.get(url("strategy", shared)).text))
    save(browser, shared)

    with tenant_scope(shared.organisation_id):
        factories.make_ready(shared)
        activation.activate(cycle=shared, by=factories.actor(director), now=NOW)
        opened = Objective.objects.filter(cycle=shared, metric="opportunities_opened")
        company = opened.get(person=None)
        people = opened.exclude(person=None)
        assert sum(row.target for row in people) == company.target
        assert {row.source for row in people} == {"profile", "derived"}  # a senior's follows from the plan
        assert company.source == "mix"


def test_who_may_only_look_sees_it_and_changes_nothing(
    shared: Cycle, closed: House, browser: Client, client_of: ClientOf
) -> None:
    save(browser, shared)
    adviser = client_of(factories.member(closed.organisation, "adviser"))

    page = adviser.get(url("profiles", shared)).text

    assert "Learning milestones" in page
    assert "Save and continue" not in page
    assert adviser.post(url("profiles", shared), {}).status_code == 403


def test_personal_objectives_of_an_active_cycle_are_locked(shared: Cycle, browser: Client) -> None:
    data = sent(browser.get(url("profiles", shared)).text)
    with tenant_scope(shared.organisation_id):
        Cycle.objects.filter(pk=shared.pk).update(state="active", activated_at=NOW)

    assert browser.post(url("profiles", shared), data).headers["Location"] == url("review", shared)
    assert objectives_of(shared, "Ann") == {}


# The reader ---------------------------------------------------------------------------------------------------


def test_it_speaks_french(shared: Cycle, browser: Client, director: Membership) -> None:
    director.user.language = "fr"
    director.user.save()

    page = browser.get(url("profiles", shared)).text

    assert "Étapes d’apprentissage" in page
    assert "Qui débute commence par apprendre" in page


def test_a_page_shows_fifty_people_and_asks_for_a_fixed_number_of_queries(
    shared: Cycle, closed: House, browser: Client, director: Membership, django_assert_max_num_queries: Any
) -> None:
    save(browser, shared)
    with tenant_scope(shared.organisation_id):
        for i in range(60):
            factories.person(closed.organisation, f"Person {i:02}", team=closed.teams["South"])
        cascades.share_out(cycle=shared, by=factories.actor(director))
    browser.get(url("profiles", shared))

    with django_assert_max_num_queries(14):
        page = browser.get(url("profiles", shared)).text

    assert page.count("name=&quot;person-") or page.count('name="person-') <= 150
    assert "Person 46" in page
    assert "Person 47" not in page
    following = browser.post(url("profiles", shared), sent(page) | {"page": "2"})
    assert following.headers["Location"] == url("profiles", shared) + "?page=2"
    assert "Person 47" in browser.get(following.headers["Location"]).text


def test_the_action_gives_people_of_other_pages_theirs(shared: Cycle, director: Membership) -> None:
    with tenant_scope(shared.organisation_id):
        take(cycle=shared, rows=[], by=factories.actor(director))

    assert objectives_of(shared, "Cai")
