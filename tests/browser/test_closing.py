"""A sales director at the end of a cycle: close it, look at what came of it, prepare the next one."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tenants.domain.roles import Role
from tests.browser import over
from tests.browser.hand import Hand

HOUSES = {"brightpath": "Q3 2026", "nordalys": "T3 2026"}  # in English, in French: the last closed quarter


def test_a_cycle_that_is_over_is_closed_with_one_click_and_its_confirmation(
    enter: Callable[..., Hand],
) -> None:
    hand = enter(over.SLUG, Role.DIRECTOR)
    hand.go("Objectives")
    line = hand.page.locator("tbody tr").filter(has_text=over.NAME)
    hand.click(hand.link("Close the cycle", within=line))
    hand.heading("Close the cycle")
    before = hand.clicks
    hand.shot("preview")

    hand.click(hand.page.locator("details.confirm summary"))
    hand.click(hand.button("Close and freeze"))

    assert hand.clicks - before == 2
    hand.see(
        "%(cycle)s is closed: its results are frozen. Later corrections will show beside them.",
        values={"cycle": over.NAME},
    )
    hand.heading("Result of the cycle")
    expect(hand.button("Close and freeze")).to_have_count(0)
    hand.shot("closed")


@pytest.mark.drill
@pytest.mark.parametrize("slug", HOUSES)
def test_a_closed_cycle_tells_what_was_frozen_and_what_is_known_today(
    enter: Callable[..., Hand], slug: str
) -> None:
    hand = enter(slug, Role.DIRECTOR)
    hand.go("Objectives")
    hand.click(hand.link("Result", within=hand.page.locator("tbody tr").filter(has_text=HOUSES[slug])))

    hand.heading("Result of the cycle")
    assert re.search(r"\d+\s?%", hand.sentence())
    # A deal was corrected after the closing: the revenue of the first line shows both figures and their difference.
    first = hand.page.locator("table").nth(1).locator("tbody tr").first
    expect(first.locator(f"[data-label='{hand.words('Known today')}']")).to_contain_text("−")
    rows = hand.page.locator("table").nth(1).locator("tbody tr")
    if hand.page.get_by_role("link", name=hand.words("Show more")).count():
        with hand.settled("/closing/"):
            hand.click(hand.link("Show more"))
        assert rows.count() > 51
    hand.shot("result")


@pytest.mark.drill
@pytest.mark.parametrize("slug", HOUSES)
def test_were_the_bands_right_in_a_picture_and_a_table(enter: Callable[..., Hand], slug: str) -> None:
    hand = enter(slug, Role.DIRECTOR)
    hand.go("Objectives")
    hand.click(hand.link("Were the bands right?"))

    hand.heading("Were the bands right?")
    expect(hand.page.locator("[data-source='bands-data'] svg")).to_be_visible()
    assert hand.page.locator("table").first.locator("tbody tr").count() >= 4
    hand.shot("bands")
    hand.click(hand.link("The people's"))
    expect(hand.page).to_have_url(re.compile(r"level=person"))
    hand.heading("Were the bands right?")


@pytest.mark.drill
@pytest.mark.parametrize("slug", HOUSES)
def test_the_next_cycle_is_proposed_with_reasons(enter: Callable[..., Hand], slug: str) -> None:
    hand = enter(slug, Role.DIRECTOR)
    hand.go("Objectives")
    hand.click(hand.link("Result", within=hand.page.locator("tbody tr").filter(has_text=HOUSES[slug])))
    hand.click(hand.link("Prepare the next cycle"))

    hand.heading("Next cycle")
    # The quarter after it is under way: the proposals are read, and nothing can be started twice.
    expect(hand.button("Start the next cycle from this")).to_have_count(0)
    reasons = hand.page.locator(f"[data-label='{hand.words('Proposal and reason')}']")
    assert reasons.count() >= 3
    assert all(len(text) > 20 for text in reasons.all_inner_texts())
    hand.shot("next")
