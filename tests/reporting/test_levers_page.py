"""The gap lever by lever: it adds up at every place, names the weak stage, and opens the deals behind it."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from pipeline.models import Opportunity
from tenants.models import Membership
from tests import factories
from tests.kept import kept
from tests.reporting import worked
from tests.reporting.builders import Quarter
from tests.reporting.conftest import Open

PAGE = "analysis/levers/"


@kept
def busy(quarter: Quarter) -> Quarter:
    worked.plan(quarter)
    worked.deals(quarter)
    worked.night(quarter)
    return quarter


def follow(member: Membership, page: Any, url: str) -> Any:
    assert url
    return factories.client_of(member).get(url if url.startswith("/") else f"/o/atelier/{PAGE}{url}")


def amounts(cells: list[dict[str, Any]]) -> dict[str, str]:
    return {cell["head"]: cell["text"] for cell in cells}


def test_the_levers_lead_from_the_path_to_the_actual_and_name_the_weak_stage(
    read: Open, alice: Membership, busy: Quarter
) -> None:
    page = read(PAGE, alice)

    chart = page.context["chart"]
    assert chart["start"]["value"] + sum(item["value"] for item in chart["items"]) == chart["end"]["value"]
    assert page.context["corrected"] == ""  # the same gap as the run stored
    said = read(PAGE, alice, team=busy.south.id).context["sentence"]
    assert "What costs most is the Engaging → Won rate" in said
    assert (
        "It shows most in South: the Engaging → Won rate"
        in read(PAGE, alice, against="before").context["sentence"]
    )
    heads = [line["head"] for line in page.context["lines"]]
    assert heads[:5] == [
        "Number of opportunities", "Mix of teams", "Mix of people", "Mix of segments", "Mix of channels",
    ]  # fmt: skip
    assert heads[5:] == [
        "Prospecting → Engaging", "Engaging → Won", "Value of the deals", "Deals opened before the cycle", "All of the mix", "Gap",
    ]  # fmt: skip


def test_a_place_opens_down_to_the_deals_and_adds_up_on_the_way(
    read: Open, alice: Membership, busy: Quarter
) -> None:
    page = read(PAGE, alice)
    for name in ("South", "Sofia", "Retail", "Web"):
        row = next(row for row in page.context["rows"] if row["name"] == name)
        assert [cell["head"] for cell in row["cells"]] == page.context["columns"]
        page = follow(alice, page, row["url"])
        assert page.status_code == 200
    assert {row["segment"] for row in page.context["rows"]} == {"Retail"}
    assert {row["person"] for row in page.context["rows"]} == {"Sofia"}


def test_each_column_of_the_places_adds_up_to_the_cent(read: Open, alice: Membership, busy: Quarter) -> None:
    for query in ({}, {"by": "segment"}, {"by": "channel"}, {"team": busy.north.id}, {"against": "target"}):
        told = read("analysis/levers.csv", alice, **query).text
        rows = list(csv.DictReader(io.StringIO(told.lstrip("\ufeff"))))
        first = rows[0]["Place"]
        whole = {row["Lever"]: float(row["Contribution"]) for row in rows if row["Place"] == first}
        for lever, amount in whole.items():
            below = [
                float(row["Contribution"]) for row in rows if row["Place"] != first and row["Lever"] == lever
            ]
            assert sum(below) == pytest.approx(amount, abs=0.001), (query, lever)
        assert whole.pop("Gap") == pytest.approx(sum(whole.values()), abs=0.001)


def test_the_rows_behind_a_rate_are_the_deals_that_entered_its_stage(
    read: Open, alice: Membership, busy: Quarter
) -> None:
    page = read(PAGE, alice)
    south = next(row for row in page.context["rows"] if row["name"] == "South")
    cell = next(cell for cell in south["cells"] if cell["head"] == "Engaging → Won")
    deals = follow(alice, page, cell["url"])

    assert "20 entered Engaging" in deals.context["sentence"]
    assert "4 of them reached Won" in deals.context["sentence"]
    assert {row["team"] for row in deals.context["rows"]} == {"South"}
    assert read("analysis/levers/deals/", alice, lever="rate:nothing").status_code == 404
    assert read(PAGE, alice, person=busy.organisation.id).status_code == 404


def test_the_gap_is_also_to_the_target_to_the_cycle_before_and_to_another_team(
    read: Open, alice: Membership, busy: Quarter
) -> None:
    for against, start in (("target", 50_000_000), ("before", 40_000_000)):
        chart = read(PAGE, alice, against=against).context["chart"]
        assert (
            chart["start"]["value"] + sum(item["value"] for item in chart["items"]) == chart["end"]["value"]
        )
        assert chart["start"]["value"] == start

    page = read(PAGE, alice, team=busy.south.id, against=busy.north.id)

    assert page.context["chart"]["start"]["label"] == "North"
    assert [row["name"] for row in page.context["rows"]] == ["Industry", "Retail"]
    assert "against North" in page.context["sentence"]


def test_a_manager_sees_the_own_teams_only(read: Open, busy: Quarter) -> None:
    bob = busy.bob.membership
    assert bob is not None
    page = read(PAGE, bob)
    assert page.context["scope"] == "North"
    assert [row["name"] for row in page.context["rows"]] == ["Carol", "In nobody's name"]
    assert read(PAGE, bob, team=busy.south.id).status_code == 403
    assert read(PAGE, bob, person=busy.sofia.id).status_code == 403
    assert read(PAGE, bob, against=busy.south.id).status_code == 403


@pytest.mark.parametrize("role", ["rep", "partner", "administrator"])
def test_others_see_nothing_of_it(read: Open, quarter: Quarter, role: str) -> None:
    member = factories.member(quarter.organisation, role)
    pages = (PAGE, "analysis/levers/deals/", "analysis/levers.csv", "analysis/value/", "analysis/value.csv")
    assert {read(page, member).status_code for page in pages} == {403}


def test_marketing_sees_teams_and_nobody_by_name(read: Open, busy: Quarter) -> None:
    mia = factories.member(busy.organisation, "marketing")
    page = read(PAGE, mia, team=busy.south.id)
    assert "Sofia" not in page.text
    assert [row["name"] for row in page.context["rows"]] == ["Other people"]
    deals = read("analysis/levers/deals/", mia, team=busy.south.id).text
    assert "Sofia" not in deals
    assert "Deal 1" in deals
    assert "/opportunities/" not in deals  # which marketing may not open


def test_shared_credit_moves_between_people_and_adds_nothing(
    read: Open, alice: Membership, busy: Quarter
) -> None:
    with factories.scope_of(busy.organisation):
        deal = Opportunity.objects.filter(
            stage__name="Won", team=busy.north, created_on__gte="2026-01-01"
        ).first()
    assert deal is not None
    factories.shared(deal, shares={busy.bob: "0.25"})

    company = read(PAGE, alice)

    assert amounts(company.context["footer"])["Shared credit"] == "€0"
    rows = {row["name"]: amounts(row["cells"])["Shared credit"] for row in company.context["rows"]}
    assert rows == {"North": "−€5K", "South": "€0", "Bob": "+€5K"}  # Bob is in no team


def test_a_second_look_at_the_same_day_asks_little(
    read: Open, alice: Membership, busy: Quarter, django_assert_max_num_queries: Any
) -> None:
    first = read(PAGE, alice)
    with django_assert_max_num_queries(30):
        again = read(PAGE, alice)
    assert again.context["lines"] == first.context["lines"]
