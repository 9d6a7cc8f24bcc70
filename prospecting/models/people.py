"""Prospects in person: as little as needed, for a purpose, until a day."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from prospecting.domain.channels import Channel
from tenants.models import TenantForeignKey, TenantModel

CHANNELS = [
    (Channel.PHONE.value, _("phone")),
    (Channel.EMAIL.value, _("e-mail")),
    (Channel.SOCIAL.value, _("social network")),
    (Channel.EVENT.value, _("event")),
    (Channel.REFERRAL.value, _("referral")),
    (Channel.INBOUND.value, _("inbound")),
    (Channel.PARTNER.value, _("partner")),
]


def channel_name(key: str, language: str) -> str:
    """What the pipeline calls a channel, where channels are free words: in the language of the organisation."""
    with override(language):
        return str(dict(CHANNELS)[key])


class Contact(TenantModel):
    """Somebody at a prospect's. Erased: every personal column is empty, and all counts stay."""

    class Basis(models.TextChoices):
        INTEREST = "interest", _("legitimate interest")
        CONSENT = "consent", _("consent")

    company = TenantForeignKey(
        "pipeline.Company", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(_("name"), max_length=160, blank=True)
    job_title = models.CharField(_("job title"), max_length=160, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    maturity = TenantForeignKey(
        "prospecting.Maturity", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    channel = models.CharField(_("source channel"), max_length=10, choices=CHANNELS, blank=True)
    # Whose it is, when a partner brought it: the only contacts that this partner sees.
    engagement = TenantForeignKey(
        "prospecting.Engagement", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    external_id = models.CharField(_("identifier in the source"), max_length=120, blank=True)
    basis = models.CharField(_("legal basis"), max_length=8, choices=Basis, default=Basis.INTEREST)
    basis_note = models.CharField(_("note on the basis"), max_length=300, blank=True)
    collected_on = models.DateField(_("collected on"))
    keep_until = models.DateField(_("kept until"))
    erased_at = models.DateTimeField(null=True, blank=True)
    merged_into = TenantForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "external_id"],
                condition=~Q(external_id=""),
                name="contact_external_id_once",
            ),
            models.CheckConstraint(
                condition=Q(keep_until__gte=models.F("collected_on")), name="contact_kept_after_collected"
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True)
                | Q(name="", job_title="", email="", phone="", basis_note="", external_id=""),
                name="contact_erased_is_empty",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "company"], name="contact_of_company"),
            # The retention job.
            models.Index(fields=["organisation", "keep_until"], name="contact_kept_until"),
        ]

    def __str__(self) -> str:
        return self.name or "–"


class Lead(TenantModel):
    """What marketing passed on: accepted or refused by sales, with a reason, within a time."""

    class State(models.TextChoices):
        PASSED = "passed", _("waiting for an answer")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")

    contact = TenantForeignKey(Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    company = TenantForeignKey("pipeline.Company", on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(_("channel"), max_length=10, choices=CHANNELS)
    segment = TenantForeignKey(
        "prospecting.Segment", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    owner = TenantForeignKey(
        "tenants.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    passed_on = models.DateField(_("passed on"))
    state = models.CharField(max_length=8, choices=State, default=State.PASSED)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    answered_by = models.UUIDField(null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    opportunity = TenantForeignKey(
        "pipeline.Opportunity", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    external_id = models.CharField(_("identifier in the source"), max_length=120, blank=True)

    class Meta:
        ordering = ["-passed_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "external_id"],
                condition=~Q(external_id=""),
                name="lead_external_id_once",
            ),
            models.CheckConstraint(
                condition=Q(state="passed", answered_on__isnull=True)
                | ~Q(state="passed") & Q(answered_on__isnull=False),
                name="lead_answer_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(reason=""), name="lead_refused_with_reason"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "-passed_on"], name="lead_by_date")]

    def __str__(self) -> str:
        return f"{self.company} {self.state}"


class Merge(TenantModel):
    """Two rows that were one company or one contact; what moved is kept, so that it can be undone."""

    class Kind(models.TextChoices):
        COMPANY = "company", _("company")
        CONTACT = "contact", _("contact")

    kind = models.CharField(max_length=7, choices=Kind)
    kept_id = models.UUIDField()
    merged_id = models.UUIDField()
    # {"prospecting.Activity.company": [ids], …}, and the columns that were filled: ids and names of columns only.
    moved = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now, editable=False)
    actor_id = models.UUIDField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.kind} {self.merged_id} → {self.kept_id}"


class Disclosure(TenantModel):
    """Which personal data a partner looked at: append-only."""

    membership = TenantForeignKey(
        "tenants.Membership", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    engagement = TenantForeignKey("prospecting.Engagement", on_delete=models.PROTECT, related_name="+")
    contact = TenantForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=20)  # page, export
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["organisation", "contact", "-at"], name="disclosure_of_contact")]

    def __str__(self) -> str:
        return f"{self.what} {self.at}"
