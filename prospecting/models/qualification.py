"""What both sides call a good meeting."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.models import TenantForeignKey, TenantModel


class Definition(TenantModel):
    """The definition of a qualified meeting: of an engagement, or the internal one. What it says is in its versions."""

    name = models.CharField(_("name"), max_length=160)
    engagement = TenantForeignKey(
        "prospecting.Engagement", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "engagement"], nulls_distinct=False, name="definition_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class DefinitionVersion(TenantModel):
    """One wording. Accepted by both sides it never changes again (a database rule); the next one takes its place.

    The three questions are answered here: whether timing counts beside fit and need, who judges, and how long the
    credit for the source lasts.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PROPOSED = "proposed", _("proposed")
        ACCEPTED = "accepted", _("in force")
        SUPERSEDED = "superseded", _("superseded")

    class Demand(models.TextChoices):
        NEED = "need", _("fit and need")
        TIMING = "timing", _("fit, need and timing")

    class Judge(models.TextChoices):
        HOST = "host", _("who holds the meeting")
        MANAGER = "manager", _("the manager of the host")
        CONTACT = "contact", _("the client’s contact of the engagement")

    definition = TenantForeignKey(Definition, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    demand = models.CharField(_("what is asked for"), max_length=6, choices=Demand, default=Demand.NEED)
    judge = models.CharField(_("who judges"), max_length=7, choices=Judge, default=Judge.HOST)
    credit_days = models.PositiveSmallIntegerField(_("the source is credited for (days)"), default=90)
    note = models.CharField(_("note"), max_length=500, blank=True)
    rejection = models.CharField(_("why it came back"), max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    proposed_at = models.DateTimeField(null=True, blank=True)
    proposed_by = models.UUIDField(null=True, blank=True)
    proposed_side = models.CharField(max_length=6, blank=True)  # client, source
    client_accepted_at = models.DateTimeField(null=True, blank=True)
    client_accepted_by = models.UUIDField(null=True, blank=True)
    source_accepted_at = models.DateTimeField(null=True, blank=True)
    source_accepted_by = models.UUIDField(null=True, blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "definition", "number"], name="definition_version_once"
            ),
            models.UniqueConstraint(
                fields=["organisation", "definition"],
                condition=Q(state="accepted"),
                name="definition_one_in_force",
            ),
            models.UniqueConstraint(
                fields=["organisation", "definition"],
                condition=Q(state__in=["draft", "proposed"]),
                name="definition_one_in_the_making",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "superseded"])
                | Q(client_accepted_at__isnull=False, source_accepted_at__isnull=False),
                name="definition_accepted_by_both",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.definition} v{self.number}"


class Criterion(TenantModel):
    definition_version = TenantForeignKey(
        DefinitionVersion, on_delete=models.CASCADE, related_name="criteria"
    )
    position = models.PositiveSmallIntegerField(_("order"))
    label = models.CharField(_("criterion"), max_length=160)
    help = models.CharField(_("how to tell"), max_length=300, blank=True)
    evidence = models.CharField(_("evidence asked for"), max_length=200, blank=True)
    is_required = models.BooleanField(_("required"), default=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "definition_version", "position"], name="criterion_position_once"
            )
        ]

    def __str__(self) -> str:
        return self.label
