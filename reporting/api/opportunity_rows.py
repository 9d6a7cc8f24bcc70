"""Opportunities in the API, as they are or as they stood on a day."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from pipeline.models import Opportunity
from pipeline.queries.past import Stood
from tenants.money import to_decimal


class CreditSerializer(serializers.Serializer[Any]):
    person = serializers.UUIDField(allow_null=True)
    share = serializers.DecimalField(max_digits=7, decimal_places=6, help_text="Of 1; they add up to 1.")


class OpportunitySerializer(serializers.ModelSerializer[Opportunity]):
    """context: organisation, credit (the shares in force, by opportunity); of a past day also stood (by opportunity) and
    stages (by id)."""

    credit = serializers.SerializerMethodField(
        help_text="Who is credited with which part; empty when it is all the owner's."
    )
    amount = serializers.SerializerMethodField(help_text="Decimal string; null when it is not known.")
    currency = serializers.SerializerMethodField(help_text="ISO 4217 code of the amount.")
    stage_name = serializers.CharField(source="stage.name")
    state = serializers.CharField(
        source="stage.kind",
        help_text="open, won or lost; of a past day also unknown: seen further on, without a date.",
    )

    class Meta:
        model = Opportunity
        fields = [
            "id", "external_id", "name", "state", "stage", "stage_name", "owner", "team", "company", "product", "segment",
            "channel", "amount", "currency", "contract_months", "created_on", "expected_close_on", "closed_on",
            "lost_reason", "credit",
        ]  # fmt: skip

    def to_representation(self, row: Opportunity) -> dict[str, Any]:
        stood: dict[UUID, Stood] = self.context.get("stood", {})
        if row.id not in stood:
            return super().to_representation(row)
        then = stood[row.id]
        # The reason that is told now is that of the present close.
        is_same_close = then.state == "lost" and then.closed_on == row.closed_on
        row.stage = self.context["stages"][then.stage_id]
        row.owner_id, row.team_id, row.amount_minor = then.owner_id, then.team_id, then.amount_minor
        row.expected_close_on, row.closed_on = then.expected_close_on, then.closed_on
        row.lost_reason = row.lost_reason if is_same_close else ""
        return super().to_representation(row) | {"state": then.state}

    @extend_schema_field(CreditSerializer(many=True))
    def get_credit(self, row: Opportunity) -> Any:
        found = self.context["credit"][row.id]
        if not found:
            return []
        parts = [
            {"person": part.person.id if part.person else row.owner_id, "share": part.share} for part in found
        ]
        return CreditSerializer(parts, many=True).data

    def get_amount(self, row: Opportunity) -> str | None:
        if row.amount_minor is None:
            return None
        return str(to_decimal(row.amount_minor, self.context["organisation"].currency))

    def get_currency(self, row: Opportunity) -> str:
        return str(self.context["organisation"].currency)
