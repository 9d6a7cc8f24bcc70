"""Who types faster than the house answers: nothing that was typed is lost, and it counts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import APIResponse, Locator, Route, expect

from tenants.domain.roles import Role
from tests.browser import drafts
from tests.browser.hand import Hand

SLUG = "nordalys"


@pytest.mark.drill
def test_an_answer_leaves_alone_the_field_that_somebody_types_in(enter: Callable[..., Hand]) -> None:
    """Given weights whose answer is late, when it comes in the middle of a target, then the target is as it was typed."""
    hand = enter(SLUG, Role.DIRECTOR)
    name = drafts.begin(hand, SLUG, 2030, 1)
    target = hand.page.locator("#mix-target-1")
    mine = hand.page.locator(f"[data-key='{target.get_attribute('data-key')}']")
    late = Late(hand, "**/strategy/preview/")
    hand.type(hand.page.locator("#id_growth"), "100")
    hand.click(mine)
    mine.press("Control+a")
    mine.press_sequentially("1 23")

    with hand.settled("/preview/"):
        late.come()
    mine.press_sequentially("4,56")

    expect(mine).to_be_focused()
    expect(mine).to_have_value("1 234,56")
    drafts.delete(hand, name)


@pytest.mark.drill
def test_a_rate_typed_while_its_padlock_opens_is_kept_and_closes_it(enter: Callable[..., Hand]) -> None:
    """Given a padlock whose answer is late, when the rate is typed and left meanwhile, then the plan has that rate."""
    hand = enter(SLUG, Role.DIRECTOR)
    name = funnel(hand, 2)
    row = hand.page.locator(".links-table tbody tr").last
    late = Late(hand, "**/funnel/**")
    hand.click(row.locator("button.padlock"))
    late.wait(200)
    write(hand, rate_in(row), "60", "Tab")
    late.wait(200, 409)  # what was typed was for the plan before the padlock

    late.come()

    expect(rate_in(row)).to_have_value("60")
    expect(row.locator("button.padlock")).to_have_attribute("aria-pressed", "true")
    hand.page.reload()
    expect(rate_in(row)).to_have_value("60")
    drafts.delete(hand, name)


@pytest.mark.drill
def test_enter_in_a_typed_rate_does_not_take_the_history_again(enter: Callable[..., Hand]) -> None:
    """Given a rate that was typed, when Enter is pressed in its field, then the rate is what the field says."""
    hand = enter(SLUG, Role.DIRECTOR)
    name = funnel(hand, 3)
    rate = rate_in(hand.page.locator(".links-table tbody tr").last)
    with hand.settled("/funnel/"):
        write(hand, rate, "60", "Tab")

    with hand.settled("/funnel/"):
        rate.press("Enter")
    expect(rate).to_have_value("60")
    with hand.settled("/funnel/"):
        write(hand, rate, "55", "Enter")

    hand.page.reload()
    expect(rate).to_have_value("55")
    drafts.delete(hand, name)


class Late:
    """The house does at once what is asked of an address; its answers come when they are told to, one after the other."""

    def __init__(self, hand: Hand, address: str) -> None:
        self.hand, self.address = hand, address
        self.answers: list[tuple[Route, APIResponse]] = []
        self.is_late = True
        hand.page.route(address, self.hold)

    def hold(self, route: Route) -> None:
        if self.is_late:
            self.answers.append((route, route.fetch()))
        else:
            route.continue_()

    def wait(self, *statuses: int) -> None:
        """Until the house has done what it was asked, with these answers."""
        while len(self.answers) < len(statuses):
            self.hand.page.wait_for_timeout(50)
        assert [answer.status for _route, answer in self.answers] == list(statuses)

    def come(self) -> None:
        self.is_late = False
        for route, answer in self.answers:
            route.fulfill(response=answer)
            self.hand.page.wait_for_timeout(300)  # an answer takes its place before the next one comes
        self.hand.page.unroute(self.address)


def funnel(hand: Hand, quarter: int) -> str:
    """The reverse funnel of a new draft; its name."""
    name = drafts.make(hand, SLUG, 2030, quarter)
    hand.type(hand.field("Revenue to win in the cycle"), "1.2M")
    hand.click(hand.button("Save and continue"))
    hand.heading("Reverse funnel")
    return name


def rate_in(row: Locator) -> Locator:
    return row.locator("input[name=value]")


def write(hand: Hand, field: Locator, text: str, key: str) -> None:
    """Over what is there, key by key."""
    hand.click(field)
    field.press("Control+a")
    field.press_sequentially(text)
    field.press(key)
