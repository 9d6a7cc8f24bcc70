"""How far a job is. The job's own transaction is invisible until it commits, so this lives in the cache."""

from typing import Any
from uuid import UUID

from django.core.cache import cache

KEPT_SECONDS = 24 * 3600


def _key(organisation_id: UUID, job_id: UUID) -> str:
    return f"org:{organisation_id}:progress:{job_id}"


def report(organisation_id: UUID, job_id: UUID, *, step: str, done: int = 0, total: int = 0) -> None:
    cache.set(_key(organisation_id, job_id), {"step": step, "done": done, "total": total}, KEPT_SECONDS)


def read(organisation_id: UUID, job_id: UUID) -> dict[str, Any]:
    """Return {"step", "done", "total"}; empty when nothing was reported."""
    return cache.get(_key(organisation_id, job_id)) or {}
