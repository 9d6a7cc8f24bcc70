"""Drafts of quarters that a journey makes and leaves behind clean."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.browser.hand import Hand


def begin(hand: Hand, slug: str, year: int, quarter: int) -> str:
    """Make the draft of a preset quarter with the mouse; its name. Ends on the strategy."""
    hand.open(f"/o/{slug}/objectives/new/?quarter={year}-{quarter}")
    name = hand.field("Name").input_value()
    hand.click(hand.button("Create the draft"))
    hand.heading("Strategy")
    return name


def make(hand: Hand, slug: str, year: int, quarter: int) -> str:
    """As `begin`, and take what is proposed. Ends on the ambition."""
    name = begin(hand, slug, year, quarter)
    take_strategy(hand)
    return name


def take_strategy(hand: Hand) -> None:
    """Take the strategy and the mix as proposed. Ends on the ambition."""
    hand.heading("Strategy")
    statement = hand.page.locator("[name=statement]")
    if not statement.input_value():
        hand.type(statement, "Grow where we win")
    hand.click(hand.button("Save and continue"))
    hand.heading("Ambition")


def levers(hand: Hand) -> Locator:
    """On the reverse funnel: the rates of the stages and the average value, each with its field."""
    return hand.page.locator("form.lever").filter(has=hand.page.locator("input[name=shown]"))


def go_on(hand: Hand) -> Locator:
    """The one button (or, where nothing is to be saved, link) of a step that leads to the next."""
    return hand.page.locator("main .btn-primary").filter(has_text=hand.words("Save and continue")).last


REASON = "A partner brings the deals"


def reason_asked(hand: Hand) -> Locator | None:
    """On the review, once the probabilities are there: where a reason for what is out of reach is asked for."""
    expect(hand.page.locator("form[action$='/calibration/compute/']")).to_have_count(0)
    reason = hand.page.locator("#justify-all")
    return reason if reason.count() else None


def activate(hand: Hand, name: str) -> None:
    """From the review, with the mouse."""
    reason = reason_asked(hand)
    if reason is not None:
        hand.type(reason, REASON)
        hand.click(hand.button("Keep them for this reason"))
    hand.shot("review")
    hand.click(hand.page.locator("details.confirm summary").first)
    hand.click(hand.button("Activate and lock"))
    see_active(hand, name)


def see_active(hand: Hand, name: str) -> None:
    text = "%(cycle)s is active: its objectives are locked, and the figures are being computed."
    hand.see(text, values={"cycle": name})


def delete(hand: Hand, name: str) -> None:
    """From any step: by its name, which has to be typed."""
    hand.click(hand.page.locator(".stepper a").last)
    # The review has the probabilities computed by itself; of a draft that is gone by then it would be told 404.
    hand.page.wait_for_load_state("networkidle")
    hand.click(hand.page.locator("details.confirm summary").last)
    hand.type(hand.page.locator("#delete-cycle-name"), name)
    hand.click(hand.button("Delete the draft"))
    hand.see("The draft %s is deleted.", values=name)
