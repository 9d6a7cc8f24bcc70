"""What was done to reach prospects."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from prospecting.domain import channels
from prospecting.models.people import CHANNELS
from tenants.models import TenantForeignKey, TenantModel


class Activity(TenantModel):
    """One contact, or a number of them typed for a week. Whether it was in the target is decided when it is written, and stays."""

    class Kind(models.TextChoices):
        ATTEMPT = channels.Activity.ATTEMPT.value, _("attempt")
        CONTACT = channels.Activity.CONTACT.value, _("contact")
        CONVERSATION = channels.Activity.CONVERSATION.value, _("conversation")
        LEAD = channels.Activity.LEAD.value, _("lead passed")

    class Source(models.TextChoices):
        TYPED = "typed", _("typed")
        WEEKLY = "weekly", _("typed for the week")
        IMPORT = "import", _("import")
        API = "api", _("API")

    day = models.DateField(_("day"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    channel = models.CharField(_("channel"), max_length=10, choices=CHANNELS)
    quantity = models.PositiveIntegerField(_("number"), default=1)
    person = TenantForeignKey(
        "tenants.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    team = TenantForeignKey("tenants.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    engagement = TenantForeignKey(
        "prospecting.Engagement", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    company = TenantForeignKey(
        "pipeline.Company", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    contact = TenantForeignKey(
        "prospecting.Contact", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    segment = TenantForeignKey(
        "prospecting.Segment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    in_target = models.BooleanField(_("in target"))
    # Of its contact (or company, without one): what "prospects contacted" counts.
    is_first = models.BooleanField(_("first contact"), default=False)
    note = models.CharField(_("note"), max_length=300, blank=True)
    external_id = models.CharField(_("identifier in the source"), max_length=120, blank=True)
    source = models.CharField(max_length=6, choices=Source, default=Source.TYPED)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    actor_id = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ["-day", "-recorded_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "external_id"],
                condition=~Q(external_id=""),
                name="activity_external_id_once",
            ),
            models.UniqueConstraint(
                fields=["organisation", "person", "engagement", "day", "kind", "channel", "segment"],
                condition=Q(source="weekly"),
                nulls_distinct=False,
                name="activity_weekly_once",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(engagement__isnull=False), name="activity_by_somebody"
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="activity_of_something"),
        ]
        indexes = [
            models.Index(fields=["organisation", "day"], name="activity_by_day"),
            models.Index(fields=["organisation", "person", "-day"], name="activity_of_person"),
            models.Index(fields=["organisation", "contact", "day"], name="activity_of_contact"),
            models.Index(fields=["organisation", "company", "day"], name="activity_of_company"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind} × {self.quantity}"
