"""Read models of the pages of activities."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet, Sum
from django.utils import translation
from django.utils.translation import gettext

from pipeline.domain.importing.exporting import csv_lines
from pipeline.models import Company
from prospecting.models import Activity, CompanyTarget, Contact, Segment
from prospecting.queries.readers import READS_ALL, Reader
from tenants.domain.roles import Role
from tenants.models import Person
from tenants.scope import behind_the_wall, tenant_scope

CHUNK = 2000
FOUND = 20  # companies offered
WEEKS = 4  # beside the one that is typed


@dataclass(frozen=True, slots=True)
class Seen:
    """Whose activities a reader sees: of these people, of those who were in these teams on the day, and of the partners
    whose contact the reader is."""

    people: tuple[UUID, ...]
    teams: tuple[UUID, ...] = ()
    contact: UUID | None = None

    def rows(self) -> Q:
        found = Q(person_id__in=self.people) | Q(team_id__in=self.teams)
        return found | Q(engagement__client_contact=self.contact) if self.contact else found


def seen_by(reader: Reader) -> Seen | None:
    """None: all that is there, which for a partner is what the wall shows. A manager sees the own teams, with those below."""
    if reader.is_partner or reader.by.role is None or reader.by.role in READS_ALL:
        return None
    me = (reader.person_id,) if reader.person_id else ()
    if reader.by.role is not Role.MANAGER:
        return Seen(me)
    return Seen((*me, *sorted(reader.people)), tuple(sorted(reader.teams)), reader.person_id)


@dataclass(frozen=True, slots=True)
class ActivityFilter:
    """What the list shows. `seen`: the wall of a reader who does not see all of them."""

    start: date
    end: date  # last day
    person: UUID | None = None
    team: UUID | None = None
    channel: str = ""
    kind: str = ""
    seen: Seen | None = None

    def apply(self, rows: QuerySet[Activity]) -> QuerySet[Activity]:
        rows = rows.filter(day__gte=self.start, day__lte=self.end)
        if self.seen is not None:
            rows = rows.filter(self.seen.rows())
        named = {"person_id": self.person, "team_id": self.team, "channel": self.channel, "kind": self.kind}
        return rows.filter(**{name: value for name, value in named.items() if value})


def listed(wanted: ActivityFilter, *, in_target: bool) -> QuerySet[Activity]:
    """Newest first."""
    rows: QuerySet[Activity] = wanted.apply(Activity.objects.filter(in_target=in_target))
    return rows.select_related("person", "team", "segment", "engagement").order_by("-day", "-id")


def totals(wanted: ActivityFilter) -> tuple[int, int]:
    """(in target, off target) activities of the selection. One query."""
    sums = wanted.apply(Activity.objects.all()).aggregate(
        inside=Sum("quantity", filter=Q(in_target=True)), outside=Sum("quantity", filter=Q(in_target=False))
    )
    return sums["inside"] or 0, sums["outside"] or 0


@dataclass(frozen=True, slots=True)
class About:
    """Whom some activities were about, by id: names, and which companies are targets today."""

    companies: dict[UUID, str]
    contacts: dict[UUID, str]
    targets: frozenset[UUID]

    def company(self, row: Activity) -> str:
        return self.companies.get(row.company_id, "") if row.company_id else ""

    def contact(self, row: Activity) -> str:
        return self.contacts.get(row.contact_id, "") if row.contact_id else ""

    def why_off(self, row: Activity) -> str:
        """Why it does not count; "" for one in target."""
        if row.in_target:
            return ""
        if row.company_id is None:
            return gettext("No company and no segment was said.")
        if row.company_id in self.targets:
            return gettext("No segment wanted this company when it was written.")
        return gettext("This company is in no segment and fits no account profile.")


def about(rows: Iterable[Activity]) -> About:
    """Three queries. A partner reads the names of those that it wrote about itself."""
    found = list(rows)
    company_ids = {row.company_id for row in found if row.company_id}
    contact_ids = {row.contact_id for row in found if row.contact_id}
    with behind_the_wall():
        wanted = Q(segment__isnull=False) | Q(profile__isnull=False)
        return About(
            companies=dict(Company.objects.filter(id__in=company_ids).values_list("id", "name")),
            contacts=dict(Contact.objects.filter(id__in=contact_ids).values_list("id", "name")),
            targets=frozenset(
                CompanyTarget.objects.filter(wanted, company__in=company_ids).values_list(
                    "company_id", flat=True
                )
            ),
        )


def export_lines(
    organisation_id: UUID, wanted: ActivityFilter, language: str, *, partner: UUID | None = None
) -> Iterator[str]:
    """The selection as CSV, streamed: the request's scope is closed by then, so each chunk opens one."""

    def rows() -> Iterator[list[object]]:
        after: tuple[date, UUID] | None = None
        while True:
            with tenant_scope(organisation_id, partner=partner), translation.override(language):
                chunk = list(_chunk(wanted, after))
                known = about(chunk)
                lines = [_line(row, known) for row in chunk]
            if not lines:
                return
            yield from lines
            after = (chunk[-1].day, chunk[-1].id)

    with translation.override(language):
        headers = [
            *(gettext("Day"), gettext("Kind"), gettext("Channel"), gettext("Number"), gettext("Person")),
            *(gettext("Team"), gettext("Company"), gettext("Contact"), gettext("Segment")),
            *(gettext("In target"), gettext("Why it does not count"), gettext("Note"), gettext("Identifier")),
        ]
    return csv_lines(rows(), headers, mark=True)


def _chunk(wanted: ActivityFilter, after: tuple[date, UUID] | None) -> QuerySet[Activity]:
    rows = wanted.apply(Activity.objects.select_related("person", "team", "segment")).order_by("-day", "-id")
    if after is not None:
        day, last = after
        rows = rows.filter(Q(day__lt=day) | Q(day=day, id__lt=last))
    return rows[:CHUNK]


def _line(row: Activity, known: About) -> list[object]:
    return [
        *(row.day.isoformat(), row.get_kind_display(), row.get_channel_display(), row.quantity),
        *(row.person or "", row.team or "", known.company(row), known.contact(row), row.segment or ""),
        *(gettext("yes") if row.in_target else gettext("no"), known.why_off(row), row.note, row.external_id),
    ]


# The week ----------------------------------------------------------------------------------------------------

Cell = tuple[str, str]  # channel, kind


def typed_counts(
    *, monday: date, person: Person | None, engagement_id: UUID | None, segment: UUID | None
) -> dict[Cell, int]:
    """What was typed for this week in this segment (None: outside of all)."""
    rows = Activity.objects.filter(
        source=Activity.Source.WEEKLY,
        day=monday,
        person=person,
        engagement_id=engagement_id,
        segment_id=segment,
    )
    return {(row.channel, row.kind): row.quantity for row in rows}


def weeks_before(*, monday: date, person: Person | None, engagement_id: UUID | None) -> dict[Cell, list[int]]:
    """All that was done in each of the four weeks before, oldest first: typed for the week or said one at a time."""
    first = monday - timedelta(weeks=WEEKS)
    rows = Activity.objects.filter(
        day__gte=first, day__lt=monday, person=person, engagement_id=engagement_id
    ).values_list("channel", "kind", "day", "quantity")
    found: dict[Cell, list[int]] = {}
    for channel, kind, day, quantity in rows:
        weeks = found.setdefault((channel, kind), [0] * WEEKS)
        weeks[(day - first).days // 7] += quantity
    return found


def segments() -> list[Segment]:
    """The segments in use; a partner sees those of its engagements."""
    return list(Segment.objects.filter(is_active=True, kind=Segment.Kind.SEGMENT))


# Whom ----------------------------------------------------------------------------------------------------------


def companies_like(text: str) -> list[Company]:
    """Companies by a part of their name; without one, those that were written about last."""
    if text:
        return list(Company.objects.filter(name__icontains=text).order_by("name")[:FOUND])
    latest = Activity.objects.filter(company_id__isnull=False).order_by("-day", "-id")
    ids = list(dict.fromkeys(latest.values_list("company_id", flat=True)[: FOUND * 5]))[:FOUND]
    return list(Company.objects.filter(id__in=ids).order_by("name"))


def contacts_of(company_id: UUID) -> list[Contact]:
    """The people of a company who were neither erased nor merged."""
    found = Contact.objects.filter(company_id=company_id, erased_at=None, merged_into=None)
    return list(found.order_by("name")[:200])
