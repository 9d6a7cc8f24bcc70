"""What both sides call a good meeting: written by one side, proposed, accepted by the other, then never changed.

The client's side speaks with DEFINE_MEETINGS. The other side is the partner of the engagement or, for the internal
definition, whoever books meetings in the house.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from prospecting.actions.errors import refuse_stale
from prospecting.domain.meetings import Side
from prospecting.models import Criterion, Definition, DefinitionVersion, Engagement
from tenants import queries as tenant_queries
from tenants.access import Actor
from tenants.actions import audit
from tenants.domain.roles import Permission, Role, allows
from tenants.scope import behind_the_wall

MOST_CRITERIA = 20
LONGEST_CREDIT = 730  # days

State = DefinitionVersion.State
IN_THE_MAKING = (State.DRAFT, State.PROPOSED)


@dataclass(frozen=True, slots=True)
class CriterionLine:
    """One criterion as it is typed; the order is that of the list."""

    label: str
    help: str = ""
    evidence: str = ""
    is_required: bool = True


def side_of(by: Actor) -> Side:
    """For whom `by` speaks of definitions: a partner for the source, everybody else for the client."""
    return Side.SOURCE if by.role == Role.PARTNER else Side.CLIENT


def open_definition(*, engagement: Engagement | None, name: str, by: Actor) -> Definition:
    """The definition of the engagement (None: the internal one), made when there is none."""
    by.require(Permission.DEFINE_MEETINGS)
    found, made = Definition.objects.get_or_create(engagement=engagement, defaults={"name": name})
    if made:
        audit.record(by=by, verb="definition.open", obj=found)
    return found


def draft(*, definition: Definition, by: Actor) -> DefinitionVersion:
    """Begin the next version as a copy of the one in force; the one in the making when there is one.

    Raises ValidationError when the other side is writing one.
    """
    _require_writer(by)
    making = DefinitionVersion.objects.filter(definition=definition, state__in=IN_THE_MAKING).first()
    if making is not None:
        return making
    in_force = DefinitionVersion.objects.filter(definition=definition, state=State.ACCEPTED).first()
    last = DefinitionVersion.objects.filter(definition=definition).aggregate(last=Max("number"))["last"] or 0
    made = DefinitionVersion(definition=definition, number=last + 1, proposed_side=side_of(by))
    if in_force is not None:
        for field in ("demand", "judge", "credit_days", "note"):
            setattr(made, field, getattr(in_force, field))
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:  # a draft of the other side, which this one does not see
        raise ValidationError(_("The other side is writing the next version.")) from error
    if in_force is not None:
        _write_criteria(made, [_line(one) for one in in_force.criteria.all()])
    audit.record(by=by, verb="definition.draft", obj=made, detail={"number": made.number})
    return made


def edit(
    *,
    draft: DefinitionVersion,
    criteria: Sequence[CriterionLine],
    demand: str,
    judge: str,
    credit_days: int,
    note: str = "",
    version: int | None,
    by: Actor,
) -> DefinitionVersion:
    """Write the criteria, in their order, and the answers to the three questions. Raises StaleVersion, ValidationError."""
    row = _locked(draft, by)
    refuse_stale(row, version)
    _refuse_unless(row.state == State.DRAFT, _("Only a draft changes. Take the proposal back first."))
    _check(criteria, demand, judge, credit_days)
    row.demand, row.judge, row.credit_days, row.note = demand, judge, credit_days, note.strip()
    _bump(row)
    _write_criteria(row, criteria)
    audit.record(by=by, verb="definition.edit", obj=row, detail={"criteria": len(criteria)})
    return row


def propose(*, draft: DefinitionVersion, version: int | None, by: Actor, now: datetime) -> DefinitionVersion:
    """Ask the other side to accept; proposing is accepting for the own side. Raises StaleVersion, ValidationError."""
    row = _locked(draft, by)
    refuse_stale(row, version)
    _refuse_unless(row.state == State.DRAFT, _("This version was proposed already."))
    required = row.criteria.filter(is_required=True).exists()
    _refuse_unless(required, _("A definition needs at least one required criterion."))
    side = side_of(by)
    row.state, row.proposed_at, row.proposed_by, row.proposed_side = State.PROPOSED, now, by.id, side
    row.rejection = ""
    _accepted(row, side, by, now)
    _bump(row)
    audit.record(by=by, verb="definition.propose", obj=row, detail={"side": side})
    return row


def accept(
    *, proposal: DefinitionVersion, version: int | None, by: Actor, now: datetime
) -> DefinitionVersion:
    """Accept what the other side proposed: it is in force from now on, and the former version is superseded.

    Raises PermissionDenied, StaleVersion, ValidationError.
    """
    row = _locked(proposal, by, reading=True)
    side = other_side(row, by)
    refuse_stale(row, version)
    _refuse_unless(row.state == State.PROPOSED, _("This version is not proposed any more."))
    former = DefinitionVersion.objects.filter(definition=row.definition_id, state=State.ACCEPTED).first()
    if former is not None:
        former.state, former.superseded_at = State.SUPERSEDED, now
        _bump(former)
    row.state = State.ACCEPTED
    _accepted(row, side, by, now)
    _bump(row)
    audit.record(by=by, verb="definition.accept", obj=row, detail={"side": side, "number": row.number})
    return row


def reject(*, proposal: DefinitionVersion, reason: str, version: int | None, by: Actor) -> DefinitionVersion:
    """Send a proposal back with a reason: a draft of those who wrote it again. Raises as `accept` does."""
    row = _locked(proposal, by, reading=True)
    side = other_side(row, by)
    refuse_stale(row, version)
    _refuse_unless(row.state == State.PROPOSED, _("This version is not proposed any more."))
    _refuse_unless(bool(reason.strip()), _("Say why, so that the other side can change it."), "reason")
    return _back_to_draft(row, reason.strip(), "definition.reject", side, by)


def withdraw(*, proposal: DefinitionVersion, version: int | None, by: Actor) -> DefinitionVersion:
    """Take the own side's proposal back, to change it. Raises StaleVersion, ValidationError."""
    row = _locked(proposal, by)
    refuse_stale(row, version)
    _refuse_unless(row.state == State.PROPOSED, _("This version is not proposed any more."))
    return _back_to_draft(row, "", "definition.withdraw", side_of(by), by)


def other_side(row: DefinitionVersion, by: Actor) -> Side:
    """The side for which `by` answers this proposal. Raises PermissionDenied for who may not.

    The internal definition is accepted by somebody who books meetings, other than who proposed it where there is
    another one.
    """
    internal = row.definition.engagement_id is None
    if by.role is None:
        return Side.SOURCE if row.proposed_side == Side.CLIENT else Side.CLIENT
    if internal:
        by.require(Permission.BOOK_MEETINGS)
        if by.role == Role.PARTNER or (row.proposed_by == by.id and _others_book(row.organisation_id, by.id)):
            raise PermissionDenied(Permission.BOOK_MEETINGS)
        return Side.SOURCE
    _require_writer(by)
    if side_of(by) == row.proposed_side:
        raise PermissionDenied(Permission.DEFINE_MEETINGS)
    return side_of(by)


def _others_book(organisation_id: UUID, member: UUID | None) -> bool:
    roles = [role for role in Role if allows(role, Permission.BOOK_MEETINGS) and role != Role.PARTNER]
    return any(one.id != member for one in tenant_queries.members_with(organisation_id, roles))


def _require_writer(by: Actor) -> None:
    by.require(Permission.WORK_AS_PARTNER if by.role == Role.PARTNER else Permission.DEFINE_MEETINGS)


def _locked(row: DefinitionVersion, by: Actor, *, reading: bool = False) -> DefinitionVersion:
    """The version under a lock; one of the own side, unless `reading` what the other one proposed."""
    if not reading:
        _require_writer(by)
    found: DefinitionVersion = (
        DefinitionVersion.objects.select_for_update(of=("self",)).select_related("definition").get(pk=row.pk)
    )
    if not reading and by.role is not None and found.proposed_side not in ("", side_of(by)):
        raise PermissionDenied(Permission.DEFINE_MEETINGS)
    return found


def _back_to_draft(
    row: DefinitionVersion, reason: str, verb: str, side: Side, by: Actor
) -> DefinitionVersion:
    row.state, row.rejection, row.proposed_at, row.proposed_by = State.DRAFT, reason, None, None
    for one in Side.CLIENT, Side.SOURCE:
        setattr(row, f"{one}_accepted_at", None)
        setattr(row, f"{one}_accepted_by", None)
    audit.record(by=by, verb=verb, obj=row, detail={"side": side})
    with behind_the_wall():  # the draft of the client, which a partner sends back, is not seen by it any more
        _bump(row)
    return row


def _accepted(row: DefinitionVersion, side: Side, by: Actor, now: datetime) -> None:
    setattr(row, f"{side}_accepted_at", now)
    setattr(row, f"{side}_accepted_by", by.id)


def _bump(row: DefinitionVersion) -> None:
    row.version += 1
    row.save()


def _line(one: Criterion) -> CriterionLine:
    return CriterionLine(one.label, one.help, one.evidence, one.is_required)


def _write_criteria(row: DefinitionVersion, lines: Sequence[CriterionLine]) -> None:
    """The lines in their order, in place of those that were there."""
    for position, line in enumerate(lines):
        words = {name: getattr(line, name).strip() for name in ("label", "help", "evidence")}
        Criterion.objects.update_or_create(
            definition_version=row,
            position=position,
            defaults={**words, "is_required": line.is_required},
        )
    row.criteria.filter(position__gte=len(lines)).delete()


def _check(criteria: Sequence[CriterionLine], demand: str, judge: str, credit_days: int) -> None:
    labels = [line.label.strip().casefold() for line in criteria]
    _refuse_unless(len(criteria) <= MOST_CRITERIA, _("Twenty criteria at most: fewer are judged better."))
    _refuse_unless(all(labels), _("A criterion needs words."))
    _refuse_unless(len(set(labels)) == len(labels), _("Two criteria say the same."))
    _refuse_unless(demand in DefinitionVersion.Demand.values, _("Choose an answer."), "demand")
    _refuse_unless(judge in DefinitionVersion.Judge.values, _("Choose an answer."), "judge")
    _refuse_unless(0 <= credit_days <= LONGEST_CREDIT, _("Between 0 and 730 days."), "credit_days")


def _refuse_unless(holds: bool, text: str, field: str = "") -> None:
    if not holds:
        raise ValidationError({field: text} if field else text)
