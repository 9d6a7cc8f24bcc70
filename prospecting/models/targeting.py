"""Who is a target, and who must be left alone."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.models import TenantForeignKey, TenantModel


class Segment(TenantModel):
    """A named rule over the attributes of companies (prospecting.domain.targeting): a segment of the market, or a profile of
    accounts across segments."""

    class Kind(models.TextChoices):
        SEGMENT = "segment", _("segment")
        PROFILE = "profile", _("account profile")

    name = models.CharField(_("name"), max_length=120)
    key = models.CharField(max_length=120, editable=False)
    kind = models.CharField(_("kind"), max_length=7, choices=Kind, default=Kind.SEGMENT)
    description = models.CharField(_("description"), max_length=500, blank=True)
    # [{"field": "industry", "is": "in", "values": [...]}, …]: all of them hold.
    rules = models.JSONField(_("rules"), default=list)
    position = models.PositiveSmallIntegerField(_("order"), default=0)  # the first that matches is the one
    is_active = models.BooleanField(_("in use"), default=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["kind", "position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind", "key"], name="segment_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class Maturity(TenantModel):
    """How far a prospect is, in the organisation's own words, from the coldest to the warmest."""

    name = models.CharField(_("name"), max_length=80)
    key = models.CharField(max_length=80, editable=False)
    position = models.PositiveSmallIntegerField(_("order"))

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="maturity_name_once"),
            models.UniqueConstraint(
                fields=["organisation", "position"],
                name="maturity_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CompanyTarget(TenantModel):
    """What the rules say of a company: its segment and its account profile; neither = off target. And the keys under which
    it is recognised (prospecting.domain.companies).

    Written by the classification only, whenever a rule or a company changes.
    """

    company = TenantForeignKey("pipeline.Company", on_delete=models.CASCADE, related_name="+")
    segment = TenantForeignKey(Segment, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    profile = TenantForeignKey(Segment, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    name_key = models.CharField(
        max_length=255, blank=True, db_default="", editable=False
    )  # without legal forms
    domain = models.CharField(max_length=255, blank=True, db_default="", editable=False)
    registration = models.CharField(max_length=40, blank=True, db_default="", editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "company"], name="company_target_once")
        ]
        indexes = [
            models.Index(fields=["organisation", "segment"], name="company_target_segment"),
            models.Index(fields=["organisation", "name_key"], name="company_target_name"),
            models.Index(
                fields=["organisation", "domain"],
                condition=~models.Q(domain=""),
                name="company_target_domain",
            ),
            models.Index(
                fields=["organisation", "registration"],
                condition=~models.Q(registration=""),
                name="company_target_registered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company}: {self.segment}"


class DoNotContact(TenantModel):
    """A company, a domain or an address that nobody may prospect."""

    company = TenantForeignKey(
        "pipeline.Company", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    name = models.CharField(_("company"), max_length=255, blank=True)
    key = models.CharField(max_length=255, blank=True, editable=False)  # normalised name
    domain = models.CharField(_("domain"), max_length=255, blank=True)
    email_digest = models.CharField(max_length=64, blank=True)  # of an address: kept without the address
    reason = models.CharField(_("reason"), max_length=300)
    added_at = models.DateTimeField(default=timezone.now, editable=False)
    actor_id = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ["-added_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(company__isnull=False)
                | ~models.Q(key="")
                | ~models.Q(domain="")
                | ~models.Q(email_digest=""),
                name="do_not_contact_whom",
            )
        ]
        indexes = [models.Index(fields=["organisation", "domain"], name="do_not_contact_domain")]

    def __str__(self) -> str:
        return self.name or self.domain
