"""How a meeting went, and what the client answers: held, no-shows, acceptance, refusal, the second look."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from prospecting.actions import meeting_moves
from prospecting.actions.meeting_moves import Said
from prospecting.domain.meetings import Side, State, Verb, may_undo
from prospecting.models import Criterion, Meeting, MeetingEvidence
from prospecting.queries.readers import may_decide, may_judge
from tenants.access import Actor
from tenants.domain.roles import Permission
from tenants.queries.calendar import after_working_days

NOTICE = timedelta(hours=24)  # a meeting cancelled later than this before it begins was not cancelled in time


@dataclass(frozen=True, slots=True)
class Claim:
    """What who prospects says of a criterion, and how it shows."""

    met: bool
    evidence: str = ""


def hold(
    *,
    meeting: Meeting,
    version: int | None,
    by: Actor,
    now: datetime,
    claims: Mapping[UUID, Claim] | None = None,
    side: Side | None = None,
    tell: bool = True,
) -> Meeting:
    """Say that the meeting took place, with what is claimed of the criteria: the client's answer is due from now on.

    claims: by criterion of the meeting's version. Raises PermissionDenied, StaleVersion, IllegalMove, ValidationError.
    """
    said = meeting_moves.begin(meeting=meeting, verb=Verb.HOLD, by=by, now=now, version=version, side=side)
    if said.repeated:
        return said.meeting
    row = said.meeting
    _refuse_before_it_began(said)
    _claim(row, claims or {})
    held_on, today = _local(row, row.starts_at), _local(row, now)
    due = after_working_days(row.organisation, max(held_on, today), row.answer_days)
    return meeting_moves.write(
        said, held_on=held_on, logged_at=row.logged_at or now, answer_due_on=due, reminded_at=None, tell=tell
    )


def no_show(
    *,
    meeting: Meeting,
    whose: str,
    version: int | None,
    by: Actor,
    now: datetime,
    side: Side | None = None,
    tell: bool = True,
) -> Meeting:
    """Say that the guest or the host did not come. whose: "guest" or "host". Raises as `hold` does."""
    verb = Verb.GUEST_NO_SHOW if whose == "guest" else Verb.HOST_NO_SHOW
    said = meeting_moves.begin(meeting=meeting, verb=verb, by=by, now=now, version=version, side=side)
    if said.repeated:
        return said.meeting
    _refuse_before_it_began(said)
    return meeting_moves.write(said, logged_at=said.meeting.logged_at or now, tell=tell)


def undo_no_show(
    *, meeting: Meeting, version: int | None, by: Actor, now: datetime, side: Side | None = None, tell: bool = True
) -> Meeting:  # fmt: skip
    """Take a no-show back within a day; the meeting is booked again. Raises as `hold` does."""
    said = meeting_moves.begin(
        meeting=meeting, verb=Verb.UNDO_NO_SHOW, by=by, now=now, version=version, side=side
    )
    if said.repeated:
        return said.meeting
    marked = said.meeting.marked_at
    if marked is None or not may_undo(marked, now):
        raise ValidationError(_("A no-show can be taken back within 24 hours only."))
    return meeting_moves.write(said, logged_at=None, tell=tell)


def cancel(
    *,
    meeting: Meeting,
    version: int | None,
    by: Actor,
    now: datetime,
    reason: str = "",
    side: Side | None = None,
    tell: bool = True,
) -> Meeting:
    """Cancel; in time when at least a day before it begins. Raises as `hold` does."""
    said = meeting_moves.begin(meeting=meeting, verb=Verb.CANCEL, by=by, now=now, version=version, side=side)
    if said.repeated:
        return said.meeting
    in_time = said.meeting.starts_at - now >= NOTICE
    return meeting_moves.write(said, reason=reason.strip(), cancelled_in_time=in_time, tell=tell)


def accept(
    *,
    meeting: Meeting,
    version: int | None,
    by: Actor,
    now: datetime,
    found: Mapping[UUID, bool] | None = None,
    reason: str = "",
    side: Side | None = None,
    tell: bool = True,
) -> Meeting:
    """The client calls the meeting qualified. found: what the client found of criteria. Raises as `hold` does."""
    said = _judged(meeting, Verb.ACCEPT, version, by, now, side)
    if said.repeated:
        return said.meeting
    _find(said.meeting, found or {})
    return meeting_moves.write(
        said, reason=reason.strip(), answered_at=now, accepted_on=_local(said.meeting, now), tell=tell
    )


def refuse(
    *,
    meeting: Meeting,
    version: int | None,
    by: Actor,
    now: datetime,
    unmet_id: UUID | None = None,
    reason: str = "",
    side: Side | None = None,
    tell: bool = True,
) -> Meeting:
    """The client calls it not qualified, by the required criterion that it does not meet. Raises as `hold` does.

    Without a definition, the reason says why.
    """
    said = _judged(meeting, Verb.REFUSE, version, by, now, side)
    if said.repeated:
        return said.meeting
    unmet = _unmet(said.meeting, unmet_id, reason)
    return meeting_moves.write(said, reason=reason.strip(), answered_at=now, unmet=unmet, tell=tell)


def dispute(
    *,
    meeting: Meeting,
    reason: str,
    version: int | None,
    by: Actor,
    now: datetime,
    unmet_id: UUID | None = None,
    side: Side | None = None,
    tell: bool = True,
) -> Meeting:
    """Ask for a second look, and say why: who prospects about a refusal, the client about a tacit acceptance.

    unmet_id: the criterion that the client finds unmet. Raises as `hold` does.
    """
    said = meeting_moves.begin(meeting=meeting, verb=Verb.DISPUTE, by=by, now=now, version=version, side=side)
    if said.repeated:
        return said.meeting
    if not reason.strip():
        raise ValidationError({"reason": _("Say why, so that the second look has something to look at.")})
    row, unmet = said.meeting, said.meeting.unmet
    if row.state == State.TACIT:
        _require_judge(may_judge(said.reader, row))
        unmet = _unmet(row, unmet_id, reason)
    due = after_working_days(row.organisation, _local(row, now), row.second_look_days)
    return meeting_moves.write(
        said, reason=reason.strip(), unmet=unmet, accepted_on=None, second_look_due_on=due, reminded_at=None, tell=tell
    )  # fmt: skip


def decide(
    *,
    meeting: Meeting,
    accepted: bool,
    reason: str,
    version: int | None,
    by: Actor,
    now: datetime,
    side: Side | None = None,
    tell: bool = True,
) -> Meeting:
    """The second look, which is final: by somebody else than who judged first, where there is somebody else.

    Raises as `hold` does.
    """
    verb = Verb.OVERTURN if accepted else Verb.UPHOLD
    said = meeting_moves.begin(meeting=meeting, verb=verb, by=by, now=now, version=version, side=side)
    if said.repeated:
        return said.meeting
    _require_judge(may_decide(said.reader, said.meeting))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: both sides read it.")})
    accepted_on = _local(said.meeting, now) if accepted else None
    return meeting_moves.write(
        said, reason=reason.strip(), answered_at=now, accepted_on=accepted_on, tell=tell
    )


def _judged(
    meeting: Meeting, verb: Verb, version: int | None, by: Actor, now: datetime, side: Side | None
) -> Said:
    said = meeting_moves.begin(meeting=meeting, verb=verb, by=by, now=now, version=version, side=side)
    if not said.repeated:
        _require_judge(may_judge(said.reader, said.meeting))
    return said


def _require_judge(may: bool) -> None:
    if not may:
        raise PermissionDenied(Permission.JUDGE_MEETINGS)


def _refuse_before_it_began(said: Said) -> None:
    if said.meeting.starts_at > said.now:
        raise ValidationError(_("The meeting has not begun yet."))


def _local(meeting: Meeting, moment: datetime) -> date:
    return moment.astimezone(meeting.organisation.zone).date()


def _criteria(meeting: Meeting) -> dict[UUID, Criterion]:
    found = Criterion.objects.filter(definition_version=meeting.definition_version_id)
    return {one.pk: one for one in found} if meeting.definition_version_id is not None else {}


def _claim(meeting: Meeting, claims: Mapping[UUID, Claim]) -> None:
    known = _criteria(meeting)
    for criterion, claim in claims.items():
        if criterion in known:
            MeetingEvidence.objects.update_or_create(
                meeting=meeting,
                criterion_id=criterion,
                defaults={"claimed": claim.met, "evidence": claim.evidence.strip()[:300]},
            )


def _find(meeting: Meeting, found: Mapping[UUID, bool]) -> None:
    known = _criteria(meeting)
    for criterion, holds in found.items():
        if criterion in known:
            MeetingEvidence.objects.update_or_create(
                meeting=meeting, criterion_id=criterion, defaults={"found": holds}
            )


def _unmet(meeting: Meeting, criterion: UUID | None, reason: str) -> Criterion | None:
    """The criterion that is not met, marked as found so; one of the meeting's own version. Raises ValidationError."""
    known = {key: one for key, one in _criteria(meeting).items() if one.is_required}
    if not known:
        if not reason.strip():
            raise ValidationError({"reason": _("Say why: there is no definition to point at.")})
        return None
    if criterion not in known:
        raise ValidationError({"unmet": _("Choose the criterion that is not met.")})
    _find(meeting, {criterion: False})
    return known[criterion]
