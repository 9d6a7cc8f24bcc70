from __future__ import annotations

import pytest
from time_machine import travel

from objectives.models import Progress
from tenants.models import Membership, Organisation
from tests import factories
from tests.reporting import builders
from tests.reporting.builders import Quarter
from tests.reporting.conftest import Open


@travel("2026-02-12 09:00:00+00:00", tick=False)
def test_the_week_is_told_first(read: Open, carol: Membership) -> None:
    page = read("rep/", carol)
    assert "This week: €19K to win." in page.text


def test_a_past_week_is_named(read: Open, carol: Membership) -> None:
    assert "Week of Mon 9 Feb: €19K to win." in read("rep/", carol).text


def test_cards_tell_what_is_left_done_and_behind(read: Open, carol: Membership) -> None:
    (card,) = read("rep/", carol).context["cards"]
    assert (card["label"], card["value"]) == ("Revenue to win", "€19,286")
    assert card["count"] == "€10,714 done of the €30,000 that the path asks for"
    assert card["note"] == "and €27,857 more to be back on the path"


def test_own_path_is_drawn_with_todays_position(read: Open, carol: Membership) -> None:
    chart = read("rep/", carol).context["path"]["data"]
    assert chart["today"] == "2026-02-11"
    assert chart["dates"][0] == "2026-01-01"
    assert chart["actual"][-1] is None


def test_own_stages_and_objectives_are_there(read: Open, carol: Membership) -> None:
    context = read("rep/", carol).context
    assert [row.name for row in context["rows"]] == ["Prospecting → Engaging", "Engaging → Won"]
    (value,) = context["families"]
    assert (value["label"], [one["name"] for one in value["cards"]]) == ("Value", ["Revenue won"])


def test_why_these_numbers_tells_the_share_and_the_cover(read: Open, carol: Membership) -> None:
    why = read("rep/", carol).context["why"]
    assert (why["share"], why["owner"], why["cover"], why["url"]) == ("50%", "North", "50%", "")


def test_the_own_part_of_the_common_aim_is_told_level_by_level(read: Open, carol: Membership) -> None:
    aim = read("rep/", carol).context["contribution"]
    assert aim["sentence"] == "€150,000: 50% of the target of North, 30% of the target of Atelier."
    told = ("name", "part_of_target", "part_of_actual", "cover", "mismatch")
    assert [tuple(row[key] for key in told) for row in aim["rows"]] == [
        ("Carol", "100%", "100%", "–", "–"),
        ("North", "50%", "100%", "50%", "−€150,000"),
        ("Atelier", "30%", "100%", "60%", "−€200,000"),
    ]
    assert [row["url"] for row in aim["rows"]] == ["", "", ""]


def test_a_manager_is_led_from_a_part_to_the_whole(read: Open, bob: Membership, quarter: Quarter) -> None:
    _own, north, company = read("rep/", bob, person=quarter.carol.id).context["contribution"]["rows"]
    assert f"team={quarter.north.id}" in north["url"]
    assert company["url"] == ""


def test_objectives_of_every_metric_are_grouped_by_family(
    read: Open, carol: Membership, quarter: Quarter
) -> None:
    for metric, target in (("win_rate", 0.3), ("meetings_held", 40), ("learning_milestones", 3)):
        one = factories.objective(quarter.cycle, metric, person=quarter.carol, target=target, state="active")
        builders.gap(quarter.run, one, target=target, actual=target / 2, path=target, low=0.1, high=0.9)
    part = factories.objective(
        quarter.cycle, person=quarter.carol, target=1, state="active", segment="Health"
    )
    builders.gap(quarter.run, part, target=1.0)

    page = read("rep/", carol)

    found = {one["label"]: [card["name"] for card in one["cards"]] for one in page.context["families"]}
    assert found == {
        "Learning": ["Learning milestones"],
        "Prospecting": ["Meetings held"],
        "Conversion": ["Win rate"],
        "Value": ["Revenue won", "Revenue won · Health"],
    }
    for key in ("learning_milestones", "meetings_held", "win_rate", "revenue_won"):
        assert f"/o/atelier/objectives/metrics/#{key}" in page.text
    assert page.context["state"] == "behind"  # that of the whole revenue


@travel("2026-02-12 09:00:00+00:00", tick=False)
def test_what_no_data_measures_is_typed_on_the_page(
    read: Open, carol: Membership, bob: Membership, quarter: Quarter
) -> None:
    one = factories.objective(quarter.cycle, "meetings_held", person=quarter.carol, target=40, state="active")
    builders.gap(
        quarter.run,
        one,
        target=40.0,
        actual=12.0,
        path=20.0,
        series=builders.series(3.0, 2.0),
        state="behind",
    )
    with factories.scope_of(quarter.organisation):
        Progress.objects.create(objective=one, day=builders.AS_OF, value=12)

    page = read("rep/", carol)

    (typing,) = page.context["typing"]
    assert (typing["last"], typing["last_day"], typing["asked"]) == ("12", "Wed 11 Feb", "20")
    assert "Typed this week" in page.text
    assert "This week: 2 meetings to hold" in page.text
    assert read("rep/", bob, person=quarter.carol.id).context["typing"]
    adviser = factories.member(quarter.organisation, "adviser")
    assert read("rep/", adviser, person=quarter.carol.id).context["typing"] == []


def test_a_manager_opens_the_page_of_a_member_with_a_way_back_to_the_team(
    read: Open, bob: Membership, quarter: Quarter
) -> None:
    page = read("rep/", bob, person=quarter.carol.id)
    assert page.context["person"] == quarter.carol
    assert "/o/atelier/manager/" in page.context["why"]["url"]


def test_a_manager_opens_nobody_else(read: Open, bob: Membership, quarter: Quarter) -> None:
    assert read("rep/", bob, person=quarter.sofia.id).status_code == 403


def test_a_rep_opens_nobody_else(read: Open, carol: Membership, quarter: Quarter) -> None:
    assert read("rep/", carol, person=quarter.bob.id).status_code == 403


def test_a_person_of_another_organisation_is_not_found(
    read: Open, alice: Membership, rival: Organisation
) -> None:
    assert read("rep/", alice, person=factories.person(rival).id).status_code == 404


@pytest.mark.parametrize("role", ["director", "adviser"])
def test_who_sees_everybody_chooses_a_person(read: Open, quarter: Quarter, role: str) -> None:
    member = factories.member(quarter.organisation, role)
    page = read("rep/", member)
    assert "Choose somebody" in page.text
    names = [option["label"] for option in page.context["filters"]["persons"]]
    assert names == ["Choose somebody", "Bob", "Carol", "Sofia"]
    assert read("rep/", member, person=quarter.sofia.id).status_code == 200


def test_a_login_that_is_no_salesperson_is_told_what_to_ask_for(read: Open, quarter: Quarter) -> None:
    other = factories.member(quarter.organisation, "rep", name="Nadia")
    assert "Your login is not tied to a salesperson yet" in read("rep/", other).text


def test_without_objectives_the_page_says_where_they_come_from(
    read: Open, alice: Membership, quarter: Quarter
) -> None:
    page = read("rep/", alice, person=quarter.sofia.id)
    assert "No objective is set for this person yet." in page.text
    assert "Objectives come from the cascade of the cycle" in page.text


def test_when_the_cycle_is_over_its_end_is_told(read: Open, carol: Membership, quarter: Quarter) -> None:
    last = builders.run(quarter.organisation, builders.date(2026, 3, 31))
    builders.gap(last, quarter.carol_objective, actual=18_000_000.0, target=15_000_000.0)
    page = read("rep/", carol, as_of="2026-03-31")
    assert "Q1 2026 is over: €180K won for €150K, 120%." in page.text
    assert page.context["cards"] == []


@pytest.mark.parametrize("role", ["marketing", "partner", "administrator"])
def test_other_roles_do_not_open_people(read: Open, quarter: Quarter, role: str) -> None:
    assert read("rep/", factories.member(quarter.organisation, role)).status_code == 403
