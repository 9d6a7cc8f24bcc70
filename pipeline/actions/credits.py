"""Sharing the credit of a deal among those who made it."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Max
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from pipeline.domain.credit import STEP, Flaw, UnfairShares, owners_rest
from pipeline.models import CreditShare, Opportunity, OpportunityEvent
from pipeline.queries.credit import shares_of
from tenants.access import Actor
from tenants.actions import audit
from tenants.domain.roles import Permission, allows
from tenants.formatting import format_percent
from tenants.models import Person
from tenants.queries import TeamTree, team_tree

CHANGED = "credit"  # names the event of an agreement

FLAWS = {
    Flaw.NOT_A_SHARE: _("A share is more than nothing and at most the whole deal: %(total)s is neither."),
    Flaw.TOO_MUCH: _("The shares add up to %(total)s, more than the whole deal."),
    Flaw.NOT_WHOLE: _(
        "The shares add up to %(total)s, not to the whole deal. Leave the owner's part empty to give the rest."
    ),
}


def may_share(opportunity: Opportunity, *, by: Actor, tree: TeamTree) -> bool:
    """The director shares any deal; a manager those of the own teams, whether of the deal or of its owner today."""
    if by.role is None or allows(by.role, Permission.VIEW_COMPANY):
        return by.role is None or allows(by.role, Permission.SHARE_CREDIT)
    if not allows(by.role, Permission.SHARE_CREDIT):
        return False
    me = next((one for one in tree.people.values() if by.id and one.membership_id == by.id), None)
    own = tree.managed_by(me.id) if me is not None else set()
    owners_team = tree.team_of.get(opportunity.owner_id) if opportunity.owner_id else None
    return opportunity.team_id in own or owners_team in own


def share(
    *, opportunity: Opportunity, shares: Mapping[Person, Decimal], owner: Decimal | None = None, on: date, by: Actor
) -> OpportunityEvent | None:  # fmt: skip
    """Agree on who is credited with which part of the deal; the owner keeps what is not given to others.

    `shares`: of the others, in ]0, 1]; none gives the whole deal back to its owner. `owner`: the owner's part, when it
    is said too. `on`: today, when the manager's teams are looked at. Nothing happens when nothing changes.

    Raises PermissionDenied, and ValidationError at `owner` for parts that are not a fair whole.
    """
    by.require(Permission.SHARE_CREDIT)
    locked = Opportunity.objects.select_for_update().get(pk=opportunity.pk)
    if not may_share(locked, by=by, tree=team_tree(on)):
        raise PermissionDenied(Permission.SHARE_CREDIT)
    if locked.owner_id in {person.id for person in shares}:
        raise ValidationError(
            {"owner": gettext("The owner's part is the one above, not a share of the others.")}
        )
    given = {person.id: part.quantize(STEP) for person, part in shares.items()}
    try:
        rest = owners_rest(list(given.values()), owner)
    except UnfairShares as error:
        raise _refused(error) from error
    before: dict[UUID | None, Decimal] = {
        part.person.id if part.person else None: part.share for part in shares_of(locked)
    }
    after: dict[UUID | None, Decimal] = dict(given.items())
    if given and rest:
        after[None] = rest
    if before == after:
        return None
    event = OpportunityEvent.objects.create(
        opportunity=locked, kind=OpportunityEvent.Kind.CHANGE, source=OpportunityEvent.Source.MANUAL, changed=CHANGED,
        actor_id=by.id, stage_id=locked.stage_id, owner_id=locked.owner_id, team_id=locked.team_id,
    )  # fmt: skip
    last = CreditShare.objects.filter(opportunity=locked).aggregate(last=Max("number"))["last"] or 0
    CreditShare.objects.bulk_create(
        CreditShare(opportunity=locked, number=last + 1, event_id=event.id, person_id=person, share=part)
        for person, part in (after or {None: Decimal(1)}).items()
    )
    audit.record(
        by=by,
        verb="credit.share",
        obj=locked,
        detail={"shares_before": _told(before), "shares": _told(after)},
    )
    return event


def _refused(error: UnfairShares) -> ValidationError:
    total = format_percent(error.total, get_language() or "en", digits=0 if error.total * 100 % 1 == 0 else 2)
    return ValidationError({"owner": str(FLAWS[error.flaw]) % {"total": total}})


def _told(shares: Mapping[UUID | None, Decimal]) -> dict[str, float]:
    """Percent by person, for the audit trail."""
    return {str(person or "owner"): float(part * 100) for person, part in shares.items()}
