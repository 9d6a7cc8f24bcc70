"""The pages of every role, wide and narrow, light and dark: WCAG 2.2 AA as far as a program can tell.

Pages are found as a person finds them: from the home of a role, link by link; of the pages of one view, the first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import PurePosixPath
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import Resolver404, resolve
from playwright.sync_api import Page, ViewportSize

from tenants.domain.roles import Role
from tests.browser.door import PHONE, WIDE
from tests.browser.hand import Hand
from tests.browser.markup import faults_in, links_in, read

type Way = tuple[ViewportSize, Literal["light", "dark"]]

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
EVERYTHING = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
# Only what is wrong travels back: the rule, and the first elements.
AXE = """rules => axe.run({...rules, selectors: false}).then(found => found.violations.map(
    one => `${one.id} at ${one.nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join(" and ")}`))"""
# Every width in every colours: `make drill`. Otherwise a page is looked at in one of them, by turns.
WAYS: tuple[Way, ...] = ((WIDE, "light"), (PHONE, "dark"), (PHONE, "light"), (WIDE, "dark"))
# What most goes wrong with.
NARROW_DARK: Way = (PHONE, "dark")
# How many views of a role are shown without the long form.
FEW = 3
# Views that answer with something else than a page, besides those whose address ends like a file's.
NO_PAGES = (
    *("pipeline:import_refused", "api_schema", "prospecting:person_export"),
    *("prospecting:statement", "prospecting:partner_statement"),
)
# Rows and lines are made by one piece of template: without the long form, the first ones of a table or list stand for all.
THIN = """document.querySelectorAll('tbody, ul, ol').forEach(one => [...one.children].slice(8).forEach(row => row.remove()))"""
# Contrast, the dearest of the rules, is a matter of colours, size and weight on what is behind: without the long form the
# first text of each such look stands for all, on whatever page. Gives the looks that were not known.
BY_LOOKS = "axe.configure({rules: [{id: 'color-contrast', selector: '[data-contrast]'}]})"
LOOKS = """known => {
    const seen = new Set(known), fresh = [], grounds = new Map();
    const ground = element => {
        if (!element) return '';
        if (!grounds.has(element)) {
            const {backgroundColor, backgroundImage, opacity} = getComputedStyle(element);
            const covers = backgroundImage === 'none' && opacity === '1' && /^rgb\\(/.test(backgroundColor);
            grounds.set(element, [backgroundColor, backgroundImage, opacity, covers ? '' : ground(element.parentElement)].join());
        }
        return grounds.get(element);
    };
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), elements = new Set();
    while (texts.nextNode()) if (texts.currentNode.data.trim()) elements.add(texts.currentNode.parentElement);
    document.querySelectorAll('input, select, textarea').forEach(one => elements.add(one));
    for (const one of elements) {
        if (!one.checkVisibility() || one.closest(':disabled, [aria-disabled=true]')) continue;
        const {color, fontSize, fontWeight, textShadow} = getComputedStyle(one);
        const look = [color, fontSize, fontWeight, textShadow, ground(one)].join();
        if (!seen.has(look)) { seen.add(look); fresh.push(look); one.dataset.contrast = ''; }
    }
    return fresh;
}"""
UNFOLD = "document.querySelectorAll('details:not(.menu, [data-popup], .tree details)').forEach(one => one.open = true)"
# Buttons and steps whose words run out of them, or stand letter under letter.
CUT = """() => [...document.querySelectorAll('.btn, .step-label')].filter(one => one.clientWidth > 1
    && (one.scrollWidth > one.clientWidth + 1
        || one.clientWidth < Math.min(one.clientHeight, 2 * parseFloat(getComputedStyle(one).fontSize))))
    .map(one => one.innerText.trim()).filter(words => words.length > 2)"""
# Columns of figures whose name leads to no definition, in tables whose rows do not either.
UNDEFINED = """() => [...document.querySelectorAll('main table')].flatMap(table => {
    const isDefined = one => one.querySelector('a[href*="/metrics/#"]');
    const rows = [...table.querySelectorAll('tbody tr:has(td.numeric)')];
    return rows.length && rows.every(isDefined) ? []
        : [...table.querySelectorAll('thead th.numeric')].filter(head => !isDefined(head)).map(head => head.innerText);
})"""
# Their figures are what somebody typed or a machine counted of its own work: no metric.
NO_METRICS = (
    *(
        "pipeline:import_list",
        "pipeline:import_detail",
        "reporting:runs",
        "reporting:cause",
        "objectives:strategy",
    ),
    *("prospecting:activities", "prospecting:activity_week", "prospecting:companies", "prospecting:targets"),
    *("tenants:people",),
)
# Public pages and those of a login, which no link of an organisation leads to.
PUBLIC = ("/accounts/login/", "/gallery/", "/nothing-here/")
OWN = (
    "/organisations/",
    "/new/",
    "/account/preferences/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/2fa/",
)


# The long form looks at every page of every role in all ways; the short one at the first pages of each role, each in one, and
# reads the source of the others. French words are the longer ones: what has room for them has room for the English.
CRAWLS = [
    ("nordalys", "short"),
    *(pytest.param(slug, "long", marks=pytest.mark.drill) for slug in ("nordalys", "brightpath")),
]


@dataclass
class Known:
    """What was looked at already: names of views, and looks of texts."""

    views: set[str] = field(default_factory=set)
    looks: set[str] = field(default_factory=set)


@pytest.fixture(scope="module")
def known() -> Known:
    return Known()


@pytest.fixture
def examine(enter: Callable[..., Hand]) -> Iterator[Callable[..., Hand]]:
    """As `enter`, with axe in every document that the page will show, instead of sending half a megabyte to each.

    The page is not left to other journeys. by_looks: contrast is a matter of what LOOKS found.
    """
    hands: list[Hand] = []

    def come_in(*given: Any, by_looks: bool, **options: Any) -> Hand:
        hands.append(hand := enter(*given, **options))
        hand.page.add_init_script(f"{AXE_SCRIPT};{BY_LOOKS}" if by_looks else AXE_SCRIPT)
        return hand

    yield come_in
    for hand in hands:
        hand.page.close()


@pytest.mark.parametrize(("slug", "length"), CRAWLS)
@pytest.mark.parametrize("role", Role)
def test_no_page_of_a_role_is_in_anybodys_way(
    examine: Callable[..., Hand], role: Role, slug: str, length: str, known: Known, record_property: Any
) -> None:
    hand = examine(slug, role, by_looks=length == "short")
    if length == "long":
        known.views.clear()

    before = len(known.views)

    found = dict(pages_of(hand, slug, known, every_way=length == "long"))

    wrong = {name: faults for name, faults in found.items() if faults}
    record_property("pages_checked", len(found))
    record_property("pages_shown", len(known.views) - before)
    record_property("page_roles", 1)
    record_property("page_faults", sum(len(faults) for faults in wrong.values()))
    assert wrong == {}


def pages_of(hand: Hand, slug: str, known: Known, *, every_way: bool) -> Iterator[tuple[str, list[str]]]:
    """View by view, from link to link: its name, and what is wrong with the first page of it that a link leads to, also a
    figure without a definition.

    Only the source is read of a view that is known already, and without the long form of the later ones of a role.
    """
    waiting, seen, shown = [(f"/o/{slug}/", "")], {"tenants:home"}, 0
    while waiting:
        path, name = waiting.pop(0)
        if name in known.views or (not every_way and shown == FEW):
            answer = hand.page.request.get(hand.address + path)
            assert answer.ok, path
            elements = read(answer.text())
            yield name, faults_in(elements)
            links = [urljoin(path, link) for link in links_in(elements)]
        else:
            if not every_way:  # before it is there: a page is laid out once, and its charts are drawn once
                look(hand.page, by_turns(len(known.views)))
            assert hand.open(path) == 200, path
            name = view_of(urlsplit(hand.page.url).path)
            links = links_of(hand.page)
            if every_way:
                faults = faults_of(hand.page, WAYS)
            else:
                faults = brief_faults_of(hand.page, by_turns(len(known.views)), known.looks)
            if name not in NO_METRICS:
                faults += [f"no definition: {words}" for words in hand.page.evaluate(UNDEFINED)]
            yield name, faults
            known.views.add(name)
            shown += 1
        for link in links:
            view = view_of(link) if link.startswith(f"/o/{slug}/") else ""
            if view and view not in seen:
                seen.add(view)
                waiting.append((link, view))


def by_turns(turn: int) -> Way:
    return WAYS[turn % len(WAYS)]


def links_of(page: Page) -> list[str]:
    links: list[str] = page.locator("a[href]").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    return [urljoin(urlsplit(page.url).path, link) for link in links]


@cache
def view_of(link: str) -> str:
    """The name of the view behind an address; empty when it is no page."""
    path = urlsplit(link).path
    try:
        name = resolve(path).view_name
    except Resolver404:
        return ""
    return "" if name in NO_PAGES or PurePosixPath(path).suffix else name


def look(page: Page, way: Way) -> None:
    size, colours = way
    page.emulate_media(color_scheme=colours)
    page.set_viewport_size(size)


def brief_faults_of(page: Page, way: Way, looks: set[str]) -> list[str]:
    """As faults_of, of the page without the later rows of its tables and lists, and without the contrast of `looks`, to
    which those of the page are added."""
    page.evaluate(THIN)
    page.evaluate(UNFOLD)
    looks.update(page.evaluate(LOOKS, list(looks)))
    return faults_of(page, [way])


def faults_of(page: Page, ways: Iterable[Way]) -> list[str]:
    """In each width and colours: the rules that are broken, cut words, and a page that is wider than the window."""
    faults = []
    page.evaluate(UNFOLD)
    for size, colours in ways:
        look(page, (size, colours))
        where = f"{size['width']} px, {colours}"
        faults += [f"{where}: {broken}" for broken in page.evaluate(AXE, EVERYTHING)]
        faults += [f"{where}: cut: {words}" for words in page.evaluate(CUT)]
        if size is PHONE and page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append(f"{where}: scrolls sideways")
    return faults


@pytest.mark.drill
@pytest.mark.parametrize("slug", ["brightpath", "petit-pont"])
def test_the_homes_of_a_director_elsewhere(examine: Callable[..., Hand], slug: str, known: Known) -> None:
    hand = examine(slug, Role.DIRECTOR, by_looks=True)
    homes = ["director", "manager", "rep", "runs", "objectives", "imports", "opportunities"]

    wrong = {}
    look(hand.page, NARROW_DARK)
    for home in homes:
        hand.open(f"/o/{slug}/{home}/")
        wrong[home] = brief_faults_of(hand.page, NARROW_DARK, known.looks)

    assert {home: faults for home, faults in wrong.items() if faults} == {}


def test_the_pages_of_no_organisation(examine: Callable[..., Hand], known: Known) -> None:
    stranger = examine(fresh=True, by_looks=True)
    member = examine("nordalys", Role.DIRECTOR, by_looks=True)

    wrong: dict[str, list[str]] = {}
    for hand, paths in ((stranger, PUBLIC), (member, OWN)):
        for path in paths:
            look(hand.page, by_turns(len(wrong)))
            hand.open(path)
            wrong[path] = brief_faults_of(hand.page, by_turns(len(wrong)), known.looks)

    assert {path: faults for path, faults in wrong.items() if faults} == {}
