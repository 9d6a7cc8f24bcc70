"""Rows of the night's results in the API. The figures are those of the pages and of `recompute --json`: one builder makes them."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from objectives.domain.catalogue import CATALOGUE
from pipeline.queries.stays import NOBODY
from reporting.domain.causes import BY_KEY, RULES, Family, Measure
from reporting.models import (
    CauseResult,
    ConversionResult,
    DailyFact,
    GapResult,
    LandingResult,
    Run,
)
from reporting.queries.documents import amount, conversion_document, gap_document
from tenants.models import Organisation
from tenants.money import to_decimal

STATE = "behind, cannot_tell, on_or_above, or none (no objective, or nothing known)."
AMOUNT = "Money as a decimal string in the organisation's currency; counts and rates as numbers."


class RunSerializer(serializers.ModelSerializer[Run]):
    class Meta:
        model = Run
        fields = ["id", "as_of", "mode", "started_at", "finished_at", "counts", "timings", "engine"]
        extra_kwargs = {"timings": {"help_text": "Milliseconds by step."}}


class ConversionSerializer(serializers.Serializer[ConversionResult]):
    """context: organisation."""

    id = serializers.UUIDField()
    as_of = serializers.DateField()
    from_stage = serializers.UUIDField()
    to_stage = serializers.UUIDField()
    team = serializers.UUIDField(allow_null=True)
    person = serializers.UUIDField(allow_null=True)
    scope = serializers.CharField(help_text="Name of the company, team or person.")
    scope_kind = serializers.ChoiceField(choices=["company", "team", "person"])
    entered = serializers.IntegerField()
    advanced = serializers.IntegerField()
    lost = serializers.IntegerField()
    open = serializers.IntegerField()
    unknown = serializers.IntegerField(help_text="Stays whose way out the file cannot tell.")
    eventual_rate = serializers.FloatField(
        allow_null=True, help_text="Null when it cannot be known from the data."
    )
    mean = serializers.FloatField(
        allow_null=True, help_text="Estimate with the prior, to which the interval belongs."
    )
    low = serializers.FloatField(allow_null=True, help_text="80 % interval.")
    high = serializers.FloatField(allow_null=True)
    objective_rate = serializers.FloatField(allow_null=True)
    state = serializers.CharField(help_text=STATE)

    def get_fields(self) -> dict[str, Any]:
        return super().get_fields() | {"from": serializers.CharField(), "to": serializers.CharField()}

    def to_representation(self, instance: ConversionResult) -> dict[str, Any]:
        organisation: Organisation = self.context["organisation"]
        return {
            "id": instance.id,
            "as_of": self.context["as_of"],
            "from_stage": instance.from_stage_id,
            "to_stage": instance.to_stage_id,
            "team": instance.team_id,
            "person": instance.person_id,
            "unknown": instance.unknown,
            "mean": instance.mean,
            **conversion_document(instance, organisation),
        }


class LeverSerializer(serializers.Serializer[Any]):
    lever = serializers.CharField(help_text="volume, mix, value, carried_in, or “rate: from → to”.")
    contribution = serializers.CharField(help_text=AMOUNT)


class GapSerializer(serializers.Serializer[GapResult]):
    """context: organisation, as_of, stages."""

    id = serializers.UUIDField()
    as_of = serializers.DateField()
    objective = serializers.UUIDField()
    cycle = serializers.UUIDField()
    metric = serializers.CharField()
    team = serializers.UUIDField(allow_null=True)
    person = serializers.UUIDField(allow_null=True)
    owner = serializers.CharField()
    currency = serializers.CharField(allow_null=True, help_text="Of the amounts; null for counts and rates.")
    target = serializers.CharField(allow_null=True, help_text=AMOUNT)
    path = serializers.CharField(allow_null=True, help_text=AMOUNT)
    actual = serializers.CharField(allow_null=True, help_text=AMOUNT)
    gap_to_path = serializers.CharField(allow_null=True, help_text=AMOUNT)
    gap_to_target = serializers.CharField(allow_null=True, help_text=AMOUNT)
    state = serializers.CharField(help_text=STATE)
    levers = LeverSerializer(many=True)

    def to_representation(self, instance: GapResult) -> dict[str, Any]:
        organisation: Organisation = self.context["organisation"]
        objective = instance.objective
        unit = CATALOGUE[objective.metric].unit
        return {
            "id": instance.id,
            "as_of": self.context["as_of"],
            "cycle": objective.cycle_id,
            "team": objective.team_id,
            "person": objective.person_id,
            "currency": organisation.currency if unit == "money" else None,
            "gap_to_target": amount(instance.gap_to_target, unit, organisation.currency),
            "state": instance.state,
            **gap_document(instance, organisation, self.context["stages"]),
        }


class CauseSerializer(serializers.ModelSerializer[CauseResult]):
    """context: organisation, as_of."""

    rule = serializers.ChoiceField(choices=[rule.key for rule in RULES], help_text="See docs/causes.md.")
    family = serializers.ChoiceField(choices=[family.value for family in Family])
    unit = serializers.ChoiceField(
        choices=[measure.value for measure in Measure],
        help_text="Of signal, low, high, threshold and reference; money in minor units.",
    )
    as_of = serializers.DateField()
    at_stake = serializers.CharField(
        allow_null=True, help_text="Decimal string; null without an attributed gap in revenue."
    )
    currency = serializers.CharField(help_text="ISO 4217 code of at_stake.")
    state = serializers.CharField(
        help_text="behind (stands out), cannot_tell or on_or_above (within its limit)."
    )

    class Meta:
        model = CauseResult
        fields = [
            "id", "as_of", "rule", "family", "unit", "scope_kind", "team", "person", "signal", "mean", "low", "high", "threshold",
            "reference", "numerator", "denominator", "cases", "p", "at_stake", "currency", "state",
        ]  # fmt: skip

    def to_representation(self, instance: CauseResult) -> dict[str, Any]:
        organisation: Organisation = self.context["organisation"]
        rule, stake = BY_KEY.get(instance.rule), instance.at_stake_minor
        figures = {
            name: getattr(instance, name)
            for name in ("rule", "scope_kind", "signal", "mean", "low", "high", "threshold", "reference", "numerator",
                         "denominator", "cases", "p", "state")
        }  # fmt: skip
        return {
            "id": instance.id,
            "as_of": self.context["as_of"],
            "team": instance.team_id,
            "person": instance.person_id,
            **figures,
            "family": rule.family.value if rule else None,
            "unit": rule.measure.value if rule else None,
            "at_stake": None if stake is None else str(to_decimal(stake, organisation.currency)),
            "currency": organisation.currency,
        }


class FlowSerializer(serializers.Serializer[Any]):
    line = serializers.CharField(
        help_text="won, lost, new, amount, moved, handed, undone, waited, created or learnt: see docs/landing.md."
    )
    amount = serializers.CharField(help_text=AMOUNT)
    count = serializers.IntegerField(allow_null=True, help_text="How many deals.")


class LandingSerializer(serializers.Serializer[LandingResult]):
    """context: organisation, as_of."""

    id = serializers.UUIDField()
    as_of = serializers.DateField()
    metric = serializers.CharField()
    team = serializers.UUIDField(allow_null=True)
    person = serializers.UUIDField(allow_null=True)
    scope = serializers.CharField(help_text="Name of the company, team or person.")
    scope_kind = serializers.ChoiceField(choices=["company", "team", "person"])
    currency = serializers.CharField()
    target = serializers.CharField(allow_null=True, help_text=AMOUNT)
    mean = serializers.CharField(help_text="Landing: booked + open + created.")
    low = serializers.CharField(help_text="80 % interval.")
    high = serializers.CharField()
    probability = serializers.FloatField(allow_null=True, help_text="Of the target; null without one.")
    booked = serializers.CharField()
    open = serializers.CharField(help_text="From open deals.")
    created = serializers.CharField(help_text="From deals not created yet.")
    weighted = serializers.CharField(help_text="The classic stage-weighted forecast, for comparison.")
    since = serializers.DateField(allow_null=True, help_text="Day of the landing that `flow` starts from.")
    flow = FlowSerializer(many=True)

    def to_representation(self, instance: LandingResult) -> dict[str, Any]:
        organisation: Organisation = self.context["organisation"]

        def money(value: float | None) -> Any:
            return amount(value, CATALOGUE["landing"].unit, organisation.currency)

        names = ("target", "mean", "low", "high", "booked", "open", "created", "weighted")
        return {
            "id": instance.id,
            "as_of": self.context["as_of"],
            "metric": instance.metric,
            "team": instance.team_id,
            "person": instance.person_id,
            "scope": str(instance.person or instance.team or organisation),
            "scope_kind": instance.scope_kind,
            "currency": organisation.currency,
            **{name: money(getattr(instance, name)) for name in names},
            "probability": instance.probability,
            "since": instance.since,
            "flow": [{**line, "amount": money(line["amount"])} for line in instance.flow],
        }


class FactSerializer(serializers.Serializer[DailyFact]):
    """context: organisation, scopes (StageScope by number)."""

    metric = serializers.ChoiceField(choices=DailyFact.Metric.choices)
    day = serializers.DateField()
    stage = serializers.UUIDField()
    team = serializers.UUIDField(allow_null=True)
    person = serializers.UUIDField(allow_null=True)
    numerator = serializers.CharField(help_text="A decimal string for amounts won, else an integer.")
    denominator = serializers.IntegerField()
    currency = serializers.CharField(allow_null=True, help_text="Of the numerator, when it is an amount.")

    def to_representation(self, instance: DailyFact) -> dict[str, Any]:
        scope, currency = self.context["scopes"][instance.scope], self.context["organisation"].currency
        is_amount = instance.metric in (DailyFact.Metric.WON, DailyFact.Metric.WON_IN_CYCLE)
        return {
            "metric": instance.metric,
            "day": instance.day.isoformat(),
            "stage": scope.stage_id,
            "team": _somebody(scope.team_id),
            "person": _somebody(scope.owner_id),
            "numerator": str(to_decimal(instance.numerator, currency)) if is_amount else instance.numerator,
            "denominator": instance.denominator,
            "currency": currency if is_amount else None,
        }


def _somebody(id_: UUID) -> UUID | None:
    return None if id_ == NOBODY else id_
