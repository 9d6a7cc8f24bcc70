"""Imports: send a file, say what its columns mean, try it, start it, read the report."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pipeline.actions import imports
from pipeline.domain.importing.detection import detect
from pipeline.domain.importing.errors import FileError, MappingError
from pipeline.domain.importing.findings import sentence
from pipeline.domain.importing.kinds import KINDS
from pipeline.domain.importing.mapping import read_mapping
from pipeline.domain.importing.tables import Table
from pipeline.forms import ColumnsForm, UploadForm
from pipeline.models import ImportRun
from pipeline.queries import pages as queries
from pipeline.views import import_reports
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.views.answers import action, form_page, go, page_of, tenant_url, trail


@tenant_view(Permission.IMPORT_DATA)
@require_safe
def import_list(request: TenantRequest) -> HttpResponse:
    page = page_of(request, queries.import_runs())
    kinds = {kind.key: gettext(kind.label) for kind in KINDS.values()}
    context = {
        "page": page,
        "rows": [
            {"run": run, "kind": kinds.get(run.kind, ""), "report": run.report} for run in page.object_list
        ],
        "actions": [
            action(_("Import a file"), tenant_url(request, "pipeline:import_upload"), "upload", primary=True)
        ],
    }
    return render(request, "pipeline/imports.html", context)


@tenant_view(Permission.IMPORT_DATA)
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: TenantRequest) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file, kind = form.cleaned_data["file"], form.cleaned_data["kind"]
        try:
            run = imports.upload(
                file=file, name=file.name, kind=kind, by=Actor.of(request), organisation=request.organisation
            )
            imports.draft(run=run, proposal=_proposal(imports.table_of(run), kind))
            return go(request, "pipeline:import_columns", run=run.id)
        except FileError as error:
            form.add_error("file", sentence(error.code, error.params, gettext))
    here = trail(request, "pipeline:import_list", _("Imports"), _("New"))
    return form_page(request, "pipeline/import_upload.html", {"form": form, "trail": here}, form)


@tenant_view(Permission.IMPORT_DATA)
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: TenantRequest, run: UUID) -> HttpResponse:
    """What each column means. `?kind=` proposes again for another kind of file."""
    found = get_object_or_404(ImportRun, pk=run)
    if not imports.can_settle(found):
        return go(request, "pipeline:import_detail", run=found.id)
    table = imports.table_of(found)
    kind = request.GET.get("kind", "")
    document = found.mapping
    if kind in KINDS and kind != found.kind:
        document = _proposal(table, kind).as_mapping()
    if document.get("kind") not in KINDS:
        return render(request, "pipeline/import_columns.html", _columns_context(request, found, table, None))
    form = _columns_form(request, found, table, document)
    if form.is_valid() and _settle(request, found, table, form):
        return go(request, "pipeline:import_detail", run=found.id)
    context = _columns_context(request, found, table, form)
    return form_page(request, "pipeline/import_columns.html", context, form)


@tenant_view(Permission.IMPORT_DATA)
@require_safe
def detail(request: TenantRequest, run: UUID) -> HttpResponse:
    """Where the import is: under way, tried, or over."""
    found = get_object_or_404(ImportRun, pk=run)
    work = import_reports.work_of(request, found)
    if found.status == ImportRun.Status.UPLOADED and work is None and imports.has_file(found):
        return go(request, "pipeline:import_columns", run=found.id)
    context = {
        "run": found,
        "work": work,
        "is_checked": found.status == ImportRun.Status.CHECKED,
        "can_settle": imports.can_settle(found),
        "can_start": imports.can_start(found),
        "told": import_reports.told(found),
        "followed": import_reports.followed(request, found),
        "steps": import_reports.steps(request, found),
        "trail": trail(request, "pipeline:import_list", _("Imports"), found.filename),
    }
    return render(request, "pipeline/import_detail.html", context)


@tenant_view(Permission.IMPORT_DATA)
@require_POST
def start(request: TenantRequest, run: UUID) -> HttpResponse:
    imports.start(run=get_object_or_404(ImportRun, pk=run), by=Actor.of(request))
    return go(request, "pipeline:import_detail", run=run)


@tenant_view(Permission.IMPORT_DATA)
@require_safe
def progress(request: TenantRequest, run: UUID) -> HttpResponse:
    """The bar alone; once the work is over the page is loaded again, with the report."""
    work = import_reports.work_of(request, get_object_or_404(ImportRun, pk=run))
    response = render(request, "_components/progress.html", work or {})
    if work is None or not work["running"]:
        response["HX-Refresh"] = "true"
    return response


@tenant_view(Permission.IMPORT_DATA)
@require_safe
def refused(request: TenantRequest, run: UUID) -> HttpResponseBase:
    """The refused rows with the reasons, as CSV."""
    found = get_object_or_404(ImportRun, pk=run)
    lines = queries.refused_lines(
        request.organisation.id, found.id, list(found.report.get("headers", [])), get_language() or "en"
    )
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="refused-{found.id}.csv"'
    return response


def _proposal(table: Table, kind: str) -> Any:
    stages = {stage.name: stage.kind for stage in queries.stages()}
    return detect(table, KINDS.get(kind), stages)


def _columns_form(
    request: TenantRequest, run: ImportRun, table: Table, document: dict[str, Any]
) -> ColumnsForm:
    formats = {"date_format": document["date_format"]} if document["date_format"] != "ambiguous" else {}
    return ColumnsForm(
        request.POST or None,
        headers=table.headers,
        kind=KINDS[document["kind"]],
        stages=[stage.name for stage in queries.stages()],
        columns=document["columns"],
        initial={
            **formats,
            "decimal": document["decimal"],
            "policy": run.policy,
            "create_unknown": run.create_unknown,
        },
    )


def _settle(request: TenantRequest, run: ImportRun, table: Table, form: ColumnsForm) -> bool:
    """Keep the choices and try the file, here when it is short, else by a worker. False: errors are in the form."""
    by = Actor.of(request)
    try:
        mapping = read_mapping(form.document(), table.headers, [stage.name for stage in queries.stages()])
        is_settled = imports.settle(
            run=run,
            mapping=mapping,
            policy=form.cleaned_data["policy"],
            create_unknown=form.cleaned_data["create_unknown"],
            by=by,
        )
        if not is_settled:
            return True  # started meanwhile: its page says so
        if table.row_count_estimate > imports.CHECKED_AT_ONCE_ROWS or imports.is_busy(request.organisation):
            imports.ask_check(run=run, by=by)
        else:
            imports.check(run=run, organisation=request.organisation, by=by, now=timezone.now())
    except MappingError as error:
        for problem in error.problems:
            form.add_error(None, sentence(problem.code, problem.params, gettext))
    except FileError as error:
        form.add_error(None, sentence(error.code, error.params, gettext))
    return not form.errors


def _columns_context(
    request: TenantRequest, run: ImportRun, table: Table, form: ColumnsForm | None
) -> dict[str, Any]:
    samples = import_reports.samples(table)
    chosen = form.kind.key if form else ""
    return {
        "run": run,
        "form": form,
        "rows": [(field, samples[str(field.label)]) for field in form.columns] if form else [],
        "kinds": [
            {"value": kind.key, "label": gettext(kind.label), "selected": kind.key == chosen}
            for kind in KINDS.values()
        ],
        "kind": chosen,
        "table": table,
        "steps": import_reports.steps(request, run, here="columns"),
        "trail": trail(request, "pipeline:import_list", _("Imports"), run.filename),
    }
