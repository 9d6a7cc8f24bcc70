"""A director who has nothing yet: from an empty organisation to the gap by stage and to the next cycle, with the mouse alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import drafts, maven
from tests.browser.door import sign_in
from tests.browser.hand import Hand
from tests.browser.house import House, until
from tests.browser.newcomers import make_organisation
from tests.browser.seed import NEWCOMERS


@pytest.mark.parametrize("language", ["en", "fr"])
def test_from_an_upload_to_the_gap_by_stage(
    enter: Callable[..., Hand], house: House, language: str, record_property: Any
) -> None:
    hand = enter(language=language, fresh=True)
    slug = f"maven-{language}"

    sign_in(hand, NEWCOMERS[language])
    make_organisation(hand, slug)
    for file in (maven.accounts(), maven.products(), maven.teams()):
        import_file(hand, file)
        hand.click(hand.link("Import another file"))
    import_file(hand, maven.pipeline())
    expect(hand.page.locator(".stat").first).to_contain_text("400")
    set_quarter(hand)
    expect_computed(hand, house, slug)
    hand.go("My teams", "page")

    row = hand.page.get_by_role("row").filter(
        has=hand.page.get_by_role("rowheader", name="Prospecting → Engaging")
    )
    expect(row).to_contain_text(hand.words("cannot be known from this data"))
    hand.shot("gap-by-stage")
    print(f"\nfrom an empty organisation to the gap by stage ({language}): {hand.clicks} clicks")
    if language == "en":
        record_property("journey_clicks", hand.clicks)
    close_and_go_on(hand)


def import_file(hand: Hand, file: dict[str, Any]) -> None:
    """Send it, accept the columns that were found, try, import, and read that nothing was refused."""
    hand.attach(hand.field("File"), file)
    hand.click(hand.button("Send"))
    hand.heading("What is in each column?")
    hand.shot(f"columns-of-{file['name']}")
    hand.click(hand.button("Try it"))
    hand.see("What would happen")
    hand.shot("try")
    hand.click(hand.button("Import"))
    hand.see("What happened")
    refused = hand.page.locator(".stat").filter(has_text=re.compile(hand.words("refused"), re.IGNORECASE))
    expect(refused.locator(".stat-value")).to_have_text("0")
    hand.shot("report")


MOST_CLICKS = 25  # for a first quarter, from the home to the lock


def set_quarter(hand: Hand) -> None:
    before = hand.clicks
    hand.go("Objectives")
    hand.click(hand.link("Set a first quarter"))
    hand.click(hand.page.get_by_role("link", name=quarter_name(hand)))
    hand.shot("quarter")
    hand.click(hand.button("Create the draft"))
    drafts.take_strategy(hand)
    hand.type(hand.field("Revenue to win in the cycle"), "150k")
    hand.shot("ambition")
    hand.click(hand.button("Save and continue"))
    hand.heading("Reverse funnel")
    hand.shot("funnel")
    hand.click(drafts.go_on(hand))
    hand.heading("Cascade")
    hand.shot("cascade")
    change_share(hand)
    for step in ("Profiles", "Clarity", "Calibration", "Review"):
        hand.click(drafts.go_on(hand))
        hand.heading(step)
    drafts.activate(hand, quarter_name(hand))
    assert hand.clicks - before <= MOST_CLICKS


def quarter_name(hand: Hand) -> str:
    return hand.words("Q%(quarter)s %(year)s", values={"quarter": 4, "year": 2017})


def change_share(hand: Hand) -> None:
    """Give one team more: the others give way, and the difference stays in sight."""
    fields = hand.page.locator("input[name=target]")
    before = fields.evaluate_all("all => all.map(one => one.value)")
    hand.type(fields.first, "90000")
    with hand.settled("/cascade/"):
        hand.leave(fields.first)
    after = fields.evaluate_all("all => all.map(one => one.value)")
    assert after[0] != before[0]
    assert all(new != old for new, old in zip(after[1:], before[1:], strict=True))
    hand.shot("changed-share")


def close_and_go_on(hand: Hand) -> None:
    """The cycle is over: it is frozen, and the next one starts from what is proposed, with what was put right."""
    hand.go("Objectives")
    hand.click(hand.link("Close the cycle"))
    hand.click(hand.page.locator("details.confirm summary"))
    hand.click(hand.button("Close and freeze"))
    hand.heading("Result of the cycle")
    hand.shot("closed")
    hand.click(hand.link("Prepare the next cycle"))
    hand.heading("Next cycle")
    hand.shot("proposed")
    taken = hand.page.locator("tbody tr").filter(has=hand.page.locator("input[type=checkbox]:checked"))
    target = taken.first.locator("input.numeric")
    proposed = target.input_value()
    hand.type(target, "many")
    hand.click(hand.button("Start the next cycle from this"))
    expect(target).to_have_attribute("aria-invalid", "true")
    expect(target).to_have_value("many")
    hand.type(target, proposed)
    hand.click(hand.button("Start the next cycle from this"))
    expect(hand.page.locator(".stepper")).to_be_visible()
    hand.shot("started")
    hand.go("Objectives")
    name = hand.words("Q%(quarter)s %(year)s", values={"quarter": 1, "year": 2018})
    expect(hand.page.locator("tbody tr").filter(has_text=name)).to_be_visible()


def expect_computed(hand: Hand, house: House, slug: str) -> None:
    until(
        lambda: house.rows(
            "SELECT 1 FROM reporting_run r JOIN tenants_organisation o ON o.id = r.organisation_id"
            " WHERE o.slug = %s AND r.as_of = '2017-12-31'", slug,
        ),
        "the worker has computed the quarter",
    )  # fmt: skip
