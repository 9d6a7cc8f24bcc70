"""What a list may be asked for. A value of the wrong form is answered 400, with the fault at its name."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request

from reporting.models import DailyFact, LeverAction, Run


class RunFilter(serializers.Serializer[Any]):
    as_of = serializers.DateField(required=False, help_text="Day of a stored run; the latest when absent.")


class OwnerFilter(RunFilter):
    team = serializers.UUIDField(required=False, help_text="Only this team's own rows.")
    person = serializers.UUIDField(required=False, help_text="Only this salesperson's rows.")


class GapFilter(OwnerFilter):
    cycle = serializers.UUIDField(required=False, help_text="Only objectives of this cycle.")
    metric = serializers.CharField(required=False, help_text="Key of the metric, e.g. revenue_won.")


class FactFilter(serializers.Serializer[Any]):
    metric = serializers.ChoiceField(choices=DailyFact.Metric.choices, required=False)
    start = serializers.DateField(required=False, help_text="First day.")
    end = serializers.DateField(required=False, help_text="Last day.")
    stage = serializers.UUIDField(required=False)
    team = serializers.UUIDField(required=False)
    person = serializers.UUIDField(required=False)


class LeverActionFilter(serializers.Serializer[Any]):
    cycle = serializers.UUIDField(required=False, help_text="Only actions of this cycle.")
    team = serializers.UUIDField(required=False, help_text="Only actions for this team.")
    person = serializers.UUIDField(required=False, help_text="Only actions for this salesperson.")
    state = serializers.ChoiceField(choices=LeverAction.State.choices, required=False)
    as_of = serializers.DateField(
        required=False,
        help_text="Effects as the last night up to this day measured them; the latest when absent.",
    )


class OpportunityFilter(serializers.Serializer[Any]):
    stage = serializers.UUIDField(required=False)
    team = serializers.UUIDField(required=False)
    person = serializers.UUIDField(required=False, help_text="Its owner.")
    external_id = serializers.CharField(required=False)


class RunListFilter(serializers.Serializer[Any]):
    start = serializers.DateField(required=False, help_text="First day.")
    end = serializers.DateField(required=False, help_text="Last day.")


def read(filters: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """The filters that were given; raises ValidationError (400)."""
    form = filters(data=request.query_params)
    form.is_valid(raise_exception=True)
    return dict(form.validated_data)


def run_of(as_of: date | None) -> Run | None:
    """The run of a day, the latest without one; None when nothing was ever computed. NotFound for a day without run."""
    runs: QuerySet[Run] = Run.objects.order_by("-as_of")
    run = runs.first() if as_of is None else runs.filter(as_of=as_of).first()
    if run is None and as_of is not None:
        raise NotFound(f"Nothing is stored for {as_of.isoformat()}: see /api/v1/runs for the computed days.")
    return run
