"""Meetings, from the booking to the last word: who may say what, what is kept, what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from prospecting.actions import definitions, meetings
from prospecting.actions.errors import StaleVersion
from prospecting.actions.meetings import Claim
from prospecting.domain.meetings import IllegalMove
from prospecting.models import CompanyTarget, Meeting, MeetingEvent, MeetingEvidence, Price, Segment
from tenants.access import SYSTEM
from tenants.models import AuditEntry, Organisation
from tests import factories
from tests.factories import NOON
from tests.kept import kept
from tests.prospecting.room import CRITERIA, DAY, Room, room

LATER = NOON + DAY + timedelta(hours=1)


@kept
def house() -> Room:
    return room(factories.organisation())


# Booking -----------------------------------------------------------------------------------------------------


def test_a_partner_books_a_slot_and_sees_its_meeting(house: Room) -> None:
    meeting = house.book()

    assert (meeting.state, meeting.host_id, meeting.team_id) == ("booked", house.carol.id, house.team.id)
    assert meeting.busy_until - meeting.ends_at == timedelta(minutes=15)
    with house.scope("partner"):
        assert Meeting.objects.get().company_name == "Acme"
    with house.scope():
        assert MeetingEvent.objects.get(meeting=meeting).verb == "book"
        assert AuditEntry.objects.filter(verb="meeting.book", object_id=meeting.pk).exists()


def test_the_definition_and_the_price_of_the_booking_stay(house: Room) -> None:
    meeting = house.book()
    with house.scope():
        Price.objects.create(engagement=house.engagement, from_on=date(2026, 2, 11), meeting_minor=40_000)
        second = definitions.draft(definition=house.agreed.definition, by=SYSTEM)
        definitions.propose(draft=second, version=None, by=SYSTEM, now=NOON)
        definitions.accept(proposal=second, version=None, by=SYSTEM, now=NOON)

    later = house.book(starts_at=NOON + 2 * DAY, now=NOON + DAY)
    moved = house.say("partner", "reschedule", meeting, starts_at=NOON + 6 * DAY)

    assert (later.definition_version_id, later.price_minor) == (second.pk, 40_000)
    assert (moved.definition_version_id, moved.price_minor) == (house.agreed.pk, 30_000)


def test_the_segment_and_the_target_are_those_of_the_booking(house: Room) -> None:
    with house.scope():
        industry = Segment.objects.create(kind="segment", name="Industry", key="industry")
        CompanyTarget.objects.create(company=house.company, segment=industry)
    meeting = house.book()
    with house.scope():
        CompanyTarget.objects.all().delete()

    assert (house.fresh(meeting).segment_id, house.fresh(meeting).in_target) == (industry.pk, True)
    assert house.book(starts_at=NOON + 2 * DAY).in_target is False


def test_what_lies_outside_of_the_engagements_segments_is_off_target(house: Room) -> None:
    with house.scope():
        industry, food = (
            Segment.objects.create(kind="segment", name=name, key=name.lower())
            for name in ("Industry", "Food")
        )
        CompanyTarget.objects.create(company=house.company, segment=industry)
        house.engagement.segments = [food.pk]
        house.engagement.save()

    assert house.book().in_target is False
    assert house.book("rep", starts_at=NOON + 2 * DAY).in_target is True
    with house.scope():
        house.engagement.segments = [food.pk, industry.pk]
        house.engagement.save()
    assert house.book(starts_at=NOON + 3 * DAY).in_target is True


def test_a_host_has_one_meeting_at_a_time_with_the_pause_after_it(house: Room) -> None:
    house.book()

    with pytest.raises(ValidationError, match="taken"):
        house.book(starts_at=NOON + DAY + timedelta(minutes=40))
    house.book(starts_at=NOON + DAY + timedelta(minutes=45))


def test_a_cancelled_meeting_gives_its_time_back(house: Room) -> None:
    house.say("partner", "cancel", house.book(), now=NOON)

    house.book()


def test_a_partner_books_only_who_offers_hours_to_partners(house: Room) -> None:
    with pytest.raises(ValidationError, match="cannot be booked"):
        house.book(host_id=house.bob.id)


def test_a_partner_books_for_an_engagement_only(house: Room) -> None:
    with pytest.raises(PermissionDenied):
        house.book(engagement=None)


def test_nothing_is_booked_for_an_engagement_that_is_over(house: Room) -> None:
    with house.scope():
        house.engagement.ends_on = date(2026, 2, 9)
        house.engagement.save()
    with pytest.raises(ValidationError, match="not running"):
        house.book()


def test_who_only_looks_books_nothing(house: Room) -> None:
    for role in ("marketing", "adviser", "administrator"):
        with pytest.raises(PermissionDenied):
            house.book(role)


# How it went -------------------------------------------------------------------------------------------------


def test_a_held_meeting_waits_two_working_days_for_the_answer(house: Room) -> None:
    need = house.criterion("Has a need")
    meeting = house.book(starts_at=datetime(2026, 2, 12, 9, tzinfo=UTC))

    held = house.say(
        "partner",
        "hold",
        meeting,
        now=datetime(2026, 2, 12, 11, tzinfo=UTC),  # a Thursday
        claims={need.pk: Claim(True, "We lose two days a month")},
    )

    assert (held.state, held.held_on, held.answer_due_on) == ("held", date(2026, 2, 12), date(2026, 2, 16))
    with house.scope():
        assert MeetingEvidence.objects.get(meeting=meeting).evidence == "We lose two days a month"


def test_logged_late_the_answer_is_due_from_the_day_it_was_logged(house: Room) -> None:
    meeting = house.book(starts_at=datetime(2026, 2, 2, 9, tzinfo=UTC))

    held = house.say("partner", "hold", meeting, now=datetime(2026, 2, 10, 9, tzinfo=UTC))

    assert (held.held_on, held.answer_due_on) == (date(2026, 2, 2), date(2026, 2, 12))


def test_a_public_holiday_is_no_working_day(house: Room) -> None:
    meeting = house.book(
        starts_at=datetime(2026, 4, 2, 9, tzinfo=UTC), now=datetime(2026, 4, 1, 9, tzinfo=UTC)
    )

    held = house.say("partner", "hold", meeting, now=datetime(2026, 4, 2, 11, tzinfo=UTC))

    assert held.answer_due_on == date(2026, 4, 7)  # Friday 3 is worked, Monday 6 April is Easter's


@pytest.mark.parametrize(("verb", "more"), [("hold", {}), ("no_show", {"whose": "guest"})])
def test_nothing_is_said_of_a_meeting_that_has_not_begun(
    house: Room, verb: str, more: dict[str, str]
) -> None:
    with pytest.raises(ValidationError, match="not begun"):
        house.say("partner", verb, house.book(), now=NOON, **more)


def test_a_no_show_is_taken_back_within_a_day(house: Room) -> None:
    meeting = house.say("partner", "no_show", house.book(), whose="guest")

    again = house.say("partner", "undo_no_show", meeting, now=LATER + timedelta(hours=24))

    assert (again.state, again.logged_at) == ("booked", None)


def test_a_no_show_stays_after_a_day(house: Room) -> None:
    meeting = house.say("rep", "no_show", house.book(), whose="host")

    with pytest.raises(ValidationError, match="24 hours"):
        house.say("partner", "undo_no_show", meeting, now=LATER + timedelta(hours=25))


def test_a_no_show_is_not_taken_back_when_the_host_met_somebody_else(house: Room) -> None:
    meeting = house.say("partner", "no_show", house.book(), whose="guest")
    house.book()

    with pytest.raises(ValidationError, match="taken"):
        house.say("partner", "undo_no_show", meeting)


@pytest.mark.parametrize(("hours", "in_time"), [(24, True), (23, False), (-1, False)])
def test_a_meeting_is_cancelled_in_time_a_day_before(house: Room, hours: int, in_time: bool) -> None:
    meeting = house.book(starts_at=NOON + 3 * DAY)

    cancelled = house.say("partner", "cancel", meeting, now=NOON + 3 * DAY - timedelta(hours=hours))

    assert cancelled.cancelled_in_time is in_time


def test_a_chain_counts_once_at_its_last_slot(house: Room) -> None:
    first = house.book()
    second = house.say("partner", "reschedule", first, starts_at=NOON + 2 * DAY, now=NOON)
    third = house.say("rep", "reschedule", second, starts_at=NOON + 6 * DAY, now=NOON)

    with house.scope():
        states = dict(Meeting.objects.values_list("pk", "state"))
    assert states == {first.pk: "rescheduled", second.pk: "rescheduled", third.pk: "booked"}
    assert (third.moved_from_id, third.booked_at) == (second.pk, first.booked_at)


# The answer --------------------------------------------------------------------------------------------------


def test_the_host_accepts_and_a_partner_cannot(house: Room) -> None:
    meeting = house.held()

    with pytest.raises(PermissionDenied):
        house.say("partner", "accept", meeting)
    accepted = house.say("rep", "accept", meeting)

    assert (accepted.state, accepted.accepted_on) == ("accepted", date(2026, 2, 11))


def test_a_refusal_names_the_criterion_that_is_not_met(house: Room) -> None:
    meeting = house.held()

    with pytest.raises(ValidationError, match="not met"):
        house.say("rep", "refuse", meeting, reason="No")
    with pytest.raises(ValidationError, match="not met"):
        house.say("rep", "refuse", meeting, unmet_id=house.criterion("Has a date").pk)  # a bonus
    refused = house.say("rep", "refuse", meeting, unmet_id=house.criterion("Decides").pk)

    assert (refused.state, refused.unmet) == ("refused", house.criterion("Decides"))
    with house.scope():
        assert MeetingEvidence.objects.get(meeting=meeting).found is False


def test_without_a_definition_a_refusal_says_why(house: Room) -> None:
    meeting = house.say("rep", "hold", house.book("rep"))

    with pytest.raises(ValidationError, match="Say why"):
        house.say("rep", "refuse", meeting)
    assert house.say("rep", "refuse", meeting, reason="Only curious").state == "refused"


@pytest.mark.parametrize(
    ("judge", "role", "may"),
    [
        ("host", "rep", True),
        ("host", "manager", True),
        ("manager", "rep", False),
        ("manager", "manager", True),
        ("contact", "rep", False),
        ("contact", "manager", True),
        ("contact", "director", True),
    ],
)
def test_who_judges_is_said_by_the_definition(
    atelier: Organisation, judge: str, role: str, may: bool
) -> None:
    house = room(atelier)
    with house.scope():
        draft = definitions.draft(definition=house.agreed.definition, by=SYSTEM)
        definitions.edit(
            draft=draft,
            criteria=CRITERIA,
            demand="need",
            judge=judge,
            credit_days=90,
            version=None,
            by=SYSTEM,
        )
        definitions.propose(draft=draft, version=None, by=SYSTEM, now=NOON)
        definitions.accept(proposal=draft, version=None, by=SYSTEM, now=NOON)
    meeting = house.held()

    if may:
        assert house.say(role, "accept", meeting).state == "accepted"
    else:
        with pytest.raises(PermissionDenied):
            house.say(role, "accept", meeting)


def test_somebody_elses_salesperson_cannot_speak_of_the_meeting(house: Room) -> None:
    zoe = factories.member(house.organisation, "rep", name="Zoe")
    with house.scope():
        factories.person(house.organisation, "Zoe", membership=zoe)
    meeting = house.held()

    with pytest.raises(PermissionDenied):
        house.say("director", "accept", meeting, by=factories.actor(zoe))


# The clock ---------------------------------------------------------------------------------------------------


def test_without_an_answer_the_meeting_is_accepted_tacitly_once(house: Room) -> None:
    meeting = house.held()  # Wednesday 11 February: due on Friday 13
    with house.scope():
        assert meetings.lapse_due(as_of=date(2026, 2, 13), now=LATER) == 0
        assert meetings.lapse_due(as_of=date(2026, 2, 14), now=LATER) == 1
        assert meetings.lapse_due(as_of=date(2026, 2, 14), now=LATER) == 0

    lapsed = house.fresh(meeting)
    assert (lapsed.state, lapsed.accepted_on, lapsed.answered_at) == ("tacit", date(2026, 2, 13), None)


def test_nobody_else_than_the_clock_lets_an_answer_lapse(house: Room) -> None:
    from prospecting.actions import meeting_moves
    from prospecting.domain.meetings import Verb

    meeting = house.held()
    with house.scope(), pytest.raises(IllegalMove):
        meeting_moves.begin(
            meeting=meeting, verb=Verb.LAPSE, by=house.by("director"), now=LATER, version=None
        )


# The second look ---------------------------------------------------------------------------------------------


def refused(house: Room, by: str = "rep") -> Meeting:
    return house.say(by, "refuse", house.held(), unmet_id=house.criterion("Decides").pk)


def test_a_partner_disputes_a_refusal_and_somebody_else_looks_again(house: Room) -> None:
    disputed = house.say("partner", "dispute", refused(house, "manager"), reason="He signs: see the mail")
    assert (disputed.state, disputed.accepted_on) == ("disputed", None)

    with pytest.raises(PermissionDenied):
        house.say("manager", "decide", disputed, accepted=False, reason="No")
    final = house.say("director", "decide", disputed, accepted=True, reason="He does")

    assert (final.state, final.accepted_on) == ("accepted_final", date(2026, 2, 11))


def test_where_there_is_nobody_else_the_first_judge_looks_again(house: Room) -> None:
    with house.scope():
        house.team.manager = None
        house.team.save()
    disputed = house.say("partner", "dispute", refused(house, "director"), reason="See the mail")

    assert house.say("director", "decide", disputed, accepted=False, reason="No").state == "refused_final"


def test_the_client_disputes_a_tacit_acceptance(house: Room) -> None:
    meeting = house.held()
    with house.scope():
        meetings.lapse_due(as_of=date(2026, 2, 20), now=LATER)

    with pytest.raises(IllegalMove):
        house.say("partner", "dispute", meeting, reason="Because")
    disputed = house.say(
        "rep", "dispute", meeting, reason="No need at all", unmet_id=house.criterion("Has a need").pk
    )

    assert (disputed.state, disputed.accepted_on) == ("disputed", None)
    assert house.say("manager", "decide", disputed, accepted=False, reason="No").state == "refused_final"


@pytest.mark.parametrize("asked_by", ["partner", "rep"])
def test_without_a_second_look_in_time_the_meeting_is_accepted_whoever_asked(
    house: Room, asked_by: str
) -> None:
    if asked_by == "partner":
        meeting = refused(house)
    else:
        meeting = house.held()
        with house.scope():
            meetings.lapse_due(as_of=date(2026, 2, 20), now=LATER)
    house.say(asked_by, "dispute", meeting, reason="Look", unmet_id=house.criterion("Decides").pk)

    with house.scope():  # Wednesday 11 February: five working days end on Wednesday 18
        assert meetings.expire_due(as_of=date(2026, 2, 18), now=LATER) == 0
        assert meetings.expire_due(as_of=date(2026, 2, 19), now=LATER) == 1
        assert meetings.expire_due(as_of=date(2026, 2, 19), now=LATER) == 0

    final = house.fresh(meeting)
    assert (final.state, final.accepted_on, final.unmet) == ("tacit_final", date(2026, 2, 18), None)


def test_nothing_more_can_be_said_once_the_second_look_expired(house: Room) -> None:
    disputed = house.say("partner", "dispute", refused(house), reason="See the mail")
    with house.scope():
        meetings.expire_due(as_of=date(2026, 3, 1), now=LATER)

    with pytest.raises(IllegalMove):
        house.say("director", "decide", disputed, accepted=False, reason="Too late")


def test_a_dispute_and_a_decision_say_why(house: Room) -> None:
    meeting = refused(house)
    with pytest.raises(ValidationError, match="Say why"):
        house.say("partner", "dispute", meeting, reason=" ")
    disputed = house.say("partner", "dispute", meeting, reason="See the mail")
    with pytest.raises(ValidationError, match="Say why"):
        house.say("manager", "decide", disputed, accepted=True, reason="")


# Two at once -------------------------------------------------------------------------------------------------


def test_what_was_read_before_somebody_else_spoke_is_refused(house: Room) -> None:
    meeting = house.held()
    house.say("manager", "accept", meeting)

    with pytest.raises(StaleVersion):
        house.say("rep", "accept", meeting, version=meeting.version)


def test_a_second_click_says_nothing_more(house: Room) -> None:
    meeting = house.held()
    read = meeting.version
    first = house.say("rep", "accept", meeting, version=read)
    second = house.say("rep", "accept", meeting, version=read)

    assert (first.version, second.version) == (read + 1, read + 1)
    with house.scope():
        assert MeetingEvent.objects.filter(meeting=meeting, verb="accept").count() == 1
