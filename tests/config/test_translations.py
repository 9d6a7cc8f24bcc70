"""French is complete: every message of the source, every pair of texts in a table of the code."""

from __future__ import annotations

import dataclasses
import io
import re
from collections import Counter
from functools import cache

import pytest
from babel.messages import Catalog
from babel.messages import Message as Entry
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from django.utils import translation

from objectives.domain.catalogue import CATALOGUE
from pipeline.domain.importing.findings import ALL_CODES
from tenants.wording import VERBS
from tests.config import source_messages
from tests.config.source_messages import ROOT, Message

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|%%|\{\w*\}")
TAG = re.compile(r"</?[a-z]+>")
# A no-break space, thin or not, stands before high punctuation and inside guillemets.
BREAKABLE = re.compile(r" [:;?!»%](?![(\w])|« |\d %(?![(\w])")
LEAST = 700  # messages; extraction that finds fewer has missed part of the source


@cache
def catalogue() -> Catalog:
    with (ROOT / "locale" / "fr" / "LC_MESSAGES" / "django.po").open("rb") as text:
        return read_po(text, locale="fr", abort_invalid=True)


@cache
def entries() -> dict[tuple[str | None, str], Entry]:
    return {(entry.context, _first(entry.id)): entry for entry in catalogue() if entry.id}


def _first(texts: str | tuple[str, ...] | list[str]) -> str:
    return texts if isinstance(texts, str) else texts[0]


def _forms(entry: Entry) -> list[str]:
    return [entry.string] if isinstance(entry.string, str) else list(entry.string or ())


def _ids(entry: Entry) -> list[str]:
    return [entry.id] if isinstance(entry.id, str) else list(entry.id)


def _marks(text: str) -> list[str]:
    """Placeholders and tags; French may have them in another order."""
    return sorted(PLACEHOLDER.findall(text)) + sorted(TAG.findall(text))


def test_the_source_is_read_whole() -> None:
    assert len({message.key for message in source_messages.messages()}) >= LEAST


def test_every_message_of_the_source_has_a_french_text() -> None:
    missing = [
        f"{message.place} {message.singular!r}"
        for message in source_messages.messages()
        if message.key not in entries() or not all(_forms(entries()[message.key]))
    ]

    assert missing == []


def test_no_french_text_waits_for_a_second_look() -> None:
    assert [entry.id for entry in catalogue() if entry.id and entry.fuzzy] == []


def test_no_french_text_outlives_its_message() -> None:
    in_use = {message.key for message in source_messages.messages()}

    assert [key for key in entries() if key not in in_use] == []


def test_no_message_has_two_french_texts() -> None:
    text = (ROOT / "locale" / "fr" / "LC_MESSAGES" / "django.po").read_text()
    keys = re.findall(r'^((?:msgctxt .*\n)?msgid "[^\n]+)', text, re.MULTILINE)

    assert [key for key, count in Counter(keys).items() if count > 1] == []


def test_plural_messages_have_every_form_of_french() -> None:
    def wrong(message: Message) -> bool:
        entry = entries().get(message.key)
        if entry is None or (message.plural is None) != isinstance(entry.id, str):
            return entry is not None
        return message.plural is not None and len(_forms(entry)) != catalogue().num_plurals

    assert catalogue().num_plurals == 2
    assert [message for message in source_messages.messages() if wrong(message)] == []


def test_placeholders_and_tags_are_those_of_the_english() -> None:
    wrong = [
        (_ids(entry)[min(place, len(_ids(entry)) - 1)], form)
        for entry in entries().values()
        for place, form in enumerate(_forms(entry))
        if _marks(form) != _marks(_ids(entry)[min(place, len(_ids(entry)) - 1)])
    ]

    assert wrong == []


def test_french_typography_is_kept() -> None:
    wrong = [
        form
        for entry in entries().values()
        for form in _forms(entry)
        if "'" in TAG.sub("", form) or '"' in form or BREAKABLE.search(form)
    ]

    assert wrong == []


def test_the_catalogue_compiles_and_reads_back() -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue())

    again = read_mo(io.BytesIO(compiled.getvalue()))

    assert len([entry for entry in again if entry.id]) == len(entries())


def test_the_interface_speaks_french() -> None:
    with translation.override("fr"):
        assert (
            translation.gettext("Adjust the levers, not the ambition.")
            == "Ajustez les leviers, pas l’ambition."
        )
        assert (
            translation.ngettext("%(count)s deal to win", "%(count)s deals to win", 0)
            == "%(count)s affaire à gagner"
        )
        assert translation.pgettext("colours", "Light") == "Clair"


@pytest.mark.parametrize("metric", CATALOGUE.values(), ids=CATALOGUE)
def test_a_metric_says_the_same_things_in_both_languages(metric: object) -> None:
    texts = dataclasses.asdict(metric)  # type: ignore[call-overload]
    english = {name.removesuffix("_en"): text for name, text in texts.items() if name.endswith("_en")}
    french = {name.removesuffix("_fr"): text for name, text in texts.items() if name.endswith("_fr")}

    assert english.keys() == french.keys()
    assert [name for name in english if bool(english[name]) != bool(french[name])] == []
    assert not any("'" in text or BREAKABLE.search(text) for text in french.values())


def test_every_reason_of_an_import_has_a_french_text() -> None:
    assert [code for code, text in ALL_CODES.items() if (None, text) not in entries()] == []


def test_every_audit_verb_has_words() -> None:
    recorded = {
        verb
        for path in source_messages.python_files()
        for verb in re.findall(r'\bverb="([a-z_.]+)"', path.read_text())
    }

    assert recorded - VERBS.keys() == set()


def test_no_template_shows_words_outside_of_a_translation() -> None:
    # Proper nouns, a unit, the visible beginning of a key.
    allowed = {"Boussole", "English", "Français", "ms", "bsl_"}

    assert [
        text for text in source_messages.bare_words_of_templates() if text.split(": ", 1)[1] not in allowed
    ] == []


def test_no_form_or_message_is_a_plain_string() -> None:
    assert source_messages.bare_words_of_python() == []
