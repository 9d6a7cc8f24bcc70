"""What every reading address of the API shares: the filters that it takes, and the day as of which it answers.

No list ignores `as_of`: its filter takes it, or `asked` refuses it (docs/adr/0018).
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.fields import empty
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from tenants.actions.api_keys import READ

AS_OF = "as_of"


class AsOfField(serializers.DateField):
    """A day that is over, in the organisation's time zone: the pages show no later one either."""

    def __init__(self, help_text: str, **kwargs: Any) -> None:
        super().__init__(help_text=help_text, **{"required": False, **kwargs})

    def get_value(self, dictionary: Any) -> Any:
        # DRF takes an empty parameter for one that is absent.
        return dictionary.get(self.field_name, empty)

    def to_internal_value(self, value: Any) -> date:
        day = super().to_internal_value(value)
        if day >= timezone.localdate():
            raise serializers.ValidationError(
                _("This day is not over yet: choose yesterday or an earlier day.")
            )
        return day


class Filter(serializers.Serializer[Any]):
    """What a list can be asked for. Without a field `as_of`, `no_past` says why."""

    no_past: Any = ""


class Rows(ListAPIView[Any]):
    """A list of the organisation in force: `select` narrows it by the filters that were given, `written` writes a page."""

    required_scope = READ
    filters: type[Filter]

    def select(self, asked: dict[str, Any]) -> QuerySet[Any]:
        raise NotImplementedError

    def written(self, rows: Sequence[Any], asked: dict[str, Any]) -> list[Any]:
        return list(self.get_serializer(rows, many=True).data)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        wanted = asked(self.filters, request)
        rows = self.paginate_queryset(self.select(wanted)) or []
        return self.get_paginated_response(self.written(rows, wanted))


def asked(filters: type[Filter], request: Request) -> dict[str, Any]:
    """The filters that were given; raises ValidationError (400) at the name of what is wrong."""
    form = filters(data=request.query_params)
    form.is_valid(raise_exception=True)
    if AS_OF in request.query_params and AS_OF not in form.fields:
        raise serializers.ValidationError(
            {AS_OF: [form.no_past or _("This has no past day: ask without as_of.")]}
        )
    return dict(form.validated_data)


def given(values: dict[str, Any], **names: str) -> dict[str, Any]:
    """The filters that were given, under the names of their columns."""
    return {column: values[name] for name, column in names.items() if name in values}
