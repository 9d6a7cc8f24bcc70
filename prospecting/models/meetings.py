"""Meetings with prospects: booked, held, judged by the definition in force when they were booked."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from prospecting.domain.meetings import ACCEPTED, OCCUPYING, State
from prospecting.models.people import CHANNELS
from tenants.models import TenantForeignKey, TenantModel

STATES = [
    (State.BOOKED.value, _("booked")),
    (State.CANCELLED.value, _("cancelled")),
    (State.RESCHEDULED.value, _("moved")),
    (State.GUEST_NO_SHOW.value, _("the guest did not come")),
    (State.HOST_NO_SHOW.value, _("the host did not come")),
    (State.HELD.value, _("held, waiting for the answer")),
    (State.ACCEPTED.value, _("accepted")),
    (State.TACIT.value, _("accepted tacitly")),
    (State.REFUSED.value, _("not qualified")),
    (State.DISPUTED.value, _("disputed")),
    (State.ACCEPTED_FINAL.value, _("accepted after a second look")),
    (State.REFUSED_FINAL.value, _("not qualified after a second look")),
    (State.TACIT_FINAL.value, _("accepted, without the second look")),
]


class TimeRange(Func):
    """tstzrange(start, end, '[)')."""

    function = "tstzrange"
    output_field = DateTimeRangeField()


class Meeting(TenantModel):
    """The present state of a meeting: the projection of its events, written only beside one.

    version, price and the days for both answers are those in force when it was booked, and stay. disclosed_* is what the client lets
    the partner know of the opportunity; written by `prospecting.actions.disclosure` only.
    """

    engagement = TenantForeignKey(
        "prospecting.Engagement", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    definition_version = TenantForeignKey(
        "prospecting.DefinitionVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    price_minor = models.BigIntegerField(_("price"), default=0)
    answer_days = models.PositiveSmallIntegerField(default=2)
    second_look_days = models.PositiveSmallIntegerField(db_default=5, default=5)
    company = TenantForeignKey("pipeline.Company", on_delete=models.PROTECT, related_name="+")
    company_name = models.CharField(_("company"), max_length=255)  # as booked; a partner sees no company
    contact = TenantForeignKey(
        "prospecting.Contact", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    host = TenantForeignKey(
        "tenants.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    booked_by = TenantForeignKey(
        "tenants.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )  # of the own prospecting
    team = TenantForeignKey("tenants.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    channel = models.CharField(_("channel"), max_length=10, choices=CHANNELS)
    segment = TenantForeignKey(
        "prospecting.Segment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    in_target = models.BooleanField(_("in target"))
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    busy_until = models.DateTimeField()  # with the pause after it
    state = models.CharField(max_length=16, choices=STATES, default=State.BOOKED.value)
    booked_at = models.DateTimeField(default=timezone.now)
    marked_at = models.DateTimeField(null=True, blank=True)  # when its present state was said
    held_on = models.DateField(null=True, blank=True)
    logged_at = models.DateTimeField(null=True, blank=True)  # when its outcome was first said
    answer_due_on = models.DateField(null=True, blank=True)
    second_look_due_on = models.DateField(null=True, blank=True)  # of its latest dispute
    answered_at = models.DateTimeField(null=True, blank=True)
    accepted_on = models.DateField(null=True, blank=True)
    cancelled_in_time = models.BooleanField(null=True, blank=True)
    unmet = TenantForeignKey(
        "prospecting.Criterion", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)  # of the latest answer
    moved_from = TenantForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    opportunity = TenantForeignKey(
        "pipeline.Opportunity", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    disclosed_outcome = models.CharField(max_length=4, blank=True)  # open, won, lost
    disclosed_amount_minor = models.BigIntegerField(null=True, blank=True)
    external_id = models.CharField(_("identifier in the source"), max_length=120, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-starts_at"]
        constraints = [
            ExclusionConstraint(
                name="host_met_once_at_a_time",
                expressions=[
                    ("organisation", RangeOperators.EQUAL),
                    ("host", RangeOperators.EQUAL),
                    (TimeRange("starts_at", "busy_until"), RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=sorted(OCCUPYING)),
            ),
            models.UniqueConstraint(
                fields=["organisation", "external_id"],
                condition=~Q(external_id=""),
                name="meeting_external_id_once",
            ),
            models.UniqueConstraint(
                fields=["organisation", "moved_from"],
                condition=Q(moved_from__isnull=False),
                name="meeting_moved_once",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("starts_at"), busy_until__gte=models.F("ends_at")),
                name="meeting_ends_after",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(ACCEPTED), accepted_on__isnull=False)
                | ~Q(state__in=sorted(ACCEPTED)) & Q(accepted_on__isnull=True),
                name="meeting_acceptance_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["held", "tacit"])
                | Q(held_on__isnull=False, answer_due_on__isnull=False),
                name="meeting_held_is_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["disputed", "tacit_final"]) | Q(second_look_due_on__isnull=False),
                name="meeting_second_look_is_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state="tacit_final") | Q(accepted_on=models.F("second_look_due_on")),
                name="meeting_expires_on_its_day",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "engagement", "-starts_at"], name="meeting_of_engagement"),
            models.Index(fields=["organisation", "host", "starts_at"], name="meeting_of_host"),
            models.Index(fields=["organisation", "state", "answer_due_on"], name="meeting_to_answer"),
            models.Index(fields=["organisation", "company"], name="meeting_of_company"),
        ]

    def __str__(self) -> str:
        return f"{self.company_name} {self.starts_at}"


class MeetingEvent(TenantModel):
    """One thing that was said of a meeting; never changed, never deleted."""

    meeting = TenantForeignKey(Meeting, on_delete=models.PROTECT, related_name="events")
    verb = models.CharField(max_length=16)  # book, or a domain Verb
    before = models.CharField(max_length=16, blank=True)
    after = models.CharField(max_length=16)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    side = models.CharField(max_length=6)
    actor_id = models.UUIDField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["recorded_at", "id"]
        indexes = [models.Index(fields=["organisation", "meeting"], name="event_of_meeting")]

    def __str__(self) -> str:
        return f"{self.verb} → {self.after}"


class MeetingEvidence(TenantModel):
    """A criterion of the meeting's version: what who prospects claims, with its evidence, and what the client found."""

    meeting = TenantForeignKey(Meeting, on_delete=models.CASCADE, related_name="evidence")
    criterion = TenantForeignKey("prospecting.Criterion", on_delete=models.PROTECT, related_name="+")
    claimed = models.BooleanField(null=True, blank=True)
    evidence = models.CharField(_("evidence"), max_length=300, blank=True)
    found = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "meeting", "criterion"], name="meeting_evidence_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.claimed} {self.found}"
