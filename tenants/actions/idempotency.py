"""A request that its sender repeats is done once: the second time, it gets the answer of the first.

The answer is written in the transaction of the effect, and rolled back with it: answers of 400 and above keep nothing, and
the same key may be tried again. Two at once: the second waits for the first, up to WAIT.
"""

import hashlib
import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from tenants.models import IdempotencyKey
from tenants.scope import current_organisation_id

KEPT = timedelta(hours=24)
WAIT = timedelta(seconds=5)
PAUSE = 0.02  # seconds between two looks
KEY = re.compile(r"[\x21-\x7e]{1,255}", re.ASCII)


class BadKey(ValueError):
    """The key is not one of 1 to 255 visible ASCII characters."""


class KeyReused(ValueError):
    """The key was used for another request."""


class InFlight(RuntimeError):
    """The first request of this key is still under way."""


class Answer(NamedTuple):
    status: int
    body: str
    replayed: bool


def digest_of(method: str, path: str, body: bytes) -> str:
    return hashlib.sha256(b"\n".join((method.encode(), path.encode(), body))).hexdigest()


def once(*, api_key_id: UUID, key: str, digest: str, act: Callable[[], tuple[int, str]]) -> Answer:
    """The answer (status, body) of `act`, or the one that was kept for this key. Raises BadKey, KeyReused, InFlight."""
    if not KEY.fullmatch(key):
        raise BadKey(key)
    _wait_for(f"{current_organisation_id()}:{api_key_id}:{key}")
    kept = IdempotencyKey.objects.filter(api_key_id=api_key_id, key=key).first()
    if kept is not None:
        if kept.request_digest != digest:
            raise KeyReused(key)
        return Answer(kept.status, kept.response, replayed=True)
    status, body = act()
    if status < 400:
        IdempotencyKey.objects.create(
            api_key_id=api_key_id, key=key, request_digest=digest, status=status, response=body
        )
    return Answer(status, body, replayed=False)


def forget(*, now: datetime) -> int:
    """Delete what was kept for longer than a day; return how many."""
    deleted, _by_model = IdempotencyKey.objects.filter(at__lt=now - KEPT).delete()
    return int(deleted)


def _wait_for(name: str) -> None:
    """Hold the name until the transaction ends. Whoever has it now commits or rolls back first."""
    until = time.monotonic() + WAIT.total_seconds()
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 1))", [name])
            if cursor.fetchone()[0]:
                return
            if time.monotonic() >= until:
                raise InFlight(name)
            time.sleep(PAUSE)
