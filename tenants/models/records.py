"""Invitations and the audit trail."""

from datetime import datetime

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.models.base import TenantForeignKey, TenantModel
from tenants.models.organisation import ROLES


class Invitation(TenantModel):
    """A link sent by e-mail; only its digest is kept."""

    JOB_KIND = "invitation"  # the job that sends it, with the invitation's id as key

    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=20, choices=ROLES)
    person = TenantForeignKey(
        "tenants.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    language = models.CharField(max_length=5, default="fr")
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "digest"], name="invitation_digest_once"),
            models.UniqueConstraint(
                "organisation",
                Lower("email"),
                name="invitation_open_once",
                condition=models.Q(accepted_at=None, revoked_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} ({self.role})"

    def is_open(self, now: datetime) -> bool:
        return self.accepted_at is None and self.revoked_at is None and now < self.expires_at


class AuditEntry(TenantModel):
    """Who did what, when. Append-only; holds ids, never personal text."""

    at = models.DateTimeField(default=timezone.now, editable=False)
    actor_kind = models.CharField(max_length=10)  # member, key, system
    actor_id = models.UUIDField(null=True, blank=True)
    verb = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.UUIDField(null=True, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at"]
        indexes = [
            models.Index(fields=["organisation", "-at"], name="audit_by_date"),
            # The filter of the audit page, and its list of verbs.
            models.Index(fields=["organisation", "verb", "-at"], name="audit_by_verb"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_type}"


class IdempotencyKey(TenantModel):
    """The answer that was given to a request of an API key, under the name that its sender gave to the request.

    Written in the transaction of what the request did: there is an answer exactly if there was an effect.
    """

    api_key_id = models.UUIDField()
    key = models.CharField(max_length=255)
    request_digest = models.CharField(max_length=64)  # of method, address and body
    status = models.PositiveSmallIntegerField()
    response = models.TextField()  # as it was sent
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "api_key_id", "key"], name="idempotency_key_once")
        ]
        indexes = [models.Index(fields=["organisation", "at"], name="idempotency_key_age")]

    def __str__(self) -> str:
        return f"{self.key}: {self.status}"
