"""All that is held about one person, and who saw it."""

from typing import Any

from django.db.models import Q, QuerySet

from prospecting.models import Activity, Contact, Disclosure, Lead, Meeting
from tenants import queries as tenants_queries
from tenants.scope import current_organisation_id


def rows_of(contact: Contact) -> QuerySet[Contact]:
    """The contact and those that were merged into it."""
    found: QuerySet[Contact] = Contact.objects.filter(Q(pk=contact.pk) | Q(merged_into=contact))
    return found


def disclosures_of(contact: Contact, limit: int = 50) -> list[dict[str, Any]]:
    """Which partner saw this person when: {at, what, engagement, by}, newest first."""
    seen = Disclosure.objects.filter(contact__in=rows_of(contact)).select_related("engagement__partner")[
        :limit
    ]
    seen = list(seen)
    ids = {one.membership_id for one in seen if one.membership_id}
    names = tenants_queries.member_names(current_organisation_id(), ids)
    return [
        {
            "at": one.at,
            "what": one.what,
            "engagement": one.engagement.name,
            "partner": one.engagement.partner.name,
            "by": names.get(one.membership_id, ""),
        }
        for one in seen
    ]


def everything_about(contact: Contact) -> dict[str, Any]:
    """What is handed out to a person who asks: plain values, ready for JSON."""
    people = list(rows_of(contact).select_related("company", "maturity", "engagement__partner"))
    ids = [one.id for one in people]
    activities = Activity.objects.filter(contact__in=ids).order_by("day", "id")
    meetings = (
        Meeting.objects.filter(contact__in=ids).order_by("starts_at").prefetch_related("evidence__criterion")
    )
    leads = Lead.objects.filter(contact__in=ids).order_by("passed_on")
    return {
        "person": [
            {
                "name": one.name,
                "job_title": one.job_title,
                "email": one.email,
                "phone": one.phone,
                "company": one.company.name if one.company else "",
                "maturity": one.maturity.name if one.maturity else "",
                "channel": one.channel,
                "identifier_in_source": one.external_id,
                "legal_basis": one.basis,
                "note_on_basis": one.basis_note,
                "collected_on": one.collected_on,
                "kept_until": one.keep_until,
                "brought_by": one.engagement.partner.name if one.engagement else "",
                "erased_at": one.erased_at,
            }
            for one in people
        ],
        "activities": list(activities.values("day", "kind", "channel", "quantity", "note", "source")),
        "leads": list(leads.values("passed_on", "channel", "state", "answered_on", "reason")),
        "meetings": [
            {
                "starts_at": meeting.starts_at,
                "state": meeting.state,
                "channel": meeting.channel,
                "reason": meeting.reason,
                "evidence": [
                    {"criterion": one.criterion.label, "said": one.evidence}
                    for one in meeting.evidence.all()
                    if one.evidence
                ],
            }
            for meeting in meetings
        ],
        "seen_by_partners": disclosures_of(contact, limit=10_000),
    }
