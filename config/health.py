"""Whether the process lives, and whether it can serve."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from redis import Redis

from config.environment import redis_database
from tenants.access import public_view

LATEST_BEAT = 180.0  # seconds; the clock leaves word every minute


@public_view("probed by the process supervisor; says nothing but that the process answers")
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


@public_view("probed by the load balancer; says which part is down, in one word each")
@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when database, broker and clock all answer, else 503 with what does not."""
    parts = {"database": _database, "broker": _broker, "beat": _beat}
    states = {name: _state(probe) for name, probe in parts.items()}
    return JsonResponse(states, status=200 if set(states.values()) == {"ok"} else 503)


def _state(probe: Callable[[], bool]) -> str:
    try:
        return "ok" if probe() else "late"
    # Whatever a probe raises, the answer is the same: this part is down.
    except Exception:
        return "down"


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone())


def _broker() -> bool:
    with Redis.from_url(redis_database(settings.REDIS_URL, 0), socket_timeout=2) as client:
        return bool(client.ping())


def _beat() -> bool:
    last = cache.get(settings.BEAT_KEY)
    return last is not None and time.time() - last < LATEST_BEAT
