"""Everybody lands on their own page, is shown no door that is closed to them, and is told so at one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tenants.domain.roles import Role
from tests.browser.hand import Hand

HOMES = {
    Role.DIRECTOR: "director", Role.MANAGER: "manager", Role.REP: "rep", Role.MARKETING: "chain",
    Role.ADVISER: "director", Role.ADMINISTRATOR: "members", Role.PARTNER: "partner",
}  # fmt: skip
CLOSED = {
    Role.MANAGER: ("director", "imports", "settings", "members", "objectives"),
    Role.REP: ("director", "manager", "imports", "runs", "settings", "objectives"),
    Role.MARKETING: ("director", "rep", "imports", "runs", "settings", "objectives"),
    Role.ADVISER: ("imports", "settings", "members", "objectives/new"),
    Role.ADMINISTRATOR: ("director", "manager", "rep", "objectives"),
    Role.PARTNER: ("director", "manager", "rep", "opportunities", "imports", "runs", "members", "settings", "objectives"),
}  # fmt: skip


# In English, and the ones with a page of their own in French.
VISITS = [(role, "brightpath") for role in CLOSED] + [
    (Role.MANAGER, "nordalys"),
    (Role.ADMINISTRATOR, "nordalys"),
]


@pytest.mark.drill
@pytest.mark.parametrize(("role", "slug"), VISITS)
def test_a_role_has_its_home_and_its_limits(enter: Callable[..., Hand], role: Role, slug: str) -> None:
    hand = enter(slug, role)

    assert hand.page.url.startswith(f"{hand.address}/o/{slug}/{HOMES[role]}/")
    shown = hand.page.locator("aside nav a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    hand.shot("home")
    for path in CLOSED[role]:
        assert f"/o/{slug}/{path}/" not in shown
        assert hand.open(f"/o/{slug}/{path}/") == 403, path
    hand.heading("Your role does not allow this")
    hand.shot("refused")
    assert hand.open("/o/petit-pont/") == 404


def test_an_adviser_reads_everything_and_changes_nothing(enter: Callable[..., Hand]) -> None:
    hand = enter("nordalys", Role.ADVISER)

    hand.go("Objectives")
    expect(hand.link("New cycle")).to_have_count(0)
    hand.click(hand.page.locator("table a").first)
    expect(hand.page.locator("main form")).to_have_count(0)
    hand.go("Runs")
    expect(hand.button("Recompute now")).to_have_count(0)


@pytest.mark.drill
def test_a_partner_of_two_organisations_goes_from_one_to_the_other(enter: Callable[..., Hand]) -> None:
    hand = enter("brightpath", Role.PARTNER)
    here = hand.page.locator("h1").inner_text()

    hand.click(hand.page.locator("aside .switcher summary"))
    hand.shot("switcher")
    hand.click(hand.page.locator("aside .switcher a").filter(has_text="Nordalys"))

    hand.page.wait_for_url("**/o/nordalys/partner/")
    expect(hand.page.locator("h1")).not_to_have_text(here)
