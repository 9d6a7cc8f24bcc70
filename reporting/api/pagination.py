"""Pages of the daily facts: by their composite key, which the cursor holds."""

import base64
import binascii
import json
from datetime import date
from typing import Any

from django.utils.translation import gettext
from rest_framework.exceptions import NotFound
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from tenants.scope import current_organisation_id


class FactCursor(BasePagination):
    """Forward only. DRF's own cursor goes by one column, and thousands of facts share a day."""

    page_size, max_page_size = 50, 200

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        size = _size(request.query_params.get("page_size", ""), self.page_size, self.max_page_size)
        cursor = request.query_params.get("cursor", "")
        if cursor:
            queryset = queryset.filter(pk__gt=(current_organisation_id(), *_decode(cursor)))
        rows = list(queryset.order_by("pk")[: size + 1])
        self.next_url = None
        if len(rows) > size:
            rows.pop()
            last = _encode(rows[-1].scope, rows[-1].metric, rows[-1].day)
            self.next_url = replace_query_param(request.build_absolute_uri(), "cursor", last)
        return rows

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self.next_url, "previous": None, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        address = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["results"],
            "properties": {"next": address, "previous": address, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            {"name": "cursor", "in": "query", "required": False, "schema": {"type": "string"}},
            {"name": "page_size", "in": "query", "required": False, "schema": {"type": "integer"}},
        ]


def _size(text: str, default: int, most: int) -> int:
    return min(int(text), most) if text.isascii() and text.isdigit() and int(text) > 0 else default


def _encode(scope: int, metric: str, day: date) -> str:
    return base64.urlsafe_b64encode(json.dumps([scope, metric, day.isoformat()]).encode()).decode()


def _decode(cursor: str) -> tuple[int, str, date]:
    try:
        scope, metric, day = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        return int(scope), str(metric), date.fromisoformat(day)
    except (ValueError, TypeError, binascii.Error):
        raise NotFound(gettext("Invalid cursor")) from None
