"""Imports, from the file sent to the report: one record each, and the file in a private folder until it is old."""

import os
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from pipeline.actions import import_tables, importing
from pipeline.actions.import_session import Report, Session
from pipeline.domain.importing.detection import Proposal
from pipeline.domain.importing.mapping import ColumnMapping, read_mapping
from pipeline.domain.importing.tables import Table, open_table
from pipeline.models import ImportRun, Stage
from pipeline.queries import pages as queries
from tenants import queries as tenants_queries
from tenants.access import Actor
from tenants.actions import audit, jobs
from tenants.domain.roles import Permission
from tenants.ids import new_id
from tenants.models import Job, Organisation
from tenants.turns import take_time, take_turn

IMPORT, IMPORT_TASK = "import", "pipeline.tasks.import_file"
CHECK, CHECK_TASK = "import_check", "pipeline.tasks.check_file"
NAMES_COMPANIES = ("companies", "opportunities")  # kinds of files that make or change companies
KEPT = timedelta(days=30)
SETTLING = (ImportRun.Status.UPLOADED, ImportRun.Status.CHECKED)  # the choices of columns are still open
CHECKED_AT_ONCE_ROWS = 20_000  # a longer file is checked by a worker

Progress = Callable[[str, int, int], None]


class Action(Protocol):
    """What `check` and `perform` have in common."""

    def __call__(
        self, *, run: ImportRun, organisation: Organisation, by: Actor, now: datetime, progress: Progress
    ) -> Report: ...


def silent(step: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def path_of(run: ImportRun) -> Path:
    return Path(settings.MEDIA_ROOT) / run.path


def table_of(run: ImportRun) -> Table:
    """The file, opened. A large workbook is read whole, which takes longer than a page may think. Raises FileError."""
    take_time()
    return open_table(path_of(run))


def has_file(run: ImportRun) -> bool:
    return bool(run.path) and path_of(run).exists()


def upload(*, file: BinaryIO, name: str, kind: str, by: Actor, organisation: Organisation) -> ImportRun:
    """Keep a file that was sent, readable by this system only, and open it once.

    Raises FileError when it is not a table that can be read; then nothing is kept.
    """
    by.require(Permission.IMPORT_DATA)
    delete_old_files(now=timezone.now())
    stored = f"{organisation.id}/{new_id()}"
    target = Path(settings.MEDIA_ROOT) / stored
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    take_time()
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as copy:
            shutil.copyfileobj(file, copy, 1024 * 1024)
        open_table(target)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    run: ImportRun = ImportRun.objects.create(
        kind=kind, filename=name[:200], path=stored, size=target.stat().st_size, uploaded_by=by.id
    )
    audit.record(by=by, verb="import.upload", obj=run, detail={"size": run.size})
    return run


def delete_old_files(*, now: datetime) -> int:
    """Delete the organisation's uploaded files older than 30 days; their reports stay. Done at each upload."""
    old = ImportRun.objects.filter(uploaded_at__lt=now - KEPT).exclude(path="")
    for run in old:
        path_of(run).unlink(missing_ok=True)
    return int(old.update(path=""))


def draft(*, run: ImportRun, proposal: Proposal) -> None:
    """Keep what the file seems to be until a person settles it; "ambiguous" is no date format yet."""
    run.kind = proposal.kind.key if proposal.kind else ""
    run.mapping = proposal.as_mapping()
    run.save(update_fields=["kind", "mapping"])


def settle(*, run: ImportRun, mapping: ColumnMapping, policy: str, create_unknown: bool, by: Actor) -> bool:
    """Record how the file is to be read and what is to be done with wrong rows. False: it was started meanwhile."""
    by.require(Permission.IMPORT_DATA)
    run.kind = mapping.kind.key
    run.mapping = mapping.as_dict()
    run.policy = policy
    run.create_unknown = create_unknown
    run.status = ImportRun.Status.UPLOADED
    run.check_report = {}
    written = ("kind", "mapping", "policy", "create_unknown", "status", "check_report")
    settling = ImportRun.objects.filter(pk=run.pk, status__in=SETTLING)
    return bool(settling.update(**{name: getattr(run, name) for name in written}))


def session_for(
    *, organisation: Organisation, mapping: ColumnMapping, create_unknown: bool, by: Actor, progress: Progress = silent,
    run: UUID | None = None, now: datetime,
) -> Session:  # fmt: skip
    return Session(
        organisation=organisation,
        mapping=mapping,
        stages=tuple(queries.stages()),
        today=now.astimezone(organisation.zone).date(),
        create_unknown=create_unknown,
        import_run=run,
        by=by,
        progress=progress,
    )


def check(
    *, run: ImportRun, organisation: Organisation, by: Actor, now: datetime, progress: Progress = silent
) -> Report:
    """Run dry, and keep the report, unless other choices were made or the import was started meanwhile. Raises FileError."""
    by.require(Permission.IMPORT_DATA)
    take_turn(IMPORT)  # from whichever door; the job holds the same lock already
    table = table_of(run)
    report = importing.run(
        session=_session_of(run, table, organisation, by, now, progress),
        table=table,
        all_or_nothing=run.policy == ImportRun.Policy.ALL_OR_NOTHING,
        dry_run=True,
    )
    as_read = ImportRun.objects.filter(
        pk=run.pk, status__in=SETTLING, mapping=run.mapping, policy=run.policy, create_unknown=run.create_unknown
    )  # fmt: skip
    if as_read.update(check_report=report.as_dict(), status=ImportRun.Status.CHECKED):
        run.check_report, run.status = report.as_dict(), ImportRun.Status.CHECKED
    return report


def ask_check(*, run: ImportRun, by: Actor) -> Job:
    """Have a worker run dry; the page shows its progress."""
    by.require(Permission.IMPORT_DATA)
    job = jobs.enqueue(organisation_id=run.organisation_id, kind=CHECK, key=str(run.id), task=CHECK_TASK)
    run.job_id = job.id
    run.save(update_fields=["job_id"])
    return job


def can_settle(run: ImportRun) -> bool:
    """Whether the choices of columns are still open."""
    return run.status in SETTLING and has_file(run)


def can_start(run: ImportRun) -> bool:
    """Whether the file was tried, or its import failed for another reason than its rows."""
    if run.status == ImportRun.Status.STARTED and run.job_id:
        job = tenants_queries.job(run.organisation_id, run.job_id)
        return job is not None and job.state == Job.State.FAILED and has_file(run)
    return run.status == ImportRun.Status.CHECKED and has_file(run)


def is_busy(organisation: Organisation) -> bool:
    """Whether an import of this organisation is under way; a try would wait for it."""
    return any(not job.is_over for job in tenants_queries.jobs_of(organisation.id, IMPORT))


def start(*, run: ImportRun, by: Actor) -> Job | None:
    """Have a worker import the file; None when it is under way or over already, whoever else asked."""
    by.require(Permission.IMPORT_DATA)
    if not can_start(run):
        return None
    taken = ImportRun.objects.filter(pk=run.pk, status=run.status).update(
        status=ImportRun.Status.STARTED, uploaded_by=by.id
    )
    if not taken:
        return None
    job = jobs.enqueue(organisation_id=run.organisation_id, kind=IMPORT, key=str(run.id), task=IMPORT_TASK)
    ImportRun.objects.filter(pk=run.pk).update(job_id=job.id)
    audit.record(by=by, verb="import.start", obj=run)
    return job


def perform(
    *, run: ImportRun, organisation: Organisation, by: Actor, now: datetime, progress: Progress = silent
) -> Report:
    """Import the file, keep the report and the refused rows, and ask for the figures to be computed again.

    All of it in the transaction of the scope: a worker killed on the way leaves nothing behind.
    """
    by.require(Permission.IMPORT_DATA)
    all_or_nothing = run.policy == ImportRun.Policy.ALL_OR_NOTHING
    take_turn(IMPORT)
    table = table_of(run)
    session = _session_of(run, table, organisation, by, now, progress)
    report = importing.run(session=session, table=table, all_or_nothing=all_or_nothing, dry_run=False)
    _keep_refused(run, table)
    run.report = report.as_dict() | {"headers": table.headers}
    run.status = ImportRun.Status.REFUSED if report.is_refused else ImportRun.Status.FINISHED
    run.finished_at = now
    run.save(update_fields=["report", "status", "finished_at"])
    audit.record(by=by, verb=f"import.{run.status}", obj=run, detail=_counts(report))
    if report.created + report.changed + report.moved:
        ask_recompute(organisation=organisation, now=now)
        if run.kind in NAMES_COMPANIES:
            ask_targets(organisation=organisation)
    return report


def ask_recompute(*, organisation: Organisation, now: datetime) -> Job:
    """Have the figures of yesterday, the organisation's, computed again."""
    yesterday = now.astimezone(organisation.zone).date() - timedelta(days=1)
    return jobs.enqueue(
        organisation_id=organisation.id,
        kind=jobs.RECOMPUTE,
        key=yesterday.isoformat(),
        task=jobs.RECOMPUTE_TASK,
    )


def ask_targets(*, organisation: Organisation) -> Job:
    """Have the companies told again by the organisation's rules who is a target; the app above does it."""
    return jobs.enqueue(
        organisation_id=organisation.id, kind=jobs.TARGETS, key=jobs.EVERYTHING, task=jobs.TARGETS_TASK
    )


def _session_of(
    run: ImportRun, table: Table, organisation: Organisation, by: Actor, now: datetime, progress: Progress
) -> Session:
    return session_for(
        organisation=organisation,
        mapping=read_mapping(run.mapping, table.headers, Stage.objects.values_list("name", flat=True)),
        create_unknown=run.create_unknown,
        by=by,
        progress=progress,
        run=run.id,
        now=now,
    )


def _counts(report: Report) -> dict[str, Any]:
    return {
        "created": report.created,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "refused": report.refused,
    }


def _keep_refused(run: ImportRun, table: Table) -> None:
    """Every reason of every refused row, the row's cells beside the first of them."""
    importing.keep_missing_cells(table)
    import_tables.execute(
        """
        INSERT INTO pipeline_refusedrow (id, organisation_id, import_run_id, "row", "column", code, params, cells)
        SELECT uuidv7(), %(organisation)s, %(run)s, r."row", r."column", r.code, r.params,
               CASE WHEN r.place = 1 THEN coalesce(c.cells, '[]') ELSE '[]' END
        FROM (SELECT *, row_number() OVER (PARTITION BY "row" ORDER BY "column", code) AS place FROM import_refused) r
        LEFT JOIN import_cells c ON c."row" = r."row"
        ORDER BY r."row", r.place
        """,
        {"organisation": run.organisation_id, "run": run.id},
    )
