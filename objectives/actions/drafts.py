"""Undo: what the draft of a cycle was before each change, and putting it back.

Every action that changes a draft runs inside ``with drafts.remembered(cycle, "cascade.share", by):``, or is decorated
with ``@drafts.remembers("cascade.share")``, which is the same for an action that takes `cycle` and `by`.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import wraps
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Max
from django.utils import timezone

from objectives.actions.errors import Locked, StaleVersion
from objectives.models import Cycle, DraftStep, Objective, Plan
from tenants.access import Actor
from tenants.actions import audit
from tenants.domain.roles import Permission

KEPT = 50
# What a draft is made of. Versions are not: undoing is a change as any other to who looks at the page.
OF_CYCLE = ("strategy_id", "rhythm", "answers_due_on")
NO_PLAN: dict[str, Any] = {
    "revenue_minor": None,
    "cover_ratio": Decimal(1),
    "inputs": {},
    "overrides": {},
    "result": {},
    "engine": "",
}
OF_PLAN = tuple(NO_PLAN)
NOT_OF_OBJECTIVE = frozenset({"id", "organisation_id", "cycle_id", "version"})
OF_OBJECTIVE = tuple(
    field.attname for field in Objective._meta.concrete_fields if field.attname not in NOT_OF_OBJECTIVE
)

Values = dict[str, Any]

_remembering: ContextVar[frozenset[UUID]] = ContextVar("_remembering", default=frozenset())


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything that a draft says, as JSON values: the cycle, the plan (None: nothing yet), objectives by id."""

    cycle: Values
    plan: Values
    objectives: dict[str, Values]
    versions: dict[str, int]


@contextmanager
def remembered(cycle: Cycle, verb: str, by: Actor) -> Iterator[None]:
    """Run a change of a draft and keep what was before it, so that it can be undone.

    `verb` is that of the audit trail: it names the change on the button. The cycle's row is locked for the rest of the
    transaction, so that changes of one draft follow each other. Inside another `remembered` of the same cycle nothing
    is kept: one step for what the person did. What changes nothing leaves no step. Raises Locked unless it is a draft.
    """
    lock_draft(cycle)
    outer = _remembering.get()
    if cycle.pk in outer:
        yield
        return
    before = read(cycle)
    token = _remembering.set(outer | {cycle.pk})
    try:
        yield
    finally:
        _remembering.reset(token)
    was = _difference(before, read(cycle))
    if was:
        number = (DraftStep.objects.filter(cycle=cycle).aggregate(last=Max("number"))["last"] or 0) + 1
        DraftStep.objects.create(cycle=cycle, number=number, verb=verb, before=was, actor_id=by.id)
        DraftStep.objects.filter(cycle=cycle, number__lte=number - KEPT).delete()


def remembers[**P, R](verb: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorate an action with `remembered`; it is called with the keywords `cycle` and `by`."""

    def decorate(act: Callable[P, R]) -> Callable[P, R]:
        @wraps(act)
        def remembering(*args: P.args, **kwargs: P.kwargs) -> R:
            cycle, by = kwargs["cycle"], kwargs["by"]
            with remembered(cycle, verb, by):  # type: ignore[arg-type]
                return act(*args, **kwargs)

        return remembering

    return decorate


def undo(*, cycle: Cycle, step_id: UUID, by: Actor) -> DraftStep:
    """Put back what was before the last change, which is to be `step_id`; return that step.

    Raises StaleVersion when somebody has changed or undone something since, Locked unless it is a draft.
    """
    by.require(Permission.SET_OBJECTIVES)
    lock_draft(cycle)
    step = DraftStep.objects.filter(cycle=cycle).order_by("number").last()
    if step is None or step.pk != step_id:
        raise StaleVersion(
            current=step or cycle,
            by=step.actor_id if step else None,
            at=step.at if step else timezone.now(),
            verb=step.verb if step else "draft.undo",
            detail={},
        )
    _put_back(cycle, step.before)
    step.delete()
    audit.record(by=by, verb="draft.undo", obj=cycle, detail={"verb": step.verb})
    return step


def lock_draft(cycle: Cycle) -> None:
    """Lock the cycle's row for the rest of the transaction. Raises Locked unless it is a draft."""
    if (
        Cycle.objects.select_for_update().values_list("state", flat=True).get(pk=cycle.pk)
        != Cycle.State.DRAFT
    ):
        raise Locked


def read(cycle: Cycle) -> Draft:
    """What the draft says now. Three queries."""
    row = Cycle.objects.values(*OF_CYCLE).get(pk=cycle.pk)
    plan = Plan.objects.filter(cycle=cycle).values(*OF_PLAN).first() or NO_PLAN
    objectives, versions = {}, {}
    for one in Objective.objects.filter(cycle=cycle).values("id", "version", *OF_OBJECTIVE):
        key = str(one.pop("id"))
        versions[key] = one.pop("version")
        objectives[key] = _json(one)
    return Draft(cycle=_json(row), plan=_json(plan), objectives=objectives, versions=versions)


def _difference(before: Draft, after: Draft) -> Values:
    """What undoing has to put back: changed values, objectives that were there, and those to take away."""
    changed = {
        key: _changed(was, after.objectives[key])
        for key, was in before.objectives.items()
        if key in after.objectives and was != after.objectives[key]
    }
    parts: Values = {
        "cycle": _changed(before.cycle, after.cycle),
        "plan": _changed(before.plan, after.plan),
        "changed": changed,
        "removed": {
            key: was | {"version": before.versions[key] + 1}
            for key, was in before.objectives.items()
            if key not in after.objectives
        },
        "made": [key for key in after.objectives if key not in before.objectives],
    }
    return {name: part for name, part in parts.items() if part}


def _put_back(cycle: Cycle, before: Values) -> None:
    """Write what `_difference` kept. Every row that changes gets a new version: what others look at is outdated."""
    if "cycle" in before:
        Cycle.objects.filter(pk=cycle.pk).update(**before["cycle"])
    if "plan" in before:
        plan = Plan.objects.get_or_create(cycle=cycle)[0]
        _write(plan, before["plan"])
        plan.version += 1
        plan.save()
    changed: dict[str, Values] = before.get("changed", {})
    removed: dict[str, Values] = before.get("removed", {})
    rows = list(Objective.objects.filter(cycle=cycle, pk__in=changed))
    # Parents first: what is deleted next takes its children along.
    Objective.objects.filter(pk__in=[row.pk for row in rows if "parent_id" in changed[str(row.pk)]]).update(
        parent=None
    )
    Objective.objects.filter(cycle=cycle, pk__in=before.get("made", [])).delete()
    fields: set[str] = {"version"}
    for row in rows:
        _write(row, changed[str(row.pk)])
        row.version += 1
        fields |= {Objective._meta.get_field(name.removesuffix("_id")).name for name in changed[str(row.pk)]}
    # References are checked at the end of the transaction: children may come back before their parents.
    Objective.objects.bulk_update(rows, sorted(fields), batch_size=500)
    Objective.objects.bulk_create(
        [_write(Objective(id=UUID(key), cycle=cycle), was) for key, was in removed.items()]
    )


def _write[M: models.Model](row: M, values: Mapping[str, Any]) -> M:
    for name, value in values.items():
        column: Any = row._meta.get_field(name.removesuffix("_id"))
        setattr(row, name, column.to_python(value))
    return row


def _changed(was: Values, now: Values) -> Values:
    return {name: value for name, value in was.items() if value != now[name]}


def _json(values: Mapping[str, Any]) -> Values:
    """Values that JSON keeps exactly; a decimal without the zeros that the column adds to it."""
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return format(value.normalize(), "f") if value else "0"
        case UUID() | date():
            return str(value)
    return value
