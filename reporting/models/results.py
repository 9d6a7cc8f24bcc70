"""What a run finds: rates and gaps."""

from django.db import models

from reporting.models.facts import Run
from tenants.models import TenantForeignKey, TenantModel


class ConversionResult(TenantModel):
    """A transition's rate for a scope as of a day, with what makes it honest."""

    run = TenantForeignKey(Run, on_delete=models.CASCADE, related_name="conversions")
    scope_kind = models.CharField(max_length=7)  # company, team, person
    team = TenantForeignKey("tenants.Team", on_delete=models.CASCADE, null=True, related_name="+")
    person = TenantForeignKey("tenants.Person", on_delete=models.CASCADE, null=True, related_name="+")
    from_stage = TenantForeignKey("pipeline.Stage", on_delete=models.CASCADE, related_name="+")
    to_stage = TenantForeignKey("pipeline.Stage", on_delete=models.CASCADE, related_name="+")
    entered = models.IntegerField()
    advanced = models.IntegerField()
    lost = models.IntegerField()
    open = models.IntegerField()
    unknown = models.IntegerField(default=0)  # the file cannot tell
    eventual_rate = models.FloatField(null=True)  # F2; null = cannot be known
    mean = models.FloatField(null=True)  # F3 posterior
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    snapshot_rate = models.FloatField(null=True)
    median_days = models.FloatField(null=True)
    objective_rate = models.FloatField(null=True)
    p_below = models.FloatField(null=True)
    raw_state = models.CharField(max_length=12)  # tonight's, before the two-nights rule
    state = models.CharField(max_length=12)
    inputs = models.JSONField(default=dict)  # n_eff, x_eff, prior: "see the math"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "run", "from_stage", "team", "person"],
                name="conversion_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.scope_kind} {self.eventual_rate}"


class GapResult(TenantModel):
    """An objective against its path as of a day. Money in minor units; rates in [0, 1]."""

    run = TenantForeignKey(Run, on_delete=models.CASCADE, related_name="gaps")
    objective = TenantForeignKey("objectives.Objective", on_delete=models.CASCADE, related_name="+")
    target = models.FloatField(null=True)
    path = models.FloatField(null=True)
    actual = models.FloatField(null=True)
    numerator = models.FloatField(null=True)
    denominator = models.FloatField(null=True)
    gap_to_path = models.FloatField(null=True)
    gap_to_target = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    p_below = models.FloatField(null=True)
    raw_state = models.CharField(max_length=12)
    state = models.CharField(max_length=12)
    levers = models.JSONField(default=list)  # [{"lever", "contribution"}…], summing to gap_to_path
    series = models.JSONField(default=dict)  # dates, path, actual: what the chart draws
    inputs = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "run", "objective"], name="gap_once")]

    def __str__(self) -> str:
        return f"{self.gap_to_path}"
