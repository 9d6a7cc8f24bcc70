"""How opportunities went through the stages, as counts: derived from the events, rebuilt from them at will.

Events are append-only and remember the transaction that wrote them, so the passages of any opportunity can be
derived again as they were known at any run. Nothing per opportunity is stored twice but where it stands: its close, or what
is told of it while it is open. All else are sums.
The rows carry plain ids instead of foreign keys: they are written by one statement that reads policy-protected
tables only (docs/adr/0003).
"""

from django.db import models

from tenants.models import DerivedModel, TenantModel


class Frontier(TenantModel):
    """How far the stored counts go."""

    as_of = models.DateField()
    snapshot = models.TextField()  # pg_snapshot: which transactions' events were read
    signature = models.CharField(max_length=64)  # of the stages: another pipeline means a rebuild

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation"], name="frontier_once")]

    def __str__(self) -> str:
        return str(self.as_of)


class StageScope(DerivedModel):
    """A stage in the hands of a person of a team: the small key that counts and daily facts hang on.

    Nil UUIDs stand for "no team" and "no owner", so that the key has no nulls; as a stage, for none: what hangs on it is
    about the whole life of deals.
    """

    pk = models.CompositePrimaryKey("organisation_id", "number")
    number = models.IntegerField()  # 1, 2, 3… within the organisation
    stage_id = models.UUIDField()
    team_id = models.UUIDField()
    owner_id = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "stage_id", "team_id", "owner_id"],
                name="stage_scope_once",
            )
        ]


class StageStay(DerivedModel):
    """Grouped counts of stays in a stage (F2), what the estimators read instead of a row per deal.

    measure: for a stay that ended (outcome A advanced, L lost, U cannot be known), its length in days; for one
    that goes on (outcome O; won and lost stages included), the ordinal of its first day. The life of a deal is a stay
    in no stage, which ends with the win (A) or the loss (L).
    """

    pk = models.CompositePrimaryKey("organisation_id", "scope", "outcome", "measure")
    scope = models.IntegerField()  # StageScope.number
    outcome = models.CharField(max_length=1)
    measure = models.IntegerField()
    count = models.IntegerField()
    amount_minor = models.BigIntegerField()  # sum over the stays; on won rows, of what was won


class Close(DerivedModel):
    """The close of an opportunity that nothing has undone by the frontier, as its last event told it (docs/adr/0015, 0017).

    team_id, owner_id (nil UUIDs for nobody), amount_minor, margin_minor: of that event, or the present ones where it told
    none. opened_on, segment, channel, company_id, product_id: the present ones. is_told: its way through the stages is known,
    and not only inferred. is_lost_first: lost without having passed the first stage.
    """

    pk = models.CompositePrimaryKey("organisation_id", "opportunity_id")
    opportunity_id = models.UUIDField()
    kind = models.CharField(max_length=4)  # won, lost
    closed_on = models.DateField()
    opened_on = models.DateField(null=True)
    team_id = models.UUIDField()
    owner_id = models.UUIDField()
    amount_minor = models.BigIntegerField(null=True)
    margin_minor = models.BigIntegerField(null=True)
    segment = models.CharField(max_length=120)
    channel = models.CharField(max_length=120)
    company_id = models.UUIDField(null=True)
    product_id = models.UUIDField(null=True)
    is_told = models.BooleanField()
    is_lost_first = models.BooleanField()

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "closed_on"], name="close_of_day"),
            # Whether the organisation names segments at all.
            models.Index(fields=["organisation"], name="close_with_segment", condition=~models.Q(segment="")),
        ]


class OpenDeal(DerivedModel):
    """An opportunity that is open at the frontier, and what was told of it by then (docs/adr/0017).

    stage_id: the furthest reached. team_id, owner_id: the latest told, nil UUIDs for nobody. amount_minor: null when never
    told. first_expected_on: the first close that was expected. last_event_on: of its dated events. turns_on: the first day
    after the frontier from which on something counts that was recorded without a day; null: nothing waits.
    """

    pk = models.CompositePrimaryKey("organisation_id", "opportunity_id")
    opportunity_id = models.UUIDField()
    stage_id = models.UUIDField()
    opened_on = models.DateField()
    team_id = models.UUIDField()
    owner_id = models.UUIDField()
    amount_minor = models.BigIntegerField(null=True)
    company_id = models.UUIDField(null=True)
    first_expected_on = models.DateField(null=True)
    last_event_on = models.DateField(null=True)
    turns_on = models.DateField(null=True)
