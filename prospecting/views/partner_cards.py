"""What the pages about partners show of their figures: cards, delays of both sides, funnel, acceptance, statements."""

from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID

from django.utils.translation import gettext as _

from prospecting.domain.partner_figures import Rate
from prospecting.models import Engagement
from prospecting.queries.partners import Report
from prospecting.views import partner_words as wording
from prospecting.views.partner_words import Words
from tenants.formatting import format_day
from tenants.money import currency_exponent

MONTHS_SHOWN = 12  # statements
SHOWN = (Rate.ACCEPTANCE, Rate.SHOW, Rate.TACIT, Rate.DISPUTE)


def rates_of(report: Report, engagement_id: UUID) -> dict[Rate, Any]:
    own = report.rates[report.rates["engagement"] == engagement_id]
    return {Rate(str(row.rate)): row for row in own.itertuples()}


def rate_cards(figures: Any, rates: dict[Rate, Any], words: Words) -> list[dict[str, Any]]:
    return [
        {
            "label": wording.rate_name(rate),
            "metric": wording.RATE_METRICS[rate],
            "value": words.percent(rates[rate].mean) if rates[rate].n else _("no rate"),
            "interval": words.interval(rates[rate]) if rates[rate].n else "",
            "count": words.of_n(rates[rate]),
            "note": _open_disputes(figures, words) if rate is Rate.DISPUTE else "",
            "math": wording.rate_math(rate, rates[rate], figures, words),
        }
        for rate in SHOWN
    ]


def _open_disputes(figures: Any, words: Words) -> str:
    return _("%s open") % words.number(figures.open_disputes) if figures.open_disputes else ""


def cost_cards(figures: Any, words: Words) -> list[dict[str, Any]]:
    return [
        {
            "label": _("Cost per accepted meeting"),
            "metric": "cost_per_result",
            "value": words.money(figures.per_accepted_minor),
            "count": _("%(cost)s in all") % {"cost": words.money(figures.cost_minor)},
            "math": wording.cost_math(figures, words, per_won=False),
        },
        {
            "label": per_won_label(words),
            "metric": "cost_per_result",
            "value": words.per_won(figures.per_won),
            "count": _("%(won)s won") % {"won": words.money(figures.won_minor)},
            "math": wording.cost_math(figures, words, per_won=True),
        },
    ]


def per_won_label(words: Words) -> str:
    return _("Cost per %(unit)s won") % {"unit": words.money(10 ** currency_exponent(words.currency))}


def delays(found: Engagement, figures: Any, words: Words) -> list[dict[str, Any]]:
    """Both sides beside each other: the partner's logging, the client's answers."""
    lines = (
        (
            _("The partner logs"), words.hours(figures.log_p50), words.hours(figures.log_p80),
            _("promised: within %s") % words.hours(found.log_hours), figures.logged,
            _("From the end of the slot until its outcome is said. Host no-shows are left out."),
        ),
        (
            _("The client answers"), words.days(figures.answer_p50), words.days(figures.answer_p80),
            _("promised: within %s of work") % words.days(found.answer_days), figures.answered,
            _("Working days from the log until the answer; one that lapsed waited until it did."),
        ),
    )  # fmt: skip
    return [
        {
            "label": label, "p50": p50, "p80": p80, "promise": promise, "count": words.number(count),
            "math": wording.delay_math(label, definition, count, p50, p80, promise, words),
        }
        for label, p50, p80, promise, count, definition in lines
    ]  # fmt: skip


def funnel(figures: Any, rates: dict[Rate, Any], words: Words) -> dict[str, Any] | None:
    """logged → held → accepted → opportunity → won; each rate says of how many, so that what waits is not lost."""
    if not figures.booked:
        return None
    steps = (
        (_("Logged"), figures.expected, Rate.SHOW),
        (_("Held"), figures.held, Rate.ACCEPTANCE),
        (_("Accepted"), figures.accepted, Rate.OPPORTUNITY),
        (_("Opportunity"), figures.opportunities, Rate.WIN),
        (_("Won"), figures.won, None),
    )
    stages = [
        {
            "label": label,
            "count": int(count),
            "plan": None,
            "rate_text": rate_text(rates[rate], words) if rate else None,
            "state": "none",
        }
        for label, count, rate in steps
    ]
    return {
        "data": {
            "format": {"locale": words.language, "kind": "number"},
            "stages": stages,
            "labels": {"count": _("Meetings"), "plan": "", "rate": _("To the next step")},
        },
        "table": {
            "columns": [
                {"label": _("Step")},
                {"label": _("Meetings"), "metric": "meetings_held"},
                {"label": _("To the next step"), "metric": "meetings_accepted"},
            ],
            "rows": [
                [stage["label"], words.number(stage["count"]), stage["rate_text"] or ""]  # type: ignore[arg-type]
                for stage in stages
            ],
        },
    }


def rate_text(row: Any, words: Words) -> str:
    """The estimate with the interval that belongs to it, and the counts that it comes from."""
    if not row.n:
        return _("no rate yet")
    return _("%(rate)s (%(interval)s), %(count)s") % {
        "rate": words.percent(row.mean),
        "interval": words.interval(row),
        "count": words.of_n(row),
    }


def acceptance_chart(report: Report, names: dict[UUID, str], words: Words) -> dict[str, Any] | None:
    told = report.rates[(report.rates["rate"] == Rate.ACCEPTANCE) & (report.rates["n"] > 0)]
    if told.empty:
        return None
    rows = [
        {
            "label": names[cast(UUID, row.engagement)], "value": row.mean, "low": row.low, "high": row.high, "target": None,
            "state": "none", "note": words.of_n(row),
        }
        for row in told.itertuples()
    ]  # fmt: skip
    return {
        "data": {
            "format": {"locale": words.language, "kind": "percent"},
            "rows": rows,
            "labels": {"value": _("Acceptance"), "interval": _("80% interval"), "target": ""},
        },
        "table": {
            "columns": [
                {"label": _("Engagement")},
                {"label": _("Acceptance"), "metric": "meetings_accepted"},
            ],
            "rows": [[names[cast(UUID, row.engagement)], rate_text(row, words)] for row in told.itertuples()],
        },
    }


def statement_months(found: Engagement, as_of: date, words: Words) -> list[dict[str, str]]:
    """The months with a statement, the latest first."""
    months: list[dict[str, str]] = []
    month = as_of.replace(day=1)
    last = found.starts_on.replace(day=1)
    while month >= last and len(months) < MONTHS_SHOWN:
        if found.ends_on is None or month <= found.ends_on:
            months.append(
                {"value": month.isoformat()[:7], "label": format_day(month, words.language, "month")}
            )
        month = (month - timedelta(days=1)).replace(day=1)
    return months
