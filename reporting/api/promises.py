"""What is promised, in the API: strategies, cycles, objectives and revisions, as they are or were on a day."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from objectives.models import Cycle, Objective, Revision, Strategy
from objectives.queries import past
from reporting.api.lists import Rows
from reporting.api.promise_rows import (
    CycleSerializer,
    ObjectiveSerializer,
    RevisionSerializer,
    StrategySerializer,
)
from tenants.api_reading import AsOfField, Filter, given

TAGS = ["objectives"]


class StrategyFilter(Filter):
    as_of = AsOfField("The versions that had begun, or had been written, by the end of this day.")


class CycleFilter(Filter):
    state = serializers.ChoiceField(choices=Cycle.State.choices, required=False)
    as_of = AsOfField(
        "Those that had begun, or had been drafted, by the end of this day, in their state then."
    )


class ObjectiveFilter(Filter):
    cycle = serializers.UUIDField(required=False)
    team = serializers.UUIDField(required=False, help_text="Only this team's own objectives.")
    person = serializers.UUIDField(required=False, help_text="Only this salesperson's objectives.")
    metric = serializers.CharField(required=False, help_text="Key of the metric, e.g. revenue_won.")
    as_of = AsOfField(
        "Those that were promised by then, as they stood at the end of this day, by what had been decided by then."
    )


class RevisionFilter(Filter):
    cycle = serializers.UUIDField(required=False)
    state = serializers.ChoiceField(choices=Revision.State.choices, required=False)
    as_of = AsOfField("Those that had been proposed by the end of this day, as they were decided by then.")


@extend_schema_view(get=extend_schema(operation_id="strategies", parameters=[StrategyFilter], tags=TAGS))
class StrategyList(Rows):
    """Every version of the strategy."""

    serializer_class = StrategySerializer
    filters = StrategyFilter

    def select(self, asked: dict[str, Any]) -> QuerySet[Any]:
        day, rows = asked.get("as_of"), Strategy.objects
        return rows.all() if day is None else past.strategies_by(day)


@extend_schema_view(get=extend_schema(operation_id="cycles", parameters=[CycleFilter], tags=TAGS))
class CycleList(Rows):
    """Cycles: drafts, active and closed ones."""

    serializer_class = CycleSerializer
    filters = CycleFilter

    def select(self, asked: dict[str, Any]) -> QuerySet[Any]:
        day = asked.get("as_of")
        if day is not None:
            return past.cycles_by(day).filter(**given(asked, state=past.STATE))
        rows: QuerySet[Cycle] = Cycle.objects.filter(**given(asked, state="state"))
        return rows

    def written(self, rows: Sequence[Any], asked: dict[str, Any]) -> list[Any]:
        return super().written(past.cycles_stood(rows) if "as_of" in asked else rows, asked)


@extend_schema_view(get=extend_schema(operation_id="objectives", parameters=[ObjectiveFilter], tags=TAGS))
class ObjectiveList(Rows):
    """Objectives of every cycle, drafts included."""

    serializer_class = ObjectiveSerializer
    filters = ObjectiveFilter

    def select(self, asked: dict[str, Any]) -> QuerySet[Any]:
        names = {name: f"{name}_id" for name in ("cycle", "team", "person")}
        rows = past.objectives_by(asked["as_of"]) if "as_of" in asked else Objective.objects.all()
        found: QuerySet[Any] = rows.select_related("team", "person", "engagement", "cycle")
        return found.defer("context").filter(**given(asked, metric="metric", **names))

    def written(self, rows: Sequence[Any], asked: dict[str, Any]) -> list[Any]:
        day = asked.get("as_of")
        return super().written(rows if day is None else past.objectives_stood(rows, day), asked)


@extend_schema_view(get=extend_schema(operation_id="revisions", parameters=[RevisionFilter], tags=TAGS))
class RevisionList(Rows):
    """Revisions of active objectives: the reason, what each would change or has changed, and the decision."""

    serializer_class = RevisionSerializer
    filters = RevisionFilter

    def select(self, asked: dict[str, Any]) -> QuerySet[Any]:
        if "as_of" in asked:
            rows, state = past.revisions_by(asked["as_of"]), past.STATE
        else:
            rows, state = Revision.objects.all(), "state"
        found: QuerySet[Revision] = rows.prefetch_related("changes__objective", "changes__parent")
        return found.filter(**given(asked, cycle="cycle_id", state=state))

    def written(self, rows: Sequence[Any], asked: dict[str, Any]) -> list[Any]:
        return super().written(past.revisions_stood(rows) if "as_of" in asked else rows, asked)
