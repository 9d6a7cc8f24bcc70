"""The source of a page is read for what a person who does not see it would miss."""

from __future__ import annotations

import pytest

from tests.browser.markup import faults_in, links_in, read

PAGE = (
    """<!doctype html><html lang="en"><head><title>Deals</title></head><body><h1>Deals</h1>{}</body></html>"""
)
SOUND = [
    '<label for="a">Amount</label><input id="a" aria-describedby="b"><p id="b">In euros</p>',
    "<label>Amount <input></label>",
    '<input aria-label="Amount">',
    '<input type="hidden"><input type="submit" value="Save">',
    '<a href="/"><img src="a.png" alt="Home"></a>',
    '<a href="/"><svg aria-label="Home"></svg></a>',
    '<button hidden></button><span aria-hidden="true"><button></button></span>',
    "<br><button>Save</button>",
]
WRONG = {
    '<p id="a"></p><p id="a"></p>': "id of 2 elements: a",
    "<h1>Again</h1>": "2 h1",
    '<input name="amount">': 'no label: <input name="amount">',
    '<label for="a">Amount</label><select id="b"></select>': "for leads nowhere",
    '<input aria-label="Amount" aria-describedby="help">': "aria-describedby leads nowhere",
    '<a href="/"><svg></svg></a>': 'no name: <a href="/">',
    '<button type="button"></button>': "no name: <button",
    '<img src="a.png">': "no alt",
}


@pytest.mark.parametrize("content", SOUND)
def test_what_is_named_is_no_fault(content: str) -> None:
    assert faults_in(read(PAGE.format(content))) == []


@pytest.mark.parametrize(("content", "fault"), WRONG.items())
def test_what_has_no_name_is_a_fault(content: str, fault: str) -> None:
    assert fault in faults_in(read(PAGE.format(content)))[0]


def test_a_page_says_its_language_and_its_title() -> None:
    assert faults_in(read("<html><body><h1>Deals</h1></body></html>")) == ["no language", "no title"]


def test_links_are_read_as_they_are_followed() -> None:
    assert links_in(read('<a class="x" href="/deals/?team=1&amp;owner=2">Deals</a><a id="top">Top</a>')) == [
        "/deals/?team=1&owner=2"
    ]
