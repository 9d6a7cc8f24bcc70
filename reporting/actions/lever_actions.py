"""Lever actions: planned, running, reviewed or abandoned. No objective moves (R15)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from objectives.models import Cycle, Scenario
from objectives.queries.hands import hands_of
from pipeline.models import Stage
from reporting.domain import lever_actions as domain
from reporting.domain.lever_actions import LeverKind, State, Step, Verb
from reporting.models import LeverAction
from tenants.access import Actor
from tenants.actions import audit
from tenants.domain.roles import Permission
from tenants.models import Person

LONGEST_TEXT = 1000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an action is to be; neither team nor person: the company. expected in minor units."""

    lever: LeverKind
    owner: Person
    start_on: date
    review_on: date
    team_id: UUID | None = None
    person_id: UUID | None = None
    stage: Stage | None = None
    segment: str = ""
    channel: str = ""
    expected: int | None = None
    note: str = ""
    steps: Sequence[Mapping[str, Any]] = ()


def plan(
    *, cycle: Cycle, wanted: Wanted, today: date, by: Actor, scenario: Scenario | None = None
) -> LeverAction:
    """Write an action down. Raises PermissionDenied outside of one's teams, ValidationError at the field."""
    _require(by, wanted.team_id, wanted.person_id, today)
    made = LeverAction(cycle=cycle, scenario=scenario, made_by=by.id)
    _put(made, wanted)
    made.save()
    detail = {"lever": made.lever, "expected": made.expected_minor}
    audit.record(by=by, verb="lever_action.plan", obj=made, detail=detail)
    return made


def plan_many(
    *, cycle: Cycle, wanted: Sequence[Wanted], today: date, by: Actor, scenario: Scenario
) -> list[LeverAction]:
    """The actions of a scenario, one a moved lever."""
    return [plan(cycle=cycle, wanted=one, today=today, by=by, scenario=scenario) for one in wanted]


def change(*, action: LeverAction, wanted: Wanted, today: date, by: Actor) -> LeverAction:
    """Word an action anew while it is planned or running; a step in the same words stays done.

    Raises as `plan`, and ValidationError when it is over.
    """
    row = _locked(action, today, by)
    _require(by, wanted.team_id, wanted.person_id, today)
    if State(row.state) not in domain.OPEN:
        raise ValidationError(_("This action is over: it does not change any more."))
    if State(row.state) is State.RUNNING and wanted.start_on != row.start_on:
        raise ValidationError({"start_on": _("It has begun: its effect is measured from that day.")})
    before = row.steps
    _put(row, wanted)
    row.steps = domain.kept_done(row.steps, before)
    row.save()
    audit.record(by=by, verb="lever_action.change", obj=row)
    return row


def tick(*, action: LeverAction, done: Sequence[int], today: date, by: Actor) -> LeverAction:
    """Say which steps are done, by their numbers."""
    row = _locked(action, today, by)
    if State(row.state) not in domain.OPEN:
        raise ValidationError(_("This action is over: it does not change any more."))
    row.steps = [Step(text=step["text"], done=number in set(done)) for number, step in enumerate(row.steps)]
    row.save(update_fields=["steps"])
    detail = {"done": sum(step["done"] for step in row.steps), "of": len(row.steps)}
    audit.record(by=by, verb="lever_action.tick", obj=row, detail=detail)
    return row


def move(*, action: LeverAction, verb: Verb, today: date, by: Actor, conclusion: str = "") -> LeverAction:
    """Start it, review it or abandon it. Raises IllegalMove, or ValidationError at `conclusion` for a review without one.

    An action that starts on another day than planned is measured from the day on which it did.
    """
    row = _locked(action, today, by)
    row.state = domain.move(State(row.state), verb).value
    written = conclusion.strip()
    if verb is Verb.START:
        row.start_on = min(row.start_on, today)
        if row.review_on <= row.start_on:
            raise ValidationError(_("Its review is to come after its start: change the dates first."))
    elif verb is Verb.REVIEW and not written:
        raise ValidationError({"conclusion": _("Say what you conclude: go on, stop, or do otherwise.")})
    if len(written) > LONGEST_TEXT:
        raise ValidationError({"conclusion": _("At most %(count)d characters.") % {"count": LONGEST_TEXT}})
    if State(row.state) not in domain.OPEN:
        row.over_on, row.conclusion = today, written
    row.save()
    audit.record(by=by, verb=f"lever_action.{verb.value}", obj=row)
    return row


def may_steer(action: LeverAction, today: date, by: Actor) -> bool:
    """Whether this member may change it: a director, the manager of its scope. Three queries for a manager."""
    try:
        _require(by, action.team_id, action.person_id, today)
    except PermissionDenied:
        return False
    return True


def _locked(action: LeverAction, today: date, by: Actor) -> LeverAction:
    row: LeverAction = LeverAction.objects.select_for_update().get(pk=action.pk)
    _require(by, row.team_id, row.person_id, today)
    return row


def _require(by: Actor, team_id: UUID | None, person_id: UUID | None, today: date) -> None:
    by.require(Permission.STEER_LEVERS)
    if not hands_of(by, today).hold_owner(team_id, person_id):
        raise PermissionDenied(Permission.STEER_LEVERS)


def _put(row: LeverAction, wanted: Wanted) -> None:
    if wanted.review_on <= wanted.start_on:
        raise ValidationError({"review_on": _("The review comes after the start.")})
    if wanted.team_id is not None and wanted.person_id is not None:
        raise ValidationError({"scope": _("A team or a person, not both.")})
    if wanted.stage is not None and wanted.stage.kind != Stage.Kind.OPEN:
        raise ValidationError({"stage": _("Nobody leaves this stage: it has no rate.")})
    if len(wanted.note) > LONGEST_TEXT:
        raise ValidationError({"note": _("At most %(count)d characters.") % {"count": LONGEST_TEXT}})
    try:
        row.steps = domain.steps(wanted.steps)
    except ValueError:
        words = {"most": domain.MOST_STEPS, "longest": domain.LONGEST_STEP}
        text = _("At most %(most)s steps of %(longest)s characters each.")
        raise ValidationError({"steps": text % words}) from None
    row.lever, row.owner, row.stage = wanted.lever.value, wanted.owner, wanted.stage
    row.team_id, row.person_id = wanted.team_id, wanted.person_id
    row.segment, row.channel = wanted.segment, wanted.channel
    row.start_on, row.review_on = wanted.start_on, wanted.review_on
    row.expected_minor, row.note = wanted.expected, wanted.note.strip()
