"""The end of a cycle: what closing would freeze, the closing itself, and the closed cycle with later corrections."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from objectives.actions.closing import AlreadyClosed, is_over
from objectives.models import Cycle
from reporting.actions import closing as actions
from reporting.queries.closing import Closing, closing_of
from reporting.queries.looking import final_day
from reporting.queries.runs import job_for
from reporting.views.asked import address, here, yesterday
from reporting.views.closed import closed_note
from reporting.views.endings import ending_rows, level_rows, sentence
from reporting.views.figures import Writer
from reporting.views.work import progress_of
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.domain.roles import Permission


def cycle_or_404(cycle: UUID) -> Cycle:
    found: Cycle = get_object_or_404(Cycle.objects.select_related("organisation"), id=cycle)
    return found


@tenant_view(Permission.VIEW_COMPANY)
@require_safe
def closing(request: TenantRequest, cycle: UUID) -> HttpResponse:
    """The whole page, or for htmx the next rows of its table."""
    found = closing_of(cycle_or_404(cycle))
    writer = Writer.of(request.organisation.currency)
    if request.htmx and "page" in request.GET:
        return render(request, "reporting/closing.html#rows", _rows(request, found, writer))
    over = is_over(found.cycle, timezone.now())
    context: dict[str, Any] = {
        "closing": found,
        "cycle": found.cycle,
        "eyebrow": days_of(found.cycle, writer),
        "breadcrumb": _trail(request, found.cycle),
        "is_draft": found.cycle.state == Cycle.State.DRAFT,
        "is_over": over,
        "last_day": final_day(found.cycle),
        "may_close": request.membership.allows(Permission.SET_OBJECTIVES),
        "metrics_url": address(request.organisation.slug, "objectives:metrics"),
        "figures_url": f"{here(request, 'director')}?cycle={found.cycle.id}",
    }
    if found.is_closed or (over and found.can_be_read and not context["is_draft"]):
        context |= _figures(request, found, writer)
    if not found.corrected:
        context["closed"] = closed_note(request, found.cycle, writer)
    if over and not context["is_draft"]:
        context |= _computing(request, found, writer)
    response = render(request, "reporting/closing.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


@tenant_view(Permission.SET_OBJECTIVES)
@require_POST
def close_cycle(request: TenantRequest, cycle: UUID) -> HttpResponse:
    found = cycle_or_404(cycle)
    try:
        with transaction.atomic():
            seen = _moment(request.POST.get("seen", ""))
            actions.close(cycle=found, seen=seen, by=Actor.of(request), now=timezone.now())
    except actions.OtherFigures:
        text = _("The figures were computed again meanwhile: nothing was closed. Look at them once more.")
        messages.warning(request, text)
    except AlreadyClosed:
        messages.info(request, _("%(cycle)s is closed already.") % {"cycle": found.name})
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
    else:
        text = _("%(cycle)s is closed: its results are frozen. Later corrections will show beside them.")
        messages.success(request, text % {"cycle": found.name})
    return _back(request, found)


def _back(request: TenantRequest, cycle: Cycle) -> HttpResponseRedirect:
    return redirect(here(request, "closing", cycle=cycle.id))


def _moment(text: str) -> datetime:
    """The moment that the form carries; one that nothing was computed at when it is no moment."""
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    return found or datetime.min.replace(tzinfo=timezone.get_current_timezone())


def _figures(request: TenantRequest, found: Closing, writer: Writer) -> dict[str, Any]:
    return {
        "sentence": sentence(found, writer),
        "levels": level_rows(found, writer),
        "seen": found.run.finished_at.isoformat() if found.run else "",
        "close_url": here(request, "close_cycle", cycle=found.cycle.id),
        "bands_url": here(request, "bands"),
        "next_url": here(request, "next_cycle", cycle=found.cycle.id)
        if found.is_closed and request.membership.allows(Permission.SET_OBJECTIVES)
        else "",
        **_rows(request, found, writer),
    }


def _rows(request: TenantRequest, found: Closing, writer: Writer) -> dict[str, Any]:
    text = request.GET.get("page", "1")
    number = int(text) if text.isascii() and text.isdigit() else 1
    endings, more = found.page(max(number, 1))
    url = here(request, "closing", cycle=found.cycle.id)
    organisation = request.organisation
    return {
        "rows": ending_rows(endings, organisation.slug, organisation.name, writer),
        "more_url": f"{url}?page={max(number, 1) + 1}" if more else "",
        "shows_today": bool(found.corrected),
    }


def _computing(request: TenantRequest, found: Closing, writer: Writer) -> dict[str, Any]:
    """The last day's computation: under way, or to be asked for."""
    job = job_for(request.organisation.id, final_day(found.cycle))
    if job is not None and not job.is_over:
        return {"work": progress_of(job, here(request, "run_progress", job=job.id), writer)}
    allowed = request.membership.allows(Permission.RECOMPUTE) and final_day(found.cycle) <= yesterday()
    return {"compute": final_day(found.cycle).isoformat() if allowed else ""}


def days_of(cycle: Cycle, writer: Writer) -> str:
    return f"{cycle.name} · {writer.day(cycle.start_on)} – {writer.day(final_day(cycle))}"


def _trail(request: TenantRequest, cycle: Cycle) -> list[dict[str, str]]:
    slug = request.organisation.slug
    return [
        {"label": _("Objectives"), "url": address(slug, "objectives:cycles")},
        {"label": cycle.name, "url": address(slug, "objectives:cycle", cycle=cycle.id)},
        {"label": _("Result") if cycle.state == Cycle.State.CLOSED else _("Closing"), "url": ""},
    ]
