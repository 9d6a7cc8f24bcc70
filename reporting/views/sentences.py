"""The answer of each page in one sentence, built from its figures.

Pure functions of read models and a Writer; the words come from the active language. Names of levers are noun phrases
that stand after a verb in English and after a colon in French, so that no article has to be guessed.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from objectives.domain.catalogue import Unit
from reporting.domain.week import Week
from reporting.queries.conversion import Transition
from reporting.queries.gaps import Line
from reporting.queries.levers import LeverLine
from reporting.views.figures import Writer

BEHIND, CANNOT_TELL, ON_OR_ABOVE, NONE = "behind", "cannot_tell", "on_or_above", "none"
NEARLY_ALL = 0.95
NEAR = 0.04  # how far a share may be from a fraction that is said in words
UNDER_NOTICE = 0.005  # of the path: written as 0 %


def lever_name(lever: LeverLine) -> str:
    match lever.lever:
        case "volume":
            return _("the number of opportunities")
        case "mix":
            return _("the mix of teams and people")
        case "rate":
            return _("the %(from)s → %(to)s rate") % {"from": lever.from_name, "to": lever.to_name}
        case "value":
            return _("the value of the deals")
        case "carried_in":
            return _("the deals opened before the cycle")
    return lever.lever


def lever_label(lever: LeverLine) -> str:
    """The same as the head of a row."""
    match lever.lever:
        case "volume":
            return _("Number of opportunities")
        case "mix":
            return _("Mix of teams and people")
        case "rate":
            return _("%(from)s → %(to)s rate") % {"from": lever.from_name, "to": lever.to_name}
        case "value":
            return _("Value of the deals")
        case "carried_in":
            return _("Deals opened before the cycle")
    return lever.lever


def standing(line: Line | None, writer: Writer, *, cycle: str, day: date) -> str:
    """Where an amount or a count stands against its path: "605 000 € won by 12 Jan: 12 % behind the path."."""
    if line is None or line.actual is None:
        return _("No figure is stored for %(cycle)s on this day.") % {"cycle": cycle}
    said = {
        "won": writer.short(line.actual, line.metric.unit),
        "day": writer.day(day, "sentence"),
        "cycle": cycle,
    }
    if line.target is None or line.path is None or line.gap_to_path is None:
        return _("%(won)s won by %(day)s; %(cycle)s has no revenue target.") % said
    if line.path <= 0:
        return _("%(won)s won by %(day)s; the path expects nothing yet.") % said
    share = line.gap_to_path / line.path
    said["percent"] = writer.percent(abs(share))
    if abs(share) < UNDER_NOTICE:
        return _("%(won)s won by %(day)s: on the path.") % said
    if share < 0:
        if line.state == CANNOT_TELL:
            return (
                _("%(won)s won by %(day)s: %(percent)s behind the path, which chance alone can explain.")
                % said
            )
        return _("%(won)s won by %(day)s: %(percent)s behind the path.") % said
    if line.state == CANNOT_TELL:
        return (
            _("%(won)s won by %(day)s: %(percent)s ahead of the path, which chance alone can explain.") % said
        )
    return _("%(won)s won by %(day)s: %(percent)s ahead of the path.") % said


def main_lever(
    gap: float, levers: Sequence[LeverLine], writer: Writer, unit: Unit, *,
    name: Callable[[LeverLine], str] = lever_name,
) -> str:  # fmt: skip
    """Which lever makes most of the gap; empty when none goes the gap's way."""
    same_way = [lever for lever in levers if lever.contribution * gap > 0]
    if not same_way:
        return ""
    largest = max(same_way, key=lambda lever: abs(lever.contribution))
    share = largest.contribution / gap
    said = {
        "lever": name(largest),
        "amount": writer.short(largest.contribution, unit, signed=True),
        "percent": writer.percent(share),
    }
    if gap > 0:
        return _("What helps most is %(lever)s (%(amount)s).") % said
    if share > 1 + NEAR:
        return _("What costs most is %(lever)s (%(amount)s), partly made up for elsewhere.") % said
    if share >= NEARLY_ALL:
        return _("Nearly all of the gap is %(lever)s.") % said
    fractions = (
        (3 / 4, _("Three quarters of the gap is %(lever)s.")),
        (2 / 3, _("Two thirds of the gap is %(lever)s.")),
        (1 / 2, _("Half of the gap is %(lever)s.")),
        (1 / 3, _("A third of the gap is %(lever)s.")),
        (1 / 4, _("A quarter of the gap is %(lever)s.")),
    )
    for fraction, sentence in fractions:
        if abs(share - fraction) <= NEAR:
            return sentence % said
    return _("%(percent)s of the gap is %(lever)s.") % said


def director(
    line: Line | None, levers: Sequence[LeverLine], writer: Writer, *, cycle: str, day: date, is_draft: bool
) -> str:
    if is_draft:
        return _("%(cycle)s is a draft: it has no active objective to compare with yet.") % {"cycle": cycle}
    said = standing(line, writer, cycle=cycle, day=day)
    gap = line.gap_to_path if line is not None else None
    if line is None or not gap or not line.path or abs(gap / line.path) < UNDER_NOTICE:
        return said
    return f"{said} {main_lever(gap, levers, writer, line.metric.unit)}".strip()


def friction(transitions: Sequence[Transition], levers: Sequence[LeverLine]) -> Transition | None:
    """The transition that is behind with the largest effect: in money where the gap is attributed, else in deals."""
    behind = [one for one in transitions if one.state == BEHIND and one.is_known]
    effect = {lever.stage_id: lever.contribution for lever in levers if lever.stage_id}

    def size(one: Transition) -> tuple[float, float]:
        missing = ((one.objective_rate or 0.0) - (one.rate or 0.0)) * one.entered
        return -effect.get(str(one.from_stage.id), 0.0), missing

    return max(behind, key=size, default=None)


def manager(
    transitions: Sequence[Transition], levers: Sequence[LeverLine], writer: Writer
) -> tuple[str, str]:
    """The sentence and its state."""
    one = friction(transitions, levers)
    if one is not None:
        return _friction(one, transitions, levers, writer), BEHIND
    if not any(each.is_known for each in transitions):
        return _("No conversion rate can be known from this data yet."), NONE
    judged = [each for each in transitions if each.objective_rate is not None and each.is_known]
    if not judged:
        return _("The rates are known; no objective is set to compare them with."), NONE
    above = sum(each.state == ON_OR_ABOVE for each in judged)
    if not above:
        return _("Nothing here that the data can tell from the objective."), CANNOT_TELL
    sentence = ngettext(
        "No friction: %(count)s rate is on or above its objective, nothing else can be told from it.",
        "No friction: %(count)s rates are on or above their objectives, nothing else can be told from them.",
        above,
    )
    return sentence % {"count": writer.number(above)}, ON_OR_ABOVE


def _friction(
    one: Transition, transitions: Sequence[Transition], levers: Sequence[LeverLine], writer: Writer
) -> str:
    said = _(
        "One friction: %(from)s → %(to)s, %(rate)s (%(interval)s) for %(objective)s, %(advanced)s of %(entered)s."
    ) % {
        "from": one.from_stage.name,
        "to": one.to_stage.name,
        "rate": writer.percent(one.rate),
        "interval": writer.interval(one.low, one.high, Unit.RATE),
        "objective": writer.percent(one.objective_rate),
        "advanced": writer.number(one.advanced),
        "entered": writer.number(one.entered),
    }
    owed = next((lever for lever in levers if lever.stage_id == str(one.from_stage.id)), None)
    if owed is not None and owed.contribution < 0:
        said += " " + _("It costs %(amount)s.") % {"amount": writer.short(-owed.contribution, Unit.MONEY)}
    others = sum(each.state == BEHIND for each in transitions) - 1
    if others:
        more = ngettext("%(count)s other is behind too.", "%(count)s others are behind too.", others)
        said += " " + more % {"count": writer.number(others)}
    return said


def rep(weeks: dict[str, Week], writer: Writer, *, is_now: bool) -> str:
    """What is left to do this week, by metric of `weeks`; a metric without an objective is not in it."""
    if not weeks:
        return _("No objective is set for this person yet.")
    monday = writer.day(next(iter(weeks.values())).monday, "sentence")
    things = _things({key: week.left for key, week in weeks.items()}, writer)
    if things:
        said = _("This week: %(things)s.") if is_now else _("Week of %(day)s: %(things)s.")
        return said % {"things": things, "day": monday}
    said = _("This week's part of the path is done.")
    if not is_now:
        said = _("The part of the path of the week of %(day)s was done.") % {"day": monday}
    owed = _things({key: week.behind for key, week in weeks.items()}, writer)
    if owed:
        said += " " + _("To be back on the path: %(things)s.") % {"things": owed}
    return said


def _things(amounts: Mapping[str, float], writer: Writer) -> str:
    """What is to be done, by metric, in words; revenue only where no deals are counted."""
    things = []
    if contacted := round(amounts.get("prospects_contacted", 0.0)):
        said = ngettext("%(count)s prospect to contact", "%(count)s prospects to contact", contacted)
        things.append(said % {"count": writer.number(contacted)})
    if held := round(amounts.get("meetings_held", 0.0)):
        said = ngettext("%(count)s meeting to hold", "%(count)s meetings to hold", held)
        things.append(said % {"count": writer.number(held)})
    if opened := round(amounts.get("opportunities_opened", 0.0)):
        things.append(_opportunities(opened, writer))
    if won := round(amounts.get("deals_won", 0.0)):
        things.append(_deals(won, writer))
    revenue = math.ceil(amounts.get("revenue_won", 0.0))
    if revenue and "deals_won" not in amounts:
        things.append(_("%(amount)s to win") % {"amount": writer.short(revenue, Unit.MONEY)})
    return ", ".join(things)


def rep_over(line: Line | None, writer: Writer, *, cycle: str) -> str:
    """The cycle is over: how it ended."""
    if line is None or line.actual is None or not line.target:
        return _("%(cycle)s is over.") % {"cycle": cycle}
    return _("%(cycle)s is over: %(won)s won for %(target)s, %(percent)s.") % {
        "cycle": cycle,
        "won": writer.short(line.actual, line.metric.unit),
        "target": writer.short(line.target, line.metric.unit),
        "percent": writer.percent(line.actual / line.target),
    }


def _opportunities(count: int, writer: Writer) -> str:
    said = ngettext("%(count)s opportunity to open", "%(count)s opportunities to open", count)
    return said % {"count": writer.number(count)}


def _deals(count: int, writer: Writer) -> str:
    return ngettext("%(count)s deal to win", "%(count)s deals to win", count) % {
        "count": writer.number(count)
    }
