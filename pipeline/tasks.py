"""Imports in the background."""

from uuid import UUID

from django.utils import timezone

from pipeline.actions import imports
from pipeline.domain.importing.errors import FileError, MappingError
from pipeline.models import ImportRun
from tenants.access import Actor
from tenants.tasks import Busy, JobContext, Refused, job_task
from tenants.turns import take_free_turn


@job_task(name=imports.IMPORT_TASK)
def import_file(context: JobContext) -> None:
    """Import a checked file; the page that asked made it `started`."""
    run = _run_of(context)
    if run.status != ImportRun.Status.STARTED:
        return  # asked for twice
    _act(imports.perform, run, context)


@job_task(name=imports.CHECK_TASK)
def check_file(context: JobContext) -> None:
    """Run an import dry, after an import that is under way, for which the worker need not be held."""
    if not take_free_turn(imports.IMPORT):
        raise Busy
    _act(imports.check, _run_of(context), context)


def _run_of(context: JobContext) -> ImportRun:
    run: ImportRun | None = ImportRun.objects.filter(pk=UUID(context.key)).first()
    if run is None or not imports.has_file(run):
        raise Refused("the file is no longer there")
    return run


def _act(action: imports.Action, run: ImportRun, context: JobContext) -> None:
    # The permission was checked when a person asked; here the system acts in that person's name.
    by = Actor("member", run.uploaded_by)
    try:
        action(
            run=run, organisation=context.organisation, by=by, now=timezone.now(), progress=context.progress
        )
    except (FileError, MappingError) as error:
        raise Refused(str(error)) from error
