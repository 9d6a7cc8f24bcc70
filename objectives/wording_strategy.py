"""The strategy and the profiles in words: parts, families, markets, what a proposed target stands on."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from objectives.domain.catalogue import CATALOGUE, Family, Unit
from objectives.domain.evolution import CompanyStage
from objectives.domain.markets import Market, Maturity
from objectives.domain.profiles import Personal, Profile
from objectives.domain.strategy import Basis, Orientation, Proposal
from objectives.wording import language, value_text
from tenants.formatting import format_number, format_percent

ORIENTATIONS: dict[str, Promise] = {
    Orientation.GROWTH: gettext_lazy("Growth"),
    Orientation.PROFITABILITY: gettext_lazy("Profitability"),
    Orientation.NEW_MARKETS: gettext_lazy("New markets"),
    Orientation.RETENTION: gettext_lazy("Retention"),
}
ORIENTATION_HELP: dict[str, Promise] = {
    Orientation.GROWTH: gettext_lazy("More new opportunities, as good as today’s."),
    Orientation.PROFITABILITY: gettext_lazy("Better deals: value, margin, a shorter cycle."),
    Orientation.NEW_MARKETS: gettext_lazy("A first foothold in named segments."),
    Orientation.RETENTION: gettext_lazy("Customers who stay and buy more."),
}
FAMILIES: dict[str, Promise] = {
    Family.PROSPECTING: gettext_lazy("Prospecting"),
    Family.CONVERSION: gettext_lazy("Conversion"),
    Family.VALUE: gettext_lazy("Value"),
    Family.LEARNING: gettext_lazy("Learning"),
    Family.STEERING: gettext_lazy("Steering"),
}
MARKETS: dict[str, Promise] = {
    Market.NEW: gettext_lazy("new"),
    Market.GROWING: gettext_lazy("growing"),
    Market.SATURATED: gettext_lazy("saturated"),
    Market.CANNOT_TELL: gettext_lazy("cannot tell"),
}
STAGES: dict[str, Promise] = {
    CompanyStage.FOUNDING: gettext_lazy("1 to 4 people who sell"),
    CompanyStage.TEAM: gettext_lazy("5 to 9 people who sell"),
    CompanyStage.TEAMS: gettext_lazy("10 to 19 people who sell"),
    CompanyStage.SCALE: gettext_lazy("20 people who sell, or more"),
}
PROFILES: dict[str, Promise] = {
    Profile.RAMPING: gettext_lazy("Ramping up"),
    Profile.CONFIRMED: gettext_lazy("Confirmed"),
    Profile.SENIOR: gettext_lazy("Senior"),
}
LEFT_OUT: dict[str, Promise] = {
    "no_data": gettext_lazy("nothing in the data measures it"),
    "no_segment": gettext_lazy("name the segments to enter first"),
    "no_room": gettext_lazy("more than can be followed at this size of the company"),
}


def unit_text(metric_key: str, currency: str) -> str:
    """What stands beside the field of a target; "" for counts."""
    units = {
        Unit.MONEY: currency,
        Unit.RATE: "%",
        Unit.DAYS: _("days"),
        Unit.MONTHS: _("months"),
        Unit.COUNT: "",
    }
    return units[CATALOGUE[metric_key].unit]


def metric_text(metric_key: str, segment: str = "") -> str:
    name = CATALOGUE[metric_key].name(language())
    return f"{name} · {segment}" if segment else name


def basis_text(one: Proposal, currency: str) -> str:
    """What the proposed target stands on, with its figures."""
    present = value_text(one.present, one.metric, currency)
    if one.basis is Basis.PLAN:
        return _("what the reverse funnel asks for")
    if one.basis is Basis.FIRST_WIN:
        return _("enough to expect one win: nothing happens here yet")
    if one.basis is Basis.NONE or one.improvement is None:
        return _("no level is known: type one to take it")
    return _("%(present)s today, %(change)s") % {"present": present, "change": _change(one)}


def _change(one: Proposal) -> str:
    """How far a target lies from the present level, signed: in points for rates, else in percent."""
    target, present = one.target or 0.0, one.present or 0.0
    if CATALOGUE[one.metric].unit is not Unit.RATE:
        return format_percent(target / present - 1, language(), signed=True) if present else ""
    points = format_number((target - present) * 100, language(), digits=1, signed=True)
    return _("%(points)s points") % {"points": points}


def market_text(one: Maturity) -> str:
    """How mature a segment is, with the two counts that it is told from."""
    words = {
        "state": str(MARKETS[one.market]),
        "before": format_number(one.before, language()),
        "lately": format_number(one.lately, language()),
    }
    return _("%(state)s: %(before)s wins a year ago, %(lately)s over the last four quarters") % words


def mix_sentence(weights: Mapping[str, int], count: int) -> str:
    """Which part leads, and how many objectives the mix has."""
    parts = sorted((part for part in weights if weights[part]), key=lambda part: -weights[part])
    said = ", ".join(
        _("%(part)s %(weight)s")
        % {
            "part": str(ORIENTATIONS[part]).lower(),
            "weight": format_percent(weights[part] / 100, language()),
        }
        for part in parts
    )
    text = ngettext(
        "%(parts)s: one objective of the company follows from it, beside its revenue.",
        "%(parts)s: %(count)s objectives of the company follow from it, beside its revenue.",
        count,
    ) % {"parts": said, "count": format_number(count, language())}
    return text[:1].upper() + text[1:]


def personal_text(one: Personal, currency: str) -> str:
    """What a personal target stands on, with its figures."""
    figures = one.params
    if "part" in figures:
        words = {
            "part": format_percent(figures["part"], language(), digits=1),
            "needed": format_number(figures["needed"], language(), digits=0),
        }
        return _("%(part)s of the company’s %(needed)s") % words
    if "weeks" in figures:
        return _("one every %(weeks)s weeks of presence") % {
            "weeks": format_number(figures["weeks"], language())
        }
    if "by" not in figures:
        return _("the company’s level today")
    return _("better than the company’s %(level)s") % {
        "level": value_text(figures["level"], one.metric, currency)
    }


def people_sentence(people: int, objectives: int) -> str:
    """How many people carry how many personal objectives."""
    words = {
        "people": ngettext("%(count)s person", "%(count)s people", people)
        % {"count": format_number(people, language())},
        "objectives": ngettext("%(count)s personal objective", "%(count)s personal objectives", objectives)
        % {"count": format_number(objectives, language())},
    }
    return _("%(people)s with a share of the revenue, %(objectives)s beside it, each by its profile.") % words
