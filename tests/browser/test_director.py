"""A sales director in the middle of the quarter: where it stands, what the gap is made of, any past day."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tenants.domain.roles import Role
from tests.browser.hand import Hand

HOUSES = ["brightpath", "nordalys"]  # in English, in French


@pytest.mark.parametrize("slug", HOUSES)
def test_the_page_answers_in_a_sentence_a_picture_and_a_tree(enter: Callable[..., Hand], slug: str) -> None:
    hand = enter(slug, Role.DIRECTOR)

    hand.heading("The company", "page")
    # An amount won, and where that is from the path.
    assert re.search(r"\d.*(£|€)|(£|€).*\d", hand.sentence())
    expect(hand.page.locator(".stat")).to_have_count(5)
    for chart in ("path", "levers"):
        figure = hand.page.locator(f"[data-source='{chart}-data']")
        expect(figure.locator("svg")).to_be_visible()
    waterfall = hand.page.locator("figure").filter(has=hand.page.locator("[data-source='levers-data']"))
    hand.click(waterfall.locator("details.chart-table summary"))
    expect(waterfall.locator("tbody tr").first).to_be_visible()
    hand.shot("page")

    top = hand.page.locator("ul.tree > .tree-node").first
    expect(top).to_contain_text({"en": "Revenue won", "fr": "Chiffre d’affaires gagné"}[hand.language])
    team = top.locator(".tree-node details").first
    with hand.settled("/director/objectives/"):
        hand.click(team.locator("summary").first)
    expect(team.locator(".tree-node").first).to_be_visible()
    hand.shot("tree")


@pytest.mark.parametrize("slug", HOUSES)
def test_filters_are_the_address(enter: Callable[..., Hand], slug: str) -> None:
    hand = enter(slug, Role.DIRECTOR)
    before, sentence = hand.page.url, hand.sentence()
    cycle = hand.field("Cycle")

    with hand.settled("/director/"):
        hand.choose(cycle, index=cycle.locator("option").count() - 1)

    assert hand.page.url != before
    assert cycle.input_value() in hand.page.url
    shown = hand.page.locator("#page").inner_text()
    hand.page.reload()
    assert hand.page.locator("#page").inner_text().split() == shown.split()
    hand.page.go_back()
    hand.page.wait_for_url(before)
    expect(hand.page.locator(".answer")).to_be_visible()
    assert hand.sentence() == sentence


@pytest.mark.parametrize("slug", HOUSES)
def test_every_card_shows_its_math(enter: Callable[..., Hand], slug: str) -> None:
    hand = enter(slug, Role.DIRECTOR)

    for math in hand.page.locator(".stat details.math").all():
        hand.click(math.locator("summary"))
        expect(math.locator(".math-panel")).to_be_in_viewport(ratio=1)
        expect(math.locator("dd").first).not_to_be_empty()
    hand.shot("math")
    hand.press("Escape")
    expect(hand.page.locator("details.math[open]")).to_have_count(0)


@pytest.mark.drill
@pytest.mark.parametrize(("slug", "monday"), [("brightpath", "2026-11-16"), ("nordalys", "2026-11-09")])
def test_a_day_that_is_not_computed_is_computed_on_demand(
    enter: Callable[..., Hand], slug: str, monday: str
) -> None:
    hand = enter(slug, Role.DIRECTOR)
    with hand.settled("/director/"):
        hand.field("As of").fill(monday)
    expect(hand.page.locator(".empty-state")).to_be_visible()
    hand.shot("not-computed")

    hand.click(hand.button("Compute this day"))

    expect(hand.page.locator(".stat")).to_have_count(5)
    assert f"as_of={monday}" in hand.page.url
    hand.shot("computed")


def test_the_page_is_read_with_the_keyboard_alone(enter: Callable[..., Hand]) -> None:
    hand = enter("nordalys", Role.DIRECTOR)

    hand.press("Tab")
    expect(hand.page.locator(".skip-link")).to_be_in_viewport()
    hand.press("Enter")
    expect(hand.page.locator("main")).to_be_focused()
    with hand.settled("/director/"):
        hand.walk_to(hand.field("Cycle"))
        hand.press("End")
    math = hand.page.locator(".stat details.math").first
    hand.press_on(math.locator("summary"))
    expect(math.locator(".math-panel")).to_be_visible()
    hand.press("Escape")
    expect(math.locator("summary")).to_be_focused()
    team = hand.page.locator("ul.tree .tree-node .tree-node details").first
    with hand.settled("/director/objectives/"):
        hand.press_on(team.locator("summary").first)
    expect(team.locator(".tree-node").first).to_be_visible()
    hand.press_on(hand.page.locator(".tree-open").first)
    hand.page.wait_for_url("**/manager/?**team=**")
