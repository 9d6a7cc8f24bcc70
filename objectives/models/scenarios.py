"""What-ifs that somebody kept."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from objectives.models.cycles import Cycle
from tenants.models import TenantForeignKey, TenantModel


class Scenario(TenantModel):
    """Levers moved for a cycle and a scope (neither team nor person: the company); it promises nothing."""

    cycle = TenantForeignKey(Cycle, on_delete=models.CASCADE, related_name="scenarios")
    team = TenantForeignKey("tenants.Team", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    person = TenantForeignKey(
        "tenants.Person", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    name = models.CharField(_("name"), max_length=80)
    levers = models.JSONField(default=dict)  # see objectives.domain.scenario
    owner_id = models.UUIDField(null=True, blank=True)  # membership
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "cycle", "team", "person", "name"],
                name="scenario_name_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(team__isnull=True) | Q(person__isnull=True), name="scenario_one_scope"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="scenario_named"),
        ]

    def __str__(self) -> str:
        return self.name
