"""A recompute under way, as _components/progress.html shows it."""

from typing import Any

from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reporting.views.figures import Writer
from tenants import progress
from tenants.models import Job

STEPS: dict[str, Promise] = {
    "passages": gettext_lazy("Reading the events"),
    "facts": gettext_lazy("Counting the days"),
    "conversion": gettext_lazy("Conversion rates"),
    "gaps": gettext_lazy("Gaps and levers"),
    "landing": gettext_lazy("Landings"),
}


def step_name(step: str) -> str:
    return str(STEPS.get(step, step))


def progress_of(job: Job, url: str, writer: Writer, *, done: str = "", failed: str = "") -> dict[str, Any]:
    """The arguments of the component; reads the progress of a job that is not over from the cache.

    done, failed: what is said at the end, of other work than a recompute.
    """
    day = writer.day(parse_date(job.key))
    shown: dict[str, Any] = {"id": f"job-{job.id}", "url": url, "running": not job.is_over, "detail": day}
    match job.state:
        case Job.State.DONE:
            return shown | {
                "state": "done",
                "label": done or _("The figures of %(day)s are ready.") % {"day": day},
            }
        case Job.State.FAILED:
            return shown | {
                "state": "failed",
                "label": failed or _("The recompute stopped."),
                "result": job.error,
            }
        case Job.State.QUEUED:
            return shown | {"label": _("Waiting for a worker"), "percent": None}
    told = progress.read(job.organisation_id, job.id)
    total = told.get("total", 0)
    return shown | {
        "label": step_name(told["step"]) if told else _("Recomputing"),
        "percent": 100 * told["done"] / total if total else None,
    }
