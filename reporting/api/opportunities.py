"""Opportunities in the API, as they are, or as they stood at the end of a past day."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view

from pipeline.models import Opportunity
from pipeline.queries import past
from pipeline.queries.credit import credit_of
from reporting.api import filters
from reporting.api.lists import Rows
from reporting.api.opportunity_rows import OpportunitySerializer
from tenants.api_reading import given

OF_A_DAY = {"stage": "stage", "team": "team", "owner": "person"}


@extend_schema_view(
    get=extend_schema(operation_id="opportunities", parameters=[filters.OpportunityFilter], tags=["pipeline"])
)
class OpportunityList(Rows):
    """Opportunities as they are now, or as they stood on a day."""

    serializer_class = OpportunitySerializer
    filters = filters.OpportunityFilter

    def select(self, asked: dict[str, Any]) -> QuerySet[Any]:
        day = asked.get("as_of")
        if day is not None:
            return past.opened_by(day, **_of_a_day(asked)).filter(**given(asked, external_id="external_id"))
        names = given(asked, stage="stage_id", team="team_id", person="owner_id", external_id="external_id")
        found: QuerySet[Opportunity] = Opportunity.objects.select_related("stage")
        return found.filter(**names)

    def written(self, rows: Sequence[Any], asked: dict[str, Any]) -> list[Any]:
        day, context = asked.get("as_of"), self.get_serializer_context()
        if day is not None:
            stood = past.stood_on(day, [row.id for row in rows], **_of_a_day(asked))
            rows = [row for row in rows if row.id in stood]
            context |= {"stood": stood, "stages": past.stages()}
        context["credit"] = credit_of([row.id for row in rows], day)
        return list(OpportunitySerializer(rows, many=True, context=context).data)


def _of_a_day(asked: dict[str, Any]) -> dict[str, Any]:
    return {name: asked.get(said) for name, said in OF_A_DAY.items()}
