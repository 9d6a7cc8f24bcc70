"""Invitations: a link by e-mail that lets one person in, once, for a week.

The link's secret exists in the mail only: the job that sends it draws it, and the database keeps its SHA-256.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants import mail
from tenants.access import Actor
from tenants.actions import audit, jobs
from tenants.domain.roles import Permission, Role
from tenants.models import Invitation, Membership, Organisation, Person, User
from tenants.scope import current_organisation_id

LIFETIME = timedelta(days=7)
TASK = "tenants.tasks.send_invitation"

# What other applications do when an invitation is accepted, in its transaction; each adds its own when it is ready.
AFTER_ACCEPTING: list[Callable[[Invitation, Membership], None]] = []


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def invite(
    *, email: str, role: Role, language: str, person: Person | None, by: Actor, now: datetime
) -> Invitation:
    """Record an invitation and have its mail sent. Raises ValidationError at `email` or `person`."""
    by.require(Permission.MANAGE_PEOPLE)
    email = email.strip().lower()
    _refuse_known(email, now)
    if person is not None and person.membership_id is not None:
        raise ValidationError({"person": _("Another member is this salesperson already.")})
    invitation = Invitation.objects.create(
        email=email,
        role=role.value,
        language=language,
        person=person,
        digest=digest_of(secrets.token_urlsafe(32)),  # nobody's, until the mail is written
        created_at=now,
        expires_at=now + LIFETIME,
    )
    audit.record(by=by, verb="invitation.create", obj=invitation, detail={"role": role.value})
    _ask_to_send(invitation)
    return invitation


def resend(*, invitation: Invitation, by: Actor, now: datetime) -> None:
    """Send a new link for another week; the former one stops working. Raises ValidationError when it is over."""
    by.require(Permission.MANAGE_PEOPLE)
    _require_pending(invitation)
    invitation.expires_at = now + LIFETIME
    invitation.save(update_fields=["expires_at"])
    audit.record(by=by, verb="invitation.resend", obj=invitation)
    _ask_to_send(invitation)


def revoke(*, invitation: Invitation, by: Actor, now: datetime) -> None:
    """Make the link worthless. Raises ValidationError when it was used or revoked."""
    by.require(Permission.MANAGE_PEOPLE)
    _require_pending(invitation)
    invitation.revoked_at = now
    invitation.save(update_fields=["revoked_at"])
    audit.record(by=by, verb="invitation.revoke", obj=invitation)


def issue_link(*, invitation: Invitation) -> str:
    """Draw a new secret for the invitation and return the address to send; former links stop working."""
    token = secrets.token_urlsafe(32)
    invitation.digest = digest_of(token)
    invitation.save(update_fields=["digest"])
    slug = Organisation.objects.values_list("slug", flat=True).get(pk=invitation.organisation_id)
    return settings.PUBLIC_URL.rstrip("/") + reverse("join", kwargs={"slug": slug, "token": token})


def deliver(*, invitation_id: UUID, organisation: Organisation, now: datetime) -> None:
    """Send the mail of an invitation that is still open; the body of the job."""
    invitation = Invitation.objects.filter(pk=invitation_id).first()
    if invitation is None or not invitation.is_open(now):
        return
    mail.send(
        "tenants/email/invitation",
        to=invitation.email,
        language=invitation.language,
        subject=format_lazy(gettext_lazy("Join {name} on Boussole"), name=organisation.name),
        context={
            "invitation": invitation,
            "organisation": organisation,
            "link": issue_link(invitation=invitation),
            "days": LIFETIME.days,
        },
    )


def accept(*, invitation: Invitation, user: User, now: datetime) -> Membership:
    """Make `user` a member. Raises PermissionDenied for another person's invitation or one that is over."""
    invitation = _locked(invitation, now)
    if user.email.lower() != invitation.email.lower():
        raise PermissionDenied("another person's invitation")
    membership, created = Membership.objects.get_or_create(
        organisation_id=invitation.organisation_id, user=user, defaults={"role": invitation.role}
    )
    if not created:
        membership.role, membership.is_active = invitation.role, True
        membership.save(update_fields=["role", "is_active"])
    if invitation.person_id is not None:
        Person.objects.filter(membership_id=membership.id).exclude(pk=invitation.person_id).update(
            membership=None
        )
        Person.objects.filter(pk=invitation.person_id, membership=None).update(membership=membership)
    invitation.accepted_at = now
    invitation.save(update_fields=["accepted_at"])
    by = Actor("member", membership.id, Role(membership.role))
    audit.record(by=by, verb="invitation.accept", obj=invitation, detail={"role": invitation.role})
    for follow in AFTER_ACCEPTING:
        follow(invitation, membership)
    return membership


def accept_as_new(
    *, invitation: Invitation, name: str, password: str, language: str, now: datetime
) -> Membership:
    """Make the login that the invitation is for, its address proved by the link, and the membership."""
    invitation = _locked(invitation, now)
    user = User.objects.create_user(invitation.email, password, name=name, language=language)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return accept(invitation=invitation, user=user, now=now)


def _locked(invitation: Invitation, now: datetime) -> Invitation:
    """The invitation, for one acceptance at a time."""
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if not locked.is_open(now):
        raise PermissionDenied("this invitation is over")
    return locked


def _refuse_known(email: str, now: datetime) -> None:
    organisation_id = current_organisation_id()
    if Membership.objects.filter(
        organisation_id=organisation_id, user__email__iexact=email, is_active=True
    ).exists():
        raise ValidationError({"email": _("This person is a member already.")})
    pending = Invitation.objects.filter(email__iexact=email, accepted_at=None, revoked_at=None)
    if pending.filter(expires_at__gt=now).exists():
        raise ValidationError(
            {"email": _("This person is invited already: send the invitation again from the list.")}
        )
    pending.update(revoked_at=now)  # those that ran out make room


def _require_pending(invitation: Invitation) -> None:
    if invitation.accepted_at is not None:
        raise ValidationError(_("This invitation was accepted."))
    if invitation.revoked_at is not None:
        raise ValidationError(_("This invitation was revoked."))


def _ask_to_send(invitation: Invitation) -> None:
    jobs.enqueue(
        organisation_id=invitation.organisation_id,
        kind=Invitation.JOB_KIND,
        key=str(invitation.id),
        task=TASK,
    )
