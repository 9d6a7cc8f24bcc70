"""Leads that marketing passes: lines as they are pasted, and how long an answer may take."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

ANSWER_DAYS: Final = 2  # working days
MOST_LINES: Final = 500
COMPANY, CHANNEL, OWNER, EXTERNAL_ID = "company", "channel", "owner", "id"


@dataclass(frozen=True, slots=True)
class Line:
    """One pasted lead; "" where the line says nothing. number: from 1, for who looks for it."""

    number: int
    company: str
    channel: str
    owner: str
    external_id: str


def read(text: str, channels: Mapping[str, str]) -> tuple[list[Line], list[int]]:
    """The leads of a pasted table, and the numbers of the lines that cannot be read: no company, or no such channel.

    Four columns at most (company, channel, owner, identifier), between tabs, semicolons or commas, whichever the first
    line has; a first line of titles is passed over. ``channels``: what a channel may be called → its key; none said is
    inbound.
    """
    rows = [line for line in text.splitlines() if line.strip()]
    mark = next((mark for mark in "\t;," if rows and mark in rows[0]), ";")
    found: list[Line] = []
    wrong: list[int] = []
    for number, row in enumerate(rows, 1):
        cells = [cell.strip().strip('"').strip() for cell in row.split(mark)]
        company, channel, owner, identifier = (*cells[:4], *("",) * (4 - len(cells)))
        if number == 1 and company.casefold() in {"company", "entreprise", "société", "name", "nom"}:
            continue
        key = channels.get(channel.casefold(), "") if channel else "inbound"
        if not company or not key:
            wrong.append(number)
        else:
            found.append(Line(number, company, key, owner, identifier))
    return found, wrong
