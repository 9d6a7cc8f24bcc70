"""Meetings by the API: book, say how it went, answer; the same moves as on the pages, and no others."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from pipeline.models import Company
from prospecting.actions import meetings as actions
from prospecting.actions.errors import StaleVersion
from prospecting.api.fields import CHANNELS, IdentifierField, MomentField, PeriodFilter
from prospecting.api.references import References
from prospecting.domain.meetings import IllegalMove, Side, State
from prospecting.models import Contact, Engagement, Meeting
from prospecting.queries import past
from tenants.actions.api_keys import READ, WRITE_MEETINGS
from tenants.api_reading import AsOfField, Rows, given
from tenants.api_writing import (
    IDEMPOTENCY_KEY,
    PROBLEM,
    PROBLEMS,
    Conflict,
    Writing,
    actor,
    organisation_of,
    read,
)

STATES = [state.value for state in State]
SIDES = [Side.CLIENT.value, Side.SOURCE.value]


class MeetingInput(serializers.Serializer[Any]):
    company = serializers.UUIDField(
        required=False, allow_null=True, help_text="Or one of the two that follow."
    )
    company_external_id = IdentifierField()
    company_name = serializers.CharField(required=False, allow_blank=True, max_length=255)
    contact = serializers.UUIDField(required=False, allow_null=True)
    contact_external_id = IdentifierField()
    starts_at = MomentField()
    minutes = serializers.IntegerField(min_value=5, max_value=480, default=30)
    channel = serializers.ChoiceField(choices=CHANNELS)
    host = serializers.UUIDField(required=False, allow_null=True, help_text="The salesperson who meets them.")
    booked_by = serializers.UUIDField(
        required=False, allow_null=True, help_text="The salesperson who booked it."
    )
    engagement = serializers.UUIDField(required=False, allow_null=True, help_text="Of a partner.")
    external_id = IdentifierField(help_text="Used once: a second booking with it is answered with the first.")


class ClaimInput(serializers.Serializer[Any]):
    criterion = serializers.UUIDField()
    met = serializers.BooleanField()
    evidence = serializers.CharField(required=False, allow_blank=True, default="", max_length=300)


class OutcomeInput(serializers.Serializer[Any]):
    outcome = serializers.ChoiceField(
        choices=["held", "guest_no_show", "host_no_show", "undo_no_show", "cancelled"]
    )
    # max_length is of the list that many=True makes, which the stubs do not know; so below.
    claims = ClaimInput(  # type: ignore[call-arg]
        many=True, required=False, max_length=50, help_text="Of a meeting that was held."
    )
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)
    side = serializers.ChoiceField(choices=SIDES, default="source", help_text="Who says so.")


class FoundInput(serializers.Serializer[Any]):
    criterion = serializers.UUIDField()
    found = serializers.BooleanField()


class AnswerInput(serializers.Serializer[Any]):
    answer = serializers.ChoiceField(choices=["accept", "refuse", "dispute", "overturn", "uphold"])
    unmet = serializers.UUIDField(
        required=False, allow_null=True, help_text="The criterion that is not met, of a refusal."
    )
    found = FoundInput(many=True, required=False, max_length=50)  # type: ignore[call-arg]
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=500)
    side = serializers.ChoiceField(choices=SIDES, default="client", help_text="Who says so.")


class MeetingSerializer(serializers.ModelSerializer[Meeting]):
    class Meta:
        model = Meeting
        fields = [
            *("id", "state", "starts_at", "ends_at", "company", "company_name", "contact", "host", "booked_by", "team"),
            *("engagement", "definition_version", "channel", "segment", "in_target", "booked_at", "held_on"),
            *("answer_due_on", "answered_at", "accepted_on", "unmet", "reason", "moved_from", "opportunity"),
            *("second_look_due_on", "external_id", "version"),
        ]  # fmt: skip


class MeetingFilter(PeriodFilter):
    state = serializers.ChoiceField(choices=STATES, required=False)
    host = serializers.UUIDField(required=False)
    as_of = AsOfField("Those that had been booked by the end of this day, in their state then.")


class Meetings(Writing, Rows):
    """Meetings with prospects."""

    write_scope = WRITE_MEETINGS
    serializer_class = MeetingSerializer
    filters = MeetingFilter

    @extend_schema(operation_id="meetings", parameters=[MeetingFilter], tags=["prospecting"])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The list, by the day on which they begin."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="meeting_book", parameters=[IDEMPOTENCY_KEY], request=MeetingInput,
        responses={200: MeetingSerializer, 201: MeetingSerializer, **PROBLEMS}, tags=["prospecting"],
    )  # fmt: skip
    def post(self, request: Request) -> HttpResponseBase:
        """Book one, under the definition and the price that are in force now."""
        return self._once(request, lambda: _book(request))

    def select(self, asked: dict[str, Any]) -> QuerySet[Any]:
        ids = {name: f"{name}_id" for name in ("team", "engagement", "company", "host")}
        names = given(
            asked, start="starts_at__date__gte", end="starts_at__date__lte", channel="channel",
            external_id="external_id", person="booked_by_id", **ids,
        )  # fmt: skip
        if "as_of" in asked:
            then = past.meetings_by(asked["as_of"]).filter(**given(asked, state=past.STATE))
            return then.select_related("opportunity").filter(**names)
        rows: QuerySet[Meeting] = Meeting.objects.filter(**names, **given(asked, state="state"))
        return rows

    def written(self, rows: Sequence[Any], asked: dict[str, Any]) -> list[Any]:
        day = asked.get("as_of")
        return super().written(rows if day is None else past.meetings_stood(rows, day), asked)


class MeetingMove(Writing, APIView):
    """One thing said of a meeting."""

    required_scope = READ
    write_scope = WRITE_MEETINGS

    def _said(self, request: Request, meeting: UUID, say: Callable[[Request, Meeting], Meeting]) -> Response:
        found = get_object_or_404(Meeting, pk=meeting)
        try:
            return Response(MeetingSerializer(say(request, found)).data)
        except (IllegalMove, StaleVersion) as error:
            raise Conflict(_("The meeting is in a state in which this cannot be said.")) from error


class MeetingOutcome(MeetingMove):
    """How a meeting went."""

    @extend_schema(
        operation_id="meeting_outcome", parameters=[IDEMPOTENCY_KEY], request=OutcomeInput,
        responses={200: MeetingSerializer, 404: PROBLEM, **PROBLEMS}, tags=["prospecting"],
    )  # fmt: skip
    def post(self, request: Request, meeting: UUID) -> HttpResponseBase:
        """Say that it was held, that somebody did not come, or that it is cancelled."""
        return self._once(request, lambda: self._said(request, meeting, _outcome))


class MeetingAnswer(MeetingMove):
    """What the client, or after a refusal who prospects, answers."""

    @extend_schema(
        operation_id="meeting_answer", parameters=[IDEMPOTENCY_KEY], request=AnswerInput,
        responses={200: MeetingSerializer, 404: PROBLEM, **PROBLEMS}, tags=["prospecting"],
    )  # fmt: skip
    def post(self, request: Request, meeting: UUID) -> HttpResponseBase:
        """Accept or refuse a meeting that was held, ask for a second look, or decide it."""
        return self._once(request, lambda: self._said(request, meeting, _answer))


def _book(request: Request) -> Response:
    said, by = read(MeetingInput, request.data), actor(request)
    if said["external_id"]:
        known = Meeting.objects.filter(external_id=said["external_id"]).first()
        if known is not None:
            return Response(MeetingSerializer(known).data)
    people = References.load([{"person": said.get("host")}, {"person": said.get("booked_by")}]).people
    ids, errors = References.load([said]).resolve(said, by)
    for name in ("host", "booked_by"):
        if said.get(name) and said[name] not in people:
            errors[name] = [_("There is no such row.")]
    if not errors and ids["company_id"] is None:
        errors["company"] = [_("Say which company.")]
    if errors:
        raise serializers.ValidationError(errors)
    meeting = actions.book(
        organisation=organisation_of(request), company=Company.objects.get(pk=ids["company_id"]),
        company_name=said.get("company_name", ""), contact=Contact.objects.filter(pk=ids["contact_id"]).first(),
        engagement=Engagement.objects.filter(pk=ids["engagement_id"]).first(), starts_at=said["starts_at"],
        minutes=said["minutes"], channel=said["channel"], host_id=said.get("host"), booked_by_id=said.get("booked_by"),
        external_id=said["external_id"], by=by, now=timezone.now(),
    )  # fmt: skip
    return Response(MeetingSerializer(meeting).data, status=201)


def _outcome(request: Request, meeting: Meeting) -> Meeting:
    said = read(OutcomeInput, request.data)
    who: dict[str, Any] = {
        "meeting": meeting, "version": None, "by": actor(request), "now": timezone.now(), "side": Side(said["side"])
    }  # fmt: skip
    match said["outcome"]:
        case "held":
            claims = {
                one["criterion"]: actions.Claim(one["met"], one["evidence"]) for one in said.get("claims", [])
            }
            return actions.hold(claims=claims, **who)
        case "cancelled":
            return actions.cancel(reason=said["reason"], **who)
        case "undo_no_show":
            return actions.undo_no_show(**who)
        case no_show:
            return actions.no_show(whose=no_show.removesuffix("_no_show"), **who)


def _answer(request: Request, meeting: Meeting) -> Meeting:
    said = read(AnswerInput, request.data)
    who: dict[str, Any] = {
        "meeting": meeting, "version": None, "by": actor(request), "now": timezone.now(), "side": Side(said["side"]),
        "reason": said["reason"],
    }  # fmt: skip
    match said["answer"]:
        case "accept":
            found = {one["criterion"]: one["found"] for one in said.get("found", [])}
            return actions.accept(found=found, **who)
        case "refuse":
            return actions.refuse(unmet_id=said.get("unmet"), **who)
        case "dispute":
            return actions.dispute(unmet_id=said.get("unmet"), **who)
        case decision:
            return actions.decide(accepted=decision == "overturn", **who)
