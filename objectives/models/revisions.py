"""How an active objective may change: a revision with an accepted kind of reason and the director's approval."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from objectives.models.cycles import Cycle
from objectives.models.objectives import Objective, target_field
from tenants.models import TenantForeignKey, TenantModel


class Revision(TenantModel):
    class Kind(models.TextChoices):
        STRATEGY = "strategy", _("the strategy has changed")
        SCOPE = "scope", _("the scope has changed: people, teams, territories, offer")
        DATA_ERROR = "data_error", _("the target stood on wrong data")
        MARKET_EVENT = "market_event", _("an event in the market")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    cycle = TenantForeignKey(Cycle, on_delete=models.PROTECT, related_name="revisions")
    kind = models.CharField(_("kind of reason"), max_length=12, choices=Kind)
    text = models.CharField(_("what happened"), max_length=1000)
    effective_on = models.DateField(_("from"))
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    preview = models.JSONField(default=dict, blank=True)  # the effect on the tree as it was shown
    proposed_at = models.DateTimeField(default=timezone.now, editable=False)
    proposed_by = models.UUIDField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.UUIDField(null=True, blank=True)
    decision = models.CharField(_("answer"), max_length=500, blank=True)

    class Meta:
        ordering = ["-proposed_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, state="proposed")
                | Q(decided_at__isnull=False, state__in=["approved", "refused", "withdrawn"]),
                name="revision_decision_dated",
            )
        ]
        indexes = [models.Index(fields=["organisation", "cycle", "state"], name="revision_of_cycle")]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class RevisionChange(TenantModel):
    """One objective that a revision changes, or makes (`objective` is then null until approval, `owner` says whose)."""

    revision = TenantForeignKey(Revision, on_delete=models.CASCADE, related_name="changes")
    objective = TenantForeignKey(
        Objective, on_delete=models.PROTECT, null=True, blank=True, related_name="changes"
    )
    parent = TenantForeignKey(
        Objective, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )  # of a new objective
    person = TenantForeignKey(
        "tenants.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )  # of a new objective
    expected_version = models.PositiveIntegerField(default=0)  # optimistic lock
    before = target_field(_("before"))
    after = target_field(_("after"))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "revision", "objective"],
                condition=Q(objective__isnull=False),
                name="revision_change_once",
            ),
            models.CheckConstraint(
                condition=Q(objective__isnull=False) | Q(parent__isnull=False, person__isnull=False),
                name="revision_change_of_something",
            ),
            models.CheckConstraint(
                condition=Q(after__isnull=False, after__gte=0), name="revision_change_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"
