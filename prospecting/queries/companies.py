"""Read models of the companies' pages."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from pipeline.models import Company, Opportunity, Stage
from prospecting.models import Activity, CompanyTarget, Contact, DoNotContact, Meeting, Segment
from prospecting.queries.targets import any_in_use

ROWS = 50
SHOWN = 20  # of what a company's page lists


@dataclass(frozen=True, slots=True)
class CompanyFilter:
    text: str = ""
    segment: UUID | None = None
    profile: UUID | None = None
    off_target: bool = False

    @property
    def is_filtered(self) -> bool:
        return bool(self.text or self.segment or self.profile or self.off_target)


@dataclass(slots=True)
class CompanyPage:
    """Some companies by name, with what the rules say of each, and the cursors of the neighbours ("" for none)."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    previous: str = ""
    next: str = ""


def company_page(wanted: CompanyFilter, *, after: str = "", before: str = "") -> CompanyPage:
    """A page of companies by key, in four queries whatever their number. `after`, `before`: keys."""
    rows = Company.objects.filter(merged_into=None)
    if wanted.text:
        rows = rows.filter(
            Q(name__icontains=wanted.text)
            | Q(website__icontains=wanted.text)
            | Q(vat_number__iexact=wanted.text)
        )
    told = CompanyTarget.objects.filter(company=OuterRef("pk"))
    if wanted.segment:
        rows = rows.filter(Exists(told.filter(segment=wanted.segment)))
    if wanted.profile:
        rows = rows.filter(Exists(told.filter(profile=wanted.profile)))
    if wanted.off_target:
        rows = rows.filter(~Exists(told.filter(Q(segment__isnull=False) | Q(profile__isnull=False))))
    if before:
        rows = rows.filter(key__lt=before)
    elif after:
        rows = rows.filter(key__gt=after)
    found = list(rows.order_by("-key" if before else "key")[: ROWS + 1])
    more, found = len(found) > ROWS, found[:ROWS]
    if before:
        found.reverse()
    has_previous, has_next = (more, True) if before else (bool(after), more)
    return CompanyPage(
        rows=_rows(found),
        previous=found[0].key if found and has_previous else "",
        next=found[-1].key if found and has_next else "",
    )


def _rows(companies: list[Company]) -> list[dict[str, Any]]:
    ids = [company.id for company in companies]
    targets = {
        target.company_id: target
        for target in CompanyTarget.objects.filter(company__in=ids).select_related("segment", "profile")
    }
    barred = set(DoNotContact.objects.filter(company__in=ids).values_list("company_id", flat=True))
    is_open = Opportunity.objects.filter(company__in=ids, stage__kind=Stage.Kind.OPEN)
    in_pipeline = set(is_open.values_list("company_id", flat=True))
    return [
        {
            "company": company,
            "segment": targets[company.id].segment if company.id in targets else None,
            "profile": targets[company.id].profile if company.id in targets else None,
            "is_barred": company.id in barred,
            "in_pipeline": company.id in in_pipeline,
        }
        for company in companies
    ]


def segments_in_use() -> list[Segment]:
    return list(Segment.objects.filter(is_active=True).order_by("-kind", "position", "id"))


def about(company: Company) -> dict[str, Any]:
    """What a company's page shows: its target, people, open deals, meetings and activities, the newest of each."""
    target = CompanyTarget.objects.filter(company=company).select_related("segment", "profile").first()
    people = Contact.objects.filter(company=company, merged_into=None, erased_at=None).select_related(
        "maturity"
    )
    deals = Opportunity.objects.filter(company=company, stage__kind=Stage.Kind.OPEN)
    activities = Activity.objects.filter(company=company).select_related("person", "engagement", "contact")
    is_target = target is not None and bool(target.segment or target.profile)
    return {
        "target": target,
        "off_target": not is_target and any_in_use(),
        "contacts": list(people.order_by("name", "id")[:SHOWN]),
        "deals": list(deals.select_related("stage", "owner").order_by("-created_on", "id")[:SHOWN]),
        "meetings": list(
            Meeting.objects.filter(company=company).select_related("host").order_by("-starts_at")[:SHOWN]
        ),
        "activities": list(activities.order_by("-day", "-recorded_at")[:SHOWN]),
    }
