"""The objectives' figures in words: answers in one sentence, reasons of refusals, "see the math"."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from objectives.domain.cascade import Conflict, Infeasible
from objectives.domain.catalogue import CATALOGUE, Unit
from objectives.domain.plan_document import NEVER_ADVANCED, NO_DATES, AverageValue, PlanResult, Transition
from objectives.models import Cycle, Objective
from objectives.queries.briefs import Brief
from objectives.queries.tree import TreeNode
from tenants.formatting import (
    format_day,
    format_days,
    format_money,
    format_money_compact,
    format_money_interval,
    format_months,
    format_number,
    format_percent,
    format_percent_interval,
)

type Named = Objective | Brief | TreeNode

UNKNOWN_REASONS: dict[str, Promise] = {
    NO_DATES: gettext_lazy("Cannot be known from the data: no dated stay in this stage."),
    NEVER_ADVANCED: gettext_lazy("Not known yet: nothing has passed this stage."),
}
SOURCES: dict[str, Promise] = {
    "history": gettext_lazy("from history"),
    "typed": gettext_lazy("typed by hand"),
    "solved": gettext_lazy("raised to reach the objective"),
}


def language() -> str:
    return get_language() or "en"


def whole(count: float) -> str:
    """A needed count, rounded up: half an opportunity does not exist."""
    return format_number(-(-(count - 1e-9 * max(count, 1.0)) // 1), language(), digits=0)


def infeasible_text(error: Infeasible, currency: str) -> str:
    """Why shares cannot hold together, with names and amounts."""
    words = {
        "names": ", ".join(error.names),
        "asked": format_money(error.asked, currency, language()),
        "limit": format_money(error.limit, currency, language()),
    }
    texts = {
        Conflict.FIXED: _(
            "The fixed shares (%(names)s) add up to %(limit)s, more than the %(asked)s to share."
        ),
        Conflict.LOW: _(
            "The least amounts (%(names)s) add up to %(limit)s, more than the %(asked)s to share."
        ),
        Conflict.HIGH: _("With the most amounts (%(names)s) only %(limit)s of %(asked)s can be shared."),
        Conflict.CROSSED: _("The least is above the most: %(names)s."),
        Conflict.WEIGHTS: _("Nobody has any capacity to take the rest: %(names)s."),
    }
    return texts[error.conflict] % words


def funnel_sentence(revenue: int | None, result: PlanResult, names: dict[str, str], currency: str) -> str:
    """What the ambition asks for, and what it is too late for."""
    if revenue is None:
        return _("Set the revenue objective first: everything else follows from it.")
    money = format_money(revenue, currency, language())
    if result["wins"] is None:
        return _("%(money)s: no deal was won yet, so nothing is known about what it asks for.") % {
            "money": money
        }
    wins = ngettext("%(count)s win", "%(count)s wins", round(result["wins"])) % {
        "count": whole(result["wins"])
    }
    if not result["links"]:
        text = _("%(money)s asks for %(wins)s. What it takes before that cannot be known from the data.")
        return text % {"money": money, "wins": wins}
    entries = [
        _("%(count)s in %(stage)s") % {"count": whole(link["expected"]), "stage": names[link["stage"]]}
        for link in reversed(result["links"])
    ]
    asks = _("%(money)s asks for %(wins)s, hence %(entries)s.") % {
        "money": money,
        "wins": wins,
        "entries": ", ".join(entries),
    }
    return f"{asks} {_late_sentence(result, currency)}".strip()


def _late_sentence(result: PlanResult, currency: str) -> str:
    remaining = result["remaining"]
    late = remaining["too_late"] if remaining else result["too_late"]
    to_close = remaining["to_close"] if remaining else result["to_close"]
    if late is None:
        return _("The own pace is not known yet: whether it is too late for some of it cannot be told.")
    if late < 1 and to_close:
        return _("At the own best pace it can still close in this cycle.")
    if late < 1:
        return ""
    return _("%(money)s is too late for this cycle at the own best pace.") % {
        "money": format_money_compact(round(late), currency, language())
    }


def cascade_sentence(total: int, teams: int, people: int, difference: int, currency: str) -> str:
    """Among how many it is shared, and whether that is all of it."""
    words = {
        "money": format_money(total, currency, language()),
        "teams": ngettext("%(count)s team", "%(count)s teams", teams) % {"count": _count(teams)},
        "people": ngettext("%(count)s person", "%(count)s people", people) % {"count": _count(people)},
        "difference": format_money(abs(difference), currency, language()),
    }
    shared = (
        _("%(money)s shared among %(teams)s and %(people)s")
        if teams
        else _("%(money)s shared among %(people)s")
    )
    if difference > 0:
        return (shared + _(": %(difference)s more than the objective.")) % words
    if difference < 0:
        return (shared + _(": %(difference)s are not shared out.")) % words
    return (shared + _(", to the cent.")) % words


def rate_math(transition: Transition, metrics_url: str) -> dict[str, Any] | None:
    """Where a rate comes from; None when it is not known."""
    if transition["rate"] is None:
        return None
    metric = CATALOGUE["stage_conversion_rate"]
    lines = [
        {"label": _("Entered"), "value": _count(transition["entered"])},
        {"label": _("Advanced"), "value": _count(transition["advanced"])},
        {"label": _("Lost"), "value": _count(transition["lost"])},
        {"label": _("Still open"), "value": _count(transition["open"])},
        {"label": _("Median time to advance"), "value": format_days(transition["median_days"], language())},
        {"label": _("9 in 10 advance within"), "value": format_days(transition["p90_days"], language())},
    ]
    if transition["unknown"]:
        lines.append({"label": _("Way out not known"), "value": _count(transition["unknown"])})
    if transition["weekly_mean"] is not None:
        lines.append({"label": _("Entries a week, mean"), "value": _count(transition["weekly_mean"], 1)})
        lines.append(
            {"label": _("Entries a week, own best 20 %"), "value": _count(transition["weekly_p80"], 1)}
        )
    return {
        "title": f"{metric.name(language())} {format_percent(transition['rate'], language(), digits=1)}",
        "definition": metric.definition(language()),
        "formula": metric.formula(language()),
        "lines": lines,
        "interval": format_percent_interval(transition["low"], transition["high"], language()),
        "definition_url": f"{metrics_url}#{metric.key}",
    }


def value_math(value: AverageValue, currency: str, metrics_url: str) -> dict[str, Any]:
    """Where the average value comes from."""
    metric = CATALOGUE["average_deal_value"]
    note = _("Nothing was won in the year before the cycle: this is what is known since.")
    return {
        "title": metric.name(language()),
        "definition": metric.definition(language()),
        "formula": metric.formula(language()),
        "lines": [
            {"label": _("Deals won"), "value": _count(value["wins"])},
            {"label": _("Mean"), "value": format_money(_rounded(value["value"]), currency, language())},
        ],
        "interval": format_money_interval(
            _rounded(value["low"]), _rounded(value["high"]), currency, language()
        )
        if value["low"] is not None
        else "",
        "note": note if value["after_start"] else "",
        "definition_url": f"{metrics_url}#{metric.key}",
    }


def target_text(objective: Named, currency: str) -> str:
    """A target in the unit of its metric; a dash for "no target yet"."""
    return value_text(objective.target, objective.metric, currency)


def value_text(value: Decimal | float | None, metric: str, currency: str) -> str:
    """A value in the unit of a metric (minor units for money); a dash for None."""
    match CATALOGUE[metric].unit:
        case Unit.MONEY:
            return format_money(value, currency, language())
        case Unit.RATE:
            return format_percent(value, language(), digits=1)
        case Unit.DAYS:
            return format_days(value, language())
        case Unit.MONTHS:
            return format_months(value, language())
    return format_number(value, language(), digits=0)


def days_text(cycle: Cycle) -> str:
    """First and last day of a cycle."""
    last = cycle.end_on - timedelta(days=1)
    return f"{format_day(cycle.start_on, language())} – {format_day(last, language())}"


def owner_text(objective: Named, company: str) -> str:
    """Who answers for it; for a rate, the stage that it leaves."""
    owner = str(objective.owner or company)
    return f"{owner} · {objective.stage}" if objective.stage else owner


def metric_name(objective: Named) -> str:
    """What is measured, and in which segment when not everywhere."""
    name = CATALOGUE[objective.metric].name(language())
    return f"{name} ({objective.segment})" if objective.segment else name


def _count(value: float | None, digits: int = 0) -> str:
    return format_number(value, language(), digits=digits)


def _rounded(value: float | None) -> int | None:
    return None if value is None else round(value)
