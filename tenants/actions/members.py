"""Members of an organisation: their role, their end, the salesperson that they are."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F
from django.utils.translation import gettext as _

from tenants.access import Actor
from tenants.actions import audit
from tenants.domain.roles import Permission, Role, allows
from tenants.models import Membership, Organisation, Person, User
from tenants.scope import current_organisation_id

KEEPERS = [role.value for role in Role if allows(role, Permission.MANAGE_PEOPLE)]


def change_role(*, membership: Membership, role: Role, by: Actor) -> None:
    """Give another role. Raises ValidationError at `role` when nobody would be left to manage the organisation."""
    _require(membership, by)
    if membership.role == role:
        return
    before = membership.role
    if role not in KEEPERS:
        _keep_somebody(membership, "role")
    membership.role = role.value
    membership.save(update_fields=["role"])
    audit.record(by=by, verb="member.role", obj=membership, detail={"from": before, "to": role.value})


def deactivate(*, membership: Membership, by: Actor) -> None:
    """Close the organisation to this member and end every session of the login.

    Raises ValidationError for oneself and for the last director or administrator.
    """
    _require(membership, by)
    if by.id == membership.id:
        raise ValidationError(_("You cannot deactivate yourself: ask another director or administrator."))
    _keep_somebody(membership)
    Membership.objects.filter(pk=membership.pk).update(is_active=False)
    User.objects.filter(pk=membership.user_id).update(session_epoch=F("session_epoch") + 1)
    audit.record(by=by, verb="member.deactivate", obj=membership)


def reactivate(*, membership: Membership, by: Actor) -> None:
    _require(membership, by)
    Membership.objects.filter(pk=membership.pk).update(is_active=True)
    audit.record(by=by, verb="member.reactivate", obj=membership)


def link_person(*, membership: Membership, person: Person | None, by: Actor) -> None:
    """Say which salesperson this login is; None unties. Raises ValidationError at `person` when it is another's."""
    _require(membership, by)
    if person is not None and person.membership_id not in (None, membership.id):
        raise ValidationError({"person": _("Another member is this salesperson already.")})
    if person is not None and person.membership_id == membership.id:
        return
    untied = Person.objects.filter(membership_id=membership.id).update(membership=None)
    if person is None and not untied:
        return
    if person is not None:
        person.membership_id = membership.id
        person.save(update_fields=["membership"])
    audit.record(
        by=by,
        verb="member.link",
        obj=membership,
        detail={"person": str(person.id) if person is not None else None},
    )


def _require(membership: Membership, by: Actor) -> None:
    by.require(Permission.MANAGE_PEOPLE)
    if membership.organisation_id != current_organisation_id():  # a global table: no policy says it for us
        raise PermissionDenied("a member of another organisation")


def _keep_somebody(leaving: Membership, field: str | None = None) -> None:
    """Refuse when `leaving` is the last active director or administrator. Two at once wait for each other."""
    if leaving.role not in KEEPERS or not leaving.is_active:
        return
    Organisation.objects.select_for_update(no_key=True).get(pk=leaving.organisation_id)
    others = Membership.objects.filter(
        organisation_id=leaving.organisation_id, role__in=KEEPERS, is_active=True, user__is_active=True
    ).exclude(pk=leaving.pk)
    if not others.exists():
        text = _("This is the last director or administrator. Give the role to somebody else first.")
        raise ValidationError({field: text} if field else text)
