"""What is not clear, or out of reach, is not activated until it is said: and what is typed wrongly is said at its field."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tenants.domain.roles import Role
from tests.browser import drafts
from tests.browser.hand import Hand

HOUSES = ["brightpath", "nordalys"]  # in English, in French
SAID = ("account_profile", "maturity", "qualification", "success", "reason")
OTHER_CURRENCY = {"brightpath": "600k EUR", "nordalys": "600k USD"}


@pytest.mark.parametrize("slug", HOUSES)
def test_what_cannot_be_an_objective_is_said_and_two_editors_see_each_other(
    enter: Callable[..., Hand], slug: str
) -> None:
    hand = enter(slug, Role.DIRECTOR)
    name = begin(hand, slug, 2029, 4, "900k")
    cascade = hand.page.url.removeprefix(hand.address)
    other = enter(slug, Role.DIRECTOR)
    other.open(cascade)
    save_share(other, "300k")

    save_share(hand, "400k")

    expect(hand.page.locator(".notice-stale")).to_be_visible()
    expect(hand.page.locator("input[name=target]").first).to_have_value("400k")
    hand.shot("stale")
    save_share(hand, "410k")
    expect(hand.page.locator(".notice-stale")).to_have_count(0)
    save_share(hand, OTHER_CURRENCY[slug])
    expect(hand.page.locator("input[name=target]").first).to_have_attribute("aria-invalid", "true")
    expect(hand.page.locator("input[name=target]").first).to_have_value(OTHER_CURRENCY[slug])

    # An objective of one's own, on any metric: a rate over the whole, then as it should be.
    hand.open(cascade.replace("/cascade/", "/add/"))
    hand.choose(hand.field("Metric"), value="win_rate")
    hand.choose(hand.field("Owner"), index=2)
    owner = hand.field("Owner").input_value()
    hand.type(hand.field("Target"), "140 %")
    hand.click(hand.page.locator("main form .btn-primary"))
    expect(hand.field("Target")).to_have_attribute("aria-invalid", "true")
    expect(hand.field("Target")).to_have_value("140 %")
    expect(hand.field("Metric")).to_have_value("win_rate")
    expect(hand.field("Owner")).to_have_value(owner)
    hand.shot("objective")
    hand.type(hand.field("Target"), "30 %")
    hand.click(hand.page.locator("main form .btn-primary"))
    expect(hand.page.locator("ol.chain").first).to_be_visible()
    hand.open(cascade)
    drafts.delete(hand, name)


def begin(hand: Hand, slug: str, year: int, quarter: int, revenue: str) -> str:
    """A draft with an ambition; ends on the cascade."""
    name = drafts.make(hand, slug, year, quarter)
    hand.type(hand.field("Revenue to win in the cycle"), revenue)
    hand.click(hand.button("Save and continue"))
    hand.click(drafts.go_on(hand))
    hand.heading("Cascade")
    return name


def save_share(hand: Hand, typed: str) -> None:
    share = hand.page.locator("input[name=target]").first
    hand.type(share, typed)
    with hand.settled("/cascade/"):
        hand.leave(share)


def change_the_field(hand: Hand) -> None:
    """A fiercer competition: what it multiplies is shown, the figures follow; a multiplier that cannot be is refused."""
    factor = hand.page.locator("#level-competitive_intensity")
    before = hand.page.locator(".calibration-list").inner_text()
    with hand.settled("/constraint/"):
        hand.choose(factor, value="-2")
    assert hand.page.locator(".calibration-list").inner_text() != before
    expect(factor.locator("xpath=ancestor::tr")).to_contain_text({"en": "0.7", "fr": "0,7"}[hand.language])
    own: Locator = hand.page.locator("#multiplier-competitive_intensity")
    with hand.settled("/constraint/"):
        hand.type(own, "-3")
        hand.leave(own)
    expect(hand.page.locator("#multiplier-competitive_intensity")).to_have_attribute("aria-invalid", "true")
    expect(hand.page.locator("#multiplier-competitive_intensity")).to_have_value("-3")
    hand.shot("field")
