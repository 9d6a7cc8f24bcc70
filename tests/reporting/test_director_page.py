from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from time_machine import travel

from objectives.models import Cycle
from tenants.actions.jobs import RECOMPUTE, RECOMPUTE_TASK
from tenants.models import Membership, Organisation
from tests import factories
from tests.reporting import builders
from tests.reporting.builders import AS_OF, Quarter
from tests.reporting.conftest import Open


def test_the_answer_stands_at_the_top(read: Open, alice: Membership) -> None:
    page = read("director/", alice)
    assert "€200K won by Wed 11 Feb: 12% behind the path." in page.text
    assert "Two thirds of the gap is the Engaging → Won rate." in page.text


def test_every_card_shows_its_math_and_its_definition(read: Open, alice: Membership) -> None:
    context = read("director/", alice).context
    cards = {card["label"]: card for card in context["cards"]}
    assert list(cards) == ["Won so far", "Path today", "Target", "Gap to path", "Gap to target"]
    assert cards["Gap to path"]["state"] == "behind"
    for card in cards.values():
        assert "/objectives/metrics/#" in card["math"]["definition_url"]
        assert {"label": "Version of the definition", "value": "2026.11"} in card["math"]["lines"]


def test_the_levers_lead_from_the_path_to_the_actual(read: Open, alice: Membership) -> None:
    chart = read("director/", alice).context["waterfall"]["data"]
    steps = sum(item["value"] for item in chart["items"])
    assert chart["start"]["value"] + steps == chart["end"]["value"]
    assert "Mix of teams and people" not in [item["label"] for item in chart["items"]]


def test_charts_stand_beside_the_same_figures_in_a_table(read: Open, alice: Membership) -> None:
    page = read("director/", alice)
    assert page.text.count('class="chart-table"') == 2
    assert "−€18,000" in page.text


def test_the_tree_opens_the_revenue_and_fetches_the_levels_below(
    read: Open, alice: Membership, quarter: Quarter
) -> None:
    (root,) = read("director/", alice).context["tree"]
    (north,) = root["children"]
    assert north["owner"] == "North"
    assert str(quarter.north_objective.id) in north["children_url"]
    below = factories.client_of(alice).get(north["children_url"])
    assert [node["owner"] for node in below.context["nodes"]] == ["Carol"]


def test_a_level_of_the_tree_comes_fifty_at_a_time(read: Open, alice: Membership, quarter: Quarter) -> None:
    for number in range(51):
        person = factories.person(quarter.organisation, f"Rep {number:02}", team=quarter.south)
        factories.objective(
            quarter.cycle, person=person, parent=quarter.carol_objective, target=1, state="active"
        )
    page = f"director/objectives/{quarter.carol_objective.id}/"
    first, second = read(page, alice), read(page, alice, page=2)
    assert len(first.context["nodes"]) == 50
    assert "page=2" in first.context["more"]["rows_url"]
    assert [node["owner"] for node in second.context["nodes"]] == ["Rep 50"]


def test_a_filter_gets_only_the_part_that_it_replaces(read: Open, alice: Membership) -> None:
    fragment = read("director/", alice, headers={"HX-Request": "true", "HX-Target": "page"})
    assert "<html" not in fragment.text
    assert 'id="page"' in fragment.text
    assert "HX-Request" in fragment["Vary"]


@travel("2026-02-12 09:00:00+00:00", tick=False)
def test_without_a_day_the_url_is_completed_with_yesterday(quarter: Quarter, alice: Membership) -> None:
    answer = factories.client_of(alice).get("/o/atelier/director/")
    assert answer.status_code == 302
    assert answer["Location"] == f"/o/atelier/director/?cycle={quarter.cycle.id}&as_of=2026-02-11"


@travel("2026-06-01 09:00:00+00:00", tick=False)
@pytest.mark.parametrize("asked", ["", "2026-05-30", "2025-12-31", "tomorrow", "2026-13-45"])
def test_a_day_outside_the_cycle_gives_way_to_its_last_day(
    quarter: Quarter, alice: Membership, asked: str
) -> None:
    answer = factories.client_of(alice).get(
        "/o/atelier/director/", {"cycle": quarter.cycle.id, "as_of": asked, "team": "kept"}
    )
    assert "as_of=2026-03-31" in answer["Location"]
    assert "team=kept" in answer["Location"]


@travel("2026-02-12 09:00:00+00:00", tick=False)
def test_a_day_to_come_is_said_at_its_field(read: Open, quarter: Quarter, alice: Membership) -> None:
    page = read("director/", alice, cycle=quarter.cycle.id, as_of="2027-02-20")
    assert page.context["filters"]["as_of"] == "2026-02-11"
    assert "20 February 2027 is still to come: the figures are those of 11 February 2026." in page.text
    assert 'aria-describedby="filter-as_of-error"' in page.text
    # Without this the browser would hold the day back and say nothing.
    assert " novalidate" in page.text.split('class="filters"')[1].split(">")[0]
    assert "is still to come" not in read("director/", alice, cycle=quarter.cycle.id, as_of="2026-02-11").text


def test_an_unknown_cycle_is_not_found(read: Open, alice: Membership, rival: Organisation) -> None:
    foreign = factories.cycle(rival)
    assert read("director/", alice, cycle=foreign.id).status_code == 404
    assert read("director/", alice, cycle="abc").status_code == 404


def test_a_day_without_a_run_is_said_with_the_nearest_one_and_a_button(read: Open, alice: Membership) -> None:
    page = read("director/", alice, as_of="2026-02-05")
    assert "Nothing is stored for Thursday, 5 February 2026" in page.text
    assert "See Wed 11 Feb, the nearest computed day" in page.text
    assert '<input type="hidden" name="as_of" value="2026-02-05" />' in page.text
    assert "cards" not in page.context


def test_who_may_not_recompute_gets_no_button(read: Open, quarter: Quarter) -> None:
    adviser = factories.member(quarter.organisation, "adviser")
    page = read("director/", adviser, as_of="2026-02-05")
    assert "Compute this day" not in page.text


def test_a_day_that_is_being_computed_shows_how_far_it_is(
    read: Open, alice: Membership, quarter: Quarter
) -> None:
    job = factories.job(quarter.organisation, task=RECOMPUTE_TASK, kind=RECOMPUTE, key="2026-02-05")
    page = read("director/", alice, as_of="2026-02-05")
    assert f"/o/atelier/runs/jobs/{job.id}/" in page.text
    assert "Compute this day" not in page.text


def test_without_a_cycle_the_page_says_what_to_do_first(atelier: Organisation, alice: Membership) -> None:
    page = factories.client_of(alice).get("/o/atelier/director/")
    assert "No cycle yet" in page.text
    assert "/o/atelier/objectives/new/" in page.text


@travel("2026-02-12 09:00:00+00:00", tick=False)
def test_a_draft_is_to_be_continued(atelier: Organisation, alice: Membership) -> None:
    cycle = factories.cycle(atelier)
    builders.run(atelier)
    factories.objective(cycle)
    page = factories.client_of(alice).get("/o/atelier/director/", follow=True)
    assert f"/o/atelier/objectives/{cycle.id}/" in page.text
    assert "Q1 2026 is a draft" in page.text
    assert [node["value"] for node in page.context["tree"]] == ["€500K"]


@travel("2026-02-12 09:00:00+00:00", tick=False)
def test_a_cycle_to_come_says_when_it_begins(atelier: Organisation, alice: Membership) -> None:
    cycle = factories.cycle(
        atelier, "Q2 2026", start_on=date(2026, 4, 1), end_on=date(2026, 7, 1), state=Cycle.State.ACTIVE
    )
    page = factories.client_of(alice).get("/o/atelier/director/", {"cycle": cycle.id}, follow=True)
    assert "Q2 2026 begins on 1 April 2026." in page.text


@travel("2026-08-20 09:00:00+00:00", tick=False)
def test_between_cycles_the_latest_with_a_run_is_shown(quarter: Quarter, alice: Membership) -> None:
    factories.cycle(quarter.organisation, "Q2 2026", start_on=date(2026, 4, 1), end_on=date(2026, 7, 1))
    answer = factories.client_of(alice).get("/o/atelier/director/")
    assert f"cycle={quarter.cycle.id}&as_of=2026-03-31" in answer["Location"]


def test_computed_days_are_linked_before_and_after(read: Open, alice: Membership, quarter: Quarter) -> None:
    builders.run(quarter.organisation, date(2026, 2, 9))
    builders.run(quarter.organisation, date(2026, 2, 12))
    page = read("director/", alice)
    assert [day["value"] for day in page.context["filters"]["days"]] == [
        "2026-02-12",
        "2026-02-11",
        "2026-02-09",
    ]
    looking = page.context["looking"]
    assert (looking.before.as_of, looking.after.as_of) == (date(2026, 2, 9), date(2026, 2, 12))


@pytest.mark.parametrize("role", ["manager", "rep", "marketing", "partner", "administrator"])
def test_other_roles_do_not_open_the_company(read: Open, quarter: Quarter, role: str) -> None:
    assert read("director/", factories.member(quarter.organisation, role)).status_code == 403


def test_amounts_and_dates_follow_the_readers_language(read: Open, alice: Membership) -> None:
    alice.user.language = "fr"
    alice.user.save()
    page = read("director/", alice)
    assert "200 k €" in page.text.replace("\u202f", " ").replace("\xa0", " ")
    assert "11 févr" in page.text


def test_the_page_reads_without_javascript(quarter: Quarter, alice: Membership) -> None:
    client: Client = factories.client_of(alice)
    page = client.get("/o/atelier/director/", {"cycle": quarter.cycle.id, "as_of": AS_OF.isoformat()})
    assert '<form class="filters"' in page.text
    assert "<noscript>" in page.text
