"""Why objectives are what they are: the strategy, in dated versions."""

from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenants.models import TenantModel

WHOLE = 100


def _weight(label: Any) -> "models.PositiveSmallIntegerField[Any, Any]":
    return models.PositiveSmallIntegerField(label, default=0, validators=[MaxValueValidator(WHOLE)])


class Strategy(TenantModel):
    """One version of the strategy; never changed, a new version follows it.

    In force on a day: the highest number among the versions that have begun. The four weights add up to 100.
    """

    number = models.PositiveIntegerField()  # 1, 2, 3… within the organisation
    starts_on = models.DateField(_("in force from"))
    horizon_on = models.DateField(_("horizon"))
    statement = models.CharField(_("strategy in a sentence"), max_length=500)
    ambition_minor = models.BigIntegerField(_("revenue a year at the horizon"), null=True, blank=True)
    growth = _weight(_("growth"))
    profitability = _weight(_("profitability"))
    new_markets = _weight(_("new markets"))
    retention = _weight(_("retention"))
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], name="strategy_number_once"),
            models.CheckConstraint(
                condition=Q(growth=WHOLE - F("profitability") - F("new_markets") - F("retention")),
                name="strategy_weights_are_a_whole",
            ),
            models.CheckConstraint(
                condition=Q(horizon_on__gt=F("starts_on")), name="strategy_horizon_after_start"
            ),
            models.CheckConstraint(
                condition=Q(ambition_minor__isnull=True) | Q(ambition_minor__gt=0),
                name="strategy_ambition_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"

    @property
    def weights(self) -> dict[str, int]:
        """The orientation: percent by part of the strategy."""
        return {
            "growth": self.growth,
            "profitability": self.profitability,
            "new_markets": self.new_markets,
            "retention": self.retention,
        }
