"""A host's hours, the busy times that are read from a calendar, and the secret feed of the own meetings."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from icalendar import Calendar

from prospecting.actions import calendars
from prospecting.domain.slots import Hours
from prospecting.models import Availability, BusyTime, CalendarFeed
from prospecting.queries import slots
from tenants.domain.roles import Role
from tenants.models import Organisation
from tests import factories
from tests.factories import NOON
from tests.kept import kept
from tests.prospecting.room import DAY, Room, room

TODAY = NOON.date()


@kept
def house() -> Room:
    return room(factories.organisation())


def ics(*events: str) -> bytes:
    """A calendar of these events, each given by its own lines."""
    body = "".join(
        f"BEGIN:VEVENT\r\nUID:{n}\r\nDTSTAMP:20260101T000000Z\r\n{event}\r\nEND:VEVENT\r\n"
        for n, event in enumerate(events)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//\r\n{body}END:VCALENDAR\r\n".encode()


def read(house: Room, *events: str) -> list[tuple[datetime, datetime]]:
    """The busy times that are kept of a calendar of these events."""
    with house.scope():
        calendars.read_calendar(
            host=house.carol,
            content=ics(*events),
            organisation=house.organisation,
            by=house.by("rep"),
            now=NOON,
        )
        return list(BusyTime.objects.values_list("starts_at", "ends_at"))


def utc(day: int, hour: int, minute: int = 0, month: int = 2) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def test_of_an_event_the_times_are_kept_and_nothing_else(house: Room) -> None:
    event = "DTSTART:20260212T090000Z\r\nDTEND:20260212T100000Z\r\nSUMMARY:Surgery\r\nLOCATION:Clinic"

    assert read(house, event) == [(utc(12, 9), utc(12, 10))]
    assert {field.name for field in BusyTime._meta.get_fields()} == {
        *("id", "organisation", "host", "starts_at", "ends_at"),
    }


def test_an_event_that_repeats_keeps_its_local_hour_across_the_change_of_clocks(house: Room) -> None:
    event = (
        "DTSTART;TZID=Europe/Paris:20260323T090000\r\nDTEND;TZID=Europe/Paris:20260323T093000\r\n"
        "RRULE:FREQ=WEEKLY;COUNT=2"
    )

    assert read(house, event) == [
        (utc(23, 8, month=3), utc(23, 8, 30, month=3)),
        (utc(30, 7, month=3), utc(30, 7, 30, month=3)),
    ]


def test_a_whole_day_is_that_day_of_the_organisation(house: Room) -> None:
    assert read(house, "DTSTART;VALUE=DATE:20260212\r\nDTEND;VALUE=DATE:20260213") == [
        (utc(11, 23), utc(12, 23))
    ]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("TRANSP:TRANSPARENT", id="free"),
        pytest.param("STATUS:CANCELLED", id="cancelled"),
    ],
)
def test_what_does_not_make_one_busy_is_left_out(house: Room, line: str) -> None:
    assert read(house, f"DTSTART:20260212T090000Z\r\nDTEND:20260212T100000Z\r\n{line}") == []


def test_a_calendar_takes_the_place_of_the_former(house: Room) -> None:
    read(house, "DTSTART:20260212T090000Z\r\nDTEND:20260212T100000Z")

    assert read(house, "DTSTART:20260213T090000Z\r\nDTEND:20260213T100000Z") == [(utc(13, 9), utc(13, 10))]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY",
        "FREQ=HOURLY",
        "FREQ=DAILY;BYHOUR=1,2,3;BYMINUTE=0,5,10,15,20,25,30,35,40",
    ],
)
def test_a_rule_without_end_is_refused_before_it_is_expanded(house: Room, rule: str) -> None:
    with pytest.raises(ValidationError, match="too often"):
        read(house, f"DTSTART:20260212T090000Z\r\nDTEND:20260212T090001Z\r\nRRULE:{rule}")


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"BEGIN:VCALENDAR\r\n", b"\xff\xfe\x00"])
def test_what_is_no_calendar_is_refused_and_nothing_is_lost(house: Room, content: bytes) -> None:
    known = read(house, "DTSTART:20260212T090000Z\r\nDTEND:20260212T100000Z")

    with house.scope(), pytest.raises(ValidationError, match="calendar"):
        calendars.read_calendar(
            host=house.carol, content=content, organisation=house.organisation, by=house.by("rep"), now=NOON
        )
    with house.scope():
        assert list(BusyTime.objects.values_list("starts_at", "ends_at")) == known


# Slots -------------------------------------------------------------------------------------------------------


def starts(house: Room, role: str = "partner") -> set[datetime]:
    with house.scope(role):
        lines = slots.offered(house.organisation, NOON, for_partners=role == "partner", days=7)
    return {slot.starts_at for line in lines for slot in line.slots}


def test_busy_times_and_meetings_are_taken_out_of_the_slots_also_for_a_partner(house: Room) -> None:
    assert {utc(12, 8), utc(12, 8, 45)} <= starts(house)
    read(house, "DTSTART:20260212T081000Z\r\nDTEND:20260212T083000Z")
    house.book("director", host_id=house.carol.id, starts_at=utc(12, 9, 30))

    assert {utc(12, 8), utc(12, 9, 30)} & starts(house) == set()
    assert utc(12, 8, 45) in starts(house)


def test_a_partner_sees_the_hours_that_are_open_to_partners_only(house: Room) -> None:
    with house.scope():
        calendars.set_hours(
            host=house.carol,
            hours=[Hours(3, time(9), time(10), 30)],
            for_partners=False,
            by=house.by("rep"),
            today=TODAY,
        )

    assert starts(house) == set()
    assert starts(house, "rep") == {utc(12, 8), utc(12, 8, 30)}


def test_hours_are_the_hosts_own_to_set(house: Room) -> None:
    for role, may in (("rep", True), ("manager", True), ("director", True)):
        with house.scope():
            calendars.set_hours(host=house.carol, hours=[], for_partners=True, by=house.by(role), today=TODAY)
            assert may
    with house.scope(), pytest.raises(PermissionDenied):
        calendars.set_hours(host=house.bob, hours=[], for_partners=True, by=house.by("rep"), today=TODAY)


def test_a_salesperson_sets_the_week_on_the_page(house: Room) -> None:
    client = factories.client_of(house.members[Role.REP])
    form = {"minutes": "45", "pause": "10", "for_partners": "on", "opens-1-0": "08:30", "closes-1-0": "12:00"}

    assert client.post("/o/atelier/slots/hours/", form).status_code == 302
    wrong = client.post("/o/atelier/slots/hours/", {**form, "closes-1-0": "08:00"})

    assert wrong.status_code == 422
    with house.scope():
        (row,) = Availability.objects.filter(host=house.carol)
    assert (row.weekday, row.opens_at, row.minutes, row.buffer_minutes) == (1, time(8, 30), 45, 10)


def test_a_calendar_is_read_on_the_page(house: Room) -> None:
    client = factories.client_of(house.members[Role.REP])
    upload = SimpleUploadedFile("me.ics", ics("DTSTART:20260212T090000Z\r\nDTEND:20260212T100000Z"))
    with time_machine.travel(NOON, tick=False):
        assert client.post("/o/atelier/slots/calendar/", {"file": upload}).status_code == 302
    with house.scope():
        assert BusyTime.objects.count() == 1


# The feed ----------------------------------------------------------------------------------------------------


def feed(house: Room) -> str:
    """The path of a new feed of Carol's."""
    client = factories.client_of(house.members[Role.REP])
    html = client.post("/o/atelier/slots/feed/").content.decode()
    return "/calendar/atelier/" + html.split("/calendar/atelier/")[1].split('"')[0]


def test_the_feed_shows_the_hosts_meetings_and_no_person(house: Room) -> None:
    house.book(starts_at=NOON + DAY)
    house.say("partner", "cancel", house.book(starts_at=NOON + 2 * DAY), now=NOON)
    path = feed(house)

    with time_machine.travel(NOON, tick=False):
        response = Client().get(path)

    assert response["Content-Type"].startswith("text/calendar")
    (event,) = Calendar.from_ical(response.content).walk("VEVENT")
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (NOON + DAY, NOON + DAY + timedelta(minutes=30))
    assert "Acme" in str(event["SUMMARY"])
    assert b"Paul" not in response.content
    assert b"@atelier.example" not in response.content


def test_only_the_newest_secret_opens_the_feed(house: Room) -> None:
    first, second = feed(house), feed(house)

    assert [Client().get(path).status_code for path in (first, second)] == [404, 200]
    with house.scope():
        assert second.split("/")[-1].removesuffix(".ics") not in CalendarFeed.objects.get().digest
    factories.client_of(house.members[Role.REP]).post("/o/atelier/slots/feed/end/")
    assert Client().get(second).status_code == 404


def test_a_feed_of_one_organisation_is_not_found_in_another(house: Room, rival: Organisation) -> None:
    path = feed(house)

    for other in (
        path.replace("/atelier/", "/rival/"),
        path.replace("/atelier/", "/nowhere/"),
        path[:-8] + "xxxx.ics",
    ):
        assert Client().get(other).status_code == 404
