"""What a reader sets for themselves: language, colours, and leaving."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tenants.domain.roles import Role
from tests.browser.door import sign_in
from tests.browser.hand import Hand

ADVISER = "conseil@nordalys.example"


def test_the_language_is_kept_with_the_login(enter: Callable[..., Hand]) -> None:
    hand = enter("nordalys", Role.ADVISER, color_scheme="light")
    expect(hand.page.locator("h1")).to_have_text("L’entreprise")
    hand.click(hand.page.locator(".user-menu summary"))
    hand.click(hand.page.get_by_role("button", name="English"))
    expect(hand.page.locator("html")).to_have_attribute("lang", "en")
    expect(hand.page.locator("h1")).to_have_text("The company")
    assert re.search(r"€\d[\d.]*[KM]", hand.sentence())
    hand.shot("english")

    again = enter(fresh=True, language="fr")
    sign_in(again, ADVISER)
    expect(again.page.locator("html")).to_have_attribute("lang", "en")

    hand.click(hand.page.locator(".user-menu summary"))
    hand.click(hand.page.get_by_role("button", name="Français"))
    expect(hand.page.locator("h1")).to_have_text("L’entreprise")


def test_the_sign_in_page_speaks_both_languages(enter: Callable[..., Hand]) -> None:
    hand = enter(fresh=True, language="fr")
    hand.open("/accounts/login/")
    expect(hand.page.locator("h1")).to_have_text("Se connecter")

    hand.click(hand.page.get_by_role("button", name="English"))

    expect(hand.page.locator("h1")).to_have_text("Sign in")


def test_dark_colours_stay_chosen_and_charts_follow(enter: Callable[..., Hand]) -> None:
    hand = enter("nordalys", Role.DIRECTOR, color_scheme="light")
    chart = hand.page.locator("[data-source='path-data']")
    expect(chart.locator("svg")).to_be_visible()
    drawn = chart.inner_html()

    hand.click(hand.page.locator(".user-menu summary"))
    hand.click(hand.page.locator("[data-theme-value=dark]"))

    expect(hand.page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    hand.page.wait_for_function("drawn => document.querySelector(\"[data-source='path-data']\").innerHTML !== drawn",
                                arg=drawn)  # fmt: skip
    hand.shot("dark")
    hand.page.reload()
    expect(hand.page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_after_signing_out_nothing_is_shown(enter: Callable[..., Hand]) -> None:
    hand = enter(fresh=True, language="fr")
    sign_in(hand, ADVISER)
    inside = hand.page.url
    hand.click(hand.page.locator(".user-menu summary"))

    hand.click(hand.button("Sign out"))

    hand.page.wait_for_url("**/accounts/login/**")
    hand.page.goto(inside)
    hand.page.wait_for_url("**/accounts/login/**")
    hand.page.go_back()
    expect(hand.page.locator(".answer")).to_have_count(0)
