"""Marketing: the chain of value is home; leads are passed, answered with a reason, and followed by channel and segment."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tenants.domain.roles import Role
from tests.browser.hand import Hand

HOUSES = ["nordalys", "brightpath"]
SELLER = {"nordalys": "Karim Benali", "brightpath": "Anna Fischer"}
OWNERS = ("marketing", "own prospecting", "the outsourced partner", "sales", "management")


@pytest.mark.parametrize("slug", HOUSES)
def test_the_chain_is_home_link_by_link_with_its_owners(enter: Callable[..., Hand], slug: str) -> None:
    hand = enter(slug, Role.MARKETING)

    hand.heading("Chain of value")
    assert hand.page.url.startswith(f"{hand.address}/o/{slug}/chain/")
    owners = hand.page.locator("h2 .tag").all_inner_texts()
    assert list(dict.fromkeys(owners)) == [hand.words(owner) for owner in OWNERS]
    partners = hand.page.locator("section").filter(
        has=hand.page.locator("h2 .tag", has_text=hand.words("the outsourced partner"))
    )
    expect(partners).to_have_count(2)
    for link in partners.all():
        expect(link.locator("tbody [class*=state-]").first).to_be_visible()
        expect(link.locator(".page-note")).to_contain_text(hand.words("Handed over to sales, which judges"))
    expect(hand.page.get_by_text(OFF_TARGET[hand.language])).to_be_visible()
    hand.shot("chain")


OFF_TARGET = {"en": "they count toward no objective", "fr": "ils ne comptent pour aucun objectif"}


@pytest.mark.drill
@pytest.mark.parametrize("slug", HOUSES)
def test_what_became_of_the_leads_is_said_by_channel_and_segment(
    enter: Callable[..., Hand], slug: str
) -> None:
    hand = enter(slug, Role.MARKETING)
    leads = hand.page.get_by_role("region", name=hand.words("What became of the leads"))

    passed, accepted, refused, waiting = map(int, re.findall(r"\d+", leads.locator("p").first.inner_text()))
    assert passed == accepted + refused + waiting
    reasons = leads.locator("ul li").all_inner_texts()
    assert sum(int(re.findall(r"\((\d+)\)", one)[0]) for one in reasons) == refused
    for title in ("By channel", "By segment"):
        table = leads.get_by_role("table", name=hand.words(title))
        counts = table.locator("tbody tr td:nth-child(2)").all_inner_texts()
        assert sum(map(int, counts)) == passed
    by_channel = leads.get_by_role("table", name=hand.words("By channel"))
    rate = {channel: _percent(by_channel, hand.words(channel)) for channel in ("inbound", "event")}
    assert rate["event"] < rate["inbound"]
    hand.shot("leads")


def _percent(table: Locator, channel: str) -> int:
    row = table.locator("tbody tr").filter(has_text=channel)
    return int(re.findall(r"(\d+)\s*%", row.locator("td").nth(1).inner_text())[0])


@pytest.mark.drill
@pytest.mark.parametrize("slug", HOUSES)
def test_leads_are_passed_and_come_back_answered(enter: Callable[..., Hand], slug: str) -> None:
    marketing = enter(slug, Role.MARKETING)
    good, bad = NAMES[marketing.language]
    marketing.click(marketing.link("See the leads"))
    marketing.click(marketing.link("Paste several"))
    lines = f"{good}; {marketing.words('inbound')}; {SELLER[slug]}\n{bad}; {marketing.words('event')}; {SELLER[slug]}"
    marketing.type(marketing.page.get_by_role("textbox"), lines)
    marketing.click(marketing.button("Pass them on"))
    marketing.see("%(made)s leads were passed on.", values={"made": 2})
    marketing.shot("passed")

    rep = enter(slug, Role.REP)
    rep.go("Leads")
    rep.click(rep.link(good))
    rep.click(rep.button("Accept, and begin the opportunity"))
    rep.see("Answered: marketing sees it.")
    rep.click(rep.link(bad))
    rep.click(rep.button("Refuse"))
    expect(rep.page.locator("#id_reason_error")).to_contain_text(
        rep.words("Say why: it is how the next leads get better.")
    )
    rep.type(rep.field("Reason"), REASON[rep.language])
    rep.click(rep.button("Refuse"))
    rep.see("Answered: marketing sees it.")
    rep.shot("answered")

    marketing.go("Leads")
    marketing.click(marketing.link("Answered"))
    rows = marketing.page.locator("main tbody tr")
    expect(rows.filter(has_text=good)).to_contain_text(marketing.words("accepted"))
    expect(rows.filter(has_text=bad)).to_contain_text(REASON[rep.language])
    marketing.shot("back")


NAMES = {"en": ("Willow Pumps", "Campus Fair Club"), "fr": ("Pompes Saule", "Club du Salon")}
REASON = {"en": "Students at the stand", "fr": "Des étudiants sur le stand"}
