"""Lever actions by the API: write one down, word it anew, start, review or abandon it, say which steps are done; as on the pages."""

from collections.abc import Callable, Sequence
from decimal import Decimal
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

from objectives.models import Cycle
from pipeline.models import Stage
from reporting.actions import lever_actions as actions
from reporting.actions.lever_actions import LONGEST_TEXT
from reporting.api.filters import LeverActionFilter
from reporting.api.lever_action_rows import LeverActionSerializer
from reporting.api.lists import Rows
from reporting.domain.lever_actions import LONGEST_STEP, MOST_STEPS, IllegalMove, LeverKind, Verb
from reporting.models import LeverAction
from reporting.queries import lever_actions as queries
from reporting.queries.action_effects import stored_effects
from tenants.actions.api_keys import READ, WRITE_LEVER_ACTIONS
from tenants.api_reading import given
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
from tenants.models import Person, Team
from tenants.money import to_minor

TAGS = ["steering"]
MOST = (
    Decimal(10) ** 13
)  # a thousand billion and more is a slip of the hand, and no column holds it in minor units
ANSWERS = {200: LeverActionSerializer, 404: PROBLEM, **PROBLEMS}


class WordingInput(serializers.Serializer[Any]):
    """All that is said of an action but its cycle."""

    lever = serializers.ChoiceField(choices=LeverAction.Lever.choices)
    stage = serializers.UUIDField(
        required=False,
        allow_null=True,
        help_text="The rate out of it; without one, from the opening to the win.",
    )
    team = serializers.UUIDField(
        required=False, allow_null=True, help_text="Or a person; neither: the company."
    )
    person = serializers.UUIDField(required=False, allow_null=True)
    segment = serializers.CharField(required=False, allow_blank=True, default="", max_length=120)
    channel = serializers.CharField(required=False, allow_blank=True, default="", max_length=120)
    owner = serializers.UUIDField(help_text="The salesperson who answers for it.")
    start_on = serializers.DateField()
    review_on = serializers.DateField(help_text="After the start.")
    expected_effect = serializers.DecimalField(
        required=False, allow_null=True, max_digits=16, decimal_places=3, min_value=Decimal(0), max_value=MOST,
        help_text="In the organisation's currency.",
    )  # fmt: skip
    note = serializers.CharField(max_length=LONGEST_TEXT, help_text="What is done, and why.")
    steps = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_STEP),
        required=False,
        default=list,
        max_length=MOST_STEPS,
    )


class LeverActionInput(WordingInput):
    cycle = serializers.UUIDField()


class MoveInput(serializers.Serializer[Any]):
    move = serializers.ChoiceField(choices=[one.value for one in Verb])
    conclusion = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=LONGEST_TEXT,
        help_text="What was seen, and what comes next; a review needs one.",
    )  # fmt: skip


class StepsInput(serializers.Serializer[Any]):
    done = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=MOST_STEPS - 1), max_length=MOST_STEPS,
        help_text="The numbers of the steps that are done, the first is 0; the others are not.",
    )  # fmt: skip


class LeverActions(Writing, Rows):
    """What is done about a lever, by whom, until when, with which expected and measured effect."""

    write_scope = WRITE_LEVER_ACTIONS
    serializer_class = LeverActionSerializer
    filters = LeverActionFilter

    @extend_schema(operation_id="lever_actions", parameters=[LeverActionFilter], tags=TAGS)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The list, in the order in which they were written."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="lever_action_plan", parameters=[IDEMPOTENCY_KEY], request=LeverActionInput,
        responses={201: LeverActionSerializer, **PROBLEMS}, tags=TAGS,
    )  # fmt: skip
    def post(self, request: Request) -> HttpResponseBase:
        """Write one down: it is planned, and its effect is measured from its start on. The objective does not move."""
        return self._once(request, lambda: _plan(request))

    def select(self, asked: dict[str, Any]) -> QuerySet[Any]:
        rows, state = LeverAction.objects.all(), "state"
        if "as_of" in asked:
            rows, state = queries.known_by(asked["as_of"]), "state_then"
        found: QuerySet[LeverAction] = rows.filter(
            **given(asked, cycle="cycle_id", team="team_id", person="person_id", state=state)
        )
        return found

    def written(self, rows: Sequence[Any], asked: dict[str, Any]) -> list[Any]:
        day = asked.get("as_of")
        return _written(self.request, rows if day is None else queries.stood(rows), day)


class OfAction(Writing, APIView):
    """One thing said of an action."""

    required_scope = READ
    write_scope = WRITE_LEVER_ACTIONS

    def _said(self, request: Request, action: UUID, say: Callable[[LeverAction], LeverAction]) -> Response:
        found = get_object_or_404(LeverAction, pk=action)
        try:
            said = say(found)
        except IllegalMove as error:
            raise Conflict(_("This action cannot do that now: look at where it stands.")) from error
        return Response(_written(request, [said])[0])


class LeverActionMove(OfAction):
    """Where an action goes from where it stands."""

    @extend_schema(
        operation_id="lever_action_move",
        parameters=[IDEMPOTENCY_KEY],
        request=MoveInput,
        responses=ANSWERS,
        tags=TAGS,
    )
    def post(self, request: Request, action: UUID) -> HttpResponseBase:
        """Say that it has begun, close its review with a conclusion, or abandon it."""

        def say(found: LeverAction) -> LeverAction:
            said = read(MoveInput, request.data)
            return actions.move(
                action=found, verb=Verb(said["move"]), today=timezone.localdate(), by=actor(request),
                conclusion=said["conclusion"],
            )  # fmt: skip

        return self._once(request, lambda: self._said(request, action, say))


class LeverActionWording(OfAction):
    """What is said of an action."""

    @extend_schema(
        operation_id="lever_action_reword",
        parameters=[IDEMPOTENCY_KEY],
        request=WordingInput,
        responses=ANSWERS,
        tags=TAGS,
    )
    def post(self, request: Request, action: UUID) -> HttpResponseBase:
        """Word it anew while it is planned or running: what is not sent is empty; a step of the same text stays done. Once it
        has begun, its start stays."""

        def say(found: LeverAction) -> LeverAction:
            wanted, _rows = _wanted(request, WordingInput)
            return actions.change(action=found, wanted=wanted, today=timezone.localdate(), by=actor(request))

        return self._once(request, lambda: self._said(request, action, say))


class LeverActionSteps(OfAction):
    """How far an action is."""

    @extend_schema(
        operation_id="lever_action_steps",
        parameters=[IDEMPOTENCY_KEY],
        request=StepsInput,
        responses=ANSWERS,
        tags=TAGS,
    )
    def post(self, request: Request, action: UUID) -> HttpResponseBase:
        """Say which steps are done."""

        def say(found: LeverAction) -> LeverAction:
            done = read(StepsInput, request.data)["done"]
            return actions.tick(action=found, done=done, today=timezone.localdate(), by=actor(request))

        return self._once(request, lambda: self._said(request, action, say))


def _plan(request: Request) -> Response:
    wanted, rows = _wanted(request, LeverActionInput)
    made = actions.plan(cycle=rows["cycle"], wanted=wanted, today=timezone.localdate(), by=actor(request))
    return Response(_written(request, [made])[0], status=201)


def _wanted(
    request: Request, form: type[serializers.Serializer[Any]]
) -> tuple[actions.Wanted, dict[str, Any]]:
    """What a body asks for, and the rows that it names. Raises ValidationError (400)."""
    said, errors = read(form, request.data), {}
    named: dict[str, Any] = {
        "cycle": Cycle.objects, "stage": Stage.objects, "team": Team.objects, "person": Person.objects,
        "owner": Person.objects,
    }  # fmt: skip
    rows = {name: known.filter(pk=said[name]).first() for name, known in named.items() if said.get(name)}
    for name, row in rows.items():
        if row is None:
            errors[name] = [_("There is no such row.")]
    if said.get("team") and said.get("person"):
        errors["person"] = [_("A team or a person, not both.")]
    if errors:
        raise serializers.ValidationError(errors)
    expected = said.get("expected_effect")
    wanted = actions.Wanted(
        lever=LeverKind(said["lever"]), owner=rows["owner"], start_on=said["start_on"],
        review_on=said["review_on"], team_id=said.get("team"), person_id=said.get("person"), stage=rows.get("stage"),
        segment=said["segment"].strip(), channel=said["channel"].strip(),
        expected=None if expected is None else to_minor(expected, organisation_of(request).currency),
        note=said["note"], steps=[{"text": text} for text in said["steps"]],
    )  # fmt: skip
    return wanted, rows


def _written(request: Request, rows: Sequence[LeverAction], as_of: Any = None) -> list[Any]:
    context = {
        "organisation": organisation_of(request),
        "effects": stored_effects([row.pk for row in rows], as_of),
    }
    return list(LeverActionSerializer(rows, many=True, context=context).data)
