"""A recompute under way, as _components/progress.html shows it."""

from typing import Any

from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reporting.views.figures import Writer
from tenants import progress
from tenants.actions.jobs import LANDING_CHECKS
from tenants.models import Job

STEPS: dict[str, Promise] = {
    "passages": gettext_lazy("Reading the events"),
    "facts": gettext_lazy("Counting the days"),
    "conversion": gettext_lazy("Conversion rates"),
    "gaps": gettext_lazy("Gaps and levers"),
    "causes": gettext_lazy("Probable causes"),
    "landing": gettext_lazy("Landings"),
}


def step_name(step: str) -> str:
    return str(STEPS.get(step, step))


def progress_of(job: Job, url: str, writer: Writer) -> dict[str, Any]:
    """The arguments of the component; reads the progress of a job that is not over from the cache."""
    day = writer.day(parse_date(job.key))
    done, failed = _("The figures of %(day)s are ready.") % {"day": day}, _("The recompute stopped.")
    if job.kind == LANDING_CHECKS:
        done, failed = _("The past cycles are checked."), _("The check stopped.")
    shown: dict[str, Any] = {"id": f"job-{job.id}", "url": url, "running": not job.is_over, "detail": day}
    match job.state:
        case Job.State.DONE:
            return shown | {"state": "done", "label": done}
        case Job.State.FAILED:
            return shown | {"state": "failed", "label": failed, "result": job.error}
        case Job.State.QUEUED:
            return shown | {"label": _("Waiting for a worker"), "percent": None}
    told = progress.read(job.organisation_id, job.id)
    total = told.get("total", 0)
    return shown | {
        "label": step_name(told["step"]) if told else _("Recomputing"),
        "percent": 100 * told["done"] / total if total else None,
    }
