"""A refusal that the partner does not share: the second look of somebody else is final, and both sides read why."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tenants.domain.roles import Role
from tests.browser.firms import PARTNERS, at_the_phone, waiting_meeting
from tests.browser.hand import Hand
from tests.browser.house import House

WHY = {
    "en": "Their head of site joined after ten minutes.",
    "fr": "La directrice du site est arrivée ensuite.",
}
READ = {"en": "The list of those present says so.", "fr": "La liste des présents le confirme."}


@pytest.mark.drill
@pytest.mark.parametrize("slug", PARTNERS)
def test_a_refusal_gets_a_second_look_that_is_final(
    enter: Callable[..., Hand], house: House, slug: str
) -> None:
    meeting, company, _engagement = waiting_meeting(house, slug, of_the_partner=True)
    page = f"/o/{slug}/meetings/{meeting}/"
    rep = enter(slug, Role.REP)
    rep.open(page)
    refusal = rep.page.locator("form[action$='/refuse/']")
    rep.click(refusal.get_by_role("radio").nth(1))
    rep.click(rep.button("Not qualified", within=refusal))
    rep.see("Noted, with the criterion that is not met.")

    partner = at_the_phone(enter, slug)
    line = partner.page.locator(".meeting-lines li").filter(has_text=company)
    partner.click(line.get_by_role("link", name=partner.words("Ask for a second look")).first)
    partner.type(partner.field("Why"), WHY[partner.language])
    partner.click(partner.button("Ask for a second look"))
    partner.see("A second look is asked for.")
    partner.shot("asked")

    rep.open(page)
    expect(rep.page.get_by_role("heading", name=rep.words("The second look"))).to_have_count(0)

    manager = enter(slug, Role.MANAGER)
    manager.go("Meetings")
    with manager.settled("/meetings/"):
        manager.choose(manager.field("State"), value="disputed")
    manager.click(manager.page.locator("#results").get_by_role("link", name=company).first)
    expect(manager.page.locator(".thread")).to_contain_text(WHY[partner.language])
    manager.shot("second-look")
    decision = manager.page.locator("form[action$='/overturn/']")
    manager.type(decision.get_by_role("textbox"), READ[manager.language])
    manager.click(manager.button("Accept", within=decision))
    manager.see("Accepted. This is final.")
    manager.shot("final")

    partner.open(page)
    state = partner.words("accepted after a second look")
    expect(partner.page.locator(".talk-state").first).to_have_text(state.capitalize())
    expect(partner.page.locator(".thread")).to_contain_text(READ[manager.language])
    expect(partner.page.locator("main form")).to_have_count(0)
