"""What a line of a do-not-contact list names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from prospecting.domain.companies import SHARED_DOMAINS, comparable_name, registrable_domain

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_SITE = re.compile(r"(?:https?://)?[\w-]+(?:\.[\w-]+)+(?:[/?#]\S*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Named:
    """One of: an e-mail address, a registrable domain, the name of a company."""

    email: str = ""
    domain: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    number: int  # from 1
    text: str
    named: Named | None  # None: nothing that could be recognised
    reason: str


def read_name(text: str) -> Named | None:
    """What `text` names; None for nothing, and for a domain that everybody shares."""
    text = text.strip().strip("\"'").strip()
    if _ADDRESS.fullmatch(text):
        return Named(email=text)
    if _SITE.fullmatch(text):
        domain = registrable_domain(text)
        return Named(domain=domain) if domain else None
    if "@" in text or text.lower() in SHARED_DOMAINS or not comparable_name(text):
        return None
    return Named(name=text[:255])


def read_lines(text: str, *, reason: str) -> Iterator[Line]:
    """The lines of a pasted list: who, and after a semicolon or a tab why; `reason` where it is not said."""
    for number, line in enumerate(text.splitlines(), start=1):
        who, _, why = line.replace("\t", ";").partition(";")
        if who.strip():
            yield Line(number, who.strip(), read_name(who), why.strip().strip('"')[:300] or reason)
