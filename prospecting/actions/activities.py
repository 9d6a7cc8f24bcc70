"""What was done to reach prospects: said one at a time, counted for a week, or sent in bulk.

Whether an activity was in the target, in which team and segment, is decided when it is written, and stays. Which one was
the first contact of somebody is settled again whenever an activity comes, changes or goes, in whatever order.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext

from pipeline.models import Company
from prospecting.actions import activity_writing as writing
from prospecting.actions.activity_writing import Entry, Outcome
from prospecting.models import Activity, Contact, Engagement, Segment
from prospecting.queries.hands import Hands, hands_of
from tenants.access import Actor
from tenants.actions import audit
from tenants.domain.roles import Permission, Role
from tenants.models import Person, TenantModel
from tenants.scope import behind_the_wall, current_organisation_id

LARGEST_COUNT = 10_000  # of one kind through one channel in a week: more is a typing error


def log(
    *, kind: str, channel: str, day: date, by: Actor, person: Person | None = None, engagement: Engagement | None = None,
    company: Company | None = None, contact: Contact | None = None, segment: Segment | None = None, note: str = "",
    today: date | None = None,
) -> Activity:  # fmt: skip
    """Say one activity. A partner names its engagement; a member says whose activity it was.

    Raises PermissionDenied for somebody else's, ValidationError at `day`, or at `company` when it must be left alone.
    """
    by.require(Permission.LOG_ACTIVITIES)
    today = today or timezone.localdate()
    _check_hands(by, person, engagement, today)
    _check_day(day, today)
    entry = Entry(
        day=day, kind=kind, channel=channel, note=note.strip(), person_id=_id_of(person),
        engagement_id=_id_of(engagement), company_id=_id_of(company),
        contact_id=_id_of(contact), segment_id=_id_of(segment),
    )  # fmt: skip
    (outcome,) = writing.write([entry], Activity.Source.TYPED, by)
    if outcome.result == "refused":
        raise ValidationError({"company": left_alone(outcome.reason)})
    activity: Activity = Activity.objects.get(pk=outcome.id)
    audit.record(by=by, verb="activity.log", obj=activity, detail=_told(activity))
    return activity


def week(
    *, monday: date, counts: Mapping[tuple[str, str, UUID | None], int], by: Actor, person: Person | None = None,
    engagement: Engagement | None = None, today: date | None = None,
) -> int:  # fmt: skip
    """Say how many of each (channel, kind, segment) there were in the week that begins on `monday`; 0 takes one away.

    They replace what was typed for that week, and are dated on its first day. Returns how many counts it has now.
    """
    by.require(Permission.LOG_ACTIVITIES)
    today = today or timezone.localdate()
    _check_hands(by, person, engagement, today)
    if monday.weekday() != 0 or monday > today:
        raise ValidationError({"week": gettext("This week is still to come.")})
    if any(not 0 <= count <= LARGEST_COUNT for count in counts.values()):
        raise ValidationError(
            gettext("A count is a whole number from 0 to %(most)s.") % {"most": LARGEST_COUNT}
        )
    writing.lock()  # two who type the same week
    typed = Activity.objects.filter(
        source=Activity.Source.WEEKLY, day=monday, person=person, engagement=engagement
    )
    before = {(row.channel, row.kind, row.segment_id): row for row in typed}
    gone = [row.pk for key, row in before.items() if key in counts and counts[key] == 0]
    Activity.objects.filter(pk__in=gone).delete()
    for key, row in before.items():
        if counts.get(key) and row.quantity != counts[key]:
            row.quantity, row.actor_id = counts[key], by.id
            row.save(update_fields=["quantity", "actor_id"])
    writing.write(
        [
            Entry(
                day=monday, kind=kind, channel=channel, segment_id=segment_id, quantity=count,
                person_id=_id_of(person), engagement_id=_id_of(engagement),
            )
            for (channel, kind, segment_id), count in counts.items()
            if count and (channel, kind, segment_id) not in before
        ],
        Activity.Source.WEEKLY,
        by,
    )  # fmt: skip
    detail = {"week": monday.isoformat(), "count": sum(counts.values())}
    audit.record(by=by, verb="activity.week", obj=person or engagement, detail=detail)
    return int(typed.count())


def bulk(*, entries: Sequence[Entry], source: str, by: Actor) -> list[Outcome]:
    """Write up to some hundred activities at once; an external_id that is known changes that activity.

    The same external_id twice is the caller's to refuse. One Outcome an entry, in order.
    """
    by.require(Permission.LOG_ACTIVITIES)
    if by.role is not None:
        raise PermissionDenied(Permission.LOG_ACTIVITIES)  # people go by `log`, which asks whose it is
    outcomes = writing.write(entries, source, by)
    counts = {name: sum(one.result == name for one in outcomes) for name in ("created", "changed", "refused")}
    if any(counts.values()):
        audit.record(by=by, verb="activity.bulk", detail=counts)
    return outcomes


def change(
    *, activity: Activity, kind: str, channel: str, day: date, note: str, by: Actor, today: date | None = None
) -> Activity:
    """Correct what was said of an activity. Whom it was about stays: for that, delete it and say it again."""
    today = today or timezone.localdate()
    _check_may_change(activity, by, today)
    _check_day(day, today)
    before, subjects = _told(activity), writing.subjects_of([activity])
    with behind_the_wall():
        writing.lock()
        Activity.objects.filter(pk=activity.pk).update(
            kind=kind, channel=channel, day=day, note=note.strip(), team_id=_team_on(activity.person_id, day),
            is_first=not subjects and kind == Activity.Kind.CONTACT,
        )  # fmt: skip
        writing.settle(subjects)
    activity.refresh_from_db()
    audit.record(
        by=by, verb="activity.change", obj=activity, detail={"before": before, "after": _told(activity)}
    )
    return activity


def delete(*, activity: Activity, by: Actor, today: date | None = None) -> None:
    """Take back an activity that was not; what it was, without its words, stays in the trail."""
    _check_may_change(activity, by, today or timezone.localdate())
    audit.record(by=by, verb="activity.delete", obj=activity, detail=_told(activity))
    subjects = writing.subjects_of([activity])
    with behind_the_wall():
        writing.lock()
        Activity.objects.filter(pk=activity.pk).delete()
        writing.settle(subjects)


def may_change(activity: Activity, by: Actor, today: date, *, hands: Hands | None = None) -> bool:
    """Whoever said it, on the same day; later, and for what came from elsewhere, who answers for the person."""
    if activity.source == Activity.Source.WEEKLY:
        return False  # typed again on the page of the week
    if by.role is None:
        return True
    own = activity.actor_id == by.id and activity.source == Activity.Source.TYPED
    if own and timezone.localdate(activity.recorded_at) == today:
        return True
    if by.role in (Role.DIRECTOR, Role.MANAGER):
        return (hands or hands_of(by, today)).hold(activity.person_id)
    return False


def left_alone(reason: str) -> str:
    """The sentence of a refusal."""
    return gettext("This company or person must not be contacted: %(reason)s") % {"reason": reason}


def _id_of(row: TenantModel | None) -> UUID | None:
    return None if row is None else row.pk


def _team_on(person_id: UUID | None, day: date) -> UUID | None:
    if person_id is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT team_id FROM tenants_teammembership WHERE organisation_id = %s AND person_id = %s
               AND (start_on IS NULL OR start_on <= %s) AND (end_on IS NULL OR end_on > %s)""",
            [current_organisation_id(), person_id, day, day],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def _check_hands(by: Actor, person: Person | None, engagement: Engagement | None, today: date) -> None:
    """A partner speaks for an engagement that it sees, a member for people that it answers for."""
    if by.role is Role.PARTNER:
        if engagement is None or person is not None:
            raise PermissionDenied(Permission.LOG_ACTIVITIES)
    elif person is None and engagement is None:
        raise ValidationError({"person": gettext("Say who it was.")})
    elif not hands_of(by, today).hold(_id_of(person)):
        raise PermissionDenied(Permission.LOG_ACTIVITIES)


def _check_day(day: date, today: date) -> None:
    if day > today:
        raise ValidationError({"day": gettext("This day is still to come.")})
    if day < today - timedelta(days=3660):
        raise ValidationError({"day": gettext("This day is too long ago.")})


def _check_may_change(activity: Activity, by: Actor, today: date) -> None:
    by.require(Permission.LOG_ACTIVITIES)
    if not may_change(activity, by, today):
        raise PermissionDenied(Permission.LOG_ACTIVITIES)


def _told(activity: Activity) -> dict[str, Any]:
    """An activity as the trail keeps it: codes and ids."""
    return {
        "day": activity.day.isoformat(),
        "kind": activity.kind,
        "channel": activity.channel,
        "quantity": activity.quantity,
        "person": str(activity.person_id) if activity.person_id else None,
        "in_target": activity.in_target,
    }
