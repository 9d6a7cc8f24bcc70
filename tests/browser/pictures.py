"""The pictures of README: `make screens` takes them again from a demo organisation. Not a test that runs by itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tenants.domain.roles import Role
from tests.browser.hand import Hand
from tests.browser.house import ROOT

FOLDER = ROOT / "docs" / "img"
LARGEST = 300_000
SIZE = {"width": 1280, "height": 1160}


@pytest.mark.parametrize(
    ("name", "role"), [("director", Role.DIRECTOR), ("manager", Role.MANAGER), ("rep", Role.REP)]
)
def test_picture(enter: Callable[..., Hand], name: str, role: Role) -> None:
    hand = enter("brightpath", role, size=SIZE, color_scheme="light")
    for chart in hand.page.locator("[data-chart]").all():
        expect(chart.locator("svg")).to_be_visible()
    hand.page.wait_for_load_state("networkidle")

    FOLDER.mkdir(parents=True, exist_ok=True)
    picture = hand.page.screenshot(path=FOLDER / f"{name}.png", caret="initial")

    assert len(picture) < LARGEST
