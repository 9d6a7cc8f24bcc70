"""Runs: what was computed when, what is under way, and asking for one more."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from reporting.actions import runs as run_actions
from reporting.forms import RecomputeForm
from reporting.models import Run
from reporting.queries.runs import run_row, run_rows
from reporting.views.asked import asked_day, here, yesterday
from reporting.views.figures import Writer
from reporting.views.work import STEPS, progress_of, step_name
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.actions.jobs import LANDING_CHECKS, RECOMPUTE
from tenants.domain.roles import Permission
from tenants.forms.base import errors_in
from tenants.models import Job
from tenants.queries import job as job_of

COUNTS: dict[str, Promise] = {
    "opportunities": gettext_lazy("Opportunities read"),
    "conversions": gettext_lazy("Conversion results"),
    "gaps": gettext_lazy("Gaps"),
    "landings": gettext_lazy("Landings"),
}
INVALID = 422  # htmx swaps it, browsers show it, and the scope's transaction is rolled back


@tenant_view(Permission.VIEW_RUNS)
@require_safe
def run_list(request: TenantRequest) -> HttpResponse:
    return _list(request, RecomputeForm(initial={"as_of": yesterday()}))


def _list(request: TenantRequest, form: RecomputeForm, status: int = 200) -> HttpResponse:
    before = asked_day(request, "before")
    rows, more = run_rows(request.organisation.id, before=before)
    work = {row.job.id: _work(request, row.job) for row in rows if row.job is not None and row.is_going_on}
    context = {
        "rows": rows,
        "work": list(work.values()),
        "form": form,
        "may_ask": request.membership.allows(Permission.RECOMPUTE),
        "older_url": f"?before={rows[-1].as_of.isoformat()}" if more else "",
        "newer_url": here(request, "runs") if before else "",
        "latest": next((row for row in rows if row.run is not None), None),
    }
    return render(request, "reporting/runs.html", context, status=status)


def _work(request: TenantRequest, job: Job) -> dict[str, Any]:
    writer = Writer.of(request.organisation.currency)
    return progress_of(job, here(request, "run_progress", job=job.id), writer)


@tenant_view(Permission.VIEW_RUNS)
@require_safe
def run_detail(request: TenantRequest, run: UUID) -> HttpResponse:
    row = run_row(request.organisation.id, get_object_or_404(Run, id=run))
    assert row.run is not None
    writer = Writer.of(request.organisation.currency)
    pages = {"director": Permission.VIEW_COMPANY, "manager": Permission.VIEW_TEAM}
    shown_on = next((name for name, permission in pages.items() if request.membership.allows(permission)), "")
    context = {
        "row": row,
        "counts": [
            (label, writer.number(row.run.counts[name]))
            for name, label in COUNTS.items()
            if name in row.run.counts
        ],
        "timings": [
            (step_name(name), writer.number(row.run.timings[name]))
            for name in STEPS
            if name in row.run.timings
        ],
        "total": writer.number(row.milliseconds),
        "figures_url": f"{here(request, shown_on)}?as_of={row.as_of.isoformat()}" if shown_on else "",
        "may_ask": request.membership.allows(Permission.RECOMPUTE),
    }
    return render(request, "reporting/run.html", context)


@tenant_view(Permission.VIEW_RUNS)
@require_safe
def run_progress(request: TenantRequest, job: UUID) -> HttpResponse:
    """The progress bar of a job; when it is over the page that waits for it reloads."""
    found = job_of(request.organisation.id, job)
    if found is None or found.kind not in (RECOMPUTE, LANDING_CHECKS):
        raise Http404
    response = render(request, "_components/progress.html", _work(request, found))
    if found.is_over:
        response["HX-Refresh"] = "true"
    return response


@tenant_view(Permission.RECOMPUTE)
@require_POST
def recompute(request: TenantRequest) -> HttpResponse:
    form = RecomputeForm(request.POST)
    if form.is_valid():
        with errors_in(form):
            run_actions.ask(
                organisation=request.organisation,
                as_of=form.cleaned_data["as_of"],
                yesterday=yesterday(),
                by=Actor.of(request),
            )
    if form.errors:
        return _list(request, form, status=INVALID)
    messages.success(request, _("The recompute is asked for. You can leave this page: the work goes on."))
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(back, None):
        return redirect(back)
    return redirect(here(request, "runs"))
