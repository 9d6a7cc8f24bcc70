"""Probabilities, bands and what they stand on, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from objectives.domain.calibration import WEEKLY_OPENINGS, WIN_RATE, Band, Unknown
from objectives.domain.catalogue import CATALOGUE, Unit
from objectives.models import Objective
from objectives.wording import language, target_text, value_text
from tenants.formatting import (
    format_money_interval,
    format_number,
    format_number_interval,
    format_percent,
    format_percent_interval,
)

BANDS = {
    Band.COMFORTABLE: gettext_lazy("comfortable"),
    Band.STRETCH: gettext_lazy("stretch"),
    Band.HARD: gettext_lazy("hard"),
    Band.OUT_OF_REACH: gettext_lazy("out of reach"),
    Band.UNKNOWN: gettext_lazy("cannot tell"),
}
BAND_ICONS = {
    Band.COMFORTABLE: "circle-check",
    Band.STRETCH: "trending-up",
    Band.HARD: "flag",
    Band.OUT_OF_REACH: "alert",
    Band.UNKNOWN: "dash",
}
COUNTS = {
    Band.OUT_OF_REACH: ngettext_lazy("%d out of reach", "%d out of reach"),
    Band.HARD: ngettext_lazy("%d hard", "%d hard"),
    Band.STRETCH: ngettext_lazy("%d stretch", "%d stretch"),
    Band.COMFORTABLE: ngettext_lazy("%d comfortable", "%d comfortable"),
    Band.UNKNOWN: ngettext_lazy("%d that cannot be told", "%d that cannot be told"),
}
UNKNOWN = {
    Unknown.NO_TARGET: gettext_lazy("No target yet."),
    Unknown.NO_HISTORY: gettext_lazy("Nothing dated is known before the cycle."),
    Unknown.NO_WINS: gettext_lazy("No deal of known amount was won yet."),
    Unknown.NOT_MEASURED: gettext_lazy(
        "What it measures does not come from the deals: no past to compare with."
    ),
}


def calibration_sentence(company: Objective, bands: Mapping[Band, int], currency: str) -> str:
    """How likely the whole is, and how many objectives are in each band."""
    found = company.calibration
    probability = found.get("probability")
    if not found:
        return _("How likely each objective is to be reached is not computed yet.")
    parts = ", ".join(str(COUNTS[band] % bands[band]) for band in COUNTS if bands.get(band))
    words = {"target": target_text(company, currency), "parts": parts}
    if probability is None:
        return _("%(target)s: how likely it is cannot be told. Of all objectives: %(parts)s.") % words
    words["probability"] = format_percent(probability, language(), digits=0)
    return _("%(target)s: %(probability)s likely. Of all objectives: %(parts)s.") % words


def landing_text(row: Objective, currency: str) -> str:
    """Where it lands, 80 % interval: "€380K – €520K"."""
    found = row.calibration
    low, high = found.get("low"), found.get("high")
    if low is None or high is None:
        return ""
    match CATALOGUE[row.metric].unit:
        case Unit.MONEY:
            return format_money_interval(round(low), round(high), currency, language())
        case Unit.RATE:
            return format_percent_interval(low, high, language())
    return format_number_interval(round(low), round(high), language())


def implied_text(row: Objective, names: Mapping[str, str]) -> str:
    """The rate that the target needs beside what the past supports: "needs 34 %; the last 12 months say 19–31 %"."""
    implied: Mapping[str, Any] | None = row.calibration.get("implied")
    if not implied:
        return ""
    if implied["stage"] == WEEKLY_OPENINGS:
        words = {
            "needed": format_number(implied["needed"], language(), digits=1),
            "range": format_number_interval(round(implied["low"], 1), round(implied["high"], 1), language()),
        }
        return _("Needs %(needed)s openings a week; the own pace says %(range)s.") % words
    of = _("win rate") if implied["stage"] == WIN_RATE else names.get(implied["stage"], "")
    words = {"of": of, "range": format_percent_interval(implied["low"], implied["high"], language())}
    if implied["needed"] is None:
        return _("No %(of)s would be enough; the last 12 months say %(range)s.") % words
    words["needed"] = format_percent(implied["needed"], language())
    return _("Needs %(needed)s (%(of)s); the last 12 months say %(range)s.") % words


def capacity_text(row: Objective) -> str:
    """Openings that the target needs, beside those that the own pace gives."""
    capacity = row.calibration.get("capacity")
    if not capacity:
        return ""
    words = {
        "needed": format_number(round(capacity["needed"]), language()),
        "available": format_number(round(capacity["available"]), language()),
    }
    return _("Asks for %(needed)s openings in the cycle; the own pace gives %(available)s.") % words


def parts_text(row: Objective, currency: str) -> str:
    """What the mean is made of."""
    parts = row.calibration.get("parts")
    if not parts:
        return ""
    words = {name: value_text(round(value), row.metric, currency) for name, value in parts.items()}
    return (
        _("Expected: %(open)s from the open deals, %(created)s from deals to come, %(booked)s already there.")
        % words
    )
