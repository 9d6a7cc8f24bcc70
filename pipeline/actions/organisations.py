"""An organisation ready to import into: itself, its stages, its first director."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from pipeline.actions import stages
from pipeline.domain.stage_list import DEFAULT_STAGES, StageLine, StageListError, read_stages
from tenants import places
from tenants.access import Actor
from tenants.actions import audit, invitations
from tenants.actions import organisations as tenants_organisations
from tenants.domain.roles import Role
from tenants.ids import new_id
from tenants.models import Invitation, Membership, Organisation, User
from tenants.money import is_currency
from tenants.scope import tenant_scope


@dataclass(frozen=True, slots=True)
class NewOrganisation:
    organisation: Organisation
    invitation_link: str  # of the director who has no login yet; shown once


def set_up(
    *, slug: str, name: str, by: Actor, now: datetime, stages_text: str = DEFAULT_STAGES, director: str = "",
    password: str = "", user: User | None = None, **settings: Any,
) -> NewOrganisation:  # fmt: skip
    """Make an organisation with its stages, in a scope of its own.

    `director` is an e-mail address: who has a login becomes director at once, another person is made one with
    `password`, or invited. `user` becomes director as well. Raises ValidationError by field (`stages` included).
    """
    lines = _check(stages_text, settings)
    with tenant_scope(new_id()):
        organisation = tenants_organisations.create(slug=slug, name=name, by=by, **settings)
        stages.create_all(lines=lines, by=by)
        if user is not None:
            _make_director(organisation, user)
        link = _director(organisation, director.strip().lower(), password, by, now) if director else ""
        return NewOrganisation(organisation, link)


def _check(stages_text: str, settings: dict[str, Any]) -> list[StageLine]:
    """The stages, once the list of them and the places of the settings make sense; every problem is told."""
    problems: dict[str, str] = {}
    if not is_currency(settings.get("currency", "EUR")):
        problems["currency"] = gettext("This is not a currency.")
    if settings.get("country", "FR") not in dict(places.countries("en")):
        problems["country"] = gettext("The public holidays of this country are not known.")
    try:
        lines = read_stages(stages_text)
    except StageListError as error:
        problems["stages"] = stages.sentence(error)
    if problems:
        raise ValidationError(problems)
    return lines


def _director(organisation: Organisation, email: str, password: str, by: Actor, now: datetime) -> str:
    user = User.objects.filter(email__iexact=email).first()
    if user is None and password:
        user = User(email=email, language=organisation.locale)
        user.full_clean(exclude=["password"])
        user.set_password(password)
        user.save(force_insert=True)
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    if user is not None:
        _make_director(organisation, user)
        return ""
    # Recorded without the job that mails it: that one would draw another secret, and the link here would be dead.
    invitation = Invitation(
        email=email,
        role=Role.DIRECTOR.value,
        language=organisation.locale,
        created_at=now,
        expires_at=now + invitations.LIFETIME,
    )
    invitation.full_clean(exclude=["organisation", "digest"], validate_constraints=False)
    invitation.save(force_insert=True)
    audit.record(by=by, verb="invitation.create", obj=invitation, detail={"role": invitation.role})
    return invitations.issue_link(invitation=invitation)


def _make_director(organisation: Organisation, user: User) -> None:
    Membership.objects.get_or_create(
        organisation=organisation, user=user, defaults={"role": Role.DIRECTOR.value}
    )
