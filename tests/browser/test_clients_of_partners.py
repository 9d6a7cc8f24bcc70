"""Whom a firm prospects for: the team's prospecting against its path, what is off target, what partners bring and cost."""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import StringIO

import pytest
from playwright.sync_api import expect

from tenants.domain.roles import Role
from tests.browser.hand import Hand

HOUSES = ["nordalys", "brightpath"]
# Planted in the demo organisations: a firm that does well, and one whose meetings lack somebody who decides.
FIRMS = {
    "nordalys": ("Industrie, France", "Agroalimentaire", "Un décideur présent"),
    "brightpath": ("United Kingdom outbound", "Events and cold calls", "Somebody who decides"),
}


@pytest.mark.drill
@pytest.mark.parametrize("slug", HOUSES)
def test_a_teams_prospecting_stands_against_its_path(enter: Callable[..., Hand], slug: str) -> None:
    hand = enter(slug, Role.MANAGER)

    for metric in ("prospects_contacted", "conversations"):
        card = hand.page.locator(".card").filter(has=hand.page.locator(f"a[href$='#{metric}']")).first
        expect(card).to_contain_text(hand.words("path today"))
        expect(card.locator("[class*=state-]").first).to_be_visible()
    gap = hand.page.locator(".card").filter(has=hand.page.locator("a[href$='#conversations']")).first
    hand.click(gap.locator("details.math summary").last)
    expect(gap.locator(".math-panel").last).to_be_in_viewport()
    hand.shot("team")


@pytest.mark.drill
@pytest.mark.parametrize("slug", HOUSES)
def test_what_is_off_target_is_apart_and_says_why(enter: Callable[..., Hand], slug: str) -> None:
    hand = enter(slug, Role.MANAGER)
    hand.go("Activities")
    inside, outside = (tab.inner_text() for tab in hand.page.locator(".tab-bar a").all())
    assert inside.startswith(hand.words("In target"))
    assert outside.startswith(hand.words("Off target"))
    reasons = [hand.words(text) for text in WHY_OFF]

    hand.click(hand.page.locator(".tab-bar a").nth(1))

    rows = hand.page.locator("#results tbody tr")
    for row in rows.all()[:10]:
        assert any(reason in row.inner_text() for reason in reasons)
    hand.shot("off-target")


WHY_OFF = (
    "No company and no segment was said.",
    "No segment wanted this company when it was written.",
    "This company is in no segment and fits no account profile.",
)


@pytest.mark.parametrize("slug", HOUSES)
def test_the_weak_firm_is_found_and_what_its_meetings_lack(enter: Callable[..., Hand], slug: str) -> None:
    _good, weak, lacking = FIRMS[slug]
    hand = enter(slug, Role.MANAGER)
    hand.go("Partners")
    expect(hand.page.locator(".answer")).to_contain_text(weak)
    hand.shot("partners")

    hand.click(hand.page.get_by_role("region", name=hand.words("Partners")).get_by_role("link", name=weak))

    hand.heading(weak)
    cards = hand.page.locator(".stat")
    for label in ("Acceptance", "Show rate", "Per accepted meeting"):
        expect(cards.filter(has_text=hand.words(label)).first).to_be_visible()
    delays = hand.page.get_by_role("region", name=hand.words("Delays of both sides"))
    for side in ("The partner logs", "The client answers"):
        expect(delays).to_contain_text(hand.words(side))
    unmet = hand.page.get_by_role("region", name=hand.words("Why meetings were not qualified"))
    expect(unmet.locator("dt").first).to_have_text(lacking)
    standing = hand.page.locator("#standing")
    expect(standing.locator("a[href$='#meetings_accepted']").first).to_be_visible()
    hand.shot("engagement")


@pytest.mark.drill
@pytest.mark.parametrize("slug", HOUSES)
def test_the_statement_for_the_invoice_is_taken_away(enter: Callable[..., Hand], slug: str) -> None:
    good, _weak, _lacking = FIRMS[slug]
    hand = enter(slug, Role.MANAGER)
    hand.go("Partners")
    hand.click(hand.page.get_by_role("region", name=hand.words("Partners")).get_by_role("link", name=good))
    statements = hand.page.get_by_role("region", name=hand.words("Statements of accepted meetings"))
    last_month = statements.locator("li").nth(1)

    taken = {}
    for form in ("CSV", "PDF"):
        with hand.page.expect_download() as download:
            hand.click(last_month.get_by_role("link", name=form))
        taken[form] = download.value.path().read_bytes()

    assert taken["PDF"].startswith(b"%PDF-")
    lines = list(csv.reader(StringIO(taken["CSV"].decode("utf-8-sig")), delimiter=";"))
    assert len(lines) > 5
    hand.shot("statements")
