"""The organisation itself: made empty, then set."""

import re
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DataError, connection, transaction
from django.db.models import Q, Value
from django.utils.translation import gettext as _

from tenants.access import Actor
from tenants.actions import audit
from tenants.domain.roles import Permission
from tenants.models import Organisation, TenantModel
from tenants.scope import current_organisation_id

SETTINGS = ("name", "currency", "time_zone", "locale", "country", "working_days", "clarity_threshold")
ADDRESS = re.compile(r"[a-z0-9-]+")


def create(*, slug: str, name: str, by: Actor, **settings: Any) -> Organisation:
    """Make the organisation of the scope in force: `with tenant_scope(new_id()): create(...)`.

    `settings` are fields of Organisation (see SETTINGS). Raises ValidationError by field.
    """
    by.require(Permission.MANAGE_ORGANISATION)
    if problem := address_problem(slug):
        raise ValidationError({"slug": problem})
    organisation = Organisation(id=current_organisation_id(), slug=slug, name=name, **settings)
    _check(organisation)
    organisation.save(force_insert=True)
    audit.record(by=by, verb="organisation.create", obj=organisation)
    return organisation


def address_problem(slug: str) -> str:
    """Why an organisation cannot be made at this address, in the reader's language; empty when it can."""
    if not ADDRESS.fullmatch(slug):
        return _("Small letters, digits and hyphens only.")
    if Organisation.objects.filter(slug=slug).exists():
        return _("This address is taken.")
    return ""


def change(*, organisation: Organisation, by: Actor, **settings: Any) -> list[str]:
    """Set fields of SETTINGS and return those that changed. Raises ValidationError by field."""
    by.require(Permission.MANAGE_ORGANISATION)
    changed = [
        field for field in SETTINGS if field in settings and settings[field] != getattr(organisation, field)
    ]
    if "currency" in changed and amounts_are_recorded():
        raise ValidationError({"currency": _("Amounts are recorded in this currency already: it stays.")})
    for field in changed:
        setattr(organisation, field, settings[field])
    _check(organisation)
    if changed:
        organisation.save(update_fields=changed)
        codes = {field: settings[field] for field in changed if field != "name"}
        audit.record(
            by=by, verb="organisation.change", obj=organisation, detail={"fields": changed, "values": codes}
        )
    return changed


def amounts_are_recorded() -> bool:
    """Whether any table of the organisation in force, derived ones aside, holds an amount of money. One query."""
    recorded = []
    for model in apps.get_models():
        if not issubclass(model, TenantModel):
            continue
        amounts = [field.name for field in model._meta.local_fields if field.name.endswith("_minor")]
        if amounts:
            known = Q(*((f"{name}__isnull", False) for name in amounts), _connector=Q.OR)
            recorded.append(model.objects.filter(known).order_by().values_list(Value(1)))
    return bool(recorded) and recorded[0].union(*recorded[1:], all=True).exists()


def _check(organisation: Organisation) -> None:
    organisation.full_clean(validate_constraints=False)
    if not organisation.working_days:
        raise ValidationError({"working_days": _("Choose at least one working day.")})
    if not _knows_time_zone(organisation.time_zone):
        raise ValidationError({"time_zone": _("This time zone is not known here.")})


def _knows_time_zone(name: str) -> bool:
    """Ask PostgreSQL, which works out the local time of the nightly run."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT now() AT TIME ZONE %s", [name])
    except DataError:
        return False
    return True
