"""People and teams of one organisation, with their dates."""

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Func, Q
from django.utils.translation import gettext_lazy as _

from tenants.models.base import TenantForeignKey, TenantModel


class Profile(models.TextChoices):
    RAMPING = "ramping", _("ramping up")
    CONFIRMED = "confirmed", _("confirmed")
    SENIOR = "senior", _("senior")


class Person(TenantModel):
    """Somebody who sells, prospects or manages; may exist before having a login (an imported agent)."""

    KEY_LENGTH = 120

    name = models.CharField(_("name"), max_length=120)
    key = models.CharField(max_length=KEY_LENGTH, editable=False)  # normalised name, for imports
    email = models.EmailField(_("e-mail address"), blank=True)
    membership = TenantForeignKey(
        "tenants.Membership", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    fte = models.DecimalField(_("capacity (FTE)"), max_digits=4, decimal_places=2, default=1)
    profile = models.CharField(_("profile"), max_length=10, choices=Profile, default=Profile.CONFIRMED)
    start_on = models.DateField(_("start date"), null=True, blank=True)
    end_on = models.DateField(_("end date"), null=True, blank=True)  # first day no longer here

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="person_name_once"),
            models.UniqueConstraint(
                fields=["organisation", "membership"],
                name="person_one_login",
                condition=Q(membership__isnull=False),
            ),
            models.CheckConstraint(condition=Q(fte__gt=0) & Q(fte__lte=2), name="person_fte_credible"),
            models.CheckConstraint(
                condition=Q(end_on__isnull=True)
                | Q(start_on__isnull=True)
                | Q(end_on__gt=models.F("start_on")),
                name="person_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_present(self, day: date) -> bool:
        return (self.start_on is None or self.start_on <= day) and (self.end_on is None or day < self.end_on)


class Team(TenantModel):
    KEY_LENGTH = 120

    name = models.CharField(_("name"), max_length=120)
    key = models.CharField(max_length=KEY_LENGTH, editable=False)
    parent = TenantForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    manager = TenantForeignKey(
        "tenants.Person", on_delete=models.SET_NULL, null=True, blank=True, related_name="managed_teams"
    )

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["organisation", "key"], name="team_name_once")]

    def __str__(self) -> str:
        return self.name


class DateRange(Func):
    """daterange(start, end, '[)'): the last day is outside, an open end is unbounded."""

    function = "daterange"
    output_field = DateRangeField()


class TeamMembership(TenantModel):
    """Who was in which team when; a person is in one team at a time."""

    person = TenantForeignKey(Person, on_delete=models.CASCADE, related_name="team_memberships")
    team = TenantForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    start_on = models.DateField(_("from"), null=True, blank=True)  # null = since always
    end_on = models.DateField(_("until"), null=True, blank=True)  # null = still there; first day outside

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="one_team_at_a_time",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    (DateRange("start_on", "end_on"), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes = [models.Index(fields=["organisation", "team"], name="team_membership_team")]

    def __str__(self) -> str:
        return f"{self.person} → {self.team}"
