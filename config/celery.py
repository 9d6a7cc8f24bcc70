"""The Celery application: what its processes do at their start, and what their log lines carry."""

from __future__ import annotations

import signal
from typing import Any

from celery import Celery, signals
from django.db import connections
from structlog.contextvars import bind_contextvars, clear_contextvars

from config.processes import die_with_parent

app = Celery("boussole")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.setup_logging.connect
def keep_our_logging(**kwargs: Any) -> None:
    """Being connected is enough: Celery then leaves the logging of config.logging alone."""


@signals.worker_init.connect
def refuse_unfit_role(**kwargs: Any) -> None:
    """A worker on a database role that sees through the policies must not start."""
    from config.boot import refuse_unfit_role

    refuse_unfit_role()


@signals.worker_process_init.connect
def start_clean(**kwargs: Any) -> None:
    """A forked worker must not share its parent's database sessions, nor outlive it."""
    for connection in connections.all(initialized_only=True):
        connection.inc_thread_sharing()
        connection.close()
        connection.dec_thread_sharing()
    die_with_parent(signal.SIGKILL)


@signals.task_prerun.connect
def name_the_task(task_id: str = "", task: Any = None, **kwargs: Any) -> None:
    clear_contextvars()
    bind_contextvars(task=task_id, task_name=task.name)


@signals.task_postrun.connect
def forget_the_task(**kwargs: Any) -> None:
    clear_contextvars()
