"""Activities by the API: one, up to 500 at once, and the list."""

from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from prospecting.actions import activities as actions
from prospecting.actions.activity_writing import Entry, Outcome
from prospecting.api.fields import CHANNELS, KINDS, IdentifierField, PeriodFilter
from prospecting.api.references import Errors, References
from prospecting.models import Activity
from tenants.access import Actor
from tenants.actions.api_keys import READ, WRITE_ACTIVITIES
from tenants.api_reading import AsOfField, Rows, given
from tenants.api_writing import IDEMPOTENCY_KEY, PROBLEMS, Writing, actor, read

LARGEST_BATCH = 500
SAID = ("kind", "channel", "day", "quantity", "note", "external_id")


class ActivityInput(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=KINDS)
    channel = serializers.ChoiceField(choices=CHANNELS)
    day = serializers.DateField()
    quantity = serializers.IntegerField(min_value=1, max_value=10_000, default=1)
    person = serializers.UUIDField(required=False, allow_null=True, help_text="Or person_email.")
    person_email = serializers.CharField(required=False, allow_blank=True, max_length=254)
    engagement = serializers.UUIDField(
        required=False, allow_null=True, help_text="Of a partner, instead of a person."
    )
    company = serializers.UUIDField(
        required=False, allow_null=True, help_text="Or one of the two that follow."
    )
    company_external_id = IdentifierField()
    company_name = serializers.CharField(
        required=False, allow_blank=True, max_length=255, help_text="A new name makes a company."
    )
    contact = serializers.UUIDField(required=False, allow_null=True, help_text="Or contact_external_id.")
    contact_external_id = IdentifierField()
    segment = serializers.UUIDField(
        required=False, allow_null=True, help_text="Counts where no company is named."
    )
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=300)
    external_id = IdentifierField(help_text="Sent again, it changes that activity.")


class ActivitySerializer(serializers.ModelSerializer[Activity]):
    class Meta:
        model = Activity
        fields = [
            *("id", "day", "kind", "channel", "quantity", "person", "team", "engagement", "company", "contact"),
            *("segment", "in_target", "is_first", "note", "external_id", "source", "recorded_at"),
        ]  # fmt: skip
        extra_kwargs = {
            "in_target": {"help_text": "Decided when it was written. What is off target counts toward no objective."},
            "is_first": {"help_text": "The first contact of its contact, or of its company without one."},
        }  # fmt: skip


class ActivityFilter(PeriodFilter):
    as_of = AsOfField("Those of this day and before, by what is known now.")
    kind = serializers.ChoiceField(choices=KINDS, required=False)
    in_target = serializers.BooleanField(required=False, allow_null=True, default=None)


class ActivityBatch(serializers.Serializer[Any]):
    rows = serializers.ListField(child=serializers.JSONField(), min_length=1, max_length=LARGEST_BATCH)


class _RowsOfInput(serializers.Serializer[Any]):
    """What the OpenAPI document says of a batch: each row is checked by itself."""

    # The lengths are of the list that many=True makes, which the stubs do not know.
    rows = ActivityInput(many=True, min_length=1, max_length=LARGEST_BATCH)  # type: ignore[call-arg]


class RowResult(serializers.Serializer[Any]):
    row = serializers.IntegerField(help_text="From 0.")
    result = serializers.ChoiceField(choices=["created", "changed", "unchanged", "refused"])
    id = serializers.UUIDField(allow_null=True)
    errors = serializers.JSONField(required=False)  # type: ignore[assignment] # as in ProblemSerializer


class BatchResult(serializers.Serializer[Any]):
    created = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = RowResult(many=True)


class Activities(Writing, Rows):
    """Activities: what was done to reach prospects."""

    write_scope = WRITE_ACTIVITIES
    serializer_class = ActivitySerializer
    filters = ActivityFilter

    @extend_schema(operation_id="activities", parameters=[ActivityFilter], tags=["prospecting"])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The list."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="activity_log", parameters=[IDEMPOTENCY_KEY], request=ActivityInput,
        responses={200: ActivitySerializer, 201: ActivitySerializer, **PROBLEMS}, tags=["prospecting"],
    )  # fmt: skip
    def post(self, request: Request) -> HttpResponseBase:
        """Log one. 201 when it is new; 200 when its external_id was known."""
        return self._once(request, lambda: _log(request))

    def select(self, asked: dict[str, Any]) -> QuerySet[Any]:
        ids = {name: f"{name}_id" for name in ("person", "team", "engagement", "company")}
        names = given(
            asked, start="day__gte", end="day__lte", channel="channel", kind="kind", external_id="external_id", **ids
        )  # fmt: skip
        rows: QuerySet[Activity] = Activity.objects.filter(**names).filter(**given(asked, as_of="day__lte"))
        return rows if asked["in_target"] is None else rows.filter(in_target=asked["in_target"])


class ActivitiesBatch(Writing, APIView):
    """Up to 500 activities at once."""

    required_scope = READ
    write_scope = WRITE_ACTIVITIES

    @extend_schema(
        operation_id="activity_batch", parameters=[IDEMPOTENCY_KEY], request=_RowsOfInput,
        responses={200: BatchResult, **PROBLEMS}, tags=["prospecting"],
    )  # fmt: skip
    def post(self, request: Request) -> HttpResponseBase:
        """Log up to 500. Each row has its own result; those that are refused do not hold the others up."""
        return self._once(request, lambda: _batch(request))


def _log(request: Request) -> Response:
    said = read(ActivityInput, request.data)
    by = actor(request)
    entry, errors = _entry(said, References.load([said]), by)
    if entry is None:
        raise serializers.ValidationError(errors)
    (outcome,) = actions.bulk(entries=[entry], source=Activity.Source.API, by=by)
    if outcome.result == "refused":
        raise serializers.ValidationError(_barred(outcome))
    written = Activity.objects.get(pk=outcome.id)
    return Response(ActivitySerializer(written).data, status=201 if outcome.result == "created" else 200)


def _batch(request: Request) -> Response:
    rows = read(ActivityBatch, request.data)["rows"]
    by, form = actor(request), ActivityInput()
    results: dict[int, dict[str, Any]] = {}
    said: dict[int, dict[str, Any]] = {}
    seen: set[str] = set()
    for number, row in enumerate(rows):
        try:
            said[number] = form.run_validation(row)
        except serializers.ValidationError as error:
            results[number] = _refused(error.detail)
            continue
        external_id = said[number]["external_id"]
        if external_id in seen:
            results[number] = _refused({"external_id": [_("Another row of this request has it.")]})
            del said[number]
        elif external_id:
            seen.add(external_id)
    references = References.load(list(said.values()))
    entries: dict[int, Entry] = {}
    for number, values in said.items():
        entry, errors = _entry(values, references, by)
        if entry is None:
            results[number] = _refused(errors)
        else:
            entries[number] = entry
    outcomes = actions.bulk(entries=list(entries.values()), source=Activity.Source.API, by=by)
    for number, outcome in zip(entries, outcomes, strict=True):
        results[number] = (
            _refused(_barred(outcome))
            if outcome.result == "refused"
            else {"result": outcome.result, "id": str(outcome.id)}
        )
    return Response(_summary(results))


def _entry(said: dict[str, Any], references: References, by: Actor) -> tuple[Entry | None, Errors]:
    """What to write, or what is wrong by field."""
    if said["day"] > timezone.localdate():
        return None, {"day": [_("This day is still to come.")]}
    ids, errors = references.resolve(said, by)
    if not errors and ids["person_id"] is None and ids["engagement_id"] is None:
        errors = {"person": [_("Say who it was.")]}
    if errors:
        return None, errors
    return Entry(**{name: said[name] for name in SAID}, **ids), {}


def _barred(outcome: Outcome) -> Errors:
    return {"company": [actions.left_alone(outcome.reason)]}


def _refused(errors: Any) -> dict[str, Any]:
    return {"result": "refused", "id": None, "errors": errors}


def _summary(results: dict[int, dict[str, Any]]) -> dict[str, Any]:
    words = ("created", "changed", "unchanged", "refused")
    counts = {word: sum(one["result"] == word for one in results.values()) for word in words}
    return {**counts, "results": [{"row": number, **results[number]} for number in sorted(results)]}
