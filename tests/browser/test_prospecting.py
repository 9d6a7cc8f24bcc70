"""A salesperson who prospects and hosts: hours that partners book, what was done, the answer that makes an opportunity."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tenants.domain.roles import Role
from tests.browser.firms import at_the_phone, waiting_meeting
from tests.browser.hand import Hand
from tests.browser.house import House

HOUSES = ["nordalys", "brightpath"]


@pytest.mark.drill
@pytest.mark.parametrize("slug", HOUSES)
def test_hours_become_slots_that_a_partner_books(enter: Callable[..., Hand], slug: str) -> None:
    rep = enter(slug, Role.REP)
    rep.go("Meetings")
    rep.click(rep.link("Free slots"))
    rep.click(rep.link("My hours"))
    friday = rep.page.locator("fieldset.hours-day").nth(4)
    rep.type(friday.locator("input").nth(0), "09:00")
    rep.type(friday.locator("input").nth(1), "11:00")
    rep.click(rep.button("Save"))
    rep.see("Your hours are saved.")
    rep.shot("hours")

    partner = at_the_phone(enter, slug)
    company = {"en": "Harper Castings", "fr": "Moules Gallet"}[partner.language]
    partner.open(f"/o/{slug}/slots/")
    mine = partner.page.locator("section").filter(has=partner.page.get_by_role("heading", name=HOST[slug]))
    day = mine.locator(".slot-day").filter(has_text={"en": "Fri", "fr": "ven."}[partner.language]).first
    expect(day.get_by_role("link")).to_have_count(3)
    partner.shot("slots")
    partner.click(day.get_by_role("link").first)
    partner.type(partner.field("Company"), company)
    partner.click(partner.button("Log the meeting"))
    partner.heading(company)

    rep.go("Meetings")
    row = rep.page.locator("#results tbody tr").filter(has_text=company)
    expect(row).to_contain_text(HOST[slug])
    rep.shot("booked")


HOST = {"nordalys": "Karim Benali", "brightpath": "Anna Fischer"}


@pytest.mark.drill
@pytest.mark.parametrize("slug", HOUSES)
def test_a_week_is_typed_as_counts(enter: Callable[..., Hand], slug: str) -> None:
    hand = enter(slug, Role.REP)
    hand.go("Activities")
    hand.click(hand.link("My week in numbers"))
    expect(hand.page.get_by_role("heading", name=hand.words("What the objectives ask"))).to_be_visible()
    before = hand.clicks

    counts = {"contact": "12", "conversation": "3"}
    for kind, count in counts.items():
        hand.type(week_count(hand, "phone", kind), count)
    hand.click(hand.button("Save the week"))

    hand.see("Typed. It counts in the figures from the next recompute on.")
    assert hand.clicks - before == 3
    for kind, count in counts.items():
        expect(week_count(hand, "phone", kind)).to_have_value(count)
    expect(hand.page.locator(".week-counts tbody tr").first.locator(".cell-count").first).to_be_visible()
    hand.shot("week")
    hand.go("Activities")
    typed = hand.page.locator("main tbody tr").filter(has_text="12").first
    expect(typed).to_be_visible()


def week_count(hand: Hand, channel: str, kind: str) -> Locator:
    return hand.page.locator(f"[name='count-{channel}-{kind}']")


@pytest.mark.parametrize("slug", HOUSES)
def test_an_activity_is_said_and_counts_in_the_target(
    enter: Callable[..., Hand], house: House, slug: str
) -> None:
    hand = enter(slug, Role.REP)
    [(company, part)] = house.rows(A_TARGET, slug)
    hand.go("Activities")
    hand.click(hand.link("Log an activity"))

    with hand.settled("/activities/companies/"):
        hand.type(hand.field("Company").first, part)
    hand.choose(hand.page.locator("#whom select").first, label=company)
    hand.click(hand.page.get_by_role("radio", name=hand.words("conversation")))
    hand.type(hand.field("Note"), "Budget")
    hand.shot("say")
    hand.click(hand.button("Log it"))

    hand.see("Logged.")
    expect(hand.page.locator("main tbody tr").first).to_contain_text(company)
    hand.shot("said")


A_TARGET = """
SELECT c.name, left(c.name, 6) FROM prospecting_companytarget t
JOIN pipeline_company c ON c.id = t.company_id
JOIN tenants_organisation o ON o.id = c.organisation_id
WHERE o.slug = %s AND t.segment_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM prospecting_donotcontact d WHERE d.company_id = c.id)
ORDER BY c.name DESC LIMIT 1
"""


@pytest.mark.drill
@pytest.mark.parametrize("slug", HOUSES)
def test_what_is_off_target_is_shown_apart_with_the_reason(enter: Callable[..., Hand], slug: str) -> None:
    hand = enter(slug, Role.REP)
    company = {"en": "Corner Shop Ltd", "fr": "Épicerie du Coin"}[hand.language]
    hand.go("Activities")
    hand.click(hand.link("Log an activity"))

    hand.type(hand.field("Company").first, company)
    hand.click(hand.button("Log it"))

    hand.see("This company is in no segment and fits no account profile.")
    expect(hand.page.locator("main tbody tr").filter(has_text=company)).to_have_count(0)
    hand.click(hand.page.locator(".tab-bar a").nth(1))
    expect(hand.page.locator("main tbody tr").filter(has_text=company)).to_contain_text(
        hand.words("This company is in no segment and fits no account profile.")
    )
    hand.shot("off-target")


@pytest.mark.parametrize("slug", HOUSES)
def test_an_accepted_meeting_is_an_opportunity_in_one_step_and_keeps_its_source(
    enter: Callable[..., Hand], house: House, slug: str
) -> None:
    hand = enter(slug, Role.REP)
    company = open_a_waiting_meeting(hand, house, slug)
    hand.shot("answer")

    hand.click(hand.button("Accept and open the opportunity"))

    hand.see("The meeting is accepted.")
    facts = hand.page.get_by_role("region", name=hand.words("The meeting"))
    hand.click(facts.get_by_role("link", name=company))
    expect(hand.page.locator("h1")).to_contain_text(company)
    expect(hand.page.locator(".details-list")).to_contain_text(
        {"en": "partner", "fr": "partenaire"}[hand.language]
    )
    expect(hand.page.locator(".details-list")).to_contain_text(HOST[slug])
    hand.shot("opportunity")


@pytest.mark.drill
@pytest.mark.parametrize("slug", HOUSES)
def test_a_meeting_that_is_not_qualified_names_the_criterion(
    enter: Callable[..., Hand], house: House, slug: str
) -> None:
    hand = enter(slug, Role.REP)
    open_a_waiting_meeting(hand, house, slug)
    refusal = hand.page.locator("form[action$='/refuse/']")

    hand.click(hand.button("Not qualified", within=refusal))
    expect(refusal.locator(".field-error")).to_contain_text(
        hand.words("Choose the criterion that is not met.")
    )
    decider = refusal.locator(".field-choices label").nth(1)
    label = " ".join(decider.inner_text().split())
    hand.click(decider)
    hand.type(
        refusal.get_by_role("textbox"),
        {"en": "Nobody could sign.", "fr": "Personne ne signait."}[hand.language],
    )
    hand.click(hand.button("Not qualified", within=refusal))

    hand.see("Not qualified: “%(criterion)s” is not met.", values={"criterion": label})
    hand.shot("not-qualified")


def open_a_waiting_meeting(hand: Hand, house: House, slug: str) -> str:
    """By the list, which says how many wait; the company of the meeting."""
    meeting, company, _engagement = waiting_meeting(house, slug, of_the_partner=False)
    hand.go("Meetings")
    assert {"en": "for an answer", "fr": "une réponse"}[hand.language] in hand.sentence()
    hand.click(hand.page.locator(f"#results a[href$='/{meeting}/']"))
    hand.heading(company)
    expect(hand.page.get_by_role("heading", name=hand.words("Your answer"))).to_be_visible()
    return company
