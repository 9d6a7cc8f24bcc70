"""Drafts of quarters that a journey makes and leaves behind clean."""

from __future__ import annotations

from playwright.sync_api import Locator

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


def go_on(hand: Hand) -> Locator:
    """The one button (or, where nothing is to be saved, link) of a step that leads to the next."""
    return hand.page.locator("main .btn-primary").filter(has_text=hand.words("Save and continue")).last


def delete(hand: Hand, name: str) -> None:
    """From any step: by its name, which has to be typed."""
    hand.click(hand.page.locator(".stepper a").last)
    hand.click(hand.page.locator("details.confirm summary").last)
    hand.type(hand.page.locator("#delete-cycle-name"), name)
    hand.click(hand.button("Delete the draft"))
    hand.see("The draft %s is deleted.", values=name)
