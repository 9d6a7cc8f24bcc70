"""Structured log lines that carry the request, the organisation and the task they belong to.

One line of JSON each in production, readable lines on a terminal. `structlog.get_logger()` and the standard library's
loggers (Django, Celery, gunicorn) come out alike.
"""

from __future__ import annotations

import contextlib
import logging.config
import re
import time
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponseBase
from structlog.contextvars import bind_contextvars, clear_contextvars
from structlog.typing import EventDict, Processor, WrappedLogger

SAFE_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
QUIET_PATHS = ("/static/", "/healthz", "/readyz")


def add_organisation(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Name the organisation in force, whoever logs."""
    # Imported late: settings are read before applications are.
    from tenants.scope import NoTenant, current_organisation_id

    with contextlib.suppress(NoTenant):
        event.setdefault("organisation", str(current_organisation_id()))
    return event


# What opens a door by itself: invitation links, password-reset keys, e-mail confirmation keys.
DOORS = re.compile(r"(/join/[^/\s]+/|/calendar/[^/\s]+/[^/\s]+/|/password/reset/key/|/confirm-email/)[^/\s]+")


def hide_tokens(logger: Any, method: str, event: EventDict) -> EventDict:
    """Keep the links that let somebody in out of every line, ours and Django's."""
    for key in ("path", "event"):
        if isinstance(event.get(key), str):
            event[key] = DOORS.sub(r"\1…", event[key])
    return event


def shared_processors() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        add_organisation,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        hide_tokens,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]


def logging_settings(*, level: str, as_json: bool) -> dict[str, Any]:
    """The `dictConfig` of every process: one handler, to standard error."""
    rendering: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    # Tracebacks without the values of variables: those are passwords, tokens and customers' data.
    if as_json:
        traceback = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        rendering += [structlog.processors.ExceptionRenderer(traceback), structlog.processors.JSONRenderer()]
    else:
        plain = structlog.dev.plain_traceback
        rendering += [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=plain)]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": rendering,
                # Of what libraries attach, only this: Django's whole request would show its query.
                "foreign_pre_chain": [
                    *shared_processors(),
                    structlog.stdlib.ExtraAdder(allow={"status_code"}),
                ],
            }
        },
        "handlers": {"standard": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["standard"], "level": level},
        "loggers": {
            # The request middleware writes one line for each request; these would write a second, but for what failed.
            "django.server": {"level": "ERROR"},
            "django.request": {"level": "ERROR"},
            "gunicorn.access": {"level": "ERROR"},
            "gunicorn.error": {"level": level, "propagate": True},
            # config.celery writes one line for each task.
            "celery.app.trace": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
        },
    }


def configure(settings: dict[str, Any]) -> None:
    """Apply `logging_settings`; called once the settings are read, by every kind of process."""
    logging.config.dictConfig(settings)
    structlog.configure(
        processors=[*shared_processors(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


class RequestIdMiddleware:
    """Give each request an id (a proxy's, when it is well-formed), log it once answered, return it to the caller."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.log = structlog.get_logger("request")

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if SAFE_REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        clear_contextvars()
        bind_contextvars(request=request_id)
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = request_id
            self._note(request, response.status_code, started)
        finally:
            clear_contextvars()
        return response

    def _note(self, request: HttpRequest, status: int, started: float) -> None:
        if request.path_info.startswith(QUIET_PATHS) and status < 400:
            return
        organisation = getattr(request, "organisation", None)
        # The path without its query: search words and e-mail addresses do not belong in logs.
        self.log.info(
            "answered",
            method=request.method,
            path=request.path_info,
            status=status,
            milliseconds=round((time.perf_counter() - started) * 1000, 1),
            **({"organisation": str(organisation.pk)} if organisation is not None else {}),
        )
