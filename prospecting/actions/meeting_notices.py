"""Notices by e-mail: a meeting was booked, said something about, or waits for an answer. One job each, once committed."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from prospecting.domain.meetings import Side, State, Verb
from prospecting.models import EngagementMember, Meeting, MeetingEvent
from prospecting.queries import feeds
from prospecting.queries.readers import Judge, first_judge, judge_of, second_judges
from tenants import mail
from tenants import queries as tenant_queries
from tenants.actions import jobs
from tenants.formatting import format_day, format_moment
from tenants.models import Organisation, Person, User

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

JOB_KIND = "meeting"  # with the event's id as key
TASK = "prospecting.tasks.send_meeting_notice"
REMINDER_KIND = "meeting_reminder"  # with the meeting's id and the day of its deadline as key
REMINDER_TASK = "prospecting.tasks.send_meeting_reminder"
BOOK, MOVED = "book", "moved"

SUBJECTS = {
    BOOK: _("{company}: a meeting on {day}"),
    MOVED: _("{company}: the meeting is moved to {day}"),
    Verb.HOLD: _("{company}: the meeting took place, your answer is awaited"),
    Verb.GUEST_NO_SHOW: _("{company}: the guest did not come"),
    Verb.HOST_NO_SHOW: _("{company}: the host did not come"),
    Verb.UNDO_NO_SHOW: _("{company}: the no-show is taken back"),
    Verb.CANCEL: _("{company}: the meeting is cancelled"),
    Verb.ACCEPT: _("{company}: meeting accepted"),
    Verb.REFUSE: _("{company}: meeting not qualified"),
    Verb.LAPSE: _("{company}: meeting accepted tacitly"),
    Verb.DISPUTE: _("{company}: a second look is asked for"),
    Verb.OVERTURN: _("{company}: accepted after a second look"),
    Verb.UPHOLD: _("{company}: not qualified after a second look"),
    Verb.EXPIRE: _("{company}: accepted, no second look came in time"),
}
REMINDERS = {
    State.HELD: ("reminder", _("{company}: answer until {day}")),
    State.DISPUTED: ("second_reminder", _("{company}: decide the dispute until {day}")),
}
# What a mail does to the reader's calendar.
METHODS: dict[str, feeds.Method] = {BOOK: "REQUEST", MOVED: "REQUEST", Verb.CANCEL: "CANCEL"}

Readers = set[UUID]  # memberships


def ask_to_send(event: MeetingEvent) -> None:
    """Have the notice of this new event sent."""
    jobs.enqueue_new(organisation_id=event.organisation_id, kind=JOB_KIND, keys=[str(event.pk)], task=TASK)


def ask_to_remind(meeting: Meeting) -> None:
    """Have whoever judges reminded of the deadline of this answer or second look."""
    jobs.enqueue(
        organisation_id=meeting.organisation_id,
        kind=REMINDER_KIND,
        key=f"{meeting.pk} {_due_on(meeting)}",
        task=REMINDER_TASK,
    )


def deliver(*, event_id: UUID, organisation: Organisation) -> None:
    """Tell the other side what was said, each reader in the own language; the body of the job.

    Nothing is sent when the meeting has moved on since: that has its own notice.
    """
    event = MeetingEvent.objects.filter(pk=event_id).first()
    if event is None or event.verb not in SUBJECTS:
        return
    meeting = _meeting(event.meeting_id)
    if meeting.state != event.after:
        return
    to = _readers(meeting, event) - {event.actor_id}
    names = tenant_queries.member_names(organisation.id, [event.actor_id] if event.actor_id else [])
    what = MOVED if event.verb == BOOK and meeting.moved_from_id is not None else event.verb
    context = {
        "what": what,
        "who": names.get(event.actor_id, "") if event.actor_id else "",
        "reason": event.reason,
    }
    _send(meeting, organisation, to, SUBJECTS[what], context)


def remind(*, meeting_id: UUID, organisation: Organisation) -> None:
    """Remind whoever judges, unless the answer was given meanwhile; the body of the job."""
    meeting = _meeting(meeting_id)
    if meeting.state in REMINDERS:
        what, subject = REMINDERS[State(meeting.state)]
        to = _judges(meeting) if meeting.state == State.HELD else _second_judges(meeting)
        _send(meeting, organisation, to, subject, {"what": what, "who": "", "reason": ""}, _due_on(meeting))


def _meeting(meeting_id: UUID) -> Meeting:
    found: Meeting = Meeting.objects.select_related(
        "engagement__client_contact", "definition_version", "host", "booked_by", "unmet", "team"
    ).get(pk=meeting_id)
    return found


def _readers(meeting: Meeting, event: MeetingEvent) -> Readers:
    if event.verb == Verb.DISPUTE:
        return _second_judges(meeting) | (_source(meeting) if event.side == Side.CLIENT else set())
    client = _judges(meeting) if event.verb == Verb.HOLD else _client(meeting)
    match event.side:
        case Side.CLIENT:
            return _source(meeting)
        case Side.SOURCE:
            return client
    return client | _source(meeting)


def _source(meeting: Meeting) -> Readers:
    """Who prospects: the partner's people on the engagement, or who booked in the house."""
    if meeting.engagement_id is None:
        return _logins(meeting.booked_by)
    members = EngagementMember.objects.filter(engagement=meeting.engagement_id)
    return set(members.values_list("membership_id", flat=True))


def _client(meeting: Meeting) -> Readers:
    """Who takes the meeting over: the host, else the engagement's contact, else the manager, else the directors."""
    contact = meeting.engagement.client_contact if meeting.engagement is not None else None
    manager = Person.objects.filter(managed_teams=meeting.team_id).first() if meeting.team_id else None
    for person in (meeting.host, contact, manager):
        if found := _logins(person):
            return found
    return {one.id for one in tenant_queries.directors_of(meeting.organisation_id)}


def _judges(meeting: Meeting) -> Readers:
    """Who gives the first answer, by what the definition says."""
    match judge_of(meeting):
        case Judge.CONTACT if meeting.engagement is not None:
            return _logins(meeting.engagement.client_contact) or _client(meeting)
        case Judge.MANAGER if meeting.team_id is not None:
            return _logins(Person.objects.filter(managed_teams=meeting.team_id).first()) or _client(meeting)
    return _client(meeting)


def _second_judges(meeting: Meeting) -> Readers:
    """Who may look a second time: the directors among them, so that nothing waits for somebody who is away."""
    found = second_judges(meeting)
    return found - {first_judge(meeting)} or found


def _due_on(meeting: Meeting) -> date | None:
    return meeting.second_look_due_on if meeting.state == State.DISPUTED else meeting.answer_due_on


def _logins(person: Person | None) -> Readers:
    return {person.membership_id} if person is not None and person.membership_id is not None else set()


def _send(
    meeting: Meeting, organisation: Organisation, to: Readers, subject: "_StrPromise", context: dict[str, Any],
    day: date | None = None,
) -> None:  # fmt: skip
    """`day`: the one that the subject names; that of the meeting, without."""
    path = reverse("prospecting:meeting", kwargs={"organisation": organisation.slug, "meeting": meeting.pk})
    starts_at: datetime = timezone.localtime(meeting.starts_at, organisation.zone)
    for reader in sorted(to, key=str):
        member = tenant_queries.membership(organisation.id, reader)
        if member is None or not member.is_active:
            continue
        mail.send(
            "prospecting/email/meeting",
            to=member.user.email,
            language=member.user.language,
            subject=format_lazy(
                subject,
                company=meeting.company_name,
                day=format_day(day or starts_at.date(), member.user.language),
            ),
            context={
                **context,
                "meeting": meeting,
                "host": str(meeting.host) if meeting.host is not None else "",
                "starts_at": format_moment(starts_at, member.user.language),
                "organisation": organisation,
                "link": settings.PUBLIC_URL.rstrip("/") + path,
            },
            calendar=_calendar(meeting, context["what"], member.user, organisation),
        )


def _calendar(meeting: Meeting, what: str, to: User, organisation: Organisation) -> mail.Calendar | None:
    method = METHODS.get(what)
    if method is None:
        return None
    return mail.Calendar(method, feeds.message_of(meeting, method, to, organisation))
