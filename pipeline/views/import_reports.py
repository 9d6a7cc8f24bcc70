"""What the pages of an import show: its work under way, its report in words, its steps."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation import gettext as _

from pipeline.actions import imports
from pipeline.domain.importing.findings import sentence
from pipeline.domain.importing.tables import Table
from pipeline.models import ImportRun
from tenants import progress, queries
from tenants.access import TenantRequest
from tenants.domain.roles import Permission
from tenants.formatting import format_number
from tenants.models import Job
from tenants.views.answers import tenant_url

SAMPLES = 3
SAMPLED_ROWS = 500

# Share of the bar at which a step begins and ends, in percent.
STEPS = {"reading": (0, 40), "checking": (40, 45), "writing": (45, 100)}


def samples(table: Table) -> dict[str, list[str]]:
    """The first distinct cells of every column."""
    chunk = next(table.chunks(SAMPLED_ROWS), None)
    if chunk is None:
        return {header: [] for header in table.headers}
    return {
        header: list(dict.fromkeys(cell for cell in chunk.frame[header] if cell.strip()))[:SAMPLES]
        for header in table.headers
    }


def work_of(request: TenantRequest, run: ImportRun) -> dict[str, Any] | None:
    """Arguments of the progress component, for a check or an import that a worker has; None when there is none."""
    job = queries.job(run.organisation_id, run.job_id) if run.job_id else None
    if job is None or run.status not in (ImportRun.Status.UPLOADED, ImportRun.Status.STARTED):
        return None
    url = tenant_url(request, "pipeline:import_progress", run=run.id)
    work: dict[str, Any] = {"id": "import-work", "url": url, "running": not job.is_over}
    if job.state == Job.State.FAILED:
        return work | {
            "state": "failed",
            "label": _("This did not go through; nothing was changed."),
            "result": job.error,
        }
    if job.state == Job.State.DONE:
        return work | {"state": "done", "label": _("Done")}
    known = progress.read(run.organisation_id, job.id)
    return work | _position(known, request.LANGUAGE_CODE)


def _position(known: dict[str, Any], language: str) -> dict[str, Any]:
    step, done, total = known.get("step", ""), known.get("done", 0), known.get("total", 0)
    labels = {"reading": _("Reading the file"), "checking": _("Checking the rows"), "writing": _("Writing")}
    start, end = STEPS.get(step, (0, 0))
    work: dict[str, Any] = {
        "label": labels.get(step, _("Waiting for a worker")),
        "percent": start + (end - start) * done / total if total else (start or None),
    }
    if step == "reading" and total:
        figures = {"done": format_number(done, language), "total": format_number(total, language)}
        work["detail"] = _("%(done)s of about %(total)s rows") % figures
    return work


def told(run: ImportRun) -> dict[str, Any]:
    """A report in the reader's words: the last one, of the import when it is over, else of the try."""
    report = run.report or run.check_report
    if not report:
        return {}
    return {
        "counts": [
            (_("created"), report["created"]),
            (_("changed"), report["changed"]),
            (_("unchanged"), report["unchanged"]),
            (pgettext("rows", "refused"), report["refused"]),
        ],
        "refused": report["refused"],
        "is_refused": report.get("is_refused", False),
        "notes": [sentence(note["code"], _written(note["params"]), gettext) for note in report["notes"]],
        "errors": [
            {**error, "reason": sentence(error["code"], error["params"], gettext)}
            for error in report["errors"]
        ],
        "new": [
            {"label": label, "count": report["new_counts"][what], "names": report["new_names"][what]}
            for what, label in _new_labels().items()
            if what in report["new_counts"]
        ],
    }


def _written(params: Mapping[str, Any]) -> dict[str, Any]:
    """The counts of a note as the reader's language writes them."""
    language = get_language() or "en"
    return {
        name: format_number(value, language) if isinstance(value, int) else value
        for name, value in params.items()
    }


def followed(request: TenantRequest, run: ImportRun) -> list[dict[str, str]]:
    """Where to go from the report of an import that changed something: {label, url}, for the reader's role."""
    report = run.report
    if run.status != ImportRun.Status.FINISHED or not report["created"] + report["changed"] + report.get(
        "moved", 0
    ):
        return []
    pages = (
        (Permission.SET_OBJECTIVES, "objectives:cycles", _("Set objectives")),
        (Permission.VIEW_RUNS, "reporting:runs", _("Where the computation stands")),
    )
    return [
        {"label": label, "url": tenant_url(request, page)}
        for permission, page, label in pages
        if request.membership.allows(permission)
    ]


def _new_labels() -> dict[str, str]:
    return {
        "people": _("People"),
        "teams": _("Teams"),
        "companies": _("Companies"),
        "products": _("Products"),
    }


def steps(request: TenantRequest, run: ImportRun, here: str = "") -> list[dict[str, Any]]:
    """The stepper: file, columns, try, report."""
    status = ImportRun.Status
    here = here or {status.UPLOADED: "check", status.CHECKED: "check"}.get(status(run.status), "report")
    labels = {"file": _("File"), "columns": _("Columns"), "check": _("Try"), "report": _("Report")}
    order = list(labels)
    urls = {}
    if imports.can_settle(run):
        urls["columns"] = tenant_url(request, "pipeline:import_columns", run=run.id)
    return [
        {
            "label": label,
            "url": urls.get(name, ""),
            "state": "current"
            if name == here
            else "done"
            if order.index(name) < order.index(here)
            else "todo",
        }
        for name, label in labels.items()
    ]
