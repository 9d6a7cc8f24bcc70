"""Pages that take longer than a page may in a large organisation: a worker looks first, the reader is shown how far it is."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from reporting.actions import looks
from reporting.queries import memo
from reporting.views.asked import answer, here
from tenants import progress
from tenants.access import TenantRequest, tenant_view
from tenants.domain.roles import Permission, Role
from tenants.models import Job
from tenants.queries import job as job_of

View = Callable[..., HttpResponse]
WAITING = 202


def worked_out_first(view: View) -> View:
    """Mark a view whose answers are kept by `reporting.queries.memo`: those it has to wait for are worked out by a job."""

    @wraps(view)
    def patient(request: TenantRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # No job looks through a partner's wall, and what is written is written now.
        if request.membership.role == Role.PARTNER or request.method not in ("GET", "HEAD"):
            return view(request, *args, **kwargs)
        try:
            with memo.in_a_hurry():
                return view(request, *args, **kwargs)
        except memo.TakesLong:
            job = looks.ask(looks.Look(request.membership.id, (request.get_full_path(),)))
        response = answer(request, "reporting/analysis/working.html", {"work": _work(request, job)})
        response.status_code = WAITING
        return response

    return patient


@tenant_view(Permission.ENTER)
@require_safe
def look_progress(request: TenantRequest, job: UUID) -> HttpResponse:
    """The progress bar of a look of one's own; when it is over the page that waits for it reloads."""
    found = job_of(request.organisation.id, job)
    if found is None or not looks.is_asked_by(found, request.membership.id):
        raise Http404
    response = render(request, "_components/progress.html", _work(request, found))
    if found.state == Job.State.DONE:
        response["HX-Refresh"] = "true"
    return response


def _work(request: TenantRequest, job: Job) -> dict[str, Any]:
    """The arguments of the component."""
    shown: dict[str, Any] = {
        "id": f"job-{job.id}",
        "url": here(request, "look_progress", job=job.id),
        "running": not job.is_over,
    }
    match job.state:
        case Job.State.DONE:
            return shown | {"state": "done", "label": _("The figures are ready.")}
        case Job.State.FAILED:
            again = _("Reload the page to have them worked out again.")
            failed = _("The figures could not be worked out.")
            return shown | {"state": "failed", "label": failed, "detail": again}
    has_begun = bool(progress.read(job.organisation_id, job.id))
    label = _("Working these figures out") if has_begun else _("Waiting for a worker")
    return shown | {"label": label, "percent": None}
