"""From a lever that is moved to an action that is reviewed: the director begins, the manager ends."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tenants.domain.roles import Role
from tests.browser.hand import Hand

HOUSES = ["brightpath", "nordalys"]  # in English, in French


@pytest.mark.parametrize("slug", HOUSES)
def test_a_what_if_becomes_an_action_that_a_manager_reviews(enter: Callable[..., Hand], slug: str) -> None:
    # The manager's own team, so that both of them may act on it.
    manager = enter(slug, Role.MANAGER)
    manager.open(f"/o/{slug}/analysis/what-if/")
    team = manager.page.locator("#filter-team").input_value()
    director = enter(slug, Role.DIRECTOR)
    levers = director.page.locator(".levers-table")
    rates = "input[name^=value-]:not([name$=volume]):not([name$=capacity])"

    for name, lever, value in (("Better closing", rates, "60"), ("More deals", "[name=value-volume]", "9")):
        director.open(f"/o/{slug}/analysis/what-if/?team={team}")
        today = director.sentence()
        field = levers.locator(lever).first
        field.fill(value)
        with director.settled("what-if"):  # live: leaving the field is enough
            director.leave(field)
        expect(director.page.locator(".answer").first).not_to_have_text(today)
        director.type(director.page.locator("#new-name"), name)
        director.click(director.button("Keep this what-if"))
        expect(director.page.locator(".message, .notice").first).to_be_visible()

    # Two of them side by side with today.
    with director.settled("what-if"):
        director.click(director.page.get_by_label("Better closing"))
    side = director.page.get_by_role("region", name=director.words("Landing, likelihood, cost"))
    expect(side.locator("tbody tr")).to_have_count(3)
    director.shot("compared")

    # One action for the lever that moves.
    director.click(director.link("Better closing"))
    director.click(director.link("Turn into actions"))
    form = director.page.locator("main form").last
    form.locator("[name=owner]").select_option(index=1)
    form.locator("[name=review_on]").fill("2026-12-10")
    director.click(director.button("Plan these actions"))
    actions = actions_of(director)
    expect(actions.locator("tbody tr")).to_have_count(1)
    director.shot("planned")

    # The manager starts it, closes the review, and is told what cannot be told yet.
    manager.open(f"/o/{slug}/analysis/actions/")
    manager.click(actions_of(manager).locator("tbody a").first)
    manager.click(manager.button("It has begun"))
    manager.type(manager.page.locator("#id_conclusion"), "…")
    manager.click(manager.button("Close the review"))
    expect(manager.page.locator("#conclusion")).to_be_visible()
    expect(manager.page.locator("section[aria-labelledby=effect]")).to_be_visible()
    manager.shot("reviewed")


def actions_of(hand: Hand) -> Locator:
    return hand.page.get_by_role("region", name=hand.words("Lever actions", "analysis"))
