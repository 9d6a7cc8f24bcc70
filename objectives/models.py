"""What is promised: cycles, the objective tree, and the plan that turns an ambition into numbers."""

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

    name = models.CharField(_("name"), max_length=60)
    start_on = models.DateField(_("first day"))
    end_on = models.DateField(_("day after the last"))
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    activated_at = models.DateTimeField(null=True, blank=True)
    activated_by = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-start_on"]
        constraints = [
            models.CheckConstraint(condition=Q(end_on__gt=F("start_on")), name="cycle_ends_after_start"),
            models.CheckConstraint(
                condition=Q(activated_at__isnull=True, state="draft")
                | Q(activated_at__isnull=False, state="active"),
                name="cycle_activation_dated",
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

    inputs, overrides and result are JSON documents (see objectives.actions.plans) so that a plan can always be
    shown again exactly as it was computed.
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


class Objective(TenantModel):
    """A measurable commitment of an owner for a cycle. The owner is the company (neither team nor person), a team, or a person.

    target: minor units for money, a count, or a rate in [0, 1]; null = no target yet, which is not zero.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        ACTIVE = "active", _("active")  # locked, also by the database

    cycle = TenantForeignKey(Cycle, on_delete=models.CASCADE, related_name="objectives")
    parent = TenantForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="children"
    )
    metric = models.CharField(_("metric"), max_length=30)  # a key of objectives.domain.catalogue
    team = TenantForeignKey("tenants.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    person = TenantForeignKey(
        "tenants.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    stage = TenantForeignKey(
        "pipeline.Stage", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    target = models.DecimalField(_("target"), max_digits=20, decimal_places=6, null=True, blank=True)
    computed_target = models.DecimalField(
        max_digits=20, decimal_places=6, null=True, blank=True
    )  # before overrides
    is_locked = models.BooleanField(_("padlock"), default=False)  # a fixed share in the cascade
    low = models.DecimalField(_("at least"), max_digits=20, decimal_places=6, null=True, blank=True)
    high = models.DecimalField(_("at most"), max_digits=20, decimal_places=6, null=True, blank=True)
    weight = models.DecimalField(_("weight"), max_digits=12, decimal_places=6, null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)  # of an override
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "cycle", "metric", "team", "person", "stage"],
                name="objective_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(target__isnull=True) | Q(target__gte=0), name="objective_not_negative"
            ),
            models.CheckConstraint(
                condition=~Q(metric="stage_conversion_rate") | Q(target__isnull=True) | Q(target__lte=1),
                name="objective_rate_at_most_one",
            ),
            models.CheckConstraint(
                condition=Q(team__isnull=True) | Q(person__isnull=True), name="objective_one_owner"
            ),
            models.CheckConstraint(
                condition=Q(metric="stage_conversion_rate", stage__isnull=False)
                | ~Q(metric="stage_conversion_rate") & Q(stage__isnull=True),
                name="objective_stage_for_rates",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "parent"], name="objective_children")]

    def __str__(self) -> str:
        return f"{self.metric} {self.target}"
