"""The organisation behind a key."""

from typing import cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenants.actions.api_keys import READ
from tenants.api_reading import Filter, asked
from tenants.models import ApiKey, Organisation


class OrganisationSerializer(serializers.ModelSerializer[Organisation]):
    working_days = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=6), help_text="Days of the week, Monday is 0."
    )

    class Meta:
        model = Organisation
        fields = ["id", "slug", "name", "currency", "time_zone", "locale", "country", "working_days"]
        extra_kwargs = {
            "currency": {"help_text": "ISO 4217 code of every amount."},
            "time_zone": {"help_text": "IANA name; it says what a day is."},
            "country": {"help_text": "ISO 3166 code of the calendar of public holidays."},
        }


class OrganisationView(APIView):
    required_scope = READ
    filters = Filter

    @extend_schema(operation_id="organisation", responses=OrganisationSerializer, tags=["organisation"])
    def get(self, request: Request) -> Response:
        """The organisation that the key belongs to, as it is now."""
        asked(self.filters, request)
        key = cast(ApiKey, request.auth)
        return Response(OrganisationSerializer(key.organisation).data)
