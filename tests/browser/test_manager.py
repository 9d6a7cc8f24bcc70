"""A manager: the one stage to work on, found from the sentence and from the table, and who stands where."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tenants.domain.roles import Role
from tests.browser.hand import Hand

# Planted in the demo organisations: the team whose rate out of one stage is a little more than half the others'.
WEAK = [("brightpath", "DACH", "Evaluation → Negotiation"), ("nordalys", "Sud", "Découverte → Proposition")]


@pytest.mark.parametrize(("slug", "team", "weak"), WEAK)
def test_the_weak_stage_is_found(enter: Callable[..., Hand], slug: str, team: str, weak: str) -> None:
    hand = enter(slug, Role.MANAGER)

    expect(hand.page.locator("h1")).to_have_text(team)
    assert weak in hand.sentence()
    rows = hand.page.get_by_role("region", name=hand.words("Conversion by stage")).locator("tbody tr")
    behind = rows.filter(has=hand.page.locator(".state-behind"))
    expect(behind).to_have_count(1)
    expect(behind.get_by_role("rowheader")).to_have_text(weak)
    hand.click(behind.locator("details.math summary"))
    expect(behind.locator(".math-panel")).to_be_in_viewport(ratio=1)
    hand.shot("weak-stage")


@pytest.mark.parametrize("slug", ["brightpath", "nordalys"])
def test_a_manager_sees_the_own_team_and_its_people(enter: Callable[..., Hand], slug: str) -> None:
    hand = enter(slug, Role.MANAGER)
    seller = (
        hand.page.get_by_role("region", name=hand.words("Revenue against the path")).get_by_role("link").first
    )
    name = seller.inner_text()

    assert hand.field("Team").locator("option").count() == 1
    hand.click(seller)

    expect(hand.page.locator("h1")).to_have_text(name)
    hand.shot("seller")
    assert hand.open(f"/o/{slug}/director/") == 403


@pytest.mark.drill
def test_a_director_moves_from_team_to_team(enter: Callable[..., Hand]) -> None:
    hand = enter("brightpath", Role.DIRECTOR)
    hand.go("My teams", "page")

    with hand.settled("/manager/"):
        hand.choose(hand.field("Team"), label="\u2003DACH")

    expect(hand.page.locator("h1")).to_have_text("DACH")
    assert "team=" in hand.page.url
    hand.click(
        hand.page.get_by_role("region", name="Revenue against the path").get_by_role(
            "link", name="Anna Fischer"
        )
    )
    expect(hand.page.locator("h1")).to_have_text("Anna Fischer")


@pytest.mark.drill
def test_figures_are_taken_away_as_csv(enter: Callable[..., Hand]) -> None:
    hand = enter("brightpath", Role.MANAGER)

    with hand.page.expect_download() as download:
        hand.click(hand.link("Rates as CSV"))

    text = download.value.path().read_text(encoding="utf-8-sig")
    assert "Evaluation" in text
    assert "DACH" in text


def test_the_page_is_read_with_the_keyboard_alone(enter: Callable[..., Hand]) -> None:
    hand = enter("nordalys", Role.MANAGER)
    math = hand.page.locator("tr details.math").first

    hand.press_on(math.locator("summary"))
    expect(math.locator(".math-panel")).to_be_visible()
    hand.press("Escape")
    expect(math.locator("summary")).to_be_focused()
    table = hand.page.locator("details.chart-table").first
    hand.press_on(table.locator("summary"))
    expect(table.locator("tbody tr").first).to_be_visible()
    hand.press_on(hand.page.get_by_role("link", name="Karim Benali").first)
    expect(hand.page.locator("h1")).to_have_text("Karim Benali")
