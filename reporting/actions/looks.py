"""Answers of a large organisation that a page cannot wait for: asked for once, worked out by a job (ADR 0013).

What the job is to look at lies in the cache, beside its progress: a page and who looks. Its answers lie there as well,
by `reporting.queries.memo`. Losing them loses nothing: whoever looks asks again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from uuid import UUID

from django.core.cache import cache

from reporting.models import Run
from reporting.queries import memo
from tenants import queries as tenant_queries
from tenants.actions.jobs import LOOK, LOOK_TASK, enqueue
from tenants.models import Job
from tenants.scope import current_organisation_id


@dataclass(frozen=True, slots=True)
class Look:
    """Pages or lists of the API to look at, by their addresses, as a member or with a key of the API."""

    who: UUID
    addresses: tuple[str, ...]
    is_key: bool = False


def ask(look: Look) -> Job:
    """Have a worker look at these pages, in the organisation in force."""
    organisation_id = current_organisation_id()
    key = f"{look.who.hex}:{sha256(repr(look.addresses).encode()).hexdigest()[:40]}"
    job = enqueue(organisation_id=organisation_id, kind=LOOK, key=key, task=LOOK_TASK)
    cache.set(_place(organisation_id, job.id), look, memo.DAY)
    return job


def is_asked_by(job: Job, member: UUID) -> bool:
    return job.kind == LOOK and job.key.startswith(f"{member.hex}:")


def asked(organisation_id: UUID, job_id: UUID) -> Look | None:
    """What a job is to look at; None when that is no longer known."""
    found: Look | None = cache.get(_place(organisation_id, job_id))
    return found


def ask_for_the_morning(*, as_of: date, addresses: Sequence[str]) -> Job | None:
    """After the night of a large organisation: have the pages ready that a director opens first. None: not needed."""
    directors = tenant_queries.directors_of(current_organisation_id())
    if not directors or not addresses or Run.objects.filter(as_of__gt=as_of).exists() or not memo.is_large():
        return None
    return ask(Look(directors[0].id, tuple(addresses)))


def _place(organisation_id: UUID, job_id: UUID) -> str:
    return f"org:{organisation_id}:look:{job_id}"
