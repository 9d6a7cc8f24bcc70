"""What a list may be asked for. A value of the wrong form is answered 400, with the fault at its name."""

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext, gettext_lazy
from rest_framework import serializers
from rest_framework.exceptions import NotFound

from reporting.models import DailyFact, LeverAction, Run
from tenants.api_reading import AsOfField, Filter


class RunFilter(Filter):
    as_of = AsOfField("Day of a stored run; the latest when absent.")


class OwnerFilter(RunFilter):
    team = serializers.UUIDField(required=False, help_text="Only this team's own rows.")
    person = serializers.UUIDField(required=False, help_text="Only this salesperson's rows.")


class GapFilter(OwnerFilter):
    cycle = serializers.UUIDField(required=False, help_text="Only objectives of this cycle.")
    metric = serializers.CharField(required=False, help_text="Key of the metric, e.g. revenue_won.")


class FactFilter(Filter):
    as_of = AsOfField("The days up to this one, by what is known now.")
    metric = serializers.ChoiceField(choices=DailyFact.Metric.choices, required=False)
    start = serializers.DateField(required=False, help_text="First day.")
    end = serializers.DateField(required=False, help_text="Last day.")
    stage = serializers.UUIDField(required=False)
    team = serializers.UUIDField(required=False)
    person = serializers.UUIDField(required=False)


class LeverActionFilter(Filter):
    cycle = serializers.UUIDField(required=False, help_text="Only actions of this cycle.")
    team = serializers.UUIDField(required=False, help_text="Only actions for this team.")
    person = serializers.UUIDField(required=False, help_text="Only actions for this salesperson.")
    state = serializers.ChoiceField(choices=LeverAction.State.choices, required=False)
    as_of = AsOfField(
        "Those that were written, or had begun, by the end of this day: their state then, and their effect as the last night "
        "up to then measured it."
    )


class OpportunityFilter(Filter):
    stage = serializers.UUIDField(required=False)
    team = serializers.UUIDField(required=False)
    person = serializers.UUIDField(required=False, help_text="Its owner.")
    external_id = serializers.CharField(required=False)
    as_of = AsOfField(
        "Those that had been opened by the end of this day, as they stood then: stage, owner and team, amount, dates; the "
        "filters are of that day too, and a page may hold fewer rows than asked for."
    )


class RunListFilter(Filter):
    no_past = gettext_lazy("Runs are the record of what was computed: ask with start and end.")
    start = serializers.DateField(required=False, help_text="First day.")
    end = serializers.DateField(required=False, help_text="Last day.")


def run_of(as_of: date | None) -> Run | None:
    """The run of a day, the latest without one; None when nothing was ever computed. NotFound for a day without run."""
    runs: QuerySet[Run] = Run.objects.order_by("-as_of")
    run = runs.first() if as_of is None else runs.filter(as_of=as_of).first()
    if run is None and as_of is not None:
        raise NotFound(
            gettext("Nothing is stored for %(day)s: see /api/v1/runs for the computed days.")
            % {"day": as_of.isoformat()}
        )
    return run
