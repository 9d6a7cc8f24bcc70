"""A lever action in the API, with what it did."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from reporting.api.result_rows import AMOUNT
from reporting.domain.effect import Measure
from reporting.models import ActionEffect, LeverAction
from tenants.money import currency_exponent, to_decimal


class EffectSerializer(serializers.Serializer[Any]):
    """What an action did, as a night measured it (F11)."""

    as_of = serializers.DateField()
    verdict = serializers.CharField(help_text="helped, cannot_tell or hurt.")
    measure = serializers.CharField(help_text="rate, pace (deals a week) or value (of a win).")
    effect = serializers.CharField(help_text=AMOUNT)
    low = serializers.CharField(help_text="80 % interval of the amount.")
    high = serializers.CharField()
    added = serializers.FloatField(
        help_text="To the rate (0 to 1), the deals a week, or the units a win brings."
    )
    added_low = serializers.FloatField()
    added_high = serializers.FloatField()
    helped = serializers.FloatField(help_text="Probability that it helped.")
    counts = serializers.JSONField(
        help_text="[numerator, denominator] before and after, in its scope and in the untouched ones; amounts in minor units."
    )


class LeverActionSerializer(serializers.ModelSerializer[LeverAction]):
    """context: organisation, effects (stored rows by action)."""

    measured_effect = serializers.SerializerMethodField(
        help_text="Null until a night has measured it: not begun, or begun since."
    )
    expected_effect = serializers.SerializerMethodField(help_text="Decimal string; null when none was said.")
    currency = serializers.SerializerMethodField(help_text="ISO 4217 code of the effect.")
    steps = serializers.JSONField(help_text="[{text, done}]")

    class Meta:
        model = LeverAction
        fields = [
            "id", "cycle", "lever", "stage", "team", "person", "segment", "channel", "owner", "start_on", "review_on",
            "expected_effect", "measured_effect", "currency", "note", "steps", "state", "over_on", "conclusion", "scenario",
        ]  # fmt: skip

    @extend_schema_field(EffectSerializer(allow_null=True))
    def get_measured_effect(self, row: LeverAction) -> dict[str, Any] | None:
        found: ActionEffect | None = self.context["effects"].get(row.pk)
        if found is None:
            return None
        currency = self.context["organisation"].currency
        money = (found.money_minor, found.money_low_minor, found.money_high_minor)
        # What a win brings is kept in minor units.
        unit = 10.0 ** currency_exponent(currency) if found.measure == Measure.VALUE else 1.0
        added = (found.added / unit, found.low / unit, found.high / unit)
        return {
            "as_of": found.run.as_of.isoformat(), "verdict": found.verdict, "measure": found.measure,
            **{name: str(to_decimal(round(one), currency)) for name, one in zip(("effect", "low", "high"), money, strict=True)},
            **dict(zip(("added", "added_low", "added_high"), added, strict=True)),
            "helped": found.helped, "counts": found.counts,
        }  # fmt: skip

    def get_expected_effect(self, row: LeverAction) -> str | None:
        if row.expected_minor is None:
            return None
        return str(to_decimal(row.expected_minor, self.context["organisation"].currency))

    def get_currency(self, row: LeverAction) -> str:
        return str(self.context["organisation"].currency)
