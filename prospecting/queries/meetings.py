"""Read models of the meeting pages."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Case, Count, F, IntegerField, Min, Q, QuerySet, Value, When

from prospecting.domain.meetings import OCCUPYING, State
from prospecting.models import Criterion, Meeting, MeetingEvent, MeetingEvidence
from prospecting.queries.readers import Reader, visible
from tenants import queries as tenant_queries
from tenants.scope import behind_the_wall


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list looks at; states: none for all of them."""

    states: frozenset[State] = frozenset()
    host: UUID | None = None
    engagement: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Answers that are due, and second looks: how many, and the first day of each."""

    answers: int
    first: date | None
    second_looks: int
    first_look: date | None


@dataclass(frozen=True, slots=True)
class CriterionLine:
    """A criterion of the meeting's definition, with what each side says of it."""

    criterion: Criterion
    claimed: bool | None
    evidence: str
    found: bool | None


def listed(reader: Reader, wanted: Wanted) -> QuerySet[Meeting]:
    """The meetings that the reader sees: answers that wait first, by deadline, then second looks, then by date."""
    asked = Q()
    if wanted.states:
        asked &= Q(state__in=[state.value for state in wanted.states])
    if wanted.host is not None:
        asked &= Q(host=wanted.host)
    if wanted.engagement is not None:
        asked &= Q(engagement=wanted.engagement)
    if wanted.since is not None:
        asked &= Q(starts_at__gte=wanted.since)
    if wanted.until is not None:
        asked &= Q(starts_at__lt=wanted.until)
    if wanted.text:
        asked &= Q(company_name__icontains=wanted.text)
    first = Case(
        When(state=State.HELD.value, then=Value(0)),
        When(state=State.DISPUTED.value, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    due = Case(
        When(state=State.HELD.value, then=F("answer_due_on")),
        When(state=State.DISPUTED.value, then=F("second_look_due_on")),
    )
    rows = visible(reader).filter(asked).select_related("engagement", "unmet")
    return rows.order_by(first, due.asc(nulls_last=True), "-starts_at", "pk")


def waiting(reader: Reader) -> Waiting:
    found = visible(reader).aggregate(
        answers=Count("pk", filter=Q(state=State.HELD.value)),
        first=Min("answer_due_on", filter=Q(state=State.HELD.value)),
        second_looks=Count("pk", filter=Q(state=State.DISPUTED.value)),
        first_look=Min("second_look_due_on", filter=Q(state=State.DISPUTED.value)),
    )
    return Waiting(**found)


def one(reader: Reader, meeting_id: UUID) -> Meeting | None:
    """The meeting with all that its page shows, or None when the reader does not see it."""
    found: Meeting | None = (
        visible(reader)
        .select_related(
            "organisation", "engagement__partner", "definition_version__definition", "unmet", "segment"
        )
        .filter(pk=meeting_id)
        .first()
    )
    return found


def criteria_of(meeting: Meeting) -> list[CriterionLine]:
    """Required ones first, each in the order of the definition. Two queries."""
    if meeting.definition_version_id is None:
        return []
    said = {row.criterion_id: row for row in MeetingEvidence.objects.filter(meeting=meeting)}
    lines = []
    for criterion in Criterion.objects.filter(definition_version=meeting.definition_version_id).order_by(
        "-is_required", "position"
    ):
        row = said.get(criterion.pk)
        lines.append(
            CriterionLine(
                criterion,
                row.claimed if row else None,
                row.evidence if row else "",
                row.found if row else None,
            )
        )
    return lines


def thread(meeting: Meeting) -> list[tuple[MeetingEvent, str]]:
    """What was said, in order, and by whom ("" for the clock)."""
    events = list(MeetingEvent.objects.filter(meeting=meeting).order_by("recorded_at", "at", "id"))
    names = tenant_queries.member_names(
        meeting.organisation_id, {event.actor_id for event in events if event.actor_id}
    )
    return [(event, names.get(event.actor_id, "") if event.actor_id else "") for event in events]


def met_lately(company_id: UUID, now: datetime) -> bool:
    """Whether anybody has booked or held a meeting with this company in the last three months."""
    with behind_the_wall():
        found = Meeting.objects.filter(
            company=company_id, state__in=sorted(OCCUPYING), starts_at__gte=now - timedelta(days=90)
        )
        return bool(found.exists())
