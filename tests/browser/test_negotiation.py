"""A quarter is agreed on: the director proposes, a manager and a salesperson answer, both sides see what they accepted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tenants.domain.roles import Role
from tests.browser import drafts
from tests.browser.door import PHONE
from tests.browser.hand import Hand

# In English, in French: the team of the manager who signs in, and the salesperson of it who does.
HOUSES = [("brightpath", "DACH", "Anna Fischer"), ("nordalys", "Sud", "Karim Benali")]
DUE = "2028-03-20"


@pytest.mark.drill
@pytest.mark.parametrize(("slug", "team", "seller"), HOUSES)
def test_shares_are_proposed_answered_and_agreed_on(
    enter: Callable[..., Hand], slug: str, team: str, seller: str
) -> None:
    director = enter(slug, Role.DIRECTOR)
    name = drafts.make(director, slug, 2028, 2)
    director.type(director.field("Revenue to win in the cycle"), "4M")
    director.click(director.button("Save and continue"))
    director.click(drafts.go_on(director))
    director.heading("Cascade")
    director.click(director.link("Proposals and answers"))
    propose(director)
    table = director.page.url.removeprefix(director.address)

    manager = enter(slug, Role.MANAGER)
    answer(manager, name, team)
    manager.shot("proposal")
    counter(manager, amount="", reason="")
    for field in ("amount", "reason"):
        expect(manager.page.locator(f"#counter_{field}")).to_have_attribute("aria-invalid", "true")
    reason = {"en": "Two accounts are frozen.", "fr": "Deux comptes sont gelés."}[manager.language]
    counter(manager, amount="-5", reason=reason)
    expect(manager.page.locator("#counter_reason")).to_have_value(reason)
    counter(manager, amount="500k", reason=reason)
    expect(manager.page.locator("#counter_amount")).to_have_count(
        1
    )  # it may be corrected until it is answered
    manager.shot("countered")

    rep = enter(slug, Role.REP, size=PHONE)
    answer(rep, name)
    counter(rep, amount="10k", reason=reason)
    rep.shot("countered-on-a-phone")
    own = rep.page.url.removeprefix(rep.address)
    # Nobody else's share is shown.
    assert rep.open(table) == 200
    expect(rep.page.locator(".negotiation-table tbody tr")).to_have_count(1)

    # A refusal needs its reason; the offer stands, and may still be accepted.
    director.open(table)
    director.click(director.link(seller, within=row(director, seller)))
    stay = director.button("Stay with the proposal")
    director.click(stay)
    expect(director.page.locator("#refuse_reason")).to_have_attribute("aria-invalid", "true")
    because = {"en": "Four accounts come to you.", "fr": "Quatre comptes vous rejoignent."}[director.language]
    director.type(director.page.locator("#refuse_reason"), because)
    director.click(stay)
    rep.open(own)
    expect(rep.page.locator(".thread")).to_contain_text(because)
    rep.click(rep.button("Accept"))
    expect(agreed(rep)).to_be_visible()

    director.open(table)
    expect(row(director, team)).to_contain_text("500")
    director.click(director.link(team, within=row(director, team)))
    expect(director.page.locator("blockquote")).to_contain_text(reason)
    director.shot("decision")
    director.click(director.button("Agree"))
    expect(agreed(director)).to_contain_text("500")
    director.open(table)
    # What the team gave up is not allotted, and stays in sight until it is shared out on request.
    expect(row(director, team).locator(".differs").first).to_be_visible()
    director.shot("not-allotted")
    parent = director.page.locator("tr").filter(has=director.page.locator("form button")).first
    before = director.page.locator(".negotiation-table").inner_text()
    director.click(parent.get_by_role("button").first)
    expect(director.page.locator(".notice, .message").first).to_be_visible()
    assert director.page.locator(".negotiation-table").inner_text() != before
    director.shot("re-balanced")

    # Both sides keep what they accepted.
    manager.page.reload()
    expect(agreed(manager)).to_contain_text("500")
    director.click(director.link("Cascade"))
    drafts.delete(director, name)


def propose(hand: Hand) -> None:
    """Everything, until a day; a day that is over is said at its field, and what was typed stays."""
    hand.heading("Proposals and answers")
    day = hand.field("Answers until")
    for typed in ("2026-01-05", DUE):
        day.fill(typed)
        hand.click(hand.page.locator(".talk-send button[type=submit]"))
        if typed != DUE:
            expect(hand.page.locator("#id_due_on")).to_have_attribute("aria-invalid", "true")
            expect(day).to_have_value(typed)
    hand.see("Everything is proposed. What changes later waits here to be proposed again.")
    hand.shot("proposed")


def answer(hand: Hand, cycle: str, team: str = "") -> None:
    """From the own home to the proposal."""
    card = hand.page.locator(".talk-card").filter(has_text=cycle).filter(has_text=team or cycle).first
    hand.click(card.get_by_role("link"))
    expect(hand.page.get_by_role("heading", name=hand.words("Why this number"))).to_be_visible()


def counter(hand: Hand, amount: str, reason: str) -> None:
    hand.type(hand.page.locator("#counter_amount"), amount)
    hand.type(hand.page.locator("#counter_reason"), reason)
    hand.click(hand.button("Send the counter-proposal"))


def agreed(hand: Hand) -> Locator:
    """The card with the amount that both sides accepted."""
    label = hand.page.locator(".stat-label").get_by_text(hand.words("Agreed on"), exact=True)
    return hand.page.locator(".stat").filter(has=label)


def row(hand: Hand, name: str) -> Locator:
    return hand.page.locator(".negotiation-table tr").filter(
        has=hand.page.get_by_role("rowheader", name=name, exact=True)
    )
