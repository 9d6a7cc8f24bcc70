"""The tenant, its users and what must be readable before a tenant is known. These tables are global:
the list is fixed in `tenants.queries.GLOBAL_TABLES` and they are read through `tenants.queries` only."""

from collections.abc import Iterator
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from tenants.domain.roles import Permission, Role, allows
from tenants.ids import new_id

LANGUAGES = [("fr", "Français"), ("en", "English")]
ROLES = [
    (Role.DIRECTOR.value, _("sales director")),
    (Role.MANAGER.value, _("manager")),
    (Role.REP.value, _("salesperson")),
    (Role.MARKETING.value, _("marketing")),
    (Role.PARTNER.value, _("outsourced partner")),
    (Role.ADVISER.value, _("external adviser")),
    (Role.ADMINISTRATOR.value, _("administrator")),
]


def monday_to_friday() -> list[int]:
    return [0, 1, 2, 3, 4]


class Organisation(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/Paris")
    locale = models.CharField(_("language"), max_length=5, choices=LANGUAGES, default="fr")
    country = models.CharField(_("country calendar"), max_length=2, default="FR")
    working_days = ArrayField(models.SmallIntegerField(), default=monday_to_friday)  # Monday = 0
    # The clarity score that an objective must reach to be activated.
    clarity_threshold = models.PositiveSmallIntegerField(
        _("clarity needed to activate"), default=70, db_default=70, validators=[MaxValueValidator(100)]
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **extra: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str, **extra: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **extra)


class User(AbstractBaseUser, PermissionsMixin):
    """A login. One person may belong to several organisations."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=LANGUAGES, default="fr")
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)
    # Part of what a session proves: one more, and every session of this login is over.
    session_epoch = models.PositiveIntegerField(default=0, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0]

    def get_session_auth_hash(self) -> str:
        return self._session_hash(None)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._session_hash(secret)

    def _session_hash(self, secret: str | bytes | None) -> str:
        proof = f"{self.password}:{self.session_epoch}"
        return salted_hmac("tenants.User.session", proof, secret=secret, algorithm="sha256").hexdigest()


class Membership(models.Model):
    """A user's role in an organisation."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(_("role"), max_length=20, choices=ROLES)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "user"], name="membership_once"),
            models.UniqueConstraint(fields=["organisation", "id"], name="membership_organisation_id"),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.role})"

    def allows(self, permission: Permission) -> bool:
        return allows(Role(self.role), permission)


class ApiKey(models.Model):
    """An API key: the prefix finds it, the SHA-256 of the secret proves it. The secret is shown once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=20))
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class Job(models.Model):
    """The ledger of background work: ids and times only, so that the dispatcher and the sweeper can read it
    across organisations without any door through the policies. What a job did is in its app's own tables."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=80)
    task = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    holder = models.UUIDField(null=True, blank=True)  # which execution owns the row
    queued_at = models.DateTimeField(default=timezone.now)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)
    again = models.BooleanField(default=False)  # asked for while it ran: to be done once more

    class Meta:
        constraints = [
            # The guard against doing a slot twice, whatever beat or broker do.
            models.UniqueConstraint(fields=["organisation", "kind", "key"], name="job_slot")
        ]
        indexes = [
            # The sweeper looks each minute for what stopped moving.
            models.Index(
                fields=["state", "heartbeat_at"],
                name="job_unfinished",
                condition=models.Q(state__in=["queued", "running"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}: {self.state}"

    @property
    def is_over(self) -> bool:
        return self.state in (self.State.DONE, self.State.FAILED)
