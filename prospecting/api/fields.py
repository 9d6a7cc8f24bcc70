"""What the bodies and filters of this API have in common."""

from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request

from prospecting.models import Activity
from prospecting.models.people import CHANNELS as CHANNELS
from tenants.actions.api_keys import READ

KINDS = [kind.value for kind in Activity.Kind]
FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class MomentField(serializers.DateTimeField):
    """A moment of this century, with its offset, or in the organisation's time zone without one."""

    def to_internal_value(self, value: Any) -> datetime:
        try:
            moment = super().to_internal_value(value)
            fits = FIRST <= moment < LAST
        except OverflowError:
            fits = False
        if not fits:
            raise serializers.ValidationError(_("This moment is out of reach."))
        return moment


class IdentifierField(serializers.CharField):
    """An identifier of the sender's own, compared exactly."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{"required": False, "allow_blank": True, "default": "", "max_length": 120, **kwargs}
        )


class PeriodFilter(serializers.Serializer[Any]):
    start = serializers.DateField(required=False, help_text="First day.")
    end = serializers.DateField(required=False, help_text="Last day.")
    person = serializers.UUIDField(required=False)
    team = serializers.UUIDField(required=False, help_text="Only this team's own rows.")
    engagement = serializers.UUIDField(required=False)
    channel = serializers.ChoiceField(choices=CHANNELS, required=False)
    company = serializers.UUIDField(required=False)
    external_id = serializers.CharField(required=False, max_length=120)


class Rows(ListAPIView[Any]):
    """A list of the organisation in force; `select` narrows it by the filters that were given."""

    required_scope = READ
    filters: type[serializers.Serializer[Any]]

    def select(self, asked: dict[str, Any]) -> QuerySet[Any]:
        raise NotImplementedError

    def get_queryset(self) -> QuerySet[Any]:
        return self.select(asked(self.filters, self.request))


def asked(filters: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """The filters that were given; raises ValidationError (400)."""
    form = filters(data=request.query_params)
    form.is_valid(raise_exception=True)
    return dict(form.validated_data)


def given(values: dict[str, Any], **names: str) -> dict[str, Any]:
    """The filters that were given, under the names of their columns."""
    return {column: values[name] for name, column in names.items() if name in values}
