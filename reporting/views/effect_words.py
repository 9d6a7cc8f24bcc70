"""What a lever action did, in the reader's words: the verdict, what it stands on, and why there is none."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from objectives.domain.catalogue import Unit
from reporting.domain.effect import CELLS, Measure, Verdict
from reporting.domain.effect_levels import WEEKS_NEEDED, WINS_NEEDED
from reporting.domain.lever_actions import State
from reporting.models import LeverAction, Run
from reporting.queries.action_effects import Measured
from reporting.views.figures import Writer
from tenants.formatting import format_number

VERDICTS: dict[Verdict, tuple[str, Promise]] = {
    Verdict.HELPED: ("trending-up", gettext_lazy("helped")),
    Verdict.CANNOT_TELL: ("help", gettext_lazy("cannot tell")),
    Verdict.HURT: ("trending-down", gettext_lazy("hurt")),
}
CELL_NAMES = {
    "before": gettext_lazy("Before, in its scope"),
    "after": gettext_lazy("Since, in its scope"),
    "others_before": gettext_lazy("Before, in the untouched scopes"),
    "others_after": gettext_lazy("Since, in the untouched scopes"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """Of a measure: the sentence, the head of the cells (what, numerator, denominator, ratio), and what counts."""

    sentence: Promise
    head: tuple[Promise, Promise, Promise, Promise]
    note: Promise


WORDS = {
    Measure.RATE: Words(
        gettext_lazy(
            "%(money)s (%(interval)s): %(added)s points of the rate (%(low_high)s), %(helped)s likely to have helped."
        ),
        (
            *(gettext_lazy("Entries that had their time"), gettext_lazy("Moved on"), gettext_lazy("Entered")),
            gettext_lazy("Rate"),
        ),
        gettext_lazy(
            "As of %(day)s. Only entries that had %(horizon)s days to move on count, as nine in ten of those that do so take at most; %(entries)s entered since the start. Helped or hurt is said at nine chances in ten."
        ),
    ),
    Measure.PACE: Words(
        gettext_lazy(
            "%(money)s (%(interval)s): %(added)s deals a week (%(low_high)s), %(helped)s likely to have helped."
        ),
        (
            *(gettext_lazy("Deals that came in"), pgettext_lazy("effect", "Deals"), gettext_lazy("Weeks")),
            gettext_lazy("A week"),
        ),
        gettext_lazy(
            "As of %(day)s. Compared with its own pace before × what the pace did elsewhere, in whole weeks from the start on; %(entries)s came in since. The amount is what so many deals bring on average. Helped or hurt is said at nine chances in ten."
        ),
    ),
    Measure.VALUE: Words(
        gettext_lazy(
            "%(money)s (%(interval)s): %(added)s a win (%(low_high)s), %(helped)s likely to have helped."
        ),
        (
            *(gettext_lazy("Wins that had their time"), pgettext_lazy("effect", "Won"), gettext_lazy("Wins")),
            gettext_lazy("A win"),
        ),
        gettext_lazy(
            "As of %(day)s. Compared with what its own wins brought before × what wins did elsewhere. Only deals that had %(horizon)s days to be won count, as nine in ten of those that are take at most; %(entries)s that began since the start are won. Helped or hurt is said at nine chances in ten."
        ),
    ),
}


def effect_text(
    one: LeverAction, found: Measured | None, run: Run | None, writer: Writer
) -> dict[str, Any] | None:
    """The measured effect with what it stands on; `why` says why there is none."""
    if State(one.state) is State.PLANNED:
        return {"why": _("Its effect is measured once it has begun.")}
    if run is None or one.start_on > run.as_of:
        return {"why": _("Nothing is computed since it began.")}
    if found is None:
        return {"why": _("It was abandoned: no effect is measured.")}
    icon, verdict = VERDICTS[found.verdict]
    words, added = WORDS[found.measure], [_added(one, found.measure, writer) for one in found.added]
    why = unknown(found)
    told = {
        "money": writer.short(found.money[0], Unit.MONEY, signed=True),
        "interval": writer.interval(found.money[1], found.money[2], Unit.MONEY),
        "added": added[0],
        "low_high": f"{added[1]} … {added[2]}",
        "helped": writer.percent(found.helped),
    }
    stands_on = {
        "day": writer.day(run.as_of), "horizon": writer.number(found.horizon), "entries": writer.number(found.entries)
    }  # fmt: skip
    return {
        "icon": icon,
        "verdict": verdict,
        "state": found.verdict.value,
        "sentence": "" if why else words.sentence % told,
        "head": words.head,
        "note": words.note % stands_on,
        "rows": [_cell(name, *found.counts[name], found.measure, writer) for name in CELLS],
        "why": why,
    }


def _cell(name: str, top: float, bottom: float, measure: Measure, writer: Writer) -> dict[str, Any]:
    ratio = top / bottom if bottom else None
    is_money = measure is Measure.VALUE
    return {
        "name": CELL_NAMES[name],
        "top": writer.short(top, Unit.MONEY) if is_money else writer.number(top),
        "bottom": writer.number(bottom),
        "ratio": writer.percent(ratio) if measure is Measure.RATE else writer.short(ratio, Unit.MONEY) if is_money else writer.number(ratio),
    }  # fmt: skip


def unknown(found: Measured) -> str:
    """Why the data cannot say, where something is missing; empty where they do, or are only too few to decide."""
    size = {name: found.counts[name][1] for name in CELLS}
    if found.measure is Measure.PACE:
        if min(size["after"], size["before"]) < WEEKS_NEEDED:
            words = {"weeks": WEEKS_NEEDED}
            return (
                _("A pace takes at least %(weeks)d whole weeks before the start, and as many since.") % words
            )
        size = {name: found.counts[name][0] for name in CELLS} | {"after": 1.0}
    elif found.measure is Measure.VALUE and 0 < min(size.values()) < WINS_NEEDED:
        words = {"wins": WINS_NEEDED}
        return (
            _("Each line takes at least %(wins)d wins: amounts differ too much to tell from fewer.") % words
        )
    if not size["after"]:
        return _("No entry since the start has had its time yet: a young entry is incomplete, not lost.")
    if not size["others_after"] or not size["others_before"]:
        return _("No untouched scope to compare with: what happened cannot be told from what the action did.")
    if not size["before"]:
        return _("Nothing entered before the start: there is nothing to compare with.")
    return ""


def _added(difference: float, measure: Measure, writer: Writer) -> str:
    match measure:
        case Measure.RATE:
            return format_number(difference * 100, writer.language, digits=1, signed=True)
        case Measure.PACE:
            return format_number(difference, writer.language, digits=1, signed=True)
        case Measure.VALUE:
            return writer.short(difference, Unit.MONEY, signed=True)
