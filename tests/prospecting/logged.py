"""What was logged, for tests: activities, and meetings with the events that led to their state."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from pipeline.models import Company
from prospecting.domain.meetings import ACCEPTED, MOVES, State, Verb
from prospecting.models import Activity, Engagement, Meeting, MeetingEvent, Partner, Segment
from tenants.domain.names import normalise_key
from tenants.models import Organisation
from tests import factories

AFTER = {move.verb: move.after for move in MOVES}
Said = Sequence[tuple[Verb, date]]


def engagement(organisation: Organisation, name: str = "Calls", **given: Any) -> Engagement:
    """An engagement from 2025 on, of a partner with the same name."""
    with factories.scope_of(organisation):
        partner = Partner.objects.create(organisation=organisation, name=name, key=normalise_key(name))
        defaults = {"key": normalise_key(name), "starts_on": date(2025, 1, 1)}
        return Engagement.objects.create(
            organisation=organisation, partner=partner, name=name, **{**defaults, **given}
        )


def segment(organisation: Organisation, name: str = "Health") -> Segment:
    with factories.scope_of(organisation):
        return Segment.objects.create(organisation=organisation, name=name, key=normalise_key(name))


def activity(organisation: Organisation, day: date, *, kind: str = "contact", **given: Any) -> Activity:
    """A first contact by phone, in target, unless told."""
    defaults = {"channel": "phone", "in_target": True, "is_first": kind != "attempt"}
    with factories.scope_of(organisation):
        return Activity.objects.create(organisation=organisation, day=day, kind=kind, **{**defaults, **given})


def meeting(
    organisation: Organisation, day: date, said: Said = (), *, company: Company | None = None, **given: Any
) -> Meeting:
    """A meeting of half an hour at 10:00 UTC of the day, booked a week before; `said`: the verbs that followed, and when."""
    starts = datetime.combine(day, time(10), UTC)
    with factories.scope_of(organisation):
        company = company or _company(organisation)
        defaults: dict[str, Any] = {
            "channel": "phone", "in_target": True, "starts_at": starts, "ends_at": starts + timedelta(minutes=30),
            "busy_until": starts + timedelta(minutes=45), "company": company, "company_name": company.name,
            "booked_at": starts - timedelta(days=7),
        }  # fmt: skip
        made = Meeting.objects.create(organisation=organisation, **{**defaults, **given})
        _say(made, "book", "", State.BOOKED, starts - timedelta(days=7))
    for verb, on in said:
        say(made, verb, on)
    return made


def say(meeting: Meeting, verb: Verb, on: date) -> None:
    """One thing more that is said of a meeting, at noon of a day."""
    at = datetime.combine(on, time(12), UTC)
    with factories.scope_of(meeting.organisation):
        before, after = meeting.state, AFTER[verb]
        meeting.state, meeting.marked_at = after, at
        if verb is Verb.HOLD:
            meeting.held_on, meeting.answer_due_on = meeting.starts_at.date(), on + timedelta(days=2)
        if verb is Verb.DISPUTE:
            meeting.second_look_due_on = on + timedelta(days=7)
        meeting.accepted_on = on if after in ACCEPTED else None
        meeting.save()
        _say(meeting, verb, before, after, at)


def _say(meeting: Meeting, verb: str, before: str, after: str, at: datetime) -> None:
    MeetingEvent.objects.create(
        organisation=meeting.organisation,
        meeting=meeting,
        verb=verb,
        before=before,
        after=after,
        at=at,
        side="client",
    )


def _company(organisation: Organisation) -> Company:
    name = "Prospect"
    known = Company.objects.filter(key=normalise_key(name)).first()
    return known or factories.company(organisation, name)
