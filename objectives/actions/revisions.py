"""Revisions: how what is locked may change. Proposed with a reason, shown with its effect, decided by the director."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from objectives.actions.errors import StaleVersion
from objectives.actions.versions import record_revised
from objectives.domain.revising import in_proportion
from objectives.models import Cycle, Objective, ObjectiveVersion, Revision, RevisionChange
from objectives.queries.changes import proposal
from objectives.queries.effects import Document, New, Wanted, digest
from objectives.queries.hands import hands_of
from objectives.queries.revisions import Stale, effect_of, stale_among
from tenants.access import Actor
from tenants.actions import audit, jobs
from tenants.domain.roles import Permission

State = Revision.State
REVISED = ["target", "commitment", "stretch", "revision", "version"]


class Decided(Exception):
    """The revision was decided before: what was decided stays."""


class Moved(Exception):
    """The tree has changed since the effect was shown: it is to be looked at again."""


def propose(
    *,
    objective: Objective,
    target: Decimal,
    kind: str,
    text: str,
    effective_on: date,
    below: bool,
    above: bool,
    seen: str,
    by: Actor,
    now: datetime,
) -> Revision:
    """Propose a new target for an active objective, from a day of its cycle on. Changes nothing until it is approved.

    below: the free shares under it share the new target; above: what is above moves by the same difference, else it
    stays. seen: the digest of the effect that was looked at. Raises PermissionDenied for an objective of others,
    ValidationError at a field, Moved when the effect is another one by now, Infeasible or BelowZero.
    """
    by.require(Permission.PROPOSE_REVISIONS)
    if not hands_of(by, _today(objective.cycle, now)).hold(objective):
        raise PermissionDenied(Permission.PROPOSE_REVISIONS)
    check_reason(objective.cycle, kind, text, effective_on)
    if objective.target is not None and target == objective.target:
        raise ValidationError({"target": _("This is the target already.")})
    shown, wanted = effect_of(
        objective=objective, target=target, effective_on=effective_on, below=below, above=above
    )
    return record(
        cycle=objective.cycle, kind=kind, text=text, effective_on=effective_on, shown=shown, wanted=wanted,
        seen=seen, by=by, now=now,
    )  # fmt: skip


def propose_people(
    *, cycle: Cycle, text: str, effective_on: date, seen: str, by: Actor, now: datetime
) -> Revision:
    """Propose the shares with who is there from a day on: joiners, leavers and movers. Never made without approval.

    Raises PermissionDenied, ValidationError at a field or when nothing has changed, or Moved.
    """
    by.require(Permission.SET_OBJECTIVES)
    check_reason(cycle, Revision.Kind.SCOPE, text, effective_on)
    found = proposal(cycle, effective_on)
    if found is None:
        raise ValidationError(_("Everybody who is there has a share, and nobody has left."))
    return record(
        cycle=cycle, kind=Revision.Kind.SCOPE, text=text, effective_on=effective_on, shown=found.shown,
        wanted=found.wanted, seen=seen, by=by, now=now,
    )  # fmt: skip


def check_reason(cycle: Cycle, kind: str, text: str, effective_on: date) -> None:
    """Raise ValidationError at `kind`, `text` or `effective_on`, or for a cycle that is not active."""
    if cycle.state != Cycle.State.ACTIVE:
        raise ValidationError(_("Only the objectives of an active cycle are revised."))
    if kind not in Revision.Kind.values:
        raise ValidationError({"kind": _("Choose what has changed.")})
    if not text.strip():
        raise ValidationError({"text": _("Say what happened: whoever decides was not there.")})
    if not cycle.start_on <= effective_on < cycle.end_on:
        raise ValidationError({"effective_on": _("Choose a day of the cycle.")})


def record(
    *,
    cycle: Cycle,
    kind: str,
    text: str,
    effective_on: date,
    shown: Document,
    wanted: Wanted,
    seen: str,
    by: Actor,
    now: datetime,
) -> Revision:
    """Write a proposal with its changes and its effect as it was shown. Raises Moved when that is another one."""
    if seen != digest(shown):
        raise Moved
    revision = Revision.objects.create(
        cycle=cycle,
        kind=kind,
        text=text.strip(),
        effective_on=effective_on,
        preview=shown,
        proposed_at=now,
        proposed_by=by.id,
    )
    rows = Objective.objects.in_bulk(list(wanted.targets))
    changes = [
        RevisionChange(
            revision=revision,
            objective_id=key,
            expected_version=rows[key].version,
            before=rows[key].target,
            after=after,
        )
        for key, after in wanted.targets.items()
    ]
    changes += [_made(revision, new) for new in wanted.new]
    RevisionChange.objects.bulk_create(changes)
    detail = {"kind": kind, "objectives": len(changes), "from": effective_on.isoformat()}
    audit.record(by=by, verb="revision.propose", obj=revision, detail=detail)
    return revision


def _made(revision: Revision, new: New) -> RevisionChange:
    return RevisionChange(
        revision=revision, parent=new.parent, person_id=new.person_id, before=None, after=new.target
    )


def approve(*, revision: Revision, text: str = "", by: Actor, now: datetime) -> Revision:
    """Make the changes: objectives, versions, figures. All of them, or none.

    Raises Decided, ValidationError when the cycle is no longer active, or StaleVersion with the other's change when an
    objective has moved on since the proposal: the revision then stays proposed.
    """
    by.require(Permission.SET_OBJECTIVES)
    row, cycle = _locked(revision)
    changes = list(
        RevisionChange.objects.filter(revision=row)
        .select_related("parent", "person")
        .order_by("objective_id", "id")
    )
    touched = _locked_objectives(changes)
    for change in changes:
        change.objective = touched.get(change.objective_id) if change.objective_id else None
    stale = stale_among(cycle.pk, changes)
    if stale:
        raise _stale(stale[0])
    made = _make(row, changes)
    row.state, row.decided_at, row.decided_by, row.decision = State.APPROVED, now, by.id, text.strip()
    row.save(update_fields=["state", "decided_at", "decided_by", "decision"])
    for change in changes:
        if change.objective is not None and change.objective not in made:
            _revise(change.objective, row, change.after or Decimal(0))
    Objective.objects.bulk_update(touched.values(), REVISED, batch_size=500)
    record_revised(row, list(touched.values()), made, by, now)
    detail = {"kind": row.kind, "objectives": len(changes), "from": row.effective_on.isoformat()}
    audit.record(by=by, verb="revision.approve", obj=row, detail=detail)
    _ask_for_recompute(cycle, now)
    return row


def refuse(*, revision: Revision, text: str, by: Actor, now: datetime) -> Revision:
    """Say no, and why. Raises Decided, or ValidationError at `text`."""
    by.require(Permission.SET_OBJECTIVES)
    if not text.strip():
        raise ValidationError({"text": _("Say why: whoever proposed it reads this.")})
    return _close(revision, State.REFUSED, text, "revision.refuse", by, now)


def withdraw(*, revision: Revision, by: Actor, now: datetime) -> Revision:
    """Take a proposal back; only who made it. Raises Decided, PermissionDenied."""
    by.require(Permission.PROPOSE_REVISIONS)
    if by.role is not None and revision.proposed_by != by.id:
        raise PermissionDenied(Permission.PROPOSE_REVISIONS)
    return _close(revision, State.WITHDRAWN, "", "revision.withdraw", by, now)


def _close(revision: Revision, state: str, text: str, verb: str, by: Actor, now: datetime) -> Revision:
    row, _cycle = _locked(revision)
    row.state, row.decided_at, row.decided_by, row.decision = state, now, by.id, text.strip()
    row.save(update_fields=["state", "decided_at", "decided_by", "decision"])
    audit.record(by=by, verb=verb, obj=row, detail={"kind": row.kind})
    return row


def _locked(revision: Revision) -> tuple[Revision, Cycle]:
    """The revision and its cycle, locked in this order: decisions on one cycle wait for each other.

    Proposals do not wait: they point at the cycle and at objectives, which this lock allows.
    """
    cycle: Cycle = (
        Cycle.objects.select_for_update(no_key=True, of=("self",))
        .select_related("organisation")
        .get(pk=revision.cycle_id)
    )
    row: Revision = Revision.objects.select_for_update().get(pk=revision.pk)
    if row.state != State.PROPOSED:
        raise Decided
    if cycle.state != Cycle.State.ACTIVE:
        raise ValidationError(_("Only the objectives of an active cycle are revised."))
    return row, cycle


def _locked_objectives(changes: list[RevisionChange]) -> "dict[object, Objective]":
    """The objectives of the changes by id, locked by increasing id."""
    keys = [change.objective_id for change in changes if change.objective_id is not None]
    rows = Objective.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=keys).order_by("pk")
    return {row.pk: row for row in rows}


def _make(revision: Revision, changes: list[RevisionChange]) -> list[Objective]:
    """The objectives of those who join, tied to their changes while the revision may still be written."""
    weights = {
        (line.get("person"), line.get("parent")): line.get("weight")
        for line in revision.preview.get("rows", [])
    }
    made = []
    for change in changes:
        if change.objective is not None or change.parent is None:
            continue
        weight = weights.get((str(change.person_id), str(change.parent_id)))
        change.objective = Objective(
            cycle_id=revision.cycle_id,
            parent=change.parent,
            metric=change.parent.metric,
            segment=change.parent.segment,
            person_id=change.person_id,
            target=change.after,
            computed_target=change.after,
            weight=None if weight is None else Decimal(weight),
            source=change.parent.source,
            orientation=change.parent.orientation,
            why=change.parent.why,
            state=Objective.State.ACTIVE,
            revision=revision,
        )
        made.append(change.objective)
    Objective.objects.bulk_create(made)
    RevisionChange.objects.bulk_update([c for c in changes if c.objective in made], ["objective"])
    return made


def _revise(row: Objective, revision: Revision, after: Decimal) -> None:
    before = row.target
    row.commitment = in_proportion(row.commitment, before, after)
    row.stretch = in_proportion(row.stretch, before, after)
    row.target, row.revision, row.version = after, revision, row.version + 1


def _stale(stale: Stale) -> StaleVersion:
    """Who changed the objective meanwhile, when, and to what."""
    current = stale.current
    assert current is not None
    latest = (
        ObjectiveVersion.objects.filter(objective=current)
        .select_related("revision")
        .order_by("-number")
        .first()
    )
    return StaleVersion(
        current=current,
        by=latest.actor_id if latest else None,
        at=latest.recorded_at if latest else None,
        verb="revision.approve",
        detail={"before": str(stale.change.before), "target": str(current.target)},
    )


def _today(cycle: Cycle, now: datetime) -> date:
    return now.astimezone(cycle.organisation.zone).date()


def _ask_for_recompute(cycle: Cycle, now: datetime) -> None:
    """The morning page wants the new targets: those of yesterday, or of the last day of a cycle that is over."""
    day = min(_today(cycle, now), cycle.end_on) - timedelta(days=1)
    if day >= cycle.start_on:
        jobs.enqueue(
            organisation_id=cycle.organisation_id,
            kind=jobs.RECOMPUTE,
            key=day.isoformat(),
            task=jobs.RECOMPUTE_TASK,
        )
