"""A host's meetings as a calendar (.ics): when, with which company, where to read more. Nobody's name is in it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from prospecting.domain.meetings import OCCUPYING
from prospecting.models import Meeting
from tenants.models import Organisation, Person

PAST = timedelta(days=30)


def calendar_of(host: Person, organisation: Organisation, now: datetime) -> bytes:
    """The calendar file, in the organisation's language. One query."""
    calendar = Calendar()
    calendar.add("prodid", "-//Boussole//EN")
    calendar.add("version", "2.0")
    meetings = Meeting.objects.filter(host=host, state__in=OCCUPYING, starts_at__gte=now - PAST)
    with translation.override(organisation.locale):
        for meeting in meetings.order_by("starts_at"):
            calendar.add_component(_event(meeting, organisation))
    return bytes(calendar.to_ical())


def _event(meeting: Meeting, organisation: Organisation) -> Event:
    path = reverse("prospecting:meeting", kwargs={"organisation": organisation.slug, "meeting": meeting.pk})
    event = Event()
    event.add("uid", f"{meeting.pk}@{organisation.slug}")
    event.add("dtstamp", meeting.marked_at or meeting.booked_at)
    event.add("dtstart", meeting.starts_at)
    event.add("dtend", meeting.ends_at)
    event.add("sequence", meeting.version)
    event.add("summary", _("Meeting: %(company)s") % {"company": meeting.company_name})
    event.add("url", settings.PUBLIC_URL.rstrip("/") + path)
    return event
