"""The strategy step: an orientation in weights, the mix that follows from it, dated versions."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from objectives.actions import edits, plans
from objectives.models import Cycle, Objective, Strategy
from objectives.queries.strategies import strategy_on
from tenants.models import Membership
from tenants.scope import tenant_scope
from tests import factories
from tests.objectives.conftest import House
from tests.objectives.test_activation import NOW

ClientOf = Callable[[Membership], Client]
HTMX = {"HX-Request": "true"}
WEIGHTS = {"growth": "50", "profitability": "30", "new_markets": "0", "retention": "20"}


def url(name: str, cycle: Cycle, **kwargs: Any) -> str:
    return reverse(f"objectives:{name}", kwargs={"organisation": "atelier", "cycle": cycle.pk, **kwargs})


@pytest.fixture
def browser(closed: House, director: Membership, client_of: ClientOf) -> Client:
    return client_of(director)


def typed(page: str) -> dict[str, str]:
    """What the form of the page sends as it stands."""
    from html.parser import HTMLParser

    class Fields(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.data: dict[str, str] = {}
            self.inside = False
            self.area = ""

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            given = dict(attrs)
            if tag == "form" and "form-wide" in (given.get("class") or ""):
                self.inside = True
            if not self.inside or not given.get("name"):
                return
            if tag == "textarea":
                self.area = given["name"] or ""
            elif tag == "input" and (given.get("type") != "checkbox" or "checked" in given):
                self.data[given["name"] or ""] = given.get("value") or ""

        def handle_data(self, data: str) -> None:
            if self.area:
                self.data[self.area] = self.data.get(self.area, "") + data.strip()

        def handle_endtag(self, tag: str) -> None:
            if tag == "textarea":
                self.area = ""
            if tag == "form":
                self.inside = False

    parser = Fields()
    parser.feed(page)
    return parser.data


def mix_of(cycle: Cycle) -> dict[tuple[str, str], Objective]:
    with tenant_scope(cycle.organisation_id):
        rows = Objective.objects.filter(cycle=cycle, source="mix")
        return {(row.metric, row.segment): row for row in rows}


def place_of(data: dict[str, str], metric: str) -> str:
    return next(key.removeprefix("metric-") for key, value in data.items() if value == metric)


# One click ----------------------------------------------------------------------------------------------------


def test_everything_is_prefilled_and_one_click_takes_it(quarter: Cycle, browser: Client) -> None:
    page = browser.get(url("strategy", quarter))
    assert page.status_code == 200

    answer = browser.post(url("strategy", quarter), typed(page.text))

    assert answer.headers["Location"] == url("ambition", quarter)
    with tenant_scope(quarter.organisation_id):
        strategy = Strategy.objects.get()
        assert Cycle.objects.get(pk=quarter.pk).strategy_id == strategy.pk
    assert strategy.weights == {"growth": 40, "profitability": 30, "new_markets": 10, "retention": 20}
    taken = mix_of(quarter)
    assert set(taken) == {("opportunities_opened", ""), ("win_rate", "")}  # three people: few objectives
    row = taken["opportunities_opened", ""]
    assert row.target is not None
    assert row.target > 29  # a quarter of the year’s 120, and more
    assert (row.orientation, row.priority) == ("growth", 2)
    assert row.why == "Growth begins with more of the right opportunities."


def test_coming_back_and_going_on_changes_nothing(quarter: Cycle, browser: Client) -> None:
    browser.post(url("strategy", quarter), typed(browser.get(url("strategy", quarter)).text))
    before = {key: (row.target, row.version) for key, row in mix_of(quarter).items()}

    again = browser.post(url("strategy", quarter), typed(browser.get(url("strategy", quarter)).text))

    assert again.status_code == 302
    assert {key: (row.target, row.version) for key, row in mix_of(quarter).items()} == before
    with tenant_scope(quarter.organisation_id):
        assert Strategy.objects.count() == 1


def test_what_was_taken_hangs_under_the_revenue_once_there_is_one(
    quarter: Cycle, browser: Client, director: Membership
) -> None:
    browser.post(url("strategy", quarter), typed(browser.get(url("strategy", quarter)).text))

    with tenant_scope(quarter.organisation_id):
        plans.set_ambition(cycle=quarter, revenue_minor=60_000_000, version=0, by=factories.actor(director))
        revenue = Objective.objects.get(cycle=quarter, metric="revenue_won", team=None, person=None)
    assert {row.parent_id for row in mix_of(quarter).values()} == {revenue.pk}


def test_a_count_of_the_mix_becomes_the_one_that_the_plan_asks_for(
    quarter: Cycle, browser: Client, director: Membership
) -> None:
    browser.post(url("strategy", quarter), typed(browser.get(url("strategy", quarter)).text))

    with tenant_scope(quarter.organisation_id):
        by = factories.actor(director)
        plan = plans.set_ambition(cycle=quarter, revenue_minor=60_000_000, version=0, by=by)
        asked = plan.result["links"][0]["expected"]
    row = mix_of(quarter)["opportunities_opened", ""]
    assert row.target == math.ceil(asked)
    assert "what the reverse funnel asks for" in browser.get(url("strategy", quarter)).text


def test_a_count_that_was_typed_stays_whatever_the_plan_asks_for(
    quarter: Cycle, browser: Client, director: Membership
) -> None:
    data = typed(browser.get(url("strategy", quarter)).text)
    data["target-" + place_of(data, "opportunities_opened")] = "45"
    browser.post(url("strategy", quarter), data)

    with tenant_scope(quarter.organisation_id):
        by = factories.actor(director)
        plans.set_ambition(cycle=quarter, revenue_minor=60_000_000, version=0, by=by)
    assert mix_of(quarter)["opportunities_opened", ""].target == 45


# The mix ------------------------------------------------------------------------------------------------------


def test_a_target_can_be_edited_and_a_row_left_out(quarter: Cycle, browser: Client) -> None:
    data = typed(browser.get(url("strategy", quarter)).text)
    data["target-" + place_of(data, "opportunities_opened")] = "45"
    del data["take-" + place_of(data, "win_rate")]

    browser.post(url("strategy", quarter), data)

    assert {key: row.target for key, row in mix_of(quarter).items()} == {
        ("opportunities_opened", ""): Decimal(45)
    }


def test_what_was_taken_can_be_taken_out_again(quarter: Cycle, browser: Client) -> None:
    browser.post(url("strategy", quarter), typed(browser.get(url("strategy", quarter)).text))
    data = typed(browser.get(url("strategy", quarter)).text)
    del data["take-" + place_of(data, "win_rate")]

    browser.post(url("strategy", quarter), data)

    assert set(mix_of(quarter)) == {("opportunities_opened", "")}
    page = browser.get(url("strategy", quarter)).text
    assert "take-" + place_of(typed(page), "win_rate") not in typed(page)  # proposed, not ticked


def test_other_weights_show_their_mix_at_once_and_write_nothing(quarter: Cycle, browser: Client) -> None:
    data = typed(browser.get(url("strategy", quarter)).text)
    data |= {"growth": "0", "profitability": "100", "new_markets": "0", "retention": "0"}

    part = browser.post(url("strategy_preview", quarter), data, headers=HTMX)

    assert part.status_code == 200
    assert "<html" not in part.text
    assert "Average deal value" in part.text
    assert "Opportunities opened" not in part.text
    assert "Margin rate" in part.text
    with tenant_scope(quarter.organisation_id):
        assert not Strategy.objects.exists()


def test_a_typed_target_outlives_another_orientation(quarter: Cycle, browser: Client) -> None:
    data = typed(browser.get(url("strategy", quarter)).text) | WEIGHTS
    place = place_of(data, "opportunities_opened")
    data[f"target-{place}"] = "77"

    part = browser.post(url("strategy_preview", quarter), data, headers=HTMX).text

    assert 'value="77"' in part


def test_other_weights_weigh_the_objectives_anew(quarter: Cycle, browser: Client) -> None:
    browser.post(url("strategy", quarter), typed(browser.get(url("strategy", quarter)).text))
    before = mix_of(quarter)["opportunities_opened", ""]
    data = typed(browser.get(url("strategy", quarter)).text)
    data |= {"growth": "100", "profitability": "0", "new_markets": "0", "retention": "0"}
    part = browser.post(url("strategy_preview", quarter), data, headers=HTMX).text

    browser.post(url("strategy", quarter), data | typed(f'<form class="form-wide">{part}</form>'))

    after = mix_of(quarter)["opportunities_opened", ""]
    assert after.target > before.target
    assert f"{after.importance}%" in part


def test_without_javascript_the_preview_is_the_whole_page(quarter: Cycle, browser: Client) -> None:
    data = typed(browser.get(url("strategy", quarter)).text)

    page = browser.post(url("strategy_preview", quarter), data)

    assert "<html" in page.text


def test_a_segment_to_enter_has_its_own_objectives(quarter: Cycle, browser: Client) -> None:
    data = typed(browser.get(url("strategy", quarter)).text)
    data |= {"growth": "0", "profitability": "0", "new_markets": "100", "retention": "0"}
    data["segments_more"] = "Health"
    part = browser.post(url("strategy_preview", quarter), data, headers=HTMX).text
    sent = data | typed(f'<form class="form-wide">{part}</form>')

    browser.post(url("strategy", quarter), sent)

    taken = mix_of(quarter)
    assert ("opportunities_opened", "Health") in taken
    assert taken["opportunities_opened", "Health"].target == 4  # one win in four


def test_without_a_day_of_data_there_is_a_page_and_no_invented_target(
    atelier: Any, alice: Membership, client_of: ClientOf
) -> None:
    cycle = factories.cycle(atelier)
    browser = client_of(alice)

    page = browser.get(url("strategy", cycle))
    answer = browser.post(url("strategy", cycle), typed(page.text))

    assert "no level is known" in page.text
    assert answer.status_code == 302
    assert mix_of(cycle) == {}


def test_what_was_added_by_hand_is_listed_beside_the_mix(
    quarter: Cycle, browser: Client, director: Membership
) -> None:
    with tenant_scope(quarter.organisation_id):
        values = {"metric": "sales_cycle_days", "target": Decimal(25)}
        edits.add(cycle=quarter, by=factories.actor(director), values=values)

    page = browser.get(url("strategy", quarter)).text

    assert "Added by hand" in page
    assert "Sales cycle · Atelier" in page
    assert "25 days" in page


# What is refused ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ({"growth": "40"}, "add up to 90 %: 10 % are still to be given"),
        ({"growth": "70"}, "add up to 120 %: 20 % too much"),
        ({"growth": "-10"}, "greater than or equal to 0"),
        ({"growth": ""}, "required"),
        ({"growth": "many"}, "whole number"),
    ],
)
def test_weights_that_do_not_make_a_whole_are_refused_and_kept(
    quarter: Cycle, browser: Client, weights: dict[str, str], said: str
) -> None:
    data = typed(browser.get(url("strategy", quarter)).text) | WEIGHTS | weights | {"statement": "Grow well"}

    for name in ("strategy", "strategy_preview"):
        answer = browser.post(url(name, quarter), data)
        assert answer.status_code == 422
        assert said in answer.text
        assert f'value="{weights["growth"]}"' in answer.text or not weights["growth"]
        assert "Grow well" in answer.text
    with tenant_scope(quarter.organisation_id):
        assert not Strategy.objects.exists()


@pytest.mark.parametrize(
    ("metric", "text", "said"),
    [
        ("win_rate", "130", "A rate is at most 100"),
        ("win_rate", "-5", "not negative"),
        ("opportunities_opened", "-3", "not negative"),
        ("opportunities_opened", "99999999", "too large to be meant"),
        ("opportunities_opened", "many", "not a number"),
    ],
)
def test_a_target_that_cannot_be_meant_is_refused_at_its_field_and_kept(
    quarter: Cycle, browser: Client, metric: str, text: str, said: str
) -> None:
    data = typed(browser.get(url("strategy", quarter)).text)
    place = place_of(data, metric)
    data[f"target-{place}"] = text

    answer = browser.post(url("strategy", quarter), data)

    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{text}"' in answer.text
    assert f'aria-describedby="mix-target-{place}-error"' in answer.text
    assert mix_of(quarter) == {}


def test_a_horizon_before_the_beginning_is_refused_at_its_field(quarter: Cycle, browser: Client) -> None:
    data = typed(browser.get(url("strategy", quarter)).text) | {"horizon_on": "2020-01-01"}

    answer = browser.post(url("strategy", quarter), data)

    assert answer.status_code == 422
    assert "The horizon lies after the day that the strategy begins." in answer.text


def test_two_directors_do_not_overwrite_each_other(
    quarter: Cycle, browser: Client, director: Membership
) -> None:
    mine = typed(browser.get(url("strategy", quarter)).text) | {"statement": "Mine"}
    theirs = typed(browser.get(url("strategy", quarter)).text) | {"statement": "Theirs"} | WEIGHTS
    browser.post(url("strategy", quarter), theirs)

    answer = browser.post(url("strategy", quarter), mine)

    assert answer.status_code == 409
    assert "Theirs" in answer.text
    assert "Mine" in answer.text
    with tenant_scope(quarter.organisation_id):
        assert Strategy.objects.get().statement == "Theirs"
    put = browser.post(url("strategy", quarter), typed(answer.text))
    assert put.status_code == 302
    with tenant_scope(quarter.organisation_id):
        assert [one.statement for one in Strategy.objects.all()] == ["Mine", "Theirs"]


def test_a_target_that_somebody_else_changed_is_shown_before_it_is_overwritten(
    quarter: Cycle, browser: Client
) -> None:
    browser.post(url("strategy", quarter), typed(browser.get(url("strategy", quarter)).text))
    mine = typed(browser.get(url("strategy", quarter)).text)
    theirs = dict(mine)
    place = place_of(mine, "opportunities_opened")
    mine[f"target-{place}"], theirs[f"target-{place}"] = "50", "60"
    browser.post(url("strategy", quarter), theirs)

    answer = browser.post(url("strategy", quarter), mine)

    assert answer.status_code == 409
    assert "it is now Opportunities opened: 60" in answer.text
    assert mix_of(quarter)["opportunities_opened", ""].target == 60


def test_who_may_only_look_sees_it_and_changes_nothing(
    quarter: Cycle, closed: House, browser: Client, client_of: ClientOf
) -> None:
    browser.post(url("strategy", quarter), typed(browser.get(url("strategy", quarter)).text))
    adviser = client_of(factories.member(closed.organisation, "adviser"))

    page = adviser.get(url("strategy", quarter))

    assert "Grow with profitable deals" in page.text
    assert "Save and continue" not in page.text
    assert adviser.post(url("strategy", quarter), WEIGHTS).status_code == 403


def test_the_strategy_of_an_active_cycle_is_locked(
    quarter: Cycle, browser: Client, director: Membership
) -> None:
    data = typed(browser.get(url("strategy", quarter)).text)
    with tenant_scope(quarter.organisation_id):
        by = factories.actor(director)
        plans.set_ambition(cycle=quarter, revenue_minor=60_000_000, version=0, by=by)
        Cycle.objects.filter(pk=quarter.pk).update(state="active", activated_at=NOW)

    answer = browser.post(url("strategy", quarter), data)

    assert answer.headers["Location"] == url("review", quarter)
    with tenant_scope(quarter.organisation_id):
        assert not Strategy.objects.exists()


# Versions -----------------------------------------------------------------------------------------------------


def test_another_orientation_is_another_version_and_both_stay_readable(
    quarter: Cycle, browser: Client
) -> None:
    browser.post(url("strategy", quarter), typed(browser.get(url("strategy", quarter)).text))
    data = typed(browser.get(url("strategy", quarter)).text)
    browser.post(
        url("strategy", quarter), data | WEIGHTS | {"starts_on": "2026-02-01", "statement": "Profit first"}
    )

    with tenant_scope(quarter.organisation_id):
        assert [one.number for one in Strategy.objects.all()] == [2, 1]
        first, second = strategy_on(date(2026, 1, 15)), strategy_on(date(2026, 2, 15))
        assert (first.number, second.number) == (1, 2)
        assert strategy_on(date(2025, 1, 1)) is None
    page = browser.get(url("strategy", quarter) + "?on=2026-01-15").text
    assert "On 15 Jan 2026, version 1 was in force: Grow with profitable deals" in page
    assert "no strategy was in force" in browser.get(url("strategy", quarter) + "?on=2025-01-15").text
    assert browser.get(url("strategy", quarter) + "?on=nonsense").status_code == 200


def test_undo_takes_back_the_whole_step(quarter: Cycle, browser: Client) -> None:
    browser.post(url("strategy", quarter), typed(browser.get(url("strategy", quarter)).text))
    page = browser.get(url("strategy", quarter))
    change = page.text.split('name="change" value="')[1].split('"')[0]

    browser.post(url("undo", quarter), {"change": change, "step": "strategy"})

    assert mix_of(quarter) == {}
    with tenant_scope(quarter.organisation_id):
        assert Cycle.objects.get(pk=quarter.pk).strategy_id is None


# The reader ---------------------------------------------------------------------------------------------------


def test_it_speaks_french(quarter: Cycle, browser: Client, director: Membership) -> None:
    browser.post(url("strategy", quarter), typed(browser.get(url("strategy", quarter)).text))
    director.user.language = "fr"
    director.user.save()

    page = browser.get(url("strategy", quarter)).text

    assert "Opportunités ouvertes" in page
    assert "La croissance commence par davantage de bonnes opportunités." in page
    assert "Growth begins" not in page


def test_the_page_asks_for_a_fixed_number_of_queries(
    quarter: Cycle, browser: Client, django_assert_max_num_queries: Any
) -> None:
    browser.get(url("strategy", quarter))

    with django_assert_max_num_queries(16):
        browser.get(url("strategy", quarter))
