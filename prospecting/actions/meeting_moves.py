"""One move of a meeting: allowed by the table, conditional on state and version, written with its event and its trail."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from prospecting.actions import meeting_notices
from prospecting.actions.errors import refuse_stale
from prospecting.domain.meetings import MOVES, IllegalMove, Side, State, Verb, move
from prospecting.models import Meeting, MeetingEvent
from prospecting.queries.readers import Reader, reader_of
from tenants.access import Actor
from tenants.actions import audit
from tenants.domain.roles import Permission

JUDGEMENTS = frozenset({Verb.ACCEPT, Verb.REFUSE, Verb.OVERTURN, Verb.UPHOLD})


@dataclass(slots=True)
class Said:
    """A meeting under its lock, who speaks of it, and what was said already.

    repeated: the very same was said before by the same actor: a second click, nothing more is written.
    """

    meeting: Meeting
    reader: Reader
    by: Actor
    now: datetime
    verb: Verb
    side: Side
    after: State
    repeated: bool = False
    changes: dict[str, Any] = field(default_factory=dict)


def begin(
    *, meeting: Meeting, verb: Verb, by: Actor, now: datetime, version: int | None, side: Side | None = None
) -> Said:
    """Lock the meeting and look whether this may be said. Raises PermissionDenied, StaleVersion, IllegalMove.

    version: the one that was read; None for who did not look (an import, a task, the API). side: for the system only,
    which speaks for whom it is told.
    """
    if side is not Side.CLOCK:
        judged = verb in JUDGEMENTS or (verb is Verb.DISPUTE and meeting.state == State.TACIT)
        by.require(Permission.JUDGE_MEETINGS if judged else Permission.BOOK_MEETINGS)
    row: Meeting = (
        Meeting.objects.select_for_update(of=("self",))
        .select_related("organisation", "engagement", "definition_version")
        .get(pk=meeting.pk)
    )
    reader = reader_of(by, now.astimezone(row.organisation.zone).date())
    sides = frozenset({side}) if side is not None and by.role is None else reader.sides(row)
    if not sides:
        raise PermissionDenied(Permission.BOOK_MEETINGS)
    repeated = row.version != version and _was_said(row, verb, by)
    if repeated:
        return Said(row, reader, by, now, verb, Side.CLIENT, State(row.state), repeated=True)
    refuse_stale(row, version)
    spoken = _spoken_for(State(row.state), verb, sides)
    return Said(row, reader, by, now, verb, spoken, move(State(row.state), verb, spoken))


def write(said: Said, *, reason: str = "", tell: bool = True, **changes: Any) -> Meeting:
    """Write the move: the row, its event, the audit trail, and a notice once all is committed.

    tell: whether anybody is written to. Raises ValidationError when the host has another meeting at that time.
    """
    row = said.meeting
    before = row.state
    row.state, row.marked_at, row.reason = said.after, said.now, reason
    for name, value in changes.items():
        setattr(row, name, value)
    row.version += 1
    save(row)
    note(row, said.verb, before=before, by=said.by, now=said.now, side=said.side, reason=reason, tell=tell)
    return row


def save(row: Meeting, *, new: bool = False) -> None:
    """Save, or raise ValidationError at `starts_at` when the host is not free."""
    try:
        with transaction.atomic():
            row.save(force_insert=new)
    except IntegrityError as error:
        if "host_met_once_at_a_time" not in str(error):
            raise
        taken = _("This time is taken: another meeting of the same host overlaps it.")
        raise ValidationError({"starts_at": taken}) from error


def note(
    row: Meeting,
    verb: str,
    *,
    before: str,
    by: Actor,
    now: datetime,
    side: Side,
    reason: str = "",
    tell: bool = True,
) -> None:
    """The event of what was just written, and its trail."""
    event = MeetingEvent.objects.create(
        meeting=row,
        verb=verb,
        before=before,
        after=row.state,
        at=now,
        side=side,
        actor_id=by.id,
        reason=reason,
    )
    audit.record(
        by=by, verb=f"meeting.{verb}", obj=row, detail={"was": before, "becomes": row.state, "side": side}
    )
    if tell and (by.kind != "system" or side is Side.CLOCK):
        meeting_notices.ask_to_send(event)


def _spoken_for(state: State, verb: Verb, sides: frozenset[Side]) -> Side:
    """The side for which the word is taken: one that may say it, the client before the source. Raises IllegalMove."""
    allowed = next((one.sides for one in MOVES if one.verb is verb and one.before is state), frozenset())
    if not allowed:
        raise IllegalMove(f"a meeting that is {state} cannot {verb}")
    if not allowed & sides:
        raise IllegalMove(f"{verb} is for the {' or the '.join(sorted(allowed))}")
    return next(side for side in Side if side in allowed & sides)


def _was_said(row: Meeting, verb: Verb, by: Actor) -> bool:
    last = MeetingEvent.objects.filter(meeting=row).order_by("recorded_at", "at", "id").last()
    return last is not None and (last.verb, last.actor_id, last.after) == (verb, by.id, row.state)
