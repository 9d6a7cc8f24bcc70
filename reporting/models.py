"""What is learnt. Data flows one way: events → passages → daily facts → results of a run → pages.

Daily facts are derived: they can be dropped and rebuilt from the passages. Their key is made of what they are
about, and they carry plain ids instead of foreign keys (docs/adr/0003).
"""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from reporting.domain.lever_actions import LeverKind
from reporting.domain.lever_actions import State as ActionState
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
