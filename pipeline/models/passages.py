"""How opportunities went through the stages: derived from the events, rebuilt from them at will.

The key is made of what a row is about, and rows carry plain ids instead of foreign keys: a million of them are
written by one statement that reads policy-protected tables only (docs/adr/0003).
"""

from django.db import models

from tenants.models import OwnedByOrganisation, TenantModel


class Frontier(TenantModel):
    """How far the stored passages go: the day, and the transaction up to which events were read."""

    as_of = models.DateField()
    read_xact = models.BigIntegerField()
    signature = models.CharField(max_length=64)  # of the stages: another pipeline means a full rebuild

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation"], name="frontier_once")]

    def __str__(self) -> str:
        return str(self.as_of)


class StagePassage(OwnedByOrganisation):
    """An opportunity's stay in a stage (F2): one row per stage entered, the closed stages included."""

    pk = models.CompositePrimaryKey("organisation_id", "opportunity_id", "stage_id")
    opportunity_id = models.UUIDField()
    stage_id = models.UUIDField()
    team_id = models.UUIDField(null=True)
    owner_id = models.UUIDField(null=True)
    opened_on = models.DateField()  # the day of the opportunity's first dated stage
    entered_on = models.DateField()
    exited_on = models.DateField(null=True)
    outcome = models.CharField(max_length=1, null=True)  # A advanced, L lost, U cannot be known, null: still there
    is_first = models.BooleanField()  # where the opportunity was opened, as far as dates prove it
    amount_minor = models.BigIntegerField(null=True)  # on won rows

    class Meta:
        indexes = [models.Index(fields=["organisation", "stage_id", "entered_on"], name="passage_rows_behind")]
