"""A sales director turns a strategy into objectives: weights, the mix that follows, why each one is there, the way back."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tenants.domain.roles import Role
from tests.browser import drafts
from tests.browser.hand import Hand

HOUSES = ["brightpath", "nordalys"]  # in English, in French
# What a cycle starts from, and whether objectives are there before the strategy is taken.
STARTS = {
    "last": True,
    "template:1-4": True,
    "template:20+": True,
    "": False,
}


@pytest.mark.drill
@pytest.mark.parametrize("slug", HOUSES)
def test_other_weights_ask_for_another_mix_each_with_its_reason(
    enter: Callable[..., Hand], slug: str
) -> None:
    hand = enter(slug, Role.DIRECTOR)
    name = drafts.begin(hand, slug, 2028, 1)
    weigh(hand, growth=0, profitability=80, new_markets=0, retention=20)

    expect(hand.page.locator("#mix")).to_contain_text(hand.words("not asked for by these weights"))
    assert all(
        len(text) > 20 for text in hand.page.locator(f"[data-label='{hand.words('Why')}']").all_inner_texts()
    )
    hand.shot("mix")
    # What does not make a whole is said, and what was typed stays.
    hand.type(hand.page.locator("#id_growth"), "90")
    hand.click(hand.button("Save and continue"))
    expect(hand.page.locator("#id_growth")).to_have_attribute("aria-invalid", "true")
    expect(hand.page.locator("#id_growth")).to_have_value("90")
    hand.shot("no-whole")

    # One is left out, one gets another target; both are still so after coming back.
    weigh(hand, growth=0, profitability=80, new_markets=0, retention=20)
    left_out = hand.page.locator("#take-0")
    hand.click(left_out)
    target = hand.page.locator("#mix-target-1")
    proposed = target.input_value()
    hand.type(target, "-3")
    hand.click(hand.button("Save and continue"))
    expect(target).to_have_attribute("aria-invalid", "true")
    expect(target).to_have_value("-3")
    hand.type(target, "41")
    hand.click(hand.button("Save and continue"))
    hand.heading("Ambition")
    hand.click(hand.page.locator(".stepper a").first)
    hand.heading("Strategy")
    expect(left_out).not_to_be_checked()
    expect(target).to_have_value("41")

    # Taken back in one step: the mix is again as these weights propose it.
    hand.click(hand.page.locator("form.undo button"))
    hand.heading("Strategy")
    expect(left_out).to_be_checked()
    expect(target).to_have_value(proposed)
    drafts.delete(hand, name)


@pytest.mark.drill
@pytest.mark.parametrize("slug", HOUSES)
def test_the_strategy_in_force_on_a_day_is_read(enter: Callable[..., Hand], slug: str) -> None:
    hand = enter(slug, Role.DIRECTOR)
    name = drafts.begin(hand, slug, 2028, 3)
    first = hand.page.locator(".versions-table tbody tr").last
    number = first.get_by_role("rowheader").inner_text().split()[0]

    for day, found in (("2001-01-01", ""), ("2026-11-20", number)):
        hand.type(hand.page.locator("#version-on"), day)
        hand.click(hand.button("Show"))
        said = hand.page.locator(".section-answer[role=status]").first
        expect(said).to_contain_text("2001" if day.startswith("2001") else "2026")
        assert ("version" in said.inner_text()) == bool(found)
    hand.shot("in-force")
    drafts.delete(hand, name)


@pytest.mark.parametrize("slug", HOUSES)
def test_why_goes_up_to_the_strategy_and_a_definition_is_one_click_away(
    enter: Callable[..., Hand], slug: str
) -> None:
    hand = enter(slug, Role.DIRECTOR)
    hand.go("Objectives")
    now = hand.page.locator("tbody tr").filter(has=hand.page.locator(".tag"))
    hand.click(now.get_by_role("link").first)
    level = hand.page.locator("ul.tree-plain > .tree-node > details > ul > .tree-node")
    team = level.filter(has=hand.page.locator("details")).first
    with hand.settled("/children/"):
        hand.click(team.locator("summary").first)
    person = team.locator(".tree .tree-node").first
    expect(person).to_be_visible()
    hand.shot("tree")

    hand.click(person.locator("a.tree-open"))

    chain = hand.page.locator("ol.chain").first.locator("li")
    assert chain.count() >= 4  # the strategy, the company, the team, the person
    expect(chain.first).to_contain_text(hand.words("Strategy"))
    expect(hand.page.get_by_role("heading", name=hand.words("In which context"))).to_be_visible()
    hand.shot("why")
    hand.click(hand.page.locator("#definition").locator("xpath=..").get_by_role("link"))
    hand.heading("Definitions")
    expect(hand.page.locator("article.metric:target")).to_be_in_viewport()
    expect(hand.page.locator("article.metric:target .math-formula")).not_to_be_empty()
    other = {"en": "fr", "fr": "en"}[hand.language]
    expect(hand.page.locator(f"article.metric:target [lang={other}]")).not_to_be_empty()
    hand.shot("definition")


@pytest.mark.drill
@pytest.mark.parametrize("slug", HOUSES)
def test_a_cycle_starts_from_the_last_one_a_template_or_nothing(
    enter: Callable[..., Hand], slug: str
) -> None:
    hand = enter(slug, Role.DIRECTOR)
    for place, (start, is_set) in enumerate(STARTS.items()):
        hand.open(f"/o/{slug}/objectives/new/?quarter=2029-{place + 1}")
        hand.click(hand.page.locator(f"input[name=start][value='{start}']"))
        name = hand.field("Name").input_value()
        if place == 0:
            hand.shot("start")

        hand.click(hand.button("Create the draft"))

        hand.heading("Strategy")
        details = hand.page.get_by_role("link", name=re.compile(re.escape(hand.words("details"))))
        assert bool(details.count()) == is_set, start
        drafts.delete(hand, name)


def weigh(hand: Hand, **weights: int) -> None:
    """Type the weights that differ; the mix follows each at once."""
    for part, weight in weights.items():
        field = hand.page.locator(f"#id_{part}")
        if field.input_value() != str(weight):
            with hand.settled("/preview/"):
                hand.type(field, str(weight))
                hand.leave(field)
