"""From home to the planted weak stage and the deals behind it, in three clicks; and the picture of a chart as a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tenants.domain.roles import Role
from tests.browser.hand import Hand
from tests.browser.test_manager import WEAK


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.MANAGER])
@pytest.mark.parametrize(("slug", "team", "weak"), WEAK)
def test_the_weak_stage_is_found_and_its_deals_opened(
    enter: Callable[..., Hand], slug: str, team: str, weak: str, role: Role
) -> None:
    hand = enter(slug, role)
    before = hand.clicks
    label = (
        ("Lever by lever, down to the deals", "") if role == Role.DIRECTOR else ("Gap by lever", "analysis")
    )

    hand.click(hand.link(*label, within=hand.page.locator("main")))
    assert f"{team}, {weak}" in hand.sentence()
    rows = hand.page.get_by_role("region", name=hand.words("Rates behind their objective")).locator(
        "tbody tr"
    )
    found = rows.filter(has_text=weak).filter(has=hand.page.get_by_role("rowheader", name=team, exact=True))
    hand.click(found.get_by_role("link", name=hand.words("Rows")))

    expect(hand.page.locator("h1")).to_contain_text(weak.split(" → ")[0])
    expect(hand.page.locator("tbody tr").first).to_be_visible()
    expect(hand.page.locator("tbody tr").first).to_contain_text(team)
    assert hand.clicks - before <= 3
    hand.shot("deals")


def test_the_waterfall_is_saved_as_a_picture_and_as_a_drawing(enter: Callable[..., Hand]) -> None:
    hand = enter("nordalys", Role.DIRECTOR)
    hand.open("/o/nordalys/analysis/levers/")
    for name, starts in (("Picture (PNG)", b"\x89PNG"), ("Drawing (SVG)", b"<svg")):
        with hand.page.expect_download() as download:
            hand.click(hand.button(name))
        assert Path(download.value.path()).read_bytes().startswith(starts)
