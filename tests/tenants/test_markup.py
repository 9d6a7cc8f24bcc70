"""What is drawn without the template engine escapes what it is given."""

from __future__ import annotations

from typing import Any

import pytest
from django.template import Context, Template

HOSTILE = '<script>alert("1")</script>'


def render(source: str, **context: Any) -> str:
    return Template("{% load boussole %}" + source).render(Context(context))


def test_a_state_is_an_icon_and_words_together() -> None:
    drawn = render("{% state_mark 'behind' %}")
    assert "trending-down" in drawn
    assert "<span>behind</span>" in drawn


def test_a_state_that_does_not_exist_is_no_objective() -> None:
    assert "no objective" in render("{% state_mark state %}", state=HOSTILE)


def test_a_compact_state_keeps_its_words_for_screen_readers() -> None:
    assert '<span class="visually-hidden">cannot tell</span>' in render(
        "{% state_mark 'cannot_tell' '' True %}"
    )


def test_without_math_nothing_is_drawn() -> None:
    assert render("{% math_panel nothing %}", nothing=None) == render("{% math_panel missing %}") == ""


def test_the_math_shows_what_it_is_given_and_nothing_else() -> None:
    drawn = render(
        "{% math_panel math %}", math={"title": "Rate", "lines": [{"label": "Entered", "value": "132"}]}
    )
    assert "<dt>Entered</dt><dd>132</dd>" in drawn
    assert "math-note" not in drawn
    assert "math-links" not in drawn


@pytest.mark.parametrize(
    "key", ["title", "definition", "formula", "interval", "note", "definition_url", "rows_url"]
)
def test_the_math_escapes_its_texts(key: str) -> None:
    assert "<script>" not in render("{% math_panel math %}", math={key: HOSTILE})


def test_names_in_states_lines_and_tables_are_escaped() -> None:
    drawn = render(
        "{% state_mark 'none' text %}{% math_panel math %}{% plain_rows rows %}",
        text=HOSTILE,
        math={"lines": [{"label": HOSTILE, "value": HOSTILE}]},
        rows=[[HOSTILE, HOSTILE]],
    )
    assert "<script>" not in drawn
    assert drawn.count("&lt;script&gt;") == 5


def test_an_interval_bar_draws_only_the_marks_that_are_known() -> None:
    drawn = render("{% whisker_bar low high value None 1 'behind' %}", low=0.2, high=0.5, value=0.3)
    assert "whisker-behind" in drawn
    assert "whisker-range" in drawn
    assert "whisker-target" not in drawn


def test_a_figure_leads_to_what_is_behind_it_and_escapes_its_words() -> None:
    cell = {"head": HOSTILE, "text": "+12", "interval": "", "muted": True, "url": "/deals/?a=1&b=2"}
    drawn = render("{% linked_cells cells %}", cells=[cell])
    assert '<a href="/deals/?a=1&amp;b=2"' in drawn
    assert "<script>" not in drawn


def test_a_branch_fetches_its_children_and_escapes_its_words() -> None:
    node = {
        "label": HOSTILE,
        "owner": HOSTILE,
        "value": HOSTILE,
        "url": "/own/",
        "definition": "/metrics/#path",
    }
    branch = {**node, "children_url": "/below/?a=1&b=2", "state": "behind"}
    drawn = render(
        "<ul>{% tree nodes more %}</ul>", nodes=[node, branch], more={"rows_url": "/r/", "page_url": "/p/"}
    )
    assert "<script>" not in drawn
    assert 'hx-get="/below/?a=1&amp;b=2" hx-trigger="toggle once"' in drawn
    assert drawn.count("tree-leaf") == drawn.count("state-behind") == 1
    assert 'href="/p/" hx-get="/r/"' in drawn


def test_a_branch_that_is_open_shows_what_is_below_it() -> None:
    node = {"label": "Revenue", "value": "1", "url": "/own/", "children": [], "children_url": ""}
    drawn = render(
        "{% tree nodes %}", nodes=[{**node, "open": True, "children": [{**node, "label": "North"}]}]
    )
    assert "<details open><summary" in drawn
    assert drawn.index("Revenue") < drawn.index("North")


def test_a_bar_of_tabs_names_its_group_and_says_where_one_is() -> None:
    tabs = [
        {"label": HOSTILE, "url": "/a/?x=1&y=2", "active": True},
        {"label": "B", "url": "/b/", "count": 0},
    ]
    drawn = render("{% tab_bar tabs label %}", tabs=tabs, label=HOSTILE)
    assert "<script>" not in drawn
    assert '<a href="/a/?x=1&amp;y=2" aria-current="page">' in drawn
    assert '<span class="nav-count">0</span>' in drawn
