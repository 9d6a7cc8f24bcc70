"""The translatable messages of the source, read without gettext: Django's own template lexer, Babel for Python."""

from __future__ import annotations

import ast
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from babel.messages.extract import extract
from django.conf import settings
from django.template.base import Lexer, TokenType
from django.utils.translation.template import templatize

ROOT = Path(settings.BASE_DIR)
PACKAGES = ("config", "tenants", "pipeline", "prospecting", "objectives", "reporting", "demo")
# Example figures for whoever builds pages, in English only; served in development and the demo.
GALLERY = {"config/gallery.py", "templates/gallery.html"}
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
SPOKEN_ATTRIBUTES = {"aria-label", "title", "alt", "placeholder", "data-label", "aria-description"}
SPOKEN_ARGUMENTS = {"label", "help_text", "empty_label", "verbose_name"}
SPOKEN_CALLS = {"ValidationError", "success", "error", "warning", "info"}  # messages.success(request, …)
# A file without any of these words has none of what is looked for: it need not be read as a program.
SPOKEN_WORDS = SPOKEN_ARGUMENTS | {"ValidationError", "messages"}


@dataclass(frozen=True, slots=True)
class Message:
    """A msgid with its context and plural, and one place where it stands."""

    context: str | None
    singular: str
    plural: str | None
    place: str

    @property
    def key(self) -> tuple[str | None, str]:
        return self.context, self.singular


def python_files() -> list[Path]:
    found = (path for name in PACKAGES for path in (ROOT / name).rglob("*.py"))
    return sorted(path for path in found if "migrations" not in path.parts)


def template_files() -> list[Path]:
    return sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in (".html", ".txt"))


@cache
def messages() -> tuple[Message, ...]:
    """Every message of the packages and the templates."""
    found: list[Message] = []
    for path in python_files():
        found += _messages_in(path.read_text(), _place(path))
    for path in template_files():
        code = templatize(path.read_text(), origin=_place(path))
        # templatize keeps the indentation of the template, which means nothing to Python.
        found += _messages_in("\n".join(line.strip() for line in code.splitlines()), _place(path))
    return tuple(found)


def _messages_in(code: str, place: str) -> Iterator[Message]:
    for line, found, _comments, context in extract("python", io.BytesIO(code.encode()), keywords=KEYWORDS):
        singular, plural = found if isinstance(found, tuple) else (found, None)
        yield Message(context, singular, plural, f"{place}:{line}")


def _place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# What is shown without passing through gettext ---------------------------------------------------------------


def bare_words_of_templates() -> list[str]:
    """Words in the text or in a spoken attribute of a template, outside of every translation."""
    found: list[str] = []
    for path in template_files():
        if _place(path) not in GALLERY:
            reader = _Reader()
            reader.feed(_without_tags(path.read_text()))
            found += [f"{_place(path)}: {text}" for text in reader.found]
    return found


def _without_tags(source: str) -> str:
    """The template as plain HTML: tags, variables, comments and translated blocks left out."""
    kept, end = [], ""
    for token in Lexer(source).tokenize():
        words = token.split_contents() if token.token_type == TokenType.BLOCK else []
        if end:
            end = "" if words and words[0] == end else end
        elif words and words[0] in ("blocktranslate", "blocktrans", "comment"):
            end = f"end{words[0]}"
        elif token.token_type == TokenType.TEXT:
            kept.append(token.contents)
    return "".join(kept)


class _Reader(HTMLParser):
    """Collects what a person would read or hear."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in SPOKEN_ATTRIBUTES:
                self.handle_data(value or "")

    def handle_data(self, data: str) -> None:
        words = [word for word in data.split() if sum(map(str.isalpha, word)) > 1]
        if words:
            self.found.append(" ".join(words))


def bare_words_of_python() -> list[str]:
    """Labels, help texts, messages and validation errors written as plain strings."""
    found: list[str] = []
    for path in python_files():
        place = _place(path)
        if place in GALLERY or {"management", "api", "api.py"} & set(path.parts):
            continue  # commands and the API's own description speak English
        text = path.read_text()
        if not any(word in text for word in SPOKEN_WORDS):
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call):
                found += [f"{place}:{node.lineno}: {text}" for text in map(_plain, _spoken(node)) if text]
    return found


def _spoken(call: ast.Call) -> list[ast.expr]:
    """The arguments of a call that a person will read."""
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    owner = getattr(getattr(call.func, "value", None), "id", "")
    arguments = [one.value for one in call.keywords if one.arg in SPOKEN_ARGUMENTS]
    if name in SPOKEN_CALLS and (name == "ValidationError" or owner == "messages"):
        arguments += call.args
    return arguments


def _plain(argument: ast.expr) -> str:
    """The text of a string that is not a translation, "" for anything else."""
    if (
        isinstance(argument, ast.Constant)
        and isinstance(argument.value, str)
        and " " in argument.value.strip()
    ):
        return argument.value
    return "an f-string" if isinstance(argument, ast.JoinedStr) else ""
