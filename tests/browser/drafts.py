"""Drafts of quarters that a journey makes and leaves behind clean."""

from __future__ import annotations

from tests.browser.hand import Hand


def make(hand: Hand, slug: str, year: int, quarter: int) -> str:
    """Make the draft of a preset quarter with the mouse; its name. Ends on the ambition."""
    hand.open(f"/o/{slug}/objectives/new/?quarter={year}-{quarter}")
    name = hand.field("Name").input_value()
    hand.click(hand.button("Create the draft"))
    hand.heading("Ambition")
    return name


def delete(hand: Hand, name: str) -> None:
    """From any step: by its name, which has to be typed."""
    hand.click(hand.page.locator(".stepper a").last)
    hand.click(hand.page.locator("details.confirm summary").last)
    hand.type(hand.page.locator("#delete-cycle-name"), name)
    hand.click(hand.button("Delete the draft"))
    hand.see("The draft %s is deleted.", values=name)
