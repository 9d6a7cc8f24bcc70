"""Where a cycle lands (F6), and how well that was said of past ones."""

from django.db import models

from reporting.models.facts import Run
from tenants.models import TenantForeignKey, TenantModel


class LandingResult(TenantModel):
    """Where the company, a team or a person lands in the cycle, as of a day (F6). Money in minor units."""

    run = TenantForeignKey(Run, on_delete=models.CASCADE, related_name="landings")
    scope_kind = models.CharField(max_length=7)  # company, team, person
    team = TenantForeignKey("tenants.Team", on_delete=models.CASCADE, null=True, related_name="+")
    person = TenantForeignKey("tenants.Person", on_delete=models.CASCADE, null=True, related_name="+")
    metric = models.CharField(max_length=40)  # revenue_won
    target = models.FloatField(null=True)
    mean = models.FloatField()
    low = models.FloatField()  # 80 % interval
    high = models.FloatField()
    probability = models.FloatField(null=True)  # of landing at the target or over it; null without a target
    standard_error = models.FloatField(null=True)
    booked = models.FloatField()  # the parts of the mean
    open = models.FloatField()
    created = models.FloatField()
    weighted = models.FloatField()  # beside it: booked + open amounts × the classic weight of their stages
    since = models.DateField(
        null=True
    )  # the run that `flow` compares with; null when there is none a week before
    flow = models.JSONField(
        default=list
    )  # [{"line", "amount", "count"}…], summing to mean less that of `since`
    inputs = models.JSONField(default=dict)  # "see the math"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "run", "metric", "team", "person"],
                name="landing_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.scope_kind} {self.metric} {self.mean}"


class LandingCheck(TenantModel):
    """What would have been said in a week of a past cycle, knowing what was known then, and what came of it."""

    start_on = models.DateField()
    end_on = models.DateField()  # the day after the last
    week = models.PositiveSmallIntegerField()
    as_of = models.DateField()
    scope_kind = models.CharField(max_length=7)  # company, team
    team = TenantForeignKey("tenants.Team", on_delete=models.CASCADE, null=True, related_name="+")
    metric = models.CharField(max_length=40)
    target = models.FloatField(null=True)
    is_stand_in = models.BooleanField(default=False)  # no objective then: a quarter of the year before
    mean = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    probability = models.FloatField(null=True)
    weighted = models.FloatField()
    actual = models.FloatField()
    engine = models.CharField(max_length=20)
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "start_on", "week", "metric", "team"],
                name="landing_check_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.start_on} week {self.week} {self.scope_kind}"
