"""What the bodies and filters of this API have in common."""

from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from prospecting.models import Activity
from prospecting.models.people import CHANNELS as CHANNELS
from tenants.api_reading import Filter

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


class PeriodFilter(Filter):
    start = serializers.DateField(required=False, help_text="First day.")
    end = serializers.DateField(required=False, help_text="Last day.")
    person = serializers.UUIDField(required=False)
    team = serializers.UUIDField(required=False, help_text="Only this team's own rows.")
    engagement = serializers.UUIDField(required=False)
    channel = serializers.ChoiceField(choices=CHANNELS, required=False)
    company = serializers.UUIDField(required=False)
    external_id = serializers.CharField(required=False, max_length=120)
