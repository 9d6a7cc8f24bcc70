"""What cannot be taken is said at its field, in the reader's language, and what was typed stays."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tenants.domain.roles import Role
from tests.browser import drafts
from tests.browser.firms import PARTNERS, at_the_phone
from tests.browser.hand import Hand

HOUSES = ["brightpath", "nordalys"]
AMBIGUOUS = "deal id,deal stage,owner,create date,amount\nA-1,{stage},Ann,03/04/2026,100\nA-2,{stage},Ann,05/06/2026,200\n"


def expect_error(hand: Hand, field: Locator, text: str) -> None:
    """The field is marked, and what describes it says why."""
    expect(field).to_have_attribute("aria-invalid", "true")
    described = (field.get_attribute("aria-describedby") or "").split()
    said = " ".join(hand.page.locator(f"[id='{one}']").inner_text() for one in described)
    assert hand.words(text) in said


@pytest.mark.parametrize("slug", HOUSES)
def test_a_file_that_is_no_table(enter: Callable[..., Hand], slug: str) -> None:
    hand = enter(slug, Role.DIRECTOR)
    hand.open(f"/o/{slug}/imports/new/")
    hand.choose(hand.field("What is in it"), value="companies")

    hand.attach(hand.field("File"), {"name": "logo.png", "mimeType": "image/png", "buffer": PICTURE})
    hand.click(hand.button("Send"))

    expect(hand.page.locator("#id_file")).to_have_attribute("aria-invalid", "true")
    expect(hand.page.locator("#id_file_error")).to_be_visible()
    expect(hand.field("What is in it")).to_have_value("companies")
    hand.shot("binary")


PICTURE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 8


@pytest.mark.parametrize("slug", HOUSES)
def test_dates_that_can_be_read_both_ways(enter: Callable[..., Hand], slug: str) -> None:
    hand = enter(slug, Role.DIRECTOR)
    stage = {"brightpath": "Discovery", "nordalys": "Découverte"}[slug]
    hand.open(f"/o/{slug}/imports/new/")
    content = AMBIGUOUS.format(stage=stage).encode()
    hand.attach(hand.field("File"), {"name": "deals.csv", "mimeType": "text/csv", "buffer": content})
    hand.click(hand.button("Send"))
    hand.see("The dates of this file can be read both ways: say which one is right.")
    amount = hand.page.get_by_label("amount", exact=True)
    hand.choose(amount, value="")

    hand.click(hand.button("Try it"))

    expect(hand.page.locator("#id_date_format_error")).to_be_visible()
    expect(amount).to_have_value("")
    hand.shot("ambiguous")
    hand.click(hand.page.locator("input[name=date_format][value=DMY]"))
    hand.click(hand.button("Try it"))
    hand.see("What would happen")


@pytest.mark.parametrize("slug", HOUSES)
def test_a_cycle_over_another_one(enter: Callable[..., Hand], slug: str) -> None:
    hand = enter(slug, Role.DIRECTOR)
    hand.open(f"/o/{slug}/objectives/new/")
    typed = {"Name": "Autumn", "First day": "2026-11-01", "Last day": "2027-01-31"}
    for label, text in typed.items():
        hand.type(hand.field(label), text)

    hand.click(hand.button("Create the draft"))

    expect(hand.page.locator("[role=alert]")).to_be_visible()
    for label, text in typed.items():
        expect(hand.field(label)).to_have_value(text)
    hand.shot("overlap")


@pytest.mark.drill
@pytest.mark.parametrize("slug", HOUSES)
def test_amounts_that_are_no_objective(enter: Callable[..., Hand], slug: str) -> None:
    hand = enter(slug, Role.DIRECTOR)
    name = drafts.make(hand, slug, 2027, 2)
    revenue = hand.field("Revenue to win in the cycle")
    for typed, said in WRONG_AMOUNTS.items():
        hand.type(revenue, typed)
        with hand.settled("/ambition/"):
            hand.leave(revenue)
        expect_error(hand, revenue, said)
        expect(revenue).to_have_value(typed)
    hand.shot("ambition")
    hand.type(revenue, "900k")
    hand.click(hand.button("Save and continue"))
    hand.click(drafts.go_on(hand))

    share = hand.page.locator("input[name=target]").first
    hand.type(share, "-10000")
    with hand.settled("/cascade/"):
        hand.leave(share)
    expect_error(hand, share, "An amount here is not negative.")
    expect(share).to_have_value("-10000")
    hand.shot("share")
    drafts.delete(hand, name)


WRONG_AMOUNTS = {
    "-5": "An amount here is not negative.",
    "beaucoup": "This is not an amount. Write it like 600000, 600 000, 600,000.00 or 600k.",
    "0": "Zero is not an objective: type an amount above zero.",
}


@pytest.mark.parametrize("slug", PARTNERS)
def test_a_meeting_without_company_or_time(enter: Callable[..., Hand], slug: str) -> None:
    hand = at_the_phone(enter, slug)
    hand.click(hand.link("Log a meeting"))
    criterion = hand.page.locator(".criterion-fields").first
    hand.click(hand.page.get_by_role("radio", name=hand.words("took place"), exact=True))
    hand.click(criterion.get_by_role("checkbox"))
    hand.type(criterion.get_by_role("textbox"), "Head of site")

    hand.click(hand.button("Log the meeting"))

    expect_error(hand, hand.page.locator("#id_company"), "This field is required.")
    expect_error(hand, hand.page.locator("#id_at"), "Say when, or choose a slot.")
    expect(hand.page.get_by_role("radio", name=hand.words("took place"), exact=True)).to_be_checked()
    expect(criterion.get_by_role("checkbox")).to_be_checked()
    expect(criterion.get_by_role("textbox")).to_have_value("Head of site")
    hand.shot("meeting")


def test_a_failing_connection_is_said(enter: Callable[..., Hand]) -> None:
    hand = enter("nordalys", Role.DIRECTOR)
    before = hand.sentence()
    hand.watch.expected.append("htmx:")
    hand.page.route("**/director/**", lambda route: route.abort())
    cycle = hand.field("Cycle")

    hand.choose(cycle, index=cycle.locator("option").count() - 1)

    expect(hand.page.locator("[data-failure]")).to_have_text(
        hand.words("This did not work. Reload the page and try again.")
    )
    assert hand.sentence() == before
