"""What people have in common: a deal that several made, and the own part of the common aim."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tenants.domain.roles import Role
from tests.browser.hand import Hand

HOUSES = ["brightpath", "nordalys"]  # in English, in French


@pytest.mark.drill
@pytest.mark.parametrize("slug", HOUSES)
def test_a_director_shares_the_credit_of_a_deal(enter: Callable[..., Hand], slug: str) -> None:
    hand = enter(slug, Role.DIRECTOR)
    hand.go("Opportunities")
    hand.click(hand.page.locator("tbody tr a").first)
    hand.click(hand.page.locator("#share-the-credit summary"))
    hand.choose(hand.page.locator("#id_person_0"), index=3)
    somebody = hand.page.locator("#id_person_0").input_value()
    hand.type(hand.page.locator("#id_share_0"), "140")

    hand.click(save(hand))

    expect(hand.page.locator("#id_share_0")).to_have_attribute("aria-invalid", "true")
    expect(hand.page.locator("#id_share_0")).to_have_value("140")
    expect(hand.page.locator("#id_person_0")).to_have_value(somebody)
    hand.shot("more-than-whole")
    hand.type(hand.page.locator("#id_share_0"), "40 %")
    hand.click(save(hand))
    parts = hand.page.locator("section[aria-labelledby=credit-title] ul.chain li")
    expect(parts).to_have_count(2)
    expect(parts.filter(has_text="40")).to_have_count(1)
    expect(parts.filter(has_text="60")).to_contain_text(hand.words("owner"))
    hand.shot("shared")


def save(hand: Hand) -> Locator:
    return hand.button("Save", within=hand.page.locator("#share-the-credit"))


@pytest.mark.parametrize("slug", HOUSES)
def test_a_rep_reads_the_own_part_of_the_common_aim(enter: Callable[..., Hand], slug: str) -> None:
    hand = enter(slug, Role.REP)

    part = hand.page.locator("section[aria-labelledby=contribution-title]")

    rows = part.locator("tbody tr")
    assert rows.count() >= 3  # the company, the team, the person
    for name in ("Own part", "Cover", "Difference"):
        expect(part.get_by_role("columnheader", name=hand.words(name)).first).to_be_visible()
    difference = rows.first.locator(f"[data-label='{hand.words('Difference')}']")
    expect(difference).not_to_be_empty()
    hand.click(part.locator("details.math summary").first)
    expect(part.locator(".math-panel").first).to_be_visible()
    hand.shot("own-part")
