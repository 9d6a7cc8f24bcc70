"""A salesperson, on a phone: this week, the own path and stages; nobody else's."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tenants.domain.roles import Role
from tests.browser.door import PHONE
from tests.browser.hand import Hand
from tests.browser.house import House


@pytest.mark.parametrize("slug", ["brightpath", "nordalys"])
def test_the_week_is_read_on_a_phone(enter: Callable[..., Hand], slug: str) -> None:
    hand = enter(slug, Role.REP, size=PHONE, has_touch=True, is_mobile=True)

    hand.heading("My week", "page")
    assert hand.sentence().startswith({"en": "This week", "fr": "Cette semaine"}[hand.language])
    expect(hand.page.locator(".stat").first).to_be_visible()
    expect(hand.page.locator("[data-source='path-data'] svg")).to_be_visible()
    for heading in ("My objectives", "My stages", "Why these numbers?"):
        expect(hand.page.get_by_role("heading", name=hand.words(heading))).to_be_visible()
    hand.shot("week")
    hand.click(hand.page.locator(".menu-mobile summary"))
    expect(hand.page.locator(".menu-mobile nav")).to_be_visible()
    hand.shot("menu")


def test_a_rep_sees_nobody_else(enter: Callable[..., Hand], house: House) -> None:
    hand = enter("nordalys", Role.REP)
    [(other,)] = house.rows("SELECT id FROM tenants_person WHERE name = 'Manon Perrin'")
    [(stranger,)] = house.rows("SELECT id FROM tenants_person WHERE name = 'Louis Ferrand'")

    assert hand.open(f"/o/nordalys/rep/?person={other}") == 403
    assert hand.open(f"/o/nordalys/rep/?person={stranger}") == 404
    assert hand.open("/o/nordalys/manager/") == 403
    assert hand.open("/o/nordalys/director/") == 403
    assert hand.open("/o/petit-pont/rep/") == 404
    hand.shot("not-found")


def test_the_week_is_read_with_the_keyboard_alone(enter: Callable[..., Hand]) -> None:
    hand = enter("nordalys", Role.REP)
    math = hand.page.locator(".stat details.math").first

    hand.press_on(math.locator("summary"))
    expect(math.locator(".math-panel")).to_be_visible()
    hand.press("Escape")
    hand.press_on(hand.page.locator("aside nav").get_by_role("link", name=hand.words("Definitions")))
    hand.heading("Definitions")
