"""Rows of the page of value, written; every figure says over how many deals, and of how many it is not known."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from objectives.domain.catalogue import Unit
from reporting.domain.value import (
    FEW,
    HIGH,
    LOW,
    MANY,
    UNSURE,
    Estimate,
    Worth,
)
from reporting.queries.documents import amount
from reporting.queries.value import Value
from reporting.views.asked import deal_address
from reporting.views.figures import Writer
from tenants.access import TenantRequest
from tenants.formatting import format_number

ENERGY = "value"
THOUSAND = 100_000  # minor units
INDEX = "index"  # of concentration: a number from 0 to 1, of no unit

FIGURES: dict[str, tuple[Promise, Unit | str, Promise]] = {
    "revenue": (gettext_lazy("Revenue won"), Unit.MONEY, gettext_lazy("Sum of the amounts won")),
    "margin": (gettext_lazy("Gross margin"), Unit.MONEY, gettext_lazy("Sum of the margins that are known")),
    "margin_rate": (gettext_lazy("Margin rate"), Unit.RATE, gettext_lazy("Margin ÷ amount")),
    "average": (gettext_lazy("Average deal value"), Unit.MONEY, gettext_lazy("Amount ÷ deals")),
    "recurring_share": (gettext_lazy("Recurring share"), Unit.RATE, gettext_lazy("Recurring amount ÷ amount")),
    "annualised": (
        gettext_lazy("Annualised value of a deal"), Unit.MONEY,
        gettext_lazy("Amount ÷ years of the contract; the whole amount when it is shorter than a year"),
    ),
    "months": (gettext_lazy("Contract length"), Unit.MONTHS, gettext_lazy("Mean of the months told")),
    "cycle": (
        gettext_lazy("Sales cycle"), Unit.DAYS,
        gettext_lazy("Median days from opening to win, open deals allowed for; all cohorts up to the day"),
    ),
    "discount": (
        gettext_lazy("Discount"), Unit.RATE, gettext_lazy("1 − amount ÷ list price, as the list price is now"),
    ),
    "herfindahl": (
        gettext_lazy("Concentration (Herfindahl)"), INDEX,
        gettext_lazy("Sum of the squared shares of customers: 1 for a single one"),
    ),
    "top_five": (
        gettext_lazy("Share of the five largest customers"), Unit.RATE,
        gettext_lazy("What the five bought ÷ what all customers bought"),
    ),
}  # fmt: skip
# Of the figures that the catalogue defines; what the others are is written under their name.
METRICS = {
    "revenue": "revenue_won", "margin": "margin_won", "margin_rate": "margin_rate", "average": "average_deal_value",
    "recurring_share": "recurring_share", "annualised": "average_deal_value", "months": "contract_months",
    "cycle": "sales_cycle_days", "discount": "margin_rate", "herfindahl": "top_customers_share",
    "top_five": "top_customers_share",
}  # fmt: skip
VOLUMES: dict[tuple[str, str], Promise] = {
    (MANY, HIGH): gettext_lazy("Many deals, high value"),
    (MANY, LOW): gettext_lazy("Many deals, low value"),
    (MANY, UNSURE): gettext_lazy("Many deals, value as the others’ or cannot tell"),
    (FEW, HIGH): gettext_lazy("Few deals, high value"),
    (FEW, LOW): gettext_lazy("Few deals, low value"),
    (FEW, UNSURE): gettext_lazy("Few deals, value as the others’ or cannot tell"),
}
KINDS: dict[str, Promise] = {
    "new": pgettext_lazy("business", "New business"),
    "renewal": pgettext_lazy("business", "Renewal"),
    "expansion": pgettext_lazy("business", "Expansion"),
    "again": pgettext_lazy("business", "Customer before, product not told"),
    "unknown": pgettext_lazy("business", "Company not known"),
}


def figure_rows(found: Worth, writer: Writer) -> list[dict[str, Any]]:
    return [_figure_row(name, found.figures[name], writer) for name in FIGURES]


def _figure_row(name: str, one: Estimate, writer: Writer) -> dict[str, Any]:
    label, unit, formula = FIGURES[name]
    missing = one.deals - one.known
    return {
        "label": label,
        "metric": METRICS.get(name, ""),
        "formula": formula,
        "value": _written(one.value, unit, writer),
        "interval": _between(one, unit, writer),
        "count": ngettext("%(count)s deal", "%(count)s deals", one.known)
        % {"count": writer.number(one.known)},
        "unknown": _("not known for %(missing)s of %(deals)s deals")
        % {"missing": writer.number(missing), "deals": writer.number(one.deals)}
        if missing
        else "",
    }


def _written(value: float | None, unit: Unit | str, writer: Writer) -> str:
    if isinstance(unit, Unit):
        return writer.short(value, unit)
    return _("not known") if value is None else format_number(value, writer.language, digits=3)


def _between(one: Estimate, unit: Unit | str, writer: Writer) -> str:
    if isinstance(unit, Unit):
        return writer.interval(one.low, one.high, unit)
    if one.low is None or one.high is None:
        return ""
    return "–".join(format_number(end, writer.language, digits=3) for end in (one.low, one.high))


def energy_rows(found: Value, writer: Writer, day_cost: int | None) -> list[dict[str, str]]:
    """Activities and FTE-days for a thousand of margin, and what the days cost for one of margin."""
    margin = found.worth.figures["margin"].value or 0.0
    per = writer.figure(THOUSAND, Unit.MONEY)
    rows = [
        (_("Activities logged"), found.activities, writer.number(found.activities)),
        (_("Days of work (FTE)"), found.days, writer.number(round(found.days, 1))),
    ]
    shown = [
        {
            "label": label,
            "value": text,
            "per": _("none: no margin is known")
            if margin <= 0
            else format_number(spent / margin * THOUSAND, writer.language, digits=2),
        }
        for label, spent, text in rows
    ]
    if day_cost is not None:
        cost = found.days * day_cost
        shown.append(
            {
                "label": _("Cost of these days"),
                "value": writer.short(cost, Unit.MONEY),
                "per": _("none: no margin is known")
                if margin <= 0
                else writer.short(cost / margin * THOUSAND, Unit.MONEY),
            }
        )
    return [{**row, "head": _("For %(amount)s of margin") % {"amount": per}} for row in shown]


def kind_rows(found: Worth, writer: Writer) -> list[dict[str, Any]]:
    """New business, renewals and expansion apart."""
    rows = []
    for name, label in KINDS.items():
        if name not in found.kinds:
            continue
        count, revenue, average, margin = found.kinds[name]
        rows.append(
            {
                "label": label,
                "count": writer.number(count),
                "revenue": writer.short(revenue, Unit.MONEY),
                "average": writer.short(average.value, Unit.MONEY),
                "average_interval": _between(average, Unit.MONEY, writer),
                "margin": writer.percent(margin.value),
                "margin_interval": _between(margin, Unit.RATE, writer),
            }
        )
    return rows


def matrix_rows(found: pd.DataFrame, names: Mapping[str, str], writer: Writer) -> list[dict[str, Any]]:
    """By name; `names`: those of groups that are not named by themselves."""
    rows = [
        {
            "name": names.get(str(name), str(name)) or _("Not told"),
            "count": writer.number(int(one["count"])),
            "revenue": writer.short(float(one["revenue"]), Unit.MONEY),
            "average": writer.short(float(one["average"]), Unit.MONEY),
            "interval": writer.interval(float(one["low"]), float(one["high"]), Unit.MONEY)
            if one["count"] > 1
            else "",
            "quadrant": VOLUMES[one["volume"], one["value"]],
        }
        for name, one in found.iterrows()
    ]
    return sorted(rows, key=lambda row: str(row["name"])) if names else rows


def shrinking_rows(request: TenantRequest, found: Worth, writer: Writer) -> list[dict[str, Any]]:
    return [
        {
            "name": one["name"] or one["external_id"],
            "url": deal_address(request, one["opportunity"]),
            "company": one["company_name"] or "",
            "amount": writer.figure(one["amount"], Unit.MONEY),
            "margin": writer.percent(one["margin_rate"]),
            "lacks": writer.figure(round(one["shrinks"], -2), Unit.MONEY),
        }
        for one in found.shrinking
    ]


def sentence(found: Worth, writer: Writer) -> str:
    """What was won, at which margin, and whether anything grew revenue at its cost."""
    if not found.deals:
        return _("No deal was won in these days.")
    rate, revenue = found.figures["margin_rate"], found.figures["revenue"]
    said = {
        "revenue": writer.short(revenue.value, Unit.MONEY),
        "deals": ngettext("%(count)s deal", "%(count)s deals", found.deals)
        % {"count": writer.number(found.deals)},
        "rate": writer.percent(rate.value),
        "interval": _between(rate, Unit.RATE, writer),
    }
    if rate.value is None:
        return _("%(revenue)s won in %(deals)s; no margin is told.") % said
    text = _("%(revenue)s won in %(deals)s, at a margin rate of %(rate)s (%(interval)s).") % said
    if found.shrunk:
        more = ngettext(
            "%(count)s deal grew revenue and shrank value: it lacks %(lacks)s of margin.",
            "%(count)s deals grew revenue and shrank value: they lack %(lacks)s of margin.",
            found.shrunk,
        )
        lacks = writer.short(found.lacks, Unit.MONEY)
        text += " " + more % {"count": writer.number(found.shrunk), "lacks": lacks}
    return text


def csv_rows(found: Worth, since: date, as_of: date, currency: str) -> list[list[object]]:
    rows: list[list[object]] = []
    for name, (label, unit, _formula) in FIGURES.items():
        one = found.figures[name]
        money = unit == Unit.MONEY
        figures: Sequence[float | None] = (one.value, one.low, one.high)
        written = [amount(figure, Unit.MONEY, currency) if money else figure for figure in figures]
        rows.append([as_of, since, label, *written, one.known, one.deals, currency if money else ""])
    return rows
