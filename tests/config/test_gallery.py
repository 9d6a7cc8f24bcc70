"""Every component renders, in both languages, within the content security policy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import Settings

TEMPLATES = sorted(Path(settings.BASE_DIR, "templates").rglob("*.html"))
FORBIDDEN = {
    "a style attribute": re.compile(r"""\sstyle=["']"""),
    "a style element": re.compile(r"<style\b"),
    "an inline handler": re.compile(r"""\son[a-z]+=["']"""),
    "an inline script": re.compile(r"<script(?![^>]*\b(src|type=.application/json))"),
    "evaluated htmx code": re.compile(r"hx-on|hx-vals=.js:|hx-trigger=[\"'][^\"']*\["),
    "another host": re.compile(r"""(src|href|action)=["'](https?:)?//"""),
}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_gallery_shows_every_component(client: Client, language: str) -> None:
    page = client.get("/gallery/", headers={"accept-language": language})

    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.text


def test_the_gallery_is_hidden_in_production(client: Client, settings: Settings) -> None:
    settings.SHOW_GALLERY = False

    assert client.get("/gallery/").status_code == 404


def test_every_component_that_can_be_shown_is_in_the_gallery() -> None:
    folder = Path(settings.BASE_DIR, "templates")
    sources = [path.read_text() for path in TEMPLATES if path.parent.name in ("templates", "_components")]
    included = {
        name
        for source in sources
        for name in re.findall(r'(?:include|constant) "(_components/[a-z_]+\.html)"', source)
    }

    assert {f"_components/{path.name}" for path in (folder / "_components").iterdir()} <= included


@pytest.mark.parametrize("chosen", ["light", "dark"])
def test_the_chosen_colours_are_written_by_the_server(client: Client, chosen: str) -> None:
    client.cookies["theme"] = chosen

    assert f'data-bs-theme="{chosen}"' in client.get("/gallery/").text


def test_colours_that_do_not_exist_are_ignored(client: Client) -> None:
    client.cookies["theme"] = '"><script>'

    assert "data-bs-theme=" not in client.get("/gallery/").text


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_a_template_obeys_the_content_security_policy(template: Path) -> None:
    source = template.read_text()

    assert [fault for fault, pattern in FORBIDDEN.items() if pattern.search(source)] == []
