"""What is locked changes by a revision with an accepted reason, and never because one is behind."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tenants.domain.roles import Role
from tests.browser.hand import Hand

HOUSES = ["brightpath", "nordalys"]  # in English, in French
# Who asks for what, for which accepted kind of reason, with which target in each house, and what becomes of it. The
# cycle is the one that later journeys look at: what is approved moves a team by a few percent.
KINDS = (
    (Role.MANAGER, "scope", {"brightpath": "650k", "nordalys": "225k"}, "approve"),
    (Role.REP, "data_error", {"brightpath": "91k", "nordalys": "41k"}, "refuse"),
    (Role.DIRECTOR, "strategy", {"brightpath": "1.4M", "nordalys": "500k"}, "withdraw"),
    (Role.DIRECTOR, "market_event", {"brightpath": "1.5M", "nordalys": "530k"}, "approve"),
)
# Where each one learns where the gap comes from.
LEVERS = {Role.DIRECTOR: "analysis", Role.MANAGER: "analysis", Role.REP: "rep"}


@pytest.mark.drill
@pytest.mark.parametrize("slug", HOUSES)
def test_being_behind_leads_to_the_levers(enter: Callable[..., Hand], slug: str) -> None:
    for role, page in LEVERS.items():
        hand = enter(slug, role)
        ask(hand, slug)
        hand.click(hand.page.locator("input[name=kind][value=behind]"))

        hand.click(hand.button("Look at the effect"))

        hand.page.wait_for_url(f"**/{page}/**")
        expect(hand.page.locator(".message, .notice").first).to_contain_text(
            {"en": "adjust the levers, not the ambition", "fr": "les leviers"}[hand.language]
        )
        hand.shot(f"levers-{page}")


@pytest.mark.drill
@pytest.mark.parametrize("slug", HOUSES)
def test_each_kind_of_reason_is_proposed_and_decided(enter: Callable[..., Hand], slug: str) -> None:
    director = enter(slug, Role.DIRECTOR)
    for role, kind, targets, end in KINDS:
        hand = director if role == Role.DIRECTOR else enter(slug, role)
        revision = propose(hand, slug, kind, targets[slug])
        hand.shot(f"proposed-{kind}")
        if end == "withdraw":
            hand.click(hand.button("Withdraw the proposal"))
            expect(hand.page.locator(".message, .notice").first).to_be_visible()
            continue
        expect(hand.button("Approve")).to_have_count(int(role == Role.DIRECTOR))
        director.open(revision)
        if end == "refuse":
            refuse = director.button("Refuse")
            director.click(refuse)
            expect(director.page.locator("#refuse_text")).to_have_attribute("aria-invalid", "true")
            director.type(director.page.locator("#refuse_text"), "…")
            director.click(refuse)
        else:
            director.click(director.button("Approve"))
        expect(director.page.locator("dl.facts")).to_contain_text(director.words("Decided by"))
    director.shot("decided")

    # Every version stays readable, and a day before it shows what was in force then.
    changed = director.page.locator("main table tbody tr").filter(has_not_text="=")
    director.click(changed.first.get_by_role("link").first)
    versions = director.page.locator("section[aria-labelledby=versions] tbody tr")
    expect(versions.nth(1)).to_be_visible()
    now = director.page.locator(".stat-value").first.inner_text()
    director.page.locator("input[name=as_of]").fill("2026-11-02")
    director.click(director.button("Show"))
    expect(director.page.locator(".notice").first).to_be_visible()
    assert director.page.locator(".stat-value").first.inner_text() != now
    director.shot("as-it-was")


@pytest.mark.drill
@pytest.mark.parametrize("slug", HOUSES)
def test_who_joined_gets_a_share_by_a_proposal_only(enter: Callable[..., Hand], slug: str) -> None:
    hand = enter(slug, Role.DIRECTOR)
    open_current(hand)

    hand.click(hand.link("Look at the proposal"))

    effect = hand.page.locator("main table").first
    joined = effect.locator("tr").filter(has=hand.page.locator(".tag")).first
    expect(joined).to_contain_text(re.compile(r"\+"))
    hand.shot("joined")
    hand.click(hand.button("Propose this revision"))
    expect(hand.field("What happened")).to_have_attribute("aria-invalid", "true")
    hand.type(hand.field("What happened"), "…")
    hand.click(hand.button("Propose this revision"))
    hand.click(hand.button("Approve"))
    expect(hand.page.locator("dl.facts")).to_contain_text(hand.words("Decided by"))
    open_current(hand)
    expect(hand.link("Look at the proposal")).to_have_count(0)


def open_current(hand: Hand) -> None:
    hand.go("Objectives")
    now = hand.page.locator("tbody tr").filter(has=hand.page.locator(".tag"))
    hand.click(now.get_by_role("link").first)
    expect(hand.page.locator(".step-current, h1").first).to_be_visible()


def ask(hand: Hand, slug: str) -> None:
    """From the own page to the form of a revision: a team for director and manager, the own share for a salesperson."""
    if hand.page.locator(f"aside nav a[href='/o/{slug}/objectives/']").count():
        open_current(hand)
        hand.click(level(hand).first.locator("a.tree-open"))
    else:
        revenue = {"en": "Revenue won", "fr": "Chiffre d’affaires gagné"}[hand.language]
        # In an accessible name, spaces that do not break are spaces.
        words = (re.escape(word) for word in f"{hand.words('Why this objective?')} {revenue}".split())
        why = re.compile(".*".join(words))
        hand.click(hand.page.get_by_role("link", name=why).last)
        expect(hand.page.locator("ol.chain").first).to_contain_text(hand.words("Strategy"))
    hand.click(hand.link("Propose a revision"))
    hand.heading("Propose a revision")


def level(hand: Hand) -> Locator:
    """What is directly below the company."""
    return hand.page.locator("ul.tree-plain > .tree-node > details > ul > .tree-node")


def propose(hand: Hand, slug: str, kind: str, target: str) -> str:
    """Look at the effect, then propose it; the address of the proposal."""
    ask(hand, slug)
    hand.click(hand.page.locator(f"input[name=kind][value={kind}]"))
    hand.type(hand.field("New target"), "-1")
    hand.type(hand.field("What happened"), f"Because of {kind}")
    hand.click(hand.button("Look at the effect"))
    expect(hand.field("New target")).to_have_attribute("aria-invalid", "true")
    expect(hand.field("What happened")).to_have_value(f"Because of {kind}")
    hand.type(hand.field("New target"), target)
    hand.click(hand.button("Look at the effect"))
    expect(hand.page.locator("main table").first).to_be_visible()
    hand.click(hand.button("Propose this revision"))
    expect(hand.page.locator("blockquote")).to_contain_text(kind)
    return hand.page.url.removeprefix(hand.address)
