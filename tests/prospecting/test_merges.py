"""Two rows that were one, made one and two again."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pipeline.models import Company, Opportunity, OpportunityEvent
from prospecting.actions import classification, companies, contacts, merges, references
from prospecting.models import Activity, CompanyTarget, Contact, DoNotContact, Lead, Meeting, Merge
from prospecting.queries.standing import standing
from tenants.access import SYSTEM
from tenants.domain.roles import Role
from tenants.models import Organisation
from tests import factories
from tests.factories import NOON
from tests.pipeline.files import imported
from tests.prospecting.prospects import DAY, activity, company, contact, engagement, meeting, segment

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(in_scope: Organisation) -> Company:
    return company("Acme", industry="Retail")


@pytest.fixture
def merged(in_scope: Organisation) -> Company:
    """Acme again, with one of everything that can point at a company."""
    twin = company("Acme SA", external_id="2", industry="Banking", website="acme.fr", employees=12)
    person = contact(company=twin)
    factories.opportunity(in_scope, "D1", company=twin)
    activity(company=twin, contact=person)
    meeting(twin, contact=person)
    Lead.objects.create(company=twin, channel="event", passed_on=DAY)
    DoNotContact.objects.create(company=twin, reason="x")
    return twin


POINTING = (Opportunity, Activity, Meeting, Lead, DoNotContact, Contact)


def whose() -> dict[str, list[str]]:
    return {
        model.__name__: sorted(model.objects.values_list("company__name", flat=True)) for model in POINTING
    }


def merge(kept: Company, merged: Company) -> Merge:
    return merges.merge_companies(kept=kept, merged=merged, by=SYSTEM, now=NOON)


def test_everything_that_points_at_a_company_is_moved(kept: Company, merged: Company) -> None:
    labels = {label for label, _model, _name in references.columns_to(Company)}
    assert labels == {
        "pipeline.Company.merged_into", "pipeline.Opportunity.company", "prospecting.Activity.company",
        "prospecting.Contact.company", "prospecting.DoNotContact.company", "prospecting.Lead.company",
        "prospecting.Meeting.company",
    }  # fmt: skip

    merge(kept, merged)

    assert whose() == {model.__name__: ["Acme"] for model in POINTING}


def test_the_kept_one_learns_what_it_did_not_know(kept: Company, merged: Company) -> None:
    merge(kept, merged)

    kept.refresh_from_db()
    assert (kept.industry, kept.website, kept.employees) == ("Retail", "acme.fr", 12)


def test_undone_everything_is_as_it_was(kept: Company, merged: Company) -> None:
    segment("Retail")
    classification.classify()
    before = (whose(), list(Company.objects.order_by("id").values()), _targets())

    done = merge(kept, merged)
    assert _targets() != before[2]
    merges.undo(merge=done, by=SYSTEM, now=NOON)

    assert (whose(), list(Company.objects.order_by("id").values()), _targets()) == before
    with pytest.raises(ValidationError, match="undone already"):
        merges.undo(merge=done, by=SYSTEM, now=NOON)


def _targets() -> list[Any]:
    return list(
        CompanyTarget.objects.order_by("company_id").values_list("company__name", "segment__name", "domain")
    )


def test_what_came_after_the_merge_stays_with_the_kept_one(
    kept: Company, merged: Company, in_scope: Organisation
) -> None:
    done = merge(kept, merged)
    kept.refresh_from_db()
    companies.change(company=kept, website="acme.com", by=SYSTEM)
    factories.opportunity(in_scope, "D2", company=kept)

    merges.undo(merge=done, by=SYSTEM, now=NOON)

    kept.refresh_from_db()
    assert kept.website == "acme.com"
    assert dict(Opportunity.objects.values_list("external_id", "company__name")) == {
        "D1": "Acme SA",
        "D2": "Acme",
    }


def test_a_deal_that_moves_says_so_in_its_events(kept: Company, merged: Company) -> None:
    merge(kept, merged)

    event = OpportunityEvent.objects.get()
    assert (event.kind, event.changed, event.occurred_on) == ("change", "company", None)


def test_a_merge_of_a_merge_is_undone_from_the_last(kept: Company, merged: Company) -> None:
    third = company("Acme France")
    first = merge(kept, merged)
    second = merge(third, kept)
    assert set(Company.objects.exclude(merged_into=None).values_list("merged_into", flat=True)) == {third.id}

    with pytest.raises(ValidationError, match="merged later"):
        merges.undo(merge=first, by=SYSTEM, now=NOON)
    merges.undo(merge=second, by=SYSTEM, now=NOON)
    merges.undo(merge=first, by=SYSTEM, now=NOON)

    assert not Company.objects.exclude(merged_into=None).exists()
    assert whose()["Meeting"] == ["Acme SA"]


def test_one_is_not_merged_into_itself_nor_twice(kept: Company, merged: Company) -> None:
    with pytest.raises(ValidationError):
        merge(kept, kept)
    merge(kept, merged)
    with pytest.raises(ValidationError):
        merge(merged, kept)


def test_a_file_that_names_the_merged_one_means_the_kept_one(
    kept: Company, merged: Company, in_scope: Organisation
) -> None:
    merge(kept, merged)

    imported(in_scope, "name,external_id,industry\nAcme SA,2,Fishing\n", kind="companies")
    deals = "external_id,company,stage\nD7,ACME SA,Prospecting\n"
    imported(in_scope, deals, kind="opportunities")

    kept.refresh_from_db()
    assert (kept.name, kept.industry, Company.objects.count()) == ("Acme", "Retail", 2)
    assert Opportunity.objects.get(external_id="D7").company == kept
    assert standing(name="Acme S.A.").company_id == kept.id


def test_a_merge_costs_the_same_statements_whatever_it_moves(kept: Company, merged: Company) -> None:
    other = company("Acme Three")
    activity(company=other)
    shared = Activity.objects.get(company=merged).engagement
    Activity.objects.bulk_create(
        Activity(day=DAY, kind="contact", channel="phone", in_target=True, company=merged, engagement=shared)
        for _ in range(50)
    )
    with CaptureQueriesContext(connection) as captured:
        merge(kept, merged)

    assert len(captured) <= 35
    assert Activity.objects.filter(company=kept).count() == 51


# People ------------------------------------------------------------------------------------------------------


def test_two_records_of_one_person_are_one_and_two_again(in_scope: Organisation) -> None:
    acme = company("Acme")
    jean = contact("Jean Petit", email="", phone="")
    twin = contact("J. Petit", company=acme)
    activity(contact=twin, company=acme)

    done = merges.merge_contacts(kept=jean, merged=twin, by=SYSTEM, now=NOON)
    jean.refresh_from_db()
    assert (jean.email, jean.company) == ("jean@acme.example", acme)
    assert Activity.objects.get().contact == jean

    merges.undo(merge=done, by=SYSTEM, now=NOON)
    jean.refresh_from_db()
    assert (jean.email, jean.company, Activity.objects.get().contact) == ("", None, twin)


def test_a_partner_does_not_lose_sight_of_its_own_contact(in_scope: Organisation) -> None:
    ours, theirs = contact(), contact(engagement=engagement())

    with pytest.raises(ValidationError, match="partner"):
        merges.merge_contacts(kept=ours, merged=theirs, by=SYSTEM, now=NOON)
    merges.merge_contacts(kept=theirs, merged=ours, by=SYSTEM, now=NOON)


def test_who_was_erased_is_merged_with_nobody(in_scope: Organisation) -> None:
    one, gone = contact(), contact()
    contacts.erase(contact=gone, by=SYSTEM, now=NOON)

    with pytest.raises(ValidationError, match="erased"):
        merges.merge_contacts(kept=one, merged=gone, by=SYSTEM, now=NOON)


def test_a_manager_merges_companies_and_nobody_in_person(
    in_scope: Organisation, kept: Company, merged: Company
) -> None:
    manager = factories.actor(factories.member(in_scope, Role.MANAGER))
    merges.merge_companies(kept=kept, merged=merged, by=manager, now=NOON)

    with pytest.raises(PermissionDenied):
        merges.merge_contacts(kept=contact(), merged=contact(), by=manager, now=NOON)
