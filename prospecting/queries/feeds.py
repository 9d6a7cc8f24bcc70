"""Meetings as calendars (.ics): a host's feed, and the file beside a mail. When, with which company, where to read more.

A file of a mail is a message of iTIP (RFC 5546): REQUEST writes the entry or moves it, CANCEL takes it out. A meeting that
moved keeps the UID of the first of its chain, and its SEQUENCE grows with every word that was said of any of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress

from prospecting.domain.meetings import OCCUPYING
from prospecting.models import Meeting
from tenants.models import Organisation, Person, User
from tenants.scope import behind_the_wall, current_organisation_id

PAST = timedelta(days=30)

Method = Literal["REQUEST", "CANCEL"]

CHAINS = """
WITH RECURSIVE chain (last, id, moved_from_id, sequence) AS (
    SELECT id, id, moved_from_id, version FROM prospecting_meeting WHERE organisation_id = %(org)s AND id = ANY(%(ids)s)
    UNION ALL
    SELECT c.last, m.id, m.moved_from_id, c.sequence + m.version + 1
    FROM chain c JOIN prospecting_meeting m ON m.organisation_id = %(org)s AND m.id = c.moved_from_id
)
SELECT last, id, sequence FROM chain WHERE moved_from_id IS NULL
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """What makes a meeting the same entry of a calendar: the first meeting of its chain, and how often it changed."""

    first: UUID
    sequence: int


def calendar_of(host: Person, organisation: Organisation, now: datetime) -> bytes:
    """The host's feed, in the organisation's language; nobody's name is in it. Two queries."""
    found = Meeting.objects.filter(host=host, state__in=OCCUPYING, starts_at__gte=now - PAST)
    meetings = list(found.order_by("starts_at"))
    entries = entries_of(meetings)
    calendar = _calendar()
    with translation.override(organisation.locale):
        for meeting in meetings:
            calendar.add_component(_event(meeting, entries[meeting.pk], organisation))
    return bytes(calendar.to_ical())


def message_of(meeting: Meeting, method: Method, to: User, organisation: Organisation) -> bytes:
    """The file that goes with a mail to one reader, in the reader's language: of people it names that reader alone."""
    calendar = _calendar()
    calendar.add("method", method)
    with translation.override(to.language):
        event = _event(meeting, entries_of([meeting])[meeting.pk], organisation)
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    organiser = vCalAddress(f"mailto:{settings.DEFAULT_FROM_EMAIL}")
    organiser.params["CN"] = organisation.name
    attendee = vCalAddress(f"mailto:{to.email}")
    attendee.params |= {"CN": to.name or to.email, "ROLE": "REQ-PARTICIPANT", "RSVP": "FALSE"}
    event.add("organizer", organiser)
    event.add("attendee", attendee)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def entries_of(meetings: Sequence[Meeting]) -> dict[UUID, Entry]:
    """The entry of each meeting. One query."""
    with behind_the_wall(), connection.cursor() as cursor:
        values: dict[str, Any] = {"org": current_organisation_id(), "ids": [one.pk for one in meetings]}
        cursor.execute(CHAINS, values)
        return {last: Entry(first, sequence) for last, first, sequence in cursor.fetchall()}


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Boussole//EN")
    calendar.add("version", "2.0")
    return calendar


def _event(meeting: Meeting, entry: Entry, organisation: Organisation) -> Event:
    path = reverse("prospecting:meeting", kwargs={"organisation": organisation.slug, "meeting": meeting.pk})
    event = Event()
    event.add("uid", f"{entry.first}@{organisation.slug}")
    event.add("dtstamp", meeting.marked_at or meeting.booked_at)
    event.add("dtstart", meeting.starts_at)
    event.add("dtend", meeting.ends_at)
    event.add("sequence", entry.sequence)
    event.add("summary", _("Meeting: %(company)s") % {"company": meeting.company_name})
    event.add("url", settings.PUBLIC_URL.rstrip("/") + path)
    return event
