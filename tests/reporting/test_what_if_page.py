"""The what-if page: today is the landing, moving a lever answers at once, scenarios are kept and become actions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from objectives.models import Scenario
from prospecting.actions import costs
from reporting.models import LeverAction
from tenants.access import SYSTEM
from tenants.models import AuditEntry, Membership
from tests import factories
from tests.kept import kept
from tests.reporting import builders
from tests.reporting.builders import AS_OF, Quarter

QUERIES = 22  # the session of who looks included
URL = "/o/atelier/analysis/what-if/"


@kept
def sold(quarter: Quarter) -> Quarter:
    """Two years of deals of Carol and Sofia: one opened every nine days, won or lost 20 days later, every second one won."""
    stages = factories.stages(quarter.organisation)
    for number in range(70):
        day = AS_OF - timedelta(days=9 * number)
        owner, team = (quarter.carol, quarter.north) if number % 2 else (quarter.sofia, quarter.south)
        deal = factories.opportunity(
            quarter.organisation, f"S-{number}", owner=owner, team=team, amount_minor=1_000_000 + 10_000 * (number % 7),
            channel="Phone" if number % 3 else "Referral", created_on=day,
        )  # fmt: skip
        factories.event(deal, stages["Prospecting"], day)
        if number > 0:
            factories.event(deal, stages["Engaging"], day + timedelta(days=6))
        if number > 2:
            factories.event(
                deal, stages["Won" if number % 4 < 2 else "Lost"], day + timedelta(days=18 + number % 5)
            )
    return quarter


def look(quarter: Quarter, member: Membership, **query: Any) -> HttpResponse:
    client = factories.client_of(member)
    state = {"cycle": str(quarter.cycle.id), "as_of": AS_OF.isoformat(), **query}
    return client.get(URL, state)  # type: ignore[return-value]


def engaging(quarter: Quarter) -> str:
    return str(factories.stages(quarter.organisation)["Engaging"].pk)


def test_today_is_shown_with_its_interval_probability_and_band(sold: Quarter, alice: Membership) -> None:
    page = look(sold, alice)
    (today,) = page.context["columns"]
    assert page.status_code == 200
    assert "Landing at €" in page.text
    assert today["probability"].endswith("%")
    assert today["band_name"]
    assert [row["name"] for row in page.context["rows"]] == [
        "New deals a week, each full-time salesperson", "Full-time salespeople at work", "Prospecting → Engaging",
        "Engaging → Won", "Average value of a deal", "Days from the opening to the win",
    ]  # fmt: skip


def test_today_is_the_landing_that_the_run_stored(sold: Quarter, alice: Membership) -> None:
    """Given a landing of the night, then the what-if begins there, to the unit."""
    builders.landing(sold.run, mean=21_000_000.0, booked=1_000_000.0, low=18_000_000.0, high=25_000_000.0)

    (today,) = look(sold, alice).context["columns"]

    assert today["exact"] == "€210,000"
    assert today["interval"] == "€180K\u00a0–\u00a0€250K"


def test_the_sentence_tells_the_figures_of_the_typed_target(sold: Quarter, alice: Membership) -> None:
    """Given a landing that the run stored, when only a target is typed that it is well above, then the sentence has the
    probability of that target, as the table has."""
    builders.landing(sold.run, mean=21_000_000.0, booked=1_000_000.0, low=18_000_000.0, high=25_000_000.0)

    page = look(sold, alice, typed=1, target="10k")

    today, then = page.context["columns"]
    assert then["probability"] != today["probability"]
    assert f"{then['probability']} likely: {then['band_name']}" in page.context["sentence"]
    assert (then["target"], then["interval"]) == ("€10K", today["interval"])


def test_the_sentence_is_not_about_a_scenario_that_is_compared(sold: Quarter, alice: Membership) -> None:
    keep(sold, alice, "More deals", lever("volume", 40))

    page = look(sold, alice, **{"with": str(scenario(sold).pk)})

    today, compared = page.context["columns"]
    assert compared["mean"] != today["mean"]
    assert page.context["sentence"].startswith(f"Landing at {today['mean']}")


def test_a_rate_that_cannot_be_known_cannot_be_moved(sold: Quarter, alice: Membership) -> None:
    row = look(sold, alice).context["rows"][2]
    assert row["detail"] == "cannot be known from this data"
    assert row["field"] is None


def test_a_typed_value_moves_the_landing_and_closes_its_padlock(sold: Quarter, alice: Membership) -> None:
    rate = engaging(sold)
    page = look(sold, alice, typed=1, open=rate, **{f"value-{rate}": "45", f"shown-{rate}": ""})
    today, then = page.context["columns"]
    row = page.context["rows"][3]
    assert then["change"].startswith("+")
    assert (row["becomes"], row["open"]) == ("45%", False)
    assert row["part"] == then["change"]
    assert today["name"] == "Today"


def test_opening_the_padlock_of_a_typed_lever_takes_its_value_back(sold: Quarter, alice: Membership) -> None:
    rate = engaging(sold)
    page = look(
        sold, alice, typed=1, open=rate, target="200k", **{f"value-{rate}": "45", f"shown-{rate}": "45"}
    )
    row = page.context["rows"][3]
    assert (row["value"], row["open"]) == ("", True)


def test_free_levers_move_until_the_target_is_met_or_say_what_is_missing(
    sold: Quarter, alice: Membership
) -> None:
    page = look(sold, alice, typed=1, open=["volume", "average_value"], target="5M")
    assert "are still missing" in page.text
    assert {row["key"] for row in page.context["rows"] if row["at_best"]} == {"volume", "average_value"}


def test_with_the_target_unlocked_nothing_moves_by_itself(sold: Quarter, alice: Membership) -> None:
    page = look(sold, alice, typed=1, open=["volume", "target"], target="5M")
    assert not page.context["moved"]
    assert "are still missing" not in page.text


@pytest.mark.parametrize(
    ("field", "typed", "error"),
    [
        ("value-volume", "many", "This is not a number"),
        ("value-average_value", "12 $", "Amounts are in EUR here"),
        ("value-cycle_days", "0", "At least one day"),
        ("share-0", "60", "The shares add up to"),
        ("target", "-5", "An amount here is not negative"),
    ],
)
def test_what_cannot_be_read_is_said_at_the_field_and_stays(
    sold: Quarter, alice: Membership, field: str, typed: str, error: str
) -> None:
    page = look(sold, alice, typed=1, **{field: typed})
    assert page.status_code == 422
    assert error in page.text
    assert f'value="{typed}"' in page.text


@pytest.mark.parametrize(
    ("wrong", "typed"), [("value-capacity", "abc"), ("value-capacity", "-2"), ("share-0", "60")]
)
def test_what_is_right_beside_what_is_wrong_stays_and_counts(
    sold: Quarter, alice: Membership, wrong: str, typed: str
) -> None:
    """Given an average value, a rate and an open padlock, when something is added that cannot be read or a mix that is no
    whole, then the landing is the one without it, and the values are still in their fields."""
    rate = engaging(sold)
    good = {
        "value-average_value": "30000", "shown-average_value": "30000", f"value-{rate}": "75", f"shown-{rate}": "75",
        "open": "volume",
    }  # fmt: skip

    without, page = look(sold, alice, typed=1, **good), look(sold, alice, typed=1, **good, **{wrong: typed})

    assert page.status_code == 422
    assert page.context["columns"] == without.context["columns"]
    assert page.context["sentence"] == without.context["sentence"]
    rows = {row["key"]: row for row in page.context["rows"]}
    assert (rows["average_value"]["value"], rows[rate]["value"]) == ("30000", "75")
    assert rows["volume"]["open"]
    assert f'name="{wrong}" value="{typed}"' in page.text
    assert not page.context["may_keep"]


def test_a_mix_is_looked_at_beside_what_is_wrong_elsewhere(sold: Quarter, alice: Membership) -> None:
    page = look(sold, alice, typed=1, **{"value-capacity": "abc", "share-0": "60"})
    assert "The shares add up to" in page.text
    assert len(page.context["columns"]) == 1


def test_the_mix_of_channels_moves_the_landing(sold: Quarter, alice: Membership) -> None:
    names = [one["name"] for one in look(sold, alice).context["shares"]]
    page = look(sold, alice, typed=1, **{"share-0": "0", "share-1": "100"})
    assert names == ["Phone", "Referral"]
    assert "Mix of channels" in [item["label"] for item in page.context["waterfall"]["data"]["items"]]


def test_the_cost_counts_people_and_activities(sold: Quarter, alice: Membership) -> None:
    assert not look(sold, alice).context["is_priced"]
    with factories.scope_of(sold.organisation):
        costs.set_cost(kind="day", channel="", from_on=date(2025, 1, 1), amount_minor=40_000, by=SYSTEM)
    page = look(sold, alice, typed=1, **{"value-capacity": "10"})
    assert page.context["is_priced"]
    assert page.context["columns"][1]["more"].startswith("+€")


def test_a_manager_looks_at_own_teams_only(sold: Quarter, bob: Membership) -> None:
    assert look(sold, bob).context["scope"] == "North"
    assert look(sold, bob, team=sold.south.id).status_code == 403


def test_a_salesperson_does_not_see_it(sold: Quarter, carol: Membership) -> None:
    assert look(sold, carol).status_code == 403


@pytest.mark.parametrize("kept", [1, 9])
def test_a_second_look_makes_as_many_queries_whatever_is_kept(
    sold: Quarter, alice: Membership, kept: int
) -> None:
    for number in range(kept):
        keep(sold, alice, f"Scenario {number}", lever("volume", 3 + number))
    with factories.scope_of(sold.organisation):
        first = str(Scenario.objects.earliest("id").pk)
    look(sold, alice, scenario=first)
    with CaptureQueriesContext(connection) as captured:
        look(sold, alice, scenario=first)
    assert len(captured) == QUERIES


# Scenarios ------------------------------------------------------------------------------------------------------


def keep(quarter: Quarter, member: Membership, name: str, levers: str, **query: Any) -> HttpResponse:
    state = f"?cycle={quarter.cycle.id}&as_of={AS_OF}" + "".join(
        f"&{key}={value}" for key, value in query.items()
    )
    client = factories.client_of(member)
    return client.post(f"{URL}keep/{state}", {"name": name, "levers": levers})  # type: ignore[return-value]


def lever(key: str, value: float) -> str:
    return f'{{"target": {{"value": null, "locked": true}}, "levers": {{"{key}": {{"value": {value}, "locked": true}}}}, "mix": {{}}}}'


def scenario(quarter: Quarter) -> Scenario:
    with factories.scope_of(quarter.organisation):
        found: Scenario = Scenario.objects.get()
        return found


def test_a_scenario_is_kept_shown_and_compared(sold: Quarter, alice: Membership) -> None:
    keep(sold, alice, "Better closing", lever(engaging(sold), 0.45))
    keep(sold, alice, "More deals", lever("volume", 4))
    with factories.scope_of(sold.organisation):
        first, second = Scenario.objects.order_by("name")
        assert AuditEntry.objects.filter(verb="scenario.keep").count() == 2
    page = look(sold, alice, scenario=str(first.pk), **{"with": str(second.pk)})
    assert [one["name"] for one in page.context["columns"]] == ["Today", "Better closing", "More deals"]
    assert page.context["rows"][3]["value"] == "45"


@pytest.mark.parametrize(
    ("name", "levers", "error"),
    [
        ("", lever("volume", 4), "required"),
        ("Odd", lever("volume", -1), "no meaning"),
        ("Odd", lever("nothing", 1), "no meaning"),
        ("Odd", '"words"', "no meaning"),
    ],
)
def test_a_scenario_without_meaning_is_refused(
    sold: Quarter, alice: Membership, name: str, levers: str, error: str
) -> None:
    answer = keep(sold, alice, name, levers)
    assert answer.status_code == 422
    assert error in answer.text


def test_a_name_is_given_once(sold: Quarter, alice: Membership) -> None:
    keep(sold, alice, "Better closing", lever("volume", 4))
    assert "already a scenario of this name" in keep(sold, alice, "better closing", lever("volume", 4)).text


def test_a_manager_keeps_scenarios_of_own_teams_only(sold: Quarter, bob: Membership) -> None:
    assert keep(sold, bob, "Mine", lever("volume", 4), team=sold.north.id).status_code == 302
    assert keep(sold, bob, "Theirs", lever("volume", 4), team=sold.south.id).status_code == 403


def test_a_scenario_is_changed_and_removed_by_who_made_it_or_a_director(
    sold: Quarter, alice: Membership, bob: Membership
) -> None:
    keep(sold, alice, "Alice's", lever("volume", 4), team=sold.north.id)
    found = scenario(sold)
    change = {"do": "change", "name": "Renamed", "levers": lever("volume", 5)}
    assert factories.client_of(bob).post(f"{URL}{found.pk}/", change).status_code == 403
    assert factories.client_of(alice).post(f"{URL}{found.pk}/", change).status_code == 302
    assert (scenario(sold).name, scenario(sold).levers["levers"]["volume"]["value"]) == ("Renamed", 5)
    factories.client_of(alice).post(f"{URL}{found.pk}/", {"do": "remove"})
    with factories.scope_of(sold.organisation):
        assert not Scenario.objects.exists()


def test_a_scenario_is_not_changed_to_what_is_half_wrong(sold: Quarter, alice: Membership) -> None:
    keep(sold, alice, "More deals", lever("volume", 4))
    asked = {"scenario": str(scenario(sold).pk), "typed": 1, "value-volume": "5"}
    assert 'value="change"' in look(sold, alice, **asked).text
    assert 'value="change"' not in look(sold, alice, **asked, **{"value-capacity": "abc"}).text


def test_a_scenario_becomes_one_planned_action_a_moved_lever(sold: Quarter, alice: Membership) -> None:
    rate = engaging(sold)
    both = lever("volume", 4).replace(
        '"levers": {', f'"levers": {{"{rate}": {{"value": 0.45, "locked": true}}, '
    )
    keep(sold, alice, "Both", both, team=sold.north.id)
    found = scenario(sold)
    client = factories.client_of(alice)
    state = f"?cycle={sold.cycle.id}&as_of={AS_OF}"
    lines = client.get(f"{URL}{found.pk}/actions/{state}").context["lines"]
    given = {"owner": str(sold.bob.pk), "start_on": "2026-02-16", "review_on": "2026-03-16"}
    assert client.post(f"{URL}{found.pk}/actions/{state}", given).status_code == 302

    page = look(sold, alice, scenario=str(found.pk), team=sold.north.id)
    parts = page.context["waterfall"]["data"]
    with factories.scope_of(sold.organisation):
        made = list(LeverAction.objects.order_by("lever"))
        assert [(one.lever, one.state, one.team_id, one.owner_id) for one in made] == [
            ("prioritisation", "planned", sold.north.pk, sold.bob.pk),
            ("qualification", "planned", sold.north.pk, sold.bob.pk),
        ]
        assert {one.expected_minor for one in made} == {line["minor"] for line in lines}
        assert sum(one.expected_minor or 0 for one in made) == sum(item["value"] for item in parts["items"])


def test_actions_need_their_dates_in_order(sold: Quarter, alice: Membership) -> None:
    keep(sold, alice, "More", lever("volume", 4))
    given = {"owner": str(sold.bob.pk), "start_on": "2026-03-16", "review_on": "2026-02-16"}
    answer = factories.client_of(alice).post(
        f"{URL}{scenario(sold).pk}/actions/?cycle={sold.cycle.id}&as_of={AS_OF}", given
    )
    assert answer.status_code == 422
    assert "The review comes after the start." in answer.text


def test_another_day_shows_what_was_known_then(sold: Quarter, alice: Membership) -> None:
    earlier = date(2026, 1, 20)
    builders.run(sold.organisation, as_of=earlier)
    now, then = look(sold, alice), look(sold, alice, as_of=earlier.isoformat())
    assert now.context["columns"][0]["exact"] != then.context["columns"][0]["exact"]
