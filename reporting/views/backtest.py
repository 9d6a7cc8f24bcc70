"""Were landings right in past cycles: what would have been said each week, and what came."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from objectives.domain.catalogue import Unit
from reporting.actions import landing_checks as actions
from reporting.domain.landing_accuracy import Accuracy, accuracy
from reporting.models import LandingCheck
from reporting.queries.landing import PastCycle, checks, past_cycles
from reporting.views.analysis import analysis_tabs
from reporting.views.asked import carried, here, yesterday
from reporting.views.figures import Writer
from reporting.views.landing_words import chance
from reporting.views.work import progress_of
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.actions.jobs import LANDING_CHECKS
from tenants.domain.roles import Permission
from tenants.formatting import format_number
from tenants.models import Job
from tenants.queries import jobs_by_key

MONEY = Unit.MONEY
DAY = timedelta(days=1)
ENOUGH_CYCLES = 8  # fewer say little: their cases are not independent


@tenant_view(Permission.VIEW_COMPANY)
@require_safe
def backtest(request: TenantRequest) -> HttpResponse:
    writer = Writer.of(request.organisation.currency)
    rows = checks()
    cycles = past_cycles(rows)
    latest = next(iter(jobs_by_key(request.organisation.id, LANDING_CHECKS, limit=1)), None)
    going_on = latest is not None and not latest.is_over
    weeks = sorted({row.week for row in rows})
    company = [row for row in rows if row.scope_kind == "company"]
    context = {
        "tabs": analysis_tabs(request, "landing", carried(request)),
        "landing_url": here(request, "landing") + carried(request),
        "compute_url": here(request, "backtest_compute") + carried(request),
        "work": progress_of(latest, here(request, "run_progress", job=latest.id), writer)
        if latest is not None and going_on
        else None,
        "failed": latest.error if latest is not None and latest.state == Job.State.FAILED else "",
        "may_ask": request.membership.allows(Permission.RECOMPUTE) and not going_on,
        "computed_at": max((row.computed_at for row in rows), default=None),
        "sentence": _sentence(_accuracy(rows), len(cycles), writer) if rows else "",
        "few": len(cycles) < ENOUGH_CYCLES,
        "has_stand_ins": any(row.is_stand_in for row in rows),
        "by_week": [_by_week(week, company, rows, writer) for week in weeks],
        "cycles": [_cycle(one, writer) for one in cycles],
    }
    return render(request, "reporting/analysis/backtest.html", context)


@tenant_view(Permission.RECOMPUTE)
@require_POST
def compute(request: TenantRequest) -> HttpResponse:
    actions.ask(organisation=request.organisation, as_of=yesterday(), by=Actor.of(request))
    messages.success(request, _("The check is asked for. You can leave this page: the work goes on."))
    return redirect(here(request, "backtest") + carried(request))


def _accuracy(rows: Sequence[LandingCheck]) -> Accuracy:
    def column(name: str) -> list[float]:
        return [np.nan if (value := getattr(row, name)) is None else float(value) for row in rows]

    names = ("mean", "low", "high", "actual", "probability", "target", "weighted")
    return accuracy(**{name: column(name) for name in names})


def _sentence(found: Accuracy, cycles: int, writer: Writer) -> str:
    said = {
        "cycles": ngettext("%(count)s past cycle", "%(count)s past cycles", cycles) % {"count": cycles},
        "inside": writer.number(found.inside),
        "cases": writer.number(found.cases),
        "share": writer.percent(found.inside / found.cases),
    }
    return (
        _("Over %(cycles)s, what came lay in the 80%% interval in %(inside)s of %(cases)s cases (%(share)s).")
        % said
    )


def _by_week(
    week: int, company: Sequence[LandingCheck], rows: Sequence[LandingCheck], writer: Writer
) -> list[str]:
    """A line of the accuracy table: the errors are those of the company, the rest of all scopes."""
    whole = _accuracy([row for row in company if row.week == week])
    found = _accuracy([row for row in rows if row.week == week])
    share = writer.interval(found.inside_low, found.inside_high, Unit.RATE)
    return [
        _("Week %(week)s") % {"week": week},
        writer.percent(whole.error),
        _signed(whole.bias, writer),
        writer.percent(whole.weighted_error),
        _("%(inside)s of %(cases)s (%(share)s)")
        % {"inside": found.inside, "cases": found.cases, "share": share},
        _("%(reached)s of %(judged)s") % {"reached": found.reached, "judged": found.judged},
        *(_score(value, writer) for value in (found.brier, found.brier_base, found.brier_weighted)),
    ]


def _signed(ratio: float | None, writer: Writer) -> str:
    text = writer.percent(ratio)
    return f"+{text}" if ratio is not None and ratio > 0 else text


def _score(value: float | None, writer: Writer) -> str:
    return format_number(value, writer.language, digits=3)


def _cycle(one: PastCycle, writer: Writer) -> dict[str, Any]:
    """What was said of the company each week, and what came."""
    last = one.rows[-1]
    return {
        "name": f"{writer.day(one.start_on)} – {writer.day(one.end_on - DAY)}",
        "actual": writer.short(last.actual, MONEY),
        "target": writer.short(last.target, MONEY),
        "is_stand_in": last.is_stand_in,
        "rows": [
            {
                "week": row.week,
                "as_of": writer.day(row.as_of),
                "mean": writer.short(row.mean, MONEY),
                "interval": writer.interval(row.low, row.high, MONEY),
                "chance": chance(row.probability, writer) if row.probability is not None else "",
                "weighted": writer.short(row.weighted, MONEY),
                "inside": row.low <= row.actual <= row.high,
                "error": _signed((row.mean - row.actual) / row.actual, writer) if row.actual > 0 else "",
            }
            for row in one.rows
        ],
    }
