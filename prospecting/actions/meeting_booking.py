"""Booking a meeting, and moving it to another time."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from pipeline.models import Company
from prospecting.actions import meeting_moves
from prospecting.domain.channels import Channel
from prospecting.domain.meetings import Side, State, Verb
from prospecting.models import (
    Availability,
    Contact,
    DefinitionVersion,
    Engagement,
    Meeting,
    Price,
)
from prospecting.queries.readers import reader_of
from prospecting.queries.targets import target_of
from tenants.access import Actor
from tenants.domain.roles import Permission, Role
from tenants.models import Organisation, Person, TeamMembership
from tenants.scope import behind_the_wall
from tenants.turns import take_turn

BOOK = "book"
ANSWER_DAYS, SECOND_LOOK_DAYS = 2, 5  # working days, where no engagement says
LONGEST = 480  # minutes


def book(
    *,
    organisation: Organisation,
    company: Company,
    starts_at: datetime,
    channel: str,
    by: Actor,
    now: datetime,
    minutes: int = 30,
    company_name: str = "",
    engagement: Engagement | None = None,
    host_id: UUID | None = None,
    booked_by_id: UUID | None = None,
    contact: Contact | None = None,
    external_id: str = "",
    tell: bool = True,
) -> Meeting:
    """Book a meeting: a slot of a host, or a time that was agreed on otherwise.

    The definition and the price in force today, the days for the answer, and whether the company is in the target are
    kept as they are now. Raises PermissionDenied, ValidationError (`starts_at` when the time is taken).
    """
    by.require(Permission.BOOK_MEETINGS)
    if by.role == Role.PARTNER and engagement is None:
        raise PermissionDenied(Permission.BOOK_MEETINGS)
    today = now.astimezone(organisation.zone).date()
    _check(channel, minutes, engagement, starts_at.astimezone(organisation.zone).date(), today)
    _check_host(host_id, by)
    target = target_of(company.pk, within=engagement.segments if engagement is not None else ())
    if booked_by_id is None and engagement is None:
        booked_by_id = reader_of(by, today).person_id
    meeting = Meeting(
        organisation=organisation,
        engagement=engagement,
        definition_version=version_in_force(engagement),
        price_minor=price_on(engagement, today),
        answer_days=engagement.answer_days if engagement is not None else ANSWER_DAYS,
        second_look_days=engagement.second_look_days if engagement is not None else SECOND_LOOK_DAYS,
        company=company,
        company_name=company_name or company.name,
        contact=contact,
        booked_by_id=booked_by_id,
        channel=channel,
        segment_id=target.segment_id,
        in_target=target.in_target,
        booked_at=now,
        external_id=external_id,
    )
    _place(meeting, starts_at, minutes, host_id)
    return _written(meeting, by, now, tell)


def reschedule(
    *,
    meeting: Meeting,
    starts_at: datetime,
    version: int | None,
    by: Actor,
    now: datetime,
    minutes: int | None = None,
    host_id: UUID | None = None,
    side: Side | None = None,
    reason: str = "",
    tell: bool = True,
) -> Meeting:
    """Give the meeting another time: a new one takes its place, under the definition and the price of the first.

    Return the new meeting. Raises PermissionDenied, StaleVersion, IllegalMove, ValidationError.
    """
    said = meeting_moves.begin(
        meeting=meeting, verb=Verb.RESCHEDULE, by=by, now=now, version=version, side=side
    )
    if said.repeated:
        return Meeting.objects.get(moved_from=said.meeting)
    old = said.meeting
    length = minutes or round((old.ends_at - old.starts_at) / timedelta(minutes=1))
    _check_minutes(length)
    host_id = host_id or old.host_id
    if host_id != old.host_id:
        _check_host(host_id, by)
    old = meeting_moves.write(said, reason=reason, tell=False)
    kept: dict[str, Any] = {
        name: getattr(old, name)
        for name in (
            *("engagement_id", "definition_version_id", "price_minor", "answer_days", "second_look_days"),
            *(
                "company_id",
                "company_name",
                "contact_id",
                "booked_by_id",
                "channel",
                "segment_id",
                "in_target",
            ),
            "booked_at",
        )
    }
    new = Meeting(organisation_id=old.organisation_id, moved_from=old, **kept)
    _place(new, starts_at, length, host_id)
    return _written(new, by, now, tell, side=said.side)


def version_in_force(engagement: Engagement | None) -> DefinitionVersion | None:
    """What both sides call a good meeting today."""
    found: DefinitionVersion | None = DefinitionVersion.objects.filter(
        definition__engagement=engagement, state=DefinitionVersion.State.ACCEPTED
    ).first()
    return found


def price_on(engagement: Engagement | None, day: date) -> int:
    """The price of an accepted meeting that is booked on `day`, in minor units; 0 in the house."""
    if engagement is None:
        return 0
    price = Price.objects.filter(engagement=engagement, from_on__lte=day).order_by("from_on").last()
    return price.meeting_minor if price is not None else 0


def _written(meeting: Meeting, by: Actor, now: datetime, tell: bool, side: Side | None = None) -> Meeting:
    _queue_up(meeting.host_id)
    meeting.state, meeting.marked_at = State.BOOKED, now
    meeting_moves.save(meeting, new=True)
    meeting_moves.note(meeting, BOOK, before="", by=by, now=now, side=side or Side.SOURCE, tell=tell)
    return meeting


def _place(meeting: Meeting, starts_at: datetime, minutes: int, host_id: UUID | None) -> None:
    """Put the meeting into the host's calendar, with the pause that the host asks for after it, and into its team."""
    meeting.starts_at, meeting.ends_at = starts_at, starts_at + timedelta(minutes=minutes)
    meeting.host_id = host_id
    local = starts_at.astimezone(meeting.organisation.zone)
    hours = Availability.objects.filter(
        host=host_id, weekday=local.weekday(), opens_at__lte=local.time(), closes_at__gt=local.time()
    ).first()
    meeting.busy_until = meeting.ends_at + timedelta(minutes=hours.buffer_minutes if hours else 0)
    with behind_the_wall():
        meeting.team_id = _team_on(host_id or meeting.booked_by_id, local.date())


def _team_on(person_id: UUID | None, day: date) -> UUID | None:
    stays = TeamMembership.objects.filter(person=person_id).exclude(start_on__gt=day).exclude(end_on__lte=day)
    return stays.values_list("team_id", flat=True).first() if person_id is not None else None


def _queue_up(host_id: UUID | None) -> None:
    """Those who book the same host wait for each other: the first is served, the others are told."""
    if host_id is not None:
        take_turn(f"host:{host_id}")


def _check_host(host_id: UUID | None, by: Actor) -> None:
    """A partner books those who offer hours to partners; the house everybody who is there."""
    if host_id is None:
        return
    if by.role == Role.PARTNER:
        known = Availability.objects.filter(host=host_id, for_partners=True).exists()
    else:
        known = Person.objects.filter(pk=host_id).exists()
    if not known:
        raise ValidationError({"host": _("This person cannot be booked.")})


def _check(channel: str, minutes: int, engagement: Engagement | None, day: date, today: date) -> None:
    _check_minutes(minutes)
    if channel not in {one.value for one in Channel}:
        raise ValidationError({"channel": _("Choose a channel.")})
    if engagement is None:
        return
    if engagement.channels and channel not in engagement.channels:
        raise ValidationError({"channel": _("This channel is not part of the engagement.")})
    begun = engagement.starts_on <= min(day, today)
    if (
        not engagement.is_active
        or not begun
        or (engagement.ends_on is not None and today > engagement.ends_on)
    ):
        raise ValidationError(_("The engagement is not running: nothing can be booked for it."))


def _check_minutes(minutes: int) -> None:
    if not 5 <= minutes <= LONGEST:
        raise ValidationError({"minutes": _("Between 5 minutes and 8 hours.")})
