"""Conversion by what deals have in common, as of any day: worked out when it is asked for."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from pipeline.queries.stay_cells import DIMENSIONS
from reporting.api.kept_answers import AGE, BEING_WORKED_OUT, WORKED_OUT, kept_answer
from reporting.models import Run
from reporting.queries.by_dimension import Cell, Scope, by_dimension
from reporting.queries.conversion import stages
from reporting.queries.dimension_objectives import objectives_of
from reporting.queries.reach import whole_reach
from tenants.actions.api_keys import READ
from tenants.api_reading import AsOfField, Filter, asked

ASKED = sorted(set(DIMENSIONS) - {"none"})


class DimensionFilter(Filter):
    by = serializers.ChoiceField(
        choices=ASKED,
        required=False,
        help_text="What the deals of a row have in common; their team when absent.",
    )
    as_of = AsOfField("Any past day; yesterday when absent.")
    team = serializers.UUIDField(required=False, help_text="Only stays in this team and those below it.")


class CellSerializer(serializers.Serializer[Any]):
    """A transition of a group."""

    as_of = serializers.DateField()
    group = serializers.CharField(
        help_text="Id of the team, person or product; else the text or period itself."
    )
    name = serializers.CharField(help_text='Empty for "not said".')
    from_stage = serializers.UUIDField()
    to_stage = serializers.UUIDField()
    entered = serializers.IntegerField()
    advanced = serializers.IntegerField()
    lost = serializers.IntegerField()
    open = serializers.IntegerField()
    unknown = serializers.IntegerField(help_text="Stays whose way out the data cannot tell.")
    eventual_rate = serializers.FloatField(allow_null=True)
    mean = serializers.FloatField(allow_null=True, help_text="Estimate with the prior, of the interval.")
    low = serializers.FloatField(allow_null=True, help_text="80 % interval.")
    high = serializers.FloatField(allow_null=True)
    objective_rate = serializers.FloatField(allow_null=True)
    state = serializers.CharField()
    snapshot_rate = serializers.FloatField(allow_null=True, help_text="Advanced ÷ closed.")
    mature_entered = serializers.IntegerField(help_text="Entered long enough ago to tell.")
    mature_advanced = serializers.IntegerField()
    median_days = serializers.FloatField(allow_null=True)
    p90_days = serializers.FloatField(allow_null=True)
    skipped = serializers.IntegerField()
    steps_back = serializers.IntegerField()
    worked_out_at = WORKED_OUT


class ConversionByDimension(APIView):
    """Rates of the transitions by team, person, segment, channel, product, month or quarter of entry."""

    required_scope = READ
    filters = DimensionFilter

    @extend_schema(
        operation_id="conversion_by", parameters=[DimensionFilter, AGE], tags=["results"],
        responses={200: CellSerializer(many=True), 202: BEING_WORKED_OUT},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        wanted = asked(self.filters, request)
        day = wanted.get("as_of", timezone.localdate() - timedelta(days=1))
        by = wanted.get("by", "team")
        reach, team = whole_reach(day), wanted.get("team")
        if team is not None and team not in reach.tree.teams:
            return Response([])
        run = Run.objects.filter(as_of=day).first()
        scope, known = Scope.of(reach, team), stages()
        objectives = objectives_of(run.id if run else None, scope, by, known)

        def work() -> list[dict[str, Any]]:
            found = by_dimension(day, by, scope, known, objectives)
            names = dict(found.groups)
            cells = [_document(one, names[one.group], day) for one in found.cells]
            return list(CellSerializer(cells, many=True).data)

        return kept_answer(request, work)


def _document(cell: Cell, name: str, day: Any) -> dict[str, Any]:
    one = cell.transition
    same = (
        "entered", "advanced", "lost", "open", "unknown", "eventual_rate", "mean", "low", "high", "objective_rate",
        "state", "snapshot_rate", "median_days",
    )  # fmt: skip
    return {
        "as_of": day, "group": cell.group, "name": name, "from_stage": one.from_stage.id, "to_stage": one.to_stage.id,
        **{key: getattr(one, key) for key in same}, "mature_entered": cell.mature_entered,
        "mature_advanced": cell.mature_advanced, "p90_days": cell.p90_days, "skipped": cell.skipped,
        "steps_back": cell.back,
    }  # fmt: skip
