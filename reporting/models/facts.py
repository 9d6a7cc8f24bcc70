"""What a run counts and when it ran. Facts are derived: they can be dropped and rebuilt from the passages.

Their key is made of what they are about, and they carry plain ids instead of foreign keys (docs/adr/0003).
"""

from django.db import models
from django.db.models.functions import Now

from tenants.models import DerivedModel, TenantModel


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
