"""Leads: passed by marketing, answered by sales with a reason, and what became of them."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from time_machine import travel

from pipeline.models import Opportunity
from prospecting.actions import leads
from prospecting.domain.leads import read
from prospecting.models import CompanyTarget, Lead
from prospecting.queries import leads as queries
from tenants.models import AuditEntry, Membership, Organisation, Person
from tenants.scope import tenant_scope
from tests import factories
from tests.prospecting import logged

pytestmark = pytest.mark.django_db

TODAY = date(2026, 2, 10)
MORNING = travel("2026-02-10 09:00:00+00:00", tick=False)
PAGE = "/o/atelier/leads/"


@pytest.fixture
def mia(atelier: Organisation) -> Membership:
    return factories.member(atelier, "marketing")


@pytest.fixture
def sellers(atelier: Organisation, carol: Membership, bob: Membership) -> dict[str, Person]:
    """Carol of North, which Bob manages, and Sofia of South; the stages of a pipeline."""
    with factories.scope_of(atelier):
        factories.stages(atelier)
        manager = factories.person(atelier, "Bob", membership=bob)
        north = factories.team(atelier, "North", manager=manager)
        return {
            "Carol": factories.person(atelier, "Carol", team=north, membership=carol),
            "Sofia": factories.person(atelier, "Sofia", team=factories.team(atelier, "South")),
        }


def passed(by: Membership, name: str = "Acme", **given: Any) -> Lead:
    with tenant_scope(by.organisation_id):
        return leads.pass_one(
            company_name=name, channel="inbound", today=TODAY, by=factories.actor(by), **given
        )


def test_a_lead_is_passed_with_the_segment_of_its_company_and_the_trail_tells(
    atelier: Organisation, mia: Membership
) -> None:
    with factories.scope_of(atelier):
        health = logged.segment(atelier)
        CompanyTarget.objects.create(
            organisation=atelier, company=factories.company(atelier, "Acme"), segment=health
        )
    lead = passed(mia, " acme ")
    assert (lead.segment_id, lead.passed_on, lead.state) == (health.id, TODAY, "passed")
    with tenant_scope(atelier.id):
        assert AuditEntry.objects.filter(verb="lead.pass").count() == 1


def test_accepting_with_an_opportunity_begins_it_in_the_hands_of_the_owner(
    atelier: Organisation, mia: Membership, carol: Membership, sellers: dict[str, Person]
) -> None:
    lead = passed(mia, owner=sellers["Carol"])
    with tenant_scope(atelier.id):
        done = leads.accept(lead=lead, open_opportunity=True, today=TODAY, by=factories.actor(carol))
        deal = Opportunity.objects.get()
        assert (done.state, done.opportunity_id, deal.channel) == ("accepted", deal.id, "entrant")
        assert (deal.owner_id, deal.team.name, deal.created_on) == (sellers["Carol"].id, "North", TODAY)


def test_the_pipeline_names_the_channel_in_the_language_of_the_house(
    atelier: Organisation, mia: Membership, carol: Membership, sellers: dict[str, Person]
) -> None:
    lead = passed(mia, owner=sellers["Carol"])
    Organisation.objects.filter(pk=atelier.pk).update(locale="en")
    with tenant_scope(atelier.id):
        leads.accept(lead=lead, open_opportunity=True, today=TODAY, by=factories.actor(carol))
        assert Opportunity.objects.get().channel == "inbound"


def test_a_lead_of_nobody_becomes_that_of_who_accepts_it(
    atelier: Organisation, mia: Membership, carol: Membership, sellers: dict[str, Person]
) -> None:
    lead = passed(mia)
    with tenant_scope(atelier.id):
        leads.accept(lead=lead, open_opportunity=False, today=TODAY, by=factories.actor(carol))
        assert Lead.objects.get().owner == sellers["Carol"]
        assert not Opportunity.objects.exists()


def test_a_refusal_says_why(
    atelier: Organisation, mia: Membership, carol: Membership, sellers: dict[str, Person]
) -> None:
    lead = passed(mia, owner=sellers["Carol"])
    with tenant_scope(atelier.id):
        with pytest.raises(ValidationError) as error:
            leads.refuse(lead=lead, reason=" ", today=TODAY, by=factories.actor(carol))
        assert list(error.value.message_dict) == ["reason"]
        done = leads.refuse(lead=lead, reason="A student", today=TODAY, by=factories.actor(carol))
        assert (done.state, done.reason, done.answered_on) == ("refused", "A student", TODAY)
        with pytest.raises(ValidationError, match="answered meanwhile"):
            leads.accept(lead=lead, open_opportunity=False, today=TODAY, by=factories.actor(carol))


def test_each_answers_the_own_leads_and_a_manager_those_of_the_team(
    atelier: Organisation, mia: Membership, carol: Membership, bob: Membership, sellers: dict[str, Person]
) -> None:
    hers, other = passed(mia, owner=sellers["Carol"]), passed(mia, "Bolt", owner=sellers["Sofia"])
    with tenant_scope(atelier.id):
        for lead, member in ((other, carol), (other, bob), (hers, mia)):
            with pytest.raises(PermissionDenied):
                leads.accept(lead=lead, open_opportunity=False, today=TODAY, by=factories.actor(member))
        leads.accept(lead=hers, open_opportunity=False, today=TODAY, by=factories.actor(bob))


# Pasted -------------------------------------------------------------------------------------------------------

NAMES = {"phone": "phone", "téléphone": "phone", "inbound": "inbound"}


def test_lines_are_read_whatever_separates_them() -> None:
    found, wrong = read("Company;Channel\nAcme;téléphone;Carol;L-1\n\nBolt\n;phone\nCargo;pigeon", NAMES)
    assert [(line.company, line.channel, line.owner, line.external_id) for line in found] == [
        ("Acme", "phone", "Carol", "L-1"),
        ("Bolt", "inbound", "", ""),
    ]
    assert wrong == [4, 5]
    assert read("Acme\tphone\nBolt\tphone", NAMES)[0][1].channel == "phone"


@MORNING
def test_a_pasted_table_passes_each_lead_once(
    atelier: Organisation, mia: Membership, sellers: dict[str, Person]
) -> None:
    browser = factories.client_of(mia)
    text = "Acme;inbound;carol;L-1\nBolt;phone;Nobody;L-2\nCargo;event;;L-3"
    for _time in range(2):
        assert browser.post(PAGE + "paste/", {"lines": text}).status_code == 302
    with tenant_scope(atelier.id):
        assert sorted(Lead.objects.values_list("external_id", flat=True)) == ["L-1", "L-3"]
        assert Lead.objects.get(external_id="L-1").owner == sellers["Carol"]
    page = browser.get(PAGE)
    assert "Lines 2 name nobody" in page.text
    assert browser.post(PAGE + "paste/", {"lines": "Acme;pigeon"}).status_code == 422


# The pages ----------------------------------------------------------------------------------------------------


@MORNING
def test_marketing_passes_a_lead_and_sales_answers_it(
    atelier: Organisation, mia: Membership, carol: Membership, sellers: dict[str, Person]
) -> None:
    sent = {"company_name": "Acme", "channel": "event", "owner": str(sellers["Carol"].id)}
    assert factories.client_of(mia).post(PAGE + "new/", sent).status_code == 302

    browser = factories.client_of(carol)
    (row,) = browser.get(PAGE).context["rows"]
    assert row["due"] == date(2026, 2, 12)
    refused = browser.post(row["url"], {"answer": "refuse", "reason": ""})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["reason"])
    assert browser.post(row["url"], {"answer": "open", "reason": ""}).status_code == 302
    assert browser.get(PAGE).context["rows"] == []
    (answered,) = factories.client_of(mia).get(PAGE, {"answered": "1"}).context["rows"]
    assert (answered["lead"].state, answered["url"]) == ("accepted", "")


@MORNING
def test_a_lead_without_an_answer_in_time_is_late(mia: Membership) -> None:
    passed(mia)
    with travel("2026-02-13 09:00:00+00:00", tick=False):
        (row,) = factories.client_of(mia).get(PAGE).context["rows"]
    assert row["is_late"]


@MORNING
def test_a_salesperson_sees_the_own_leads_and_those_of_nobody(
    mia: Membership, carol: Membership, sellers: dict[str, Person]
) -> None:
    passed(mia, "Hers", owner=sellers["Carol"])
    passed(mia, "Theirs", owner=sellers["Sofia"])
    passed(mia, "Free")
    seen = {row["lead"].company.name for row in factories.client_of(carol).get(PAGE).context["rows"]}
    assert seen == {"Hers", "Free"}


@MORNING
def test_the_list_asks_a_fixed_number_of_queries(mia: Membership, django_assert_num_queries: Any) -> None:
    browser = factories.client_of(mia)
    browser.get(PAGE)
    counts = []
    for number in (2, 12):
        for place in range(number):
            passed(mia, f"Company {number} {place}")
        with django_assert_num_queries(9) as seen:
            browser.get(PAGE)
        counts.append(len(seen))
    assert counts[0] == counts[1]


# What became of them ------------------------------------------------------------------------------------------


def lead(house: Organisation, channel: str, answer: str = "", **given: Any) -> None:
    answered = (
        {"state": answer, "answered_on": TODAY + timedelta(days=given.pop("days", 1))} if answer else {}
    )
    company = given.pop("company")
    Lead.objects.create(
        organisation=house, company=company, channel=channel, passed_on=TODAY, **answered, **given
    )


def test_they_are_counted_by_channel_with_their_answers_delays_and_reasons(in_scope: Organisation) -> None:
    acme = factories.company(in_scope, "Acme")
    won = factories.opportunity(
        in_scope,
        stage=factories.stages(in_scope)["Won"],
        created_on=TODAY,
        closed_on=TODAY + timedelta(days=9),
    )
    lead(in_scope, "event", "accepted", company=acme, opportunity=won)
    lead(in_scope, "event", "refused", company=acme, reason="A student", days=3)
    lead(in_scope, "event", company=acme)
    lead(in_scope, "inbound", "refused", company=acme, reason="A student", days=5)

    found = queries.figures(since=TODAY, as_of=TODAY + timedelta(days=20))

    assert (found.whole.passed, found.whole.accepted, found.refused, found.waiting) == (4, 1, 2, 1)
    assert (found.p50, found.reasons) == (3, [("A student", 2)])
    event, inbound = found.by_channel
    assert (event.name, event.passed, event.answered, event.acceptance, event.opened, event.won) == (
        "event", 3, 2, 0.5, 1, 1,
    )  # fmt: skip
    assert event.low is not None
    assert event.high is not None
    assert event.low < 0.5 < event.high
    # None of one: the estimate of the interval, not 0 %.
    assert (inbound.name, inbound.accepted, inbound.answered, inbound.acceptance) == ("inbound", 0, 1, 0.25)
    assert [one.name for one in found.by_segment] == [""]


def test_as_of_an_earlier_day_what_was_answered_later_waits(in_scope: Organisation) -> None:
    lead(in_scope, "event", "accepted", company=factories.company(in_scope, "Acme"), days=5)
    found = queries.figures(since=TODAY, as_of=TODAY + timedelta(days=4))
    assert (found.waiting, found.whole.accepted, found.p50, found.whole.acceptance) == (1, 0, None, None)


def test_without_any_lead_there_is_nothing_to_say(in_scope: Organisation) -> None:
    found = queries.figures(since=TODAY, as_of=TODAY)
    assert (found.whole.passed, found.waiting, found.p50, found.by_channel) == (0, 0, None, [])
