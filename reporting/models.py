"""What is learnt. Data flows one way: events → passages → daily facts → results of a run → pages.

Daily facts are derived: they can be dropped and rebuilt from the passages. Their key is made of what they are
about, and they carry plain ids instead of foreign keys (docs/adr/0003).
"""

from django.db import models
from django.db.models.functions import Now

from tenants.models import DerivedModel, TenantForeignKey, TenantModel


class Run(TenantModel):
    """One recompute: what it read, what it found, how long it took. State and attempts are the job's."""

    class Mode(models.TextChoices):
        FULL = "full"
        INCREMENTAL = "incremental"
        PAST = "past"  # as of a day before the frontier: computed aside, facts untouched

    job_id = models.UUIDField(null=True, blank=True)
    as_of = models.DateField()
    mode = models.CharField(max_length=12, choices=Mode)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(db_default=Now())
    counts = models.JSONField(default=dict)
    timings = models.JSONField(default=dict)  # step → milliseconds
    engine = models.CharField(max_length=20)

    class Meta:
        ordering = ["-as_of", "-finished_at"]
        constraints = [models.UniqueConstraint(fields=["organisation", "as_of"], name="run_once_a_day")]

    def __str__(self) -> str:
        return f"{self.as_of} {self.mode}"


class DailyFact(DerivedModel):
    """Counts of one day for a stage in somebody's hands. Numerator and denominator, never a percentage alone."""

    class Metric(models.TextChoices):
        ENTERED = "entered"  # numerator: opportunities that entered the stage that day
        EXITED = (
            "exited"  # numerator: those of them that advanced; denominator: all that left, advanced or lost
        )
        OPENED = "opened"  # numerator: opportunities opened (first dated stage) that day
        IN_CYCLE = "in_cycle"  # numerator: as ENTERED, for those opened in the cycle that holds the day
        WON = "won"  # numerator: amount won, minor units; denominator: deals won
        WON_IN_CYCLE = "won_in_cycle"  # as WON, for those opened in the cycle that holds the day

    pk = models.CompositePrimaryKey("organisation_id", "scope", "metric", "day")
    scope = models.IntegerField()  # pipeline.StageScope.number
    metric = models.CharField(max_length=12)
    day = models.DateField()
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField()


class FactState(TenantModel):
    """What the stored facts were counted against besides the events."""

    signature = models.CharField(max_length=64)  # of the cycles' dates

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation"], name="fact_state_once")]

    def __str__(self) -> str:
        return self.signature


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
