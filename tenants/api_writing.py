"""What every writing address of the API shares: done once under an Idempotency-Key, refusals as problem details."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from tenants.access import Actor
from tenants.actions import idempotency
from tenants.models import ApiKey, Organisation

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="A name that you give to this request: sent again within 24 hours, it is not done again.",
)


class Conflict(APIException):
    status_code = 409
    default_detail = _("The same request is still under way: try again in a moment.")
    default_code = "conflict"


class KeyReused(APIException):
    status_code = 422
    default_detail = _("This Idempotency-Key was used for another request.")
    default_code = "key_reused"


class ProblemSerializer(serializers.Serializer[Any]):
    """Problem details, RFC 9457."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(required=False)
    instance = serializers.CharField(required=False)
    # What is wrong, by field. REST framework takes fields off the class: `errors` stays the property that it was.
    errors = serializers.JSONField(required=False)  # type: ignore[assignment]


PROBLEM = OpenApiResponse(ProblemSerializer)
PROBLEMS = {400: PROBLEM, 401: PROBLEM, 403: PROBLEM, 409: PROBLEM, 422: PROBLEM, 429: PROBLEM}


class Writing:
    """Mixin of an APIView: a POST is done by `_once(request, act)`."""

    def _once(self, request: Request, act: Callable[[], Response]) -> HttpResponseBase:
        key = request.headers.get("Idempotency-Key")
        django_request = request._request
        # Before anything reads the body as a stream.
        digest = idempotency.digest_of("POST", django_request.get_full_path(), django_request.body)
        if key is None:
            with refusals():
                return act()

        def told() -> tuple[int, str]:
            with refusals():
                response = act()
            return response.status_code, JSONRenderer().render(response.data).decode()

        try:
            answer = idempotency.once(api_key_id=api_key(request).pk, key=key, digest=digest, act=told)
        except idempotency.BadKey as error:
            text = _("An Idempotency-Key is 1 to 255 visible ASCII characters.")
            raise serializers.ValidationError({"Idempotency-Key": [text]}) from error
        except idempotency.KeyReused as error:
            raise KeyReused from error
        except idempotency.InFlight as error:
            raise Conflict from error
        response = HttpResponse(answer.body, status=answer.status, content_type="application/json")
        if answer.replayed:
            response["Idempotent-Replayed"] = "true"
        return response


def api_key(request: Request) -> ApiKey:
    return cast(ApiKey, request.auth)


def organisation_of(request: Request) -> Organisation:
    return api_key(request).organisation


def actor(request: Request) -> Actor:
    """The key, which may what its scopes say."""
    return Actor("key", api_key(request).pk)


@contextmanager
def refusals() -> Iterator[None]:
    """What an action refuses, as the answer 400 by field."""
    try:
        yield
    except ValidationError as error:
        if hasattr(error, "error_dict"):
            raise serializers.ValidationError(error.message_dict) from error
        raise serializers.ValidationError({"non_field_errors": error.messages}) from error


def read(serializer: type[serializers.Serializer[Any]], data: Any) -> dict[str, Any]:
    """The checked values of a body; raises ValidationError (400)."""
    form = serializer(data=data)
    form.is_valid(raise_exception=True)
    return dict(form.validated_data)
