"""How a cycle ended, in words: the sentence at the top, the rows of the attainment table, the counts by level."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from objectives.domain.catalogue import Unit
from objectives.domain.outcome import Outcome
from reporting.queries.closing import LEVELS, Closing, Count, Ending
from reporting.views.asked import address
from reporting.views.figures import Writer
from tenants.formatting import format_percent

BANDS: dict[str, Promise] = {
    "comfortable": pgettext_lazy("band", "comfortable"),
    "stretch": pgettext_lazy("band", "stretch"),
    "hard": pgettext_lazy("band", "hard"),
    "out_of_reach": pgettext_lazy("band", "out of reach"),
    "unknown": pgettext_lazy("band", "not said"),
}
LEVEL_NAMES: dict[str, Promise] = {
    "company": gettext_lazy("The company's"),
    "team": gettext_lazy("The teams'"),
    "person": gettext_lazy("The people's"),
}
ROUNDS_UP, JUST_BELOW = 0.995, 0.999

POSITIONS: dict[str, Promise] = {
    "below": gettext_lazy("below the interval that was said"),
    "inside": gettext_lazy("inside the interval that was said"),
    "above": gettext_lazy("above the interval that was said"),
}


@dataclass(frozen=True, slots=True)
class EndingRow:
    """A line of the attainment table; everything is written. today, change: "" unless a correction shows."""

    name: str
    metric: str
    owner: str
    url: str
    target: str
    actual: str
    attainment: str
    band: str
    probability: str
    interval: str
    icon: str
    happened: str
    where: str
    today: str
    change: str


def ending_rows(endings: Sequence[Ending], slug: str, company: str, writer: Writer) -> list[EndingRow]:
    return [_row(one, slug, company, writer) for one in endings]


def _row(one: Ending, slug: str, company: str, writer: Writer) -> EndingRow:
    unit, outcome = one.metric.unit, one.outcome
    icon, happened = happened_text(outcome["hit"], outcome["actual"])
    where = one.position
    corrected = bool(one.correction)
    return EndingRow(
        name=" · ".join(part for part in (one.metric.name(writer.language), one.stage, one.segment) if part),
        metric=one.metric.key,
        owner=one.owner or company,
        url=address(slug, "objectives:objective", objective=one.id),
        target=writer.figure(one.target, unit),
        actual=writer.figure(outcome["actual"], unit),
        attainment=attainment_text(outcome, writer),
        band=str(BANDS[one.band]),
        probability="" if one.probability is None else writer.percent(one.probability),
        interval=writer.interval(one.low, one.high, unit),
        icon=icon,
        happened=happened,
        where=str(POSITIONS[where]) if where else "",
        today=writer.figure(one.today, unit) if corrected else "",
        change=writer.figure(one.correction, unit, signed=True) if corrected else "",
    )


def attainment_text(outcome: Outcome, writer: Writer) -> str:
    """A percentage that does not round up to 100 % what was not reached."""
    share = outcome["attainment"]
    if share is not None and outcome["hit"] is False and share >= ROUNDS_UP:
        return format_percent(min(share, JUST_BELOW), writer.language, digits=1)
    return writer.percent(share)


def happened_text(hit: bool | None, actual: float | None) -> tuple[str, str]:
    """Icon and words."""
    if hit is None:
        return "help", _("not measured") if actual is None else _("no target to reach")
    return ("circle-check", _("reached")) if hit else ("minus", _("not reached"))


def level_rows(closing: Closing, writer: Writer) -> list[tuple[str, str, str, str]]:
    """Whose objectives, how many were reached of those that can be judged, how many were expected; only levels in use."""
    rows = []
    for level in LEVELS:
        count = Count.of(one for one in closing.endings if one.level == level)
        if count.objectives:
            rows.append(
                (
                    str(LEVEL_NAMES[level]),
                    writer.number(count.objectives),
                    reached_text(count, writer),
                    writer.number(round(count.expected, 1)) if count.said else writer.number(None),
                )
            )
    return rows


def reached_text(count: Count, writer: Writer) -> str:
    return _("%(reached)s of %(judged)s") % {
        "reached": writer.number(count.reached),
        "judged": writer.number(count.judged),
    }


def sentence(closing: Closing, writer: Writer) -> str:
    """What was won for what, how many objectives were reached, and how many their calibration expected."""
    said = [_revenue(closing, writer), _reached(closing.count, writer)]
    if closing.corrected:
        said.append(_corrected(closing, writer))
    return " ".join(part for part in said if part)


def _revenue(closing: Closing, writer: Writer) -> str:
    one = closing.revenue
    words = {"cycle": closing.cycle.name}
    if one is None or one.outcome["actual"] is None:
        return _("%(cycle)s: the revenue was not measured.") % words
    words["won"] = writer.short(one.outcome["actual"], Unit.MONEY)
    if not one.target:
        return _("%(cycle)s: %(won)s won, without a revenue target.") % words
    words |= {
        "target": writer.short(one.target, Unit.MONEY),
        "percent": attainment_text(one.outcome, writer),
    }
    return _("%(cycle)s: %(won)s won for %(target)s, %(percent)s.") % words


def _reached(count: Count, writer: Writer) -> str:
    if not count.judged:
        return _("None of its objectives can be judged.")
    words = {
        "reached": writer.number(count.reached),
        "judged": writer.number(count.judged),
        "expected": writer.number(round(count.expected)),
    }
    text = ngettext(
        "%(reached)s of its %(judged)s objectives was reached",
        "%(reached)s of its %(judged)s objectives were reached",
        count.reached,
    )
    if count.said == count.judged:
        text += _("; their calibration expected %(expected)s.")
    elif count.said:
        words["said"] = writer.number(count.said)
        words["reached_said"] = writer.number(count.reached_said)
        text += _("; of the %(said)s with a calibration, %(reached_said)s for %(expected)s expected.")
    else:
        text += _("; no calibration had been said.")
    return text % words


def _corrected(closing: Closing, writer: Writer) -> str:
    """Frozen, known today, and the difference: of the revenue where it moved, else only how many moved."""
    corrected = closing.corrected
    one = closing.revenue
    if one is None or not one.correction:
        text = ngettext(
            "Since the closing %(count)s figure was corrected.",
            "Since the closing %(count)s figures were corrected.",
            len(corrected),
        )
        return text % {"count": writer.number(len(corrected))}
    unit = one.metric.unit
    return _("Revenue: frozen %(frozen)s, known today %(today)s, %(change)s.") % {
        "frozen": writer.figure(one.outcome["actual"], unit),
        "today": writer.figure(one.today, unit),
        "change": writer.figure(one.correction, unit, signed=True),
    }
