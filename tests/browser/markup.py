"""What is wrong with a page for somebody who does not see it, as far as its source tells: names, labels and references."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
FIELDS = ("input", "select", "textarea")
# Inputs that nobody fills in, or whose name is their value.
UNLABELLED = ("hidden", "submit", "button", "reset", "image")
REFERENCES = ("for", "aria-labelledby", "aria-describedby", "headers")
NAMES = ("aria-label", "aria-labelledby", "title")


@dataclass
class Element:
    """said: whether there are words in it, or something with a name of its own."""

    tag: str
    given: dict[str, str]
    inside: tuple[Element, ...]
    said: bool = False

    def __str__(self) -> str:
        given = " ".join(f'{name}="{value}"' for name, value in list(self.given.items())[:4])
        return f"<{self.tag} {given}>"

    @property
    def is_named(self) -> bool:
        return self.said or any(self.given.get(name) for name in NAMES)

    @property
    def is_hidden(self) -> bool:
        return any(
            "hidden" in one.given or one.given.get("aria-hidden") == "true" or one.tag == "template"
            for one in (*self.inside, self)
        )


@dataclass
class Reader(HTMLParser):
    """Every element of a page, with those that it stands in."""

    elements: list[Element] = field(default_factory=list)
    open: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        one = Element(tag, {name: value or "" for name, value in attrs}, tuple(self.open))
        self.elements.append(one)
        if one.given.get("alt") or one.given.get("aria-label"):
            self._say()
        if tag not in VOID:
            self.open.append(one)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip():
            self._say()

    def _say(self) -> None:
        for one in self.open:
            one.said = True


def read(source: str) -> list[Element]:
    """The elements of a page, in their order."""
    reader = Reader()
    reader.feed(source)
    reader.close()
    return reader.elements


def links_in(elements: list[Element]) -> list[str]:
    return [one.given["href"] for one in elements if one.tag == "a" and "href" in one.given]


def faults_in(elements: list[Element]) -> list[str]:
    """One line per fault of a whole page (WCAG 1.1.1, 1.3.1, 2.4.2, 2.4.4, 3.1.1, 4.1.2)."""
    return list(_faults(elements))


def _faults(elements: list[Element]) -> Iterator[str]:
    ids = Counter(one.given["id"] for one in elements if one.given.get("id"))
    yield from (f"id of {count} elements: {name}" for name, count in ids.items() if count > 1)
    tags = Counter(one.tag for one in elements)
    if tags["h1"] != 1:
        yield f"{tags['h1']} h1"
    if not any(one.tag == "html" and one.given.get("lang") for one in elements):
        yield "no language"
    if not any(one.tag == "title" and one.said for one in elements):
        yield "no title"
    labelled = {one.given["for"] for one in elements if one.tag == "label" and one.given.get("for")}
    for one in elements:
        for name in REFERENCES:
            gone = [target for target in one.given.get(name, "").split() if target not in ids]
            if gone:
                yield f"{name} leads nowhere: {one}"
        if one.tag == "img" and "alt" not in one.given:
            yield f"no alt: {one}"
        if one.is_hidden:
            continue
        is_inside_label = any(outer.tag == "label" for outer in one.inside)
        is_filled_in = one.tag in FIELDS and one.given.get("type") not in UNLABELLED
        if is_filled_in and not (one.is_named or is_inside_label or one.given.get("id") in labelled):
            yield f"no label: {one}"
        if (one.tag == "button" or (one.tag == "a" and "href" in one.given)) and not one.is_named:
            yield f"no name: {one}"
