"""Errors of the API as problem details (RFC 9457): `application/problem+json`."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, JsonResponse
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

MEDIA_TYPE = "application/problem+json"


def problem(status: int, *, detail: str = "", instance: str = "", errors: Any = None) -> dict[str, Any]:
    """The members of RFC 9457, section 3.1; `errors` (an extension) gives the faults by field."""
    body: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    if detail:
        body["detail"] = detail
    if instance:
        body["instance"] = instance
    if errors is not None:
        body["errors"] = errors
    return body


def handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: the same status and headers, the body as a problem."""
    response = exception_handler(error, context)
    if response is None:
        return None
    request = context.get("request")
    errors = response.data if isinstance(error, ValidationError) else None
    detail = (
        ""
        if errors is not None or not isinstance(response.data, dict)
        else str(response.data.get("detail", ""))
    )
    response.data = problem(
        response.status_code,
        detail=detail,
        instance=request.path if request is not None else "",
        errors=errors,
    )
    response.content_type = MEDIA_TYPE
    return response


def problem_response(request: HttpRequest, status: int) -> JsonResponse:
    """The same body where no API view was reached: an unknown address, a failure outside the view."""
    return JsonResponse(problem(status, instance=request.path), status=status, content_type=MEDIA_TYPE)
