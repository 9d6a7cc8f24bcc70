"""Asking for a run: the work itself is reporting.actions.recompute, in a worker."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tenants.access import Actor
from tenants.actions import audit, jobs
from tenants.domain.roles import Permission
from tenants.models import Job, Organisation


def ask(*, organisation: Organisation, as_of: date, yesterday: date, by: Actor) -> Job:
    """Queue the recompute of a day; a day that is waiting or running already is not asked for twice.

    Raises PermissionDenied, and ValidationError at `as_of` for a day that is not over.
    """
    by.require(Permission.RECOMPUTE)
    if as_of > yesterday:
        raise ValidationError({"as_of": _("This day is not over yet: choose yesterday or an earlier day.")})
    job = jobs.enqueue(
        organisation_id=organisation.id, kind=jobs.RECOMPUTE, key=as_of.isoformat(), task=jobs.RECOMPUTE_TASK
    )
    audit.record(by=by, verb="run.ask", detail={"as_of": as_of.isoformat()})
    return job
