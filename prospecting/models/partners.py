"""Outsourced prospecting: firms, what they were engaged for, at which prices."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tenants.models import TenantForeignKey, TenantModel


class Partner(TenantModel):
    """A firm that prospects for this organisation. The same firm may serve others, who know nothing of it here."""

    name = models.CharField(_("name"), max_length=160)
    key = models.CharField(max_length=160, editable=False)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["organisation", "key"], name="partner_name_once")]

    def __str__(self) -> str:
        return self.name


class Engagement(TenantModel):
    """An agreement with a partner: scope, dates, service levels of both sides, and what it may learn of what it brought."""

    class Disclosure(models.TextChoices):
        NOTHING = "nothing", _("nothing")
        OUTCOME = "outcome", _("the outcome")
        AMOUNT = "amount", _("the outcome and the amount")

    partner = TenantForeignKey(Partner, on_delete=models.PROTECT, related_name="engagements")
    name = models.CharField(_("name"), max_length=160)
    key = models.CharField(max_length=160, editable=False)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)  # last day
    segments = ArrayField(models.UUIDField(), default=list, blank=True)  # ids; none = all
    channels = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    territories = models.CharField(_("territories"), max_length=300, blank=True)
    log_hours = models.PositiveSmallIntegerField(_("meetings are logged within (hours)"), default=24)
    answer_days = models.PositiveSmallIntegerField(_("answers are given within (working days)"), default=2)
    second_look_days = models.PositiveSmallIntegerField(
        _("second looks are given within (working days)"), db_default=5, default=5
    )
    monthly_accepted = models.PositiveIntegerField(_("accepted meetings a month"), null=True, blank=True)
    disclosure = models.CharField(
        _("what the partner learns of an opportunity"), max_length=7, choices=Disclosure, default=Disclosure.NOTHING
    )  # fmt: skip
    client_contact = TenantForeignKey(
        "tenants.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    contact_note = models.CharField(_("contacts"), max_length=300, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="engagement_name_once"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="engagement_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(answer_days__gte=1, answer_days__lte=30), name="engagement_answer_days"
            ),
            models.CheckConstraint(
                condition=Q(log_hours__gte=1, log_hours__lte=720), name="engagement_log_hours"
            ),
            models.CheckConstraint(
                condition=Q(second_look_days__gte=1, second_look_days__lte=30),
                name="engagement_second_look_days",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class EngagementMember(TenantModel):
    """A login of the partner's that works on the engagement."""

    engagement = TenantForeignKey(Engagement, on_delete=models.CASCADE, related_name="members")
    membership = TenantForeignKey("tenants.Membership", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "engagement", "membership"], name="engagement_member_once"
            )
        ]
        indexes = [models.Index(fields=["organisation", "membership"], name="engagement_of_member")]

    def __str__(self) -> str:
        return f"{self.membership_id} in {self.engagement_id}"


class EngagementInvitation(TenantModel):
    """Whoever accepts the invitation works on the engagement from then on."""

    engagement = TenantForeignKey(Engagement, on_delete=models.CASCADE, related_name="invitations")
    invitation = TenantForeignKey("tenants.Invitation", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "engagement", "invitation"], name="engagement_invitation_once"
            )
        ]
        indexes = [models.Index(fields=["organisation", "invitation"], name="engagement_of_invitation")]

    def __str__(self) -> str:
        return f"{self.invitation_id} to {self.engagement_id}"


class Price(TenantModel):
    """What the engagement costs from a day on: for an accepted meeting, and a month."""

    engagement = TenantForeignKey(Engagement, on_delete=models.CASCADE, related_name="prices")
    from_on = models.DateField(_("from"))
    meeting_minor = models.BigIntegerField(_("for an accepted meeting"), default=0)
    month_minor = models.BigIntegerField(_("a month"), default=0)

    class Meta:
        ordering = ["from_on"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "engagement", "from_on"], name="price_once"),
            models.CheckConstraint(
                condition=Q(meeting_minor__gte=0, month_minor__gte=0), name="price_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_on}: {self.meeting_minor}"
