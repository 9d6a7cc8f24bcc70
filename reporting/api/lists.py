"""The lists of what the nights work out, page by page."""

from collections.abc import Sequence
from typing import Any, cast

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view

from pipeline.models import StageScope
from reporting.api import filters
from reporting.api.pagination import FactCursor
from reporting.api.result_rows import (
    CauseSerializer,
    ConversionSerializer,
    FactSerializer,
    GapSerializer,
    LandingSerializer,
    RunSerializer,
)
from reporting.models import CauseResult, DailyFact, LandingResult, Run
from reporting.queries import documents
from reporting.queries.conversion import stages
from tenants import api_reading
from tenants.api_reading import given
from tenants.models import ApiKey


class Rows(api_reading.Rows):
    """Rows that are written with the organisation at hand."""

    def get_serializer_context(self) -> dict[str, Any]:
        key = cast(ApiKey, self.request.auth)
        return {**super().get_serializer_context(), "organisation": key.organisation}


class OfRun(Rows):
    """Results of one run: the latest, or that of the day asked for."""

    run: Run | None = None

    def of_run(self, rows: QuerySet[Any], asked: dict[str, Any]) -> QuerySet[Any]:
        self.run = filters.run_of(asked.get("as_of"))
        return rows.none() if self.run is None else rows.filter(run=self.run)

    def get_serializer_context(self) -> dict[str, Any]:
        as_of = self.run.as_of.isoformat() if self.run else None
        return {**super().get_serializer_context(), "as_of": as_of}


@extend_schema_view(
    get=extend_schema(operation_id="runs", parameters=[filters.RunListFilter], tags=["results"])
)
class RunList(Rows):
    """Stored runs: the days for which there are results."""

    serializer_class = RunSerializer
    filters = filters.RunListFilter

    def select(self, asked: dict[str, Any]) -> QuerySet[Any]:
        rows: QuerySet[Run] = Run.objects.filter(**given(asked, start="as_of__gte", end="as_of__lte"))
        return rows


@extend_schema_view(
    get=extend_schema(operation_id="conversion", parameters=[filters.OwnerFilter], tags=["results"])
)
class ConversionList(OfRun):
    """Stage conversion rates of a run with their counts, intervals and states."""

    serializer_class = ConversionSerializer
    filters = filters.OwnerFilter

    def select(self, asked: dict[str, Any]) -> QuerySet[Any]:
        rows = documents.conversions().filter(**given(asked, team="team_id", person="person_id"))
        return self.of_run(rows, asked)


@extend_schema_view(get=extend_schema(operation_id="gaps", parameters=[filters.GapFilter], tags=["results"]))
class GapList(OfRun):
    """Objectives against their paths in a run, with the gap attributed to levers."""

    serializer_class = GapSerializer
    filters = filters.GapFilter

    def select(self, asked: dict[str, Any]) -> QuerySet[Any]:
        names = {name: f"objective__{name}_id" for name in ("cycle", "team", "person")}
        rows = documents.gaps().filter(**given(asked, metric="objective__metric", **names))
        return self.of_run(rows, asked)

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "stages": stages()}


@extend_schema_view(
    get=extend_schema(operation_id="causes", parameters=[filters.OwnerFilter], tags=["results"])
)
class CauseList(OfRun):
    """Probable causes of a run: every sign that was looked at, with its limit, how sure it is and what is at stake."""

    serializer_class = CauseSerializer
    filters = filters.OwnerFilter

    def select(self, asked: dict[str, Any]) -> QuerySet[Any]:
        rows = CauseResult.objects.filter(**given(asked, team="team_id", person="person_id"))
        return self.of_run(rows.order_by("rule", "id"), asked)


@extend_schema_view(
    get=extend_schema(operation_id="landings", parameters=[filters.OwnerFilter], tags=["results"])
)
class LandingList(OfRun):
    """Where the company, teams and people land in a run: interval, probability, parts, and why it moved."""

    serializer_class = LandingSerializer
    filters = filters.OwnerFilter

    def select(self, asked: dict[str, Any]) -> QuerySet[Any]:
        rows: QuerySet[LandingResult] = LandingResult.objects.select_related("team", "person")
        return self.of_run(rows.filter(**given(asked, team="team_id", person="person_id")), asked)


@extend_schema_view(
    get=extend_schema(operation_id="facts", parameters=[filters.FactFilter], tags=["results"])
)
class FactList(Rows):
    """Daily facts: counts and amounts by day, stage, team and person; numerator and denominator."""

    serializer_class = FactSerializer
    filters = filters.FactFilter
    pagination_class = FactCursor

    def select(self, asked: dict[str, Any]) -> QuerySet[Any]:
        rows: QuerySet[Any] = DailyFact.objects.filter(**given(asked, as_of="day__lte"))
        rows = rows.filter(**given(asked, metric="metric", start="day__gte", end="day__lte"))
        hands = given(asked, stage="stage_id", team="team_id", person="owner_id")
        if hands:
            rows = rows.filter(scope__in=StageScope.objects.filter(**hands).values("number"))
        return rows

    def written(self, rows: Sequence[Any], asked: dict[str, Any]) -> list[Any]:
        scopes = StageScope.objects.filter(number__in={row.scope for row in rows})
        context = {**self.get_serializer_context(), "scopes": {scope.number: scope for scope in scopes}}
        facts: Any = rows  # of a list, which the stubs do not know
        return list(FactSerializer(facts, many=True, context=context).data)
