"""What actions answer when somebody else was quicker, or when what is asked cannot hold."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q

from tenants.models import AuditEntry


class Locked(Exception):
    """An active cycle does not change: its targets are a stable reference."""


class InUse(Exception):
    """Something that somebody works on hangs on what was to be deleted. Nothing was written."""


@dataclass
class StaleVersion(Exception):
    """The row was changed by somebody else since it was read. Nothing was written.

    current: the row as it is now; by, at, verb, detail: the latest change, as the audit trail has it.
    """

    current: models.Model
    by: UUID | None
    at: datetime | None
    verb: str
    detail: dict[str, Any]


def refuse_stale(row: models.Model, version: int) -> None:
    """Raise StaleVersion unless `row` (read under a lock) is still at `version`.

    The change that it tells of is the latest to the row itself or, for a share that moved because another one did,
    to the cascade.
    """
    if row.version == version:  # type: ignore[attr-defined]
        return
    about = Q(object_id=row.pk) | Q(verb__startswith="cascade.") | Q(verb__startswith="plan.")
    latest = AuditEntry.objects.filter(about).order_by("-at", "-id").first()
    raise StaleVersion(
        current=row,
        by=latest.actor_id if latest else None,
        at=latest.at if latest else None,
        verb=latest.verb if latest else "",
        detail=latest.detail if latest else {},
    )
