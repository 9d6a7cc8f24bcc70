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


@pytest.mark.drill
@pytest.mark.parametrize("slug", HOUSES)
def test_an_unclear_quarter_out_of_reach_is_put_right_before_it_is_activated(
    enter: Callable[..., Hand], slug: str
) -> None:
    hand = enter(slug, Role.DIRECTOR)
    name = begin(hand, slug, 2028, 4, "60M")

    # The cascade names who cannot hold the bounds.
    hand.click(hand.page.locator("details.bounds summary").first)
    low = hand.page.locator("input[name=low]").first
    hand.type(low, "70M")
    with hand.settled("/cascade/"):
        hand.click(hand.button("Save", within=hand.page.locator("details.bounds").first))
    expect(hand.page.locator(".share-row .field-error").first).to_be_visible()
    expect(hand.page.locator("input[name=low]").first).to_have_value("70M")
    hand.shot("bounds")
    hand.open(hand.page.url.removeprefix(hand.address))
    hand.click(drafts.go_on(hand))
    hand.click(drafts.go_on(hand))
    hand.heading("Clarity")

    # Unclear: everything that was proposed is taken out again.
    for group in ("segments", "channels"):
        ticked = hand.page.locator(f"#field-{group} input[type=checkbox]:checked")
        while ticked.count():
            hand.click(ticked.first)
    for field in SAID:
        hand.type(hand.page.locator(f"#field-{field} textarea").first, "")
    hand.click(drafts.go_on(hand))
    hand.heading("Calibration")
    expect(hand.page.locator(".band-out_of_reach").first).to_be_visible()
    expect(hand.page.locator(".calibration-details").first).to_contain_text("%")
    hand.shot("out-of-reach")
    change_the_field(hand)
    hand.click(drafts.go_on(hand))
    hand.heading("Review")
    problems = hand.page.locator("ul.checks")
    expect(problems).to_contain_text(
        hand.words("%(name)s is out of reach: write why it is kept, or change it.").split("%(name)s")[1]
    )
    expect(
        hand.page.locator("details.confirm").filter(has_text=hand.words("Activate and lock"))
    ).to_have_count(0)
    hand.shot("not-yet")

    # Each line leads to the very place where it is put right.
    unclear = problems.locator("a[href*='/clarity/']").first
    hand.click(unclear)
    hand.heading("Clarity")
    for field in SAID:
        hand.type(hand.page.locator(f"#field-{field} textarea").first, "Makers of 50 to 500 people")
    hand.click(hand.page.locator("#field-segments input[type=checkbox]").first)
    hand.click(drafts.go_on(hand))
    hand.heading("Calibration")
    hand.click(hand.button("Keep them for this reason"))
    reason = hand.page.locator("#justify-all")
    expect(reason).to_have_attribute("aria-invalid", "true")
    hand.type(reason, "A partner brings the deals")
    with hand.settled("/justify/"):
        hand.click(hand.button("Keep them for this reason"))
    expect(reason).to_have_count(0)
    hand.click(drafts.go_on(hand))
    hand.heading("Review")
    expect(hand.page.locator("details.confirm").first).to_contain_text(hand.words("Activate and lock"))
    hand.shot("ready")
    drafts.delete(hand, name)


@pytest.mark.drill
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
