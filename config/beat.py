"""The clock's application. It sends what is due by name, so it loads neither the tasks nor the pages behind them: it starts
in a third of the time, with a third of the memory."""

from __future__ import annotations

from typing import Any

from celery import Celery, signals
from django.conf import settings

from config.logging import configure

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
