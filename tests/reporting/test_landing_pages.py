"""The pages of the landing and of its backtest."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

from tenants.actions.jobs import LANDING_CHECKS
from tenants.models import Job, Membership
from tests import factories
from tests.kept import kept
from tests.reporting import builders
from tests.reporting.builders import AS_OF, Quarter
from tests.reporting.conftest import Open

PAGE = "analysis/landing/"


@kept
def landed(quarter: Quarter) -> Quarter:
    """Landings of the company, North, South, Carol and Sofia."""
    builders.landing(quarter.run)
    builders.landing(
        quarter.run, team=quarter.north, target=30_000_000.0, mean=29_000_000.0, high=33_000_000.0
    )
    builders.landing(quarter.run, team=quarter.south, target=None, probability=None, mean=19_000_000.0)
    builders.landing(quarter.run, person=quarter.carol, probability=0.02)
    builders.landing(quarter.run, person=quarter.sofia, since=None, flow=[])
    return quarter


def test_the_answer_says_where_it_lands_how_likely_and_what_moved_it(
    landed: Quarter, read: Open, alice: Membership
) -> None:
    text = read(PAGE, alice).context["sentence"]
    assert text == (
        "Landing €480K (€430K\u00a0–\u00a0€530K) for €500K: 31% likely. Moved by −€20K since Wed 4 Feb, "
        "mostly by: Deals lost (−€40K)."
    )


def test_the_cards_show_the_parts_and_the_classic_forecast_by_its_name(
    landed: Quarter, read: Open, alice: Membership
) -> None:
    page = read(PAGE, alice)
    cards = {card["label"]: card for card in page.context["cards"]}
    assert cards["Booked"]["value"] == "€200K"
    assert cards["From open deals"]["value"] == "€180K"
    assert cards["From deals not created yet"]["value"] == "€100K"
    assert "Stage-weighted forecast, the classic one, for comparison: €610K." in page.text
    assert cards["Probability of the target"]["state"] == "cannot_tell"


def test_the_math_of_a_landing_tells_what_it_stands_on(
    landed: Quarter, read: Open, alice: Membership
) -> None:
    math = read(PAGE, alice).context["cards"][0]["math"]
    lines = {line["label"]: line["value"] for line in math["lines"]}
    assert lines["New deals expected by the last day"] == "55"
    assert lines["Win rate in the end"] == "25%"
    assert lines["Past cycles that it is learnt from"] == "5"
    assert math["definition_url"].endswith("/objectives/metrics/#landing")


def test_the_fan_opens_at_the_actual_and_ends_at_the_interval(
    landed: Quarter, read: Open, alice: Membership
) -> None:
    data = read(PAGE, alice).context["fan"]["data"]
    today = data["dates"].index(AS_OF.isoformat())
    assert data["band"]["low"][today - 1] is None
    assert data["band"]["low"][today] == data["band"]["high"][today] == data["actual"][today]
    assert (data["band"]["low"][-1], data["band"]["high"][-1]) == (43_000_000.0, 53_000_000.0)


def test_the_movement_adds_up_from_the_week_before_to_the_day(
    landed: Quarter, read: Open, alice: Membership
) -> None:
    data = read(PAGE, alice).context["movement"]["data"]
    assert data["start"]["value"] == 50_000_000.0
    assert data["start"]["value"] + sum(item["value"] for item in data["items"]) == data["end"]["value"]


def test_people_stand_by_name_and_one_coloured_cell_needs_two_nights(
    landed: Quarter, read: Open, bob: Membership
) -> None:
    """Carol is behind by what tonight says alone; the night before said nothing else."""
    page = read(PAGE, bob)
    assert [(row["name"], row["state"]) for row in page.context["members"]] == [("Carol", "behind")]
    night = builders.run(landed.organisation, AS_OF - timedelta(days=1))
    builders.landing(night, person=landed.carol, probability=0.3)
    page = read(PAGE, bob)
    assert [(row["name"], row["state"]) for row in page.context["members"]] == [("Carol", "cannot_tell")]


def test_a_manager_sees_the_own_team_and_no_other(landed: Quarter, read: Open, bob: Membership) -> None:
    page = read(PAGE, bob)
    assert page.context["scope"] == "North"
    assert "Sofia" not in page.text
    assert page.context["backtest_url"] == ""
    assert read(PAGE, bob, team=landed.south.id).status_code == 403


def test_a_salesperson_has_no_landing_page(landed: Quarter, read: Open) -> None:
    assert read(PAGE, landed.carol.membership).status_code == 403


def test_without_a_stored_landing_it_says_what_it_needs(read: Open, alice: Membership) -> None:
    assert "No landing can be told yet" in read(PAGE, alice).text


def test_the_csv_holds_the_same_figures_of_all_within_reach(
    landed: Quarter, read: Open, alice: Membership, bob: Membership
) -> None:
    def rows(member: Membership) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(read(f"{PAGE}landings.csv", member).text.lstrip("\ufeff"))))

    assert [row["Team or person"] for row in rows(alice)] == ["Atelier", "Carol", "North", "Sofia", "South"]
    assert [row["Team or person"] for row in rows(bob)] == ["Carol", "North"]
    assert rows(alice)[0]["Landing"] == "480000.00"
    assert rows(alice)[0]["Moved by"] == "-20000.00"


def test_the_directors_page_shows_the_landing_with_a_way_to_its_page(
    landed: Quarter, read: Open, alice: Membership
) -> None:
    page = read("director/", alice)
    card = page.context["cards"][0]
    assert (card["value"], card["note"]) == ("€480K", "31% likely to reach the target")
    assert card["url"].startswith("/o/atelier/analysis/landing/?")
    assert page.context["sentence"].startswith("Landing €480K")
    assert page.context["path"]["data"]["band"] is not None


def test_the_api_gives_the_same_landings(landed: Quarter) -> None:
    api = factories.api_client(landed.organisation)
    answer = api.get("/api/v1/landings", {"as_of": AS_OF.isoformat(), "team": str(landed.north.id)}).json()
    (row,) = answer["results"]
    assert (row["scope"], row["mean"], row["probability"]) == ("North", "290000.00", 0.31)
    assert row["flow"][0] == {"line": "won", "amount": "15000.00", "count": 3}


# Past cycles ---------------------------------------------------------------------------------------------------


def test_past_cycles_show_what_was_said_and_what_came(
    quarter: Quarter, read: Open, alice: Membership
) -> None:
    builders.check(quarter.organisation)
    builders.check(quarter.organisation, week=12, mean=51_000_000.0, low=50_500_000.0, high=51_500_000.0)
    builders.check(quarter.organisation, team=quarter.north, actual=60_000_000.0)
    page = read(f"{PAGE}backtest/", alice)
    assert page.context["sentence"] == (
        "Over 1 past cycle, what came lay in the 80% interval in 2 of 3 cases (67%)."
    )
    assert "Only 1 past cycle can be checked" in page.text
    (cycle,) = page.context["cycles"]
    assert [(row["week"], row["inside"], row["error"]) for row in cycle["rows"]] == [
        (4, True, "−2%"),
        (12, True, "0%"),
    ]


def test_a_director_asks_for_the_check_once(quarter: Quarter, read: Open, alice: Membership) -> None:
    assert "Past cycles are not checked yet" in read(f"{PAGE}backtest/", alice).text
    client = factories.client_of(alice)
    answer = client.post(f"/o/atelier/{PAGE}backtest/compute/")
    client.post(f"/o/atelier/{PAGE}backtest/compute/")
    assert answer.status_code == 302
    assert Job.objects.filter(organisation_id=quarter.organisation.id, kind=LANDING_CHECKS).count() == 1
    page = read(f"{PAGE}backtest/", alice)
    assert page.context["work"]["label"] == "Waiting for a worker"


def test_a_manager_has_no_page_of_past_cycles(quarter: Quarter, read: Open, bob: Membership) -> None:
    assert read(f"{PAGE}backtest/", bob).status_code == 403


def test_a_stand_in_for_a_target_is_named(quarter: Quarter, read: Open, alice: Membership) -> None:
    builders.check(
        quarter.organisation, is_stand_in=True, start_on=date(2025, 7, 1), end_on=date(2025, 10, 1)
    )
    assert "There was no target then" in read(f"{PAGE}backtest/", alice).text
