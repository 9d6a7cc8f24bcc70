"""People at prospects': recorded for a purpose until a day, handed out, erased; no count ever changes by it."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.serializers.json import DjangoJSONEncoder

from prospecting.actions import contacts, do_not_contact, merges, showing
from prospecting.domain.retention import keep_until
from prospecting.models import (
    Activity,
    Contact,
    Criterion,
    Definition,
    DefinitionVersion,
    Disclosure,
    Lead,
    Meeting,
    MeetingEvidence,
)
from prospecting.queries.personal_data import everything_about
from tenants.access import SYSTEM
from tenants.domain.roles import Role
from tenants.models import AuditEntry, Organisation
from tests import factories
from tests.factories import NOON
from tests.prospecting.prospects import DAY, activity, company, contact, engagement, meeting

pytestmark = pytest.mark.django_db
PERSONAL = ("signs alone", "Jean", "jean@acme.example", "0102030405", "Buyer", "Met at the fair", "Likes tea")


@pytest.fixture
def jean(in_scope: Organisation) -> Contact:
    """Jean, with an activity, a meeting and a lead."""
    acme = company("Acme")
    jean = contact("Jean Petit", company=acme, basis_note="Met at the fair")
    activity(contact=jean, company=acme, note="Likes tea", is_first=True)
    meeting(acme, contact=jean)
    Lead.objects.create(contact=jean, company=acme, channel="event", passed_on=DAY)
    said = meeting(
        acme,
        contact=jean,
        starts_at=NOON + timedelta(hours=2),
        ends_at=NOON + timedelta(hours=3),
        busy_until=NOON + timedelta(hours=3),
    )
    definition = Definition.objects.create(name="Ours")
    version = DefinitionVersion.objects.create(definition=definition, number=1)
    criterion = Criterion.objects.create(definition_version=version, position=0, label="Decides")
    MeetingEvidence.objects.create(meeting=said, criterion=criterion, evidence="Jean signs alone")
    return jean


def counts() -> dict[str, Any]:
    """What any figure is made of."""
    tables = {
        model.__name__: model.objects.count() for model in (Contact, Activity, Meeting, Lead, MeetingEvidence)
    }
    return tables | {
        "firsts": Activity.objects.filter(is_first=True).count(),
        "of a contact": Activity.objects.exclude(contact=None).count(),
        "contacts by channel": list(Contact.objects.values_list("channel", "maturity").order_by("id")),
        "meetings by state": list(Meeting.objects.values_list("state", "contact_id").order_by("id")),
    }


def test_a_person_is_kept_three_years_after_the_day_of_collection(in_scope: Organisation) -> None:
    assert contact().keep_until == date(2029, 2, 10)
    assert keep_until(date(2028, 2, 29)) == date(2031, 2, 28)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "", "email": "", "phone": ""}, "name"),
        ({"keep_until": DAY - timedelta(days=1)}, "keep_until"),
        ({"keep_until": date(2099, 1, 1)}, "keep_until"),
        ({"basis": "consent"}, "basis_note"),
    ],
)
def test_a_record_says_who_and_until_when(in_scope: Organisation, given: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        contact(**{"name": "Jean", **given})
    assert set(refused.value.error_dict) == {field}


@pytest.mark.parametrize("who", ["jean@acme.example", "acme.example", "Acme"])
def test_who_must_not_be_contacted_is_not_recorded(in_scope: Organisation, who: str) -> None:
    do_not_contact.add(who=who, reason="Asked for it.", by=SYSTEM, now=NOON)

    with pytest.raises(ValidationError):
        contact(company=company("Acme SAS"))


def test_at_a_barred_company_what_is_wrong_is_put_right(jean: Contact) -> None:
    do_not_contact.add(who="Acme", reason="Asked for it.", by=SYSTEM, now=NOON)

    contacts.change(contact=jean, job_title="Head of purchasing", by=SYSTEM)

    do_not_contact.add(who="jean@beta.example", reason="Asked for it.", by=SYSTEM, now=NOON)
    with pytest.raises(ValidationError, match="must not be contacted"):
        contacts.change(contact=jean, email="jean@beta.example", by=SYSTEM)


def test_an_erased_person_is_nowhere_and_every_count_stays(jean: Contact) -> None:
    before = counts()

    contacts.erase(contact=jean, by=SYSTEM, now=NOON)

    assert counts() == before
    text = json.dumps(everything_about(jean), cls=DjangoJSONEncoder)
    assert [word for word in PERSONAL if word in text] == []
    assert Contact.objects.get(pk=jean.pk).erased_at == NOON


def test_to_erase_twice_is_to_erase_once(jean: Contact) -> None:
    contacts.erase(contact=jean, by=SYSTEM, now=NOON)
    contacts.erase(contact=jean, by=SYSTEM, now=NOON + timedelta(days=1))

    assert Contact.objects.get(pk=jean.pk).erased_at == NOON
    assert AuditEntry.objects.filter(verb="contact.erase").count() == 1
    with pytest.raises(ValidationError):
        contacts.change(contact=jean, name="Jean again", by=SYSTEM)


def test_never_again_outlives_the_address(jean: Contact) -> None:
    contacts.erase(contact=jean, by=SYSTEM, now=NOON, never_again=True)

    with pytest.raises(ValidationError, match="must not be contacted"):
        contact("Somebody else", email="JEAN@acme.example")


def test_those_merged_into_a_person_are_erased_with_them(jean: Contact) -> None:
    other = contact("J. Petit", email="petit@acme.example")
    merges.merge_contacts(kept=jean, merged=other, by=SYSTEM, now=NOON)

    contacts.erase(contact=jean, by=SYSTEM, now=NOON)

    assert set(Contact.objects.values_list("name", "email")) == {("", "")}


def test_everything_about_a_person_is_handed_out(jean: Contact) -> None:
    text = json.dumps(everything_about(jean), cls=DjangoJSONEncoder)

    assert [word for word in PERSONAL if word not in text] == []
    assert {name: len(rows) for name, rows in json.loads(text).items()} == {
        **{"person": 1, "activities": 1, "leads": 1, "meetings": 2},
        "seen_by_partners": 0,
    }


def test_what_a_partner_saw_is_written_down_and_handed_out(in_scope: Organisation) -> None:
    paul = factories.member(in_scope, Role.PARTNER)
    theirs, ours = contact(engagement=engagement()), contact("Ours")

    showing.note(contacts=[theirs, ours], to=paul)

    assert Disclosure.objects.count() == 1
    [seen] = everything_about(theirs)["seen_by_partners"]
    assert (seen["partner"], seen["by"], seen["what"]) == ("Prospecteurs", "Paul", "page")


def test_the_night_erases_whom_nobody_contacted_for_three_years(in_scope: Organisation) -> None:
    old = contact("Old", collected_on=date(2020, 1, 1))
    contacted = contact("Contacted", collected_on=date(2020, 1, 1))
    activity(contact=contacted, day=date(2024, 5, 1))
    before = counts()

    assert contacts.retain(today=date(2026, 2, 10), now=NOON) == 1
    assert contacts.retain(today=date(2026, 2, 10), now=NOON) == 0

    old.refresh_from_db()
    contacted.refresh_from_db()
    assert (old.name, old.erased_at) == ("", NOON)
    assert (contacted.name, contacted.keep_until) == ("Contacted", date(2027, 5, 1))
    assert counts() == before


def test_a_consent_ends_on_its_day_whatever_happened_since(in_scope: Organisation) -> None:
    agreed = contact("Agreed", basis="consent", basis_note="By form", keep_until=date(2026, 3, 1))
    activity(contact=agreed, day=date(2026, 2, 28))

    contacts.retain(today=date(2026, 3, 1), now=NOON)
    agreed.refresh_from_db()
    assert agreed.name == "Agreed"

    contacts.retain(today=date(2026, 3, 2), now=NOON)
    agreed.refresh_from_db()
    assert agreed.name == ""


def test_the_audit_holds_no_name(jean: Contact) -> None:
    contacts.change(contact=jean, name="Jean-Paul Petit", by=SYSTEM)
    contacts.erase(contact=jean, by=SYSTEM, now=NOON, never_again=True)

    assert not [
        detail for detail in AuditEntry.objects.values_list("detail", flat=True) if "Jean" in str(detail)
    ]


def test_a_rep_records_people_and_erases_nobody(jean: Contact, in_scope: Organisation) -> None:
    rep = factories.actor(factories.member(in_scope, Role.REP))
    contacts.record(name="New", by=rep)

    with pytest.raises(PermissionDenied):
        contacts.erase(contact=jean, by=rep, now=NOON)
