"""Partner firms, and the logins that work on their engagements."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from prospecting.models import Engagement, EngagementInvitation, EngagementMember, Partner
from tenants.access import Actor
from tenants.actions import audit, invitations
from tenants.domain.names import normalise_key
from tenants.domain.roles import Permission, Role
from tenants.models import Invitation, Membership
from tenants.queries import members_with
from tenants.scope import current_organisation_id

KEY_LENGTH = 160


def create(*, name: str, by: Actor) -> Partner:
    """Raises ValidationError at `name`."""
    by.require(Permission.MANAGE_PARTNERS)
    row = Partner(name=name, key=_free_key(name, None))
    row.save()
    audit.record(by=by, verb="partner.create", obj=row)
    return row


def change(*, partner: Partner, name: str, is_active: bool, by: Actor) -> None:
    """Rename the firm, or say that it is not worked with any more. Raises ValidationError at `name`."""
    by.require(Permission.MANAGE_PARTNERS)
    partner.name, partner.key, partner.is_active = name, _free_key(name, partner), is_active
    partner.save()
    audit.record(by=by, verb="partner.change", obj=partner, detail={"active": is_active})


def attach(*, engagement: Engagement, membership: Membership, by: Actor) -> EngagementMember:
    """Let a member who is a partner work on the engagement. Raises ValidationError at `membership`."""
    by.require(Permission.MANAGE_PARTNERS)
    here = membership.organisation_id == current_organisation_id()  # a global table: no policy says it for us
    if not here or membership.role != Role.PARTNER or not membership.is_active:
        raise ValidationError({"membership": _("Only an active member with the role of a partner.")})
    row, made = EngagementMember.objects.get_or_create(engagement=engagement, membership=membership)
    if made:
        detail = {"membership": str(membership.id)}
        audit.record(by=by, verb="engagement.attach", obj=engagement, detail=detail)
    return row


def detach(*, member: EngagementMember, by: Actor) -> None:
    """Take a login off the engagement: at its next request it sees nothing of it any more."""
    by.require(Permission.MANAGE_PARTNERS)
    detail = {"membership": str(member.membership_id)}
    audit.record(by=by, verb="engagement.detach", obj=member.engagement, detail=detail)
    member.delete()


def invite(
    *, engagement: Engagement, email: str, language: str, by: Actor, now: datetime
) -> Invitation | EngagementMember:
    """Bring somebody onto the engagement: a partner who is a member at once, anybody else by an invitation.

    Raises ValidationError at `email`.
    """
    by.require(Permission.MANAGE_PARTNERS)
    address = email.strip().lower()
    partners = members_with(current_organisation_id(), [Role.PARTNER])
    known = next((one for one in partners if one.user.email.lower() == address), None)
    if known is not None:
        return attach(engagement=engagement, membership=known, by=by)
    pending = Invitation.objects.filter(
        email__iexact=address, role=Role.PARTNER, accepted_at=None, revoked_at=None, expires_at__gt=now
    ).first()
    invitation = pending or invitations.invite(
        email=address, role=Role.PARTNER, language=language, person=None, by=by, now=now
    )
    EngagementInvitation.objects.get_or_create(engagement=engagement, invitation=invitation)
    audit.record(by=by, verb="engagement.invite", obj=engagement, detail={"invitation": str(invitation.id)})
    return invitation


def join(invitation: Invitation, membership: Membership) -> None:
    """Whoever accepted is on the engagements that the invitation was for; told by tenants.actions.invitations."""
    if membership.role != Role.PARTNER:
        return
    for one in EngagementInvitation.objects.filter(invitation=invitation).select_related("engagement"):
        EngagementMember.objects.get_or_create(engagement=one.engagement, membership=membership)


def _free_key(name: str, row: Partner | None) -> str:
    key = normalise_key(name)[:KEY_LENGTH]
    if not key:
        raise ValidationError({"name": _("A name needs letters or digits.")})
    if Partner.objects.filter(key=key).exclude(pk=row.pk if row else None).exists():
        raise ValidationError({"name": _("There is a partner of this name already.")})
    return key
