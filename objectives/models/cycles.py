"""Cycles, their plan, and what a draft was before each change."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.models import TenantForeignKey, TenantModel
from tenants.models.people import DateRange


class Cycle(TenantModel):
    """The period that objectives cover. Dates are half-open: end_on is the first day outside."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        ACTIVE = "active", _("active")
        CLOSED = "closed", _("closed")  # attainment is frozen

    class Rhythm(models.TextChoices):
        WEEKLY = "weekly", _("every week")
        TWO_WEEKS = "two_weeks", _("every two weeks")
        MONTHLY = "monthly", _("every month")

    name = models.CharField(_("name"), max_length=60)
    start_on = models.DateField(_("first day"))
    end_on = models.DateField(_("day after the last"))
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    strategy = TenantForeignKey(
        "objectives.Strategy", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    origin = models.CharField(max_length=20, blank=True)  # what the draft started from: "", last, a template
    rhythm = models.CharField(_("review rhythm"), max_length=10, choices=Rhythm, default=Rhythm.WEEKLY)
    answers_due_on = models.DateField(_("answers until"), null=True, blank=True)  # of the negotiation
    activated_at = models.DateTimeField(null=True, blank=True)
    activated_by = models.UUIDField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-start_on"]
        constraints = [
            models.CheckConstraint(condition=Q(end_on__gt=F("start_on")), name="cycle_ends_after_start"),
            models.CheckConstraint(
                condition=Q(activated_at__isnull=True, state="draft")
                | Q(activated_at__isnull=False, state__in=["active", "closed"]),
                name="cycle_activation_dated",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=False, state="closed")
                | Q(closed_at__isnull=True, state__in=["draft", "active"]),
                name="cycle_closing_dated",
            ),
            ExclusionConstraint(
                name="cycles_do_not_overlap",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    (DateRange("start_on", "end_on"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Plan(TenantModel):
    """The reverse funnel of a cycle: what was asked, what was computed from which inputs, by which engine.

    inputs, overrides and result are JSON documents (see objectives.domain.plan_document) so that a plan can always
    be shown again exactly as it was computed.
    """

    cycle = TenantForeignKey(Cycle, on_delete=models.CASCADE, related_name="plans")
    revenue_minor = models.BigIntegerField(_("revenue objective"), null=True, blank=True)
    cover_ratio = models.DecimalField(_("cover ratio"), max_digits=5, decimal_places=3, default=1)
    inputs = models.JSONField(default=dict)
    overrides = models.JSONField(default=dict)  # values and padlocks set by hand
    result = models.JSONField(default=dict)
    engine = models.CharField(max_length=20, blank=True)
    version = models.PositiveIntegerField(default=0)  # optimistic lock
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "cycle"], name="plan_once_a_cycle"),
            models.CheckConstraint(
                condition=Q(revenue_minor__isnull=True) | Q(revenue_minor__gt=0), name="plan_revenue_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"plan {self.cycle_id}"


class DraftStep(TenantModel):
    """What the draft of a cycle was before a change: undoing puts it back and removes the row."""

    cycle = TenantForeignKey(Cycle, on_delete=models.CASCADE, related_name="draft_steps")
    number = models.PositiveIntegerField()
    verb = models.CharField(max_length=40)  # of the audit trail
    before = models.JSONField(default=dict)  # see objectives.actions.drafts
    actor_id = models.UUIDField(null=True, blank=True)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "cycle", "number"], name="draft_step_once")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.verb}"
