"""API keys: made once, shown once, proved by a digest."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext

from tenants.access import Actor
from tenants.actions import audit
from tenants.domain.roles import Permission
from tenants.models import ApiKey, Organisation

READ = "read"
READ_CONTACTS = "read:contacts"  # personal data: not for every key that reads
WRITE_ACTIVITIES = "write:activities"
WRITE_CONTACTS = "write:contacts"
WRITE_MEETINGS = "write:meetings"
WRITE_LEVER_ACTIONS = "write:lever-actions"
SCOPES = (READ, READ_CONTACTS, WRITE_ACTIVITIES, WRITE_CONTACTS, WRITE_MEETINGS, WRITE_LEVER_ACTIONS)
USE_NOTED_EVERY = timedelta(minutes=5)


def create(
    *,
    organisation: Organisation,
    name: str,
    by: Actor,
    scopes: tuple[str, ...] = (READ,),
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """Return the key and its token; the token cannot be shown again. Raises ValidationError at `scopes`."""
    by.require(Permission.MANAGE_ORGANISATION)
    if not scopes or not set(scopes) <= set(SCOPES):
        raise ValidationError({"scopes": gettext("Choose what the key may do.")})
    prefix, secret = secrets.token_hex(5), secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        organisation=organisation,
        name=name,
        prefix=prefix,
        digest=hashlib.sha256(secret.encode()).hexdigest(),
        scopes=list(scopes),
        expires_at=expires_at,
    )
    audit.record(by=by, verb="api_key.create", obj=key, detail={"scopes": list(scopes)})
    return key, f"bsl_{prefix}_{secret}"


def revoke(*, key: ApiKey, by: Actor) -> None:
    by.require(Permission.MANAGE_ORGANISATION)
    ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now())
    audit.record(by=by, verb="api_key.revoke", obj=key)


def note_use(*, key: ApiKey, now: datetime) -> None:
    """Remember roughly when a key was last used; not at every request, which would be a write a read."""
    if key.last_used_at is None or now - key.last_used_at > USE_NOTED_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
