"""The Celery application of the worker: what its processes do at their start, and what their log lines carry. The clock has its
own, config.beat."""

from __future__ import annotations

import signal
import time
from collections.abc import Sequence
from typing import Any

import structlog
from celery import Celery, signals
from django.core.exceptions import ImproperlyConfigured
from structlog.contextvars import bind_contextvars, clear_contextvars

from config.processes import die_with_parent

log = structlog.get_logger("task")

app = Celery("boussole")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.setup_logging.connect
def keep_our_logging(**kwargs: Any) -> None:
    """Being connected is enough: Celery then leaves the logging of config.logging alone."""


@signals.worker_init.connect
def before_the_fork(**kwargs: Any) -> None:
    """A worker on a database role that sees through the policies must not start. All tasks are loaded by now."""
    from config.boot import refuse_unfit_role, set_aside_what_stays

    set_aside_what_stays()
    try:
        refuse_unfit_role()
    except ImproperlyConfigured as fault:
        # Celery only logs what a signal's receiver raises, unless it is a wish to leave.
        raise SystemExit(str(fault)) from fault


@signals.worker_process_init.connect
def die_with_the_worker(**kwargs: Any) -> None:
    """A pool process must not outlive a killed worker. (Celery itself closes the inherited database sessions.)"""
    die_with_parent(signal.SIGKILL)


@signals.task_prerun.connect
def name_the_task(task_id: str = "", task: Any = None, args: Sequence[Any] = (), **kwargs: Any) -> None:
    from tenants.tasks import TENANT_TASKS

    clear_contextvars()
    bind_contextvars(task=task_id, task_name=task.name)
    if args and TENANT_TASKS.get(task.name) == "organisation":
        bind_contextvars(organisation=args[0])
    task.request.began = time.perf_counter()


@signals.task_postrun.connect
def note_the_task(task: Any = None, state: str | None = None, **kwargs: Any) -> None:
    began = getattr(task.request, "began", None)
    milliseconds = round((time.perf_counter() - began) * 1000, 1) if began is not None else None
    log.info("task ended", state=state, milliseconds=milliseconds)
    clear_contextvars()
