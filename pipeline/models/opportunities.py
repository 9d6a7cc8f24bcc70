"""Opportunities, and the append-only events whose projection they are."""

from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tenants.models import TenantForeignKey, TenantModel


class Opportunity(TenantModel):
    """The present state of a deal: the projection of its events, written only beside one."""

    external_id = models.CharField(_("identifier in the source"), max_length=120)
    name = models.CharField(_("name"), max_length=255, blank=True)
    owner = TenantForeignKey(
        "tenants.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    team = TenantForeignKey(
        "tenants.Team",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    company = TenantForeignKey(
        "pipeline.Company",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    product = TenantForeignKey(
        "pipeline.Product",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    segment = models.CharField(_("segment"), max_length=120, blank=True)
    channel = models.CharField(_("source channel"), max_length=120, blank=True)
    stage = TenantForeignKey("pipeline.Stage", on_delete=models.PROTECT, related_name="+")
    # Money in minor units of the organisation's currency; null = not known.
    amount_minor = models.BigIntegerField(_("amount"), null=True, blank=True)
    margin_minor = models.BigIntegerField(_("margin"), null=True, blank=True)
    recurring_minor = models.BigIntegerField(_("recurring amount"), null=True, blank=True)
    contract_months = models.PositiveSmallIntegerField(_("contract months"), null=True, blank=True)
    created_on = models.DateField(_("created on"), null=True, blank=True)
    expected_close_on = models.DateField(_("expected close"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    lost_reason = models.CharField(_("reason lost"), max_length=500, blank=True)

    class Meta:
        verbose_name_plural = "opportunities"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "external_id"], name="opportunity_once"),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True)
                | Q(created_on__isnull=True)
                | Q(closed_on__gte=models.F("created_on")),
                name="opportunity_closed_after_created",
            ),
        ]
        indexes = [
            # The list page, the latest created first.
            models.Index(fields=["organisation", "-created_on", "id"], name="opportunity_list"),
            models.Index(fields=["organisation", "owner"], name="opportunity_owner"),
        ]

    def __str__(self) -> str:
        return self.name or self.external_id


class OpportunityEvent(TenantModel):
    """One thing that happened to an opportunity; never changed, never deleted (grants and a database rule).

    occurred_on is null when the source does not say when: the event then gives the present state and no duration.
    stage, owner, team and the amounts are the state right after the event, so that every later reading knows in
    whose hands the deal was on that day.
    """

    class Kind(models.TextChoices):
        STAGE = "stage", _("stage")
        REOPEN = "reopen", _("close undone")
        CHANGE = (
            "change",
            _("change"),
        )  # owner, team, amount, margin, expected close…: see `changed`

    class Source(models.TextChoices):
        HISTORY = "history", _("stage history")  # a dated transition, given as such
        INFERRED = (
            "inferred",
            _("dates of the row"),
        )  # proved by created_on, entered_at or closed_on
        IMPORT = "import", _("import")
        MANUAL = "manual", _("typed")
        API = "api", _("API")

    opportunity = TenantForeignKey(Opportunity, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=6, choices=Kind)
    occurred_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    # The transaction that wrote the event. The nightly run reads "all that was written since", which a time
    # cannot tell: a transaction may commit after a later one was read.
    recorded_xact = models.BigIntegerField(
        db_default=RawSQL("pg_current_xact_id()::text::bigint", []), editable=False
    )
    source = models.CharField(max_length=8, choices=Source)
    import_run = models.UUIDField(null=True, blank=True)
    actor_id = models.UUIDField(null=True, blank=True)
    changed = models.CharField(max_length=200, blank=True)  # for CHANGE: comma-separated field names
    stage = TenantForeignKey("pipeline.Stage", on_delete=models.PROTECT, related_name="+")
    owner = TenantForeignKey(
        "tenants.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    team = TenantForeignKey(
        "tenants.Team",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    amount_minor = models.BigIntegerField(null=True, blank=True)
    margin_minor = models.BigIntegerField(null=True, blank=True)
    expected_close_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [
            # The life of one deal, and the full recompute.
            models.Index(fields=["organisation", "opportunity"], name="event_of_opportunity"),
            # What was written since the last run.
            models.Index(fields=["organisation", "recorded_xact"], name="event_recorded"),
            # What became past since the last run.
            models.Index(fields=["organisation", "occurred_on"], name="event_occurred"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="reopen") | Q(occurred_on__isnull=False),
                name="event_reopen_is_dated",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.occurred_on}"
