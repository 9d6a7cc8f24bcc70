"""Answers of the API that a large organisation has to wait for, or gets as they were worked out earlier (ADR 0013).

Whatever is worked out through `reporting.queries.memo` when it is asked for answers by here: so an earlier answer always
says its age.
"""

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from reporting.actions import looks
from reporting.queries import memo

WORKED_OUT = serializers.DateTimeField(
    allow_null=True,
    help_text="When an earlier answer was worked out: what was recorded since is not in these figures yet. Else null.",
)
AGE = OpenApiParameter(
    "Age",
    int,
    OpenApiParameter.HEADER,
    response=[200],
    description="Seconds since an earlier answer was worked out.",
)


class DetailSerializer(serializers.Serializer[Any]):
    detail = serializers.CharField()


BEING_WORKED_OUT = OpenApiResponse(
    DetailSerializer,
    "Of many thousand opportunities: the figures are being worked out. Ask again after Retry-After seconds.",
)


def kept_answer(request: Request, work: Callable[[], list[dict[str, Any]]]) -> Response:
    """The rows that `work` answers, each with its `worked_out_at`; 202 when a worker has to work them out first."""
    try:
        with memo.in_a_hurry():
            rows, moment = work(), memo.age()
    except memo.TakesLong:
        looks.ask(looks.Look(request.auth.pk, (request.get_full_path(),), is_key=True))
        again = "Being worked out: ask again in a while."
        return Response({"detail": again}, status=202, headers={"Retry-After": "10"})
    # An empty list has an age as well.
    headers = {} if moment is None else {"Age": str(int((timezone.now() - moment).total_seconds()))}
    told = None if moment is None else WORKED_OUT.to_representation(moment)
    return Response([{**row, "worked_out_at": told} for row in rows], headers=headers)
