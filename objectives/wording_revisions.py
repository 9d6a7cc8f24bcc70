"""Revisions in the reader's words."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from objectives.domain.catalogue import CATALOGUE, Unit
from objectives.models import Revision
from objectives.queries.effects import Document, Line
from objectives.queries.hands import Hands
from objectives.queries.staffing import Staffing
from objectives.wording import language, value_text
from tenants.formatting import format_day, format_money, format_number

STATES: dict[Revision.State, Promise] = {
    Revision.State.PROPOSED: gettext_lazy("to be decided"),
    Revision.State.APPROVED: gettext_lazy("approved"),
    Revision.State.REFUSED: gettext_lazy("refused"),
    Revision.State.WITHDRAWN: gettext_lazy("withdrawn"),
}
ICONS = {
    Revision.State.PROPOSED: "clock",
    Revision.State.APPROVED: "circle-check",
    Revision.State.REFUSED: "close",
    Revision.State.WITHDRAWN: "minus",
}
NOTES: dict[str, Promise] = {
    "left": gettext_lazy("has left"),
    "joined": gettext_lazy("has joined"),
    "moved": gettext_lazy("has changed team"),
}


def state_of(revision: Revision) -> dict[str, str]:
    """For a plain state: icon and words."""
    state = Revision.State(revision.state)
    return {"icon": ICONS[state], "label": str(STATES[state])}


def kind_text(revision: Revision) -> str:
    """The kind of reason, as the beginning of a sentence."""
    text = str(Revision.Kind(revision.kind).label)
    return text[:1].upper() + text[1:]


def who_below(document: Document, company: str) -> str:
    """Whose objective a revision is about: "North · Revenue won", or the people that joined and left."""
    lines = document.get("rows") or []
    asked = document.get("asked") or {}
    if asked.get("people"):
        return _("Joiners, leavers, movers")
    line = next((one for one in lines if one["objective"] == asked.get("objective")), None)
    if line is None:
        return company
    return f"{line['owner'] or company} · {CATALOGUE[line['metric']].name(language())}"


def asked_sentence(document: Document, company: str, effective_on: date, currency: str) -> str:
    """What is asked for, in one sentence."""
    lines = document.get("rows") or []
    asked = document.get("asked") or {}
    day = format_day(effective_on, language(), "long")
    if asked.get("people"):
        moving = sum(line["changed"] and line["before"] != line["after"] for line in lines)
        text = ngettext(
            "%(count)s target changes from %(day)s on.", "%(count)s targets change from %(day)s on.", moving
        )
        return text % {"count": format_number(moving, language()), "day": day}
    line = next((one for one in lines if one["objective"] == asked.get("objective")), None)
    if line is None:
        return ""
    words = {
        "owner": line["owner"] or company,
        "metric": CATALOGUE[line["metric"]].name(language()),
        "before": _value(line["before"], line, currency),
        "after": _value(line["after"], line, currency),
        "day": day,
    }
    return _("%(owner)s, %(metric)s: %(before)s → %(after)s from %(day)s on.") % words


def effect_rows(
    lines: Sequence[Line], hands: Hands, company: str, currency: str
) -> tuple[list[dict[str, Any]], int]:
    """The rows that these hands may see, in words, and how many they may not."""
    shown = [line for line in lines if hands.hold_owner(_uuid(line["team"]), _uuid(line["person"]))]
    return [_row(line, company, currency) for line in shown], len(lines) - len(shown)


def _row(line: Line, company: str, currency: str) -> dict[str, Any]:
    difference = None
    if line["after"] is not None:
        difference = Decimal(line["after"]) - Decimal(line["before"] or 0)
    owner = line["owner"] or company
    return {
        "objective": line["objective"],
        "owner": f"{owner} · {line['stage']}" if line["stage"] else owner,
        "key": line["metric"],
        "metric": CATALOGUE[line["metric"]].name(language()),
        "depth": min(line["depth"] + 1, 6),
        "note": str(NOTES.get(line["note"], "")),
        "before": _value(line["before"], line, currency),
        "after": _value(line["after"], line, currency),
        "difference": _signed(difference, line, currency) if difference else "",
        "mismatch_before": _mismatch(line["mismatch_before"], line, currency),
        "mismatch_after": _mismatch(line["mismatch_after"], line, currency),
        "changed": line["changed"] and bool(difference),
    }


def _mismatch(value: str | None, line: Line, currency: str) -> str:
    return "" if value is None else _signed(Decimal(value), line, currency)


def _value(value: str | None, line: Line, currency: str) -> str:
    return value_text(None if value is None else Decimal(value), line["metric"], currency)


def _signed(value: Decimal, line: Line, currency: str) -> str:
    return difference_text(value, line["metric"], currency)


def difference_text(value: Decimal | None, metric: str, currency: str) -> str:
    """A signed difference in the unit of a metric, points for rates; "" for None."""
    if value is None:
        return ""
    if CATALOGUE[metric].unit is Unit.MONEY:
        return format_money(value, currency, language(), signed=True)
    if CATALOGUE[metric].unit is Unit.RATE:
        points = format_number(value * 100, language(), digits=1, signed=True)
        return _("%(points)s points") % {"points": points}
    return format_number(value, language(), signed=True)


def path_table(document: Document, company: str, currency: str) -> dict[str, Any] | None:
    """What is due by the end of each week, before and after."""
    path = document.get("path")
    if not path:
        return None
    metric = path["metric"]
    return {
        "caption": _("Path: what is due by the end of the day"),
        "owner": path["owner"] or company,
        "columns": [
            {"label": _("By the end of")},
            {"label": _("as it was"), "metric": "path"},
            {"label": _("revised"), "metric": "path"},
        ],
        "rows": [
            [
                format_day(date.fromisoformat(day), language()),
                value_text(Decimal(str(before)), metric, currency),
                value_text(Decimal(str(after)), metric, currency),
            ]
            for day, before, after in zip(path["dates"], path["before"], path["after"], strict=True)
        ],
    }


def staffing_text(found: Staffing[Any]) -> str:
    """How many joined, left and changed team; "" for nobody."""
    parts = [
        ngettext("%(count)s person joined", "%(count)s people joined", count) % {"count": _count(count)}
        for count in [len(found.joined)]
        if count
    ]
    parts += [
        ngettext("%(count)s left", "%(count)s left", count) % {"count": _count(count)}
        for count in [len(found.left)]
        if count
    ]
    parts += [
        ngettext("%(count)s changed team", "%(count)s changed team", count) % {"count": _count(count)}
        for count in [len(found.moved)]
        if count
    ]
    return ", ".join(parts)


def not_allotted_text(document: Document, currency: str) -> str:
    """What nobody can take, in words; "" when there is nothing over."""
    over = int(document.get("not_allotted") or 0)
    if not over:
        return ""
    money = format_money(over, currency, language())
    return _("%(money)s is not allotted: nobody who is there can take it.") % {"money": money}


def _count(count: int) -> str:
    return format_number(count, language())


def _uuid(text: str | None) -> UUID | None:
    return UUID(text) if text else None
