"""Rows of what is promised, in the API: strategies, cycles, objectives, revisions."""

from datetime import timedelta
from functools import cache
from typing import Any

from rest_framework import serializers

from objectives.domain.catalogue import CATALOGUE
from objectives.models import Cycle, Objective, Revision, RevisionChange, Strategy
from reporting.api.result_rows import AMOUNT
from reporting.queries.documents import amount
from tenants.models import Organisation


class StrategySerializer(serializers.ModelSerializer[Strategy]):
    """context: organisation."""

    ambition = serializers.SerializerMethodField(help_text=f"Revenue a year at the horizon. {AMOUNT}")
    weights = serializers.DictField(
        child=serializers.IntegerField(), help_text="Percent by part; they add up to 100."
    )

    class Meta:
        model = Strategy
        fields = ["id", "number", "starts_on", "horizon_on", "statement", "ambition", "weights", "created_at"]

    def get_ambition(self, row: Strategy) -> str | None:
        return money(row.ambition_minor, self.context["organisation"])


class CycleSerializer(serializers.ModelSerializer[Cycle]):
    last_day = serializers.SerializerMethodField()
    first_day = serializers.DateField(source="start_on")
    strategy = serializers.UUIDField(source="strategy_id", allow_null=True)

    class Meta:
        model = Cycle
        fields = [
            *["id", "name", "first_day", "last_day", "state", "strategy", "rhythm", "answers_due_on"],
            *["activated_at", "closed_at"],
        ]

    def get_last_day(self, row: Cycle) -> str:
        return (row.end_on - timedelta(days=1)).isoformat()


class BandSerializer(serializers.Serializer[Any]):
    probability = serializers.FloatField(allow_null=True)
    band = serializers.CharField(help_text="comfortable, stretch, hard, out_of_reach or unknown.")
    mean = serializers.CharField(allow_null=True, help_text=f"Expected landing. {AMOUNT}")
    low = serializers.CharField(allow_null=True, help_text="80 % interval.")
    high = serializers.CharField(allow_null=True)
    as_of = serializers.DateField(allow_null=True)


class OutcomeSerializer(serializers.Serializer[Any]):
    actual = serializers.CharField(allow_null=True, help_text=AMOUNT)
    attainment = serializers.FloatField(allow_null=True, help_text="Actual over target; never capped.")
    hit = serializers.BooleanField(allow_null=True)
    as_of = serializers.DateField()


class ObjectiveSerializer(serializers.Serializer[Objective]):
    """context: organisation."""

    id = serializers.UUIDField()
    cycle = serializers.UUIDField()
    parent = serializers.UUIDField(allow_null=True)  # type: ignore[assignment]  # a field, not Field.parent
    metric = serializers.CharField()
    family = serializers.CharField(help_text="prospecting, conversion or value.")
    stage = serializers.UUIDField(allow_null=True, help_text="The stage that a rate leaves.")
    segment = serializers.CharField(
        allow_blank=True, help_text="Measured in this segment only; empty: everywhere."
    )
    team = serializers.UUIDField(allow_null=True)
    person = serializers.UUIDField(allow_null=True)
    owner = serializers.CharField()
    state = serializers.ChoiceField(choices=Objective.State.choices)
    target = serializers.CharField(allow_null=True, help_text=AMOUNT)
    commitment = serializers.CharField(allow_null=True, help_text="The least that is promised.")
    stretch = serializers.CharField(allow_null=True)
    currency = serializers.CharField(allow_null=True, help_text="Of the target; null for counts and rates.")
    importance = serializers.IntegerField(allow_null=True, help_text="Percent of the owner's attention.")
    priority = serializers.IntegerField(help_text="1 gives way last.")
    orientation = serializers.CharField(allow_blank=True, help_text="Part of the strategy that it serves.")
    why = serializers.CharField(allow_blank=True)
    calibration = BandSerializer(allow_null=True, help_text="How attainable it was said to be.")
    outcome = OutcomeSerializer(allow_null=True, help_text="Frozen when the cycle is closed.")

    def to_representation(self, instance: Objective) -> dict[str, Any]:
        organisation: Organisation = self.context["organisation"]
        metric = CATALOGUE[instance.metric]

        def written(value: Any) -> Any:
            return amount(None if value is None else float(value), metric.unit, organisation.currency)

        return {
            "id": instance.id,
            "cycle": instance.cycle_id,
            "parent": instance.parent_id,
            "metric": instance.metric,
            "family": metric.family,
            "stage": instance.stage_id,
            "segment": instance.segment,
            "team": instance.team_id,
            "person": instance.person_id,
            "owner": str(instance.owner or organisation),
            "state": instance.state,
            "target": written(instance.target),
            "commitment": written(instance.commitment),
            "stretch": written(instance.stretch),
            "currency": organisation.currency if metric.unit == "money" else None,
            "importance": instance.importance,
            "priority": instance.priority,
            "orientation": instance.orientation,
            "why": instance.why,
            "calibration": picked(instance.calibration, BandSerializer, written, ("mean", "low", "high")),
            "outcome": picked(instance.outcome, OutcomeSerializer, written, ("actual",)),
        }


class ChangeSerializer(serializers.Serializer[RevisionChange]):
    objective = serializers.UUIDField(allow_null=True, help_text="Null for one that approval would make.")
    person = serializers.UUIDField(allow_null=True, help_text="Of a new objective.")
    before = serializers.CharField(allow_null=True, help_text=AMOUNT)
    after = serializers.CharField(help_text=AMOUNT)


class RevisionSerializer(serializers.ModelSerializer[Revision]):
    """context: organisation."""

    changes = serializers.SerializerMethodField()
    cycle = serializers.UUIDField(source="cycle_id")

    class Meta:
        model = Revision
        fields = [
            *[
                "id",
                "cycle",
                "kind",
                "text",
                "effective_on",
                "state",
                "proposed_at",
                "decided_at",
                "decision",
            ],
            "changes",
        ]

    def get_changes(self, row: Revision) -> list[dict[str, Any]]:
        currency = self.context["organisation"].currency
        is_to_come = row.state == Revision.State.PROPOSED
        found = []
        for change in row.changes.all():
            about = change.objective or change.parent
            unit = CATALOGUE[about.metric].unit
            found.append(
                {
                    "objective": None if is_to_come and change.parent_id else change.objective_id,
                    "person": change.person_id,
                    "before": amount(None if change.before is None else float(change.before), unit, currency),
                    "after": amount(float(change.after), unit, currency),
                }
            )
        return found


def money(minor: int | None, organisation: Organisation) -> str | None:
    """Minor units as a decimal string."""
    found = amount(
        None if minor is None else float(minor), CATALOGUE["revenue_won"].unit, organisation.currency
    )
    return None if found is None else str(found)


@cache
def names_of(shape: type[serializers.Serializer[Any]]) -> list[str]:
    return [str(name) for name in shape().fields]


def picked(
    document: dict[str, Any], shape: type[serializers.Serializer[Any]], written: Any, amounts: tuple[str, ...]
) -> dict[str, Any] | None:
    """The fields of `shape` from a stored document, `amounts` written in the metric's unit; None for an empty one."""
    if not document:
        return None
    found = {name: document.get(name) for name in names_of(shape)}
    return found | {name: written(found[name]) for name in amounts}
