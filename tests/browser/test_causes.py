"""Probable causes: what was looked at is on the page, and the rows behind a sign are one click away."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tenants.domain.roles import Role
from tests.browser.hand import Hand


def test_the_rows_behind_a_sign_are_one_click_away(enter: Callable[..., Hand]) -> None:
    hand = enter("nordalys", Role.DIRECTOR)
    hand.open("/o/nordalys/analysis/causes/")

    assert hand.sentence()
    signs = hand.page.get_by_role("region", name=hand.words("Every sign that was looked at"))
    hand.click(signs.get_by_role("link", name=hand.words("smaller deals").capitalize()))

    expect(hand.page.locator("h1")).to_have_text(hand.words("Deals won"))
    expect(hand.page.locator("tbody tr").first).to_be_visible()
    hand.shot("rows")
