"""The clock's application. It sends what is due by name, so it loads neither the tasks nor the pages behind them: it starts
in a third of the time, with a third of the memory."""

from __future__ import annotations

import time
from typing import Any

import structlog
from celery import Celery, signals
from celery.beat import Scheduler
from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

from config.logging import configure

log = structlog.get_logger("beat")

app = Celery("boussole", fixups=[])  # without Celery's own, which sets up all of Django
app.config_from_object("django.conf:settings", namespace="CELERY")


@signals.setup_logging.connect
def log_as_the_house_does(**kwargs: Any) -> None:
    configure(settings.LOG)


@signals.beat_init.connect
def tick_at_once(**kwargs: Any) -> None:
    """A clock that was down catches up when it starts, instead of a minute later."""
    for entry in app.conf.beat_schedule.values():
        app.send_task(entry["task"], **entry["options"])


class Clock(Scheduler):
    """Celery's, with the schedule in memory (every tick is harmless twice), which leaves word that it runs.

    Not by a task: when every worker has long work, the clock is not late.
    """

    def tick(self, *args: Any, **kwargs: Any) -> float:
        try:
            cache.set(settings.BEAT_KEY, time.time(), None)
        except RedisError as error:
            log.warning("the clock could not leave word", error=str(error))
        return float(super().tick(*args, **kwargs))
