"""The audit trail: one row beside the change, in its transaction."""

from typing import Any

from django.db import models

from tenants.access import Actor
from tenants.models import AuditEntry


def record(
    *, by: Actor, verb: str, obj: models.Model | None = None, detail: dict[str, Any] | None = None
) -> None:
    """Write who did what to which row. `detail` holds ids, numbers and codes, never personal text."""
    AuditEntry.objects.create(
        actor_kind=by.kind,
        actor_id=by.id,
        verb=verb,
        object_type=obj._meta.label_lower if obj is not None else "",
        object_id=obj.pk if obj is not None else None,
        detail=detail or {},
    )
