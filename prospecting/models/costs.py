"""What effort costs, from a day on."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from prospecting.models.people import CHANNELS
from tenants.models import TenantModel


class Cost(TenantModel):
    """A loaded day of work, or what one activity through a channel costs; in force until the next of its kind."""

    class Kind(models.TextChoices):
        DAY = "day", _("loaded cost of a day of work (FTE)")
        CHANNEL = "channel", _("cost of an activity through a channel")

    kind = models.CharField(_("kind"), max_length=7, choices=Kind)
    channel = models.CharField(_("channel"), max_length=10, choices=CHANNELS, blank=True)
    from_on = models.DateField(_("from"))
    amount_minor = models.BigIntegerField(_("amount"))

    class Meta:
        ordering = ["kind", "channel", "from_on"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "kind", "channel", "from_on"], name="cost_once"),
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="cost_not_negative"),
            models.CheckConstraint(
                condition=Q(kind="channel") & ~Q(channel="") | Q(kind="day", channel=""),
                name="cost_of_a_channel",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel} {self.from_on}"
