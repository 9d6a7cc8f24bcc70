"""What is done about a lever (R15)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from reporting.domain.lever_actions import LeverKind
from reporting.domain.lever_actions import State as ActionState
from reporting.models.facts import Run
from tenants.models import TenantForeignKey, TenantModel


class LeverAction(TenantModel):
    """What somebody does about a lever: expected effect before, measured effect after; the objective does not move (R15).

    Scope: a team, a person, neither (the company), and within it a segment or a channel.
    """

    class Lever(models.TextChoices):
        TARGETING = LeverKind.TARGETING.value, _("targeting")
        MESSAGE = LeverKind.MESSAGE.value, _("message")
        QUALIFICATION = LeverKind.QUALIFICATION.value, _("qualification")
        FOLLOW_UP = LeverKind.FOLLOW_UP.value, _("follow-up")
        PRIORITISATION = LeverKind.PRIORITISATION.value, _("prioritisation")
        CAPACITY = LeverKind.CAPACITY.value, _("capacity")
        VALUE = LeverKind.VALUE.value, _("value")

    class State(models.TextChoices):
        PLANNED = ActionState.PLANNED.value, _("planned")
        RUNNING = ActionState.RUNNING.value, _("running")
        REVIEWED = ActionState.REVIEWED.value, _("reviewed")
        ABANDONED = ActionState.ABANDONED.value, _("abandoned")

    cycle = TenantForeignKey("objectives.Cycle", on_delete=models.PROTECT, related_name="+")
    lever = models.CharField(_("lever"), max_length=14, choices=Lever)
    # The rate that it is to raise; none: from the opening to the win.
    stage = TenantForeignKey(
        "pipeline.Stage", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    team = TenantForeignKey("tenants.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    person = TenantForeignKey(
        "tenants.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    segment = models.CharField(_("segment"), max_length=120, blank=True)
    channel = models.CharField(_("channel"), max_length=120, blank=True)
    owner = TenantForeignKey("tenants.Person", on_delete=models.PROTECT, related_name="+")
    start_on = models.DateField(_("from"))
    review_on = models.DateField(_("review on"))
    expected_minor = models.BigIntegerField(_("expected effect"), null=True, blank=True)
    note = models.CharField(_("what is done, and why"), max_length=1000, blank=True)
    steps = models.JSONField(
        default=list, blank=True
    )  # [{"text", "done"}…], see reporting.domain.lever_actions
    state = models.CharField(max_length=9, choices=State, default=State.PLANNED)
    over_on = models.DateField(null=True, blank=True)  # reviewed or abandoned
    conclusion = models.CharField(_("conclusion"), max_length=1000, blank=True)
    scenario = TenantForeignKey(
        "objectives.Scenario", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    made_by = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ["review_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(review_on__gt=F("start_on")), name="action_reviewed_after_start"
            ),
            models.CheckConstraint(condition=Q(team=None) | Q(person=None), name="action_one_scope"),
            models.CheckConstraint(
                condition=Q(over_on__isnull=True, state__in=["planned", "running"])
                | Q(over_on__isnull=False, state__in=["reviewed", "abandoned"]),
                name="action_end_dated",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "state", "review_on"], name="action_waiting")]

    def __str__(self) -> str:
        return f"{self.lever} {self.state}"


class ActionEffect(TenantModel):
    """What an action did as of a run's day (F11), as a night found it. Money in minor units.

    counts: numerator and denominator of each cell, see reporting.queries.action_effects.Measured; basis: which actions there
    were, where and since when. Another basis now, and the row says nothing of today.
    """

    run = TenantForeignKey(Run, on_delete=models.CASCADE, related_name="effects")
    action = TenantForeignKey(LeverAction, on_delete=models.CASCADE, related_name="effects")
    measure = models.CharField(max_length=5)  # reporting.domain.effect.Measure
    verdict = models.CharField(max_length=11)  # reporting.domain.effect.Verdict
    counts = models.JSONField()
    horizon = models.IntegerField()
    entries = models.IntegerField()
    added = models.FloatField()  # points of the rate ÷ 100, entries a week, minor units a win
    low = models.FloatField()
    high = models.FloatField()
    money_minor = models.FloatField()
    money_low_minor = models.FloatField()
    money_high_minor = models.FloatField()
    helped = models.FloatField()  # P(the effect is above 0)
    basis = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "run", "action"], name="action_effect_once")
        ]

    def __str__(self) -> str:
        return f"{self.verdict} {self.money_minor}"
