"""Mails of meetings, sent to a real mail server: who is written to, in which language, with both parts."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings
from django.test import override_settings
from icalendar import Calendar

from prospecting.actions import nightly
from prospecting.models import Meeting
from tenants.actions import jobs
from tenants.domain.roles import Role
from tenants.models import Job
from tests import factories
from tests.factories import NOON
from tests.kept import kept
from tests.prospecting.room import DAY, Room, room

Run = Callable[[], int]
LATER = NOON + DAY + timedelta(hours=1)


class Letters:
    """What the server was given: an envelope's addresses and the message."""

    def __init__(self) -> None:
        self.all: list[tuple[str, EmailMessage]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        letter = message_from_bytes(envelope.content, policy=policy.default)
        self.all += [(address, letter) for address in envelope.rcpt_tos]  # type: ignore[misc]
        return "250 Message accepted for delivery"

    def to(self, name: str) -> list[EmailMessage]:
        return [letter for address, letter in self.all if address == f"{name}@atelier.example"]


@pytest.fixture
def letters() -> Iterator[Letters]:
    """A mail server on a free port of this machine; Django sends through it."""
    box = Letters()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    mailer = {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {"host": "127.0.0.1", "port": port},
    }
    with override_settings(MAILERS={**settings.MAILERS, "default": mailer}):
        yield box
    server.stop()


@kept
def house() -> Room:
    return room(factories.organisation())


def parts(letter: EmailMessage) -> tuple[str, str]:
    """The text and the HTML."""
    text, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert text is not None
    assert html is not None
    return text.get_content(), html.get_content()


def speak_french(house: Room, role: str) -> None:
    user = house.members[Role(role)].user
    user.language = "fr"
    user.save()


def begin_day(house: Room, today: date) -> dict[str, int]:
    with house.scope():
        return nightly.begin_day(organisation=house.organisation, today=today, now=LATER)


def test_the_host_is_invited_with_both_parts_and_the_way_to_the_meeting(
    house: Room, letters: Letters, run_queued_jobs: Run
) -> None:
    meeting = house.book()
    run_queued_jobs()

    (letter,) = letters.to("carol")
    assert letter["Subject"] == "Acme: a meeting on 11 Feb 2026"
    for part in parts(letter):
        assert "Paul has booked a meeting with Acme on 11 Feb 2026, 13:00." in part
        assert f"/o/atelier/meetings/{meeting.pk}/" in part
    assert len(letters.all) == 1


def entry(letter: EmailMessage) -> tuple[str, Any]:
    """The method that the mail says for its calendar file, and the event in it."""
    (file,) = letter.iter_attachments()
    assert (file.get_content_type(), file.get_filename()) == ("text/calendar", "meeting.ics")
    content = file.get_payload(decode=True)
    assert isinstance(content, bytes)
    assert content.count(b"\n") == content.count(b"\r\n")
    calendar = Calendar.from_ical(content)
    method = str(file["Content-Type"].params["method"])
    assert str(calendar["METHOD"]) == method
    (event,) = calendar.walk("VEVENT")
    return method, event


def test_the_calendar_file_of_a_meeting_follows_its_move_and_its_cancellation(
    house: Room, letters: Letters, run_queued_jobs: Run
) -> None:
    meeting = house.book()
    run_queued_jobs()
    moved = house.say("partner", "reschedule", meeting, starts_at=NOON + 2 * DAY, now=NOON)
    run_queued_jobs()
    house.say("partner", "cancel", moved, now=NOON)
    run_queued_jobs()

    found = [entry(letter) for letter in letters.to("carol")]
    events = [event for _method, event in found]
    assert [method for method, _event in found] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [str(event["STATUS"]) for event in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert {str(event["UID"]) for event in events} == {f"{meeting.pk}@atelier"}
    assert [int(event["SEQUENCE"]) for event in events] == [0, 2, 3]
    assert [event["DTSTART"].dt for event in events] == [NOON + DAY, NOON + 2 * DAY, NOON + 2 * DAY]
    assert {str(event["ATTENDEE"]) for event in events} == {"mailto:carol@atelier.example"}
    assert letters.to("carol")[1]["Subject"] == "Acme: the meeting is moved to 12 Feb 2026"


def test_a_decision_changes_no_calendar(house: Room, letters: Letters, run_queued_jobs: Run) -> None:
    house.say("rep", "accept", house.held())
    run_queued_jobs()

    assert [list(letter.iter_attachments()) for letter in letters.to("paul")] == [[]]


def test_each_reads_in_the_own_language(house: Room, letters: Letters, run_queued_jobs: Run) -> None:
    speak_french(house, "rep")
    house.book()
    run_queued_jobs()

    (letter,) = letters.to("carol")
    assert letter["Subject"] == "Acme : un rendez-vous le 11 févr. 2026"
    for part in parts(letter):
        assert "Paul a pris un rendez-vous avec Acme" in part
    assert 'lang="fr"' in parts(letter)[1]


def test_whoever_judges_is_reminded_once_a_working_day_before_the_last_day(
    house: Room, letters: Letters, run_queued_jobs: Run
) -> None:
    house.held()  # due on Friday 13 February
    run_queued_jobs()
    letters.all.clear()

    assert begin_day(house, date(2026, 2, 11))["reminded"] == 0
    assert begin_day(house, date(2026, 2, 12))["reminded"] == 1
    assert begin_day(house, date(2026, 2, 12))["reminded"] == 0
    run_queued_jobs()

    (letter,) = letters.to("carol")
    assert letter["Subject"] == "Acme: answer until 13 Feb 2026"
    assert all("Without an answer, the meeting counts as accepted." in part for part in parts(letter))
    assert len(letters.all) == 1


def test_nobody_is_reminded_of_what_was_answered_meanwhile(
    house: Room, letters: Letters, run_queued_jobs: Run
) -> None:
    meeting = house.held()
    begin_day(house, date(2026, 2, 12))
    house.say("rep", "accept", meeting)
    letters.all.clear()
    run_queued_jobs()

    assert letters.to("carol") == []


def test_the_partner_learns_the_decision_with_the_criterion_that_is_not_met(
    house: Room, letters: Letters, run_queued_jobs: Run
) -> None:
    speak_french(house, "partner")
    meeting = house.held()
    run_queued_jobs()
    letters.all.clear()
    house.say(
        "rep", "refuse", meeting, unmet_id=house.criterion("Decides").pk, reason="An <b>assistant</b> came"
    )
    run_queued_jobs()

    (letter,) = letters.to("paul")
    text, html = parts(letter)
    assert letter["Subject"] == "Acme : rendez-vous non qualifié"
    assert "Pas rempli\u00a0: Decides" in text
    assert "An <b>assistant</b> came" in text
    assert "An &lt;b&gt;assistant&lt;/b&gt; came" in html


def test_a_dispute_goes_to_those_who_look_a_second_time(
    house: Room, letters: Letters, run_queued_jobs: Run
) -> None:
    meeting = house.say("manager", "refuse", house.held(), unmet_id=house.criterion("Decides").pk)
    run_queued_jobs()
    letters.all.clear()
    house.say("partner", "dispute", meeting, reason="She signs")
    run_queued_jobs()

    assert {address for address, _letter in letters.all} == {"alice@atelier.example"}


def test_who_decides_a_dispute_is_reminded_and_both_sides_learn_that_it_expired(
    house: Room, letters: Letters, run_queued_jobs: Run
) -> None:
    meeting = house.say("manager", "refuse", house.held(), unmet_id=house.criterion("Decides").pk)
    house.say("partner", "dispute", meeting, reason="She signs")  # to be decided by Wednesday 18 February
    run_queued_jobs()
    assert all("Decide until 18 February 2026." in part for part in parts(letters.to("alice")[0]))
    letters.all.clear()

    assert begin_day(house, date(2026, 2, 16))["reminded"] == 0
    assert begin_day(house, date(2026, 2, 17))["reminded"] == 1
    run_queued_jobs()
    (letter,) = letters.to("alice")
    assert letter["Subject"] == "Acme: decide the dispute until 18 Feb 2026"
    letters.all.clear()

    assert begin_day(house, date(2026, 2, 19))["expired"] == 1
    run_queued_jobs()
    assert {(address, letter["Subject"]) for address, letter in letters.all} == {
        (f"{name}@atelier.example", "Acme: accepted, no second look came in time")
        for name in ("carol", "paul")
    }


def test_both_sides_learn_of_a_tacit_acceptance(house: Room, letters: Letters, run_queued_jobs: Run) -> None:
    house.held()
    run_queued_jobs()
    letters.all.clear()
    begin_day(house, date(2026, 2, 14))
    run_queued_jobs()

    assert {address for address, _letter in letters.all} == {"carol@atelier.example", "paul@atelier.example"}
    assert all(letter["Subject"] == "Acme: meeting accepted tacitly" for _address, letter in letters.all)


def test_what_something_newer_has_overtaken_is_not_sent(
    house: Room, letters: Letters, run_queued_jobs: Run
) -> None:
    house.say("partner", "cancel", house.book(), now=NOON)
    run_queued_jobs()

    assert [letter["Subject"] for letter in letters.to("carol")] == ["Acme: the meeting is cancelled"]


# The day of the meetings -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_day_of_the_meetings_is_due_at_midnight_local_time() -> None:
    factories.organisation("paris", time_zone="Europe/Paris")
    factories.organisation("kolkata", time_zone="Asia/Kolkata")

    made = jobs.enqueue_days(now=datetime(2026, 2, 9, 23, 0, tzinfo=UTC))
    again = jobs.enqueue_days(now=datetime(2026, 2, 9, 23, 59, tzinfo=UTC))

    assert {job.organisation.slug: job.key for job in made} == {
        "paris": "2026-02-10",
        "kolkata": "2026-02-10",
    }
    assert again == []


def test_the_job_of_the_day_lapses_what_is_late_whenever_it_runs(house: Room, run_queued_jobs: Run) -> None:
    meeting = house.held()
    Job.objects.all().delete()
    for key in ("2026-02-13", "2026-02-14", "2026-02-16"):
        jobs.enqueue(
            organisation_id=house.organisation.id, kind=jobs.MEETINGS, key=key, task=jobs.MEETINGS_TASK
        )
    run_queued_jobs()

    lapsed: Meeting = house.fresh(meeting)
    assert (lapsed.state, lapsed.accepted_on) == ("tacit", date(2026, 2, 13))
