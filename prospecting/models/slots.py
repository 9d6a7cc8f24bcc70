"""When somebody can be met."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tenants.models import TenantForeignKey, TenantModel


class Availability(TenantModel):
    """Hours of a weekday in which a salesperson offers slots, in the organisation's time zone."""

    host = TenantForeignKey("tenants.Person", on_delete=models.CASCADE, related_name="+")
    weekday = models.PositiveSmallIntegerField(_("day"))  # Monday = 0
    opens_at = models.TimeField(_("from"))
    closes_at = models.TimeField(_("until"))
    minutes = models.PositiveSmallIntegerField(_("length (minutes)"), default=30)
    buffer_minutes = models.PositiveSmallIntegerField(_("pause between two (minutes)"), default=15)
    for_partners = models.BooleanField(_("open to partners"), default=True)

    class Meta:
        ordering = ["weekday", "opens_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "host", "weekday", "opens_at"], name="availability_once"
            ),
            models.CheckConstraint(
                condition=Q(closes_at__gt=models.F("opens_at")), name="availability_closes_after"
            ),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="availability_weekday"),
            models.CheckConstraint(
                condition=Q(minutes__gte=10, minutes__lte=240), name="availability_minutes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens_at}"


class BusyTime(TenantModel):
    """A time of the host's own calendar (.ics) in which no slot is offered; no title is kept."""

    host = TenantForeignKey("tenants.Person", on_delete=models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("starts_at")), name="busy_ends_after")
        ]
        indexes = [models.Index(fields=["organisation", "host", "starts_at"], name="busy_of_host")]

    def __str__(self) -> str:
        return f"{self.starts_at}"


class CalendarFeed(TenantModel):
    """A secret address at which a calendar program reads somebody's meetings; only its digest is kept."""

    host = TenantForeignKey("tenants.Person", on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "host"], name="feed_once"),
            models.UniqueConstraint(fields=["organisation", "digest"], name="feed_digest_once"),
        ]

    def __str__(self) -> str:
        return str(self.host)
