"""What the tests of activities start from: targets, people to leave alone, activities by their figures."""

from __future__ import annotations

from datetime import date
from typing import Any

from pipeline.domain.importing.keys import normalise_key
from pipeline.models import Company
from prospecting.actions import activities
from prospecting.domain.companies import comparable_name, registrable_domain
from prospecting.models import Activity, CompanyTarget, Contact, DoNotContact, Engagement, Partner, Segment
from tenants.access import SYSTEM
from tenants.models import Organisation
from tests import factories
from tests.factories import scope_of

DAY = date(2026, 2, 10)  # a Tuesday
MONDAY = date(2026, 2, 9)


def segment(organisation: Organisation, name: str = "Industry", **given: Any) -> Segment:
    with scope_of(organisation):
        return Segment.objects.create(
            organisation=organisation, name=name, key=normalise_key(name), rules=[], **given
        )


def target(
    organisation: Organisation, name: str = "Acme", *, segment: Segment | None = None, **given: Any
) -> Company:
    """A company that the rules put in this segment; without one, outside of all."""
    with scope_of(organisation):
        company = factories.company(organisation, name, **given)
        CompanyTarget.objects.create(
            organisation=organisation, company=company, segment=segment, name_key=comparable_name(name),
            domain=registrable_domain(company.website),
        )  # fmt: skip
        return company


def contact(organisation: Organisation, name: str = "Zoe", **given: Any) -> Contact:
    with scope_of(organisation):
        defaults = {"collected_on": factories.START, "keep_until": date(2029, 1, 1)}
        return Contact.objects.create(organisation=organisation, name=name, **{**defaults, **given})


def leave_alone(
    organisation: Organisation, reason: str = "They asked us to stop.", **given: Any
) -> DoNotContact:
    with scope_of(organisation):
        return DoNotContact.objects.create(
            organisation=organisation, reason=reason, **{"added_at": factories.NOON, **given}
        )


def engagement(organisation: Organisation, name: str = "Calls", **given: Any) -> Engagement:
    with scope_of(organisation):
        firm, _ = Partner.objects.get_or_create(
            organisation=organisation, key="prospecteurs", defaults={"name": "Prospecteurs"}
        )
        return Engagement.objects.create(
            organisation=organisation, partner=firm, name=name, key=normalise_key(name),
            **{"starts_on": factories.START, **given},
        )  # fmt: skip


def logged(organisation: Organisation, **given: Any) -> Activity:
    """A contact by phone on the 10th of February, unless told."""
    with scope_of(organisation):
        defaults = {"kind": "contact", "channel": "phone", "day": DAY, "by": SYSTEM, "today": DAY}
        return activities.log(**{**defaults, **given})
