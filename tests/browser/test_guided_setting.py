"""The next quarter, set with the keyboard alone: ambition, reverse funnel, cascade, activation."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tenants.domain.roles import Role
from tests.browser import drafts
from tests.browser.hand import Hand


@pytest.mark.drill
@pytest.mark.parametrize("slug", ["brightpath", "nordalys"])
def test_a_quarter_is_set_with_the_keyboard_alone(enter: Callable[..., Hand], slug: str) -> None:
    hand = enter(slug, Role.DIRECTOR)

    hand.press_on(hand.page.locator("aside nav").get_by_role("link", name=hand.words("Objectives")))
    hand.press_on(hand.link("New cycle"))
    next_one = hand.page.locator(".preset").filter(has_text=hand.words("next quarter"))
    hand.press_on(next_one)
    hand.page.wait_for_url("**/objectives/new/?quarter=2027-1**")
    hand.press_on(hand.button("Create the draft"))
    hand.heading("Strategy")
    go_to_the_end(hand)
    hand.heading("Ambition")
    hand.key_in(hand.field("Revenue to win in the cycle"), "1.2M")
    hand.press_on(hand.button("Save and continue"))
    hand.heading("Reverse funnel")
    change_rate(hand)
    hand.press_on(drafts.go_on(hand))
    hand.heading("Cascade")
    change_share(hand)
    hand.press_on(drafts.go_on(hand))
    for step in ("Profiles", "Clarity", "Calibration"):
        hand.heading(step)
        go_to_the_end(hand)
    hand.heading("Review")
    activate(hand)
    print(f"\na quarter set with the keyboard ({hand.language}): {hand.keys} keys")


def go_to_the_end(hand: Hand) -> None:
    """Past everything that can be left as it is proposed."""
    hand.press_on(hand.link("Skip to the end of the step"))
    expect(drafts.go_on(hand)).to_be_focused()
    hand.press("Enter")


def activate(hand: Hand) -> None:
    reason = drafts.reason_asked(hand)
    if reason is not None:
        hand.key_in(reason, drafts.REASON)
        hand.press_on(hand.button("Keep them for this reason"))
        expect(hand.page.locator("#justify-all")).to_have_count(0)
    hand.shot("review")
    hand.press_on(hand.page.locator("details.confirm summary").first)
    hand.press_on(hand.button("Activate and lock"))
    drafts.see_active(hand, hand.words("Q%(quarter)s %(year)s", values={"quarter": 1, "year": 2027}))


def change_rate(hand: Hand) -> None:
    """A better rate asks for fewer entries; an open padlock says which lever moves."""
    rate = drafts.levers(hand).nth(1).locator("input[name=value]")
    needs = hand.page.locator("table").first
    before = needs.inner_text()
    with hand.settled("/funnel/"):
        hand.key_in(rate, "70")
        hand.press("Enter")
    assert needs.inner_text() != before
    with hand.settled("/padlock/"):
        hand.press_on(hand.page.locator("button.padlock").first)
    hand.shot("funnel")


def change_share(hand: Hand) -> None:
    """A typed share is fixed by its padlock, the others give way; the difference stays in sight."""
    shares = hand.page.locator("input[name=target]")
    before = values(shares)
    with hand.settled("/cascade/"):
        hand.key_in(shares.first, "500k")
        hand.press("Enter")
    after = values(shares)
    assert [new != old for new, old in zip(after, before, strict=True)] == [True] * len(before)
    expect(hand.page.locator("button.padlock").first).to_have_attribute("aria-pressed", "true")
    hand.shot("share")
    # Both fixed: what is shared out differs from the objective, by a signed amount.
    with hand.settled("/cascade/"):
        hand.key_in(shares.nth(1), "600k")
        hand.press("Enter")
    expect(hand.page.locator(".differs").first).to_contain_text("−")
    hand.shot("difference")
    for padlock in (1, 0):
        with hand.settled("/padlock/"):
            hand.press_on(hand.page.locator("button.padlock").nth(padlock))
    team = hand.page.locator("a[role=button][aria-expanded]").first
    with hand.settled("open="):
        hand.press_on(team)
    expect(hand.page.locator("a[role=button][aria-expanded=true]").first).to_be_visible()


def values(fields: Locator) -> list[str]:
    return fields.evaluate_all("all => all.map(one => one.value)")
