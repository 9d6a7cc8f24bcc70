"""A stored cause in the reader's figures: the sentence, the signal beside its limit, how sure, and the math."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from objectives.domain.catalogue import Unit
from reporting import wording_causes as wording
from reporting.domain.causes import BY_KEY, Measure
from reporting.models import CauseResult
from reporting.views.figures import Writer
from tenants import formatting

LARGEST_P = 0.99


def value(one: CauseResult, figure: float | None, writer: Writer) -> str:
    """A signal, a limit or a past of this cause's rule, in its unit."""
    match BY_KEY[one.rule].measure:
        case Measure.RATE:
            return writer.percent(figure)
        case Measure.POINTS:
            return writer.figure(figure, Unit.RATE, signed=True)
        case Measure.MONEY:
            return writer.short(figure, Unit.MONEY)
        case Measure.PER_PERSON:
            return formatting.format_number(figure, writer.language, digits=1)


def interval(one: CauseResult, writer: Writer) -> str:
    match BY_KEY[one.rule].measure:
        case Measure.RATE:
            return writer.interval(one.low, one.high, Unit.RATE)
        case Measure.MONEY:
            return writer.interval(one.low, one.high, Unit.MONEY)
    return _("%(low)s to %(high)s") % {
        "low": value(one, one.low, writer),
        "high": value(one, one.high, writer),
    }


def sentence(one: CauseResult, writer: Writer) -> str:
    """The evidence in one sentence."""
    past_is_rate = BY_KEY[one.rule].measure is Measure.POINTS
    said = {
        "signal": value(one, one.signal, writer),
        "limit": value(one, one.threshold, writer),
        "reference": writer.percent(one.reference) if past_is_rate else value(one, one.reference, writer),
        "some": writer.number(round(one.numerator)),
        "all": writer.number(round(one.denominator)),
        "days": writer.days(one.inputs.get("silence_days")),
    }
    return wording.evidence(one.rule, said)


def probable(one: CauseResult, writer: Writer) -> str:
    """A cause beside something else's answer: what it is, how sure, what is at stake."""
    said = {"cause": wording.name(one.rule), "sure": confidence(one, writer), "stake": stake(one, writer)}
    if said["stake"]:
        return _("Probable cause: %(cause)s, %(sure)s, %(stake)s at stake.") % said
    return _("Probable cause: %(cause)s, %(sure)s.") % said


def confidence(one: CauseResult, writer: Writer) -> str:
    """In words, then as a probability; never as a certainty."""
    p = writer.percent(min(max(one.p, 1 - LARGEST_P), LARGEST_P))
    if one.p > LARGEST_P:
        p = f"> {p}"
    return _("%(words)s (%(p)s)") % {"words": wording.confidence(one.p), "p": p}


def counts(one: CauseResult, writer: Writer) -> str:
    return _("%(count)s cases") % {"count": writer.number(round(one.cases))}


def stake(one: CauseResult, writer: Writer) -> str:
    """Empty where the scope has no attributed gap, or the lever lost nothing."""
    return writer.short(one.at_stake_minor, Unit.MONEY) if one.at_stake_minor else ""


def math(one: CauseResult, writer: Writer) -> dict[str, Any]:
    """What the confidence and the euros are made of."""
    lines = [
        (_("Signal"), value(one, one.signal, writer)),
        (_("Estimate"), value(one, one.mean, writer)),
        (_("Limit"), value(one, one.threshold, writer)),
        (_("Cases"), writer.number(round(one.cases))),
        (_("Probability of being beyond the limit"), writer.percent(one.p)),
    ]
    if one.reference is not None and BY_KEY[one.rule].is_ratio:
        lines.insert(2, (_("Over the year before"), value(one, one.reference, writer)))
    due = one.inputs.get("due")
    if due is not None and one.at_stake_minor is not None:
        lines += [
            (_("Path by the day"), writer.figure(due, Unit.MONEY)),
            (_("What would rise without it"), writer.percent(one.gain)),
            (_("At stake"), writer.figure(one.at_stake_minor, Unit.MONEY)),
        ]
    since = date.fromisoformat(one.inputs["recent_from"])
    return {
        "title": wording.name(one.rule).capitalize(),
        "formula": _("at stake = path × rise ÷ (1 + rise), at most what the levers that it explains lost"),
        "lines": [{"label": label, "value": text} for label, text in lines],
        "interval": interval(one, writer),
        "note": _("Counted from %(day)s on; what is called the year before is the year up to then.")
        % {"day": writer.day(since)},
    }
