"""The pages about conversion: rates by dimension, cohorts, times, ageing, flow and coverage, and the rows behind."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.http import HttpResponse

from pipeline.models import Opportunity, OpportunityEvent
from tenants.models import Membership, Person, Team
from tests import factories
from tests.kept import kept
from tests.reporting.builders import AS_OF, Quarter
from tests.reporting.conftest import Open

PRICE = 1_000_000
NEWLY_OPENED = 3


def deal(
    quarter: Quarter, name: str, owner: Person, team: Team, steps: list[tuple[str, date]], **given: Any
) -> tuple[Opportunity, list[OpportunityEvent]]:
    stages = factories.stages(quarter.organisation)
    expected = given.pop("expected_close_on", None)
    row = Opportunity(
        organisation=quarter.organisation, external_id=name, name=f"Deal {name}", owner=owner, team=team,
        stage=stages[steps[-1][0]], amount_minor=PRICE, created_on=steps[0][1], expected_close_on=expected, **given,
    )  # fmt: skip
    events = [
        OpportunityEvent(
            organisation=quarter.organisation, opportunity=row, kind="stage", source="history", stage=stages[stage],
            occurred_on=day, owner=owner, team=team, amount_minor=PRICE, expected_close_on=expected,
        )
        for stage, day in steps
    ]  # fmt: skip
    return row, events


@kept
def sold(quarter: Quarter) -> Quarter:
    """Opened from March 2025 on, one a day. Carol (North) sells in Industry: of five one is won, after 10 and 20 days.

    Sofia (South) sells in Retail: of five four are won. The latest thirty are not closed yet. Three of Carol's were opened
    this quarter; one of them should have closed.
    """
    made = []
    for number in range(300):
        opened = AS_OF - timedelta(days=345 - number)
        mine = number % 2 == 0
        owner, team = (quarter.carol, quarter.north) if mine else (quarter.sofia, quarter.south)
        won = number // 2 % 5 == 0 if mine else number // 2 % 5 != 0
        steps = [("Prospecting", opened), ("Engaging", opened + timedelta(days=10))]
        if number < 270:
            steps.append(("Won" if won else "Lost", opened + timedelta(days=30)))
        made.append(
            deal(quarter, f"D{number:03}", owner, team, steps, segment="Industry" if mine else "Retail")
        )
    for number in range(NEWLY_OPENED):
        steps = [("Prospecting", date(2026, 2, 1))]
        expected = date(2026, 2, 5) if number == 0 else date(2026, 3, 20)
        made.append(
            deal(
                quarter, f"N{number}", quarter.carol, quarter.north, steps, segment="Industry", expected_close_on=expected
            )
        )  # fmt: skip
    with factories.scope_of(quarter.organisation):
        Opportunity.objects.bulk_create([row for row, _events in made])
        OpportunityEvent.objects.bulk_create([event for _row, events in made for event in events])
    return quarter


def table(response: HttpResponse) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def page(response: HttpResponse) -> str:
    assert response.status_code == 200
    return response.content.decode()


def test_each_segment_has_its_rate_count_interval_and_state(sold: Quarter, read: Open, alice: Membership):
    """Given one win in five in Industry and an objective of 45 %, then Industry is behind, and Retail above."""
    rows = table(read("analysis/conversion/rates.csv", alice, by="segment"))
    found = {row["Segment"]: row for row in rows if row["From"] == "Engaging"}

    industry, retail = found["Industry"], found["Retail"]
    assert (industry["Entered"], industry["Advanced"], industry["Still open"]) == ("150", "27", "15")
    assert (
        float(industry["Interval, low"])
        < float(industry["Eventual rate"])
        < float(industry["Interval, high"])
    )
    assert (industry["State"], retail["State"]) == ("behind", "on or above")
    # Beside it, under their own names: the closed ones alone, and those old enough to tell.
    assert float(industry["Advanced ÷ closed"]) == pytest.approx(27 / 135)
    assert industry["Old enough to tell: advanced"] == "27"
    assert "Industry at Engaging → Won" in page(read("analysis/conversion/", alice, by="segment"))
    stage = factories.stages(sold.organisation)["Engaging"].id
    behind = page(
        read("analysis/conversion/deals/", alice, of="rate", by="segment", group="Industry", stage=stage)
    )
    assert "150 deals" in behind


def test_pages_without_any_deal_say_so(quarter: Quarter, read: Open, alice: Membership):
    for what in ("", "cohorts/", "time/", "ageing/", "flow/"):
        page(read(f"analysis/conversion/{what}", alice))
    assert "0 deals" in page(read("analysis/conversion/deals/", alice, of="stalled"))


def test_people_are_in_the_order_of_names_and_an_order_that_says_nothing_is_said(
    sold: Quarter, read: Open, alice: Membership
):
    engaging = factories.stages(sold.organisation)["Engaging"].id
    people = page(read("analysis/conversion/", alice, by="person", stage=engaging))
    assert people.index(">Carol<") < people.index(">Sofia<")
    assert "the order of these rates says nothing" not in people
    months = page(read("analysis/conversion/", alice, by="month", stage=engaging))
    assert "the order of these rates says nothing" in months


def test_a_day_without_a_run_has_rates_and_no_objective(sold: Quarter, read: Open, alice: Membership):
    text = page(read("analysis/conversion/", alice, by="segment", as_of="2026-01-20"))
    assert "without objectives to compare them with" in text


def test_a_young_cohort_is_dashed_and_complete_ones_are_not(sold: Quarter, read: Open, alice: Membership):
    rows = table(read("analysis/conversion/cohorts.csv", alice))
    march = next(row for row in rows if row["Entered in"] == "March 2025" and row["Age in days"] == "30")
    january = next(row for row in rows if row["Entered in"] == "December 2025" and row["Age in days"] == "60")
    assert (march["Complete"], january["Complete"]) == ("yes", "no")
    assert 0 < float(march["Share advanced"]) < 1
    assert "heat-young" in page(read("analysis/conversion/cohorts/", alice))


def test_the_time_to_advance_is_that_of_those_that_do(sold: Quarter, read: Open, alice: Membership):
    rows = table(read("analysis/conversion/lags.csv", alice))
    assert {row["Transition"]: float(row["Half within"]) for row in rows} == {
        "Prospecting → Engaging": 10, "Engaging → Won": 20, "Opening → won": 30,
    }  # fmt: skip
    assert "Half of the wins come within 30 days" in page(read("analysis/conversion/time/", alice))


def test_an_open_deal_is_old_against_what_won_ones_took(sold: Quarter, read: Open, alice: Membership):
    """Wins were twenty days in Engaging: of the thirty that are there, all have been so for longer."""
    rows = {row["Stage"]: row for row in table(read("analysis/conversion/ageing.csv", alice))}
    assert (rows["Engaging"]["Open"], rows["Engaging"]["Nine in ten within"]) == ("30", "20")
    assert rows["Engaging"]["Longer than nine in ten"] == rows["Engaging"]["Stalled"] == "30"
    assert (rows["Prospecting"]["Open"], rows["Prospecting"]["Slipped"]) == ("3", "1")
    slipped = page(read("analysis/conversion/deals/", alice, of="slipped"))
    assert ("Deal N0" in slipped, "Deal N1" in slipped) == (True, False)


def test_the_flow_adds_up_and_shows_the_deals_behind_a_line(sold: Quarter, read: Open, alice: Membership):
    rows = {row["Line"]: row for row in table(read("analysis/conversion/flow.csv", alice))}
    end = rows.pop("Open at the end")
    assert sum(float(row["Amount"]) for row in rows.values()) == float(end["Amount"])
    assert sum(int(row["Change in open deals"]) for row in rows.values()) == int(end["Change in open deals"])
    assert rows["New"]["Deals"] == str(NEWLY_OPENED)
    behind = page(read("analysis/conversion/deals/", alice, of="flow", line="new"))
    assert behind.count("Deal N") == NEWLY_OPENED


def test_a_deal_that_changes_hands_leaves_one_team_and_comes_into_the_other(
    sold: Quarter, read: Open, alice: Membership
):
    """The company sees no move: it stays its deal."""
    with factories.scope_of(sold.organisation):
        moving = Opportunity.objects.get(external_id="D270")
    factories.event(
        moving, kind="stage", occurred_on=date(2026, 2, 3), team_id=sold.south.id, owner_id=sold.sofia.id
    )
    lines = {
        name: {row["Line"]: int(row["Deals"]) for row in table(read("analysis/conversion/flow.csv", alice, **where))}
        for name, where in (("all", {}), ("north", {"team": sold.north.id}), ("south", {"team": sold.south.id}))
    }  # fmt: skip
    assert [lines[name]["To other hands"] for name in ("all", "north", "south")] == [0, 1, 0]
    assert [lines[name]["From other hands"] for name in ("all", "north", "south")] == [0, 0, 1]


def test_a_first_day_that_is_none_is_refused_at_its_field(sold: Quarter, read: Open, alice: Membership):
    text = page(read("analysis/conversion/flow/", alice, since="2026-02-31"))
    assert "This is not a day." in text
    assert 'value="2026-02-31"' in text


def test_the_coverage_is_over_what_is_left_and_says_how(sold: Quarter, read: Open, alice: Membership):
    """30 000 € close in the quarter; 200 000 € of 500 000 € are won: a tenth of what is left."""
    text = page(read("analysis/conversion/flow/", alice))
    assert "0.1 ×" in text
    assert "= €30,000 ÷ (€500,000 − €200,000)" in text
    assert "1 of 3 should have closed by now." in text


def test_a_manager_sees_the_own_teams_only(sold: Quarter, read: Open, bob: Membership):
    for what in ("", "cohorts/", "time/", "ageing/", "flow/", "deals/", "rates.csv"):
        found = [
            read(f"analysis/conversion/{what}", bob, team=team.id, of="open").status_code
            for team in (sold.north, sold.south)
        ]
        assert found == [200, 403], what


def test_others_people_are_no_rows_of_a_manager(sold: Quarter, read: Open, bob: Membership):
    rows = table(read("analysis/conversion/rates.csv", bob, by="person"))
    assert {row["Salesperson"] for row in rows} == {"Carol"}
    assert read("analysis/conversion/flow/", bob, person=sold.sofia.id).status_code == 403
    stage = factories.stages(sold.organisation)["Engaging"].id
    hers = {"of": "rate", "by": "person", "group": sold.sofia.id, "stage": stage}
    assert read("analysis/conversion/deals/", bob, **hers).status_code == 404


def test_marketing_sees_teams_and_neither_people_nor_deals(sold: Quarter, read: Open):
    mia = factories.member(sold.organisation, "marketing")
    text = page(read("analysis/conversion/", mia, by="person"))
    assert "Salesperson" not in text
    assert "Carol" not in text
    assert read("analysis/conversion/deals/", mia, of="open").status_code == 403


def test_a_salesperson_has_no_such_page(sold: Quarter, read: Open, carol: Membership):
    assert read("analysis/conversion/", carol).status_code == 403


def test_the_api_says_what_the_page_says_as_of_any_day(sold: Quarter, read: Open, alice: Membership):
    client = factories.api_client(sold.organisation)
    pages = table(read("analysis/conversion/rates.csv", alice, by="segment"))
    rows = client.get("/api/v1/conversion/by", {"by": "segment", "as_of": AS_OF.isoformat()}).json()
    assert {(row["name"], str(row["entered"]), str(row["advanced"])) for row in rows} == {
        (row["Segment"], row["Entered"], row["Advanced"]) for row in pages
    }
    assert client.get("/api/v1/conversion/by", {"by": "weather"}).status_code == 400
