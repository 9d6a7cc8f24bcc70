"""The next cycle, proposed from how the last one ended: accept, edit, remove, then one click starts its draft."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from objectives.actions.evolution import NextCycle, start_next
from objectives.actions.strategies import MixRow
from objectives.domain.catalogue import CATALOGUE
from objectives.domain.strategy import ATTENTION
from objectives.forms.strategy import TargetRow, target_rows
from objectives.models import Cycle
from reporting.forms import NextCycleForm
from reporting.queries.evolution import Outlook, Period, outlook
from reporting.queries.looking import final_day
from reporting.views.asked import address, here
from reporting.views.closing import cycle_or_404, days_of
from reporting.views.evolution import evolution_sentence, markets_listed, proposal_rows, why_of
from reporting.views.figures import Writer
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.forms.base import errors_in
from tenants.views.answers import form_page


@tenant_view(Permission.SET_OBJECTIVES)
@require_http_methods(["GET", "HEAD", "POST"])
def next_cycle(request: TenantRequest, cycle: UUID) -> HttpResponse:
    found = cycle_or_404(cycle)
    if found.state != Cycle.State.CLOSED:
        return redirect(here(request, "closing", cycle=found.id))
    seen = outlook(found)
    form = NextCycleForm(request.POST or None, currency=request.organisation.currency, initial=_initial(seen))
    typed = target_rows(request.POST, request.organisation.currency) if form.is_bound else None
    if typed is not None and any(row.error for row in typed):
        form.add_error(None, _("A target below cannot be read: it is put right in its row."))
    if typed is not None and form.is_valid():
        started = _start(request, found, form, typed, seen)
        if started is not None:
            return started
    return form_page(request, "reporting/next_cycle.html", _context(request, seen, form, typed), form)


def _start(
    request: TenantRequest, source: Cycle, form: NextCycleForm, typed: Sequence[TargetRow], seen: Outlook
) -> HttpResponseRedirect | None:
    """The way to the new draft, or None when it was refused, which the form says."""
    data = form.cleaned_data
    wanted = NextCycle(
        name=data["name"],
        first_day=data["first_day"],
        last_day=data["last_day"],
        revenue_minor=data["revenue"],
        rhythm=data["rhythm"],
        rows=_mix(typed, seen),
    )
    with errors_in(form):
        made = start_next(source=source, wanted=wanted, by=Actor.of(request))
    if form.errors:
        return None
    return redirect(address(request.organisation.slug, "objectives:cycle", cycle=made.pk))


def _mix(typed: Sequence[TargetRow], seen: Outlook) -> list[MixRow]:
    """What was accepted: a row that was not taken, or that says no target, makes nothing."""
    why, start = why_of(seen), {(one.next.metric, one.next.segment): one.start for one in seen.proposals}
    taken = [row for row in typed if row.is_taken and row.target is not None]
    importance = max(5, 5 * round(ATTENTION / max(1, len(taken)) / 5))
    return [
        MixRow(
            metric=row.metric,
            segment=row.segment,
            is_taken=True,
            target=row.target,
            computed=None
            if (computed := start.get((row.metric, row.segment))) is None
            else Decimal(str(computed)),
            orientation="",
            why=why.get((row.metric, row.segment), ""),
            importance=importance,
            priority=2,
        )
        for row in taken
        if not CATALOGUE[row.metric].has_stage
    ]


def _initial(seen: Outlook) -> dict[str, Any]:
    revenue = seen.revenue.start if seen.revenue else None
    return {
        "name": _name(seen.period),
        "first_day": seen.period.first_day,
        "last_day": seen.period.last_day,
        "revenue": None if revenue is None else round(revenue),
        "rhythm": seen.guide.rhythm.value,
    }


def _name(period: Period) -> str:
    if period.quarter is None:
        return f"{period.first_day.isoformat()} – {period.last_day.isoformat()}"
    return _("Q%(quarter)s %(year)s") % {"quarter": period.quarter, "year": period.first_day.year}


def _context(
    request: TenantRequest, seen: Outlook, form: NextCycleForm, typed: Sequence[TargetRow] | None
) -> dict[str, Any]:
    writer = Writer.of(request.organisation.currency)
    slug = request.organisation.slug
    following = seen.following
    return {
        "form": form,
        "cycle": seen.cycle,
        "eyebrow": _("After %(days)s") % {"days": days_of(seen.cycle, writer)},
        "breadcrumb": [
            {"label": _("Objectives"), "url": address(slug, "objectives:cycles")},
            {"label": seen.cycle.name, "url": here(request, "closing", cycle=seen.cycle.id)},
            {"label": _("Next cycle"), "url": ""},
        ],
        "sentence": evolution_sentence(seen, writer),
        "rows": proposal_rows(seen, writer, typed),
        "markets": markets_listed(seen, writer),
        "following": following,
        "following_url": address(slug, "objectives:cycle", cycle=following.pk) if following else "",
        "last_day": final_day(seen.cycle),
        "metrics_url": address(slug, "objectives:metrics"),
    }
