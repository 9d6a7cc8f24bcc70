"""The pages of activities: log one, correct it, type a week, look over what was done and take it away as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.test import Client

from pipeline.models import Company
from prospecting.models import Activity, EngagementMember
from tenants.domain.roles import Role
from tenants.models import Membership, Organisation, Person
from tenants.scope import tenant_scope
from tests import factories
from tests.prospecting.activities import contact, engagement, leave_alone, logged, segment, target

ROOT = "/o/atelier/activities/"
SAID = {"kind": "contact", "channel": "phone", "day": "2026-02-10", "note": ""}


@pytest.fixture(autouse=True)
def _on_the_day(db: None) -> Iterator[None]:
    with time_machine.travel("2026-02-10 12:00:00+00:00", tick=False):
        yield


@pytest.fixture
def carol_sells(atelier: Organisation, carol: Membership) -> Person:
    return factories.person(atelier, "Carol", team=factories.team(atelier), membership=carol)


@pytest.fixture
def acme(atelier: Organisation) -> Company:
    return target(atelier, "Acme", segment=segment(atelier))


@pytest.fixture
def phone(carol: Membership) -> Client:
    return factories.client_of(carol)


def written(organisation: Organisation) -> list[Activity]:
    with tenant_scope(organisation.id):
        return list(Activity.objects.select_related("company", "person"))


# Log ---------------------------------------------------------------------------------------------------------


def test_a_salesperson_logs_a_call_for_a_company_of_the_list(
    atelier: Organisation, carol_sells: Person, acme: Company, phone: Client
) -> None:
    answer = phone.post(ROOT + "new/", {**SAID, "whose": carol_sells.id, "company": acme.id})
    assert answer.status_code == 302
    (one,) = written(atelier)
    assert (one.company_id, one.person_id, one.in_target) == (acme.id, carol_sells.id, True)


def test_a_name_that_nobody_knows_makes_a_company_off_target_and_that_is_said(
    atelier: Organisation, carol_sells: Person, acme: Company, phone: Client
) -> None:
    data = {**SAID, "whose": carol_sells.id, "company_name": "  New   Forge ", "company": ""}
    page = phone.post(ROOT + "new/", data, follow=True).content.decode()
    assert [one.company.name for one in written(atelier)] == ["New Forge"]
    assert "off target: it does not count" in page


def test_a_name_that_is_known_means_that_company(
    atelier: Organisation, carol_sells: Person, acme: Company, phone: Client
) -> None:
    phone.post(ROOT + "new/", {**SAID, "whose": carol_sells.id, "company_name": "ACME"})
    assert [one.company_id for one in written(atelier)] == [acme.id]


def test_a_company_to_leave_alone_is_refused_and_what_was_typed_stays(
    atelier: Organisation, carol_sells: Person, acme: Company, phone: Client
) -> None:
    leave_alone(atelier, company=acme)
    data = {**SAID, "whose": carol_sells.id, "company": acme.id, "note": "Budget in May"}
    answer = phone.post(ROOT + "new/", data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "They asked us to stop." in page
    assert "Budget in May" in page
    assert written(atelier) == []


def test_companies_are_found_by_a_part_of_their_name_with_their_people(
    atelier: Organisation, acme: Company, phone: Client
) -> None:
    contact(atelier, "Zoe", company=acme)
    page = phone.get(ROOT + "companies/", {"company_name": "cm", "company": acme.id}).content.decode()
    assert "Acme" in page
    assert "Zoe" in page


def test_a_partner_logs_by_the_name_and_is_offered_nothing_of_the_house(
    atelier: Organisation, acme: Company
) -> None:
    paul = factories.member(atelier, Role.PARTNER)
    calls = engagement(atelier)
    with tenant_scope(atelier.id):
        EngagementMember.objects.create(engagement=calls, membership=paul)
    browser = factories.client_of(paul)
    assert "Acme" not in browser.get(ROOT + "companies/", {"company_name": "a"}).content.decode()
    browser.post(ROOT + "new/", {**SAID, "whose": calls.id, "company_name": "acme"})
    (one,) = written(atelier)
    assert (one.engagement_id, one.company_id) == (calls.id, acme.id)
    assert "Acme" in browser.get(ROOT).content.decode()


# Correct -----------------------------------------------------------------------------------------------------


def test_an_activity_is_corrected_and_taken_back(
    atelier: Organisation, carol_sells: Person, phone: Client
) -> None:
    phone.post(ROOT + "new/", {**SAID, "whose": carol_sells.id})
    (one,) = written(atelier)
    with tenant_scope(atelier.id):  # the database has a clock of its own
        Activity.objects.update(recorded_at=factories.NOON)
    phone.post(f"{ROOT}{one.id}/", {**SAID, "channel": "email"})
    assert [row.channel for row in written(atelier)] == ["email"]
    phone.post(f"{ROOT}{one.id}/delete/")
    assert written(atelier) == []


def test_anothers_activity_is_not_found(atelier: Organisation, carol_sells: Person, phone: Client) -> None:
    one = logged(atelier, person=factories.person(atelier, "Bob"))
    assert phone.get(f"{ROOT}{one.id}/").status_code == 404


# Week --------------------------------------------------------------------------------------------------------


def test_the_counts_of_a_week_are_typed_and_shown_again(
    atelier: Organisation, carol_sells: Person, acme: Company, phone: Client
) -> None:
    phone.post(ROOT + "week/", {"count-phone-contact": "12", "count-email-attempt": "30"})
    assert sorted((one.channel, one.kind, one.quantity, one.in_target) for one in written(atelier)) == [
        ("email", "attempt", 30, True),
        ("phone", "contact", 12, True),
    ]
    assert 'value="12"' in phone.get(ROOT + "week/").content.decode()


def test_the_four_weeks_before_are_beside(atelier: Organisation, carol_sells: Person, phone: Client) -> None:
    for day in (date(2026, 1, 13), date(2026, 2, 3), date(2026, 2, 4), date(2026, 2, 8)):
        logged(atelier, person=carol_sells, day=day)
    page = phone.get(ROOT + "week/").content.decode()
    assert "1 · 0 · 0 · 3" in page


def test_somebody_elses_week_is_not_typed(atelier: Organisation, carol_sells: Person, phone: Client) -> None:
    bob = factories.person(atelier, "Bob")
    assert phone.post(f"{ROOT}week/?whose={bob.id}", {"count-phone-contact": "12"}).status_code == 403


def test_a_login_that_is_nobody_is_told_what_to_do(carol: Membership, phone: Client) -> None:
    assert "not tied to a salesperson" in phone.get(ROOT + "week/").content.decode()
    assert "not tied to a salesperson" in phone.get(ROOT + "new/").content.decode()


# List --------------------------------------------------------------------------------------------------------


@pytest.fixture
def some(atelier: Organisation, carol_sells: Person, acme: Company) -> Person:
    """Carol called Acme; Bob wrote to a company that is no target."""
    bob = factories.person(atelier, "Bob")
    logged(atelier, person=carol_sells, company=acme)
    logged(atelier, person=bob, channel="email", company=target(atelier, "Boulangerie"))
    return bob


def test_what_is_off_target_is_apart_and_says_why(some: Person, alice: Membership) -> None:
    browser = factories.client_of(alice)
    inside, outside = browser.get(ROOT).content.decode(), browser.get(ROOT + "?target=off").content.decode()
    assert "Acme" in inside
    assert "Boulangerie" not in inside
    assert "fits no account profile" in outside


@pytest.mark.parametrize(
    ("query", "found"),
    [("", 2), ("channel=email", 1), ("start=2026-02-11&end=2026-02-12", 0), ("person={bob}", 1)],
)
def test_filters_are_in_the_address(some: Person, alice: Membership, query: str, found: int) -> None:
    context = factories.client_of(alice).get(f"{ROOT}?{query.format(bob=some.id)}").context
    assert context["inside"] + context["outside"] == found


def test_a_salesperson_sees_own_activities_only(some: Person, phone: Client) -> None:
    context = phone.get(ROOT).context
    assert (context["inside"], context["outside"]) == (1, 0)


@pytest.fixture
def three_teams(atelier: Organisation) -> dict[str, Person]:
    """Carol in Bob's team North, Dave in Edinburgh below it, Zoe in South; each called once in February."""
    bob = factories.person(atelier, "Bob", membership=factories.member(atelier, Role.MANAGER))
    north = factories.team(atelier, "North", manager=bob)
    teams = {
        "Carol": north,
        "Dave": factories.team(atelier, "Edinburgh", parent=north),
        "Zoe": factories.team(atelier, "South"),
    }
    people = {name: factories.person(atelier, name, team=team) for name, team in teams.items()}
    for person in people.values():
        logged(atelier, person=person, note=f"by {person.name}")
    logged(atelier, engagement=engagement(atelier, "Of Bob", client_contact=bob), note="by callers")
    logged(atelier, engagement=engagement(atelier, "Of nobody"), note="by others")
    return people


@pytest.mark.parametrize(
    ("role", "read"),
    [
        (Role.MANAGER, {"Carol", "Dave", "callers"}),
        (Role.DIRECTOR, {"Carol", "Dave", "Zoe", "callers", "others"}),
        (Role.MARKETING, {"Carol", "Dave", "Zoe", "callers", "others"}),
        (Role.REP, set()),
    ],
)
def test_a_manager_reads_the_own_teams_and_partners_in_list_file_and_page(
    atelier: Organisation, three_teams: dict[str, Person], role: Role, read: set[str]
) -> None:
    browser = factories.client_of(factories.member(atelier, role))
    everything = (
        browser.get(ROOT + "?person=&team=").content.decode()
        + browser.get(ROOT + "?target=off").content.decode()
    )
    export = b"".join(browser.get(ROOT + "activities.csv").streaming_content).decode()
    for text in (everything, export):
        assert {one for one in ("Carol", "Dave", "Zoe", "callers", "others") if f"by {one}" in text} == read
    opened = {one.note[3:] for one in written(atelier) if browser.get(f"{ROOT}{one.id}/").status_code == 200}
    assert opened == read


def test_a_manager_is_offered_the_own_people_and_teams_only(
    atelier: Organisation, three_teams: dict[str, Person]
) -> None:
    browser = factories.client_of(factories.member(atelier, Role.MANAGER))
    filters = {one["name"]: one["options"] for one in browser.get(ROOT).context["filters"]}
    assert {one["label"] for one in filters["person"][1:]} == {"Bob", "Carol", "Dave"}
    assert {one["label"] for one in filters["team"][1:]} == {"North", "Edinburgh"}
    assert browser.get(f"{ROOT}?person={three_teams['Zoe'].id}").context["inside"] == 0


def test_the_export_runs_nothing_in_a_spreadsheet(
    atelier: Organisation, carol_sells: Person, alice: Membership
) -> None:
    logged(atelier, person=carol_sells, note='=HYPERLINK("x")')
    answer = factories.client_of(alice).get(ROOT + "activities.csv")
    text = b"".join(answer.streaming_content).decode()
    assert "'=HYPERLINK" in text
    assert text.count("\r\n") == 2


@pytest.mark.parametrize("role", [Role.ADVISER, Role.ADMINISTRATOR])
def test_who_does_not_prospect_has_no_such_page(atelier: Organisation, role: Role) -> None:
    assert factories.client_of(factories.member(atelier, role)).get(ROOT).status_code == 403
