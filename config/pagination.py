"""The API's pages: a cursor, so that a page neither repeats nor loses rows while data changes."""

from rest_framework.pagination import CursorPagination


class Cursor(CursorPagination):
    """50 rows, up to 200 on request; ordered by id (UUIDv7: by time of creation) unless the view says otherwise."""

    ordering = "id"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
