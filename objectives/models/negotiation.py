"""A share is agreed on, not decreed: a proposal goes down, a counter-proposal with its reason comes up."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from objectives.models.objectives import Objective, target_field
from tenants.models import TenantForeignKey, TenantModel


class Negotiation(TenantModel):
    """Where the talk about one share stands; what was said is in its steps."""

    class State(models.TextChoices):
        SENT = "sent", _("waiting for the answer")
        COUNTERED = "countered", _("counter-proposal")
        ACCEPTED = "accepted", _("accepted by both")
        WITHDRAWN = "withdrawn", _("withdrawn")

    objective = TenantForeignKey(Objective, on_delete=models.CASCADE, related_name="negotiations")
    state = models.CharField(max_length=10, choices=State, default=State.SENT)
    offered = target_field(_("proposal"))
    countered = target_field(_("counter-proposal"))
    agreed = target_field(_("agreed"))  # what both accepted: kept as it was, whatever comes later
    due_on = models.DateField(_("answer until"))
    sent_at = models.DateTimeField()
    sent_by = models.UUIDField(null=True, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "objective"], name="negotiation_once"),
            models.CheckConstraint(
                condition=Q(state="accepted", agreed__isnull=False, agreed_at__isnull=False)
                | ~Q(state="accepted"),
                name="negotiation_agreement_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offered} {self.state}"


class NegotiationStep(TenantModel):
    """Something that one side said: append-only."""

    class Kind(models.TextChoices):
        OFFER = "offer", _("proposal")
        COUNTER = "counter", _("counter-proposal")
        ACCEPT = "accept", _("acceptance")
        REFUSE = "refuse", _("counter-proposal not taken")
        WITHDRAW = "withdraw", _("proposal withdrawn")

    class Side(models.TextChoices):
        ABOVE = "above", _("who proposes")
        OWNER = "owner", _("who carries it")

    negotiation = TenantForeignKey(Negotiation, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=8, choices=Kind)
    side = models.CharField(max_length=5, choices=Side)
    amount = target_field(_("amount"))
    text = models.CharField(_("reason"), max_length=500, blank=True)
    actor_id = models.UUIDField(null=True, blank=True)
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["organisation", "negotiation"], name="negotiation_steps")]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"
