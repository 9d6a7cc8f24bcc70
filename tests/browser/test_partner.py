"""A partner, on a phone between two calls: how the month stands, a meeting logged, what waits for an answer; nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.firms import BOTH, PARTNERS, at_the_phone
from tests.browser.hand import Hand
from tests.browser.house import House

# A tap with the look before it, and a letter on a phone's keyboard, in seconds: slow hands.
TAP, LETTER, HALF_A_MINUTE = 1.5, 0.3, 30.0
CLOSED = (
    *("director", "manager", "rep", "chain", "opportunities", "objectives", "runs", "imports"),
    *("partners", "companies", "leads", "targets", "personal-data", "members", "people", "settings"),
)


@pytest.mark.drill
@pytest.mark.parametrize("slug", PARTNERS)
def test_the_home_says_how_the_month_stands_against_what_was_agreed(
    enter: Callable[..., Hand], house: House, slug: str
) -> None:
    hand = at_the_phone(enter, slug)
    [(engagement,)] = house.rows(OWN_ENGAGEMENT, slug, PARTNERS[slug])

    hand.heading(engagement)
    assert {"en": " accepted of ", "fr": " sur "}[hand.language] in hand.sentence()
    expect(hand.page.get_by_role("region", name=hand.words("The month"))).to_be_visible()
    standing = hand.page.locator("#standing")
    for metric in ("meetings_accepted", "meetings_held"):
        expect(standing.locator(f"a[href$='#{metric}']").first).to_be_visible()
    expect(standing.get_by_text(hand.words("path today")).first).to_be_visible()
    definition = hand.page.get_by_role("region", name=hand.words("What a good meeting is"))
    assert definition.locator("li").count() == 4
    assert hand.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    hand.shot("home")


OWN_ENGAGEMENT = """
SELECT e.name FROM prospecting_engagement e
JOIN tenants_organisation o ON o.id = e.organisation_id
JOIN prospecting_engagementmember m ON m.engagement_id = e.id
JOIN tenants_membership login ON login.id = m.membership_id
JOIN tenants_user u ON u.id = login.user_id
WHERE o.slug = %s AND u.email = %s
"""


@pytest.mark.parametrize("slug", PARTNERS)
def test_a_meeting_is_logged_within_half_a_minute_and_waits_for_its_answer(
    enter: Callable[..., Hand], slug: str
) -> None:
    hand = at_the_phone(enter, slug)
    company, evidence = {"en": "Brown Works", "fr": "Ateliers Brun"}[hand.language], "Head of site"
    before, typed = hand.clicks, (company, "0900", evidence)

    hand.click(hand.link("Log a meeting"))
    hand.type(hand.field("Company"), company)
    hand.click(hand.page.get_by_role("radio", name=hand.words("took place"), exact=True))
    hand.type(hand.field("Time"), "09:00")
    criteria = hand.page.locator(".criterion-fields")
    for place in range(3):
        hand.click(criteria.nth(place).get_by_role("checkbox"))
    hand.type(criteria.nth(1).get_by_role("textbox"), evidence)
    hand.shot("log")
    hand.click(hand.button("Log the meeting"))

    hand.heading(company)
    clicks = hand.clicks - before
    assert clicks <= 10
    assert clicks * TAP + sum(map(len, typed)) * LETTER < HALF_A_MINUTE
    said = hand.page.get_by_role("region", name=hand.words("Criteria"))
    expect(said.locator(".criterion").nth(1)).to_contain_text(evidence)
    for place in range(3):
        expect(said.locator(".criterion").nth(place)).to_contain_text(hand.words("Met, says who prospects"))
    hand.shot("logged")
    hand.open(f"/o/{slug}/partner/")
    waiting = hand.page.get_by_role("region", name=hand.words("Answers waiting"))
    expect(waiting.locator("li").filter(has_text=company)).to_contain_text(
        {"en": "the client’s deadline is", "fr": "échéance du client"}[hand.language]
    )
    expect(waiting).to_contain_text(hand.words("The client answers"))
    hand.shot("waiting")


@pytest.mark.drill
@pytest.mark.parametrize("slug", PARTNERS)
def test_how_a_booked_meeting_went_is_said_from_the_home(enter: Callable[..., Hand], slug: str) -> None:
    hand = at_the_phone(enter, slug)
    booked = hand.page.get_by_role("region", name=hand.words("How did it go?"))
    company = booked.locator(".meeting-company").first.inner_text()

    hand.click(booked.get_by_role("link", name=hand.words("Say how it went")).first)
    hand.heading(company)
    hand.click(hand.page.locator(".criterion-fields input[type=checkbox]").first)
    hand.click(hand.button("It took place"))

    hand.see("Noted: the meeting took place. The answer is due now.")
    hand.shot("held")


@pytest.mark.parametrize("slug", PARTNERS)
def test_a_partner_finds_nothing_else_of_the_organisation(
    enter: Callable[..., Hand], house: House, slug: str
) -> None:
    hand = at_the_phone(enter, slug)
    [(other,), *_rest] = house.rows(OTHERS_ENGAGEMENTS, slug, PARTNERS[slug])
    [(meeting,)] = house.rows(OF_IT, other)

    for path in CLOSED:
        assert hand.open(f"/o/{slug}/{path}/") == 403, path
    for path in (
        f"partner/?engagement={other}",
        f"meetings/{meeting}/",
        f"partner/{other}/statements/2026-10.csv",
    ):
        assert hand.open(f"/o/{slug}/{path}") == 404, path
    assert hand.open("/o/petit-pont/partner/") == 404


OTHERS_ENGAGEMENTS = """
SELECT e.id FROM prospecting_engagement e
JOIN tenants_organisation o ON o.id = e.organisation_id
WHERE o.slug = %s AND NOT EXISTS (
    SELECT FROM prospecting_engagementmember m JOIN tenants_membership login ON login.id = m.membership_id
    JOIN tenants_user u ON u.id = login.user_id WHERE m.engagement_id = e.id AND u.email = %s)
"""
OF_IT = "SELECT id FROM prospecting_meeting WHERE engagement_id = %s ORDER BY id LIMIT 1"


@pytest.mark.drill
def test_who_works_for_two_organisations_goes_from_one_to_the_other(
    enter: Callable[..., Hand], house: House
) -> None:
    house.furnish("brightpath")
    hand = at_the_phone(enter, "nordalys", BOTH)
    homes = {slug: house.rows(OWN_ENGAGEMENT, slug, BOTH)[0][0] for slug in ("nordalys", "brightpath")}
    hand.heading(homes["nordalys"])

    hand.click(hand.page.locator(".menu-mobile summary").first)
    hand.click(hand.page.locator(".menu-mobile .switcher summary"))
    hand.shot("switcher")
    hand.click(hand.page.locator(".menu-mobile .switcher a").filter(has_text="Brightpath"))

    hand.page.wait_for_url("**/o/brightpath/partner/")
    hand.heading(homes["brightpath"])
    expect(hand.page.locator("main")).not_to_contain_text(homes["nordalys"])
    expect(hand.page.locator("main")).to_contain_text("£")
    hand.shot("other")
