"""Rows that the tests of targets and of personal data begin with. Each needs an open scope."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from pipeline.domain.importing.keys import normalise_key
from pipeline.models import Company
from prospecting.actions import contacts, segments
from prospecting.domain.targeting import read_rules
from prospecting.models import Activity, Contact, Engagement, Meeting, Partner, Segment
from tenants.access import SYSTEM
from tests import factories

RETAIL = {"field": "industry", "is": "in", "values": ["Retail"]}
BIG = {"field": "employees", "is": "at_least", "low": 100}
DAY = date(2026, 2, 10)


def company(name: str = "Acme", **given: Any) -> Company:
    return Company.objects.create(name=name, key=normalise_key(name), **given)


def segment(name: str = "Retail", *rules: dict[str, Any], kind: str = "segment") -> Segment:
    return segments.create(kind=kind, name=name, rules=read_rules(rules or [RETAIL]), by=SYSTEM)


def contact(name: str = "Jean Petit", **given: Any) -> Contact:
    """Jean Petit, of whom everything is known, collected on 10 February 2026."""
    known = {"email": "jean@acme.example", "phone": "0102030405", "job_title": "Buyer", "collected_on": DAY}
    return contacts.record(name=name, by=SYSTEM, **{**known, **given})


def engagement(name: str = "Mission") -> Engagement:
    partner, _ = Partner.objects.get_or_create(name="Prospecteurs", key="prospecteurs")
    return Engagement.objects.create(
        partner=partner, name=name, key=normalise_key(name), starts_on=factories.START
    )


def activity(**given: Any) -> Activity:
    defaults = {"day": DAY, "kind": "contact", "channel": "phone", "in_target": True, "engagement": None}
    if not (given.get("person") or given.get("engagement")):
        defaults["engagement"] = engagement(f"Mission {Engagement.objects.count()}")
    return Activity.objects.create(**{**defaults, **given})


def meeting(company: Company, **given: Any) -> Meeting:
    """A half-hour booked at noon of 10 February 2026."""
    starts = factories.NOON
    defaults = {
        "company_name": company.name,
        "channel": "phone",
        "in_target": True,
        "starts_at": starts,
        "ends_at": starts + timedelta(minutes=30),
        "busy_until": starts + timedelta(minutes=30),
    }
    return Meeting.objects.create(company=company, **{**defaults, **given})
