"""One text cell to a clean text: trimmed, on one line, without characters that cannot be seen.

Every `parse_*` function takes a raw cell and gives its canonical string, "" when the cell is empty, or the
Problem it has.
"""

import re
import unicodedata

from pipeline.domain.importing.errors import Problem, shown
from pipeline.domain.importing.keys import normalise_key

# Space, and what web pages and byte order marks leave around a value.
BLANKS = " \t\r\n\v\f\u00a0\u2007\u202f\u200b\u200e\u200f\u2060\ufeff"

EMAIL = re.compile(r"[^\s@\"'(),:;<>\[\]\\]+@(?:[^\s@.,;:/\\<>\"'()\[\]]+\.)+[^\s@.,;:/\\<>\"'()\[\]]{2,}")
# 1.23457E+11: what a spreadsheet shows instead of a long number, and saves in its place.
SHORTENED = re.compile(r"\d(?:[.,]\d+)?E\+\d+")

STATUSES = {
    "open": "open",
    "inprogress": "open",
    "ouvert": "open",
    "ouverte": "open",
    "encours": "open",
    "won": "won",
    "gagne": "won",
    "gagnee": "won",
    "lost": "lost",
    "perdu": "lost",
    "perdue": "lost",
}
PROFILES = {
    "ramping": "ramping",
    "rampingup": "ramping",
    "junior": "ramping",
    "enrampe": "ramping",
    "enmonteeencharge": "ramping",
    "debutant": "ramping",
    "confirmed": "confirmed",
    "confirme": "confirmed",
    "confirmee": "confirmed",
    "senior": "senior",
}


def parse_text(raw: str, length: int) -> str | Problem:
    """Trimmed text; line breaks and tabs inside become a space. At most `length` characters."""
    text = raw.strip(BLANKS)
    if not text.isprintable():
        text = " ".join(text.split())
        if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
            return Problem("control_character")
    if len(text) > length:
        return Problem("too_long", {"length": len(text), "limit": length})
    return text


def are_clean(cells: list[str], length: int) -> bool:
    """Whether `parse_text` and `parse_identifier` would give every cell back unchanged, seen at once."""
    joined = "|".join(cells)
    return (
        joined.isprintable()
        and joined.isascii()
        and " |" not in joined
        and "| " not in joined
        and "E+" not in joined
        and joined == joined.strip(" ")
        and max(map(len, cells), default=0) <= length
    )


def parse_name(raw: str, length: int) -> str | Problem:
    """A text that has a key: a letter or a digit at least, and a key no longer than `length`."""
    text = parse_text(raw, length)
    if not isinstance(text, str) or not text:
        return text
    key = normalise_key(text)
    if not key:
        return Problem("no_letters", {"value": shown(text)})
    return Problem("too_long", {"length": len(key), "limit": length}) if len(key) > length else text


def parse_identifier(raw: str, length: int) -> str | Problem:
    """A text compared exactly, case included; refused when a spreadsheet has shortened it."""
    text = parse_text(raw, length)
    if isinstance(text, str) and SHORTENED.fullmatch(text):
        return Problem("damaged_identifier", {"value": text})
    return text


def parse_email(raw: str, length: int) -> str | Problem:
    """An e-mail address in lower case."""
    text = parse_text(raw, length)
    if not isinstance(text, str) or not text:
        return text
    return text.lower() if EMAIL.fullmatch(text) else Problem("not_an_email", {"value": shown(text)})


def parse_status(raw: str) -> str | Problem:
    """open, won or lost, from English or French."""
    return _parse_choice(raw, STATUSES, "not_a_status")


def parse_profile(raw: str) -> str | Problem:
    """ramping, confirmed or senior, from English or French."""
    return _parse_choice(raw, PROFILES, "not_a_profile")


def _parse_choice(raw: str, choices: dict[str, str], code: str) -> str | Problem:
    if not raw.strip(BLANKS):
        return ""
    return choices.get(normalise_key(raw)) or Problem(code, {"value": shown(raw)})
