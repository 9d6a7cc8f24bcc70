"""What is said of a company before anybody calls it, and the list of whom nobody calls."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from pipeline.models import Company
from prospecting.actions import companies, do_not_contact
from prospecting.models import DoNotContact
from prospecting.queries.standing import Word, standing
from tenants.access import SYSTEM
from tenants.domain.roles import Role
from tenants.models import Organisation
from tenants.scope import tenant_scope
from tests import factories
from tests.factories import NOON
from tests.prospecting.prospects import company

pytestmark = pytest.mark.django_db


def bar(who: str, reason: str = "A competitor.") -> DoNotContact:
    return do_not_contact.add(who=who, reason=reason, by=SYSTEM, now=NOON)


def test_a_company_that_nobody_knows_is_new(in_scope: Organisation) -> None:
    assert standing(name="Acme", domain="acme.fr").word == Word.NEW


@pytest.mark.parametrize(
    "asked",
    [
        {"name": "ACME S.A.S."},
        {"name": "Another name", "domain": "https://www.acme.fr/contact"},
        {"name": "Another name", "email": "jean@ventes.acme.fr"},
        {"name": "Another name", "vat": "404 833 048 00022"},
    ],
)
def test_a_company_is_recognised_by_number_address_or_name(
    in_scope: Organisation, asked: dict[str, str]
) -> None:
    known = companies.create(name="Acme SA", website="acme.fr", vat_number="FR83404833048", by=SYSTEM)

    found = standing(**asked)

    assert (found.word, found.company_id, found.is_free) == (Word.KNOWN, known.id, True)


def test_an_open_opportunity_is_said(in_scope: Organisation) -> None:
    known = companies.create(name="Acme", by=SYSTEM)
    stages = factories.stages(in_scope)
    factories.opportunity(in_scope, "D1", company=known, stage=stages["Lost"])
    assert standing(name="acme").word == Word.KNOWN

    factories.opportunity(in_scope, "D2", company=known)

    assert standing(name="acme").word == Word.IN_PIPELINE


@pytest.mark.parametrize("who", ["Acme", "www.acme.fr", "jean@acme.fr"])
def test_do_not_contact_comes_before_everything(in_scope: Organisation, who: str) -> None:
    known = companies.create(name="Acme SARL", website="acme.fr", by=SYSTEM)
    factories.opportunity(in_scope, "D1", company=known)
    bar(who)

    assert standing(name="Acme", email="Jean@acme.fr ").word == Word.DO_NOT_CONTACT
    assert standing(name="Beta", email="marie@beta.fr").word == Word.NEW


def test_an_address_is_kept_as_a_digest_that_no_other_organisation_shares(
    atelier: Organisation, rival: Organisation
) -> None:
    digests = set()
    for organisation in (atelier, rival):
        with tenant_scope(organisation.id):
            entry = bar("Jean@Acme.fr")
            digests.add(entry.email_digest)
            assert "acme" not in f"{entry.name}{entry.domain}{entry.key}".casefold()
    assert len(digests) == 2


def test_a_partner_is_told_the_word(atelier: Organisation) -> None:
    paul = factories.member(atelier, Role.PARTNER)
    with tenant_scope(atelier.id):
        known = companies.create(name="Acme", by=SYSTEM)
        factories.opportunity(atelier, "D1", company=known)

    with tenant_scope(atelier.id, partner=paul.id):
        assert standing(name="ACME").word == Word.IN_PIPELINE
        assert not Company.objects.exists()


def test_a_partner_makes_a_company_or_meets_the_one_that_is_there(atelier: Organisation) -> None:
    paul = factories.member(atelier, Role.PARTNER)
    with tenant_scope(atelier.id):
        known = companies.create(name="Acme", website="acme.fr", by=SYSTEM)

    with tenant_scope(atelier.id, partner=paul.id):
        met = companies.find_or_create(name="Acme France", domain="acme.fr", by=factories.actor(paul))
        made = companies.find_or_create(name="Beta", by=factories.actor(paul))
        again = companies.find_or_create(name="BETA SAS", by=factories.actor(paul))

    assert (met, made == again, made.name) == (known, True, "Beta")


def test_a_name_of_nothing_is_no_company(in_scope: Organisation) -> None:
    with pytest.raises(ValidationError):
        companies.find_or_create(name=" – ", by=SYSTEM)


@pytest.mark.parametrize(("who", "reason"), [("gmail.com", "x"), ("@", "x"), ("", "x"), ("Acme", " ")])
def test_an_entry_names_somebody_and_says_why(in_scope: Organisation, who: str, reason: str) -> None:
    with pytest.raises(ValidationError):
        bar(who, reason)


def test_a_pasted_list_is_read_line_by_line(in_scope: Organisation) -> None:
    known = company("Acme SA")
    companies.change(company=known, industry="Retail", by=SYSTEM)
    bar("beta.fr")
    text = "Acme;A competitor\n\nhttps://www.beta.fr\njean@gamma.fr\tAsked for it\njean@gamma.fr\ngmail.com\n"

    pasted = do_not_contact.paste(text=text, reason="From the list of 2026", by=SYSTEM, now=NOON)

    assert (pasted.added, pasted.known, [line.text for line in pasted.unread]) == (2, 2, ["gmail.com"])
    entry = DoNotContact.objects.get(name="Acme")
    assert (entry.company, entry.reason) == (known, "A competitor")
    assert DoNotContact.objects.exclude(email_digest="").get().reason == "Asked for it"


@pytest.mark.parametrize(
    ("text", "reason", "field"), [(" \n", "x", "text"), ("Acme", "", "reason"), ("A\n" * 2001, "x", "text")]
)
def test_a_list_that_says_too_little_is_refused(
    in_scope: Organisation, text: str, reason: str, field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        do_not_contact.paste(text=text, reason=reason, by=SYSTEM, now=NOON)
    assert set(refused.value.error_dict) == {field}


def test_who_sets_no_targets_does_not_change_the_list(in_scope: Organisation) -> None:
    entry = bar("acme.fr")
    rep = factories.actor(factories.member(in_scope, Role.REP))

    with pytest.raises(PermissionDenied):
        do_not_contact.remove(entry=entry, by=rep)
