"""The objective tree, what each objective said from which day on, and progress typed by hand."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from objectives.models.cycles import Cycle
from tenants.models import TenantForeignKey, TenantModel


def target_field(label: Any) -> "models.DecimalField[Any, Any]":
    """Minor units for money, a count, days, or a ratio; null = none yet, which is not zero."""
    return models.DecimalField(label, max_digits=20, decimal_places=6, null=True, blank=True)


class Objective(TenantModel):
    """A measurable commitment of an owner for a cycle. The owner is the company (nobody of the following), a team, a person, or a partner in an engagement.

    context, calibration and outcome are JSON documents (objectives.domain.context, .calibration, .outcome).
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        ACTIVE = "active", _("active")  # locked, also by the database: only an approved revision changes it
        CLOSED = "closed", _("closed")

    class Source(models.TextChoices):
        CASCADE = "cascade", _("cascade")  # a share of the revenue objective
        DERIVED = "derived", _("reverse funnel")
        MIX = "mix", _("strategy")
        PROFILE = "profile", _("profile")
        TYPED = "typed", _("added by hand")

    cycle = TenantForeignKey(Cycle, on_delete=models.CASCADE, related_name="objectives")
    parent = TenantForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="children"
    )
    metric = models.CharField(_("metric"), max_length=30)  # a key of objectives.domain.catalogue
    team = TenantForeignKey("tenants.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    person = TenantForeignKey(
        "tenants.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    engagement = TenantForeignKey(
        "prospecting.Engagement", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )  # of an outsourced partner
    stage = TenantForeignKey(
        "pipeline.Stage", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    segment = models.CharField(
        _("segment"), max_length=120, blank=True
    )  # measured there only; "" = everywhere
    target = target_field(_("target"))
    commitment = target_field(_("commitment"))  # the least that is promised
    stretch = target_field(_("stretch"))
    computed_target = target_field(_("computed target"))  # before overrides
    is_locked = models.BooleanField(_("padlock"), default=False)  # a fixed share in the cascade
    low = target_field(_("at least"))
    high = target_field(_("at most"))
    weight = models.DecimalField(_("weight"), max_digits=12, decimal_places=6, null=True, blank=True)
    importance = models.PositiveSmallIntegerField(
        _("importance"), null=True, blank=True
    )  # percent, of its owner's
    priority = models.PositiveSmallIntegerField(_("priority"), default=2)  # 1 gives way last
    reason = models.CharField(_("reason"), max_length=300, blank=True)  # of an override
    why = models.CharField(_("why"), max_length=500, blank=True)  # what it serves, in words
    orientation = models.CharField(max_length=20, blank=True)  # the part of the strategy it serves
    source = models.CharField(max_length=10, choices=Source, default=Source.CASCADE)
    context = models.JSONField(default=dict, blank=True)  # the own part; the rest comes from above
    calibration = models.JSONField(default=dict, blank=True)
    outcome = models.JSONField(default=dict, blank=True)  # frozen when the cycle is closed
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    revision = TenantForeignKey(
        "objectives.Revision", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )  # the one that changed it last
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "organisation",
                    "cycle",
                    "metric",
                    "team",
                    "person",
                    "engagement",
                    "stage",
                    "segment",
                ],
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
                condition=Q(team__isnull=True, person__isnull=True)
                | Q(team__isnull=True, engagement__isnull=True)
                | Q(person__isnull=True, engagement__isnull=True),
                name="objective_one_owner",
            ),
            models.CheckConstraint(
                condition=Q(metric="stage_conversion_rate", stage__isnull=False)
                | ~Q(metric="stage_conversion_rate") & Q(stage__isnull=True),
                name="objective_stage_for_rates",
            ),
            models.CheckConstraint(
                condition=Q(importance__isnull=True) | Q(importance__lte=100), name="objective_importance"
            ),
            models.CheckConstraint(
                condition=Q(priority__gte=1) & Q(priority__lte=5), name="objective_priority"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "parent"], name="objective_children"),
            models.Index(fields=["organisation", "person"], name="objective_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.target}"

    @property
    def owner(self) -> Any:
        """The team, the person or the engagement; None for the company."""
        return self.team or self.person or self.engagement


class ObjectiveVersion(TenantModel):
    """What an objective said from a day on: written at activation and by each approved revision, never changed."""

    objective = TenantForeignKey(Objective, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()  # 1 at activation
    from_on = models.DateField()
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    actor_id = models.UUIDField(null=True, blank=True)
    revision = TenantForeignKey(
        "objectives.Revision", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    target = target_field(_("target"))
    commitment = target_field(_("commitment"))
    stretch = target_field(_("stretch"))
    context = models.JSONField(default=dict, blank=True)  # with what came from above
    why = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "objective", "number"], name="objective_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"v{self.number} {self.target}"


class Progress(TenantModel):
    """A value typed for an objective whose metric no data measures: what was done by the end of a day, in all."""

    objective = TenantForeignKey(Objective, on_delete=models.PROTECT, related_name="progress")
    day = models.DateField(_("day"))
    value = models.DecimalField(_("done so far"), max_digits=20, decimal_places=6)
    note = models.CharField(_("note"), max_length=300, blank=True)
    actor_id = models.UUIDField(null=True, blank=True)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["day", "recorded_at"]
        constraints = [models.CheckConstraint(condition=Q(value__gte=0), name="progress_not_negative")]
        indexes = [
            models.Index(fields=["organisation", "objective", "day"], name="progress_of_objective"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.value}"
