"""The page of the probable causes: what stands out, for whom, and the rows behind it."""

from __future__ import annotations

import pytest

from reporting.models import CauseThreshold
from tenants.models import Membership, Organisation
from tests import factories
from tests.prospecting import logged
from tests.reporting import builders
from tests.reporting.builders import Quarter
from tests.reporting.conftest import Open

PAGE = "analysis/causes/"


def test_the_answer_is_the_cause_with_the_most_at_stake(
    read: Open, quarter: Quarter, alice: Membership
) -> None:
    builders.cause(quarter.run, "discount", at_stake_minor=90_000, p=0.96)
    builders.cause(quarter.run)

    page = read(PAGE, alice)

    said = "The likeliest cause: contacts outside the target (almost certain, €12K at stake). 1 other one stands out."
    assert said in page.text
    assert [card["name"] for card in page.context["causes"]] == ["contacts outside the target", "discounts"]


def test_a_cause_shows_its_evidence_how_sure_it_is_and_what_to_do(
    read: Open, quarter: Quarter, alice: Membership
) -> None:
    builders.cause(quarter.run)

    page = read(PAGE, alice)

    assert "40 of 100 prospects contacted are outside the target: 40%, for 25% at most." in page.text
    assert "almost certain (&gt; 99%)" in page.text
    assert "34–46%" in page.text
    assert "Take the accounts outside the target off the lists" in page.text


def test_that_nothing_stands_out_is_an_answer(read: Open, quarter: Quarter, alice: Membership) -> None:
    builders.cause(quarter.run, state="cannot_tell", raw_state="cannot_tell", p=0.6)

    page = read(PAGE, alice)

    assert "Nothing stands out: none of the 1 signs looked at is surely beyond its limit." in page.text
    assert [card["state_word"] for card in page.context["looked_at"]] == ["cannot tell"]


def test_teams_and_people_stand_by_name_not_by_what_is_at_stake(
    read: Open, quarter: Quarter, alice: Membership
) -> None:
    builders.cause(quarter.run, team=quarter.south, at_stake_minor=9_000_000)
    builders.cause(quarter.run, team=quarter.north, at_stake_minor=1)
    builders.cause(quarter.run, person=quarter.carol, at_stake_minor=5_000_000)

    assert [card["owner"] for card in read(PAGE, alice).context["below"]] == ["North", "South", "Carol"]


def test_what_stands_out_for_the_company_is_said_once_with_where_it_does_below(
    read: Open, quarter: Quarter, alice: Membership
) -> None:
    builders.cause(quarter.run)
    builders.cause(quarter.run, team=quarter.north)
    builders.cause(quarter.run, person=quarter.carol)

    page = read(PAGE, alice)

    assert page.context["below"] == []
    assert "It stands out below too: 1 team, 1 person." in page.text


def test_a_manager_sees_the_own_team_and_its_people_only(
    read: Open, quarter: Quarter, bob: Membership
) -> None:
    builders.cause(quarter.run, team=quarter.north)
    builders.cause(quarter.run, person=quarter.sofia)
    elsewhere = builders.cause(quarter.run, team=quarter.south)

    page = read(PAGE, bob)

    assert (page.context["scope"], len(page.context["causes"]), page.context["below"]) == ("North", 1, [])
    assert read(PAGE, bob, team=quarter.south.id).status_code == 403
    assert read(f"{PAGE}{elsewhere.id}/", bob).status_code == 403


def test_a_salesperson_has_no_page_of_causes(read: Open, carol: Membership) -> None:
    assert read(PAGE, carol).status_code == 403


def test_the_rows_behind_a_cause_are_one_click_away(
    read: Open, quarter: Quarter, atelier: Organisation, bob: Membership
) -> None:
    one = builders.cause(quarter.run, team=quarter.north)
    for in_target, name in ((False, "Zorg"), (True, "Acme")):
        company = factories.company(atelier, name)
        logged.activity(
            atelier,
            builders.AS_OF,
            person=quarter.carol,
            team=quarter.north,
            company=company,
            in_target=in_target,
        )

    link = read(PAGE, bob).context["causes"][0]["rows_url"]
    page = read(f"{PAGE}{one.id}/", bob)

    assert str(one.id) in link
    assert [line["name"] for line in page.context["lines"]] == ["Zorg"]
    assert "Contacts outside the target" in page.text


def test_a_cause_starts_a_lever_action_for_who_may_write_one(
    read: Open, quarter: Quarter, bob: Membership
) -> None:
    builders.cause(quarter.run, team=quarter.north)

    form = factories.client_of(bob).get(read(PAGE, bob).context["causes"][0]["action_url"]).context["form"]
    assert (form["lever"].value(), form["scope"].value()) == ("targeting", f"team:{quarter.north.pk}")
    assert form["note"].value().startswith("Take the accounts outside the target off the lists")
    adviser = factories.member(quarter.organisation, "adviser")
    assert read(PAGE, adviser, team=quarter.north.pk).context["causes"][0]["action_url"] == ""


def test_the_managers_page_names_the_probable_cause_of_the_friction(
    read: Open, quarter: Quarter, bob: Membership
) -> None:
    builders.cause(quarter.run, "silent_deals", team=quarter.north, p=0.93)

    page = read("manager/", bob)

    assert "Probable cause: open deals without a sign of life, likely (93%), €12K at stake." in page.text


def test_the_companys_page_names_its_own_and_leads_to_it(
    read: Open, quarter: Quarter, alice: Membership
) -> None:
    builders.cause(quarter.run, "silent_deals", team=quarter.north, p=0.93)
    assert "Probable cause" not in read("director/", alice).text
    builders.cause(quarter.run, p=0.93)

    page = read("director/", alice)

    assert "Probable cause: contacts outside the target, likely (93%)" in page.text
    assert page.context["causes_url"].startswith("/o/atelier/analysis/causes/?")


# Limits ----------------------------------------------------------------------------------------------------------------


def limits(**changed: str) -> dict[str, str]:
    usual = {
        "off_target_share": "25", "segment_mix": "3", "acceptance_rate": "60", "first_stage_loss": "8",
        "contact_rate": "80", "silent_deals": "30", "slipped_closes": "35", "effort_on_small": "60", "load": "125", "activity_load": "125",
        "average_value": "85", "discount": "15", "margin_rate": "5",
    }  # fmt: skip
    return usual | changed


@pytest.mark.django_db
def test_the_director_sets_a_limit_in_percent(alice: Membership) -> None:
    client = factories.client_of(alice)

    answer = client.post(f"/o/atelier/{PAGE}limits/", limits(margin_rate="7.5", discount="20"))

    assert answer.status_code == 302
    with factories.scope_of(alice.organisation):
        kept = dict(CauseThreshold.objects.values_list("rule", "value"))
    assert kept == {"margin_rate": -0.075, "discount": 0.2}


@pytest.mark.django_db
def test_a_limit_out_of_bounds_is_said_at_its_field_and_keeps_what_was_typed(alice: Membership) -> None:
    client = factories.client_of(alice)

    answer = client.post(f"/o/atelier/{PAGE}limits/", limits(discount="99"))

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"discount"}
    assert 'value="99"' in answer.text
