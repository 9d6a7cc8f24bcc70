"""From a cause with its evidence to a lever action that has begun; cohorts, flow and coverage; the landing and what was said before."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tenants.domain.roles import Role
from tests.browser.hand import Hand


@pytest.mark.drill
def test_a_cause_is_looked_into_and_something_is_done_about_it(enter: Callable[..., Hand]) -> None:
    hand = enter("brightpath", Role.MANAGER)
    hand.click(hand.link("See why"))  # the probable cause, on the manager's own page
    cause = hand.page.locator("section.cause").first
    expect(cause).to_contain_text("Contacts outside the target")
    hand.shot("causes")
    hand.click(cause.get_by_role("link").first)  # the rows behind it
    expect(hand.page.locator("tbody tr").first).to_be_visible()
    hand.shot("evidence")
    hand.page.go_back()

    hand.click(hand.link("Start a lever action", within=hand.page.locator("section.cause").first))
    hand.heading("Write a lever action")
    expect(hand.field("What is done, and why")).not_to_be_empty()
    hand.field("Review on").fill("2026-12-18")
    if not hand.field("Who answers for it").input_value():
        hand.choose(hand.field("Who answers for it"), index=1)
    hand.click(hand.button("Write it down"))
    hand.see("Its effect is measured once it has begun.")
    hand.click(hand.button("It has begun"))
    hand.see("running")
    hand.shot("begun")

    hand.click(hand.link("Lever actions", "analysis").first)
    expect(hand.page.locator("tbody tr").first).to_contain_text("running")


def test_cohorts_flow_and_landing_are_read_one_after_the_other(enter: Callable[..., Hand]) -> None:
    hand = enter("nordalys", Role.MANAGER)
    hand.open("/o/nordalys/analysis/conversion/")
    hand.click(hand.link("Cohorts"))
    expect(hand.page.locator(".heat-young").first).to_be_visible()  # a young month is incomplete, not lost
    hand.shot("triangle")

    hand.click(hand.link("Flow and coverage"))
    rows = hand.page.locator("tbody tr")
    expect(hand.page.locator("[data-source='flow-data'] svg")).to_be_visible()
    counts = [_whole(rows.nth(number).locator("td").last.inner_text()) for number in range(rows.count())]
    assert sum(counts[:-1]) == counts[-1]  # what was there and what moved is what is there
    expect(hand.page.locator(".stat-detail")).to_contain_text("=")
    hand.shot("flow")

    hand.click(hand.link("Landing", "analysis"))
    expect(hand.page.locator(".stat").first).to_be_visible()
    expect(hand.page.locator("[data-source='fan-data'] svg")).to_be_visible()
    expect(
        hand.page.locator("[data-source='movement-data'] svg")
    ).to_be_visible()  # why it is not what it was
    hand.shot("landing")


def _whole(text: str) -> int:
    return int(re.sub(r"[^\d−-]", "", text).replace("−", "-") or 0)
