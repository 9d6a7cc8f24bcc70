"""The client's page about its partners: what their work came to, for all of them and for each engagement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from prospecting.domain.partner_figures import Rate, row_of
from prospecting.models import Engagement
from prospecting.queries import partners as queries
from prospecting.queries.partners import Report
from prospecting.views import partner_words as wording
from prospecting.views.partner_cards import (
    SHOWN,
    acceptance_chart,
    cost_cards,
    delays,
    funnel,
    per_won_label,
    rate_cards,
    rates_of,
    statement_months,
)
from prospecting.views.partner_words import Words
from tenants.access import TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.views.answers import action, tenant_url, trail

PERIODS = ("1", "3", "6", "12", "all")  # months until the day
DEFAULT_PERIOD = "6"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page looks at. first: None for everything until as_of."""

    period: str
    as_of: date
    first: date | None

    @property
    def query(self) -> str:
        return "?" + urlencode({"period": self.period, "as_of": self.as_of.isoformat()})


def asked(request: TenantRequest) -> Asked:
    """The period and the day of the URL; what is not one gives way to six months until yesterday."""
    yesterday = timezone.localdate() - timedelta(days=1)
    try:
        day = parse_date(request.GET.get("as_of", "")) or yesterday
    except ValueError:
        day = yesterday
    as_of = min(day, yesterday) if day.year >= 2000 else yesterday
    period = request.GET.get("period", "")
    if period not in PERIODS:
        period = DEFAULT_PERIOD
    first = None if period == "all" else months_before(as_of, int(period))
    return Asked(period, as_of, first)


def months_before(day: date, count: int) -> date:
    """The day after the one `count` months before `day`: 30 June and 6 months is 1 January."""
    after = day + timedelta(days=1)
    month = after.year * 12 + after.month - 1 - count
    year, index = divmod(month, 12)
    length = ((date(year, index + 1, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)).day
    return date(year, index + 1, min(after.day, length))


@tenant_view(Permission.VIEW_PARTNERS)
@require_safe
def partners(request: TenantRequest) -> HttpResponse:
    looking = asked(request)
    if (elsewhere := _settled(request, looking)) is not None:
        return elsewhere
    chosen = queries.engagements()
    words = Words.of(request.organisation.currency)
    context: dict[str, Any] = {"filters": _filters(looking), "actions": _actions(request), "rows": []}
    if chosen:
        report = queries.report(request.organisation, chosen, first=looking.first, as_of=looking.as_of)
        names = {one.id: one.name for one in chosen}
        context |= {
            "sentence": wording.comparison_sentence(report.rates, names, words),
            "rows": [_row(request, one, report, looking, words) for one in chosen],
            "chart": acceptance_chart(report, names, words),
            "per_won_label": per_won_label(words),
        }
    return _answer(request, "prospecting/partners.html", context)


@tenant_view(Permission.VIEW_PARTNERS)
@require_safe
def engagement(request: TenantRequest, engagement: UUID) -> HttpResponse:
    chosen = queries.engagements([engagement])
    if not chosen:
        raise Http404
    looking = asked(request)
    if (elsewhere := _settled(request, looking)) is not None:
        return elsewhere
    found = chosen[0]
    words = Words.of(request.organisation.currency)
    report = queries.report(request.organisation, chosen, first=looking.first, as_of=looking.as_of)
    figures, rates = row_of(report.figures, found.id), rates_of(report, found.id)
    unmet = [(wording.criterion(label), count) for _one, label, count in report.unmet]
    context = {
        "engagement": found,
        "sentence": wording.acceptance_sentence(
            found.name, figures, rates[Rate.ACCEPTANCE], unmet[0] if unmet else None, words
        ),
        "filters": _filters(looking),
        "cards": rate_cards(figures, rates, words) + cost_cards(figures, words),
        "delays": delays(found, figures, words),
        "funnel": funnel(figures, rates, words),
        "unmet": unmet,
        "months": statement_months(found, looking.as_of, words),
        "statement": "prospecting:statement",
        "breadcrumb": trail(request, "prospecting:partners", _("Partners"), found.name),
        "actions": _edit_action(request, found),
    }
    return _answer(request, "prospecting/engagement.html", context)


def _row(
    request: TenantRequest, found: Engagement, report: Report, looking: Asked, words: Words
) -> dict[str, Any]:
    figures, rates = row_of(report.figures, found.id), rates_of(report, found.id)
    unmet = next(((label, count) for one, label, count in report.unmet if one == found.id), None)
    return {
        "url": tenant_url(request, "prospecting:engagement", engagement=found.id) + looking.query,
        "name": found.name,
        "firm": found.partner.name,
        "is_active": found.is_active,
        "rates": [
            {"label": wording.rate_name(rate), "metric": wording.RATE_METRICS[rate], "row": rates[rate], "math": wording.rate_math(rate, rates[rate], figures, words)}
            for rate in SHOWN
        ],
        "logs": f"{words.hours(figures.log_p50)} / {words.hours(figures.log_p80)}",
        "answers": f"{words.days(figures.answer_p50)} / {words.days(figures.answer_p80)}",
        "per_accepted": words.money(figures.per_accepted_minor),
        "per_won": words.per_won(figures.per_won),
        "unmet": f"{wording.criterion(unmet[0])} ({words.number(unmet[1])})" if unmet else "",
    }  # fmt: skip


def _filters(looking: Asked) -> dict[str, Any]:
    labels = {
        "1": _("1 month"), "3": _("3 months"), "6": _("6 months"), "12": _("12 months"), "all": _("everything"),
    }  # fmt: skip
    return {
        "periods": [
            {"value": value, "label": labels[value], "selected": value == looking.period} for value in PERIODS
        ],
        "as_of": looking.as_of.isoformat(),
        "as_of_max": (timezone.localdate() - timedelta(days=1)).isoformat(),
    }


def _actions(request: TenantRequest) -> Sequence[dict[str, Any]]:
    if not request.membership.allows(Permission.MANAGE_PARTNERS):
        return []
    return [action(_("Firms and engagements"), tenant_url(request, "prospecting:partner_list"), "settings")]


def _edit_action(request: TenantRequest, found: Engagement) -> Sequence[dict[str, Any]]:
    aims = page_url(request, "reporting:engagement_standing", engagement=found.id)
    actions = [action(_("Objectives"), aims, "target")] if aims else []
    if request.membership.allows(Permission.MANAGE_PARTNERS):
        url = tenant_url(request, "prospecting:engagement_edit", engagement=found.id)
        actions.append(action(_("What is agreed"), url, "edit"))
    return actions


def page_url(request: TenantRequest, name: str, **kwargs: UUID) -> str:
    """Where a page of an application above this one is; empty when it is not installed."""
    try:
        return tenant_url(request, name, **kwargs)
    except NoReverseMatch:
        return ""


def _settled(request: TenantRequest, looking: Asked) -> HttpResponseRedirect | None:
    """A redirect to the same page with the period and the day in its URL, or None when they are there already."""
    state = {"period": looking.period, "as_of": looking.as_of.isoformat()}
    if all(request.GET.get(name) == value for name, value in state.items()):
        return None
    return HttpResponseRedirect(f"{request.path}?{urlencode(state)}")


def _answer(request: TenantRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    if request.htmx and request.htmx.target == "page":
        template += "#page"
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response
