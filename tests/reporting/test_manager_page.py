from __future__ import annotations

import pytest
from time_machine import travel

from tenants.models import Membership, Organisation
from tests import factories
from tests.reporting import builders
from tests.reporting.builders import Quarter
from tests.reporting.conftest import Open


def test_a_manager_lands_on_their_own_team(read: Open, bob: Membership) -> None:
    page = read("manager/", bob)
    assert page.context["scope"] == "North"
    assert "One friction: Engaging → Won, 31% (26–36%) for 45%, 41 of 132. It costs €18K." in page.text


def test_who_sees_the_company_lands_on_the_company(read: Open, alice: Membership) -> None:
    page = read("manager/", alice)
    assert page.context["scope"] == "Atelier"
    assert [row.name for row in page.context["members"]] == ["North", "South"]


def test_a_rate_that_cannot_be_known_is_said_to_be_unknown(read: Open, bob: Membership) -> None:
    page = read("manager/", bob)
    unknown, known = page.context["rows"]
    assert (unknown.one.is_known, known.one.is_known) == (False, True)
    assert "cannot be known from this data" in page.text
    assert {"label": "Cannot be known from the file", "value": "7"} in unknown.math["lines"]


def test_a_rate_shows_its_count_interval_prior_and_other_readings_in_the_math(
    read: Open, bob: Membership
) -> None:
    row = read("manager/", bob).context["rows"][1]
    lines = {line["label"]: line["value"] for line in row.math["lines"]}
    assert (lines["Entered"], lines["Advanced"], lines["Lost"], lines["Still open"]) == (
        "132",
        "41",
        "80",
        "11",
    )
    assert (lines["Eventual rate, from these data alone"], lines["Estimate with the prior"]) == ("31%", "31%")
    assert lines["Prior (a, b)"] == "2 ; 6"
    assert lines["Advanced ÷ closed, today's snapshot"] == "34%"
    assert row.math["interval"] == "26–36%"
    assert row.effect == "−€18K"


def test_the_funnel_draws_true_counts_and_leaves_unknown_ones_empty(read: Open, bob: Membership) -> None:
    stages = read("manager/", bob).context["funnel"]["data"]["stages"]
    assert [(stage["label"], stage["count"]) for stage in stages] == [
        ("Prospecting", None),
        ("Engaging", 132),
        ("Won", 41),
    ]


def test_members_stand_by_name_whatever_their_results(read: Open, bob: Membership, quarter: Quarter) -> None:
    aaron = factories.person(quarter.organisation, "Aaron", team=quarter.north)
    objective = factories.objective(
        quarter.cycle, person=aaron, parent=quarter.north_objective, state="active"
    )
    builders.gap(quarter.run, objective, gap_to_path=-20_000_000.0)
    members = read("manager/", bob).context["members"]
    assert [(row.name, row.gap) for row in members] == [("Aaron", "−€200,000"), ("Carol", "−€27,000")]


def test_the_page_is_called_what_the_menu_calls_it(read: Open, bob: Membership) -> None:
    page = read("manager/", bob)
    (entry,) = [line for line in page.context["navigation"] if line["active"]]
    assert f'<p class="eyebrow">{entry["label"]}</p>' in page.text
    assert f"<title>{entry['label']}" in page.text


def test_a_small_count_is_grey(read: Open, bob: Membership, quarter: Quarter) -> None:
    stages = factories.stages(quarter.organisation)
    aaron = factories.person(quarter.organisation, "Aaron", team=quarter.north)
    builders.conversion(
        quarter.run,
        stages["Engaging"],
        stages["Won"],
        person=aaron,
        entered=4,
        advanced=1,
        state="cannot_tell",
    )
    matrix = read("manager/", bob).context["matrix"]
    (_, aaron_name, cells), _carol = matrix["rows"]
    assert aaron_name == "Aaron"
    not_known = '<td class="numeric"><span class="rate-unknown">not known</span></td>'
    assert cells.startswith(f'{not_known}<td class="numeric cell-few">')
    assert '<span class="cell-count">1/4</span>' in read("manager/", bob).text


def test_a_team_shows_the_teams_below_it(read: Open, alice: Membership, quarter: Quarter) -> None:
    factories.team(quarter.organisation, "North-East", parent=quarter.north)
    page = read("manager/", alice, team=quarter.north.id)
    assert [row.name for row in page.context["members"]] == ["North-East", "Carol"]


def test_a_manager_sees_no_other_team(read: Open, bob: Membership, quarter: Quarter) -> None:
    assert read("manager/", bob, team=quarter.south.id).status_code == 403


def test_an_unknown_team_is_not_found(read: Open, bob: Membership, rival: Organisation) -> None:
    assert read("manager/", bob, team=factories.team(rival).id).status_code == 404


def test_a_manager_of_no_team_is_told_what_to_ask_for(read: Open, quarter: Quarter) -> None:
    other = factories.member(quarter.organisation, "manager", name="Nadia")
    assert "You manage no team yet" in read("manager/", other).text


def test_marketing_follows_the_chain_but_not_people(read: Open, quarter: Quarter) -> None:
    page = read("manager/", factories.member(quarter.organisation, "marketing"), team=quarter.north.id)
    assert page.status_code == 200
    assert len(page.context["rows"]) == 2
    assert page.context["members"] == []
    assert "Carol" not in page.text


@pytest.mark.parametrize("role", ["rep", "partner", "administrator"])
def test_other_roles_do_not_open_teams(read: Open, quarter: Quarter, role: str) -> None:
    assert read("manager/", factories.member(quarter.organisation, role)).status_code == 403


def test_people_of_no_team_stand_under_the_company_when_they_sell(
    read: Open, alice: Membership, quarter: Quarter
) -> None:
    stages = factories.stages(quarter.organisation)
    lone = factories.person(quarter.organisation, "Lone")
    builders.conversion(quarter.run, stages["Engaging"], stages["Won"], person=lone)
    members = read("manager/", alice).context["members"]
    assert [row.name for row in members] == ["North", "South", "Lone"]  # Bob, who manages, sells nothing


@travel("2026-02-12 09:00:00+00:00", tick=False)
def test_without_a_cycle_the_rates_are_still_there(atelier: Organisation, alice: Membership) -> None:
    stages = factories.stages(atelier)
    builders.conversion(builders.run(atelier), stages["Engaging"], stages["Won"])
    page = factories.client_of(alice).get("/o/atelier/manager/")
    assert len(page.context["rows"]) == 1
    assert "No cycle yet" in page.text


def test_the_rates_are_exported(read: Open, bob: Membership) -> None:
    answer = read("manager/conversion.csv", bob)
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert len(lines) == 1 + 2 * 2  # North and Carol
    assert '"North","Engaging","Won","132","41","80","11","0","0.31"' in lines[4]


def test_the_gaps_are_exported_within_reach(read: Open, bob: Membership) -> None:
    lines = read("manager/gaps.csv", bob).content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[2] for line in lines[1:]] == ['"North"', '"Carol"']
    assert '"300000.00","227000.00","200000.00","-27000.00"' in lines[1]


def test_an_export_runs_nothing_in_a_spreadsheet(read: Open, bob: Membership, quarter: Quarter) -> None:
    quarter.carol.name = "=cmd()"
    with factories.scope_of(quarter.organisation):
        quarter.carol.save()
    assert '"\'=cmd()"' in read("manager/gaps.csv", bob).content.decode()


def test_the_rate_that_is_shown_is_the_one_that_the_interval_belongs_to(
    read: Open, bob: Membership, quarter: Quarter
) -> None:
    stages = factories.stages(quarter.organisation)
    aaron = factories.person(quarter.organisation, "Aaron", team=quarter.north)
    builders.conversion(
        quarter.run,
        stages["Engaging"],
        stages["Won"],
        person=aaron,
        eventual_rate=1.0,
        mean=0.44,
        low=0.3,
        high=0.6,
    )
    (_, _, cells), _carol = read("manager/", bob).context["matrix"]["rows"]
    assert "44%" in cells
    assert "100%" not in cells


def test_the_teams_part_of_the_common_aim_is_told(read: Open, bob: Membership) -> None:
    context = read("manager/", bob).context
    assert context["contribution"]["sentence"] == "€300,000: 60% of the target of Atelier."
    (value,) = context["families"]
    assert [one["name"] for one in value["cards"]] == ["Revenue won"]


def test_the_company_is_part_of_nothing_larger(read: Open, alice: Membership) -> None:
    context = read("manager/", alice).context
    assert context["contribution"] is None
    assert context["families"]
