"""A host's calendar: hours that are offered, busy times read from a file, and a secret feed of the own meetings."""

import hashlib
import hmac
import secrets
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import recurring_ical_events
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _
from icalendar import Calendar

from prospecting.domain.slots import Hours
from prospecting.models import Availability, BusyTime, CalendarFeed
from prospecting.queries.readers import reader_of
from tenants.access import Actor
from tenants.actions import audit
from tenants.domain.roles import Permission
from tenants.models import Organisation, Person

LARGEST = 2_000_000  # bytes
MOST_TIMES = 5_000
READ_AHEAD = timedelta(days=120)
# Rules that repeat more often than a calendar of appointments does would expand without end.
FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
MOST_A_DAY = 24


def set_hours(*, host: Person, hours: Sequence[Hours], for_partners: bool, by: Actor, today: date) -> None:
    """Write the week that the host offers, in place of the former one. Raises PermissionDenied, ValidationError."""
    _require_own(host, by, today)
    for one in hours:
        if one.closes_at <= one.opens_at:
            raise ValidationError(_("A day ends after it begins."))
    Availability.objects.filter(host=host).delete()
    Availability.objects.bulk_create(
        Availability(
            host=host,
            weekday=one.weekday,
            opens_at=one.opens_at,
            closes_at=one.closes_at,
            minutes=one.minutes,
            buffer_minutes=one.pause,
            for_partners=for_partners,
        )
        for one in hours
    )
    audit.record(by=by, verb="availability.set", obj=host, detail={"hours": len(hours)})


def read_calendar(
    *, host: Person, content: bytes, organisation: Organisation, by: Actor, now: datetime
) -> int:
    """Replace the busy times of the next months by those of this .ics file; return how many.

    Of an event only its times are kept, and only where it makes one busy. Raises PermissionDenied, ValidationError at
    `file`.
    """
    _require_own(host, by, now.astimezone(organisation.zone).date())
    if len(content) > LARGEST:
        raise ValidationError({"file": _("This file is larger than 2 MB.")})
    try:
        calendar = Calendar.from_ical(content)
        _refuse_endless(calendar)
        spans = sorted(set(_busy(calendar, organisation, now)))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError) as error:
        raise ValidationError({"file": _("This is not a calendar file (.ics) that can be read.")}) from error
    BusyTime.objects.filter(host=host).delete()
    BusyTime.objects.bulk_create(
        [BusyTime(host=host, starts_at=start, ends_at=end) for start, end in spans], batch_size=1000
    )
    audit.record(by=by, verb="calendar.read", obj=host, detail={"times": len(spans)})
    return len(spans)


def make_feed(*, host: Person, by: Actor, today: date) -> tuple[CalendarFeed, str]:
    """A new secret for the host's feed, which ends the former one; the secret is shown once. Raises PermissionDenied."""
    _require_own(host, by, today)
    secret = secrets.token_urlsafe(32)
    feed, _made = CalendarFeed.objects.update_or_create(host=host, defaults={"digest": digest(secret)})
    audit.record(by=by, verb="feed.make", obj=host)
    return feed, secret


def end_feed(*, host: Person, by: Actor, today: date) -> None:
    """Nobody reads the feed any more. Raises PermissionDenied."""
    _require_own(host, by, today)
    CalendarFeed.objects.filter(host=host).delete()
    audit.record(by=by, verb="feed.end", obj=host)


def feed_for(feed_id: UUID, secret: str) -> CalendarFeed | None:
    """The feed that this secret proves, compared in constant time, or None."""
    feed: CalendarFeed | None = (
        CalendarFeed.objects.select_related("host", "organisation").filter(pk=feed_id).first()
    )
    known = feed.digest if feed is not None else digest("")
    return feed if hmac.compare_digest(known, digest(secret)) else None


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _require_own(host: Person, by: Actor, today: date) -> None:
    """The host; or who answers for the host."""
    by.require(Permission.OFFER_SLOTS)
    reader = reader_of(by, today)
    if not (reader.directs or host.pk == reader.person_id or host.pk in reader.people):
        raise PermissionDenied(Permission.OFFER_SLOTS)


def _refuse_endless(calendar: Any) -> None:
    for event in calendar.walk("VEVENT"):
        rules = event.get("RRULE", [])
        for rule in rules if isinstance(rules, list) else [rules]:
            often = 1
            for part in ("BYHOUR", "BYMINUTE", "BYSECOND"):
                often *= max(1, len(rule.get(part, [])))
            if not {str(one) for one in rule.get("FREQ", [])} <= FREQUENCIES or often > MOST_A_DAY:
                raise ValidationError({"file": _("An event of this calendar repeats too often to be read.")})


def _busy(calendar: Any, organisation: Organisation, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    count = 0
    since = now - timedelta(days=1)
    for event in recurring_ical_events.of(calendar, skip_bad_series=True).between(since, now + READ_AHEAD):
        count += 1
        if count > MOST_TIMES:
            raise ValidationError({"file": _("This calendar holds too many events: 5,000 at most.")})
        free = str(event.get("TRANSP", "")).upper() == "TRANSPARENT"
        if free or str(event.get("STATUS", "")).upper() == "CANCELLED":
            continue
        start, end = (_instant(event[name].dt, organisation) for name in ("DTSTART", "DTEND"))
        if start < end:
            yield start, end


def _instant(value: date | datetime, organisation: Organisation) -> datetime:
    """A day begins at its local midnight; a time without a zone is the organisation's."""
    if not isinstance(value, datetime):
        value = datetime.combine(value, time())
    return (value if value.tzinfo is not None else value.replace(tzinfo=organisation.zone)).astimezone(UTC)
