"""Probable causes (F10), and from where on an organisation sees one."""

from django.db import models

from reporting.models.facts import Run
from tenants.models import TenantForeignKey, TenantModel


class CauseResult(TenantModel):
    """A probable cause (F10) for a scope as of a day: a rule's signal against its limit, whether or not it stands out.

    Money in minor units. state: behind = beyond the limit, as surely as the many-cells rule asks, and for two nights.
    """

    run = TenantForeignKey(Run, on_delete=models.CASCADE, related_name="causes")
    scope_kind = models.CharField(max_length=7)  # company, team, person
    team = TenantForeignKey("tenants.Team", on_delete=models.CASCADE, null=True, related_name="+")
    person = TenantForeignKey("tenants.Person", on_delete=models.CASCADE, null=True, related_name="+")
    rule = models.CharField(max_length=24)  # reporting.domain.causes
    signal = models.FloatField()  # as counted; unit of the rule
    mean = models.FloatField()  # the estimate (F3), with its 80 % interval
    low = models.FloatField()
    high = models.FloatField()
    threshold = models.FloatField()  # the limit, in the signal's unit
    reference = models.FloatField(null=True)  # the own past, where the limit comes from it
    numerator = models.FloatField()
    denominator = models.FloatField()
    cases = models.FloatField()  # how many things the confidence rests on
    p = models.FloatField()  # P(signal beyond the limit)
    gain = models.FloatField()
    at_stake_minor = models.BigIntegerField(null=True)  # null: the scope has no attributed gap
    raw_state = models.CharField(max_length=12)  # tonight's, before the two-nights rule
    state = models.CharField(max_length=12)
    inputs = models.JSONField(default=dict)  # windows, the setting, the levers' loss: "see the math"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "run", "rule", "team", "person"],
                name="cause_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.scope_kind} {self.rule} {self.state}"


class CauseThreshold(TenantModel):
    """From where on a rule of F10 sees a cause, where the organisation has its own idea; without a row, the default."""

    rule = models.CharField(max_length=24)
    value = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "rule"], name="cause_threshold_once")]

    def __str__(self) -> str:
        return f"{self.rule} {self.value}"
