"""All that matters works where scripts do not run."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tenants.domain.roles import Role
from tests.browser import drafts
from tests.browser.hand import Hand
from tests.browser.house import until


@pytest.fixture
def enter_plain(enter: Callable[..., Hand]) -> Callable[..., Hand]:
    def come_in(slug: str, role: Role = Role.DIRECTOR) -> Hand:
        return enter(slug, role, java_script_enabled=False)

    return come_in


def test_the_director_page_is_read_and_filtered(enter_plain: Callable[..., Hand]) -> None:
    hand = enter_plain("nordalys")
    before = hand.sentence()
    figure = hand.page.locator("figure").first
    hand.click(figure.locator("details.chart-table summary"))
    expect(figure.locator("tbody tr").first).to_be_visible()
    hand.click(hand.page.locator(".stat details.math summary").first)
    expect(hand.page.locator(".stat .math-panel").first).to_be_visible()
    hand.shot("director")

    cycle = hand.field("Cycle")
    hand.choose(cycle, index=cycle.locator("option").count() - 1)
    hand.click(hand.button("Show"))

    assert hand.sentence() != before
    hand.shot("filtered")


def test_a_file_is_imported(enter_plain: Callable[..., Hand]) -> None:
    hand = enter_plain("petit-pont")
    hand.go("Imports")
    hand.click(hand.link("Import a file"))
    content = "Nom,Secteur,Pays\nMaison Chêne,Artisanat,France\nAtelier Orme,Commerce,France\n".encode()
    hand.attach(hand.field("File"), {"name": "clients.csv", "mimeType": "text/csv", "buffer": content})
    hand.choose(hand.field("What is in it"), value="companies")
    hand.click(hand.button("Send"))
    hand.click(hand.button("Try it"))
    hand.see("What would happen")
    with hand.page.expect_navigation():
        hand.click(hand.button("Import"))

    until(lambda: is_there_now(hand, "What happened"), "the import is over")
    expect(hand.page.locator(".stat-value").first).to_have_text("2")
    hand.go("Imports")
    expect(hand.page.get_by_role("link", name="clients.csv")).to_be_visible()


def is_there_now(hand: Hand, text: str) -> bool:
    """What a reader does without scripts: load the page again and look."""
    hand.page.reload()
    return hand.words(text) in hand.page.locator("main").inner_text()


@pytest.mark.drill
def test_a_quarter_is_set_step_by_step(enter_plain: Callable[..., Hand]) -> None:
    hand = enter_plain("nordalys")
    name = drafts.make(hand, "nordalys", 2027, 3)
    hand.type(hand.field("Revenue to win in the cycle"), "900k")
    hand.click(hand.button("Save and continue"))
    hand.heading("Reverse funnel")
    rate = drafts.levers(hand).nth(1)
    hand.type(rate.locator("input[name=value]"), "50")
    hand.click(hand.button("Save", within=rate))
    expect(rate.locator("input[name=value]")).to_have_value("50")
    hand.click(drafts.go_on(hand))
    share = hand.page.locator("form[id^=share-]").first
    hand.type(share.locator("input[name=target]"), "-1")
    hand.click(hand.button("Save", within=share))
    expect(share.locator("input[name=target]")).to_have_value("-1")
    hand.see("An amount here is not negative.")
    hand.type(share.locator("input[name=target]"), "500k")
    hand.click(hand.button("Save", within=share))
    expect(hand.page.locator("button.padlock").first).to_have_attribute("aria-pressed", "true")
    hand.shot("cascade")
    hand.click(hand.page.locator("form.undo button"))
    expect(share.locator("input[name=target]")).not_to_have_value("500k")
    for step in ("Profiles", "Clarity", "Calibration"):
        hand.click(drafts.go_on(hand))
        hand.heading(step)
        hand.shot(step)
    hand.click(hand.button("Compute"))
    hand.heading("Calibration")
    expect(hand.page.locator(".calibration-line").first).to_contain_text("%")
    hand.click(drafts.go_on(hand))
    hand.heading("Review")
    reason = drafts.reason_asked(hand)
    if reason is not None:
        hand.type(reason, drafts.REASON)
        hand.click(hand.button("Keep them for this reason"))
    hand.click(hand.page.locator("details.confirm summary").first)
    expect(hand.button("Activate and lock")).to_be_visible()
    hand.shot("review")
    drafts.delete(hand, name)
