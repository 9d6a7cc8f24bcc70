"""People with a login and no organisation: each makes one, directs it, and changes nobody else's figures."""

from __future__ import annotations

from tests.browser.hand import Hand

STAGES = "Prospecting\nEngaging\nWon:won\nLost:lost"


def make_organisation(hand: Hand, slug: str) -> None:
    hand.click(hand.link("New organisation"))
    hand.type(hand.field("Name"), "Maven Machines")
    hand.type(hand.field("Address"), slug)
    hand.choose(hand.field("Currency"), value="USD")
    hand.choose(hand.field("Time zone"), value="America/Chicago")
    hand.choose(hand.field("Country calendar"), value="US")
    hand.type(hand.field("Stages"), STAGES)
    hand.shot("organisation")
    hand.click(hand.button("Create"))
    hand.see("%s is ready. Import your opportunities to begin.", values="Maven Machines")
