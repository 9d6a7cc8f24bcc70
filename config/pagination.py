"""The API's pages: a cursor, so that a page neither repeats nor loses rows while data changes."""

from typing import Any

from django.core.exceptions import ValidationError
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request


class Cursor(CursorPagination):
    """50 rows, up to 200 on request; ordered by id (UUIDv7: by time of creation) unless the view says otherwise."""

    ordering = "id"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        try:
            return super().paginate_queryset(queryset, request, view)
        except ValidationError as error:  # a place that is no id: somebody built the cursor
            raise NotFound(self.invalid_cursor_message) from error
