"""The pages of targets: rules without JavaScript, their count, the lists, who may open what; both languages."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pipeline.models import Company
from prospecting.actions import contacts, merges, segments
from prospecting.models import Contact, DoNotContact, Maturity, Merge, Segment
from tenants.access import SYSTEM
from tenants.domain.roles import Role
from tenants.models import Membership, Organisation
from tenants.scope import tenant_scope
from tests import factories
from tests.factories import NOON
from tests.prospecting.prospects import BIG, activity, company, contact, meeting, segment

pytestmark = pytest.mark.django_db
ROOT = "/o/atelier/"
INDUSTRY = {"rule-0-field": "industry", "rule-0-operator": "in", "rule-0-value": "Retail; Énergie"}


@pytest.fixture
def director(alice: Membership) -> Client:
    return factories.client_of(alice)


@pytest.fixture
def shops(atelier: Organisation) -> None:
    with tenant_scope(atelier.id):
        company("Shop", industry="Retail", employees=200)
        company("Bank", industry="Banking", employees=20)


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


# Rules -------------------------------------------------------------------------------------------------------


def test_a_segment_is_made_from_typed_rules(director: Client, shops: None, atelier: Organisation) -> None:
    answer = director.post(
        f"{ROOT}targets/new/",
        {"name": "Shops", **INDUSTRY, "rule-1-field": "employees", "rule-1-operator": "between", "rule-1-value": "50 – 1 250"},
    )  # fmt: skip

    assert answer.status_code == 302
    with tenant_scope(atelier.id):
        assert Segment.objects.get().rules == [
            {"field": "industry", "is": "in", "values": ["Retail", "Énergie"]},
            {"field": "employees", "is": "between", "low": 50, "high": 1250},
        ]
    page = text_of(director.get(f"{ROOT}targets/"))
    assert "Employees: 50 to 1,250" in page
    assert "1 company of 2 is off target" in page


@pytest.mark.parametrize(
    ("typed", "minor"),
    [("1 000 000", 100_000_000), ("1,000,000", 100_000_000), ("1.5", 150), ("12,50", 1250)],
)
def test_revenue_is_typed_in_the_organisations_currency(
    director: Client, atelier: Organisation, typed: str, minor: int
) -> None:
    rule = {"rule-0-field": "revenue_minor", "rule-0-operator": "at_least", "rule-0-value": typed}

    director.post(f"{ROOT}targets/new/", {"name": "Rich", **rule})

    with tenant_scope(atelier.id):
        assert Segment.objects.get().rules[0]["low"] == minor


@pytest.mark.parametrize(
    ("rule", "english", "french"),
    [
        ({"rule-0-field": "industry", "rule-0-operator": "in"}, "Say which ones", "Dites lesquels"),
        (
            {"rule-0-field": "industry", "rule-0-operator": "at_least", "rule-0-value": "3"},
            "Words are compared",
            "Les mots se comparent",
        ),
        (
            {"rule-0-field": "employees", "rule-0-operator": "between", "rule-0-value": "3"},
            "Give a whole number",
            "Donnez un nombre entier",
        ),
        ({"rule-0-field": "", "rule-0-value": ""}, "Say at least one thing", "Dites au moins une chose"),
    ],
)
def test_what_is_wrong_with_a_rule_is_said_at_it(
    director: Client, alice: Membership, rule: dict[str, str], english: str, french: str
) -> None:
    for language, words in (("en", english), ("fr", french)):
        alice.user.language = language
        alice.user.save()
        answer = director.post(f"{ROOT}targets/new/", {"name": "Shops", **rule})
        assert answer.status_code == 422
        assert words in text_of(answer)
        assert 'value="Shops"' in answer.content.decode()


def test_the_count_follows_the_rules_with_and_without_javascript(director: Client, shops: None) -> None:
    live = director.post(f"{ROOT}targets/count/", INDUSTRY)
    assert "1 company of 2 matches." in text_of(live)

    page = director.post(f"{ROOT}targets/new/", {"name": "Shops", **INDUSTRY, "count": "1"})
    assert (page.status_code, "1 company of 2 matches." in text_of(page)) == (200, True)


def test_a_segment_is_changed_moved_and_taken_out_of_use(
    director: Client, shops: None, atelier: Organisation
) -> None:
    with tenant_scope(atelier.id):
        first, second = segment("First"), segment("Second", BIG)
    page = director.get(f"{ROOT}targets/{second.id}/")
    assert page.context["count"] == "1 company of 2 matches."

    director.post(f"{ROOT}targets/{second.id}/", {"name": "Second!", "version": 0, **INDUSTRY})
    director.post(f"{ROOT}targets/{second.id}/move/", {"to": "up"})
    director.post(f"{ROOT}targets/{first.id}/switch/")

    with tenant_scope(atelier.id):
        listed = list(Segment.objects.order_by("position").values_list("name", "is_active"))
    assert listed == [("Second!", True), ("First", False)]


# Lists -------------------------------------------------------------------------------------------------------


def test_levels_of_maturity_have_an_order(director: Client, atelier: Organisation) -> None:
    for name in ("Cold", "Warm", "Hot"):
        director.post(f"{ROOT}targets/maturity/", {"name": name})
    with tenant_scope(atelier.id):
        cold, warm, hot = Maturity.objects.order_by("position")
        contact(maturity=warm)

    director.post(f"{ROOT}targets/maturity/{hot.id}/move/", {"to": "up"})
    director.post(f"{ROOT}targets/maturity/{cold.id}/delete/")
    used = director.post(f"{ROOT}targets/maturity/{warm.id}/delete/", follow=True)
    again = director.post(f"{ROOT}targets/maturity/", {"name": "WARM"})

    with tenant_scope(atelier.id):
        assert list(Maturity.objects.values_list("name", "position")) == [("Hot", 0), ("Warm", 1)]
    assert "give them another one first" in text_of(used)
    assert (again.status_code, "of this name already" in text_of(again)) == (422, True)


def test_the_do_not_contact_list_is_filled_and_emptied(director: Client, atelier: Organisation) -> None:
    url = f"{ROOT}targets/do-not-contact/"
    assert director.post(url, {"who": "gmail.com", "reason": "x"}).status_code == 422
    director.post(url, {"who": "jean@acme.fr", "reason": "Asked for it"})
    pasted = director.post(f"{url}paste/", {"text": "Beta\n@@\n", "reason": "Competitors"}, follow=True)

    assert "2: @@" in text_of(pasted)
    page = text_of(director.get(url))
    assert "kept as a digest" in page
    assert "jean" not in page
    with tenant_scope(atelier.id):
        entry = DoNotContact.objects.get(name="Beta")
    director.post(f"{url}{entry.id}/remove/")
    with tenant_scope(atelier.id):
        assert DoNotContact.objects.count() == 1


# Companies and people ----------------------------------------------------------------------------------------


def test_companies_are_found_by_name_and_by_what_the_rules_say(
    director: Client, shops: None, atelier: Organisation
) -> None:
    with tenant_scope(atelier.id):
        found = segment("Shops")

    def names(query: str) -> list[str]:
        return [row["company"].name for row in director.get(f"{ROOT}companies/{query}").context["page"].rows]

    assert names("") == ["Bank", "Shop"]
    assert names("?q=sho") == ["Shop"]
    assert names(f"?segment={found.id}") == ["Shop"]
    assert names("?segment=off") == ["Bank"]


@pytest.mark.parametrize("is_made", [False, True], ids=["no rule", "its rule is out of use"])
def test_without_a_rule_in_use_no_page_says_off_target(
    director: Client, shops: None, atelier: Organisation, is_made: bool
) -> None:
    with tenant_scope(atelier.id):
        if is_made:
            segments.switch(segment=segment("Shops"), by=SYSTEM)
        bank = Company.objects.get(name="Bank")

    listed, one = director.get(f"{ROOT}companies/?segment=off"), director.get(f"{ROOT}companies/{bank.id}/")

    assert [row["company"].name for row in listed.context["page"].rows] == ["Bank", "Shop"]
    assert "off target" not in text_of(listed).lower()
    assert "off target" not in text_of(one).lower()
    assert "A target: no rule is in use, so every company is one." in text_of(one)


def test_a_company_that_meets_no_rule_in_use_is_said_to_be_off_target(
    director: Client, shops: None, atelier: Organisation
) -> None:
    with tenant_scope(atelier.id):
        segment("Shops")
        bank = Company.objects.get(name="Bank")

    assert ">off target</span>" in text_of(director.get(f"{ROOT}companies/"))
    assert "Off target: it meets none of the rules" in text_of(director.get(f"{ROOT}companies/{bank.id}/"))


def test_the_list_of_companies_goes_on_both_ways(director: Client, atelier: Organisation) -> None:
    with tenant_scope(atelier.id):
        for number in range(120):
            company(f"Company {number:03}")

    first = director.get(f"{ROOT}companies/?q=company").context
    second = director.get(first["next_url"]).context
    third = director.get(second["next_url"]).context
    back = director.get(third["previous_url"]).context

    names = [row["company"].name for page in (first, second, third) for row in page["page"].rows]
    assert (len(names), len(set(names)), third["next_url"], first["previous_url"]) == (120, 120, "", "")
    assert back["page"].rows == second["page"].rows


def test_where_a_company_stands_is_said_while_it_is_typed(director: Client, atelier: Organisation) -> None:
    with tenant_scope(atelier.id):
        factories.opportunity(atelier, "D1", company=company("Acme"))

    url = f"{ROOT}companies/standing/"
    assert "In the pipeline already" in text_of(director.get(f"{url}?name=ACME"))
    assert "New: nobody" in text_of(director.get(f"{url}?name=Beta"))


def test_a_partner_is_told_where_a_company_stands_and_sees_no_company(atelier: Organisation) -> None:
    paul = factories.client_of(factories.member(atelier, Role.PARTNER))

    assert "New: nobody" in text_of(paul.get(f"{ROOT}companies/standing/?name=Beta"))
    assert paul.get(f"{ROOT}companies/").status_code == 403


def test_a_company_and_its_people_are_recorded(director: Client, atelier: Organisation) -> None:
    made = director.post(
        f"{ROOT}companies/new/", {"name": "Acme", "revenue": "1000000", "website": "acme.fr"}
    )
    page = director.get(made["Location"])
    acme = page.context["company"]
    assert acme.revenue_minor == 100_000_000

    person = {"name": "Jean", "email": "jean@acme.fr", "basis": "interest", "collected_on": "2026-02-10"}
    answer = director.post(f"{ROOT}companies/{acme.id}/people/new/", person)
    assert answer.status_code == 302
    assert "Jean" in text_of(director.get(answer["Location"]))

    with tenant_scope(atelier.id):
        jean = Contact.objects.get()
    director.post(f"{ROOT}companies/people/{jean.id}/", {**person, "job_title": "Buyer"})
    with tenant_scope(atelier.id):
        assert Contact.objects.get().job_title == "Buyer"


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Say when and how"), ("fr", "Dites quand et comment")]
)
def test_a_consent_without_a_note_is_refused_in_the_readers_language(
    director: Client, alice: Membership, atelier: Organisation, language: str, words: str
) -> None:
    alice.user.language = language
    alice.user.save()
    with tenant_scope(atelier.id):
        acme = company("Acme")

    person = {"name": "Jean", "basis": "consent", "collected_on": "2026-02-10"}
    answer = director.post(f"{ROOT}companies/{acme.id}/people/new/", person)

    assert (answer.status_code, words in text_of(answer)) == (422, True)


def test_a_company_is_left_alone_from_its_own_page(director: Client, atelier: Organisation) -> None:
    with tenant_scope(atelier.id):
        acme = company("Acme")

    director.post(f"{ROOT}companies/{acme.id}/do-not-contact/", {"reason": "A competitor"})

    assert "Do not contact" in text_of(director.get(f"{ROOT}companies/{acme.id}/"))


# Duplicates --------------------------------------------------------------------------------------------------


def test_a_pair_is_made_one_and_two_again(director: Client, atelier: Organisation) -> None:
    with tenant_scope(atelier.id):
        first, second = company("Acme"), company("Acme SARL")
        segment("Any", BIG)
    url = f"{ROOT}targets/duplicates/"
    assert director.get(url).context["total"] == 1

    director.post(f"{url}settle/", {"first": first.id, "second": second.id, "keep": "second"})
    assert director.get(f"{ROOT}companies/{first.id}/")["Location"].endswith(f"{second.id}/")
    assert director.get(url).context["total"] == 0
    with tenant_scope(atelier.id):
        done = Merge.objects.get()
    director.post(f"{url}{done.id}/undo/")

    # Undone, they were said to be two: nobody is asked again.
    assert director.get(url).context["total"] == 0
    assert director.get(f"{ROOT}companies/{first.id}/").status_code == 200


def test_two_that_are_two_are_not_proposed_again(director: Client, atelier: Organisation) -> None:
    with tenant_scope(atelier.id):
        one, other = contact("Jean Petit"), contact("Jeanne Petit")
    url = f"{ROOT}personal-data/duplicates/"
    assert director.get(url).context["total"] == 1

    director.post(f"{url}settle/", {"first": one.id, "second": other.id, "keep": "both"})

    assert director.get(url).context["total"] == 0


# Personal data -----------------------------------------------------------------------------------------------


def test_a_person_is_found_handed_out_and_erased(director: Client, atelier: Organisation) -> None:
    with tenant_scope(atelier.id):
        jean = contact("Jean Petit")
    found = director.get(f"{ROOT}personal-data/?q=petit")
    assert found.context["rows"] == [jean]

    handed = director.get(f"{ROOT}personal-data/{jean.id}/person.json")
    assert handed.json()["person"][0]["email"] == "jean@acme.example"
    assert "attachment" in handed["Content-Disposition"]

    director.post(f"{ROOT}personal-data/{jean.id}/erase/", {"never_again": "on"})
    with tenant_scope(atelier.id):
        assert (Contact.objects.get().name, DoNotContact.objects.count()) == ("", 1)
    assert director.get(f"{ROOT}personal-data/{jean.id}/").status_code == 404


@pytest.mark.parametrize(
    ("role", "page", "status"),
    [
        (Role.REP, "companies/", 200),
        (Role.REP, "targets/", 403),
        (Role.REP, "personal-data/", 403),
        (Role.MANAGER, "targets/", 200),
        (Role.MANAGER, "personal-data/", 403),
        (Role.MARKETING, "targets/", 200),
        (Role.ADMINISTRATOR, "personal-data/", 200),
        (Role.ADMINISTRATOR, "companies/", 403),
        (Role.ADVISER, "companies/", 403),
        (Role.PARTNER, "targets/", 403),
    ],
)
def test_who_may_open_what(atelier: Organisation, role: Role, page: str, status: int) -> None:
    assert factories.client_of(factories.member(atelier, role)).get(ROOT + page).status_code == status


# Queries -----------------------------------------------------------------------------------------------------


def populate(organisation: Organisation, many: int) -> dict[str, Any]:
    with tenant_scope(organisation.id):
        for number in range(many):
            segment(f"Segment {number}", {"field": "industry", "is": "in", "values": [f"I{number}"]})
        for number in range(many):
            one = company(f"Company {number}", industry=f"I{number}")
            person = contact(f"Person {number}", company=one)
            factories.opportunity(organisation, f"D{number}", company=one)
            activity(company=one, contact=person)
            meeting(one, contact=person)
            twin = company(f"Company {number} SA")
            DoNotContact.objects.create(company=twin, name=twin.name, key=f"company {number}", reason="x")
            Maturity.objects.create(name=f"Level {number}", key=f"level{number}", position=number)
            old, new = contact(f"Old {number}"), contact(f"New {number}")
            merges.merge_contacts(kept=new, merged=old, by=SYSTEM, now=NOON)
        contacts.retain(today=NOON.date(), now=NOON)
        return {"company": one.id, "contact": person.id, "segment": Segment.objects.earliest("position").id}


PAGES = [
    ("targets/", 11),
    ("targets/{segment}/", 9),
    ("targets/maturity/", 8),
    ("targets/do-not-contact/", 9),
    ("targets/duplicates/", 10),
    ("companies/", 12),
    ("companies/{company}/", 16),
    ("companies/people/{contact}/", 9),
    ("personal-data/", 8),
    ("personal-data/{contact}/", 9),
    ("personal-data/duplicates/", 12),
]


@pytest.mark.parametrize("many", [1, 4])
@pytest.mark.parametrize(("page", "expected"), PAGES, ids=[page for page, _ in PAGES])
def test_the_number_of_queries_of_a_page_is_fixed(
    atelier: Organisation, director: Client, page: str, expected: int, many: int
) -> None:
    path = ROOT + page.format(**populate(atelier, many))
    director.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert director.get(path).status_code == 200
    assert len(captured) == expected, "\n".join(query["sql"] for query in captured.captured_queries)
